//! Replay: sends a dead letter through ingest again.
//!
//! Accepted, or there already: the letter goes. Refused again: it stays, and says how often and why.

use super::{Ingest, IngestError, ItemError, Receipt};
use crate::store::{StoreError, Writer};
use shared::event::decode;

impl Ingest {
    /// Replays dead letter `id` as `writer`; `None` if there is no such letter.
    ///
    /// # Errors
    /// As [`Ingest::events`]; the letter stays.
    pub async fn replay(&self, id: i64, writer: Writer) -> Result<Option<Receipt>, IngestError> {
        let store = &self.inner.store;
        let Some(letter) = store.dead_letter(id).await? else {
            return Ok(None);
        };
        let receipt = match decode(letter.body.as_bytes(), None) {
            Ok(event) => self.events(vec![event], writer).await?,
            Err(refusal) => {
                let error = ItemError { index: 0, id: letter.identity, reason: refusal.to_string() };
                Receipt { rejected: 1, errors: vec![error], ..Receipt::default() }
            }
        };
        match receipt.errors.first() {
            None => store.discard(id).await.map(drop),
            Some(error) => match store.touch_dead_letter(id, &error.reason).await {
                Err(StoreError::NotFound(_)) => Ok(()), // settled by somebody else meanwhile
                touched => touched,
            },
        }?;
        Ok(Some(receipt))
    }
}
