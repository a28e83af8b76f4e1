//! From bytes to an [`Event`], or a [`Refusal`] that says which field is wrong and how.
//!
//! Refuses: more than [`EVENT_BYTES_MAX`] bytes, nesting beyond [`DEPTH_MAX`] (found by a scan, before any
//! parser recurses), invalid UTF-8, CloudEvents other than 1.0, unknown types and unknown data fields,
//! names outside of the alphabet, times that are no RFC 3339. Unknown envelope attributes pass: CloudEvents
//! calls them extensions.

use super::catalogue::Data;
use super::data::SuppressionGranted;
use super::{Event, Hash128, Identity, Logged};
use crate::id::{DEFAULT_PROJECT, Name};
use crate::rules::Pattern;
use crate::scan;
use crate::time::Time;
use serde_json::{Map, Value};

/// Largest event, in bytes of JSON.
pub const EVENT_BYTES_MAX: usize = 1 << 20;
/// Deepest nesting of an event.
pub const DEPTH_MAX: usize = 64;
/// Most packed facts in one event.
pub const ITEMS_MAX: usize = 4096;
/// Most patterns that narrow a suppression.
const MODULE_PATTERNS_MAX: usize = 64;
const SOURCE_BYTES_MAX: usize = 512;
const ID_BYTES_MAX: usize = 256;

/// Why an event was refused; always the SCHEMA category of dead letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct Refusal {
    /// Path of the field, or `event` for the whole.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Refusal {
    fn new(field: &str, reason: impl Into<String>) -> Self {
        Self { field: field.to_owned(), reason: reason.into() }
    }
}

/// Decodes one event from JSON bytes. `iteration`, if given, overrides the envelope's.
///
/// # Errors
/// The first thing that is wrong.
pub fn decode(bytes: &[u8], iteration: Option<&Name>) -> Result<Event, Refusal> {
    if bytes.len() > EVENT_BYTES_MAX {
        return Err(Refusal::new("event", format!("{} bytes, at most {EVENT_BYTES_MAX}", bytes.len())));
    }
    if depth_exceeds(bytes, DEPTH_MAX) {
        return Err(Refusal::new("event", format!("nested deeper than {DEPTH_MAX} levels")));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Refusal::new("event", format!("not UTF-8 at byte {}", error.valid_up_to())))?;
    let value = serde_json::from_str(text).map_err(|error| Refusal::new("event", error.to_string()))?;
    decode_value(value, iteration)
}

/// Decodes one event from a JSON value whose size and depth have been checked.
///
/// # Errors
/// The first thing that is wrong.
pub fn decode_value(value: Value, iteration: Option<&Name>) -> Result<Event, Refusal> {
    let Value::Object(mut envelope) = value else {
        return Err(Refusal::new("event", "not a JSON object"));
    };
    match text(&mut envelope, "specversion")? {
        Some(version) if version == "1.0" => {}
        Some(version) => {
            return Err(Refusal::new("specversion", format!("{version:?}, only \"1.0\" is known")));
        }
        None => return Err(Refusal::new("specversion", "missing; this is no CloudEvent")),
    }
    let id = bounded(required(&mut envelope, "id")?, "id", ID_BYTES_MAX)?;
    let source = bounded(required(&mut envelope, "source")?, "source", SOURCE_BYTES_MAX)?;
    let kind = required(&mut envelope, "type")?;
    let written = text(&mut envelope, "time")?;
    let time = match &written {
        Some(time) => Some(Time::parse(time).map_err(|error| Refusal::new("time", error.to_string()))?),
        None => None,
    };
    let time_text = written.filter(|text| time.is_some_and(|time| time.to_string() != *text));
    let iteration = match (iteration, text(&mut envelope, "iteration")?) {
        (Some(name), _) => name.clone(),
        (None, Some(name)) => {
            Name::iteration(&name).map_err(|error| Refusal::new("iteration", error.to_string()))?
        }
        (None, None) => return Err(Refusal::new("iteration", "missing")),
    };
    let project = text(&mut envelope, "project")?.unwrap_or_else(|| DEFAULT_PROJECT.to_owned());
    let project = Name::new(&project).map_err(|error| Refusal::new("project", error.to_string()))?;
    let corrects = match (text(&mut envelope, "correctsid")?, text(&mut envelope, "correctssource")?) {
        (Some(id), other) => Some(Identity { source: other.unwrap_or_else(|| source.clone()), id }),
        (None, Some(_)) => return Err(Refusal::new("correctsid", "missing beside correctssource")),
        (None, None) => None,
    };
    let batch = match text(&mut envelope, "batch")? {
        Some(batch) => Some(bounded(batch, "batch", ID_BYTES_MAX)?),
        None => None,
    };
    let subject = text(&mut envelope, "subject")?;
    let traceparent = text(&mut envelope, "traceparent")?;
    let data = envelope.remove("data").unwrap_or_else(|| Value::Object(Map::new()));
    let data = decode_data(&kind, data, time.is_some())?;
    Ok(Event {
        identity: Identity { source, id },
        subject,
        time,
        time_text,
        project,
        iteration,
        batch,
        traceparent,
        corrects,
        data,
    })
}

