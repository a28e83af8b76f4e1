//! The execution lens on a time axis: a row a task, a bar a try, hatching between tries.
//!
//! In: [`Dde`] and the instant it is drawn for. Out: [`Execution`]: rows by workflow, in the lens's order, with
//! bars that never overlap. Tries without times become pips in order, never bars of invented length.

use super::FULL;
use super::axis::{Axis, Mark};
use crate::event::{Outcome, Provenance};
use crate::id::EntityId;
use crate::lens::Dde;
use crate::lens::dde::{AttemptView, Task, TaskState};
use crate::order::Map;
use crate::time::Time;

/// Narrowest bar, so that it can be seen and clicked.
const BAR_MIN: i32 = 110;
/// Width of a try without times.
const PIP: i32 = 150;
/// Space between bars that would touch.
const SPACE: i32 = 24;

/// The lens laid out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Execution {
    /// Rows by workflow; tasks without one come last.
    pub workflows: Vec<Workflow>,
    /// Round times.
    pub marks: Vec<Mark>,
    /// Folded stretches: (x, width).
    pub folds: Vec<(i32, i32)>,
}

/// A workflow and its tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// Its key; `None` for tasks outside of any.
    pub name: Option<String>,
    /// Its tasks.
    pub rows: Vec<Row>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: EntityId,
    /// Human name.
    pub name: String,
    /// Its state.
    pub state: TaskState,
    /// On the critical path.
    pub critical: bool,
    /// Tries, left to right.
    pub bars: Vec<Bar>,
    /// Waiting between tries: (x, width).
    pub waits: Vec<(i32, i32)>,
    /// What it waits for.
    pub waits_for: Vec<EntityId>,
}

/// A try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Left end.
    pub x: i32,
    /// Width.
    pub width: i32,
    /// Number of the try.
    pub n: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether its length means time.
    pub timed: bool,
}

/// Lays `dde` out as seen at `valid`, which is where running tries end.
#[must_use]
pub fn execution(dde: &Dde, valid: Time) -> Execution {
    let Some(axis) = axis(&dde.tasks, valid) else {
        return Execution { workflows: workflows(&dde.tasks, None, valid), ..Execution::default() };
    };
    Execution {
        workflows: workflows(&dde.tasks, Some(&axis), valid),
        marks: axis.marks(1_400),
        folds: axis.folds(),
    }
}

/// The axis over every recorded instant of every try.
fn axis(tasks: &[Task], valid: Time) -> Option<Axis> {
    let mut times = Vec::new();
    for attempt in tasks.iter().flat_map(|task| &task.attempts) {
        let Some((from, to)) = interval(attempt, valid) else { continue };
        times.extend([from, to]);
        // Work that ended was no idle time: its inside must never be folded. Of work that never said that it
        // ended, nobody knows; a page seen days later must not be all waiting.
        if attempt.finished_at.is_some() {
            times.extend((0..=12).map(|i| from.plus(to.0.saturating_sub(from.0) / 12 * i)));
        }
    }
    Axis::over(times)
}

fn interval(attempt: &AttemptView, valid: Time) -> Option<(Time, Time)> {
    let from = attempt.started_at.filter(|_| attempt.provenance == Provenance::Recorded)?;
    let open = matches!(attempt.outcome, Outcome::Running | Outcome::Queued);
    let to = attempt.finished_at.or_else(|| open.then_some(valid)).unwrap_or(from);
    Some((from, to.max(from)))
}

fn workflows(tasks: &[Task], axis: Option<&Axis>, valid: Time) -> Vec<Workflow> {
    let mut groups: Map<(bool, Option<&str>), Vec<Row>> = Map::new();
    for task in tasks {
        let name = task.workflow.as_deref();
        groups.entry((name.is_none(), name)).or_default().push(row(task, axis, valid));
    }
    groups.into_iter().map(|((_, name), rows)| Workflow { name: name.map(str::to_owned), rows }).collect()
}

fn row(task: &Task, axis: Option<&Axis>, valid: Time) -> Row {
    let mut bars: Vec<Bar> = Vec::with_capacity(task.attempts.len());
    let mut waits = Vec::new();
    let mut free = 0;
    for attempt in &task.attempts {
        let at = axis.and_then(|axis| {
            interval(attempt, valid).map(|(from, to)| (axis.x(from), axis.x(to) - axis.x(from)))
        });
        let timed = at.is_some();
        let (x, width) = at.unwrap_or((free, PIP));
        let x = x.max(free).min(FULL - BAR_MIN);
        let width = width.max(BAR_MIN).min(FULL - x);
        if let Some(before) = bars.last().filter(|before| timed && before.timed) {
            let end = before.x + before.width;
            if x - end > SPACE {
                waits.push((end, x - end));
            }
        }
        free = (x + width + SPACE).min(FULL - BAR_MIN);
        bars.push(Bar { x, width, n: attempt.n, outcome: attempt.outcome, timed });
    }
    Row {
        id: task.id.clone(),
        name: task.name.clone(),
        state: task.state,
        critical: task.critical,
        bars,
        waits,
        waits_for: task.waits_for.clone(),
    }
}
