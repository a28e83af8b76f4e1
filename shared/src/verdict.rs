//! The verdict: a total function of three stream states, as a reproducible record with its evidence.
//!
//! In: lenses, scene and policy. Out: [`Verdict`]: stream states with reasons and missing evidence, criteria
//! with actual value and thresholds, the counterfactual ("deployable if"), an override shown beside it.
//! No evidence is never a failure and never a pass.
//!
//! Not here: waiting, recording, exit of processes.

mod action;
mod card;
pub mod context;
mod counterfactual;
mod evidence;
pub mod history;
mod judge;
mod overlay;
pub mod policy;
mod reasons;
pub mod ribbon;
mod sentence;
mod table;

pub use action::Action;
pub use card::Card;
pub use judge::{Lenses, changes, judge};
pub(crate) use reasons::explained;
pub use table::{still_possible, verdict_of};

use crate::id::{EntityId, Name, Stream};
use crate::lens::kpi::Kpi;
use crate::time::{AsOf, Position, Time};
use serde::{Deserialize, Serialize};

/// The seven answers.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictName {
    /// All three streams pass.
    Deployable,
    /// Only behaviour fails.
    DesignGap,
    /// Only architecture fails.
    TechDebt,
    /// Only execution fails.
    PipelineIssue,
    /// Two fail.
    MixedFailure,
    /// All fail: halt.
    SystemicFailure,
    /// Some stream is undecided.
    Pending,
}

impl VerdictName {
    /// All verdicts.
    pub const ALL: [VerdictName; 7] = [
        VerdictName::Deployable,
        VerdictName::DesignGap,
        VerdictName::TechDebt,
        VerdictName::PipelineIssue,
        VerdictName::MixedFailure,
        VerdictName::SystemicFailure,
        VerdictName::Pending,
    ];

    /// Exit code of `mission verdict`.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            VerdictName::Deployable => 0,
            VerdictName::DesignGap => 10,
            VerdictName::TechDebt => 11,
            VerdictName::PipelineIssue => 12,
            VerdictName::MixedFailure => 13,
            VerdictName::SystemicFailure => 20,
            VerdictName::Pending => 30,
        }
    }

    /// Words for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            VerdictName::Deployable => "Deployable",
            VerdictName::DesignGap => "Design gap",
            VerdictName::TechDebt => "Tech debt",
            VerdictName::PipelineIssue => "Pipeline issue",
            VerdictName::MixedFailure => "Mixed failure",
            VerdictName::SystemicFailure => "Systemic failure: HALT",
            VerdictName::Pending => "Pending",
        }
    }
}

/// State of a stream.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamState {
    /// Every exit criterion holds and nothing required is missing.
    Pass,
    /// Some exit criterion does not hold.
    Fail,
    /// Something is missing.
    Undecided,
}

/// A stream with what decides it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StreamVerdict {
    /// Its state.
    pub state: StreamState,
    /// Whether the policy does not require it and it has no evidence: counts as pass.
    pub not_applicable: bool,
    /// Why it fails, or warnings, as sentences.
    pub reasons: Vec<Reason>,
    /// What is missing, as sentences.
    pub missing: Vec<String>,
}

/// One reason with its evidence.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Name of the criterion.
    pub criterion: String,
    /// The reason in a few words: `2 scenarios fail`.
    pub headline: String,
    /// A sentence.
    pub text: String,
    /// Whether it fails the stream (else a warning).
    pub blocking: bool,
    /// Entities it is about, at most 64.
    pub entities: Vec<EntityId>,
    /// Positions of the deciding events, at most 64.
    pub evidence: Vec<Position>,
}

/// The three streams.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StreamStates {
    /// Execution.
    pub dde: StreamVerdict,
    /// Behaviour.
    pub bdv: StreamVerdict,
    /// Architecture.
    pub acc: StreamVerdict,
}

impl StreamStates {
    /// The stream's verdict.
    #[must_use]
    pub fn get(&self, stream: Stream) -> &StreamVerdict {
        match stream {
            Stream::Dde => &self.dde,
            Stream::Bdv => &self.bdv,
            Stream::Acc => &self.acc,
        }
    }
}

/// One change that the verdict would need.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counterfactual {
    /// What has to happen, as a sentence.
    pub change: String,
    /// To what.
    pub entity: Option<EntityId>,
    /// Criterion it repairs.
    pub criterion: String,
    /// The same for machines: what [`crate::explain::apply`] does to a scene.
    pub action: Action,
}

/// An override that counts at the `AsOf`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideInForce {
    /// Id of the record.
    pub id: String,
    /// Token of who answers for it.
    pub actor: Option<String>,
    /// Why.
    pub reason: String,
    /// Streams it covers; empty for all.
    pub scope: Vec<String>,
    /// Since when.
    pub since: Time,
    /// Until when.
    pub expires_at: Option<Time>,
}

/// The record: everything needed to check or repeat the answer.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The answer.
    pub verdict: VerdictName,
    /// The best verdict still possible; equal to `verdict` unless pending.
    pub best: VerdictName,
    /// The worst verdict still possible; equal to `verdict` unless pending.
    pub worst: VerdictName,
    /// The answer as a sentence.
    pub sentence: String,
    /// The question.
    pub as_of: AsOf,
    /// Digest of the policy in force.
    pub policy_digest: String,
    /// [`crate::ENGINE_VERSION`].
    pub engine_version: String,
    /// The streams.
    pub streams: StreamStates,
    /// Every criterion with actual value and thresholds.
    pub criteria: Vec<Kpi>,
    /// An override in force.
    pub r#override: Option<OverrideInForce>,
    /// What would make it deployable.
    pub counterfactual: Vec<Counterfactual>,
    /// The next V at which the answer changes without an event.
    pub next_change: Option<Time>,
}

impl Verdict {
    /// Exit code with the override applied, or without if `ignore_override`.
    #[must_use]
    pub fn exit_code(&self, ignore_override: bool) -> u8 {
        if self.r#override.is_some() && !ignore_override { 0 } else { self.verdict.exit_code() }
    }

    /// The JSON of `mission verdict --json` for `iteration` (design section 7).
    ///
    /// To ignore an override, call it on [`Verdict::without_override`].
    #[must_use]
    pub fn to_json(&self, iteration: &Name) -> serde_json::Value {
        serde_json::json!({
            "verdict": self.verdict,
            "exit_code": self.exit_code(false),
            "iteration": iteration,
            "as_of": self.as_of,
            "position": self.as_of.known,
            "policy_digest": self.policy_digest,
            "engine_version": self.engine_version,
            "sentence": self.sentence,
            "best": self.best,
            "worst": self.worst,
            "streams": self.streams,
            "criteria": self.criteria,
            "override": self.r#override,
            "counterfactual": self.counterfactual,
            "next_change": self.next_change,
        })
    }
}
