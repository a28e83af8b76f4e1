//! How far a link can be trusted now: its state, after OpenFastTrace.
//!
//! | state | when |
//! |---|---|
//! | `covered` | nothing below applies: both ends are there and agree |
//! | `outdated` | it was made against an older version, or another text, than its target has now |
//! | `predated` | it was made against a version that its target does not have yet |
//! | `ambiguous` | it is a guess, and another guess from the same source to the same kind is at least as sure |
//! | `duplicate` | its target stands there twice: another requirement has the same name and text |
//! | `unwanted` | its kind does not go with the kinds of its ends, or its target's `needs:KIND` tags ask for others |
//! | `cycle` | following links of its kinds leads from its target back to its source |
//! | `orphaned` | an end of it is not there ([`orphans`](super::orphans)); it waits |
//!
//! Of several the one further down is told. Links that trace nothing (imports, waiting, products) are covered.
//!
//! Not here: what makes a link suspect ([`suspects`](super::suspects)), which every answer knows, also one that
//! does not tell states; what a state means for a verdict: nothing, it informs.

use super::index::from_source;
use super::suspect::{fingerprint, is_current};
use super::{Link, LinkIndex};
use crate::graph::{Entity, Scene};
use crate::id::{EntityId, Kind, LinkKind};
use crate::order::Map;
use crate::structure::{IndexGraph, components};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// State of a link.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// Both ends are there and agree.
    #[default]
    Covered,
    /// Made against an older version or another text.
    Outdated,
    /// Made against a version that is not there yet.
    Predated,
    /// A guess among others that are as sure.
    Ambiguous,
    /// Its target stands there twice.
    Duplicate,
    /// Its target does not want such a link.
    Unwanted,
    /// It closes a cycle.
    Cycle,
    /// An end of it is not there.
    Orphaned,
}

impl LinkState {
    /// One word, as JSON has it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            LinkState::Covered => "covered",
            LinkState::Outdated => "outdated",
            LinkState::Predated => "predated",
            LinkState::Ambiguous => "ambiguous",
            LinkState::Duplicate => "duplicate",
            LinkState::Unwanted => "unwanted",
            LinkState::Cycle => "cycle",
            LinkState::Orphaned => "orphaned",
        }
    }

    /// Words that fit into a sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            LinkState::Covered => "covered",
            LinkState::Outdated => "outdated: made against an older version",
            LinkState::Predated => "predated: made against a version that is not there yet",
            LinkState::Ambiguous => "ambiguous: another guess is at least as sure",
            LinkState::Duplicate => "duplicate: its target stands there twice",
            LinkState::Unwanted => "unwanted: such a link is not asked for",
            LinkState::Cycle => "in a cycle",
            LinkState::Orphaned => "orphaned: an end of it is not there",
        }
    }
}

/// Where a link stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// Its state; `None` where it was not asked for.
    pub state: Option<LinkState>,
    /// What changed since it was made, if that makes it suspect.
    pub suspect_of: Option<EntityId>,
}

/// The state of every link, in the order of `links`. O(L log L).
#[must_use]
pub fn states(scene: &Scene, links: &LinkIndex) -> Vec<LinkState> {
    states_of(scene, links.all(), links.all().iter())
}

/// The states of `some` of the links of `scene`, in their order. `all` are sorted by id, as
/// [`correlate`](super::correlate) returns them. O(L + some · log L).
#[must_use]
pub fn states_of<'a>(scene: &Scene, all: &'a [Link], some: impl Iterator<Item = &'a Link>) -> Vec<LinkState> {
    let (twins, rounds) = (twins(scene), rounds(all));
    some.map(|link| state(scene, all, link, &twins, &rounds)).collect()
}

fn state(scene: &Scene, links: &[Link], link: &Link, twins: &Twins, rounds: &Rounds) -> LinkState {
    let Some(target) = scene.entities.get(&link.id.to).filter(|_| link.id.kind.is_traced()) else {
        return LinkState::Covered;
    };
    let (from, to) = (&link.id.from, &link.id.to);
    if rounds.get(from).is_some_and(|round| rounds.get(to) == Some(round)) {
        LinkState::Cycle
    } else if !is_wanted(link, target) {
        LinkState::Unwanted
    } else if twins.get(&said(target)).is_some_and(|count| *count > 1) && to.kind == Kind::Requirement {
        LinkState::Duplicate
    } else if is_ambiguous(links, link) {
        LinkState::Ambiguous
    } else {
        let made = link.evidence.iter().filter_map(|piece| piece.against.as_deref());
        // One piece that agrees with the target is enough.
        made.map(|against| versions(against, target)).min().unwrap_or(LinkState::Covered)
    }
}

