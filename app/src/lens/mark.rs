//! Marks: every state as a shape and a word. The style sheet gives the shape its form and colour.

use leptos::prelude::*;
use shared::event::{ContractState, Outcome, Severity};
use shared::lens::bdv::{Coverage, Status};
use shared::lens::convergence::SpineState;
use shared::lens::dde::TaskState;
use shared::verdict::{StreamState, VerdictName};

/// A state as a shape and a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// Name of the shape, for `data-s`.
    pub shape: &'static str,
    /// What it says.
    pub word: &'static str,
}

impl Mark {
    const fn new(shape: &'static str, word: &'static str) -> Self {
        Self { shape, word }
    }

    /// Of an outcome.
    #[must_use]
    pub const fn of_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Passed => Self::new("passed", "passed"),
            Outcome::Failed => Self::new("failed", "failed"),
            Outcome::Error => Self::new("error", "error"),
            Outcome::Cancelled => Self::new("cancelled", "cancelled"),
            Outcome::TimedOut => Self::new("timed_out", "timed out"),
            Outcome::Skipped => Self::new("skipped", "skipped"),
            Outcome::Running => Self::new("running", "running"),
            Outcome::Queued => Self::new("queued", "queued"),
            Outcome::Unknown => Self::new("unknown", "no usable result"),
        }
    }

    /// Of a task.
    #[must_use]
    pub const fn of_task(state: TaskState) -> Self {
        match state {
            TaskState::Waiting => Self::new("waiting", "waiting"),
            TaskState::Tried(outcome) => Self::of_outcome(outcome),
        }
    }

    /// Of a scenario.
    #[must_use]
    pub const fn of_scenario(status: Status) -> Self {
        match status {
            Status::Passed => Self::new("passed", "passed"),
            Status::Failed => Self::new("failed", "failed"),
            Status::Flaky => Self::new("flaky", "flaky"),
            Status::Skipped => Self::new("skipped", "skipped"),
            Status::Undecided => Self::new("undecided", "undecided"),
        }
    }

    /// Of a contract.
    #[must_use]
    pub const fn of_contract(state: ContractState) -> Self {
        match state {
            ContractState::Proposed => Self::new("proposed", "proposed"),
            ContractState::Locked => Self::new("locked", "locked"),
            ContractState::Broken => Self::new("failed", "broken"),
        }
    }

    /// Of a node of the spine.
    #[must_use]
    pub const fn of_spine(state: SpineState) -> Self {
        match state {
            SpineState::Pass => Self::new("passed", "holds"),
            SpineState::Fail => Self::new("failed", "does not hold"),
            SpineState::Flaky => Self::new("flaky", "holds with flakes"),
            SpineState::Run => Self::new("running", "under way"),
            SpineState::Wait => Self::new("waiting", "waits"),
            SpineState::None => Self::new("none", "nothing known"),
        }
    }

    /// Of a stream.
    #[must_use]
    pub const fn of_stream(state: StreamState) -> Self {
        match state {
            StreamState::Pass => Self::new("passed", "pass"),
            StreamState::Fail => Self::new("failed", "fail"),
            StreamState::Undecided => Self::new("undecided", "undecided"),
        }
    }

    /// Of a requirement.
    #[must_use]
    pub const fn of_coverage(coverage: Coverage) -> Self {
        match coverage {
            Coverage::Covered => Self::new("passed", "covered"),
            Coverage::Failing => Self::new("failed", "failing"),
            Coverage::Undecided => Self::new("undecided", "undecided"),
            Coverage::Uncovered => Self::new("none", "uncovered"),
        }
    }

    /// Of a violation.
    #[must_use]
    pub const fn of_violation(severity: Severity, suppressed: bool) -> Self {
        match (suppressed, severity) {
            (true, _) => Self::new("suppressed", "suppressed"),
            (false, Severity::Error) => Self::new("failed", "error"),
            (false, Severity::Warn) => Self::new("warn", "warning"),
            (false, Severity::Info) => Self::new("info", "note"),
        }
    }

    /// Of a verdict.
    #[must_use]
    pub const fn of_verdict(verdict: VerdictName) -> Self {
        let shape = match verdict {
            VerdictName::Deployable => "passed",
            VerdictName::Pending => "undecided",
            VerdictName::SystemicFailure => "error",
            _ => "failed",
        };
        Self::new(shape, verdict.words())
    }

    /// Whether an exit criterion is met; a missed target alone is a warning.
    #[must_use]
    pub const fn of_criterion(met: bool, target_met: bool) -> Self {
        match (met, target_met) {
            (false, _) => Self::new("failed", "missed"),
            (true, false) => Self::new("warn", "met, target missed"),
            (true, true) => Self::new("passed", "met"),
        }
    }

    /// The shape alone; a reader hears the word.
    #[must_use]
    pub fn shape_view(self) -> AnyView {
        view! { <i class="mark" data-s=self.shape role="img" aria-label=self.word></i> }.into_any()
    }

    /// The shape and the word.
    #[must_use]
    pub fn view(self) -> AnyView {
        view! {
            <span class="state"><i class="mark" data-s=self.shape aria-hidden="true"></i>{self.word}</span>
        }
        .into_any()
    }
}

/// What stands inside a pip, so that it is told apart without colour.
#[must_use]
pub const fn pip_glyph(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "",
        Outcome::Failed => "✕",
        Outcome::Error => "!",
        Outcome::TimedOut => "T",
        Outcome::Cancelled => "–",
        Outcome::Skipped => "»",
        Outcome::Running => "…",
        Outcome::Queued => "·",
        Outcome::Unknown => "?",
    }
}
