//! One test case with its re-runs, and the order in which its tries ran.

use super::super::clean;
use super::element::Content;
use crate::event::Outcome;

/// A test case while it is read.
pub(super) struct Case {
    pub(super) line: u64,
    pub(super) name: String,
    /// Class, else suite.
    pub(super) group: Option<String>,
    pub(super) file: Option<String>,
    pub(super) timestamp: Option<String>,
    pub(super) time: Option<String>,
    /// The case says that it did not run, in an attribute.
    pub(super) not_run: bool,
    /// Its own failure or error: the worst one, errors before failures.
    pub(super) own: Option<Content>,
    pub(super) skipped: Option<Content>,
    /// Tries before its own: `flakyFailure`, `flakyError`.
    pub(super) before: Vec<Content>,
    /// Tries after its own: `rerunFailure`, `rerunError`.
    pub(super) after: Vec<Content>,
}

/// One try, in the words of the file.
pub(super) struct Try {
    pub(super) line: u64,
    pub(super) outcome: Outcome,
    pub(super) timestamp: Option<String>,
    pub(super) time: Option<String>,
    pub(super) error: Option<String>,
    pub(super) reason: Option<String>,
}

impl Case {
    /// Takes a result element in.
    pub(super) fn take(&mut self, content: Content) {
        match content.kind.as_str() {
            "flakyFailure" | "flakyError" => self.before.push(content),
            "rerunFailure" | "rerunError" => self.after.push(content),
            "skipped" => self.skipped = Some(content),
            kind => {
                let first = self.own.as_ref().is_none_or(|own| kind == "error" && own.kind == "failure");
                if first {
                    self.own = Some(content);
                }
            }
        }
    }

    /// Whether its own result is a failure or an error.
    pub(super) fn is_bad(&self) -> bool {
        self.own.is_some()
    }

    /// Its tries in the order they ran.
    pub(super) fn tries(self) -> Vec<Try> {
        let (outcome, error, reason) = match (&self.own, &self.skipped) {
            (Some(own), _) => (outcome_of(&own.kind), own.error(clean::ERROR_BYTES_MAX), None),
            (None, Some(skipped)) => (Outcome::Skipped, None, skipped.error(clean::REASON_BYTES_MAX)),
            (None, None) if self.not_run => (Outcome::Skipped, None, Some("not run".to_owned())),
            (None, None) => (Outcome::Passed, None, None),
        };
        let own = Try { line: self.line, outcome, timestamp: self.timestamp, time: self.time, error, reason };
        let before = self.before.into_iter().map(rerun);
        let after = self.after.into_iter().map(rerun);
        before.chain([own]).chain(after).collect()
    }
}

fn outcome_of(kind: &str) -> Outcome {
    if kind.to_ascii_lowercase().ends_with("error") { Outcome::Error } else { Outcome::Failed }
}

fn rerun(content: Content) -> Try {
    Try {
        line: content.line,
        outcome: outcome_of(&content.kind),
        error: content.error(clean::ERROR_BYTES_MAX),
        timestamp: content.attributes.get("timestamp").map(str::to_owned),
        time: content.attributes.get("time").map(str::to_owned),
        reason: None,
    }
}
