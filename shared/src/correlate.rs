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
//! | `trace` | 0.8 | tags of both name the same trace |
//! | `fuzzy_path` | 0.7 | one lies in the other's folder, or is its test file |
//! | `moved_path` | 0.6 | the last folder and the file are the same, what stands before is not |
//! | `same_name`, `mention` | 0.5 | a name equals, or a title mentions, the other's |
//! | `commit` | 0.5 | the only task that ran on the commit from which an artifact was made |
//! | `text` | calibrated | the texts are alike; a pass of its own, see [`similar`] |
//!
//! Every rule is a comparison of keys ([`key`]): one entity *asks* for a key, another *offers* it. So a rule looks
//! at one pair of entities; which match is best, and from which confidence on a link is shown, is decided where
//! it is read. Containment (`part_of`) is never derived. Near-linear; a key that too many offer says nothing, and
//! neither does a folder in which too many lie ([`FAN_MAX`]). Beside [`correlate`], which derives everything at once, [`Correlation`] keeps up with single
//! events; [`suspects`] and [`states`] say how far every link can be trusted now.
//!
//! Traces: facts carry no `traceparent` (transport is no part of what happened), so a trace counts where a
//! producer wrote it down as a tag, `trace:ID`.
//!
//! Not here: what a link means for a verdict (`lens`, `verdict`); times of links, they have none.

mod explain;
mod follow;
mod index;
mod key;
mod name;
mod path;
pub mod similar;
mod standing;
mod suspect;
mod tag;

pub use explain::explain;
pub(crate) use explain::sentence;
pub use follow::{Correlation, Touched};
pub use index::LinkIndex;
pub use standing::{LinkState, Standing, states, states_of};
pub(crate) use suspect::fingerprints;
pub use suspect::{fingerprint, suspects};

use crate::graph::{DeclaredLink, Entity, Evidence, Scene};
use crate::id::{EntityId, Kind, LinkId, LinkKind};
use crate::time::Position;
use key::{Ask, Space};
use std::ops::Range;

/// Certainty, in millionths.
pub const CERTAIN: u32 = 1_000_000;
/// Entities that may offer the same path or name before it stops being evidence, and that may lie in the same folder
/// before it stops being evidence about any one of them.
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

impl Link {
    /// The link that these pieces speak for.
    fn of(id: LinkId, evidence: Vec<Evidence>) -> Self {
        let mut link = Self { id, confidence: 0, evidence };
        link.weigh();
        link
    }

    /// Brings the pieces in order and says how sure they make it.
    fn weigh(&mut self) {
        // Two paths are compared once: that they end alike adds nothing where more of them matches.
        let is_of = |piece: &Evidence, rule: Rule| !piece.declared && piece.rule == rule.id;
        if self.evidence.iter().any(|piece| is_of(piece, EXACT_PATH) || is_of(piece, IN_FOLDER)) {
            self.evidence.retain(|piece| !is_of(piece, MOVED_PATH));
        }
        crate::order::sort_by(&mut self.evidence, |a, b| place(a).cmp(&place(b)));
        self.confidence = noisy_or(self.evidence.iter().map(|piece| piece.confidence));
    }

    /// Whether it rests on guesses alone: names, folders, texts that may be alike by chance.
    #[must_use]
    pub fn is_guess(&self) -> bool {
        self.evidence.iter().all(|piece| GUESSES.contains(&piece.rule.as_str()))
    }

    /// Whether no producer declared it.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        !self.evidence.iter().any(|piece| piece.declared)
    }
}

/// Order of the pieces of a link.
fn place(piece: &Evidence) -> (&str, u32, &str, &[Position]) {
    (&piece.rule, piece.confidence, &piece.text, &piece.rests_on)
}

