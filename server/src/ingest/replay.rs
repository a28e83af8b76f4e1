//! Replay: sends a dead letter through ingest again.
//!
//! Accepted, or there already: the letter goes. Otherwise it stays and says how often it was tried and why in vain:
//! SCHEMA if it is no event we know, CRITICAL if its identity has other content, TRANSIENT if it is sound and the
//! store was out of reach at every try, so that all it needs is to be replayed again.
//!
//! This is the only place where a transient failure leaves a dead letter. Whoever sends events is told to come
//! again (503, exit code 4) and still has them: what was never acknowledged is not kept twice.

use super::{Ingest, IngestError, ItemError, Receipt, refuse};
use crate::store::{Category, StoreError, Writer};
use shared::event::{Event, decode};
use std::time::Duration;
use tokio::time::sleep;

/// How often a letter is tried while the store is out of reach.
const TRIES: u32 = 4;
/// Pause after the first try; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

impl Ingest {
    /// Replays dead letter `id` as `writer`; `None` if there is no such letter.
    ///
    /// # Errors
    /// As [`Ingest::events`]; the letter stays.
    pub async fn replay(&self, id: i64, writer: Writer) -> Result<Option<Receipt>, IngestError> {
        let store = &self.inner.store;
        let Some(letter) = store.dead_letter(id).await.map_err(refuse)? else {
            return Ok(None);
        };
        let event = match decode(letter.body.as_bytes(), None) {
            Ok(event) => event,
            Err(refusal) => {
                let error = ItemError { index: 0, id: letter.identity, reason: refusal.to_string() };
                self.in_vain(id, Category::Schema, &error.reason).await?;
                return Ok(Some(Receipt { rejected: 1, errors: vec![error], ..Receipt::default() }));
            }
        };
        let ended = self.patiently(event, writer).await;
        match &ended {
            Ok(receipt) => match receipt.errors.first() {
                None => drop(store.discard(id).await.map_err(refuse)?),
                Some(error) => self.in_vain(id, Category::Critical, &error.reason).await?,
            },
            // A store that cannot even write this down leaves the letter as it was.
            Err(IngestError::Unavailable { reason, .. }) => {
                if let Err(error) = self.in_vain(id, Category::Transient, reason).await {
                    tracing::warn!(%error, letter = id, "cannot count a replay");
                }
            }
            Err(_) => {}
        }
        ended.map(Some)
    }

    /// Appends `event`, again after a pause where the store is out of reach.
    async fn patiently(&self, event: Event, writer: Writer) -> Result<Receipt, IngestError> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..TRIES {
            match self.events(vec![event.clone()], writer.clone()).await {
                Err(IngestError::Unavailable { .. }) => sleep(pause).await,
                ended => return ended,
            }
            pause *= 2;
        }
        self.events(vec![event], writer).await
    }

    /// Counts a replay that failed.
    async fn in_vain(&self, id: i64, category: Category, reason: &str) -> Result<(), IngestError> {
        match self.inner.store.touch_dead_letter(id, category, reason).await {
            Err(StoreError::NotFound(_)) => Ok(()), // settled by somebody else meanwhile
            touched => touched.map_err(refuse),
        }
    }
}
