//! OpenLineage events: one, an array, or one a line.
//!
//! A run's parent contains it: parent jobs are workflows, jobs with a parent (or without children) are tasks,
//! and every run id of a task is one try. Repeated and unordered events of a run are one try. Outputs of a
//! completed run are artifacts. A `JobEvent` declares a task; a `DatasetEvent` and test facets are counted as
//! not used. Inputs are not read.

mod message;
mod reading;

use super::batch::Writer;
use super::document::{Broken, each_document, parse};
use super::look::{Fit, Look};
use message::RawEvent;
use reading::Reading;

/// Whether a file holds OpenLineage events.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.json(&["eventTime"], &["run", "job", "dataset"])
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    let mut reading = Reading::default();
    each_document(text, |line, json| {
        let event = json.and_then(|json| parse::<RawEvent<'_>>(json).map_err(|(_, reason)| reason));
        if let Err(reason) = event.and_then(|event| reading.take(line, &event, writer)) {
            writer.issues.reject(line, reason);
        }
    })?;
    reading.close(writer);
    Ok(())
}