/// Derives all links of `scene`, sorted by id. O(n log n) in entities and their keys.
#[must_use]
pub fn correlate(scene: &Scene) -> Vec<Link> {
    let mut found: Vec<(LinkId, Evidence)> = Vec::new();
    for link in scene.links.iter().filter(|link| !is_orphan(scene, link)) {
        found.extend(link.evidence.iter().map(|piece| (link.id.clone(), piece.clone())));
    }
    let offered = Offered::of(scene);
    let crowds = offered.crowds(scene);
    for asker in scene.entities.values() {
        asks(asker, &mut |ask| {
            let mut meet = |other: &Entity| {
                if let Some(id) = link_between(&asker.id, &other.id) {
                    found.push((id, piece(Side::of(asker), Side::of(other), &ask)));
                }
            };
            match ask.space.kind() {
                Some(kind) => drop(scene.entities.get(&EntityId::new(kind, ask.key)).map(&mut meet)),
                None => {
                    let places = offered.by(ask.space, ask.key);
                    let is_crowded = || crowds.get(places.start).is_some_and(|crowd| *crowd > FAN_MAX);
                    if ask.rule != IN_FOLDER || !is_crowded() {
                        offered.0[places].iter().for_each(|offer| meet(offer.2));
                    }
                }
            }
        });
    }
    crate::order::sort_by(&mut found, |a, b| a.0.cmp(&b.0));
    let mut links: Vec<Link> = Vec::new();
    for (id, piece) in found {
        match links.last_mut() {
            Some(last) if last.id == id => keep(&mut last.evidence, piece),
            _ => links.push(Link { id, confidence: 0, evidence: vec![piece] }),
        }
    }
    links.iter_mut().for_each(Link::weigh);
    links
}

/// Who offers which key: by space, then key, then id. Ids are not in it: the scene finds them.
struct Offered<'a>(Vec<(Space, String, &'a Entity)>);

impl<'a> Offered<'a> {
    fn of(scene: &'a Scene) -> Self {
        let mut offers_of_all = Vec::new();
        for entity in scene.entities.values() {
            offers(entity, &mut |space, key| {
                if space.kind().is_none() {
                    offers_of_all.push((space, key.to_owned(), entity));
                }
            });
        }
        crate::order::sort_by(&mut offers_of_all, |a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        // One entity may offer a key twice, by its name and its path.
        offers_of_all.dedup_by(|b, a| a.0 == b.0 && a.1 == b.1 && std::ptr::eq(a.2, b.2));
        Self(offers_of_all)
    }

    /// Places of the offers of `key`; none if they are too many.
    fn by(&self, space: Space, key: &str) -> Range<usize> {
        let start = self.0.partition_point(|offer| (offer.0, offer.1.as_str()) < (space, key));
        let same = self.0[start..].iter().take_while(|offer| offer.0 == space && offer.1 == key);
        let n = same.take(space.fan_max() + 1).count();
        if n > space.fan_max() { start..start } else { start..start + n }
    }

    /// How many lie in each folder that is offered, at the place of its first offer.
    fn crowds(&self, scene: &Scene) -> Vec<usize> {
        let mut crowds = vec![0; self.0.len()];
        for entity in scene.entities.values() {
            path::folders(entity, &mut |ask| {
                let places = self.by(ask.space, ask.key);
                if !places.is_empty() {
                    crowds[places.start] += 1;
                }
            });
        }
        crowds
    }
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

/// Adds a piece to those of a link. Of what a rule derives it keeps one, the one whose words come first.
fn keep(pieces: &mut Vec<Evidence>, piece: Evidence) {
    let same = |other: &&mut Evidence| !other.declared && other.rule == piece.rule;
    match pieces.iter_mut().find(same).filter(|_| !piece.declared) {
        Some(other) if (&piece.text, &piece.against) < (&other.text, &other.against) => *other = piece,
        Some(_) => {}
        None => pieces.push(piece),
    }
}

/// Calls `take` with everything `entity` looks for; the same may come twice.
fn asks(entity: &Entity, take: &mut dyn FnMut(Ask)) {
    tag::asks(entity, take);
    path::asks(entity, take);
    name::asks(entity, take);
}

/// Calls `take` with everything `entity` can be found by; the same may come twice.
fn offers(entity: &Entity, take: &mut dyn FnMut(Space, &str)) {
    take(Space::id(entity.id.kind), &entity.id.key);
    tag::offers(entity, take);
    path::offers(entity, take);
    name::offers(entity, take);
}

/// What is asked and offered, as one piece of evidence.
fn piece(asker: Side, other: Side, ask: &Ask) -> Evidence {
    Evidence {
        rule: ask.rule.id.to_owned(),
        confidence: ask.rule.confidence,
        text: key::sentence(ask, asker.id, other.id),
        rests_on: rests_on(asker.rests_on, other.rests_on),
        against: ask.against.map(ToOwned::to_owned),
        declared: false,
    }
}

/// One of two entities that are compared.
#[derive(Clone, Copy)]
struct Side<'e> {
    id: &'e EntityId,
    rests_on: &'e [Position],
}

impl<'e> Side<'e> {
    fn of(entity: &'e Entity) -> Self {
        Self { id: &entity.id, rests_on: &entity.rests_on }
    }
}

/// What follows from two entities rests on what both rest on.
fn rests_on(one: &[Position], other: &[Position]) -> Vec<Position> {
    let mut rests_on: Vec<Position> = Vec::with_capacity(one.len() + other.len());
    rests_on.extend_from_slice(one);
    rests_on.extend_from_slice(other);
    crate::order::sort(&mut rests_on);
    rests_on.dedup();
    rests_on.truncate(POSITIONS_MAX);
    rests_on
}

/// A rule that derives links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rule {
    id: &'static str,
    confidence: u32,
    says: Says,
}

