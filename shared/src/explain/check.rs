//! Checks a verdict's reasons and its counterfactual by applying them.
//!
//! A reason is *needed* if its stream does not pass with every other needed reason of it repaired; one that is
//! not follows from the others (missing evidence that would bring a rate over its exit, say) and is left out of
//! what has to be done. So the needed reasons are minimal: take any one of them away and its stream is another.
//! The counterfactual *holds* if the verdict is deployable with the changes of the needed reasons applied.
//! Costs two analyses a reason at most, and one for all.

use super::apply;
use crate::correlate::LinkIndex;
use crate::id::{EntityId, Stream};
use crate::lens::Analysis;
use crate::time::{AsOf, Position};
use crate::verdict::context::Context;
use crate::verdict::{Counterfactual, Lenses, StreamState, VerdictName, changes};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A verdict, taken at its word.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The question as it was resolved.
    pub as_of: AsOf,
    /// The verdict.
    pub verdict: VerdictName,
    /// Its sentence.
    pub sentence: String,
    /// What keeps streams from passing, in the order of the streams.
    pub reasons: Vec<ReasonChecked>,
    /// What the counterfactual leads to.
    pub counterfactual: ChangesChecked,
}

/// A reason, and what is left if it alone is not repaired.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReasonChecked {
    /// Its stream.
    pub stream: Stream,
    /// Criterion that is missed; `STREAM.evidence` for what has not reported.
    pub criterion: String,
    /// Sentences.
    pub text: Vec<String>,
    /// What it is about, at most 64.
    pub entities: Vec<EntityId>,
    /// Positions of the deciding events, at most 64.
    pub evidence: Vec<Position>,
    /// Changes that repair it.
    pub changes: u64,
    /// State of the stream with every other needed reason repaired.
    pub alone: StreamState,
    /// Whether that is no pass.
    pub needed: bool,
}

/// The counterfactual, applied.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangesChecked {
    /// Changes of the needed reasons.
    pub changes: u64,
    /// Changes that the scene has no place for.
    pub inapplicable: u64,
    /// The verdict with all of them applied.
    pub verdict: VerdictName,
    /// Whether that is deployable.
    pub holds: bool,
}

/// Checks the answer `analysis`.
#[must_use]
pub fn explain(analysis: &Analysis) -> Explanation {
    let all = all_changes(analysis);
    let exits: BTreeMap<&str, f64> =
        analysis.verdict.criteria.iter().map(|criterion| (criterion.name.as_str(), criterion.exit)).collect();
    let applied = |wanted: &BTreeSet<String>| {
        let mut scene = analysis.scene.clone();
        let chosen = all.iter().filter(|change| wanted.contains(&change.criterion));
        let done = apply(&mut scene, chosen, &exits);
        (Analysis::of(scene).verdict, done)
    };
    let mut reasons = reasons(analysis, &all);
    let mut wanted: BTreeSet<String> = reasons.iter().map(|reason| reason.criterion.clone()).collect();
    // Those that are left out go first; of the others each is then weighed against the final set.
    for round in [false, true] {
        for reason in reasons.iter_mut().filter(|reason| reason.needed) {
            wanted.remove(&reason.criterion);
            reason.alone = applied(&wanted).0.streams.get(reason.stream).state;
            reason.needed = reason.alone != StreamState::Pass;
            if reason.needed || round {
                wanted.insert(reason.criterion.clone());
            }
        }
    }
    let (verdict, done) = applied(&wanted);
    Explanation {
        as_of: analysis.scene.as_of,
        verdict: analysis.verdict.verdict,
        sentence: analysis.verdict.sentence.clone(),
        reasons,
        counterfactual: ChangesChecked {
            changes: done.changes,
            inapplicable: done.inapplicable,
            verdict: verdict.verdict,
            holds: verdict.verdict == VerdictName::Deployable,
        },
    }
}

/// Every change, not only those a verdict lists.
fn all_changes(analysis: &Analysis) -> Vec<Counterfactual> {
    let links = LinkIndex::new(&analysis.links);
    let lenses = Lenses { links: &links, dde: &analysis.dde, bdv: &analysis.bdv, acc: &analysis.acc };
    changes(&analysis.scene, &lenses, &Context::of(&analysis.scene))
}

/// What keeps each stream from passing; not checked yet.
fn reasons(analysis: &Analysis, all: &[Counterfactual]) -> Vec<ReasonChecked> {
    let mut found = Vec::new();
    for stream in Stream::ALL {
        let verdict = analysis.verdict.streams.get(stream);
        let count =
            |criterion: &str| all.iter().filter(|change| change.criterion == criterion).count() as u64;
        found.extend(verdict.reasons.iter().filter(|reason| reason.blocking).map(|reason| ReasonChecked {
            stream,
            criterion: reason.criterion.clone(),
            text: vec![reason.text.clone()],
            entities: reason.entities.clone(),
            evidence: reason.evidence.clone(),
            changes: count(&reason.criterion),
            alone: verdict.state,
            needed: true,
        }));
        if !verdict.missing.is_empty() {
            let criterion = format!("{}.evidence", stream.as_str());
            let about = all.iter().filter(|change| change.criterion == criterion);
            found.push(ReasonChecked {
                stream,
                text: verdict.missing.clone(),
                entities: about.filter_map(|change| change.entity.clone()).take(64).collect(),
                evidence: Vec::new(),
                changes: count(&criterion),
                criterion,
                alone: verdict.state,
                needed: true,
            });
        }
    }
    found
}
