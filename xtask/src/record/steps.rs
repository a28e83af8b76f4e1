//! The steps of a CI run as DDE events: declared first, so that a step that never ran is missing, then as they go.

use crate::shell::Shell;
use anyhow::Result;
use serde_json::{Value, json};
use shared::time::Time;
use std::path::Path;
use std::time::SystemTime;

/// One step of the plan.
pub struct Step {
    key: String,
    name: String,
    depends_on: Vec<String>,
}

impl Step {
    /// A step called `name`, after the steps with the keys `depends_on`.
    pub fn new(key: &str, name: &str, depends_on: &[&str]) -> Self {
        let depends_on = depends_on.iter().map(|&key| key.to_owned()).collect();
        Self { key: key.to_owned(), name: name.to_owned(), depends_on }
    }
}

/// A run under way.
pub struct Recording {
    iteration: String,
    commit: String,
    run: String,
    lines: Vec<Value>,
    is_green: bool,
}

impl Recording {
    /// Begins with the commit that is checked out.
    pub fn start(root: &Path) -> Result<Self> {
        let mut git = Shell::of("git");
        let commit = git.folder(root).args(["rev-parse", "HEAD"]).read("asking git for the commit")?;
        let commit = commit.trim().to_owned();
        let short: String = commit.chars().take(12).collect();
        let now = wall();
        let mut recording = Self {
            iteration: format!("ci-{short}"),
            run: format!("ci-{}", now.0 / 1_000_000),
            commit,
            lines: Vec::new(),
            is_green: true,
        };
        let title = format!("Mission Control at {short}");
        recording.put("iteration.opened", now, json!({"commit": recording.commit, "title": title}));
        recording.put("workflow.declared", now, json!({"workflow": "ci", "name": "Continuous integration"}));
        let run = json!({"stream": "dde", "run": recording.run, "commit": recording.commit});
        recording.put("run.started", now, run);
        Ok(recording)
    }

    /// The iteration this run is recorded as.
    pub fn iteration(&self) -> &str {
        &self.iteration
    }

    /// Runs a step and notes how it went; whether it went well.
    pub fn step(&mut self, step: Step, run: &mut dyn FnMut() -> Result<()>) -> bool {
        let started_at = wall();
        let Step { key, name, depends_on } = step;
        let declared =
            json!({"task": key, "name": name, "workflow": "ci", "depends_on": depends_on, "planned": true});
        self.put("task.declared", started_at, declared);
        self.put("task.started", started_at, json!({"key": key, "run": self.run}));
        let ended = run();
        let mut finished = json!({
            "key": key, "run": self.run, "commit": self.commit, "started_at": started_at.to_string(),
            "outcome": if ended.is_ok() { "passed" } else { "failed" },
        });
        if let Err(error) = &ended {
            eprintln!("{name}: {error:#}");
            finished["error"] = json!(format!("{error:#}"));
        }
        self.is_green &= ended.is_ok();
        self.put("task.finished", wall(), finished);
        ended.is_ok()
    }

    /// Ends the run; its events as NDJSON.
    pub fn finish(mut self) -> String {
        let outcome = if self.is_green { "passed" } else { "failed" };
        let run = json!({"stream": "dde", "run": self.run, "commit": self.commit, "outcome": outcome});
        self.put("run.finished", wall(), run);
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }

    fn put(&mut self, kind: &str, time: Time, data: Value) {
        self.lines.push(json!({
            "specversion": "1.0",
            "id": format!("{}-{}", self.run, self.lines.len() + 1),
            "source": "xtask",
            "type": format!("mission.{kind}.v1"),
            "time": time.to_string(),
            "project": "mission-control",
            "iteration": self.iteration,
            "data": data,
        }));
    }
}

/// The wall clock.
fn wall() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