/// Decodes one line as `mission events` prints it: an event with `position`, `recorded_at` and, where set,
/// `actor` and `steward`. Reads what [`Logged::to_json`] writes, back to an equal value.
///
/// # Errors
/// The first thing that is wrong.
pub fn decode_logged(value: Value) -> Result<Logged, Refusal> {
    let Value::Object(mut envelope) = value else {
        return Err(Refusal::new("event", "not a JSON object"));
    };
    let position = match envelope.remove("position") {
        Some(Value::Number(number)) => number.as_u64().filter(|position| *position > 0),
        _ => None,
    };
    let position = position.ok_or_else(|| Refusal::new("position", "must be a whole number from 1"))?;
    let recorded_at = Time::parse(&required(&mut envelope, "recorded_at")?)
        .map_err(|error| Refusal::new("recorded_at", error.to_string()))?;
    let actor = match text(&mut envelope, "actor")? {
        Some(actor) => Some(bounded(actor, "actor", ID_BYTES_MAX)?),
        None => None,
    };
    let steward = match envelope.remove("steward") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(steward)) => steward,
        Some(other) => {
            return Err(Refusal::new("steward", format!("must be a boolean, got {}", shape(&other))));
        }
    };
    let event = decode_value(Value::Object(envelope), None)?;
    Ok(Logged { position, recorded_at, actor, steward, event })
}

fn decode_data(kind: &str, value: Value, timed: bool) -> Result<Data, Refusal> {
    checked(kind, Data::from_json(kind, value), timed)
}

fn checked(kind: &str, read: Option<Result<Data, String>>, timed: bool) -> Result<Data, Refusal> {
    let data = match read {
        None => return Err(Refusal::new("type", format!("unknown event type {:?}", short(kind)))),
        Some(Err(reason)) => {
            let (field, reason) = reason.split_once(": ").unwrap_or(("data", reason.as_str()));
            return Err(Refusal::new(field, reason));
        }
        Some(Ok(data)) => data,
    };
    check(&data, timed)?;
    Ok(data)
}

/// What the types alone cannot say: sound keys, sound packed items, a time where one is needed.
fn check(data: &Data, timed: bool) -> Result<(), Refusal> {
    data.check_keys().map_err(|(field, error)| Refusal::new(&format!("data.{field}"), error.to_string()))?;
    match data {
        Data::Facts(facts) => {
            if facts.items.len() > ITEMS_MAX {
                return Err(Refusal::new(
                    "data.items",
                    format!("{} items, at most {ITEMS_MAX}", facts.items.len()),
                ));
            }
            for (n, item) in facts.items.iter().enumerate() {
                let at = |refusal: Refusal| Refusal {
                    field: format!("data.items[{n}].{}", refusal.field),
                    reason: refusal.reason,
                };
                let read = Data::from_text(&item.kind, item.data.as_str());
                let inner = checked(&item.kind, read, timed || item.time.is_some()).map_err(at)?;
                if matches!(inner, Data::Facts(_) | Data::BatchClosed(_) | Data::EventRetracted(_)) {
                    return Err(at(Refusal::new("type", format!("{} cannot be packed", item.kind))));
                }
            }
            Ok(())
        }
        Data::BatchClosed(closed) if Hash128::parse(&closed.digest).is_none() => {
            Err(Refusal::new("data.digest", "must be 32 hex digits"))
        }
        Data::LinkDeclared(link) if link.confidence.is_some_and(|c| c == 0 || c > 1_000_000) => {
            Err(Refusal::new("data.confidence", "must be 1 to 1000000 (millionths)"))
        }
        Data::SuppressionGranted(s) if s.violation.is_none() == s.rule.is_none() => {
            Err(Refusal::new("data.violation", "name either a violation or a rule"))
        }
        Data::SuppressionGranted(s) => modules_of(s),
        Data::TaskQueued(_) | Data::TaskStarted(_) | Data::ScenarioQueued(_) | Data::ScenarioStarted(_)
            if !timed =>
        {
            Err(Refusal::new("time", "missing; a queued or started try needs its time"))
        }
        _ => Ok(()),
    }
}

/// A suppression's patterns narrow a rule, so there must be one, and they must be patterns.
fn modules_of(suppression: &SuppressionGranted) -> Result<(), Refusal> {
    let refuse = |reason: String| Err(Refusal::new("data.modules", reason));
    if suppression.rule.is_none() && !suppression.modules.is_empty() {
        return refuse("narrow a rule; name one".to_owned());
    }
    if suppression.modules.len() > MODULE_PATTERNS_MAX {
        return refuse(format!("{} patterns, at most {MODULE_PATTERNS_MAX}", suppression.modules.len()));
    }
    match suppression.modules.iter().find_map(|text| Pattern::new(text).err()) {
        Some(error) => refuse(error.to_string()),
        None => Ok(()),
    }
}

fn text(envelope: &mut Map<String, Value>, field: &str) -> Result<Option<String>, Refusal> {
    match envelope.remove(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(Refusal::new(field, format!("must be a string, got {}", shape(&other)))),
    }
}

fn required(envelope: &mut Map<String, Value>, field: &str) -> Result<String, Refusal> {
    match text(envelope, field)? {
        Some(text) if !text.is_empty() => Ok(text),
        Some(_) => Err(Refusal::new(field, "empty")),
        None => Err(Refusal::new(field, "missing")),
    }
}

fn bounded(text: String, field: &str, bytes_max: usize) -> Result<String, Refusal> {
    if text.is_empty() || text.len() > bytes_max || text.chars().any(char::is_control) {
        return Err(Refusal::new(
            field,
            format!("must have 1 to {bytes_max} bytes and no control characters"),
        ));
    }
    Ok(text)
}

fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Whether brackets outside of strings nest deeper than `depth_max`. One pass, no recursion.
pub(crate) fn depth_exceeds(bytes: &[u8], depth_max: usize) -> bool {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => at = behind_string(bytes, at),
            b'{' | b'[' => {
                depth += 1;
                if depth > depth_max {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Where the string ends in which `at` lies: behind its quote, or behind everything.
fn behind_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(next) =
        bytes.get(at..).and_then(|rest| scan::first(rest, |byte| (byte == b'"') | (byte == b'\\')))
    {
        at += next + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        // Whatever is escaped does not end it.
        at += 1;
    }
    bytes.len()
}
