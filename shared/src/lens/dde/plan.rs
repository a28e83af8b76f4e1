//! Plan against actual: what was planned and never tried, what was tried and not planned, what began too early.
//!
//! A task is planned if a declaration or the iteration's plan says so. *Unexpected* is a task that was tried though no
//! plan names it, in a workflow of which a plan names some: a plan says nothing of workflows it does not touch. *Out of
//! order*: in the run of its latest try a task started before a dependency had finished for the last time in that run,
//! or, if the dependency was not tried in that run, for the first time in any. O((V + E) log V).

use super::{AttemptView, Task, TaskDependency};
use crate::id::EntityId;
use crate::order::{Map, Set};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// How what happened differs from what was planned.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// How many tasks are planned.
    pub planned: u32,
    /// Whether an execution run is open: then what is missing may still come.
    pub open: bool,
    /// Planned, never tried.
    pub missing: Vec<EntityId>,
    /// Tried, not planned, in a workflow with a plan.
    pub unexpected: Vec<EntityId>,
    /// Started before what they wait for had finished.
    pub out_of_order: Vec<OutOfOrder>,
}

/// A task that started too early.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutOfOrder {
    /// The task.
    pub task: EntityId,
    /// What it should have waited for.
    pub before: EntityId,
    /// Microseconds from its start to the end of that; absent while that has not ended.
    pub by_us: Option<i64>,
}

/// Compares `tasks` with their plan; `open` is whether an execution run is.
pub(super) fn plan(tasks: &[Task], dependencies: &[TaskDependency], open: bool) -> Plan {
    let planned = || tasks.iter().filter(|task| task.planned);
    let with_plan: Set<&Option<String>> = planned().map(|task| &task.workflow).collect();
    let is_missing = |task: &&Task| task.attempts.is_empty();
    let is_unexpected =
        |task: &&Task| !task.planned && !is_missing(task) && with_plan.contains(&task.workflow);
    let ids = |tasks: &mut dyn Iterator<Item = &Task>| tasks.map(|task| task.id.clone()).collect();
    Plan {
        planned: u32::try_from(planned().count()).unwrap_or(u32::MAX),
        open,
        missing: ids(&mut planned().filter(is_missing)),
        unexpected: ids(&mut tasks.iter().filter(is_unexpected)),
        out_of_order: out_of_order(tasks, dependencies),
    }
}

fn out_of_order(tasks: &[Task], dependencies: &[TaskDependency]) -> Vec<OutOfOrder> {
    let of: Map<&EntityId, (&Task, Map<&str, End>)> =
        tasks.iter().map(|task| (&task.id, (task, ends_by_run(&task.attempts)))).collect();
    let early = dependencies.iter().filter_map(|dependency| {
        let (task, _) = of.get(&dependency.from)?;
        let (before, ends) = of.get(&dependency.to)?;
        let started = task.times.started_at?;
        let end = ends.get(task.attempts.last()?.run.as_str()).copied().unwrap_or_else(|| first_end(before));
        let by_us = match end {
            End::Unrecorded => return None,
            End::Open => None,
            End::At(end) => Some(end.micros_after(started).filter(|&us| us > 0)?),
        };
        Some(OutOfOrder { task: dependency.from.clone(), before: dependency.to.clone(), by_us })
    });
    early.collect()
}

/// How the tries of a task in one run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The last one has not.
    Open,
    /// Nobody recorded when.
    Unrecorded,
    /// Last at this time.
    At(Time),
}

fn end_of(attempt: &AttemptView) -> End {
    match (attempt.outcome.is_final(), attempt.finished_at) {
        (false, _) => End::Open,
        (true, None) => End::Unrecorded,
        (true, Some(at)) => End::At(at),
    }
}

/// The end of the last try of every run.
fn ends_by_run(tries: &[AttemptView]) -> Map<&str, End> {
    tries.iter().map(|attempt| (attempt.run.as_str(), end_of(attempt))).collect()
}

/// The first recorded end in any run; open if none of its tries ended.
fn first_end(task: &Task) -> End {
    let first = task.attempts.iter().filter_map(|attempt| attempt.finished_at).min();
    let ended = task.attempts.iter().any(|attempt| attempt.outcome.is_final());
    match first {
        Some(at) => End::At(at),
        None if ended => End::Unrecorded,
        None => End::Open,
    }
}
