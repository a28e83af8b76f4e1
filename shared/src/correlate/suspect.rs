//! Suspect links: those that were made before what they point to changed, and all that hang on them.
//!
//! As Doorstop's: a link remembers, by what it was made or reviewed against, what its target said; here the log
//! remembers. A link is suspect if its target's name, text or version changed and the link was neither made nor
//! said to hold against the new one since, nor its source rewritten. Its source then rests on something old, so
//! what points to the source is suspect, too, up to links that are newer than the change. Changes since the
//! project's last iteration count by fingerprint, as the pinned history has them.

use super::{Link, LinkIndex};
use crate::event::Hash128;
use crate::graph::{Entity, Scene};
use crate::id::{EntityId, Kind, LinkId, LinkKind};
use crate::order::{Map, Set};
use crate::time::Position;
use std::cmp::Reverse;

/// Digits of a fingerprint.
const DIGITS: usize = 16;

/// Fingerprint of what an entity says: its name, text and version, in 16 hex digits.
///
/// Of a text beyond 256 bytes the log, and so this, has the beginning alone.
#[must_use]
pub fn fingerprint(entity: &Entity) -> String {
    let said = [&entity.name, &entity.text, &entity.version].map(|part| part.as_deref().unwrap_or_default());
    let mut digits = Hash128::of(&said.map(str::as_bytes)).to_string();
    digits.truncate(DIGITS);
    digits
}

/// For every suspect link the entity whose change made it so.
pub(super) fn suspects<'a>(
    scene: &'a Scene,
    links: &LinkIndex<'a>,
    before: &Map<String, String>,
) -> Map<&'a LinkId, &'a EntityId> {
    let changed_since = changed_since(scene, before);
    let mut open: Set<Reverse<(Position, &EntityId, &EntityId)>> = Set::new();
    for entity in scene.entities.values() {
        // Before all positions of this log, so that nothing said here alone counts as later.
        let at = if changed_since.contains(&entity.id) { Some(Position::MAX) } else { entity.changed_at };
        let is_root = matches!(entity.id.kind, Kind::Requirement | Kind::Spec | Kind::Contract);
        open.extend(at.filter(|_| is_root).map(|at| Reverse((at, &entity.id, &entity.id))));
    }
    let mut reached: Set<&EntityId> = Set::new();
    let mut suspects = Map::new();
    // The newest change first: it makes at least those links suspect that an older one does.
    while let Some(Reverse((changed_at, entity, root))) = open.pop_first() {
        if !reached.insert(entity) {
            continue;
        }
        for kind in LinkKind::ALL.into_iter().filter(|kind| kind.is_traced()) {
            for link in links.to(kind, entity) {
                if !is_newer(scene, link, changed_at, &changed_since) {
                    suspects.entry(&link.id).or_insert(root);
                    open.insert(Reverse((changed_at, &link.id.from, root)));
                }
            }
        }
    }
    suspects
}

/// Whether a link was made, reviewed, or its source rewritten, after the change.
fn is_newer(scene: &Scene, link: &Link, changed_at: Position, changed: &Set<&EntityId>) -> bool {
    let (from, to) = (scene.entities.get(&link.id.from), scene.entities.get(&link.id.to));
    let current = |to: &Entity, against: &str| {
        to.version.as_deref() == Some(against) || (against.len() == DIGITS && fingerprint(to) == against)
    };
    link.evidence.iter().any(|piece| {
        let reviewed = piece.against.as_deref().zip(to).is_some_and(|(against, to)| current(to, against));
        reviewed || piece.since > changed_at
    }) || changed.contains(&link.id.from)
        || from.is_some_and(|from| from.settled_at > changed_at)
}

/// What says something else than the history remembers.
fn changed_since<'a>(scene: &'a Scene, before: &Map<String, String>) -> Set<&'a EntityId> {
    let mut changed = Set::new();
    for (id, was) in before {
        let id: Option<EntityId> = id.parse().ok();
        if let Some(entity) = id.and_then(|id| scene.entities.get(&id))
            && fingerprint(entity) != *was
        {
            changed.insert(&entity.id);
        }
    }
    changed
}

/// Fingerprints of what links are traced back to, for the history of the next iteration.
pub(crate) fn fingerprints(scene: &Scene) -> impl Iterator<Item = (String, String)> {
    let traced = |entity: &&Entity| matches!(entity.id.kind, Kind::Requirement | Kind::Spec);
    scene.entities.values().filter(traced).map(|entity| (entity.id.to_string(), fingerprint(entity)))
}
