//! From decoded events to the log and the board, and the receipt.

use super::{Ingest, IngestError, ItemError, Receipt, Refused, refuse};
use crate::store::{Appended, Pending, Writer};
use shared::event::data::{ContextRecorded, Topic};
use shared::event::{Data, Detail, Entry, Event, Logged, split_detail};
use shared::id::{Name, PROJECT_LOG_PREFIX};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// Events appended in one transaction.
const APPEND_EVENTS: usize = 4096;

/// Entries by iteration.
type Folded = BTreeMap<Name, Vec<Entry>>;

/// An event on its way, with its index in the request; `None` for the server's own.
pub(super) type Indexed = (Option<u64>, Event);

/// What is kept of an event while the store has it: all of it where a graph in memory waits for it.
enum Kept {
    Event(Box<Event>),
    Name { iteration: Name, id: String },
}

impl Kept {
    fn iteration(&self) -> &Name {
        match self {
            Kept::Event(event) => &event.iteration,
            Kept::Name { iteration, .. } => iteration,
        }
    }

    fn id(&self) -> &str {
        match self {
            Kept::Event(event) => &event.identity.id,
            Kept::Name { id, .. } => id,
        }
    }
}

impl Ingest {
    /// Appends `items` in order, keeps the refused ones as dead letters, and tells the board.
    pub(super) async fn take_in(
        &self,
        items: Vec<Result<Event, Refused>>,
        writer: &Writer,
        read_at: Instant,
    ) -> Result<Receipt, IngestError> {
        let mut receipt = Receipt::default();
        let mut refused = Vec::new();
        let mut batch: Vec<Indexed> = Vec::new();
        for (index, item) in (0_u64..).zip(items) {
            match item {
                Ok(event) => batch.push((Some(index), at_home(event))),
                Err(item) => refused.push((index, item)),
            }
            if batch.len() == APPEND_EVENTS {
                self.append(std::mem::take(&mut batch), writer, &mut receipt).await?;
            }
        }
        self.append(batch, writer, &mut receipt).await?;
        self.bury(refused, &mut receipt).await?;
        receipt.errors.sort_by_key(|error| error.index);
        let metrics = &self.inner.metrics;
        metrics.ingested(receipt.accepted, receipt.duplicates, receipt.rejected);
        metrics.visible(read_at.elapsed());
        Ok(receipt)
    }

    /// Appends what one request brings, opening the iterations that begin with it.
    async fn append(
        &self,
        batch: Vec<Indexed>,
        writer: &Writer,
        receipt: &mut Receipt,
    ) -> Result<(), IngestError> {
        if batch.is_empty() {
            return Ok(());
        }
        let iterations: BTreeSet<&Name> = batch.iter().map(|(_, event)| &event.iteration).collect();
        let unknown: Vec<Name> = iterations.into_iter().filter(|name| !self.is_open(name)).cloned().collect();
        if unknown.is_empty() {
            return self.append_as_is(batch, writer, receipt).await;
        }
        // Two requests may open one iteration: the second waits and finds it open.
        let _opening = self.inner.openings.lock().await;
        let mut batch = batch;
        for iteration in &unknown {
            let row = self.inner.store.iteration(iteration).await.map_err(refuse)?;
            if row.is_none() && !iteration.is_project_log() {
                batch = self.with_contexts(batch, iteration).await?;
            }
        }
        self.append_as_is(batch, writer, receipt).await?;
        self.remember_open(unknown);
        Ok(())
    }

    /// Puts the context of `iteration` behind the event that opens it.
    async fn with_contexts(
        &self,
        mut batch: Vec<Indexed>,
        iteration: &Name,
    ) -> Result<Vec<Indexed>, IngestError> {
        let Some(at) = batch.iter().position(|(_, event)| event.iteration == *iteration) else {
            return Ok(batch);
        };
        let first = &batch[at].1;
        let predecessor = match &first.data {
            Data::IterationOpened(opened) => opened.predecessor.as_ref(),
            _ => None,
        };
        let contexts = self.missing_contexts(&first.project, iteration, predecessor).await?;
        batch.splice(at + 1..at + 1, contexts.into_iter().map(|event| (None, event)));
        Ok(batch)
    }

    /// One transaction, then the board, then what a change of a project's log means for its open iterations.
    ///
    /// A change that is sent again is looked at again, because the server may have stopped in between.
    pub(super) async fn append_as_is(
        &self,
        batch: Vec<Indexed>,
        writer: &Writer,
        receipt: &mut Receipt,
    ) -> Result<(), IngestError> {
        let projects: BTreeSet<Name> = batch
            .iter()
            .filter(|(_, event)| event.iteration.is_project_log())
            .map(|(_, event)| event.project.clone())
            .collect();
        self.append_and_fold(batch, writer, receipt).await?;
        for project in projects {
            self.spread(&project, receipt).await?;
        }
        Ok(())
    }

    /// Appends to every open iteration of `project` the contexts it lacks now.
    async fn spread(&self, project: &Name, receipt: &mut Receipt) -> Result<(), IngestError> {
        let nobody = Writer { actor: None, steward: false };
        for iteration in self.open_iterations(project).await? {
            let contexts = self.missing_contexts(project, &iteration, None).await?;
            let batch: Vec<Indexed> = contexts.into_iter().map(|event| (None, event)).collect();
            if !batch.is_empty() {
                self.append_and_fold(batch, &nobody, receipt).await?;
            }
        }
        Ok(())
    }

