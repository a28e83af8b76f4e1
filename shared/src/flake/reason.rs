//! Why a flake probability is what it is: a closed set of codes, each said in one sentence where it applies.

use serde::{Deserialize, Serialize};

/// A reason code. In JSON a reason is `code: sentence`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    /// The same code failed and passed: proof of a flake, whatever the figures say.
    SameCommitFlip,
    /// The same in an earlier iteration, as the pinned history tells.
    EarlierFlip,
    /// All tries on the newest code failed: look for a fault first.
    Regression,
    /// How many tries failed, with Wilson's 95 % interval.
    FailureRate,
    /// Whole commits fail, which speaks for faults rather than flakes.
    BrokenCommits,
    /// Expected to fail on good code more often than is worth bearing.
    LikelyFlake,
    /// A run in which so many tests failed together that it counts in no test's figures.
    MassFailure,
}

impl ReasonCode {
    /// All codes, in the order they are said.
    pub const ALL: [ReasonCode; 7] = [
        ReasonCode::SameCommitFlip,
        ReasonCode::EarlierFlip,
        ReasonCode::Regression,
        ReasonCode::FailureRate,
        ReasonCode::BrokenCommits,
        ReasonCode::LikelyFlake,
        ReasonCode::MassFailure,
    ];

    /// Snake-case name, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ReasonCode::SameCommitFlip => "same_commit_flip",
            ReasonCode::EarlierFlip => "earlier_flip",
            ReasonCode::Regression => "regression",
            ReasonCode::FailureRate => "failure_rate",
            ReasonCode::BrokenCommits => "broken_commits",
            ReasonCode::LikelyFlake => "likely_flake",
            ReasonCode::MassFailure => "mass_failure",
        }
    }
}
