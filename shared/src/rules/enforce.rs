//! Puts what was found about rules into the scene: a rule and a violation each, with the positions they rest on, as
//! if a tool had said so. Without links of such: a violation names its rule and its modules.
//!
//! Doing it again changes nothing; where the scene itself was changed, [`withdraw`] first.

use super::{Breaches, Rule};
use crate::graph::{Entity, Scene};
use crate::id::{EntityId, Kind};
use crate::lens::acc::ModuleGraph;

/// Who says that a computed violation is there.
pub const WITNESS: &str = "rules in force";

/// Whether `entity` was computed, whatever tools say.
fn is_computed(entity: &Entity) -> bool {
    entity.witnesses.iter().any(|witness| witness == WITNESS)
}

/// Makes `scene` hold the rules and these breaches of them. O((scene + breaches) · log).
///
/// What a tool states, too, keeps its other witnesses; the rules in force say how bad it is.
pub fn enforce(scene: &mut Scene, graph: &ModuleGraph, rules: &[Rule], breaches: &Breaches) {
    let document = scene.context.get("rules").map(|document| document.position);
    for rule in rules {
        let entity = stated(scene, EntityId::new(Kind::Rule, &rule.name), document.into_iter().collect());
        entity.severity = Some(rule.severity);
        entity.text = rule.reason.clone().or_else(|| entity.text.take());
    }
    for breach in &breaches.found {
        let rule = &rules[breach.rule];
        let mut rests_on: Vec<u64> = document.into_iter().collect();
        for (from, to) in &breach.imports {
            rests_on.extend(graph.positions(scene, *from, *to));
        }
        let entity = stated(scene, breach.id.clone(), rests_on);
        entity.severity = Some(rule.severity);
        entity.rule = Some(rule.name.clone());
        let key = |module: u32| graph.ids()[module as usize].key.clone();
        entity.from = Some(key(breach.from));
        entity.to = breach.to.map(key);
        entity.reason = breach.reason.clone().or_else(|| rule.reason.clone());
    }
}

/// The entity, one more witness of which we are.
fn stated(scene: &mut Scene, id: EntityId, rests_on: Vec<u64>) -> &mut Entity {
    let entity = scene.entities.entry(id.clone()).or_insert_with(|| Entity::named(id));
    if !is_computed(entity) {
        entity.witnesses.push(WITNESS.to_owned());
    }
    entity.rests_on.extend(rests_on);
    crate::order::sort(&mut entity.rests_on);
    entity.rests_on.dedup();
    entity
}

/// Takes out what was put into the scene before. O(scene).
pub fn withdraw(scene: &mut Scene) {
    scene.entities.retain(|_, entity| entity.witnesses != [WITNESS]);
    for entity in scene.entities.values_mut() {
        entity.witnesses.retain(|witness| witness != WITNESS);
    }
}
