//! Why a stream fails, or what it should be warned of: one reason a missed figure, with entities and evidence.

use super::evidence::stream_words;
use super::{Lenses, Reason};
use crate::event::Outcome;
use crate::graph::{Run, Scene};
use crate::id::{EntityId, Kind, Stream};
use crate::lens::bdv::Status;
use crate::lens::kpi::{Direction, EVIDENCE_MAX, Kpi};
use crate::order::Set;

/// Entities named in a sentence.
const NAMED_MAX: usize = 3;

/// Reasons of a stream: blocking ones first, in the order of its figures.
pub(super) fn reasons(stream: Stream, scene: &Scene, lenses: &Lenses, kpis: &[Kpi]) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = kpis
        .iter()
        .filter(|kpi| !kpi.target_met)
        .map(|kpi| {
            let mut entities = guilty(kpi, lenses);
            let text = text(kpi, &entities);
            entities.truncate(EVIDENCE_MAX);
            Reason {
                criterion: kpi.name.clone(),
                headline: headline(kpi, lenses),
                text,
                blocking: !kpi.met,
                entities,
                evidence: kpi.evidence.clone(),
            }
        })
        .collect();
    reasons.extend(failed_runs(stream, scene));
    crate::order::sort_by_key(&mut reasons, |reason| !reason.blocking);
    reasons
}

/// What keeps a figure from its target.
pub(super) fn guilty(kpi: &Kpi, lenses: &Lenses) -> Vec<EntityId> {
    let scenarios = |status: Status| -> Vec<EntityId> {
        let gating = lenses.bdv.scenarios.iter().filter(|s| !s.quarantined && s.status == status);
        gating.map(|scenario| scenario.id.clone()).collect()
    };
    match kpi.name.as_str() {
        "dde.task_success_rate" => {
            lenses.dde.tasks.iter().filter(|task| task.failed()).map(|task| task.id.clone()).collect()
        }
        "dde.retry_rate" => {
            let retried = lenses.dde.tasks.iter().filter(|task| task.attempts.len() > 1);
            retried.map(|task| task.id.clone()).collect()
        }
        "dde.contract_lock_latency_p95" => {
            let limit = kpi.target;
            let slow = lenses
                .dde
                .contracts
                .iter()
                .filter(|c| c.lock_latency_ms.is_some_and(|ms| ms as f64 >= limit));
            slow.map(|contract| contract.id.clone()).collect()
        }
        "bdv.scenario_pass_rate" => scenarios(Status::Failed),
        "bdv.flake_rate" => scenarios(Status::Flaky),
        "acc.blocking_violations" => lenses
            .acc
            .violations
            .iter()
            .filter(|v| v.blocks())
            .map(|violation| violation.id.clone())
            .collect(),
        "acc.cyclic_dependencies" => {
            let counted = lenses.acc.components.iter().filter(|component| component.counts());
            let members: Set<&EntityId> = counted.flat_map(|component| &component.members).collect();
            members.into_iter().cloned().collect()
        }
        "acc.average_instability" => {
            let unstable =
                lenses.acc.modules.iter().filter(|m| !m.external && m.own_instability >= kpi.target);
            unstable.map(|module| module.id.clone()).collect()
        }
        _ => Vec::new(),
    }
}

/// The reason in a few words, for a sentence that joins several: "2 scenarios fail".
fn headline(kpi: &Kpi, lenses: &Lenses) -> String {
    let n = kpi.numerator;
    match kpi.name.as_str() {
        "dde.task_success_rate" => {
            let n = lenses.dde.tasks.iter().filter(|task| task.failed()).count();
            plural(n as i64, "task fails", "tasks fail")
        }
        "dde.retry_rate" => plural(n, "task needed more than one try", "tasks needed more than one try"),
        "dde.contract_lock_latency_p95" => format!("contracts take {} to lock", written(kpi)),
        "bdv.scenario_pass_rate" => {
            let n = kpi.denominator - n;
            plural(n, "scenario fails", "scenarios fail")
        }
        "bdv.flake_rate" => plural(n, "scenario is flaky", "scenarios are flaky"),
        "bdv.execution_time" => format!("the suite takes {}", written(kpi)),
        "acc.blocking_violations" => plural(n, "violation blocks", "violations block"),
        "acc.cyclic_dependencies" => plural(n, "cycle among modules", "cycles among modules"),
        _ => format!("{} is {}", kpi.label, written(kpi)),
    }
}

/// The figure against its threshold, and what is behind it.
fn text(kpi: &Kpi, entities: &[EntityId]) -> String {
    let (limit, word) = if kpi.met { (kpi.target, "target") } else { (kpi.exit, "exit criterion") };
    let sign = match kpi.direction {
        Direction::AtLeast => "≥",
        Direction::Below => "<",
        Direction::AtMost => "≤",
    };
    let limit = kpi.written(limit);
    let mut text = format!("{} is {}, {word} {sign} {limit}", capital(&kpi.label), written(kpi));
    if !entities.is_empty() {
        let named: Vec<&str> = entities.iter().take(NAMED_MAX).map(|id| id.key.as_str()).collect();
        text.push_str(": ");
        text.push_str(&named.join(", "));
        if entities.len() > NAMED_MAX {
            text.push_str(&format!(" and {} more", entities.len() - NAMED_MAX));
        }
    }
    text.push('.');
    text
}

/// The actual value as people write it.
fn written(kpi: &Kpi) -> String {
    kpi.actual.map_or_else(|| "not applicable".to_owned(), |actual| kpi.written(actual))
}

fn capital(label: &str) -> String {
    let mut label = label.to_owned();
    // Labels are our own words; the case tables of Unicode would be a thirtieth of the client.
    if let Some(first) = label.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    label
}

fn plural(n: i64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// Name of the criterion that a run which failed by itself misses.
pub(super) const RUN_CRITERION: &str = "run_outcome";

/// The newest explicit run, if it failed although none of its tries did: a broken hook, say.
fn failed_runs(stream: Stream, scene: &Scene) -> Option<Reason> {
    let explicit =
        scene.runs.iter().filter(|run| run.stream == stream && run.explicit && run.outcome.is_final());
    let newest: &Run = explicit.max_by_key(|run| (run.finished_at, run.position))?;
    if !newest.outcome.is_bad() || explained(stream, scene, &newest.key) {
        return None;
    }
    let words = stream_words(stream);
    let why = newest.reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
    Some(Reason {
        criterion: format!("{}.{RUN_CRITERION}", stream.as_str()),
        headline: format!("the run of {words} failed"),
        text: format!("Run {} of {words} failed although none of its tries did{why}.", newest.key),
        blocking: true,
        entities: Vec::new(),
        evidence: vec![newest.position],
    })
}

/// Whether some try of the run failed, or, for architecture, some violation explains it.
pub(crate) fn explained(stream: Stream, scene: &Scene, run: &str) -> bool {
    let kind = match stream {
        Stream::Dde => Kind::Task,
        Stream::Bdv => Kind::Scenario,
        Stream::Acc => return scene.entities.keys().any(|id| id.kind == Kind::Violation),
    };
    let tried =
        scene.entities.values().filter(|entity| entity.id.kind == kind).flat_map(|entity| &entity.attempts);
    let usable =
        |outcome: Outcome| outcome.is_bad() || matches!(outcome, Outcome::Cancelled | Outcome::Unknown);
    tried.filter(|attempt| attempt.id.run == run).any(|attempt| usable(attempt.outcome))
}
