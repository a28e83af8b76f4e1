//! Keeps the full-text index up with the log while a server runs, so that no search has to.
//!
//! Events go first: while many arrive nothing is indexed, while few do a little at a time, and everything once it is
//! quiet. What is left then, a search takes in itself.

use crate::store::{Store, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Between two looks at the log.
const PAUSE: Duration = Duration::from_millis(500);
/// Events within a pause that are many.
const MANY: u64 = 500;

/// Indexes until `closing` is cancelled.
pub(super) async fn keep(store: Arc<dyn Store>, closing: CancellationToken) {
    let mut seen = 0;
    while closing.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_some() {
        if let Err(error) = look(&*store, &mut seen).await {
            // A search meets the same failure and tells it.
            tracing::debug!(%error, "cannot index");
        }
    }
}

/// Indexes as much as what came since `seen` leaves time for.
async fn look(store: &dyn Store, seen: &mut u64) -> Result<(), StoreError> {
    let before = std::mem::replace(seen, events(store).await?);
    if seen.abs_diff(before) > MANY {
        return Ok(());
    }
    while store.index_more().await? && before == *seen && events(store).await? == *seen {}
    Ok(())
}

/// Events of all iterations.
async fn events(store: &dyn Store) -> Result<u64, StoreError> {
    Ok(store.heads().await?.values().sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Pending, Writer, open};
    use serde_json::json;
    use shared::event::decode;

    async fn append(store: &dyn Store, from: u64, n: u64) {
        let pending = (from..from + n).map(|n| {
            let event = json!({"specversion": "1.0", "id": n.to_string(), "source": "test", "iteration": "I",
                "type": "mission.module.declared.v1", "project": "p", "data": {"module": format!("m{n}")}});
            let event = decode(event.to_string().as_bytes(), None).expect("an event");
            Pending { event, details: Vec::new(), writer: Writer { actor: None, steward: false } }
        });
        store.append(pending.collect()).await.expect("an append");
    }

    #[tokio::test]
    async fn many_events_are_left_alone_and_all_are_indexed_when_it_is_quiet() {
        let store = open("sqlite::memory:").await.expect("a store");
        append(&*store, 0, 5_000).await;
        let mut seen = 0;
        look(&*store, &mut seen).await.expect("a look");
        assert_eq!(seen, 5_000);
        assert!(store.index_more().await.expect("a chunk"), "nothing was indexed while many came");
        append(&*store, 5_000, 10).await;
        look(&*store, &mut seen).await.expect("a look");
        assert!(store.index_more().await.expect("a chunk"), "only a little while few came");
        look(&*store, &mut seen).await.expect("a look");
        assert!(!store.index_more().await.expect("a chunk"), "all of it when none came");
    }
}
