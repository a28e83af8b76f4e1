//! What the server itself appends when an iteration opens, and again when the project's log changes while it is
//! open: policy, rules and baseline of the project, the ledger carried over, a summary of the history.
//!
//! An answer is a function of its iteration's log alone, so what outlives an iteration is copied into the log
//! of the next one. Documents come from the project's log (`@PROJECT`) and from its earlier iterations as they
//! stand now; what is in force already is not appended again.

use super::{Ingest, IngestError, refuse_board};
use crate::board::{BoardError, Question};
use crate::store::{IterationRow, StoreError};
use serde::Serialize;
use shared::event::data::{ContextRecorded, Topic};
use shared::event::{Book, Data, Event, Identity};
use shared::graph::{LedgerRecord, Scene};
use shared::id::Name;
use shared::lens::bdv::remember;
use shared::order::Map;
use shared::time::{AsOf, Time};
use shared::verdict::context::Context;
use shared::verdict::history::{
    CarriedLedger, CarriedQuarantine, CarriedSuppression, History, PastIteration,
};

/// Source of events that the server appends on its own.
pub const SERVER_SOURCE: &str = "mission:server";
/// Earlier iterations the history tells about.
const HISTORY_ITERATIONS_MAX: usize = 20;
/// Largest earlier iteration that is judged anew when another one opens, in events.
pub(super) const JUDGED_EVENTS_MAX: u64 = 250_000;
/// Open iterations that hear of a change in their project's log, the latest first.
const OPEN_ITERATIONS_MAX: usize = 64;
/// Topics that are copied from the project's log as they are.
const COPIED: [Topic; 3] = [Topic::Policy, Topic::Rules, Topic::Baseline];

impl Ingest {
    /// The context events that `iteration` of `project` lacks.
    pub(super) async fn missing_contexts(
        &self,
        project: &Name,
        iteration: &Name,
        predecessor: Option<&Name>,
    ) -> Result<Vec<Event>, IngestError> {
        let mut wanted: Vec<(Topic, String)> = Vec::new();
        let present = self.scene(iteration).await?;
        let earlier = self.earlier(project, iteration, predecessor).await?;
        if let (None, Some(before)) = (&present, earlier.last()) {
            self.shrink_baseline(project, before).await?;
        }
        let project_scene = self.scene(&Name::project_log(project)).await?;
        for topic in COPIED {
            let document = project_scene.as_ref().and_then(|scene| scene.context.get(topic.as_str()));
            wanted.extend(document.map(|document| (topic, document.body.clone())));
        }
        let now = self.inner.board.wall_now();
        if let Some(ledger) = self.ledger(project_scene.as_ref(), earlier.last(), now).await? {
            wanted.push((Topic::Ledger, ledger));
        }
        // History is pinned once: what happens to earlier iterations later does not reach back in here.
        if present.is_none() {
            wanted.extend(self.history(&earlier).await?.map(|history| (Topic::History, history)));
        }
        let (head, documents) = match &present {
            Some(scene) => (scene.as_of.known, scene.context.clone()),
            None => (0, Map::new()),
        };
        let lacking = wanted.into_iter().filter_map(|(topic, body)| {
            let context = ContextRecorded::of(topic, body);
            let there = documents.get(topic.as_str());
            let there = there.is_some_and(|document| document.digest == context.digest);
            (!there).then(|| context_event(project, iteration, head, context))
        });
        Ok(lacking.collect())
    }

    /// The latest iterations of `project` that have not been closed.
    pub(super) async fn open_iterations(&self, project: &Name) -> Result<Vec<Name>, IngestError> {
        let rows = self.inner.store.iterations().await.map_err(super::refuse)?;
        let latest = rows.into_iter().rev().filter(|row| row.project == *project).take(OPEN_ITERATIONS_MAX);
        let mut open = Vec::new();
        for row in latest {
            if self.scene(&row.iteration).await?.is_some_and(|scene| scene.iteration.open) {
                open.push(row.iteration);
            }
        }
        Ok(open)
    }

    /// The scene of `iteration` now, if there is such an iteration.
    pub(super) async fn scene(&self, iteration: &Name) -> Result<Option<Scene>, IngestError> {
        let now = self.inner.board.wall_now();
        let scene = self.inner.board.with_graph(iteration, |graph| {
            let known = graph.head();
            let valid = graph.recorded_at(known).map_or(now, |newest| newest.max(now));
            graph.scene(&graph.snapshot(AsOf { valid, known }))
        });
        match scene.await {
            Ok(scene) => Ok(Some(scene)),
            Err(BoardError::NotFound(_)) => Ok(None),
            Err(error) => Err(refuse_board(error)),
        }
    }

    /// Iterations of `project` that opened before `iteration`, oldest first, the predecessor last.
    async fn earlier(
        &self,
        project: &Name,
        iteration: &Name,
        predecessor: Option<&Name>,
    ) -> Result<Vec<IterationRow>, IngestError> {
        let rows = self.inner.store.iterations().await.map_err(super::refuse)?;
        let mut earlier: Vec<IterationRow> = rows
            .into_iter()
            .filter(|row| row.project == *project)
            .take_while(|row| row.iteration != *iteration)
            .collect();
        if let Some(named) =
            predecessor.and_then(|name| earlier.iter().position(|row| row.iteration == *name))
        {
            earlier.truncate(named + 1);
        }
        let surplus = earlier.len().saturating_sub(HISTORY_ITERATIONS_MAX);
        Ok(earlier.split_off(surplus))
    }

