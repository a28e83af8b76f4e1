//! Questions to a golden log and what the story says the answer must be.

use serde_json::{Value, json};
use shared::expect::{Expectation, Moment};
use shared::time::Time;

/// A question with the answer it must get.
pub struct Ask(Expectation);

impl Ask {
    /// What is true at the end, as known at the end.
    pub fn now(about: &str) -> Self {
        Self::new(Moment::Now, Moment::Now, about)
    }

    /// What the screen showed at `time`.
    pub fn then(time: Time, about: &str) -> Self {
        Self::new(Moment::At(time), Moment::At(time), about)
    }

    /// What was true at `time`, as known at the end.
    pub fn hindsight(time: Time, about: &str) -> Self {
        Self::new(Moment::At(time), Moment::Now, about)
    }

    fn new(valid: Moment, known: Moment, about: &str) -> Self {
        let open = Value::Null;
        Self(Expectation {
            valid,
            known,
            about: about.to_owned(),
            verdict: open.clone(),
            dde: open.clone(),
            bdv: open.clone(),
            acc: open.clone(),
            convergence: open,
        })
    }

    /// The verdict's name, exit code and states of the three streams.
    pub fn verdict(self, name: &str, [dde, bdv, acc]: [&str; 3]) -> Self {
        let exit_code = match name {
            "deployable" => 0,
            "design_gap" => 10,
            "tech_debt" => 11,
            "pipeline_issue" => 12,
            "mixed_failure" => 13,
            "systemic_failure" => 20,
            "pending" => 30,
            other => panic!("no verdict is called {other}"),
        };
        let states = json!({"dde": {"state": dde}, "bdv": {"state": bdv}, "acc": {"state": acc}});
        let pattern = json!({"verdict": name, "exit_code": exit_code, "streams": states});
        Self(Expectation { verdict: pattern, ..self.0 })
    }

    /// More of the verdict.
    pub fn and(mut self, more: Value) -> Self {
        merge(&mut self.0.verdict, more);
        self
    }

    /// Of the execution lens.
    pub fn dde(mut self, pattern: Value) -> Self {
        merge(&mut self.0.dde, pattern);
        self
    }

    /// Of the behaviour lens.
    pub fn bdv(mut self, pattern: Value) -> Self {
        merge(&mut self.0.bdv, pattern);
        self
    }

    /// Of the architecture lens.
    pub fn acc(mut self, pattern: Value) -> Self {
        merge(&mut self.0.acc, pattern);
        self
    }

    /// Of the convergence lens.
    pub fn convergence(mut self, pattern: Value) -> Self {
        merge(&mut self.0.convergence, pattern);
        self
    }

    /// The question with its answer.
    pub fn done(self) -> Expectation {
        self.0
    }
}

/// Adds `more` to a pattern: objects field by field, lists one after the other.
fn merge(pattern: &mut Value, more: Value) {
    match (pattern, more) {
        (Value::Object(there), Value::Object(more)) => {
            for (name, value) in more {
                match there.get_mut(&name) {
                    Some(field) => merge(field, value),
                    None => {
                        there.insert(name, value);
                    }
                }
            }
        }
        (Value::Array(there), Value::Array(more)) => there.extend(more),
        (there, more) => *there = more,
    }
}

/// A key figure as it must stand: `met`, `warned` (target missed, exit met) or `missed`.
pub fn kpi(name: &str, numerator: i64, denominator: i64, standing: &str) -> Value {
    json!({
        "name": name, "numerator": numerator, "denominator": denominator,
        "met": standing != "missed", "target_met": standing == "met",
    })
}

/// A blocking reason on the criterion `name` whose sentence holds `part`.
pub fn blocks(name: &str, part: &str) -> Value {
    json!([{"criterion": name, "blocking": true, "text": {"contains": part}}])
}
