//! The spine: requirement → spec → task → artifact → module, with the state of every node and where it breaks.

use super::{Spine, SpineEvidence, SpineLink, SpineNode, SpineState};
use crate::correlate::{Link, LinkIndex, LinkState, Standing, orphans, sentence};
use crate::event::Outcome;
use crate::event::data::LinkDeclared;
use crate::graph::{Entity, Scene};
use crate::id::{EntityId, Kind, LinkId, LinkKind};
use crate::lens::bdv::{Coverage, Status};
use crate::lens::dde::TaskState;
use crate::lens::{Acc, Bdv, Dde};
use crate::order::{Map, Set};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// The columns, from what was asked for to what it is made of.
const COLUMNS: [Kind; 5] = [Kind::Requirement, Kind::Spec, Kind::Task, Kind::Artifact, Kind::Module];
/// Kinds of link that run along the spine.
const ALONG: [LinkKind; 4] =
    [LinkKind::Specifies, LinkKind::Implements, LinkKind::Produces, LinkKind::Realises];
/// Up to this confidence (millionths) a link is suspect that is only guessed, or declared of another version.
const SUSPECT_MAX: u32 = 700_000;
/// Rule of what a producer declares of another version than is there.
const OUTDATED: &str = "outdated";

fn column(kind: Kind) -> Option<usize> {
    COLUMNS.iter().position(|column| *column == kind)
}

pub(super) fn spine(
    scene: &Scene,
    (links, standings): (&LinkIndex, &[Standing]),
    (dde, bdv, acc): (&Dde, &Bdv, &Acc),
) -> Spine {
    let states = States::of(links, dde, bdv, acc);
    let on_spine =
        |id: &EntityId| scene.entities.get(id).is_some_and(|e| column(e.id.kind).is_some() && !e.external);
    let along: Vec<&Link> = ALONG
        .iter()
        .flat_map(|&kind| links.of_kind(kind))
        .filter(|link| on_spine(&link.id.from) && on_spine(&link.id.to))
        .collect();
    let (mut before, mut after) = (Set::new(), Set::new());
    for link in &along {
        let (from, to) = (&link.id.from, &link.id.to);
        let (left, right) = if column(from.kind) < column(to.kind) { (from, to) } else { (to, from) };
        after.insert(left);
        before.insert(right);
    }
    let shown =
        along.iter().filter_map(|link| Some(SpineLink::of(link, standings.get(links.place(&link.id)?)?)));
    let mut spine = Spine { links: shown.collect(), ..Spine::default() };
    for (at, kind) in COLUMNS.into_iter().enumerate() {
        for entity in scene.of_kind(kind).filter(|entity| !entity.external) {
            let breaks_left = at > 0 && !before.contains(&entity.id);
            let breaks_right = at + 1 < COLUMNS.len() && !after.contains(&entity.id);
            if breaks_left || breaks_right {
                spine.gaps.push(entity.id.clone());
            }
            spine.nodes.push(node(entity, &states));
        }
    }
    spine
}

fn node(entity: &Entity, states: &States) -> SpineNode {
    SpineNode {
        id: entity.id.clone(),
        name: entity.name.clone().unwrap_or_else(|| entity.id.key.clone()),
        state: states.by_id.get(&entity.id).copied().unwrap_or(SpineState::None),
    }
}

impl Spine {
    /// Adds the states of its links, and the declared links that trace something and wait.
    pub(in crate::lens) fn tell_states(&mut self, scene: &Scene, links: &LinkIndex, standings: &[Standing]) {
        for link in &mut self.links {
            link.state = links.place(&link.id()).and_then(|at| standings.get(at)?.state);
        }
        let orphaned = Standing { state: Some(LinkState::Orphaned), suspect_of: None };
        let waiting = orphans(scene).into_iter().filter(|link| link.id.kind.is_traced()).map(|declared| {
            let (id, evidence) = (declared.id.clone(), declared.evidence.clone());
            SpineLink::of(&Link { id, confidence: 0, evidence }, &orphaned)
        });
        self.orphans = waiting.collect();
    }
}

impl SpineLink {
    /// A link, of the spine or not, as JSON shows it.
    #[must_use]
    pub fn of(link: &Link, standing: &Standing) -> Self {
        let share = |millionths: u32| f64::from(millionths) / 1e6;
        let guessed = link.evidence.iter().all(|piece| !piece.declared || piece.rule == OUTDATED);
        let unsure = guessed && link.confidence <= SUSPECT_MAX;
        Self {
            from: link.id.from.clone(),
            to: link.id.to.clone(),
            kind: link.id.kind,
            confidence: share(link.confidence),
            suspect: unsure || standing.suspect_of.is_some(),
            state: standing.state,
            suspect_of: standing.suspect_of.clone(),
            suggested: false,
            evidence: link
                .evidence
                .iter()
                .map(|piece| SpineEvidence {
                    rule: piece.rule.clone(),
                    confidence: share(piece.confidence),
                    text: piece.text.clone(),
                    events: piece.rests_on.clone(),
                })
                .collect(),
        }
    }
}

/// What the sentence of a suggestion ends with.
const SUGGESTED: &str = "; suggested, it counts for nothing until it is confirmed.";

impl SpineLink {
    /// A link that texts suggest, as JSON shows it: it has no state, and whether it is right is to be looked at.
    #[must_use]
    pub fn suggestion(link: &Link) -> Self {
        Self { suspect: true, suggested: true, ..Self::of(link, &Standing::default()) }
    }

