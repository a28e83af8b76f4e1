//! The execution stream: tasks with every attempt, dependencies, contracts, artifacts.

use super::ask::{AsOfQuery, Listed, ProblemBody};
use shared::lens::dde::{Artifact, AttemptView, Contract, Task, TaskDependency};

read! {
    /// All tasks by rank, with every attempt.
    tasks, "execution", "tasks", "/iterations/{iteration}/tasks",
    Vec<Task>, |analysis| analysis.dde.tasks.clone()
}
read! {
    /// One task by its natural key.
    task(key), "execution", "task", "/iterations/{iteration}/tasks/{key}",
    Task, |analysis| analysis.dde.tasks.iter().find(|task| task.id.key == key).cloned()
}
read! {
    /// The attempts of one task, by start.
    attempts(key), "execution", "task_attempts", "/iterations/{iteration}/tasks/{key}/attempts",
    Vec<AttemptView>,
    |analysis| analysis.dde.tasks.iter().find(|task| task.id.key == key).map(|task| task.attempts.clone())
}
read! {
    /// Which task waits for which.
    dependencies, "execution", "task_dependencies", "/iterations/{iteration}/task-dependencies",
    Vec<TaskDependency>, |analysis| analysis.dde.dependencies.clone()
}
read! {
    /// Contracts with their state and lock latency.
    contracts, "execution", "contracts", "/iterations/{iteration}/contracts",
    Vec<Contract>, |analysis| analysis.dde.contracts.clone()
}
read! {
    /// Artifacts with who made them from what.
    artifacts, "execution", "artifacts", "/iterations/{iteration}/artifacts",
    Vec<Artifact>, |analysis| analysis.dde.artifacts.clone()
}
