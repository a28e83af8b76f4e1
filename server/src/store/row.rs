//! Rows: a pending event as the tables keep it, and the way back.
//!
//! `body` holds what no column does, so that nothing is stored twice. Pure: no database, no clock.

use super::{Category, DeadLetter, Pending};
use anyhow::{Context as _, anyhow};
use serde::Deserialize;
use serde_json::Value;
use shared::event::{Data, Detail, Event, Hash128, Identity, Logged};
use shared::id::Name;
use shared::time::{Position, Time};

/// Context bodies longer than this many bytes lie in the blob table.
pub(super) const INLINE_BYTES_MAX: usize = 16 << 10;

/// An event as the tables keep it, before it has a position.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Its iteration.
    pub iteration: Name,
    /// The project it names.
    pub project: Name,
    /// Who says it, under which id.
    pub identity: Identity,
    /// Hash of the identity.
    pub identity_hash: Hash128,
    /// CloudEvents `type`.
    pub kind: &'static str,
    /// When it happened.
    pub time: Option<Time>,
    /// The batch it is an item of.
    pub batch: Option<String>,
    /// Token of the writer.
    pub actor: Option<String>,
    /// Whether the writer is a steward.
    pub steward: bool,
    /// Hash of what the producer said.
    pub content: Hash128,
    /// Name of the blob that holds the context's body.
    pub blob: Option<Hash128>,
    /// That body.
    pub blob_body: Option<String>,
    /// JSON of the rest.
    pub body: String,
    /// What was taken out.
    pub details: Vec<Detail>,
}

impl Row {
    /// The row of a pending event. Cost: one serialisation and two hashes.
    pub fn of_pending(pending: Pending) -> Self {
        let Pending { event, details, writer } = pending;
        Self::new(event, details, writer.actor, writer.steward)
    }

    /// The row of an event that has been logged before.
    pub fn of_logged(logged: Logged) -> Self {
        Self::new(logged.event, Vec::new(), logged.actor, logged.steward)
    }

    fn new(mut event: Event, details: Vec<Detail>, actor: Option<String>, steward: bool) -> Self {
        let mut data = event.data.canonical_json();
        let content = event.content_hash_of(&data);
        let (mut blob, mut blob_body) = (None, None);
        if let Data::ContextRecorded(context) = &mut event.data
            && let Some(long) = context.body.take_if(|body| body.len() > INLINE_BYTES_MAX)
        {
            blob = Some(Hash128::of(&[long.as_bytes()]));
            blob_body = Some(long);
            data = event.data.canonical_json();
        }
        Self {
            body: body(&event, &data),
            identity_hash: event.identity.hash(),
            kind: event.data.type_name(),
            iteration: event.iteration,
            project: event.project,
            identity: event.identity,
            time: event.time,
            batch: event.batch,
            actor,
            steward,
            content,
            blob,
            blob_body,
            details,
        }
    }

    /// Bytes that this row weighs in a queue, roughly.
    pub fn weight(&self) -> usize {
        let details: usize = self.details.iter().map(|detail| detail.value.len()).sum();
        256 + self.body.len() + self.blob_body.as_ref().map_or(0, String::len) + details
    }

    /// The dead letter of a row that the log refuses: the event as it came, people still as tokens.
    pub fn letter(&self, reason: String) -> DeadLetter {
        DeadLetter {
            id: 0,
            category: Category::Critical,
            iteration: Some(self.iteration.to_string()),
            identity: Some(format!("{} {}", self.identity.source, self.identity.id)),
            reason,
            body: self.whole_body(),
            recorded_at: Time::default(),
            attempts: 0,
        }
    }

    /// The CloudEvents JSON of this row, long texts and blob put back.
    fn whole_body(&self) -> String {
        let Ok(Value::Object(mut map)) = serde_json::from_str(&self.body) else {
            return self.body.clone();
        };
        let mut put = |key: &str, text: &str| map.insert(key.to_owned(), Value::from(text));
        put("specversion", "1.0");
        put("source", &self.identity.source);
        put("id", &self.identity.id);
        put("type", self.kind);
        put("project", self.project.as_str());
        put("iteration", self.iteration.as_str());
        if let Some(batch) = &self.batch {
            put("batch", batch);
        }
        if let (Some(time), false) = (self.time, map.contains_key("time")) {
            map.insert("time".to_owned(), Value::from(time.to_string()));
        }
        if let Some(data) = map.get_mut("data") {
            for detail in self.details.iter().filter(|detail| !detail.personal) {
                put_back(data, &detail.field, &detail.value);
            }
            if let Some(body) = &self.blob_body {
                put_back(data, "body", body);
            }
        }
        Value::Object(map).to_string()
    }
}

