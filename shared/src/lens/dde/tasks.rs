//! Tasks by rank, each by itself and among the others, and the two rates over them.

use super::critical::{Critical, critical};
use super::tries::times;
use super::waits::explain;
use super::{Contract, Task, TaskDependency, TaskState, tries_of};
use crate::correlate::LinkIndex;
use crate::event::Outcome;
use crate::graph::{Entity, Scene};
use crate::id::{EntityId, Kind, LinkKind};
use crate::lens::kpi::Measure;
use crate::order::{Map, Set};
use crate::structure::{IndexGraph, components, ranks};
use crate::time::Time;

/// Tasks, and what is true of them together.
pub(super) struct Work {
    /// By rank, then id.
    pub tasks: Vec<Task>,
    /// First to last.
    pub critical_path: Vec<EntityId>,
    /// Length of the longest path in microseconds.
    pub length_us: Option<i64>,
    /// Tasks that wait for each other.
    pub cycles: Vec<Vec<EntityId>>,
}

pub(super) fn work(scene: &Scene, links: &LinkIndex, contracts: &[Contract]) -> Work {
    let mut tasks: Vec<Task> =
        scene.of_kind(Kind::Task).map(|entity| tried(entity, scene.as_of.valid)).collect();
    let number: Map<&EntityId, u32> = (0u32..).zip(&tasks).map(|(i, task)| (&task.id, i)).collect();
    let edges = links
        .of_kind(LinkKind::DependsOn)
        .filter_map(|link| Some((*number.get(&link.id.from)?, *number.get(&link.id.to)?, 1)));
    let graph = IndexGraph::new(u32::try_from(tasks.len()).unwrap_or(u32::MAX), edges);
    let found = components(&graph);
    let Critical { held_by, path, slots, length_us } =
        critical(&graph, &found, &tasks.iter().map(|task| &task.times).collect::<Vec<_>>());
    let id = |i: &u32| tasks[*i as usize].id.clone();
    let critical_path: Vec<EntityId> = path.iter().map(id).collect();
    let cycles = found.cyclic().into_iter().map(|members| members.iter().map(id).collect()).collect();
    let held_by: Vec<Option<EntityId>> = held_by.iter().map(|by| by.as_ref().map(id)).collect();
    for &i in &path {
        tasks[i as usize].critical = true;
    }
    let known = ranks(&graph).into_iter().zip(held_by).zip(slots);
    for (task, ((rank, held_by), slot)) in tasks.iter_mut().zip(known) {
        (task.rank, task.schedule) = (rank, slot);
        task.held_by = held_by.filter(|_| !task.attempts.is_empty());
    }
    explain(&mut tasks, scene, contracts);
    crate::order::sort_by(&mut tasks, |a, b| (a.rank, &a.id).cmp(&(b.rank, &b.id)));
    Work { tasks, critical_path, length_us, cycles }
}

/// The task by itself.
fn tried(entity: &Entity, valid: Time) -> Task {
    let attempts = tries_of(entity, valid);
    Task {
        id: entity.id.clone(),
        name: entity.name.clone().unwrap_or_else(|| entity.id.key.clone()),
        workflow: entity.group.clone(),
        state: attempts.last().map_or(TaskState::Waiting, |last| TaskState::Tried(last.outcome)),
        waits_for: Vec::new(),
        waits: Vec::new(),
        blocked_by: Vec::new(),
        rank: 0,
        planned: entity.planned,
        critical: false,
        held_by: None,
        schedule: None,
        times: times(&attempts, valid),
        attempts,
    }
}

pub(super) fn dependencies(links: &LinkIndex) -> Vec<TaskDependency> {
    links
        .of_kind(LinkKind::DependsOn)
        .filter(|link| link.id.from.kind == Kind::Task && link.id.to.kind == Kind::Task)
        .map(|link| TaskDependency { from: link.id.from.clone(), to: link.id.to.clone() })
        .collect()
}

pub(super) fn success_rate(tasks: &[Task]) -> Measure {
    let passed = tasks.iter().filter(|task| task.state == TaskState::Tried(Outcome::Passed)).count();
    let bad: Vec<&Task> = tasks.iter().filter(|task| task.failed()).collect();
    Measure {
        name: "dde.task_success_rate",
        numerator: count(passed),
        denominator: count(passed + bad.len()),
        evidence: bad.iter().filter_map(|task| task.attempts.last()).map(|last| last.position).collect(),
    }
}

pub(super) fn retry_rate(tasks: &[Task]) -> Measure {
    let tried = tasks.iter().filter(|task| !task.attempts.is_empty()).count();
    let retried: Set<u64> =
        tasks.iter().filter_map(|task| task.attempts.get(1)).map(|second| second.position).collect();
    let numerator = tasks.iter().filter(|task| task.attempts.len() > 1).count();
    Measure {
        name: "dde.retry_rate",
        numerator: count(numerator),
        denominator: count(tried),
        evidence: retried.into_iter().collect(),
    }
}

impl Task {
    /// Whether its latest try ran and did not do what it should.
    #[must_use]
    pub fn failed(&self) -> bool {
        matches!(self.state, TaskState::Tried(outcome) if outcome.is_bad())
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
