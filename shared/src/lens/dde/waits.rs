//! Why a task that has not started has not: what it waits for directly, and where that begins.
//!
//! Directly: a dependency that has not ended, one that ended without passing, a contract that binds it and is not
//! locked, no worker (queued since), or back-off (put back into the queue no later than its try before ended; until
//! when nobody records). *Roots*, transitively: from a waiting task along dependencies that wait themselves to the first
//! that do not (they failed, run, or nobody has seen them), or that wait for nothing but each other. O((V + E) log V).
//!
//! Not here: whether waiting makes a stream undecided (`verdict`).

use super::remarks::{clock, listed};
use super::{Contract, Task, TaskState};
use crate::event::{ContractState, Outcome};
use crate::graph::Scene;
use crate::id::{EntityId, LinkKind};
use crate::order::Map;
use crate::structure::{IndexGraph, components};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// Roots named of a task: failed ones first, then running, queued and unseen ones, each by id.
pub const ROOTS_MAX: usize = 8;

/// What a task waits for.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// A dependency ended without passing.
    NotPassed,
    /// A dependency has not ended.
    NotFinished,
    /// A contract that binds it is not locked.
    ContractNotLocked,
    /// It is queued and no worker took it.
    NoWorker,
    /// It is queued to be tried again after a pause.
    BackOff,
}

/// One reason to wait.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Wait {
    /// Why.
    pub reason: WaitReason,
    /// The task or contract it waits for.
    pub on: Option<EntityId>,
    /// Since when that is so, if it was recorded: the end of what did not pass, the start of what runs, the proposal of
    /// a contract never locked, the queueing of the task itself.
    pub since: Option<Time>,
}

/// Whether a task in this state has yet to start.
pub(super) fn waits(state: TaskState) -> bool {
    matches!(state, TaskState::Waiting | TaskState::Tried(Outcome::Queued))
}

/// Whether what depends on a task in this state may start.
fn settled(state: TaskState) -> bool {
    matches!(state, TaskState::Tried(Outcome::Passed | Outcome::Skipped))
}

/// Says of every task that has yet to start why. Tasks by id.
pub(super) fn explain(tasks: &mut [Task], scene: &Scene, contracts: &[Contract]) {
    let number: Map<EntityId, u32> = (0u32..).zip(&*tasks).map(|(i, task)| (task.id.clone(), i)).collect();
    // Declared, even if nobody has seen the other end yet.
    let mut unmet: Vec<Vec<EntityId>> = vec![Vec::new(); tasks.len()];
    for link in scene.links.iter().filter(|link| link.id.kind == LinkKind::DependsOn) {
        let Some(&from) = number.get(&link.id.from) else { continue };
        let state = number.get(&link.id.to).map(|&to| tasks[to as usize].state);
        if waits(tasks[from as usize].state) && !state.is_some_and(settled) {
            unmet[from as usize].push(link.id.to.clone());
        }
    }
    for contract in contracts.iter().filter(|contract| contract.state != ContractState::Locked) {
        for &i in contract.governs.iter().filter_map(|id| number.get(id)) {
            let task = &mut tasks[i as usize];
            if waits(task.state) {
                let on = Some(contract.id.clone());
                let reason = WaitReason::ContractNotLocked;
                let since = contract.proposed_at.filter(|_| contract.state == ContractState::Proposed);
                task.waits.push(Wait { reason, on, since });
            }
        }
    }
    for i in 0..tasks.len() {
        let on: Vec<Wait> = unmet[i]
            .iter()
            .map(|id| awaited(id, number.get(id).map(|&other| &tasks[other as usize])))
            .collect();
        let task = &mut tasks[i];
        task.waits.extend(on);
        task.waits.extend(queued(task));
        crate::order::sort(&mut task.waits);
    }
    for (i, roots) in roots(tasks, &unmet, &number).into_iter().enumerate() {
        tasks[i].blocked_by = roots;
        tasks[i].waits_for = std::mem::take(&mut unmet[i]);
    }
}

