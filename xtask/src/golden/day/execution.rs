//! The pipeline of a day: every task queued, started and finished, with its tries and what it makes.

use super::Day;
use crate::golden::product::{ARTIFACTS, Product, Task, WORKFLOWS, module};
use serde_json::{Value, json};
use shared::time::Time;
use std::collections::BTreeMap;

const SECOND: i64 = 1_000_000;
/// Idle time before a second try; doubled before every further one.
const BACKOFF_SECS: i64 = 30;

/// How a try of a task or scenario ends.
#[derive(Clone)]
pub struct Try {
    /// `passed`, `failed`, `error`, `timed_out`, `cancelled`, `skipped`.
    pub outcome: &'static str,
    /// What went wrong.
    pub error: &'static str,
    /// Share of the usual time it takes, in percent.
    pub percent: i64,
}

impl Try {
    /// Does what it should.
    pub const PASSED: Try = Try { outcome: "passed", error: "", percent: 100 };

    /// Runs and does not.
    pub const fn failed(error: &'static str) -> Self {
        Self { outcome: "failed", error, percent: 70 }
    }

    /// Cannot run properly.
    pub const fn error(error: &'static str) -> Self {
        Self { outcome: "error", error, percent: 15 }
    }

    /// Is stopped by its time limit.
    pub const fn timed_out(error: &'static str) -> Self {
        Self { outcome: "timed_out", error, percent: 260 }
    }

    /// Whether it ran and did not do what it should.
    pub fn is_bad(&self) -> bool {
        matches!(self.outcome, "failed" | "error" | "timed_out")
    }
}

/// A run of the pipeline.
pub struct Pipeline<'a> {
    /// When it starts.
    pub start: &'a str,
    /// Tasks that do not simply pass, with their tries.
    pub tries: Vec<(&'a str, Vec<Try>)>,
    /// A task whose agent lost its connection, and when its report arrived.
    pub late: Option<(&'a str, &'a str)>,
    /// Seconds that somebody takes to approve the change.
    pub approval_secs: i64,
}

impl<'a> Pipeline<'a> {
    /// A run in which all is well.
    pub fn new(start: &'a str) -> Self {
        Self { start, tries: Vec::new(), late: None, approval_secs: 1_500 }
    }

    /// The same with a task that does not simply pass.
    pub fn with(mut self, task: &'a str, tries: &[Try]) -> Self {
        self.tries.push((task, tries.to_vec()));
        self
    }

    /// The same with a report that came late.
    pub fn late(mut self, task: &'a str, clock: &'a str) -> Self {
        self.late = Some((task, clock));
        self
    }
}

/// Workflows and tasks as facts.
pub fn plan(product: &Product) -> Vec<(&'static str, Value)> {
    let workflows = WORKFLOWS
        .iter()
        .map(|(key, name)| ("mission.workflow.declared.v1", json!({"workflow": key, "name": name})));
    let tasks = product.tasks.iter().map(|task| {
        let mut data = json!({
            "task": task.key, "name": task.name, "workflow": task.workflow, "planned": true,
        });
        let after: Vec<&str> = present(product, task).collect();
        if !after.is_empty() {
            data["depends_on"] = json!(after);
        }
        let implemented = product.features.iter().filter(|f| task.area == Some(f.area));
        let implemented: Vec<String> = implemented.map(|feature| feature.path()).collect();
        if !implemented.is_empty() {
            data["implements"] = json!(implemented);
        }
        if let Some(built) = task.key.strip_prefix("build-") {
            data["paths"] = json!([format!("crates/{built}")]);
        }
        ("mission.task.declared.v1", data)
    });
    workflows.chain(tasks).collect()
}

/// What a task waits for in this iteration.
fn present<'a>(product: &'a Product, task: &'a Task) -> impl Iterator<Item = &'static str> + 'a {
    task.after.iter().copied().filter(|key| product.tasks.iter().any(|other| other.key == *key))
}

impl Day {
    /// Key of the day's pipeline run.
    pub fn pipeline_run(&self) -> String {
        format!("ci-{}", self.number)
    }

