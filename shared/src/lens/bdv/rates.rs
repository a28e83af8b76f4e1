//! Head counts and the three figures over scenarios and runs.

use super::{Scenario, Status, Totals};
use crate::graph::{Run, Scene};
use crate::id::{Kind, Stream};
use crate::lens::kpi::Measure;
use crate::order::Map;
use crate::time::Time;

pub(super) fn totals(scenarios: &[Scenario]) -> Totals {
    let mut totals = Totals::default();
    for scenario in scenarios {
        totals.scenarios += 1;
        match scenario.status {
            Status::Passed => totals.passed += 1,
            Status::Failed => totals.failed += 1,
            Status::Flaky => totals.flaky += 1,
            Status::Skipped => totals.skipped += 1,
            Status::Undecided => totals.undecided += 1,
        }
        totals.quarantined += u32::from(scenario.quarantined);
    }
    totals
}

fn gating(scenarios: &[Scenario], status: Status) -> Vec<&Scenario> {
    scenarios.iter().filter(|scenario| !scenario.quarantined && scenario.status == status).collect()
}

fn rate(name: &'static str, numerator: usize, scenarios: &[Scenario], guilty: &[&Scenario]) -> Measure {
    let decided = [Status::Passed, Status::Flaky, Status::Failed];
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Measure {
        name,
        numerator: count(numerator),
        denominator: count(decided.map(|status| gating(scenarios, status).len()).iter().sum()),
        evidence: guilty
            .iter()
            .filter_map(|scenario| scenario.attempts.last())
            .map(|last| last.position)
            .collect(),
    }
}

pub(super) fn pass_rate(scenarios: &[Scenario]) -> Measure {
    let passed = gating(scenarios, Status::Passed).len() + gating(scenarios, Status::Flaky).len();
    rate("bdv.scenario_pass_rate", passed, scenarios, &gating(scenarios, Status::Failed))
}

pub(super) fn flake_rate(scenarios: &[Scenario]) -> Measure {
    let flaky = gating(scenarios, Status::Flaky);
    rate("bdv.flake_rate", flaky.len(), scenarios, &flaky)
}

/// The longest closed run, in milliseconds kept to the microsecond; no population without timed runs.
pub(super) fn execution_time(scene: &Scene) -> Measure {
    let tries = tries_by_run(scene);
    let longest = scene
        .runs
        .iter()
        .filter(|run| run.stream == Stream::Bdv && run.outcome.is_final())
        .filter_map(|run| Some((duration_micros(run, tries.get(run.key.as_str()))?, run.position)))
        .max();
    let (numerator, denominator) = longest.map_or((0, 0), |(micros, _)| (micros, 1_000));
    let evidence = longest.into_iter().map(|(_, position)| position).collect();
    Measure { name: "bdv.execution_time", numerator, denominator, evidence }
}

/// First start and last end of the tries of every run.
fn tries_by_run(scene: &Scene) -> Map<&str, (Option<Time>, Option<Time>)> {
    let mut spans: Map<&str, (Option<Time>, Option<Time>)> = Map::new();
    let scenarios = scene.entities.values().filter(|entity| entity.id.kind == Kind::Scenario);
    for attempt in scenarios.flat_map(|scenario| &scenario.attempts) {
        let span = spans.entry(attempt.id.run.as_str()).or_default();
        span.0 = [span.0, attempt.started_at].into_iter().flatten().min();
        span.1 = span.1.max(attempt.finished_at);
    }
    spans
}

/// What the run says of itself, else from its first try's start to its last try's end.
fn duration_micros(run: &Run, tries: Option<&(Option<Time>, Option<Time>)>) -> Option<i64> {
    let (first, last) = tries.copied().unwrap_or_default();
    let (start, end) = (run.started_at.or(first)?, run.finished_at.or(last)?);
    (end >= start).then(|| end.0.saturating_sub(start.0))
}
