//! Specs, and requirements with what proves them.

use super::{Coverage, Requirement, Scenario, Spec, Status};
use crate::correlate::LinkIndex;
use crate::graph::{Entity, Scene};
use crate::id::{EntityId, Kind, LinkKind};
use crate::order::{Map, Set};

fn named(entity: &Entity) -> String {
    entity.name.clone().unwrap_or_else(|| entity.id.key.clone())
}

/// Scenarios of a spec, by id.
fn inside<'a>(links: &LinkIndex<'a>, spec: &EntityId) -> Vec<&'a EntityId> {
    let parts = links.to(LinkKind::PartOf, spec).map(|link| &link.id.from);
    parts.filter(|id| id.kind == Kind::Scenario).collect()
}

pub(super) fn specs(scene: &Scene, links: &LinkIndex) -> Vec<Spec> {
    scene
        .of_kind(Kind::Spec)
        .map(|entity| Spec {
            id: entity.id.clone(),
            name: named(entity),
            specifies: links.from(LinkKind::Specifies, &entity.id).map(|link| link.id.to.clone()).collect(),
            scenarios: u32::try_from(inside(links, &entity.id).len()).unwrap_or(u32::MAX),
        })
        .collect()
}

pub(super) fn requirements(scene: &Scene, links: &LinkIndex, scenarios: &[Scenario]) -> Vec<Requirement> {
    let status: Map<&EntityId, Status> = scenarios.iter().map(|s| (&s.id, s.status)).collect();
    scene
        .of_kind(Kind::Requirement)
        .map(|entity| {
            let specs: Vec<EntityId> =
                links.to(LinkKind::Specifies, &entity.id).map(|link| link.id.from.clone()).collect();
            let direct = links.to(LinkKind::Verifies, &entity.id).map(|link| &link.id.from);
            let mut proofs: Set<&EntityId> = direct.filter(|id| id.kind == Kind::Scenario).collect();
            proofs.extend(specs.iter().flat_map(|spec| inside(links, spec)));
            let through = specs.iter().flat_map(|spec| links.to(LinkKind::Verifies, spec));
            proofs.extend(through.map(|link| &link.id.from).filter(|id| id.kind == Kind::Scenario));
            Requirement {
                id: entity.id.clone(),
                name: named(entity),
                coverage: coverage(proofs.iter().filter_map(|id| status.get(id).copied())),
                scenarios: proofs.into_iter().cloned().collect(),
                specs,
            }
        })
        .collect()
}

/// A failure outweighs doubt, doubt outweighs success; skipped scenarios prove nothing.
fn coverage(proofs: impl Iterator<Item = Status>) -> Coverage {
    let mut found = Coverage::Uncovered;
    for status in proofs {
        found = match (status, found) {
            (Status::Failed, _) | (_, Coverage::Failing) => Coverage::Failing,
            (Status::Undecided | Status::Skipped, _) | (_, Coverage::Undecided) => Coverage::Undecided,
            (Status::Passed | Status::Flaky, _) => Coverage::Covered,
        };
    }
    found
}