    /// Runs the pipeline and closes its run.
    pub fn execute(&mut self, pipeline: &Pipeline) {
        let run = self.pipeline_run();
        let start = self.at(pipeline.start);
        let recorded = self.ci.recorded(start);
        let data = json!({"stream": "dde", "run": run, "name": "build and release", "commit": self.commit});
        self.tell(&format!("{run}/started"), "mission.run.started.v1", start, recorded, data);
        let product = self.product.clone();
        let (mut ended, mut last, mut failed) = (BTreeMap::new(), start, false);
        for task in &product.tasks {
            let ready = present(&product, task).map(|key| ended.get(key).copied().flatten());
            // A task of which something before it did not pass never runs.
            let ready = ready.collect::<Option<Vec<Time>>>();
            let Some(ready) = ready.map(|times| times.into_iter().max().unwrap_or(start)) else {
                ended.insert(task.key, None);
                continue;
            };
            let (end, passed) = self.run_task(task, &run, ready, pipeline);
            if passed {
                self.produce(task, end);
            }
            ended.insert(task.key, passed.then_some(end));
            last = last.max(end);
            failed |= !passed;
        }
        let end = last.plus(3 * SECOND);
        let recorded = self.ci.recorded(end);
        let outcome = if failed { "failed" } else { "passed" };
        let data = json!({
            "stream": "dde", "run": run, "outcome": outcome, "started_at": start, "commit": self.commit,
        });
        self.tell(&format!("{run}/finished"), "mission.run.finished.v1", end, recorded, data);
    }

    /// Tries `task` until it passes or has no more tries; answers when it ended and whether it passed.
    fn run_task(&mut self, task: &Task, run: &str, ready: Time, pipeline: &Pipeline) -> (Time, bool) {
        let told = pipeline.tries.iter().find(|(key, _)| *key == task.key).map(|(_, tries)| tries.clone());
        let tries = told.unwrap_or_else(|| vec![Try::PASSED]);
        let late = pipeline.late.filter(|(key, _)| *key == task.key).map(|(_, clock)| self.at(clock));
        let mut queued = ready.plus(self.seed.between(150_000, 900_000));
        let (mut ended, mut passed) = (queued, false);
        for (n, each) in (1i64..).zip(&tries) {
            let waits = match task.key {
                "change-approval" => pipeline.approval_secs,
                _ => self.seed.between(2, 41),
            };
            let started = queued.plus(waits * SECOND + self.seed.between(0, 999_999));
            let percent = each.percent * self.seed.between(93, 112);
            ended = started.plus(i64::from(task.secs) * percent * SECOND / 10_000);
            let id = |what: &str| format!("{run}/{}/{n}/{what}", task.key);
            let about = json!({"key": task.key, "run": run, "try": n});
            let recorded = self.ci.recorded(queued);
            self.tell(&id("queued"), "mission.task.queued.v1", queued, recorded, about.clone());
            let recorded = self.ci.recorded(started);
            self.tell(&id("started"), "mission.task.started.v1", started, recorded, about);
            let mut data = json!({"key": task.key, "run": run, "try": n, "outcome": each.outcome});
            if !each.error.is_empty() {
                data["error"] = json!(each.error);
            }
            let recorded = late.map_or_else(|| self.ci.recorded(ended), |late| late.plus(n * 4_100));
            self.tell(&id("finished"), "mission.task.finished.v1", ended, recorded, data);
            passed = each.outcome == "passed";
            queued = ended.plus((BACKOFF_SECS << (n - 1)) * SECOND + self.seed.between(0, 2_999_999));
        }
        (ended, passed)
    }

    fn tell(&mut self, id: &str, kind: &str, valid: Time, recorded: Time, data: Value) {
        let source = self.ci.source().to_owned();
        self.journal.say((&source, id), kind, Some(valid), recorded, data);
    }

    /// What `task` makes, pushed a moment after it ended.
    fn produce(&mut self, task: &Task, ended: Time) {
        for artifact in ARTIFACTS.iter().filter(|artifact| artifact.task == task.key) {
            let at = ended.plus(self.seed.between(300_000, 1_900_000));
            let recorded = self.registry.recorded(at);
            let inside = self.product.crates.iter().filter(|of| artifact.crates.contains(&of.name));
            let modules: Vec<String> =
                inside.flat_map(|of| of.modules.iter().map(|name| module(of.name, name))).collect();
            let data = json!({
                "artifact": artifact.key, "name": artifact.name, "task": task.key, "modules": modules,
                "version": format!("{}-rc.{}", self.date.replace('-', "."), self.number),
                "digest": format!("sha256:{}", self.seed.hex(64)), "commit": self.commit,
            });
            let source = self.registry.source().to_owned();
            let id = format!("{}/{}", artifact.key, self.number);
            self.journal.say((&source, &id), "mission.artifact.produced.v1", Some(at), recorded, data);
        }
    }
}
