//! The behaviour stream: scenarios with every attempt, flakes, requirements and how well they are proven.

use super::ask::{AsOfQuery, Listed, ProblemBody};
use serde::Serialize;
use shared::lens::bdv::{Coverage, Requirement, Scenario, Status};
use shared::lens::dde::AttemptView;
use utoipa::ToSchema;

/// How many requirements stand where.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(super) struct CoverageCounts {
    /// All requirements.
    requirements: u32,
    /// With at least one scenario, all of them passing.
    covered: u32,
    /// With a failing scenario.
    failing: u32,
    /// With a scenario that has no usable result, none failing.
    undecided: u32,
    /// Without a scenario.
    uncovered: u32,
}

fn count(requirements: &[Requirement]) -> CoverageCounts {
    let of = |coverage| requirements.iter().map(|one| u32::from(one.coverage == coverage)).sum();
    CoverageCounts {
        requirements: requirements.iter().map(|_| 1).sum(),
        covered: of(Coverage::Covered),
        failing: of(Coverage::Failing),
        undecided: of(Coverage::Undecided),
        uncovered: of(Coverage::Uncovered),
    }
}

read! {
    /// All scenarios by spec, with every attempt and their flake probability.
    scenarios, "behaviour", "scenarios", "/iterations/{iteration}/scenarios",
    Vec<Scenario>, |analysis| analysis.bdv.scenarios.clone()
}
read! {
    /// One scenario by its natural key.
    scenario(key), "behaviour", "scenario", "/iterations/{iteration}/scenarios/{key}",
    Scenario, |analysis| analysis.bdv.scenarios.iter().find(|one| one.id.key == key).cloned()
}
read! {
    /// The attempts of one scenario, by start.
    attempts(key), "behaviour", "scenario_attempts", "/iterations/{iteration}/scenarios/{key}/attempts",
    Vec<AttemptView>,
    |analysis| analysis.bdv.scenarios.iter().find(|one| one.id.key == key).map(|one| one.attempts.clone())
}
read! {
    /// Scenarios that flake, the likeliest first.
    flakes, "behaviour", "flakes", "/iterations/{iteration}/flakes",
    Vec<Scenario>, |analysis| {
        let flaky = |one: &&Scenario| one.status == Status::Flaky || !one.flake.reasons.is_empty();
        let mut flakes: Vec<Scenario> = analysis.bdv.scenarios.iter().filter(flaky).cloned().collect();
        flakes.sort_by(|a, b| b.flake.probability.total_cmp(&a.flake.probability).then(a.id.cmp(&b.id)));
        flakes
    }
}
read! {
    /// Requirements with the specs and scenarios that stand for them.
    requirements, "behaviour", "requirements", "/iterations/{iteration}/requirements",
    Vec<Requirement>, |analysis| analysis.bdv.requirements.clone()
}
read! {
    /// How many requirements are proven.
    coverage, "behaviour", "coverage", "/iterations/{iteration}/coverage",
    CoverageCounts, |analysis| count(&analysis.bdv.requirements)
}
