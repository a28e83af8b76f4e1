//! Events for tests of the store.

use serde_json::{Value, json};
use server::store::{Pending, Writer};
use shared::event::{Event, decode, split_detail};

/// The event a producer would send.
pub fn event(iteration: &str, source: &str, id: &str, kind: &str, data: Value) -> Event {
    sent(json!({
        "specversion": "1.0", "source": source, "id": id, "type": kind, "iteration": iteration,
        "time": "2026-11-17T09:00:00.5+01:00", "data": data,
    }))
}

/// The event of a whole envelope.
pub fn sent(envelope: Value) -> Event {
    decode(envelope.to_string().as_bytes(), None).expect("a sound event")
}

/// A small event whose content depends on `content`.
pub fn small(iteration: &str, id: &str, content: u32) -> Event {
    let data = json!({"task": format!("task-{content}")});
    event(iteration, "test", id, "mission.task.declared.v1", data)
}

/// The event as nobody in particular appends it.
pub fn pending(event: Event) -> Pending {
    Pending { event, details: Vec::new(), writer: Writer { actor: None, steward: false } }
}

/// The event as ingest hands it over: details split off.
pub fn split(mut event: Event, token_key: &[u8; 32]) -> Pending {
    let details = split_detail(&mut event, token_key);
    Pending { event, details, writer: Writer { actor: Some("ci".to_owned()), steward: true } }
}
