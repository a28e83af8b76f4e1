//! Contracts with their lock latency, and artifacts with what they came from.

use super::{Artifact, Contract};
use crate::correlate::LinkIndex;
use crate::event::ContractState;
use crate::graph::{Entity, Scene};
use crate::id::{Kind, LinkKind};
use crate::lens::kpi::Measure;

fn named(entity: &Entity) -> String {
    entity.name.clone().unwrap_or_else(|| entity.id.key.clone())
}

pub(super) fn contracts(scene: &Scene, links: &LinkIndex) -> Vec<Contract> {
    scene
        .of_kind(Kind::Contract)
        .map(|entity| Contract {
            id: entity.id.clone(),
            name: named(entity),
            // Known only from a link that names it: then nobody has locked it.
            state: entity.contract.unwrap_or(ContractState::Proposed),
            proposed_at: entity.proposed_at,
            locked_at: entity.locked_at,
            lock_latency_ms: latency_micros(entity).map(|micros| micros.div_euclid(1_000)),
            relocks: entity.locks.len().saturating_sub(1) as u32,
            governs: links.from(LinkKind::Governs, &entity.id).map(|link| link.id.to.clone()).collect(),
            verified_by: links.to(LinkKind::Verifies, &entity.id).map(|link| link.id.from.clone()).collect(),
            aligned: false,
            misaligned: Vec::new(),
        })
        .collect()
}

/// Microseconds from the proposal to the first lock after it, if there was one.
fn latency_micros(entity: &Entity) -> Option<i64> {
    let proposed = entity.proposed_at?;
    let locked = entity.locks.iter().find(|locked| **locked >= proposed)?;
    Some(locked.0.saturating_sub(proposed.0))
}

/// 95th percentile by nearest rank, in milliseconds kept to the microsecond.
pub(super) fn lock_latency(scene: &Scene, contracts: &[Contract]) -> Measure {
    let mut latencies: Vec<(i64, u64)> = contracts
        .iter()
        .filter_map(|contract| scene.entities.get(&contract.id))
        .filter_map(|entity| Some((latency_micros(entity)?, entity.rests_on.last().copied().unwrap_or(0))))
        .collect();
    crate::order::sort(&mut latencies);
    let rank = (latencies.len() * 95).div_ceil(100);
    let (numerator, denominator) = match rank.checked_sub(1).and_then(|at| latencies.get(at)) {
        Some((micros, _)) => (*micros, 1_000),
        None => (0, 0),
    };
    let slowest = latencies.iter().skip(rank.saturating_sub(1)).map(|latency| latency.1).collect();
    Measure { name: "dde.contract_lock_latency_p95", numerator, denominator, evidence: slowest }
}

pub(super) fn artifacts(scene: &Scene, links: &LinkIndex) -> Vec<Artifact> {
    scene
        .of_kind(Kind::Artifact)
        .map(|entity| Artifact {
            id: entity.id.clone(),
            name: named(entity),
            version: entity.version.clone(),
            digest: entity.digest.clone(),
            produced_by: links.to(LinkKind::Produces, &entity.id).map(|link| link.id.from.clone()).collect(),
            modules: links.from(LinkKind::Realises, &entity.id).map(|link| link.id.to.clone()).collect(),
        })
        .collect()
}