    /// Suppressions and quarantines that outlive the predecessor, and those of the project's log; `None` if none.
    async fn ledger(
        &self,
        project: Option<&Scene>,
        predecessor: Option<&IterationRow>,
        now: Time,
    ) -> Result<Option<String>, IngestError> {
        let mut records: Map<(Book, String), LedgerRecord> = Map::new();
        let before = match predecessor {
            Some(row) => self.scene(&row.iteration).await?,
            None => None,
        };
        // The project's word comes last and counts.
        for scene in before.iter().chain(project) {
            for record in Context::of(scene).ledger {
                if record.expires_at.is_none_or(|end| now < end) {
                    records.insert((record.book, record.id.clone()), record);
                }
            }
        }
        let mut carried = CarriedLedger::default();
        for record in records.into_values() {
            carry(&mut carried, record);
        }
        if carried == CarriedLedger::default() {
            return Ok(None);
        }
        document(&carried).map(Some)
    }

    /// Verdicts of earlier iterations as they stand now, and how their tries ended; `None` if there are none.
    async fn history(&self, earlier: &[IterationRow]) -> Result<Option<String>, IngestError> {
        let mut history = History::default();
        let mut answers = Vec::new();
        let mut pinned = None;
        for row in earlier {
            if row.head > JUDGED_EVENTS_MAX {
                tracing::warn!(
                    iteration = %row.iteration, events = row.head, at_most = JUDGED_EVENTS_MAX,
                    "too large to be judged again: its verdict and tries are left out of the history, and the \
                     history it began with is carried on"
                );
                pinned = self.pinned(row).await?.or(pinned);
                continue;
            }
            match self.inner.board.answer(&row.iteration, &Question::NOW).await {
                Ok(answer) => {
                    history.iterations.push(PastIteration {
                        iteration: row.iteration.to_string(),
                        verdict: answer.analysis.verdict.verdict,
                    });
                    answers.push(answer);
                }
                Err(BoardError::Store(error)) => return Err(super::refuse(error)),
                // One iteration that cannot be judged must not keep the next one from opening.
                Err(error) => tracing::error!(%error, iteration = %row.iteration, "left out of the history"),
            }
        }
        if let Some(pinned) = pinned {
            history.carry(pinned);
        }
        let surplus = history.iterations.len().saturating_sub(HISTORY_ITERATIONS_MAX);
        history.iterations.drain(..surplus);
        if history.iterations.is_empty() {
            return Ok(None);
        }
        remember(&mut history, answers.iter().map(|answer| &answer.analysis.scene));
        document(&history).map(Some)
    }

    /// The history that `row` was opened with, if it can be read.
    async fn pinned(&self, row: &IterationRow) -> Result<Option<History>, IngestError> {
        let scene = self.scene(&row.iteration).await?;
        let document = scene.as_ref().and_then(|scene| scene.context.get(Topic::History.as_str()));
        let Some(document) = document else { return Ok(None) };
        let read = serde_json::from_str(&document.body);
        Ok(read
            .inspect_err(
                |error| tracing::warn!(%error, iteration = %row.iteration, "its history cannot be read"),
            )
            .ok())
    }
}

/// A document as JSON; one that cannot be written is no reason to act as if there were none.
fn document(document: &impl Serialize) -> Result<String, IngestError> {
    serde_json::to_string(document).map_err(|error| IngestError::Broken(StoreError::Critical(error.into())))
}

/// Enters a record if it is of a ledger that outlives its iteration.
fn carry(carried: &mut CarriedLedger, record: LedgerRecord) {
    let reason = record.reason.unwrap_or_default();
    match (record.book, record.target, record.expires_at) {
        (Book::Suppression, violation, expires_at) => carried.suppressions.push(CarriedSuppression {
            id: record.id,
            reason,
            violation,
            rule: record.rule,
            modules: record.scope,
            owner: record.actor,
            since: record.since,
            expires_at,
        }),
        (Book::Quarantine, Some(scenario), Some(expires_at)) => carried.quarantine.push(CarriedQuarantine {
            id: record.id,
            reason,
            scenario,
            owner: record.actor,
            since: record.since,
            expires_at,
            ticket: record.ticket,
            fix: record.fix,
        }),
        _ => {}
    }
}

pub(super) fn context_event(project: &Name, iteration: &Name, head: u64, context: ContextRecorded) -> Event {
    let id = format!("context:{}:{}:{head}", context.topic.as_str(), context.digest);
    Event {
        identity: Identity { source: SERVER_SOURCE.to_owned(), id },
        subject: None,
        time: None,
        time_text: None,
        project: project.clone(),
        iteration: iteration.clone(),
        batch: None,
        traceparent: None,
        corrects: None,
        data: Data::ContextRecorded(context),
    }
}
