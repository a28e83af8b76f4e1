//! Entities with their attributes, and declared links with their evidence.

use super::{Held, Winners, number, text, time};
use crate::event::{Baseline, Facet, Value, Waiver, evidence_parts};
use crate::graph::scene::{DeclaredLink, Entity, Evidence};
use crate::id::{EntityId, LinkId};
use crate::order::Map;
use crate::time::Position;

/// The entity, unless no evidence says that it is there.
pub(super) fn entity(id: &EntityId, winners: Winners<'_>) -> Option<Entity> {
    let mut entity = Entity::named(id.clone());
    entity.witnesses = witnesses(&winners);
    if entity.witnesses.is_empty() {
        return None;
    }
    entity.rests_on = ascending(winners.iter().map(|held| held.position));
    let mut there_since = Position::MAX;
    for held in winners {
        match held.facet {
            Facet::Exists if held.value == Value::Flag(true) => there_since = there_since.min(held.since),
            Facet::Exists => {}
            _ => entity.settled_at = entity.settled_at.max(held.since),
        }
        if held.changed && matches!(held.facet, Facet::Name | Facet::Text | Facet::Version) {
            entity.changed_at = entity.changed_at.max(Some(held.since));
        }
        match (held.facet, held.value) {
            (Facet::Name, value) => entity.name = text(value),
            (Facet::Path, value) => entity.path = text(value),
            (Facet::Tags, Value::Texts(tags)) => entity.tags = tags,
            (Facet::Group, value) => entity.group = text(value),
            (Facet::Commit, value) => entity.commit = text(value),
            (Facet::Version, value) => entity.version = text(value),
            (Facet::Digest, value) => entity.digest = text(value),
            (Facet::Severity, Value::Severity(severity)) => entity.severity = Some(severity),
            (Facet::Planned, Value::Flag(planned)) => entity.planned = planned,
            (Facet::External, Value::Flag(external)) => entity.external = external,
            (Facet::Types, value) => entity.types = number(&value),
            (Facet::AbstractTypes, value) => entity.abstract_types = number(&value),
            (Facet::Contract, Value::Contract(state)) => entity.contract = Some(state),
            (Facet::ProposedAt, value) => entity.proposed_at = time(&value),
            (Facet::LockedAt, value) => entity.locked_at = time(&value),
            (Facet::Rule, value) => entity.rule = text(value),
            (Facet::From, value) => entity.from = text(value),
            (Facet::To, value) => entity.to = text(value),
            (Facet::Reason, value) => entity.reason = text(value),
            (Facet::Text, value) => entity.text = text(value),
            (Facet::Waiver, value) => entity.waiver = text(value).and_then(|name| Waiver::parse(&name)),
            (Facet::Baseline, value) => {
                entity.baseline = text(value).and_then(|name| Baseline::parse(&name));
            }
            _ => {}
        }
    }
    // There is a witness, so it is there since some position.
    entity.settled_at = entity.settled_at.max(there_since);
    Some(entity)
}

fn witnesses(winners: &[Held<'_>]) -> Vec<String> {
    let present =
        winners.iter().filter(|held| held.facet == Facet::Exists && held.value == Value::Flag(true));
    let mut witnesses: Vec<String> =
        present.map(|held| evidence_parts(held.qualifier).0.to_owned()).collect();
    crate::order::sort(&mut witnesses);
    witnesses.dedup();
    witnesses
}

/// The link with one piece of evidence for every witness and rule that sees it; nothing if none does.
///
/// Confidence and text of a rule hold for all its witnesses; without them the witness is certain and named.
pub(super) fn link(id: &LinkId, winners: Winners<'_>) -> Option<DeclaredLink> {
    let of_rule =
        |facet: Facet, rule: &str| winners.iter().find(|held| held.facet == facet && held.qualifier == rule);
    let mut evidence = Vec::new();
    let mut weights = Map::new();
    let mut since = 0;
    for held in winners.iter().filter(|h| h.facet == Facet::Exists && h.value == Value::Flag(true)) {
        let (witness, rule) = evidence_parts(held.qualifier);
        let confidence = of_rule(Facet::Confidence, rule);
        let said = of_rule(Facet::Evidence, rule);
        let weight = of_rule(Facet::Weight, rule);
        let against = of_rule(Facet::Version, rule);
        if let Some(weight) = weight.and_then(|weight| number(&weight.value)) {
            weights.insert(rule.to_owned(), weight);
        }
        let sentence = said.and_then(|said| text(said.value.clone()));
        let rests_on = [Some(held), confidence, said, weight, against].into_iter().flatten();
        let piece = Evidence {
            rule: rule.to_owned(),
            confidence: confidence.and_then(|c| number(&c.value)).unwrap_or(1_000_000),
            text: sentence.unwrap_or_else(|| format!("stated by {witness}")),
            rests_on: ascending(rests_on.map(|held| held.position)),
            against: against.and_then(|against| text(against.value.clone())),
            declared: true,
        };
        since = since.max(held.since).max(against.map_or(0, |against| against.since));
        evidence.push((witness, piece));
    }
    crate::order::sort_by(&mut evidence, |a, b| (&a.1.rule, a.0).cmp(&(&b.1.rule, b.0)));
    let evidence: Vec<Evidence> = evidence.into_iter().map(|(_, piece)| piece).collect();
    (!evidence.is_empty()).then(|| DeclaredLink { id: id.clone(), evidence, weights, since })
}

fn ascending(positions: impl Iterator<Item = Position>) -> Vec<Position> {
    let mut positions: Vec<Position> = positions.collect();
    crate::order::sort(&mut positions);
    positions.dedup();
    positions
}
