//! OpenLineage events: one, an array, or one a line.
//!
//! A run's parent contains it: parent jobs are workflows, jobs with a parent (or without children) are tasks,
//! and every run id of a task is one try. Repeated and unordered events of a run are one try. Outputs of a
//! completed run are artifacts. `jobDependencies` are edges where one task starts after another finishes; their
//! rules stand in the evidence. The `test` facet gives scenarios of the job; one that fails with severity `warn`
//! counts as skipped, so that it never blocks. A `JobEvent` declares a task; a `DatasetEvent` is counted as not
//! used. Inputs are not read; a workflow within a workflow is not kept.
//!
//! Airflow's dialect: DAGs are workflows by their type, the task's tries are numbered by `try_number` within the
//! DAG's run, mapped tasks are tasks `dag.task[i]`, the DAG's own event is the plan, and the final `airflowState`
//! is held against the tasks' events: where they differ it is reported, never believed over them.

mod airflow;
mod message;
mod python;
mod reading;
mod resolve;
mod test;

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
        if let Ok(part) = &json {
            writer.has_read_to(text, part);
        }
        let event = json.map_err(|reason| (0, reason)).and_then(parse::<RawEvent<'_>>);
        let taken = event.and_then(|event| reading.take(line, &event, writer).map_err(|reason| (0, reason)));
        if let Err((below, reason)) = taken {
            writer.issues.reject(line + below, reason);
        }
    })?;
    reading.close(writer);
    Ok(())
}