    /// The statement that confirms a suggestion.
    #[must_use]
    pub fn confirmation(&self) -> LinkDeclared {
        let piece = self.evidence.first();
        LinkDeclared {
            kind: self.kind,
            from: self.from.clone(),
            to: self.to.clone(),
            rule: piece.map(|piece| piece.rule.clone()),
            confidence: Some(millionths(self.confidence)),
            evidence: piece.map(|piece| piece.text.clone()),
            version: None,
        }
    }

    /// All of it in one sentence.
    #[must_use]
    pub fn explanation(&self) -> String {
        let pieces: Vec<(u32, &str)> =
            self.evidence.iter().map(|piece| (millionths(piece.confidence), piece.text.as_str())).collect();
        let standing = Standing { state: self.state, suspect_of: self.suspect_of.clone() };
        let text = sentence(&self.id(), millionths(self.confidence), &pieces, &standing);
        if self.suggested { [text.trim_end_matches('.'), SUGGESTED].concat() } else { text }
    }

    fn id(&self) -> LinkId {
        LinkId { kind: self.kind, from: self.from.clone(), to: self.to.clone() }
    }
}

/// Shares are quantised to millionths, so nothing is lost on the way back.
fn millionths(share: f64) -> u32 {
    (share * 1e6 + 0.5) as u32
}

impl Serialize for SpineLink {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut link = serializer.serialize_struct("SpineLink", 10)?;
        link.serialize_field("from", &self.from)?;
        link.serialize_field("to", &self.to)?;
        link.serialize_field("kind", &self.kind)?;
        link.serialize_field("confidence", &self.confidence)?;
        link.serialize_field("suspect", &self.suspect)?;
        link.serialize_field("state", &self.state)?;
        link.serialize_field("suspect_of", &self.suspect_of)?;
        link.serialize_field("suggested", &self.suggested)?;
        link.serialize_field("explanation", &self.explanation())?;
        link.serialize_field("evidence", &self.evidence)?;
        link.end()
    }
}

/// States of everything that has one.
struct States {
    by_id: Map<EntityId, SpineState>,
}

impl States {
    fn of(links: &LinkIndex, dde: &Dde, bdv: &Bdv, acc: &Acc) -> Self {
        let mut by_id: Map<EntityId, SpineState> = Map::new();
        by_id.extend(dde.tasks.iter().map(|task| (task.id.clone(), of_task(task.state))));
        let scenarios: Map<&EntityId, SpineState> =
            bdv.scenarios.iter().map(|scenario| (&scenario.id, of_scenario(scenario.status))).collect();
        for spec in &bdv.specs {
            let inside = links.to(LinkKind::PartOf, &spec.id).filter_map(|link| scenarios.get(&link.id.from));
            by_id.insert(spec.id.clone(), worst(inside.copied()));
        }
        for requirement in &bdv.requirements {
            let flaky = requirement.scenarios.iter().any(|id| scenarios.get(id) == Some(&SpineState::Flaky));
            let state = match requirement.coverage {
                Coverage::Covered if flaky => SpineState::Flaky,
                Coverage::Covered => SpineState::Pass,
                Coverage::Failing => SpineState::Fail,
                Coverage::Undecided => {
                    worst(requirement.scenarios.iter().filter_map(|id| scenarios.get(id).copied()))
                }
                Coverage::Uncovered => SpineState::None,
            };
            by_id.insert(requirement.id.clone(), state);
        }
        for artifact in &dde.artifacts {
            let makers: Vec<SpineState> =
                artifact.produced_by.iter().filter_map(|id| by_id.get(id).copied()).collect();
            // It is there: without a maker that speaks against it, it holds.
            let state = if makers.is_empty() { SpineState::Pass } else { worst(makers.into_iter()) };
            by_id.insert(artifact.id.clone(), state);
        }
        by_id.extend(acc.modules.iter().map(|module| (module.id.clone(), SpineState::Pass)));
        let counted = acc.components.iter().filter(|component| component.counts());
        by_id.extend(counted.flat_map(|c| &c.members).map(|id| (id.clone(), SpineState::Fail)));
        for violation in acc.violations.iter().filter(|violation| violation.blocks()) {
            if let Some(state) = by_id.get_mut(&EntityId::new(Kind::Module, &violation.from)) {
                *state = SpineState::Fail;
            }
        }
        Self { by_id }
    }
}

fn of_task(state: TaskState) -> SpineState {
    match state {
        TaskState::Waiting | TaskState::Tried(Outcome::Queued) => SpineState::Wait,
        TaskState::Tried(Outcome::Running) => SpineState::Run,
        TaskState::Tried(Outcome::Passed) => SpineState::Pass,
        TaskState::Tried(outcome) if outcome.is_bad() => SpineState::Fail,
        TaskState::Tried(_) => SpineState::None,
    }
}

fn of_scenario(status: Status) -> SpineState {
    match status {
        Status::Passed => SpineState::Pass,
        Status::Failed => SpineState::Fail,
        Status::Flaky => SpineState::Flaky,
        Status::Undecided => SpineState::Wait,
        Status::Skipped => SpineState::None,
    }
}

/// The worst state; `none` of nothing.
fn worst(states: impl Iterator<Item = SpineState>) -> SpineState {
    let badness = |state: &SpineState| match state {
        SpineState::Fail => 5,
        SpineState::Run => 4,
        SpineState::Wait => 3,
        SpineState::Flaky => 2,
        SpineState::Pass => 1,
        SpineState::None => 0,
    };
    states.max_by_key(badness).unwrap_or(SpineState::None)
}
