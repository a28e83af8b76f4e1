//! Puts what was found about rules into the scene: a rule and a violation each, with the links of such and the
//! positions they rest on, as if a tool had said so.
//!
//! Doing it again changes nothing: what was put there before is taken out first.

use super::{Breaches, Rule};
use crate::correlate::CERTAIN;
use crate::graph::{DeclaredLink, Entity, Evidence, Scene};
use crate::id::{EntityId, Kind, LinkId, LinkKind};
use crate::lens::acc::ModuleGraph;
use crate::order::Map;

/// Who says that a computed violation is there.
pub const WITNESS: &str = "rules in force";

/// Whether `entity` was computed, whatever tools say.
#[must_use]
pub fn is_computed(entity: &Entity) -> bool {
    entity.witnesses.iter().any(|witness| witness == WITNESS)
}

/// Makes `scene` hold the rules and exactly these breaches of them. O((scene + breaches) · log).
///
/// What a tool states, too, keeps its other witnesses; the rules in force say how bad it is.
pub fn enforce(scene: &mut Scene, graph: &ModuleGraph, rules: &[Rule], breaches: &Breaches) {
    withdraw(scene);
    let document = scene.context.get("rules").map(|document| document.position);
    for rule in rules {
        let entity = stated(scene, EntityId::new(Kind::Rule, &rule.name), document.into_iter().collect());
        entity.severity = Some(rule.severity);
        entity.text = rule.reason.clone().or_else(|| entity.text.take());
    }
    let mut links = Vec::new();
    for breach in &breaches.found {
        let rule = &rules[breach.rule];
        let mut rests_on: Vec<u64> = document.into_iter().collect();
        for (from, to) in &breach.imports {
            rests_on.extend(graph.positions(scene, *from, *to));
        }
        let from = graph.ids()[breach.from as usize].clone();
        for to in [EntityId::new(Kind::Rule, &rule.name), from.clone()] {
            let id = LinkId { kind: LinkKind::Breaks, from: breach.id.clone(), to };
            links.push(link(id, rests_on.clone()));
        }
        let entity = stated(scene, breach.id.clone(), rests_on);
        entity.severity = Some(rule.severity);
        entity.rule = Some(rule.name.clone());
        entity.from = Some(from.key);
        entity.to = breach.to.map(|to| graph.ids()[to as usize].key.clone());
        entity.reason = breach.reason.clone().or_else(|| rule.reason.clone());
    }
    if !links.is_empty() {
        scene.links.append(&mut links);
        crate::order::sort_by(&mut scene.links, |a, b| a.id.cmp(&b.id));
        scene.links.dedup_by(|later, first| {
            let is_same = later.id == first.id;
            if is_same {
                first.evidence.append(&mut later.evidence);
            }
            is_same
        });
    }
}

fn link(id: LinkId, rests_on: Vec<u64>) -> DeclaredLink {
    let text = "The rules in force say so.".to_owned();
    let piece = Evidence {
        rule: WITNESS.to_owned(),
        confidence: CERTAIN,
        text,
        rests_on,
        against: None,
        declared: true,
    };
    DeclaredLink { id, evidence: vec![piece], weights: Map::new(), since: 0 }
}

/// The entity, one more witness of which we are.
fn stated(scene: &mut Scene, id: EntityId, rests_on: Vec<u64>) -> &mut Entity {
    let entity = scene.entities.entry(id.clone()).or_insert_with(|| Entity::named(id));
    entity.witnesses.push(WITNESS.to_owned());
    entity.rests_on.extend(rests_on);
    crate::order::sort(&mut entity.rests_on);
    entity.rests_on.dedup();
    entity
}

/// Takes out what was put into the scene before.
fn withdraw(scene: &mut Scene) {
    if !scene.entities.values().any(is_computed) {
        return;
    }
    scene.entities.retain(|_, entity| entity.witnesses != [WITNESS]);
    for entity in scene.entities.values_mut() {
        entity.witnesses.retain(|witness| witness != WITNESS);
    }
    scene.links.retain(|link| link.evidence.iter().any(|piece| piece.rule != WITNESS));
    for link in &mut scene.links {
        link.evidence.retain(|piece| piece.rule != WITNESS);
    }
}
