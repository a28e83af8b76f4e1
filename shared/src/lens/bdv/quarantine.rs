//! The quarantine ledger: where every record and every scenario stands now, and why a record does not count.

use super::scenarios::recent;
use super::tries::{Runs, Try, usable};
use super::{ProposedFix, Quarantine, Scenario};
use crate::event::{Book, Outcome};
use crate::flake::{Conduct, Limits, Reruns, Standing, Term, past::short};
use crate::graph::{FixProposal, LedgerRecord, Scene};
use crate::id::{EntityId, Kind};
use crate::order::Map;
use crate::time::Time;
use crate::verdict::context::Context;

/// Sets where the scenarios stand and returns the ledger, by id.
///
/// A record keeps its scenario from gating as [`Term`] says, unless the scenario is unknown or the record is
/// beyond the policy's cap (older records first).
pub(super) fn apply(
    scene: &Scene,
    context: &Context,
    runs: &Runs,
    scenarios: &mut [Scenario],
) -> Vec<Quarantine> {
    let limits = &context.policy.flake;
    let place: Map<EntityId, usize> = scenarios.iter().enumerate().map(|(i, s)| (s.id.clone(), i)).collect();
    for scenario in scenarios.iter_mut() {
        scenario.standing = conduct(scenario).standing(limits);
    }
    let mut records: Vec<Quarantine> = context
        .records(Book::Quarantine)
        .map(|record| {
            let key = record.target.as_deref().unwrap_or_default();
            let id = EntityId::new(Kind::Scenario, key.strip_prefix("scenario:").unwrap_or(key));
            let scenario = place.get(&id).map(|&i| &scenarios[i]);
            entry(record, id, scenario, scene, context, runs)
        })
        .collect();
    let mut by_age: Vec<(Time, usize)> =
        records.iter().enumerate().filter(|(_, record)| record.in_force).map(|(i, r)| (r.since, i)).collect();
    crate::order::sort(&mut by_age);
    for (_, i) in by_age.into_iter().skip(context.policy.quarantine_cap as usize) {
        records[i].in_force = false;
        records[i].standing = None;
        records[i].note = Some("over the cap".to_owned());
    }
    for record in &records {
        if let (Some(&i), Some(standing)) = (place.get(&record.scenario), record.standing) {
            take_in(&mut scenarios[i], standing);
        }
    }
    records
}

/// A record that keeps its scenario from gating outweighs one that does not, and any outweighs the tries alone.
fn take_in(scenario: &mut Scenario, standing: Standing) {
    if scenario.standing != Standing::Broken && !scenario.quarantined {
        scenario.standing = standing;
        scenario.quarantined = !standing.gates();
    }
}

fn entry(
    record: &LedgerRecord,
    id: EntityId,
    scenario: Option<&Scenario>,
    scene: &Scene,
    context: &Context,
    runs: &Runs,
) -> Quarantine {
    let (valid, limits) = (scene.as_of.valid, &context.policy.flake);
    let proposed = record.fix.as_ref().filter(|fix| fix.since <= valid);
    let reruns = proposed.zip(scene.entities.get(&id)).map(|(fix, entity)| {
        let past = context.history.tries.get(&id.key).and_then(|past| past.on(&fix.commit));
        let tries = usable(recent(entity), runs);
        reruns_of(fix, &tries, past.map(|version| version.tries), limits)
    });
    let term = Term { since: record.since, expires_at: record.expires_at, fix: reruns };
    let standing = scenario.and_then(|scenario| term.standing(&conduct(scenario), valid, limits));
    let in_force = standing.is_some_and(|standing| !standing.gates());
    let note = match (scenario, standing) {
        _ if in_force => None,
        (None, _) => Some("unknown scenario"),
        (_, Some(Standing::Broken)) if record.in_force(valid) => Some("broken"),
        (_, Some(Standing::Flaky)) => Some("fix failed"),
        (_, Some(Standing::Grace | Standing::Healthy)) => Some("fix proven"),
        _ if record.since > valid => Some("not yet"),
        _ => Some("expired"),
    };
    Quarantine {
        id: record.id.clone(),
        scenario: id,
        reason: record.reason.clone().unwrap_or_default(),
        owner: record.actor.clone(),
        ticket: record.ticket.clone(),
        since: record.since,
        expires_at: record.expires_at,
        standing: standing.filter(|standing| *standing != Standing::Broken),
        fix: proposed.zip(reruns).map(|(fix, reruns)| ProposedFix {
            commit: fix.commit.clone(),
            since: fix.since,
            needed: reruns.needed,
            passed: reruns.passed,
            refuted: reruns.refuted || reruns.relapsed,
            proven_at: reruns.proven_at,
            grace_until: term.grace_until(limits),
        }),
        in_force,
        note: note.map(ToOwned::to_owned),
    }
}

/// What its tries say of a scenario.
fn conduct(scenario: &Scenario) -> Conduct {
    let count = |bad: bool| {
        let of = |outcome: Outcome| if bad { outcome.is_bad() } else { outcome == Outcome::Passed };
        scenario.attempts.iter().map(|attempt| u32::from(of(attempt.outcome))).sum()
    };
    Conduct {
        failed: count(true),
        passed: count(false),
        flips: scenario.flake.flips,
        low: libm::round(scenario.flake.low * 1e6) as u32,
    }
}

/// How the reruns of `fix` went: tries on its commit, those of earlier iterations first. Mass failures count:
/// they must not keep a fix from being refuted.
fn reruns_of(fix: &FixProposal, tries: &[Try], past: Option<crate::flake::Tries>, limits: &Limits) -> Reruns {
    let past = past.unwrap_or_default();
    let needed = fix.reruns.unwrap_or(limits.fix_reruns).max(1);
    let mut reruns = Reruns { needed, passed: past.passed, refuted: past.failed > 0, ..Reruns::default() };
    if !reruns.refuted && reruns.passed >= needed {
        reruns.proven_at = Some(fix.since);
    }
    let commit = short(&fix.commit);
    for one in tries {
        if reruns.proven_at.is_some() {
            reruns.relapsed |= !one.passed && one.attempt.started_at.is_none_or(|at| at >= fix.since);
        } else if !reruns.refuted && short(one.code.commit()) == commit {
            reruns.refuted = !one.passed;
            reruns.passed += u32::from(one.passed);
            if reruns.passed >= needed {
                reruns.proven_at = Some(one.attempt.finished_at.map_or(fix.since, |at| at.max(fix.since)));
            }
        }
    }
    reruns
}
