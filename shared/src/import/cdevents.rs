//! CDEvents 0.4 to 0.6, bare or in CloudEvents: one, an array, or one a line.
//!
//! Pipeline runs are runs of workflows, task runs tries of tasks, test case runs tries of scenarios (one scenario
//! an environment), test suite runs runs of behaviour, packaged and published artifacts artifacts (by package
//! URL without version). The specification counts no tries: `/attempts/N` at the end of a subject's id, or of its
//! pipeline run's, is the number; else a task run is a try of its own, and test case runs of one case in one
//! suite run are tries in the order of their times. A task is known by pipeline name and task name; where the
//! file does not hold its pipeline run, by its own name.
//!
//! Links: a `PATH` or `END` from the end of one task to another, and a `RELATION` that names a cause, are
//! dependencies; those between a task's and an artifact's events say who made it. A `RELATION` of kind `retryOf`
//! makes tries of one run of what no id counts. Versions are not looked at (`context.version` or `specversion`,
//! `subject.type` or none, `url` or `uri`), and every other subject or predicate is counted as not used.

mod identity;
mod link;
mod message;
mod reading;
mod resolve;
mod retry;

use super::batch::Writer;
use super::document::{Broken, each_document};
use super::look::{Fit, Look};
use message::{Unwrapped, unwrap};
use reading::Reading;

/// Whether a file holds CDEvents, bare, in CloudEvents, or links between them.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    let kind_at = |path: &str| match look {
        Look::Json(keys) => keys.text(path).unwrap_or("").to_owned(),
        _ => String::new(),
    };
    let ours = |kind: &str| kind.starts_with("dev.cdevents");
    let why = |kind: &str| format!("its type is {kind:?}, not dev.cdevents.…");
    let (bare, wrapped) = (kind_at("context.type"), kind_at("type"));
    let envelope = look.json(&["specversion", "id", "source", "type"], &[]);
    look.json(&["context.id", "context.type", "subject.id"], &[])
        .and(ours(&bare), || why(&bare))
        .or(envelope.and(ours(&wrapped), || why(&wrapped)))
        .or(look.json(&["chainId", "linkType"], &["from", "target", "start", "end"]))
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    let mut reading = Reading::default();
    each_document(text, |line, json| {
        if let Ok(part) = &json {
            writer.has_read_to(text, part);
        }
        let taken = json.map_err(|reason| (0, reason)).and_then(unwrap).and_then(|document| match document {
            Unwrapped::Event(event) => reading.take(line, &event, writer).map_err(|reason| (0, reason)),
            Unwrapped::Link(link) => reading.link(line, &link, writer).map_err(|reason| (0, reason)),
        });
        if let Err((below, reason)) = taken {
            writer.issues.reject(line + below, reason);
        }
    })?;
    reading.close(writer);
    Ok(())
}
