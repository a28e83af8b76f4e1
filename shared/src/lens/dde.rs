//! The execution lens: tasks with every attempt, what they wait for, contracts and artifacts.
//!
//! The state of a task is that of its latest try. Success rate: passed ÷ (passed, failed, error, timed out) over
//! tasks; a task that was skipped, cancelled or has no usable result is in no rate. Retry rate: tasks with more
//! than one try ÷ tasks with a try.
//!
//! Definitions stand where they are computed: times of a try and a task in `tries`, critical path and slack in
//! `critical`, reasons to wait and their roots in `waits`, plan against actual in `plan`, retry storms in
//! `storms`. All of it is whole numbers and O(n log n) in tasks, tries and dependencies.

mod contracts;
mod critical;
mod plan;
mod remarks;
mod storms;
mod tasks;
mod tries;
mod waits;

pub use critical::Slot;
pub use plan::{OutOfOrder, Plan};
pub use remarks::remarks;
pub use storms::{RETRIES_MIN, Storm, WINDOW_US};
pub use tries::{Times, tries_of, words};
pub use waits::{ROOTS_MAX, Wait, WaitReason, waiting_words};

use super::Kpi;
use crate::correlate::LinkIndex;
use crate::event::{ContractState, Outcome, Provenance};
use crate::graph::Scene;
use crate::id::{EntityId, Stream};
use crate::time::Time;
use crate::verdict::context::Context;
use serde::{Deserialize, Serialize};
use tasks::Work;

/// The execution lens at an `AsOf`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dde {
    /// Tasks by rank, then id.
    pub tasks: Vec<Task>,
    /// `from` waits for `to`.
    pub dependencies: Vec<TaskDependency>,
    /// The critical path of the finished work, first to last.
    pub critical_path: Vec<EntityId>,
    /// Microseconds the work would have taken had every task begun as soon as it could; absent without a recorded time.
    pub length_us: Option<i64>,
    /// Tasks that wait for each other, by id; larger circles first.
    pub cycles: Vec<Vec<EntityId>>,
    /// Plan against actual.
    pub plan: Plan,
    /// Stretches that were mostly retries, by time.
    pub storms: Vec<Storm>,
    /// Contracts by id.
    pub contracts: Vec<Contract>,
    /// Artifacts by id.
    pub artifacts: Vec<Artifact>,
    /// Key figures.
    pub kpis: Vec<Kpi>,
}

impl Dde {
    /// Projects `scene`. Whether contracts are aligned is known only beside the other lenses: see
    /// [`super::convergence`].
    #[must_use]
    pub fn of(scene: &Scene, links: &LinkIndex, context: &Context) -> Self {
        let contracts = contracts::contracts(scene, links);
        let Work { tasks, critical_path, length_us, cycles } = tasks::work(scene, links, &contracts);
        let dependencies = tasks::dependencies(links);
        let policy = &context.policy;
        let kpis = vec![
            policy.kpi(tasks::success_rate(&tasks)),
            policy.kpi(tasks::retry_rate(&tasks)),
            policy.kpi(contracts::lock_latency(scene, &contracts)),
        ];
        let mut runs = scene.runs.iter().filter(|run| run.stream == Stream::Dde);
        let open = runs.any(|run| !run.outcome.is_final());
        Self {
            plan: plan::plan(&tasks, &dependencies, open),
            storms: storms::storms(&tasks),
            artifacts: contracts::artifacts(scene, links),
            critical_path,
            length_us,
            cycles,
            dependencies,
            tasks,
            contracts,
            kpis,
        }
    }
}

/// A task.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Its id.
    pub id: EntityId,
    /// Human name; the key where nobody gave one.
    pub name: String,
    /// Workflow it lies in.
    pub workflow: Option<String>,
    /// State of its latest attempt, or `waiting`.
    pub state: TaskState,
    /// Tasks it waits for: not yet passed.
    pub waits_for: Vec<EntityId>,
    /// Why it has not started, by reason.
    pub waits: Vec<Wait>,
    /// Where its waiting begins: tasks that failed, run or were not seen, at most [`ROOTS_MAX`].
    pub blocked_by: Vec<EntityId>,
    /// Longest path of dependencies below it.
    pub rank: u32,
    /// Whether the plan names it.
    pub planned: bool,
    /// Whether it lies on the critical path of the finished work.
    pub critical: bool,
    /// The dependency that ended last, if it was tried itself.
    pub held_by: Option<EntityId>,
    /// When it could have begun, and its slack; absent without a recorded span.
    pub schedule: Option<Slot>,
    /// Where its time went.
    pub times: Times,
    /// Every try, by start.
    pub attempts: Vec<AttemptView>,
}

/// State of a task: an outcome, or waiting.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Not tried yet.
    Waiting,
    /// As the latest attempt.
    #[serde(untagged)]
    Tried(Outcome),
}

/// A try, as every lens shows it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttemptView {
    /// Number from 1 by start.
    pub n: u32,
    /// Run it belongs to.
    pub run: String,
    /// How it ended, or how far it is.
    pub outcome: Outcome,
    /// When it was queued.
    pub queued_at: Option<Time>,
    /// When it started.
    pub started_at: Option<Time>,
    /// When it ended.
    pub finished_at: Option<Time>,
    /// How much of it was seen.
    pub provenance: Provenance,
    /// First 256 bytes of the error.
    pub error: Option<String>,
    /// Why the outcome is what it is.
    pub reason: Option<String>,
    /// Source revision.
    pub commit: Option<String>,
    /// Microseconds from queued to started; absent, as those below, unless both were recorded.
    pub queue_us: Option<i64>,
    /// Microseconds from started to finished; to V while it runs.
    pub run_us: Option<i64>,
    /// Microseconds from the end of the try before in its run to when it was queued or else started.
    pub backoff_us: Option<i64>,
    /// The same in milliseconds.
    pub backoff_ms: Option<i64>,
    /// Whether it began before the one before it in its run had ended.
    pub overlaps: bool,
    /// Position of the deciding event.
    pub position: u64,
}

/// A dependency between tasks.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDependency {
    /// Waits.
    pub from: EntityId,
    /// For this.
    pub to: EntityId,
}

/// A contract.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    /// Its id.
    pub id: EntityId,
    /// Human name.
    pub name: String,
    /// Where it stands.
    pub state: ContractState,
    /// When it was proposed.
    pub proposed_at: Option<Time>,
    /// When it was locked last.
    pub locked_at: Option<Time>,
    /// Milliseconds from the proposal to the first lock after it: a later lock does not make it slower.
    pub lock_latency_ms: Option<i64>,
    /// How often it was locked again after it had been locked, broken or not in between.
    #[serde(default)]
    pub relocks: u32,
    /// What it binds.
    pub governs: Vec<EntityId>,
    /// Scenarios that prove it.
    pub verified_by: Vec<EntityId>,
    /// Whether it is locked and everything it binds, and every scenario that proves it, holds.
    pub aligned: bool,
    /// What it binds, or what proves it, that does not hold.
    pub misaligned: Vec<EntityId>,
}

/// An artifact.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Artifact {
    /// Its id.
    pub id: EntityId,
    /// Human name.
    pub name: String,
    /// Version.
    pub version: Option<String>,
    /// Content digest.
    pub digest: Option<String>,
    /// Tasks that made it.
    pub produced_by: Vec<EntityId>,
    /// Modules it is built from.
    pub modules: Vec<EntityId>,
}
