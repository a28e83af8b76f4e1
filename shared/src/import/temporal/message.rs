//! One event of a history: its kind, its time, and the attributes that are used.

use crate::import::clean;
use crate::import::document::parse;
use crate::time::Time;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// An event, with its attributes still to be read.
pub(super) struct RawEvent<'a> {
    /// Number in the history, from 1.
    pub(super) id: u64,
    /// When it happened, as written.
    pub(super) time: Written,
    /// Its kind in one form for all dialects: `ActivityTaskScheduled`.
    pub(super) kind: String,
    /// Whether it is of the old dialect, in which tries count from 0.
    pub(super) counts_from_zero: bool,
    attributes: Option<(String, &'a RawValue)>,
}

/// A time as the dialects write it.
pub(super) enum Written {
    /// RFC 3339.
    Text(String),
    /// Nanoseconds since 1970, already cut to microseconds.
    Instant(Time),
}

/// Attributes of all kinds of events that are used.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attributes<'a> {
    #[serde(borrow)]
    pub(super) workflow_type: Option<Named<'a>>,
    pub(super) original_execution_run_id: Option<Cow<'a, str>>,
    pub(super) new_execution_run_id: Option<Cow<'a, str>>,
    pub(super) activity_type: Option<Named<'a>>,
    #[serde(alias = "taskList")]
    pub(super) task_queue: Option<Named<'a>>,
    pub(super) timer_id: Option<Cow<'a, str>>,
    pub(super) service: Option<Cow<'a, str>>,
    pub(super) operation: Option<Cow<'a, str>>,
    pub(super) scheduled_event_id: Option<Whole>,
    pub(super) initiated_event_id: Option<Whole>,
    pub(super) started_event_id: Option<Whole>,
    pub(super) attempt: Option<Whole>,
    pub(super) failure: Option<Failure<'a>>,
    pub(super) last_failure: Option<Failure<'a>>,
    pub(super) reason: Option<Cow<'a, str>>,
    pub(super) last_failure_reason: Option<Cow<'a, str>>,
    pub(super) cause: Option<Cow<'a, str>>,
    pub(super) timeout_type: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Named<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Cow<'a, str>>,
}

/// What went wrong, one cause deep.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure<'a> {
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
    cause: Option<Cause<'a>>,
    timeout_failure_info: Option<Timeout<'a>>,
}

#[derive(Debug, Deserialize)]
struct Cause<'a> {
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Timeout<'a> {
    #[serde(borrow)]
    timeout_type: Option<Cow<'a, str>>,
}

impl Failure<'_> {
    /// The message, or that of the cause where there is none.
    pub(super) fn text(&self) -> Option<String> {
        let cause = self.cause.as_ref().and_then(|cause| cause.message.as_deref());
        let own = [self.message.as_deref(), cause].into_iter().flatten().find(|text| !text.trim().is_empty());
        own.and_then(|text| clean::prose(text, clean::ERROR_BYTES_MAX))
    }

    /// Which limit was passed, if one was.
    pub(super) fn timeout(&self) -> Option<&str> {
        self.timeout_failure_info.as_ref().and_then(|it| it.timeout_type.as_deref())
    }
}

/// A whole number, which histories hold as a number or as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Whole(pub(super) u64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrText;
        impl Visitor<'_> for NumberOrText {
            type Value = Whole;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or one as text")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Whole, E> {
                Ok(Whole(number))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Whole, E> {
                let refused = |_| E::invalid_value(serde::de::Unexpected::Str(text), &self);
                text.trim().parse().map(Whole).map_err(refused)
            }
        }
        deserializer.deserialize_any(NumberOrText)
    }
}

const ATTRIBUTES: &str = "EventAttributes";

impl<'a> RawEvent<'a> {
    /// Reads the frame of one event.
    ///
    /// # Errors
    /// The line within the event, and what is wrong with which field.
    pub(super) fn of(json: &'a str) -> Result<Self, (u64, String)> {
        let fields: BTreeMap<String, &RawValue> = parse(json)?;
        let text_of = |name: &str| fields.get(name).map(|raw| raw.get()).filter(|raw| *raw != "null");
        let id =
            text_of("eventId").ok_or((0, "eventId: missing; this is no event of a history".to_owned()))?;
        let Whole(id) = parse(id).map_err(|(_, reason)| (0, format!("eventId: {reason}")))?;
        let time = match (text_of("eventTime"), text_of("timestamp")) {
            (Some(time), _) => {
                Written::Text(parse(time).map_err(|(_, reason)| (0, format!("eventTime: {reason}")))?)
            }
            (None, Some(nanos)) => {
                let Whole(nanos) = parse(nanos).map_err(|(_, why)| (0, format!("timestamp: {why}")))?;
                // Fits: a 64-bit number of nanoseconds ends in the year 2554.
                Written::Instant(Time(i64::try_from(nanos / 1_000).unwrap_or(i64::MAX)))
            }
            (None, None) => return Err((0, "eventTime: missing".to_owned())),
        };
        let attributes = fields.iter().find(|(name, _)| name.ends_with(ATTRIBUTES));
        let written: Option<String> = match text_of("eventType") {
            Some(kind) => Some(parse(kind).map_err(|(_, reason)| (0, format!("eventType: {reason}")))?),
            None => None,
        };
        let named = attributes.and_then(|(name, _)| name.strip_suffix(ATTRIBUTES)).map(str::to_owned);
        // The first kind is the default of the wire format, which some writers leave out.
        let kind = written.filter(|kind| !kind.trim().is_empty()).or(named);
        let kind = kind.ok_or((0, "eventType: missing, and there are no attributes either".to_owned()))?;
        let old_names = kind.to_ascii_lowercase().contains("decision") || json.contains("\"taskList\"");
        Ok(Self {
            id,
            counts_from_zero: old_names || matches!(time, Written::Instant(_)),
            time,
            kind: canonical(&kind),
            attributes: attributes.map(|(name, raw)| (name.clone(), *raw)),
        })
    }

    /// Its attributes; none at all count as empty ones.
    ///
    /// # Errors
    /// What is wrong with which field.
    pub(super) fn attributes(&self) -> Result<Attributes<'a>, String> {
        match &self.attributes {
            Some((name, raw)) => parse(raw.get()).map_err(|(_, reason)| format!("{name}.{reason}")),
            None => Ok(Attributes::default()),
        }
    }
}

/// `EVENT_TYPE_ACTIVITY_TASK_STARTED`, `activityTaskStarted` and `ActivityTaskStarted` as the last one; decision
/// tasks as the workflow tasks they are called now.
fn canonical(kind: &str) -> String {
    let kind = kind.trim();
    let kind = kind.strip_prefix("EVENT_TYPE_").unwrap_or(kind);
    let is_upper = !kind.chars().any(|c| c.is_ascii_lowercase());
    let word = |word: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        let rest = if is_upper { rest.to_ascii_lowercase() } else { rest.to_owned() };
        first.to_ascii_uppercase() + &rest
    };
    let camel: String = kind.split('_').map(word).collect();
    clean::clip(&camel.replace("DecisionTask", "WorkflowTask"), 80).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_names_the_same_kinds() {
        for kind in ["EVENT_TYPE_ACTIVITY_TASK_STARTED", "activityTaskStarted", "ActivityTaskStarted"] {
            assert_eq!(canonical(kind), "ActivityTaskStarted");
        }
        assert_eq!(canonical("DecisionTaskTimedOut"), "WorkflowTaskTimedOut");
        assert_eq!(canonical("é_x"), "éX");
    }
}
