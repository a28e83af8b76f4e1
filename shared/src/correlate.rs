//! Correlation: links that follow from what is there, each with its evidence.
//!
//! In: a [`Scene`]. Out: [`Link`]s, declared and derived, sorted by id; evidence for one link combines by
//! noisy-or. A pure function of the scene, so any order of the same events gives the same links.
//!
//! | rule | confidence | says |
//! |---|---|---|
//! | `declared`, or the producer's own | 1.0 or as declared | a producer names both ends by id |
//! | `exact_path` | 0.9 | both stand in, or work on, the same file |
//! | `tag` | 0.8 | a tag of one names the other |
//! | `fuzzy_path` | 0.7 | one lies in the other's folder, or is its test file |
//! | `same_name`, `mention` | 0.5 | a name equals, or a title mentions, the other's |
//!
//! A rule looks at one pair of entities; which match is best, and from which confidence on a link is shown, is
//! decided where it is read. Containment (`part_of`) is never derived. Near-linear: rules look pairs up by path,
//! tag and name; a path or name shared by more than [`FAN_MAX`] entities says nothing.
//!
//! Not here: what a link means for a verdict (`lens`, `verdict`); times of links, they have none.

mod index;
mod name;
mod path;
mod tag;

pub use index::LinkIndex;

use crate::graph::{DeclaredLink, Entity, Evidence, Scene};
use crate::id::{Kind, LinkId, LinkKind};
use crate::order::Map;

/// Certainty, in millionths.
pub const CERTAIN: u32 = 1_000_000;
/// Entities that may share a path or name before it stops being evidence.
pub const FAN_MAX: usize = 256;
/// Positions kept for one piece of evidence.
const POSITIONS_MAX: usize = 32;

/// A link with everything that speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it connects.
    pub id: LinkId,
    /// Noisy-or of the evidence, in millionths.
    pub confidence: u32,
    /// Every piece, sorted by rule.
    pub evidence: Vec<Evidence>,
}

/// Derives all links of `scene`, sorted by id.
#[must_use]
pub fn correlate(scene: &Scene) -> Vec<Link> {
    let mut found = Found { scene, links: Map::new() };
    for link in &scene.links {
        if !is_orphan(scene, link) {
            found.links.entry(link.id.clone()).or_default().extend(link.evidence.iter().cloned());
        }
    }
    tag::derive(&mut found);
    path::derive(&mut found);
    name::derive(&mut found);
    found
        .links
        .into_iter()
        .map(|(id, mut evidence)| {
            crate::order::sort_by(&mut evidence, |a, b| {
                (&a.rule, a.confidence, &a.text, &a.rests_on).cmp(&(
                    &b.rule,
                    b.confidence,
                    &b.text,
                    &b.rests_on,
                ))
            });
            let confidence = noisy_or(evidence.iter().map(|piece| piece.confidence));
            Link { id, confidence, evidence }
        })
        .collect()
}

/// Declared links of which an end is not there yet: they wait and link when it arrives.
#[must_use]
pub fn orphans(scene: &Scene) -> Vec<&DeclaredLink> {
    scene.links.iter().filter(|link| is_orphan(scene, link)).collect()
}

fn is_orphan(scene: &Scene, link: &DeclaredLink) -> bool {
    !scene.entities.contains_key(&link.id.from) || !scene.entities.contains_key(&link.id.to)
}

/// 1 − ∏(1 − c) of confidences in millionths, in integers, so that it is the same everywhere.
///
/// Never below the strongest piece; [`CERTAIN`] only if one piece is.
#[must_use]
pub fn noisy_or(pieces: impl Iterator<Item = u32>) -> u32 {
    const ONE: u128 = 1_000_000_000_000_000_000;
    let (mut doubt, mut strongest) = (ONE, 0);
    for piece in pieces {
        let piece = piece.min(CERTAIN);
        strongest = strongest.max(piece);
        doubt = doubt * u128::from(CERTAIN - piece) / u128::from(CERTAIN);
    }
    if strongest == CERTAIN {
        return CERTAIN;
    }
    // Rounded up doubt: independent guesses come near certainty but never reach it.
    let doubt = u32::try_from(doubt.div_ceil(ONE / u128::from(CERTAIN))).unwrap_or(CERTAIN).max(1);
    (CERTAIN - doubt).max(strongest)
}

/// Links found so far.
struct Found<'a> {
    scene: &'a Scene,
    links: Map<LinkId, Vec<Evidence>>,
}

impl<'a> Found<'a> {
    /// Entities of `kind`, by key.
    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &'a Entity> + use<'a> {
        self.scene.of_kind(kind)
    }

    /// Adds one piece of evidence, at most one a rule and link.
    fn add(&mut self, from: &Entity, to: &Entity, rule: Rule, text: String) {
        let Some((kind, from, to)) = meaning(from, to) else {
            return;
        };
        let id = LinkId { kind, from: from.id.clone(), to: to.id.clone() };
        let pieces = self.links.entry(id).or_default();
        if pieces.iter().any(|piece| piece.rule == rule.id) {
            return;
        }
        let mut rests_on: Vec<u64> = from.rests_on.iter().chain(&to.rests_on).copied().collect();
        crate::order::sort(&mut rests_on);
        rests_on.dedup();
        rests_on.truncate(POSITIONS_MAX);
        pieces.push(Evidence { rule: rule.id.to_owned(), confidence: rule.confidence, text, rests_on });
    }
}

/// A rule that derives links.
#[derive(Debug, Clone, Copy)]
struct Rule {
    id: &'static str,
    confidence: u32,
}

const EXACT_PATH: Rule = Rule { id: "exact_path", confidence: 900_000 };
const TAG: Rule = Rule { id: "tag", confidence: 800_000 };
const FUZZY_PATH: Rule = Rule { id: "fuzzy_path", confidence: 700_000 };
const SAME_NAME: Rule = Rule { id: "same_name", confidence: 500_000 };
const MENTION: Rule = Rule { id: "mention", confidence: 500_000 };

/// What a derived link between the two means, with its source first; `None` if nothing follows.
fn meaning<'e>(one: &'e Entity, other: &'e Entity) -> Option<(LinkKind, &'e Entity, &'e Entity)> {
    use Kind::{Artifact, Contract, Module, Requirement, Scenario, Spec, Task};
    let forward = |one: &Entity, other: &Entity| match (one.id.kind, other.id.kind) {
        (Scenario, Requirement | Contract | Task | Artifact | Module) => Some(LinkKind::Verifies),
        (Spec, Requirement) => Some(LinkKind::Specifies),
        (Task, Spec | Requirement) => Some(LinkKind::Implements),
        (Task, Artifact) => Some(LinkKind::Produces),
        (Artifact | Task, Module) => Some(LinkKind::Realises),
        (Contract, Task | Module) => Some(LinkKind::Governs),
        _ => None,
    };
    match forward(one, other) {
        Some(kind) => Some((kind, one, other)),
        None => forward(other, one).map(|kind| (kind, other, one)),
    }
}

/// What to call an entity in a sentence.
fn called(entity: &Entity) -> String {
    format!("{} {}", entity.id.kind.as_str(), entity.id.key)
}
