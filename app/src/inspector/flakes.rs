//! How likely a scenario fails although nothing is wrong: the expectation with its interval, the figures that other
//! tools print, the reasons, and the runs behind them.

use super::term::{Facts, text};
use crate::lens::figure::{decimal, joined, per_mille};
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
    let [expected, low, high] = [flake.probability, flake.low, flake.high].map(share);
    facts.push(("Flake probability", text([&expected, " (90 %: ", &low, " to ", &high, ")"].concat())));
    facts.extend(flake.reasons.iter().map(|reason| ("Because", text(code_last(reason)))));
    if flake.failure.failed > 0 {
        facts.push(("Broken commits", text([&share(flake.broken), " expected"].concat())));
    }
    if flake.flips > 0 {
        let turns = (flake.transition * TRANSITION_WINDOW as f64 + 0.5) as usize;
        let window = TRANSITION_WINDOW.to_string();
        facts.push(("Turns to failing", text([&turns.to_string(), " in ", &window, " tries"].concat())));
        let over = &flake.versions;
        facts.push(("Flip rate", text(weighed(over.flip_rate, over.flip_rate_weighted))));
        facts.push(("Entropy", text(weighed(over.entropy, over.entropy_weighted))));
    }
    let runs: Vec<String> = flake.runs.iter().take(RUNS_MAX).map(told).collect();
    if !runs.is_empty() {
        facts.push(("In runs", text(runs.join("; "))));
    }
    facts
}

/// A reason `code: sentence` as "sentence (code)".
fn code_last(reason: &str) -> String {
    match reason.split_once(": ") {
        Some((code, sentence)) => joined(&[sentence, " (", code, ")"]),
        None => reason.to_owned(),
    }
}

fn share(share: f64) -> String {
    per_mille((share * 1000.0 + 0.5) as i64)
}

/// "0.44, new code weighing more 0.62".
fn weighed(plain: f64, weighted: f64) -> String {
    joined(&[&decimal(plain, 2), ", new code weighing more ", &decimal(weighted, 2)])
}

/// "ci-17 failed 1, passed 2".
fn told(run: &ContributingRun) -> String {
    let name: String = run.run.chars().take(24).collect();
    let (failed, passed) = (run.failed.to_string(), run.passed.to_string());
    let counts = if run.counted { "" } else { " (a mass failure, left out)" };
    joined(&[&name, " failed ", &failed, ", passed ", &passed, counts])
}
