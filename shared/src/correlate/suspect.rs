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
use crate::id::{EntityId, Kind, LinkKind};
use crate::order::{Map, Set};
use crate::time::Position;

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

/// For every one of `links` the entity whose change made it suspect. `before` are the fingerprints of the project's
/// last iteration, by entity id. O(L log L).
#[must_use]
pub fn suspects(scene: &Scene, links: &LinkIndex, before: &Map<String, String>) -> Vec<Option<EntityId>> {
    let mut rewritten: Set<&EntityId> = Set::new();
    let mut roots: Vec<(Position, &EntityId)> = Vec::new();
    for entity in scene.entities.values().filter(|entity| is_root(entity.id.kind)) {
        let was = if before.is_empty() { None } else { before.get(&entity.id.to_string()) };
        if was.is_some_and(|was| *was != fingerprint(entity)) {
            rewritten.insert(&entity.id);
            // Nothing that is said in this log alone counts as later.
            roots.push((Position::MAX, &entity.id));
        } else if let Some(at) = entity.changed_at {
            roots.push((at, &entity.id));
        }
    }
    // The newest change first: it makes at least those links suspect that an older one does.
    crate::order::sort_by(&mut roots, |a, b| b.0.cmp(&a.0));
    let mut suspects = vec![None; links.all().len()];
    let mut reached: Set<&EntityId> = Set::new();
    for (changed_at, root) in roots {
        let mut open = vec![root];
        while let Some(entity) = open.pop() {
            if !reached.insert(entity) {
                continue;
            }
            for kind in LinkKind::ALL.into_iter().filter(|kind| kind.is_traced()) {
                for link in links.to(kind, entity) {
                    if is_newer(scene, link, changed_at) || rewritten.contains(&link.id.from) {
                        continue;
                    }
                    if let Some(suspect) = links.place(&link.id).and_then(|place| suspects.get_mut(place)) {
                        suspect.get_or_insert_with(|| root.clone());
                    }
                    open.push(&link.id.from);
                }
            }
        }
    }
    suspects
}

/// Whether what links of a kind of entity lead to can change under them.
const fn is_root(kind: Kind) -> bool {
    matches!(kind, Kind::Requirement | Kind::Spec | Kind::Contract)
}

/// Whether a link was made, reviewed, or its source rewritten, after the change.
fn is_newer(scene: &Scene, link: &Link, changed_at: Position) -> bool {
    let declared = scene.links.binary_search_by(|declared| declared.id.cmp(&link.id));
    let (from, to) = (scene.entities.get(&link.id.from), scene.entities.get(&link.id.to));
    declared.is_ok_and(|at| scene.links[at].since > changed_at)
        || from.is_some_and(|from| from.settled_at > changed_at)
        || link.evidence.iter().any(|piece| {
            piece.against.as_deref().zip(to).is_some_and(|(against, to)| is_current(to, against))
        })
}

/// Whether `against`, a version or a fingerprint, is what the entity has now.
pub(super) fn is_current(entity: &Entity, against: &str) -> bool {
    entity.version.as_deref() == Some(against) || fingerprint(entity) == against
}

/// Fingerprints of what links are traced back to, for the history of the next iteration.
pub(crate) fn fingerprints(scene: &Scene) -> impl Iterator<Item = (String, String)> {
    let traced = |entity: &&Entity| matches!(entity.id.kind, Kind::Requirement | Kind::Spec);
    scene.entities.values().filter(traced).map(|entity| (entity.id.to_string(), fingerprint(entity)))
}
