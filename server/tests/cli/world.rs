//! Events that lead to each verdict.

use serde_json::{Value, json};

/// An event of `iteration` as its producer sends it.
pub fn event(iteration: &str, id: &str, kind: &str, minute: u32, data: Value) -> String {
    let event = json!({
        "specversion": "1.0", "source": "test", "id": id, "type": format!("mission.{kind}.v1"),
        "iteration": iteration, "time": at(minute), "data": data,
    });
    format!("{event}\n")
}

/// A minute of the working day of all tests.
pub fn at(minute: u32) -> String {
    format!("2026-03-02T09:{minute:02}:00Z")
}

fn word(good: bool) -> &'static str {
    if good { "passed" } else { "failed" }
}

/// One task that ran.
pub fn execution(iteration: &str, good: bool) -> String {
    let data = json!({"key": "build", "run": "d", "outcome": word(good), "started_at": at(1)});
    let run = json!({"stream": "dde", "run": "d", "outcome": word(good)});
    event(iteration, "d1", "task.finished", 2, data) + &event(iteration, "d2", "run.finished", 3, run)
}

/// One scenario that ran.
pub fn behaviour(iteration: &str, good: bool) -> String {
    let data = json!({"key": "pay/ok", "run": "b", "outcome": word(good), "started_at": at(4)});
    let run = json!({"stream": "bdv", "run": "b", "outcome": word(good)});
    event(iteration, "b1", "scenario.finished", 5, data) + &event(iteration, "b2", "run.finished", 6, run)
}

/// Two modules, and a violation between them unless all is good.
pub fn architecture(iteration: &str, good: bool) -> String {
    let mut lines = event(iteration, "a1", "module.declared", 0, json!({"module": "web"}))
        + &event(iteration, "a2", "module.declared", 0, json!({"module": "core"}))
        + &event(iteration, "a3", "import.declared", 0, json!({"from": "web", "to": "core"}));
    if !good {
        let data = json!({"rule": "layers", "severity": "error", "from": "web", "to": "core"});
        lines += &event(iteration, "a4", "violation.detected", 7, data);
    }
    lines
        + &event(
            iteration,
            "a5",
            "run.finished",
            8,
            json!({"stream": "acc", "run": "a", "outcome": "passed"}),
        )
}

/// All three streams.
pub fn evidence(iteration: &str, dde: bool, bdv: bool, acc: bool) -> String {
    execution(iteration, dde) + &behaviour(iteration, bdv) + &architecture(iteration, acc)
}
