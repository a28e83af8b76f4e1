//! The table of design section 6: three stream states give one verdict, totally.

use super::{StreamState, VerdictName};

/// The verdict over execution, behaviour and architecture.
#[must_use]
pub const fn verdict_of(dde: StreamState, bdv: StreamState, acc: StreamState) -> VerdictName {
    use StreamState::{Fail, Pass, Undecided};
    match (dde, bdv, acc) {
        (Undecided, _, _) | (_, Undecided, _) | (_, _, Undecided) => VerdictName::Pending,
        (Pass, Pass, Pass) => VerdictName::Deployable,
        (Pass, Fail, Pass) => VerdictName::DesignGap,
        (Pass, Pass, Fail) => VerdictName::TechDebt,
        (Fail, Pass, Pass) => VerdictName::PipelineIssue,
        (Fail, Fail, Fail) => VerdictName::SystemicFailure,
        (Fail, Fail, Pass) | (Fail, Pass, Fail) | (Pass, Fail, Fail) => VerdictName::MixedFailure,
    }
}

/// The best and the worst verdict still possible: whatever is undecided passes, or fails.
#[must_use]
pub fn still_possible(states: [StreamState; 3]) -> (VerdictName, VerdictName) {
    let decided = |end: StreamState| {
        let [dde, bdv, acc] = states.map(|state| if state == StreamState::Undecided { end } else { state });
        verdict_of(dde, bdv, acc)
    };
    (decided(StreamState::Pass), decided(StreamState::Fail))
}
