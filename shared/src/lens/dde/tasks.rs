//! Tasks by rank: state, what they wait for, and the two rates over them.

use super::critical::critical_path;
use super::{Task, TaskDependency, TaskState, tries_of};
use crate::correlate::LinkIndex;
use crate::event::Outcome;
use crate::graph::{Entity, Scene};
use crate::id::{EntityId, Kind, LinkKind};
use crate::lens::kpi::Measure;
use crate::order::{Map, Set};
use crate::structure::{IndexGraph, ranks};

pub(super) fn tasks(scene: &Scene, links: &LinkIndex) -> Vec<Task> {
    let entities: Vec<&Entity> = scene.of_kind(Kind::Task).collect();
    let number: Map<&EntityId, u32> = (0u32..).zip(&entities).map(|(i, entity)| (&entity.id, i)).collect();
    let edges = links
        .of_kind(LinkKind::DependsOn)
        .filter_map(|link| Some((*number.get(&link.id.from)?, *number.get(&link.id.to)?, 1)));
    let graph = IndexGraph::new(u32::try_from(entities.len()).unwrap_or(u32::MAX), edges);
    let rank = ranks(&graph);
    let critical = critical_path(&graph, &entities);
    let awaited = awaited(scene);
    let mut tasks: Vec<Task> = entities
        .iter()
        .zip(0u32..)
        .map(|(entity, i)| {
            let state = state_of(entity);
            let waits_for = if waits(state) { unmet(scene, awaited.get(&entity.id)) } else { Vec::new() };
            Task {
                id: entity.id.clone(),
                name: entity.name.clone().unwrap_or_else(|| entity.id.key.clone()),
                workflow: entity.group.clone(),
                state,
                waits_for,
                rank: rank[i as usize],
                planned: entity.planned,
                critical: critical.contains(&i),
                attempts: tries_of(entity),
            }
        })
        .collect();
    crate::order::sort_by(&mut tasks, |a, b| (a.rank, &a.id).cmp(&(b.rank, &b.id)));
    tasks
}

/// State of the latest try, `waiting` without one.
fn state_of(entity: &Entity) -> TaskState {
    entity.attempts.last().map_or(TaskState::Waiting, |attempt| TaskState::Tried(attempt.outcome))
}

fn waits(state: TaskState) -> bool {
    matches!(state, TaskState::Waiting | TaskState::Tried(Outcome::Queued))
}

/// What every task depends on, declared even if nobody has seen the other end yet.
fn awaited(scene: &Scene) -> Map<&EntityId, Vec<&EntityId>> {
    let mut awaited: Map<&EntityId, Vec<&EntityId>> = Map::new();
    for link in scene.links.iter().filter(|link| link.id.kind == LinkKind::DependsOn) {
        awaited.entry(&link.id.from).or_default().push(&link.id.to);
    }
    awaited
}

fn unmet(scene: &Scene, needed: Option<&Vec<&EntityId>>) -> Vec<EntityId> {
    let settled = |id: &EntityId| {
        let state = scene.entities.get(id).map(state_of);
        matches!(state, Some(TaskState::Tried(Outcome::Passed | Outcome::Skipped)))
    };
    needed.into_iter().flatten().filter(|id| !settled(id)).map(|id| (*id).clone()).collect()
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
