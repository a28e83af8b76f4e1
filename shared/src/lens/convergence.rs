//! The convergence lens: the verdict with its reasons, all key figures, and the spine.

use super::Kpi;
use crate::id::{EntityId, LinkKind};
use crate::verdict::{Counterfactual, OverrideInForce, StreamStates, VerdictName};
use serde::{Deserialize, Serialize};

/// The convergence lens at an `AsOf`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Convergence {
    /// The computed verdict; an override never changes it.
    pub verdict: VerdictName,
    /// The verdict as a sentence for people.
    pub sentence: String,
    /// The three streams.
    pub streams: StreamStates,
    /// An override in force.
    pub r#override: Option<OverrideInForce>,
    /// Key figures of all lenses.
    pub kpis: Vec<Kpi>,
    /// Requirement → spec → task → artifact → module.
    pub spine: Spine,
    /// What would make it deployable.
    pub counterfactual: Vec<Counterfactual>,
}

/// The spine.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Spine {
    /// Nodes by column (requirement, spec, task, artifact, module), then id.
    pub nodes: Vec<SpineNode>,
    /// Links between them.
    pub links: Vec<SpineLink>,
    /// Nodes without a link to the column before or after: where the thread breaks.
    pub gaps: Vec<EntityId>,
}

/// A node of the spine.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpineNode {
    /// Its id.
    pub id: EntityId,
    /// Human name.
    pub name: String,
    /// `pass`, `fail`, `flaky`, `run`, `wait` or `none`: the worst of what it stands for.
    pub state: SpineState,
}

/// State of a spine node.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpineState {
    /// Holds.
    Pass,
    /// Does not hold.
    Fail,
    /// Holds with flakes.
    Flaky,
    /// Under way.
    Run,
    /// Waits.
    Wait,
    /// Nothing is known.
    None,
}

/// A link with its evidence.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpineLink {
    /// Source.
    pub from: EntityId,
    /// Target.
    pub to: EntityId,
    /// Meaning.
    pub kind: LinkKind,
    /// 0 to 1.
    pub confidence: f64,
    /// Why.
    pub evidence: Vec<SpineEvidence>,
}

/// One reason for a link.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpineEvidence {
    /// Rule that found it.
    pub rule: String,
    /// 0 to 1.
    pub confidence: f64,
    /// One sentence.
    pub text: String,
    /// Positions of the events it rests on.
    pub events: Vec<u64>,
}
