//! How likely a scenario fails although nothing is wrong: the expectation with its interval, the figures that other
//! tools print, the reasons, and the runs behind them.

use super::term::{Facts, text};
use crate::lens::figure::{counted, decimal, joined, per_mille};
use crate::lens::without_code;
use shared::flake::TRANSITION_WINDOW;
use shared::lens::bdv::{ContributingRun, Flake};

/// Runs named.
const RUNS_MAX: usize = 6;

/// Terms and values; of a scenario that never failed the expectation alone.
pub(super) fn facts(flake: &Flake) -> Facts {
    let mut facts = Facts::new();
    if !flake.known {
        return facts;
    }
    let between = |low: f64, high: f64| [&share(low), " to ", &share(high), ")"].concat();
    let range = [&share(flake.probability), " (90 %: ", &between(flake.low, flake.high)].concat();
    facts.push(("Flake probability", text(range)));
    if flake.failure.failed > 0 {
        let (failed, tried) = (flake.failure.failed.to_string(), flake.failure.tried.to_string());
        let range = between(flake.failure.low, flake.failure.high);
        facts.push(("Failed tries", text([&failed, " of ", &tried, " (95 %: ", &range].concat())));
        facts.push(("Broken commits", text([&share(flake.broken), " expected"].concat())));
        let turns = (flake.transition * TRANSITION_WINDOW as f64 + 0.5) as usize;
        let window = TRANSITION_WINDOW.to_string();
        facts.push(("Turns to failing", text([&turns.to_string(), " in ", &window, " tries"].concat())));
        let over = &flake.versions;
        facts.push(("Flip rate", text(weighed(over.flip_rate, over.flip_rate_weighted))));
        facts.push(("Entropy", text(weighed(over.entropy, over.entropy_weighted))));
    }
    facts.extend(flake.reasons.iter().map(|reason| ("Because", text(without_code(reason)))));
    facts.extend(flake.runs.iter().take(RUNS_MAX).map(|run| ("Run", text(told(run)))));
    facts
}

fn share(share: f64) -> String {
    per_mille((share * 1000.0 + 0.5) as i64)
}

/// "0.44, new code weighing more 0.62".
fn weighed(plain: f64, weighted: f64) -> String {
    joined(&[&decimal(plain, 2), ", new code weighing more ", &decimal(weighted, 2)])
}

/// "ci-17: 1 failed, 2 passed".
fn told(run: &ContributingRun) -> String {
    let name: String = run.run.chars().take(24).collect();
    let failed = counted(run.failed as usize, "failed", "failed");
    let passed = counted(run.passed as usize, "passed", "passed");
    let counts = if run.counted { "" } else { ", a mass failure, left out" };
    joined(&[&name, ": ", &failed, ", ", &passed, counts])
}