/// Puts a long text back where it was cut, at `name` or `items[n].name`; a path that is not there is left.
fn put_back(data: &mut Value, field: &str, value: &str) {
    let at = match field.strip_prefix("items[").and_then(|rest| rest.split_once("].")) {
        Some((n, name)) => format!("/items/{n}/data/{name}"),
        None => format!("/{field}"),
    };
    match data.pointer_mut(&at) {
        Some(slot) => *slot = Value::from(value),
        None => {
            if let Value::Object(map) = data {
                map.insert(field.to_owned(), Value::from(value));
            }
        }
    }
}

/// `{"data":…}` and what else no column holds.
fn body(event: &Event, data: &str) -> String {
    let mut body = String::with_capacity(data.len() + 128);
    body.push_str("{\"data\":");
    body.push_str(data);
    let corrects = event.corrects.as_ref();
    let rest = [
        ("subject", event.subject.as_ref()),
        ("time", event.time_text.as_ref()),
        ("traceparent", event.traceparent.as_ref()),
        ("correctsid", corrects.map(|identity| &identity.id)),
        ("correctssource", corrects.map(|identity| &identity.source)),
    ];
    for (name, text) in rest {
        if let Some(text) = text {
            body.push_str(",\"");
            body.push_str(name);
            body.push_str("\":");
            body.push_str(&Value::from(text.as_str()).to_string());
        }
    }
    body.push('}');
    body
}

/// A row of the log as read.
#[derive(Debug, Clone)]
pub(super) struct LogRow {
    /// Place in the log.
    pub position: i64,
    /// Known time, microseconds.
    pub recorded_at: i64,
    /// CloudEvents `source`.
    pub source: String,
    /// CloudEvents `id`.
    pub id: String,
    /// CloudEvents `type`.
    pub kind: String,
    /// When it happened, microseconds.
    pub time: Option<i64>,
    /// Its batch.
    pub batch: Option<String>,
    /// Token of the writer.
    pub actor: Option<String>,
    /// Whether the writer was a steward.
    pub steward: bool,
    /// JSON of the rest.
    pub body: String,
    /// The context's body, where it lies in a blob.
    pub blob_body: Option<Vec<u8>>,
}

#[derive(Deserialize)]
struct Body {
    data: Value,
    subject: Option<String>,
    time: Option<String>,
    traceparent: Option<String>,
    correctsid: Option<String>,
    correctssource: Option<String>,
}

impl LogRow {
    /// The logged event.
    ///
    /// # Errors
    /// The log holds something that this program cannot have written, or a later one has.
    pub fn logged(self, iteration: &Name, project: &Name) -> anyhow::Result<Logged> {
        let at = || format!("event {} {} at {iteration}:{}", self.source, self.id, self.position);
        let body: Body = serde_json::from_str(&self.body).with_context(at)?;
        let mut data = Data::from_json(&self.kind, body.data)
            .ok_or_else(|| anyhow!("unknown event type {:?}", self.kind))
            .and_then(|data| data.map_err(|reason| anyhow!(reason)))
            .with_context(at)?;
        if let (Data::ContextRecorded(context), Some(bytes)) = (&mut data, self.blob_body) {
            context.body = Some(String::from_utf8(bytes).context("a blob that is no text")?);
        }
        let corrects = body
            .correctsid
            .map(|id| Identity { source: body.correctssource.unwrap_or_else(|| self.source.clone()), id });
        Ok(Logged {
            position: position(self.position)?,
            recorded_at: Time(self.recorded_at),
            actor: self.actor,
            steward: self.steward,
            event: Event {
                identity: Identity { source: self.source, id: self.id },
                subject: body.subject,
                time: self.time.map(Time),
                time_text: body.time,
                project: project.clone(),
                iteration: iteration.clone(),
                batch: self.batch,
                traceparent: body.traceparent,
                corrects,
                data,
            },
        })
    }
}

/// A position from its column.
pub(super) fn position(column: i64) -> anyhow::Result<Position> {
    Position::try_from(column).with_context(|| format!("position {column} is below zero"))
}

/// A position for its column.
pub(super) fn column(position: Position) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

/// A name from its column.
pub(super) fn name(column: &str) -> anyhow::Result<Name> {
    Name::iteration(column).with_context(|| format!("stored name {column:?}"))
}

/// 128 bits from their column.
pub(super) fn hash(column: &[u8]) -> anyhow::Result<Hash128> {
    let bytes = column.try_into().with_context(|| format!("a hash of {} bytes", column.len()))?;
    Ok(Hash128(bytes))
}
