//! GitHub Actions webhook payloads, `workflow_run` and `workflow_job`: one, an array, or one a line.
//!
//! A workflow is known by its name (its path where it has none), a task by workflow and job name, so that it is
//! the same one in every run; a try by run id and run attempt. A partial re-run repeats some jobs: the others
//! keep the try they had, and copies of it under the new attempt are dropped. Runners' labels become tags
//! `queue:LABEL`. Other payloads are counted as not used.
//!
//! Not made up: what a job needs, because payloads do not say. Not read: steps, but for the names of failed ones.

mod message;
mod reading;
mod state;

use super::batch::Writer;
use super::document::{Broken, each_document, parse};
use super::look::{Fit, Look};
use message::Payload;
use reading::Reading;

/// Whether a file holds payloads of one of the two kinds.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.json(&[], &["workflow_run.id", "workflow_job.run_id"])
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    let mut reading = Reading::default();
    each_document(text, |line, json| {
        if let Ok(part) = &json {
            writer.has_read_to(text, part);
        }
        let payload = json
            .map_err(|reason| (0, reason))
            .and_then(parse::<Payload<'_>>)
            .and_then(|payload| reading.take(line, &payload, writer).map_err(|reason| (0, reason)));
        if let Err((below, reason)) = payload {
            writer.issues.reject(line + below, reason);
        }
    })?;
    reading.close(writer);
    Ok(())
}