/// What a rule says about a pair, as a sentence in [`key::sentence`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Tag,
    Trace,
    SamePath,
    InFolder,
    TestFile,
    Moved,
    SameName,
    Mention,
    Commit,
}

const EXACT_PATH: Rule = Rule { id: "exact_path", confidence: 900_000, says: Says::SamePath };
const TAG: Rule = Rule { id: "tag", confidence: 800_000, says: Says::Tag };
const TRACE: Rule = Rule { id: "trace", confidence: 800_000, says: Says::Trace };
const IN_FOLDER: Rule = Rule { id: "fuzzy_path", confidence: 700_000, says: Says::InFolder };
const TEST_FILE: Rule = Rule { id: "fuzzy_path", confidence: 700_000, says: Says::TestFile };
const MOVED_PATH: Rule = Rule { id: "moved_path", confidence: 600_000, says: Says::Moved };
const SAME_NAME: Rule = Rule { id: "same_name", confidence: 500_000, says: Says::SameName };
const MENTION: Rule = Rule { id: "mention", confidence: 500_000, says: Says::Mention };
const COMMIT: Rule = Rule { id: "commit", confidence: 500_000, says: Says::Commit };

/// Rules whose matches may be chance.
const GUESSES: [&str; 6] = ["fuzzy_path", "moved_path", "same_name", "mention", "commit", similar::RULE];

/// What a derived link between the two is; `None` if nothing follows.
fn link_between(one: &EntityId, other: &EntityId) -> Option<LinkId> {
    if one == other {
        return None;
    }
    let (kind, turned) = direction(one.kind, other.kind)?;
    let (from, to) = if turned { (other, one) } else { (one, other) };
    Some(LinkId { kind, from: from.clone(), to: to.clone() })
}

/// What a link between two kinds is, and whether it leads from the other to the one.
fn direction(one: Kind, other: Kind) -> Option<(LinkKind, bool)> {
    let there = meaning(one, other).map(|kind| (kind, false));
    there.or_else(|| meaning(other, one).map(|kind| (kind, true)))
}

/// What it means that something of one kind belongs to something of another.
fn meaning(from: Kind, to: Kind) -> Option<LinkKind> {
    use Kind::{Artifact, Contract, Module, Requirement, Scenario, Spec, Task};
    match (from, to) {
        (Scenario, Requirement | Contract | Task | Artifact | Module) => Some(LinkKind::Verifies),
        (Spec, Requirement) => Some(LinkKind::Specifies),
        (Task, Spec | Requirement) => Some(LinkKind::Implements),
        (Task, Artifact) => Some(LinkKind::Produces),
        (Artifact | Task, Module) => Some(LinkKind::Realises),
        (Contract, Task | Module) => Some(LinkKind::Governs),
        _ => None,
    }
}
