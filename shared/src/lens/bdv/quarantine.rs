//! The quarantine ledger: which records keep a scenario from gating now, and why the others do not.

use super::{Quarantine, Scenario};
use crate::event::{Book, Outcome};
use crate::graph::Scene;
use crate::id::{EntityId, Kind};
use crate::time::Time;
use crate::verdict::context::Context;
use std::collections::BTreeMap;

/// Marks the scenarios that are quarantined now and returns the ledger, by id.
///
/// A record counts from `since` until it expires, unless its scenario is unknown or broken (no usable try ever
/// passed: that is a fault, no flake), or it is beyond the policy's cap (older records first).
pub(super) fn apply(scene: &Scene, context: &Context, scenarios: &mut [Scenario]) -> Vec<Quarantine> {
    let place: BTreeMap<EntityId, usize> =
        crate::order::map(scenarios.iter().enumerate().map(|(i, s)| (s.id.clone(), i)));
    let mut records: Vec<Quarantine> = context
        .records(Book::Quarantine)
        .map(|record| {
            let key = record.target.as_deref().unwrap_or_default();
            let scenario = EntityId::new(Kind::Scenario, key.strip_prefix("scenario:").unwrap_or(key));
            let note = place
                .get(&scenario)
                .map_or(Some("unknown scenario"), |&i| note(scene, record, &scenarios[i]));
            Quarantine {
                id: record.id.clone(),
                scenario,
                reason: record.reason.clone().unwrap_or_default(),
                owner: record.actor.clone(),
                since: record.since,
                expires_at: record.expires_at,
                in_force: note.is_none(),
                note: note.map(ToOwned::to_owned),
            }
        })
        .collect();
    let mut by_age: Vec<(Time, usize)> = records
        .iter()
        .enumerate()
        .filter(|(_, record)| record.in_force)
        .map(|(i, record)| (record.since, i))
        .collect();
    crate::order::sort(&mut by_age);
    for (_, i) in by_age.into_iter().skip(context.policy.quarantine_cap as usize) {
        records[i].in_force = false;
        records[i].note = Some("over the cap".to_owned());
    }
    for record in records.iter().filter(|record| record.in_force) {
        if let Some(&i) = place.get(&record.scenario) {
            scenarios[i].quarantined = true;
        }
    }
    records
}

/// Why a record does not count.
fn note(scene: &Scene, record: &crate::graph::LedgerRecord, scenario: &Scenario) -> Option<&'static str> {
    let valid = scene.as_of.valid;
    if !record.in_force(valid) {
        return Some(if record.since > valid { "not yet" } else { "expired" });
    }
    let failed = scenario.attempts.iter().any(|attempt| attempt.outcome.is_bad());
    let passed = scenario.attempts.iter().any(|attempt| attempt.outcome == Outcome::Passed);
    (failed && !passed).then_some("broken")
}