/// How many requirements say the same.
type Twins<'a> = Map<(&'a str, &'a str), u32>;

fn twins(scene: &Scene) -> Twins<'_> {
    let mut twins = Twins::new();
    let start = EntityId::new(Kind::Requirement, "");
    let requirements = scene.entities.range(start..).take_while(|(id, _)| id.kind == Kind::Requirement);
    for (_, requirement) in requirements.filter(|(_, requirement)| requirement.name.is_some()) {
        *twins.entry(said(requirement)).or_default() += 1;
    }
    twins
}

fn said(entity: &Entity) -> (&str, &str) {
    (entity.name.as_deref().unwrap_or_default(), entity.text.as_deref().unwrap_or_default())
}

/// Round of everything that lies on a cycle of traced links.
type Rounds<'a> = Map<&'a EntityId, u32>;

fn rounds(links: &[Link]) -> Rounds<'_> {
    // From what is made to what was asked for: only a link against that direction, or along one kind, can close
    // a cycle.
    let height = |kind: Kind| match kind {
        Kind::Requirement | Kind::Contract => 0,
        Kind::Spec | Kind::Workflow => 1,
        Kind::Scenario => 3,
        _ => 2,
    };
    let traced = || links.iter().filter(|link| link.id.kind.is_traced());
    let climbs = |link: &&Link| height(link.id.from.kind) < height(link.id.to.kind);
    let level = |link: &&Link| height(link.id.from.kind) == height(link.id.to.kind);
    let all = traced().any(|link| climbs(&link));
    let edges: Vec<&Link> = traced().filter(|link| all || level(link)).collect();
    let mut numbers: Map<&EntityId, u32> = Map::new();
    for link in &edges {
        for end in [&link.id.from, &link.id.to] {
            let next = numbers.len() as u32;
            numbers.entry(end).or_insert(next);
        }
    }
    let graph = IndexGraph::new(
        numbers.len() as u32,
        edges.iter().map(|link| (numbers[&link.id.from], numbers[&link.id.to], 1)),
    );
    let found = components(&graph);
    let cyclic = |number: u32| found.members[found.of[number as usize] as usize].len() > 1;
    numbers.into_iter().filter(|(_, n)| cyclic(*n)).map(|(id, n)| (id, found.of[n as usize])).collect()
}

/// Whether the kind of the link goes with its ends, and its target asks for links from such a source.
fn is_wanted(link: &Link, target: &Entity) -> bool {
    use Kind::{Artifact, Contract, Module, Requirement, Scenario, Spec, Task, Workflow};
    let (from, to) = (link.id.from.kind, link.id.to.kind);
    let fits = match link.id.kind {
        LinkKind::PartOf => from == to || matches!((from, to), (Task, Workflow) | (Scenario, Spec)),
        LinkKind::Specifies => matches!((from, to), (Spec, Requirement | Contract)),
        LinkKind::Implements => {
            matches!((from, to), (Task | Module | Artifact, Spec | Requirement | Contract | Scenario))
        }
        LinkKind::Verifies => matches!(from, Scenario | Task | Spec),
        _ => true,
    };
    let needs = || target.tags.iter().filter_map(|tag| tag.trim_start_matches('@').strip_prefix("needs:"));
    fits && (link.id.kind == LinkKind::PartOf
        || needs().next().is_none()
        || needs().any(|kind| kind == from.as_str()))
}

/// Whether another guess from the same source to the same kind is at least as sure.
fn is_ambiguous(links: &[Link], link: &Link) -> bool {
    link.is_guess()
        && from_source(links, link.id.kind, &link.id.from).any(|other| {
            other.id != link.id
                && other.id.to.kind == link.id.to.kind
                && other.confidence >= link.confidence
                && other.is_guess()
        })
}

/// How what a link was made against stands to what its target is.
fn versions(against: &str, target: &Entity) -> LinkState {
    if is_current(target, against) {
        return LinkState::Covered;
    }
    match target.version.as_deref() {
        Some(version) => match compare(against, version) {
            Ordering::Greater => LinkState::Predated,
            _ => LinkState::Outdated,
        },
        None if against.len() == fingerprint(target).len() => LinkState::Outdated,
        None => LinkState::Predated,
    }
}

/// Versions by their numbers, part by part: 1.9 before 1.10. What is no number compares as text.
fn compare(a: &str, b: &str) -> Ordering {
    let parts = |text: &str| -> Option<Vec<u64>> {
        text.trim_start_matches('v').split('.').map(|part| part.parse().ok()).collect()
    };
    match (parts(a), parts(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}