    /// One transaction, then the board.
    pub(super) async fn append_and_fold(
        &self,
        batch: Vec<Indexed>,
        writer: &Writer,
        receipt: &mut Receipt,
    ) -> Result<(), IngestError> {
        let token_key = self.inner.store.token_key();
        let nobody = Writer { actor: None, steward: false };
        let iterations: BTreeSet<Name> = batch.iter().map(|(_, event)| event.iteration.clone()).collect();
        let board = &self.inner.board;
        let held: BTreeSet<&Name> = iterations.iter().filter(|iteration| board.holds(iteration)).collect();
        let mut pending = Vec::with_capacity(batch.len());
        let mut kept = Vec::with_capacity(batch.len());
        for (index, mut event) in batch {
            let mut details = split_detail(&mut event, &token_key);
            details.extend(self.writer_detail(&event, writer));
            let writer = if index.is_some() { writer } else { &nobody };
            let keep = if held.contains(&event.iteration) {
                Kept::Event(Box::new(event.clone()))
            } else {
                Kept::Name { iteration: event.iteration.clone(), id: event.identity.id.clone() }
            };
            kept.push((index, keep));
            pending.push(Pending { event, details, writer: writer.clone() });
        }
        let started = Instant::now();
        let appended = self.inner.store.append(pending).await.map_err(refuse)?;
        self.inner.metrics.appended(started.elapsed());
        let mut folded = Folded::new();
        for ((index, keep), became) in kept.into_iter().zip(appended) {
            if let Some(index) = index {
                count(receipt, index, &keep, &became);
            }
            if let (Appended::Accepted(position, recorded_at), Kept::Event(event)) = (became, keep) {
                let writer = if index.is_some() { writer } else { &nobody };
                let actor = writer.actor.clone();
                let steward = writer.steward;
                let logged = Logged { position, recorded_at, actor, steward, event: *event };
                let entry = Entry::from_logged(&logged);
                folded.entry(logged.event.iteration).or_default().push(entry);
            }
        }
        for iteration in &iterations {
            // A graph that came into memory meanwhile may have read the log before these events were in it.
            let told = match folded.remove(iteration) {
                Some(entries) => board.offer(iteration, entries).await,
                None => board.catch_up(iteration).await,
            };
            // The events are durable: what goes wrong here is found again by the next question.
            if let Err(error) = told {
                tracing::error!(%error, %iteration, "cannot fold appended events");
            }
        }
        Ok(())
    }

    /// The writer's name beside records that people answer for, so that it can be shown and erased.
    fn writer_detail(&self, event: &Event, writer: &Writer) -> Option<Detail> {
        let answers_for = matches!(
            event.data,
            Data::OverrideRecorded(_)
                | Data::OverrideRevoked(_)
                | Data::SuppressionGranted(_)
                | Data::SuppressionRevoked(_)
                | Data::QuarantineGranted(_)
                | Data::QuarantineRevoked(_)
                | Data::DecisionRecorded(_)
                | Data::ContextRecorded(ContextRecorded { topic: Topic::Baseline, .. })
        );
        let token = writer.actor.as_ref().filter(|_| answers_for)?;
        let value = self.name_of(token)?;
        Some(Detail { field: token.clone(), personal: true, value })
    }

    /// Keeps refused items as dead letters.
    async fn bury(&self, refused: Vec<(u64, Refused)>, receipt: &mut Receipt) -> Result<(), IngestError> {
        if refused.is_empty() {
            return Ok(());
        }
        let mut letters = Vec::with_capacity(refused.len());
        for (index, item) in refused {
            receipt.rejected += 1;
            receipt.errors.push(ItemError { index, id: item.id(), reason: item.refusal.to_string() });
            letters.push(item.into_letter());
        }
        self.inner.store.bury(letters).await.map_err(refuse)?;
        Ok(())
    }
}

/// An event for a project's log belongs to that project, whatever its envelope leaves out.
fn at_home(mut event: Event) -> Event {
    let project = event.iteration.as_str().strip_prefix(PROJECT_LOG_PREFIX).map(Name::new);
    if let Some(Ok(project)) = project {
        event.project = project;
    }
    event
}

/// Enters what became of one event into the receipt.
fn count(receipt: &mut Receipt, index: u64, event: &Kept, became: &Appended) {
    let position = match became {
        Appended::Accepted(position, _) => {
            receipt.accepted += 1;
            *position
        }
        Appended::Duplicate(position) => {
            receipt.duplicates += 1;
            *position
        }
        Appended::Conflict { letter, reason } => {
            receipt.rejected += 1;
            let reason = format!("{reason}; kept as dead letter {letter}");
            receipt.errors.push(ItemError { index, id: Some(event.id().to_owned()), reason });
            return;
        }
    };
    match receipt.positions.get_mut(event.iteration()) {
        Some(last) => *last = position.max(*last),
        None => {
            receipt.positions.insert(event.iteration().clone(), position);
        }
    }
}
