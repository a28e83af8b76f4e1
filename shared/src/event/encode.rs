//! From an [`Event`] or a [`Logged`] back to CloudEvents JSON, as `mission events` prints it.

use super::{Event, Logged};
use serde_json::{Map, Value, json};

/// The event as a CloudEvents 1.0 JSON object, keys sorted, absent attributes left out.
#[must_use]
pub fn event_json(event: &Event) -> Map<String, Value> {
    let mut map = Map::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(text) = value {
            map.insert(key.to_owned(), Value::String(text));
        }
    };
    put("specversion", Some("1.0".to_owned()));
    put("id", Some(event.identity.id.clone()));
    put("source", Some(event.identity.source.clone()));
    put("type", Some(event.data.type_name().to_owned()));
    put("subject", event.subject.clone());
    put("time", event.time.map(|time| event.time_text.clone().unwrap_or_else(|| time.to_string())));
    put("project", Some(event.project.to_string()));
    put("iteration", Some(event.iteration.to_string()));
    put("batch", event.batch.clone());
    put("traceparent", event.traceparent.clone());
    if let Some(corrects) = &event.corrects {
        put("correctsid", Some(corrects.id.clone()));
        if corrects.source != event.identity.source {
            put("correctssource", Some(corrects.source.clone()));
        }
    }
    map.insert("data".to_owned(), event.data.to_json());
    map
}

impl Logged {
    /// The event with `position`, `recorded_at` and, where set, `actor` and `steward`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut map = event_json(&self.event);
        map.insert("position".to_owned(), json!(self.position));
        map.insert("recorded_at".to_owned(), json!(self.recorded_at.to_string()));
        if let Some(actor) = &self.actor {
            map.insert("actor".to_owned(), json!(actor));
        }
        if self.steward {
            map.insert("steward".to_owned(), json!(true));
        }
        Value::Object(map)
    }
}
