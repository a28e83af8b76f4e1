//! "Deployable if": the fewest changes that repair each criterion a stream misses, and what has to report.
//!
//! Every change is of a kind that a test applies to the scene and sees the criterion come nearer to its exit.

use super::evidence::Lack;
use super::reasons::{RUN_CRITERION, guilty};
use super::{Action, Counterfactual, Lenses, Reason};
use crate::event::Severity;
use crate::id::{EntityId, Stream};
use crate::lens::acc::Violation;
use crate::lens::kpi::{Direction, Kpi, MILLIONTHS};
use crate::order::Set;
use crate::verdict::policy::Policy;

/// Changes listed in a verdict at most.
pub(super) const CHANGES_MAX: usize = 64;
/// Changes that are worked out at most, for a verdict to be checked by them.
pub(super) const CHANGES_ALL_MAX: usize = 20_000;

/// Changes that the missed criteria of one stream need.
pub(super) fn repairs(
    kpis: &[Kpi],
    reasons: &[Reason],
    lenses: &Lenses,
    policy: &Policy,
) -> Vec<Counterfactual> {
    let mut changes: Vec<Counterfactual> =
        kpis.iter().filter(|kpi| !kpi.met).flat_map(|kpi| repair(kpi, lenses, policy)).collect();
    let failed_run = |reason: &&Reason| reason.blocking && reason.criterion.ends_with(RUN_CRITERION);
    changes.extend(reasons.iter().filter(failed_run).map(|reason| Counterfactual {
        change: "A newer run ends without failing.".to_owned(),
        entity: None,
        criterion: reason.criterion.clone(),
        action: Action::Run,
    }));
    changes
}

/// What has to report before a stream can pass.
pub(super) fn reports(stream: Stream, lacks: &[Lack]) -> Vec<Counterfactual> {
    let criterion = format!("{}.evidence", stream.as_str());
    let change = |lack: &Lack| Counterfactual {
        change: lack.change.clone(),
        entity: lack.entity.clone(),
        criterion: criterion.clone(),
        action: lack.action.clone(),
    };
    lacks.iter().take(CHANGES_ALL_MAX).map(change).collect()
}

fn repair(kpi: &Kpi, lenses: &Lenses, policy: &Policy) -> Vec<Counterfactual> {
    let one = |change: String, entity: Option<EntityId>, action: Action| Counterfactual {
        change,
        entity,
        criterion: kpi.name.clone(),
        action,
    };
    let each = |needed: usize, action: Action, words: &dyn Fn(&EntityId) -> String| {
        let guilty = guilty(kpi, lenses).into_iter().take(needed.min(CHANGES_ALL_MAX));
        guilty.map(|id| one(words(&id), Some(id), action.clone())).collect::<Vec<Counterfactual>>()
    };
    let uncouple = |from: &EntityId, to: &EntityId| {
        let change = format!("{} no longer imports {}.", from.key, to.key);
        one(change, Some(from.clone()), Action::Uncouple(to.clone()))
    };
    let needed = needed(kpi, policy);
    match kpi.name.as_str() {
        "dde.task_success_rate" => each(needed, Action::Pass, &|id| format!("Task {} passes.", id.key)),
        "dde.retry_rate" => {
            each(needed, Action::PassFirst, &|id| format!("Task {} passes on its first try.", id.key))
        }
        "bdv.scenario_pass_rate" => each(needed, Action::Pass, &|id| format!("Scenario {} passes.", id.key)),
        "bdv.flake_rate" => {
            let words = |id: &EntityId| format!("Scenario {} stops flaking, or is quarantined.", id.key);
            each(needed, Action::Steady, &words)
        }
        "acc.blocking_violations" => {
            let blocking =
                lenses.acc.violations.iter().filter(|v| v.severity == Severity::Error && !v.suppressed);
            let words = |rule: &str, from: &str, to: Option<&str>| match to {
                Some(to) => format!("{from} no longer breaks {rule} by using {to}."),
                None => format!("{from} no longer breaks {rule}."),
            };
            let change = |v: &Violation| {
                one(words(&v.rule, &v.from, v.to.as_deref()), Some(v.id.clone()), Action::Resolve)
            };
            // One import may break several rules; to remove it once will do.
            let mut cut: Set<(&EntityId, &EntityId)> = Set::new();
            let changes = blocking.take(needed.min(CHANGES_ALL_MAX)).filter_map(|v| match &v.imports[..] {
                [import] if cut.insert((&import.from, &import.to)) => {
                    Some(uncouple(&import.from, &import.to))
                }
                [_] => None,
                _ => Some(change(v)),
            });
            changes.collect()
        }
        "acc.cyclic_dependencies" => {
            let mut counted: Vec<_> = lenses.acc.components.iter().filter(|c| c.counts()).collect();
            crate::order::sort_by_key(&mut counted, |component| component.cut.len());
            let cuts =
                counted.into_iter().take(needed).flat_map(|component| &component.cut).take(CHANGES_ALL_MAX);
            cuts.map(|cut| uncouple(&cut.from, &cut.to)).collect()
        }
        "dde.contract_lock_latency_p95" => {
            vec![one(
                format!("95 % of the contracts lock within {} s.", kpi.exit / 1_000.0),
                None,
                Action::Improve,
            )]
        }
        "bdv.execution_time" => {
            vec![one(
                format!("The suite takes less than {} min.", kpi.exit / 60_000.0),
                None,
                Action::Improve,
            )]
        }
        _ => vec![one(format!("The {} falls below {}.", kpi.label, kpi.exit), None, Action::Improve)],
    }
}

/// How many members of the population have to change sides for the exit criterion to hold.
fn needed(kpi: &Kpi, policy: &Policy) -> usize {
    let Some(exit) = policy.exit(&kpi.name) else {
        return 0;
    };
    let (n, all) = (i128::from(kpi.numerator), i128::from(kpi.denominator));
    let million = i128::from(MILLIONTHS);
    let short = match kpi.direction {
        // (n + k) · 10⁶ ≥ exit · all
        Direction::AtLeast => (i128::from(exit) * all - n * million + million - 1).div_euclid(million),
        // (n − k) · 10⁶ < exit · all
        Direction::Below => (n * million - i128::from(exit) * all).div_euclid(million) + 1,
        // (n − k) · 10⁶ ≤ exit · all
        Direction::AtMost => (n * million - i128::from(exit) * all + million - 1).div_euclid(million),
    };
    usize::try_from(short.max(0)).unwrap_or(usize::MAX)
}
