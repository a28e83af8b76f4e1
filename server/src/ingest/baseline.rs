//! The baseline of a project: violations that are accepted, kept in the project's log (`@PROJECT`).
//!
//! It shrinks by itself: when an iteration opens, what the one before it had in its baseline and a closed picture of
//! it no longer shows is taken out. It grows only when somebody asks for it, with a reason, and only by violations
//! that are there. One change at a time in this process.

use super::append::Indexed;
use super::opening::{JUDGED_EVENTS_MAX, context_event};
use super::{Ingest, IngestError, Receipt, refuse_board};
use crate::board::{BoardError, Question};
use crate::record::{Place, checked};
use crate::store::{IterationRow, Writer};
use shared::event::data::{ContextRecorded, Topic};
use shared::id::Name;
use shared::lens::acc::Violation;
use shared::order::Set;
use shared::time::Position;
use shared::verdict::history::Baseline;

/// Longest reason, in bytes.
const REASON_BYTES_MAX: usize = 1024;

/// What a baseline grew by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grown {
    /// Keys of the violations it accepts now and did not before.
    pub added: Vec<String>,
    /// Position in the project's log.
    pub position: Position,
}

/// Why a baseline does not grow.
#[derive(Debug, thiserror::Error)]
pub enum GrowthError {
    /// What was asked makes no sense.
    #[error("{0}")]
    Refused(String),
    /// The iteration cannot be looked at.
    #[error(transparent)]
    Board(#[from] BoardError),
    /// The event cannot be appended.
    #[error(transparent)]
    Ingest(#[from] IngestError),
}

impl Ingest {
    /// Lets the baseline of the iteration's project accept `violations` of it, or all that block if none is named.
    ///
    /// # Errors
    /// [`GrowthError::Refused`] without a reason, for violations that are not there, and if nothing would be added.
    pub async fn grow_baseline(
        &self,
        iteration: &Name,
        reason: &str,
        violations: &[String],
        writer: &Writer,
    ) -> Result<Grown, GrowthError> {
        let reason = reason.trim();
        if reason.is_empty() || reason.len() > REASON_BYTES_MAX {
            return refused(format!("a baseline grows for a reason, of 1 to {REASON_BYTES_MAX} bytes"));
        }
        let answer = self.inner.board.answer(iteration, &Question::NOW).await?;
        let there = &answer.analysis.acc.violations;
        let is_there = |key: &&String| there.iter().any(|violation| violation.id.key == **key);
        if let Some(key) = violations.iter().find(|key| !is_there(key)) {
            return refused(format!("there is no violation {key:?} in {iteration}"));
        }
        let wanted = |violation: &&Violation| match violations {
            [] => violation.blocks(),
            named => named.contains(&violation.id.key),
        };
        let _turn = self.inner.openings.lock().await;
        let log = Name::project_log(&answer.project);
        let mut baseline = self.project_baseline(&log).await?;
        let mut added = Vec::new();
        for violation in there.iter().filter(wanted) {
            if baseline.violations.insert(violation.id.key.clone()) {
                added.push(violation.id.key.clone());
            }
        }
        if added.is_empty() {
            return refused(
                "there is nothing to accept that the baseline does not accept already".to_owned(),
            );
        }
        baseline.reason = Some(reason.to_owned());
        baseline.actor.clone_from(&writer.actor);
        let place = Place { project: answer.project.clone(), iteration: log.clone(), now: answer.now };
        let event = checked(&place.context_event(Topic::Baseline, document(&baseline)?));
        let event = event.map_err(|refusal| GrowthError::Refused(refusal.to_string()))?;
        let mut receipt = Receipt::default();
        self.append_as_is(vec![(Some(0), event)], writer, &mut receipt).await?;
        match receipt.positions.get(&log) {
            Some(position) => Ok(Grown { added, position: *position }),
            None => refused(receipt.errors.into_iter().map(|error| error.reason).collect()),
        }
    }

    /// Takes out of the project's baseline what `before`, its latest iteration, shows to be gone.
    ///
    /// Open iterations hear of it with the next change in the project's log. An iteration that cannot be judged
    /// shows nothing.
    pub(super) async fn shrink_baseline(
        &self,
        project: &Name,
        before: &IterationRow,
    ) -> Result<(), IngestError> {
        let log = Name::project_log(project);
        if before.head > JUDGED_EVENTS_MAX || self.scene(&log).await?.is_none() {
            return Ok(());
        }
        let answer = match self.inner.board.answer(&before.iteration, &Question::NOW).await {
            Ok(answer) => answer,
            Err(BoardError::Store(error)) => return Err(super::refuse(error)),
            Err(error) => {
                tracing::error!(%error, iteration = %before.iteration, "left out of the baseline");
                return Ok(());
            }
        };
        let absent = answer.analysis.acc.baseline.iter().flat_map(|baseline| &baseline.absent);
        let gone: Vec<&String> =
            absent.filter(|absent| absent.resolved).map(|absent| &absent.violation).collect();
        let mut baseline = match self.project_baseline(&log).await {
            Ok(baseline) => baseline,
            // Whoever wrote it has to mend it; the streams it concerns are undecided until then.
            Err(GrowthError::Refused(_)) => return Ok(()),
            Err(GrowthError::Ingest(error)) => return Err(error),
            Err(GrowthError::Board(error)) => return Err(refuse_board(error)),
        };
        let n_before = baseline.violations.len();
        let kept = baseline.violations.iter().filter(|key| !gone.contains(key)).cloned();
        baseline.violations = kept.collect::<Set<String>>();
        let Ok(body) = document(&baseline) else { return Ok(()) };
        if baseline.violations.len() == n_before {
            return Ok(());
        }
        let head = self.inner.store.iteration(&log).await.map_err(super::refuse)?.map_or(0, |row| row.head);
        let event = context_event(project, &log, head, ContextRecorded::of(Topic::Baseline, body));
        let nobody = Writer { actor: None, steward: false };
        let batch: Vec<Indexed> = vec![(None, event)];
        self.append_and_fold(batch, &nobody, &mut Receipt::default()).await
    }

    /// The baseline in the project's log; an empty one if there is none.
    async fn project_baseline(&self, log: &Name) -> Result<Baseline, GrowthError> {
        let scene = self.scene(log).await?;
        let document = scene.as_ref().and_then(|scene| scene.context.get(Topic::Baseline.as_str()));
        let Some(document) = document else { return Ok(Baseline::default()) };
        serde_json::from_str(&document.body)
            .map_err(|error| GrowthError::Refused(format!("the baseline in {log} cannot be read: {error}")))
    }
}

fn document(baseline: &Baseline) -> Result<String, GrowthError> {
    serde_json::to_string(baseline).map_err(|error| GrowthError::Refused(error.to_string()))
}

fn refused<T>(reason: String) -> Result<T, GrowthError> {
    Err(GrowthError::Refused(reason))
}