fn awaited(id: &EntityId, task: Option<&Task>) -> Wait {
    let last = task.and_then(|task| task.attempts.last());
    let (reason, since) = match last {
        Some(last) if last.outcome.is_final() => (WaitReason::NotPassed, last.finished_at),
        last => (WaitReason::NotFinished, last.and_then(|last| last.started_at)),
    };
    Wait { reason, on: Some(id.clone()), since }
}

/// Why a queued task is not running.
fn queued(task: &Task) -> Option<Wait> {
    let last = task.attempts.last().filter(|last| last.outcome == Outcome::Queued)?;
    let before = task.attempts.iter().rev().skip(1).find(|before| before.run == last.run);
    let pause = before.and_then(|before| before.finished_at).filter(|&ended| last.queued_at <= Some(ended));
    let (reason, since) = match pause {
        Some(ended) => (WaitReason::BackOff, Some(ended)),
        None => (WaitReason::NoWorker, last.queued_at),
    };
    Some(Wait { reason, on: None, since })
}

/// The roots of every task; of those that wait alone there are any.
fn roots(tasks: &[Task], unmet: &[Vec<EntityId>], number: &Map<EntityId, u32>) -> Vec<Vec<EntityId>> {
    let among_waiting = (0u32..).zip(unmet).flat_map(|(from, unmet)| {
        let known = unmet.iter().filter_map(|id| number.get(id));
        known.filter(|&&to| waits(tasks[to as usize].state)).map(move |&to| (from, to, 1))
    });
    let n = u32::try_from(tasks.len()).unwrap_or(u32::MAX);
    let found = components(&IndexGraph::new(n, among_waiting.collect::<Vec<_>>()));
    let mut of_component: Vec<Vec<(u8, &EntityId)>> = Vec::with_capacity(found.members.len());
    // A component comes after everything it waits for.
    for (at, members) in (0u32..).zip(&found.members) {
        let mut roots = Vec::new();
        for id in members.iter().flat_map(|&member| &unmet[member as usize]) {
            let other = number.get(id).map(|&other| (found.of[other as usize], tasks[other as usize].state));
            match other {
                Some((place, state)) if waits(state) && place == at => {}
                Some((place, state)) if waits(state) && !of_component[place as usize].is_empty() => {
                    roots.extend_from_slice(&of_component[place as usize]);
                }
                other => roots.push((urgency(other.map(|other| other.1)), id)),
            }
        }
        crate::order::sort(&mut roots);
        roots.dedup();
        // The smallest of a union are among the smallest of its parts, so cutting early loses nothing.
        roots.truncate(ROOTS_MAX);
        of_component.push(roots);
    }
    let named = |&place: &u32| of_component[place as usize].iter().map(|root| root.1.clone()).collect();
    found.of.iter().map(named).collect()
}

fn urgency(state: Option<TaskState>) -> u8 {
    match state {
        Some(TaskState::Tried(Outcome::Running)) => 1,
        Some(TaskState::Tried(Outcome::Queued)) => 2,
        Some(TaskState::Waiting) | None => 3,
        Some(TaskState::Tried(_)) => 0,
    }
}

/// The reasons in words, "build did not pass; waits for lint, unit, docs and 2 more; not locked: api"; empty without any.
#[must_use]
pub fn waiting_words(waits: &[Wait], name: impl Fn(&EntityId) -> String) -> String {
    let mut parts = Vec::new();
    for alike in waits.chunk_by(|a, b| a.reason == b.reason) {
        let ids = alike.iter().filter_map(|wait| wait.on.as_ref());
        let names = listed(&ids.map(&name).collect::<Vec<_>>());
        let since = alike[0].since.map_or_else(String::new, |since| [" since ", &clock(since)].concat());
        parts.push(match alike[0].reason {
            WaitReason::NotPassed => [&names, " did not pass"].concat(),
            WaitReason::NotFinished => ["waits for ", &names].concat(),
            WaitReason::ContractNotLocked => ["not locked: ", &names].concat(),
            WaitReason::NoWorker => ["no worker", &since].concat(),
            WaitReason::BackOff => ["backs off", &since].concat(),
        });
    }
    parts.join("; ")
}
