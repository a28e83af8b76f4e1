//! Tags that name an entity: `@R-12`, `@req:R-12`, `@task:build`.

use super::{Found, TAG, called};
use crate::graph::Entity;
use crate::id::{EntityId, Kind};

/// Kinds that carry tags.
const TAGGED: [Kind; 4] = [Kind::Requirement, Kind::Spec, Kind::Scenario, Kind::Task];
/// Kinds a tag without a prefix may name.
const BARE: [Kind; 2] = [Kind::Requirement, Kind::Contract];

/// A tag `@KEY` names a requirement or contract, `@KIND:KEY` any entity.
pub(super) fn derive(found: &mut Found) {
    for kind in TAGGED {
        for entity in found.of_kind(kind) {
            for tag in &entity.tags {
                for target in named(found, tag) {
                    if target.id != entity.id {
                        let text = format!("Tag {tag} of {} names {}.", called(entity), called(target));
                        found.add(entity, target, TAG, text);
                    }
                }
            }
        }
    }
}

fn named<'a>(found: &Found<'a>, tag: &str) -> Vec<&'a Entity> {
    let tag = tag.strip_prefix('@').unwrap_or(tag);
    let get = |kind: Kind, key: &str| found.scene.entities.get(&EntityId::new(kind, key));
    let mut targets: Vec<&Entity> = BARE.into_iter().filter_map(|kind| get(kind, tag)).collect();
    if let Some((prefix, key)) = tag.split_once(':') {
        targets.extend(kind_of(prefix).and_then(|kind| get(kind, key)));
    }
    targets
}

/// The kind a tag's prefix stands for: its name, or a usual short form.
fn kind_of(prefix: &str) -> Option<Kind> {
    match prefix {
        "req" => Some(Kind::Requirement),
        "feature" => Some(Kind::Spec),
        _ => Kind::ALL.into_iter().find(|kind| kind.as_str() == prefix),
    }
}
