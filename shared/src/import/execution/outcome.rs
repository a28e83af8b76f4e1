//! The words in which CI systems say how something ended.

use crate::event::Outcome;

/// The outcome a word means, whatever its case; `None` for an unknown one.
///
/// `neutral` counts as skipped: it gates nothing, and proves nothing either. `action_required` has no usable
/// result yet: somebody must act first.
pub(in crate::import) fn outcome_of(word: &str) -> Option<Outcome> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "success" | "succeeded" | "successful" | "pass" | "passed" | "completed" => Outcome::Passed,
        "failure" | "failed" | "fail" => Outcome::Failed,
        "error" | "errored" | "startup_failure" => Outcome::Error,
        "cancel" | "cancelled" | "canceled" | "aborted" | "terminated" | "stale" => Outcome::Cancelled,
        "timed_out" | "timedout" | "timeout" => Outcome::TimedOut,
        "skip" | "skipped" | "omitted" | "neutral" | "upstream_failed" | "removed" => Outcome::Skipped,
        "action_required" | "unknown" => Outcome::Unknown,
        _ => return None,
    })
}
