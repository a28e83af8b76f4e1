//! Status and conclusion, whatever their case and even if they changed places.

use crate::event::Outcome;
use crate::import::clean::clip;
use crate::import::execution::outcome_of;

/// How far a run or job is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// Requested, queued, pending, or waiting for an approval.
    Queued,
    /// In progress.
    Running,
    /// Completed; with the conclusion where the outcome says less.
    Ended(Outcome, Option<String>),
}

/// A state, with what was odd about how it was said.
pub(super) type Said = (State, Option<String>);

fn is_status(word: &str) -> bool {
    matches!(word, "requested" | "queued" | "pending" | "waiting" | "in_progress" | "completed")
}

/// The state that `status` and `conclusion` of `what` (`workflow_run` or `workflow_job`) mean.
///
/// # Errors
/// Names the field whose word is missing or unknown.
pub(super) fn state_of(what: &str, status: Option<&str>, conclusion: Option<&str>) -> Result<Said, String> {
    let lower = |word: Option<&str>| {
        word.map(|word| word.trim().to_ascii_lowercase()).filter(|word| !word.is_empty() && word != "null")
    };
    let (mut status, mut conclusion) = (lower(status), lower(conclusion));
    let mut odd = None;
    let is_conclusion = |word: &Option<String>| word.as_deref().is_some_and(|word| !is_status(word));
    let fits_status = |word: &Option<String>| word.as_deref().is_none_or(is_status);
    if is_conclusion(&status) && status.as_deref().is_some_and(is_known) && fits_status(&conclusion) {
        odd = Some(format!("{what}.status: holds the conclusion, and the other way round; read as meant"));
        (status, conclusion) = (Some(conclusion.unwrap_or_else(|| "completed".to_owned())), status);
    }
    let status = status.ok_or_else(|| format!("{what}.status: missing"))?;
    let state = match status.as_str() {
        "requested" | "queued" | "pending" | "waiting" => State::Queued,
        "in_progress" => State::Running,
        "completed" => {
            let Some(word) = conclusion else {
                let odd = format!("{what}.conclusion: missing although the status is completed");
                return Ok((State::Ended(Outcome::Unknown, Some("no conclusion".to_owned())), Some(odd)));
            };
            let Some(outcome) = outcome_of(&word).filter(|_| is_known(&word)) else {
                return Err(format!("{what}.conclusion: unknown {:?}", clip(&word, 40)));
            };
            let plain =
                matches!(word.as_str(), "success" | "failure" | "cancelled" | "timed_out" | "skipped");
            State::Ended(outcome, (!plain).then_some(word))
        }
        other => return Err(format!("{what}.status: unknown {:?}", clip(other, 40))),
    };
    Ok((state, odd))
}

fn is_known(conclusion: &str) -> bool {
    matches!(
        conclusion,
        "success"
            | "failure"
            | "neutral"
            | "cancelled"
            | "timed_out"
            | "action_required"
            | "stale"
            | "skipped"
            | "startup_failure"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_any_case_and_in_either_place() {
        let state = |status, conclusion| state_of("workflow_job", status, conclusion);
        let passed = State::Ended(Outcome::Passed, None);
        assert_eq!(state(Some("COMPLETED"), Some("SUCCESS")), Ok((passed.clone(), None)));
        for swapped in [state(Some("SUCCESS"), Some("COMPLETED")), state(Some("success"), None)] {
            let (state, odd) = swapped.expect("readable");
            assert_eq!(state, passed);
            assert!(odd.expect("said").starts_with("workflow_job.status: holds the conclusion"));
        }
        assert_eq!(state(Some("waiting"), None), Ok((State::Queued, None)));
        assert_eq!(state(Some("in_progress"), Some("null")), Ok((State::Running, None)));
        let neutral = State::Ended(Outcome::Skipped, Some("neutral".to_owned()));
        assert_eq!(state(Some("completed"), Some("neutral")), Ok((neutral, None)));
        assert_eq!(
            state(Some("completed"), Some("exploded")),
            Err("workflow_job.conclusion: unknown \"exploded\"".to_owned())
        );
        assert_eq!(state(Some("done"), None), Err("workflow_job.status: unknown \"done\"".to_owned()));
        assert_eq!(state(None, Some("success")), Err("workflow_job.status: missing".to_owned()));
        assert!(state(Some("completed"), None).expect("readable").1.is_some());
    }
}
