//! From decoded events to the log and the board, and the receipt.

use super::{Ingest, IngestError, ItemError, Receipt, Refused, unavailable};
use crate::store::{Appended, Pending, StoreError, Writer};
use shared::event::{Entry, Event, Logged, split_detail};
use shared::id::Name;
use std::collections::BTreeMap;
use std::time::Instant;

/// Events appended in one transaction.
const APPEND_EVENTS: usize = 4096;

/// Entries of one iteration with its project.
type Folded = BTreeMap<Name, (Name, Vec<Entry>)>;

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
        let mut batch: Vec<(u64, Event)> = Vec::new();
        for (index, item) in (0_u64..).zip(items) {
            match item {
                Ok(event) => batch.push((index, event)),
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

    /// One transaction, then the board.
    async fn append(
        &self,
        batch: Vec<(u64, Event)>,
        writer: &Writer,
        receipt: &mut Receipt,
    ) -> Result<(), IngestError> {
        if batch.is_empty() {
            return Ok(());
        }
        let token_key = self.inner.store.token_key();
        let mut pending = Vec::with_capacity(batch.len());
        let mut kept = Vec::with_capacity(batch.len());
        for (index, mut event) in batch {
            let details = split_detail(&mut event, &token_key);
            kept.push((index, event.clone()));
            pending.push(Pending { event, details, writer: writer.clone() });
        }
        let started = Instant::now();
        let appended = self.inner.store.append(pending).await.map_err(refuse)?;
        self.inner.metrics.appended(started.elapsed());
        let mut folded = Folded::new();
        for ((index, event), became) in kept.into_iter().zip(appended) {
            count(receipt, &mut folded, index, event, became, writer);
        }
        for (iteration, (project, entries)) in folded {
            // The events are durable: what goes wrong here is found again by the next question.
            if let Err(error) = self.inner.board.offer(&project, &iteration, entries).await {
                tracing::error!(%error, %iteration, "cannot fold appended events");
            }
        }
        Ok(())
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

/// Enters what became of one event into the receipt, and into what the board is told.
fn count(
    receipt: &mut Receipt,
    folded: &mut Folded,
    index: u64,
    event: Event,
    became: Appended,
    writer: &Writer,
) {
    let position = match &became {
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
            receipt.errors.push(ItemError { index, id: Some(event.identity.id), reason });
            return;
        }
    };
    let last = receipt.positions.entry(event.iteration.clone()).or_default();
    *last = position.max(*last);
    if let Appended::Accepted(position, recorded_at) = became {
        let actor = writer.actor.clone();
        let logged = Logged { position, recorded_at, actor, steward: writer.steward, event };
        let entry = Entry::from_logged(&logged);
        let Event { project, iteration, .. } = logged.event;
        folded.entry(iteration).or_insert_with(|| (project, Vec::new())).1.push(entry);
    }
}

fn refuse(error: StoreError) -> IngestError {
    match error {
        StoreError::Transient(_) => unavailable(&error.to_string()),
        other => IngestError::Broken(other),
    }
}
