//! Temporal workflow histories, `{"events": […]}`, a bare array of events, or one a line; old Cadence ones too.
//!
//! A history is a run of its workflow type; activities and child workflows are tasks, known by the workflow's
//! and their own type, the second of a type in a history by `#2`. A history records only the last try of an
//! activity: the ones before are stated as unrecorded, over when it began, without times of their own. Timers
//! are tasks that count in no rate: they wait and do no work. What is open when the workflow ends is stated as
//! cancelled then, or skipped if the workflow did without it, inferred. Order and repetition do not matter.
//!
//! Not made up: what waits for what, which only the workflow's code knows. Not read: workflow tasks (decision
//! tasks of old), which say nothing of their own; signals, markers (local activities among them) and the like,
//! which are counted. Payloads are never opened.

mod budget;
mod history;
mod message;
mod reading;

use super::batch::Writer;
use super::document::{Broken, Lines, each_document, parse};
use super::execution::Executions;
use super::look::{Fit, Look};
use budget::Budget;
use history::History;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A whole history, or a single event of one.
#[derive(Debug, Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    events: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    history: Option<Inner<'a>>,
}

/// A history as the server's interface answers it.
#[derive(Debug, Deserialize)]
struct Inner<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

/// Whether a file holds histories or events of one.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.json(&["events.eventId"], &["events.eventTime", "events.timestamp"])
        .or(look.json(&["history.events.eventId"], &["history.events.eventTime", "history.events.timestamp"]))
        .or(look.json(&["eventId"], &["eventTime", "timestamp"]))
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    let (mut executions, mut budget) = (Executions::default(), Budget::default());
    let (mut bare, mut saw_bare) = (History::default(), false);
    let mut lines = Lines::of(text);
    each_document(text, |line, json| {
        let outline =
            json.map_err(|reason| (0, reason)).and_then(|json| Ok((json, parse::<Outline<'_>>(json)?)));
        match outline {
            Ok((
                _,
                Outline { events: Some(events), .. } | Outline { history: Some(Inner { events }), .. },
            )) => {
                let mut history = History::default();
                for event in events {
                    writer.has_read_to(text, event.get());
                    history.hear(lines.line_of(event.get()), event.get(), writer);
                }
                history.close(line, &mut executions, &mut budget, writer);
            }
            Ok((json, _)) => {
                saw_bare = true;
                writer.has_read_to(text, json);
                bare.hear(line, json, writer);
            }
            Err((below, reason)) => writer.issues.reject(line + below, reason),
        }
    })?;
    if saw_bare {
        bare.close(1, &mut executions, &mut budget, writer);
    }
    budget.report(writer);
    executions.close(writer);
    Ok(())
}
