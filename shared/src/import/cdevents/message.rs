//! Events out of their envelopes, typed and borrowed.

use crate::import::document::parse;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

#[derive(Debug, Deserialize)]
pub(super) struct CdEvent<'a> {
    #[serde(borrow)]
    pub(super) context: Context<'a>,
    pub(super) subject: Subject<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Context<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    #[serde(rename = "type")]
    pub(super) kind: Cow<'a, str>,
    pub(super) timestamp: Option<Cow<'a, str>>,
    pub(super) links: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Subject<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    pub(super) content: Option<&'a RawValue>,
}

/// The content of every kind of subject that is used.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Content<'a> {
    #[serde(borrow)]
    pub(super) pipeline_name: Option<Cow<'a, str>>,
    #[serde(alias = "task")]
    pub(super) task_name: Option<Cow<'a, str>>,
    pub(super) pipeline_run: Option<Reference<'a>>,
    #[serde(alias = "status")]
    pub(super) outcome: Option<Cow<'a, str>>,
    pub(super) errors: Option<Cow<'a, str>>,
    pub(super) reason: Option<Cow<'a, str>>,
    pub(super) severity: Option<Cow<'a, str>>,
    pub(super) test_case: Option<Reference<'a>>,
    pub(super) test_suite: Option<Reference<'a>>,
    pub(super) test_suite_run: Option<Reference<'a>>,
    pub(super) environment: Option<Reference<'a>>,
}

/// Something by its id, with a name where it has one.
#[derive(Debug, Deserialize)]
pub(super) struct Reference<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    pub(super) name: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Link<'a> {
    #[serde(borrow)]
    pub(super) link_type: Cow<'a, str>,
    pub(super) link_kind: Option<Cow<'a, str>>,
    pub(super) from: Option<End<'a>>,
    pub(super) to: Option<End<'a>>,
    pub(super) end: Option<End<'a>>,
    pub(super) source: Option<End<'a>>,
    pub(super) target: Option<End<'a>>,
}

/// One end of a link: an event, or since 0.6 a resource of another system.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct End<'a> {
    #[serde(borrow)]
    pub(super) context_id: Option<Cow<'a, str>>,
}

/// A document without its envelope.
pub(super) enum Unwrapped<'a> {
    /// An event.
    Event(CdEvent<'a>),
    /// A link that was sent by itself.
    Link(Link<'a>),
}

/// Only what tells an event from an envelope and from a link: a CloudEvent's `subject` is a text.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outline<'a> {
    #[serde(borrow)]
    context: Option<&'a RawValue>,
    link_type: Option<&'a RawValue>,
    data: Option<&'a RawValue>,
    #[serde(rename = "data_base64")]
    data_base64: Option<&'a RawValue>,
}

/// Takes a document out of its CloudEvent, if it is in one.
///
/// # Errors
/// The line within the document, and what is wrong with which field.
pub(super) fn unwrap(json: &str) -> Result<Unwrapped<'_>, (u64, String)> {
    let outline: Outline<'_> = parse(json)?;
    if outline.context.is_some() {
        return parse(json).map(Unwrapped::Event);
    }
    if outline.link_type.is_some() {
        return parse(json).map(Unwrapped::Link);
    }
    if outline.data_base64.is_some() {
        return Err((0, "data_base64: not read; send the event as JSON in data".to_owned()));
    }
    match outline.data.map(RawValue::get) {
        Some(data) if data.starts_with('{') => {
            let event = parse(data).map_err(|(below, reason)| (below, format!("data.{reason}")))?;
            Ok(Unwrapped::Event(event))
        }
        Some(_) => Err((0, "data: not an object, so no CDEvent".to_owned())),
        None => Err((0, "context: missing; this is no CDEvent, nor one in data".to_owned())),
    }
}

/// Subject and predicate of an event type, in lower case: `dev.cdevents.taskrun.finished.0.2.0` is a finished
/// task run, whatever the version.
pub(super) fn kind_of(event_type: &str) -> Option<(String, String)> {
    let lower = event_type.trim().to_ascii_lowercase();
    let mut parts = lower.strip_prefix("dev.cdevents.")?.split('.');
    match (parts.next(), parts.next()) {
        (Some(subject), Some(predicate)) if !subject.is_empty() && !predicate.is_empty() => {
            Some((subject.to_owned(), predicate.to_owned()))
        }
        _ => None,
    }
}
