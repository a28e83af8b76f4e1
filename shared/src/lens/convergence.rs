//! The convergence lens: the verdict with its reasons, all key figures, the spine, contracts across all streams.
//!
//! Its own figures, approval rate and contract alignment, inform and never decide. Time-travel latency is
//! measured by the running system and stands in no record: the server adds it at the edge.

mod contracts;
mod spine;

pub use contracts::align;

use super::Kpi;
use super::kpi::Measure;
use super::{Acc, Bdv, Dde};
use crate::correlate::{LinkIndex, LinkState, Standing};
use crate::graph::Scene;
use crate::id::{EntityId, LinkKind};
use crate::verdict::Verdict;
use crate::verdict::context::Context;
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

impl Convergence {
    /// Brings the three lenses and the verdict together.
    #[must_use]
    pub fn of(
        scene: &Scene,
        links: (&LinkIndex, &[Standing]),
        context: &Context,
        (dde, bdv, acc): (&Dde, &Bdv, &Acc),
        verdict: &Verdict,
    ) -> Self {
        let (approved, all) = context.history.approvals();
        let approval = Measure {
            name: "convergence.approval_rate",
            numerator: approved,
            denominator: all,
            evidence: scene.context.get("history").map(|document| document.position).into_iter().collect(),
        };
        let own = [context.policy.kpi(approval), context.policy.kpi(contracts::alignment(scene, dde))];
        Self {
            verdict: verdict.verdict,
            sentence: verdict.sentence.clone(),
            streams: verdict.streams.clone(),
            r#override: verdict.r#override.clone(),
            kpis: verdict.criteria.iter().cloned().chain(own).collect(),
            spine: spine::spine(scene, links, (dde, bdv, acc)),
            counterfactual: verdict.counterfactual.clone(),
        }
    }
}

/// The spine.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Spine {
    /// Nodes by column (requirement, spec, task, artifact, module), then id.
    pub nodes: Vec<SpineNode>,
    /// Links between them.
    pub links: Vec<SpineLink>,
    /// Declared links that trace something and wait for an end that is not there, in every answer in JSON.
    pub orphans: Vec<SpineLink>,
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

/// A link with its evidence. Its JSON also has an `explanation`, all of it in one sentence
/// ([`crate::correlate::explain`]), which is made when it is written: whoever only draws links never pays for it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SpineLink {
    /// Source.
    pub from: EntityId,
    /// Target.
    pub to: EntityId,
    /// Meaning.
    pub kind: LinkKind,
    /// 0 to 1.
    pub confidence: f64,
    /// Whether to look at it: it rests on guesses alone and is no more than likely, or what it was made against
    /// changed since.
    pub suspect: bool,
    /// Its state, in every answer in JSON.
    pub state: Option<LinkState>,
    /// What changed since it was made, if that makes it suspect.
    pub suspect_of: Option<EntityId>,
    /// Whether it is only suggested, by texts that are alike: then no lens and no verdict knows of it until somebody
    /// confirms it by declaring it.
    #[serde(default)]
    pub suggested: bool,
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
