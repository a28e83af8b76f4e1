//! The flake figures of one scenario, over this iteration's tries and what is remembered of earlier ones.

use super::tries::{Code, Coded, Runs, Try};
use super::{ContributingRun, FailureRate, Flake, VersionFigures};
use crate::flake::{
    PastTries, Posterior, Posteriors, ReasonCode, TRANSITION_WINDOW, Tries, Version, transition_score,
    unweighted, weighted, wilson,
};
use crate::lens::kpi::quantised;
use crate::order::Map;

/// Below this expectation a flake is not worth a word of its own.
const LIKELY: f64 = 0.05;
/// Codes that flipped, and runs, that are named one by one.
const NAMED_MAX: usize = 8;
/// Runs listed behind the figures.
const RUNS_MAX: usize = 16;

/// One code with all that is known of it.
struct Known<'a> {
    /// The code, or the remembered start of its commit.
    own: Option<Code<'a>>,
    past: &'a str,
    version: Version,
}

pub(super) fn flake(
    tries: &[Try],
    codes: &[Coded],
    past: Option<&PastTries>,
    runs: &Runs,
    memory: &mut Posteriors,
) -> Flake {
    let known = merged(codes, past);
    let tried: Vec<Tries> = known.iter().map(|code| code.version.tries).collect();
    let mut flake = Flake { high: 1.0, ..Flake::default() };
    let mut said = Said { codes: Vec::new(), texts: Vec::new() };
    if !tried.is_empty() {
        let posterior = memory.of(&tried);
        flake.known = true;
        flake.probability = quantised(posterior.probability);
        flake.low = quantised(posterior.low);
        flake.high = quantised(posterior.high);
        flake.broken = quantised(posterior.broken);
        flake.flips = known.iter().map(|code| u32::from(code.version.tries.flips())).sum();
        flake.failure = failure(&tried);
        flake.versions = versions(&known);
        flake.transition = quantised(transition_score(&series(tries, past), TRANSITION_WINDOW));
        reasons(&known, tries, &posterior, &flake, &mut said);
    }
    mass_failures(tries, runs, &mut said);
    flake.runs = contributing(tries, codes);
    (flake.codes, flake.reasons) = (said.codes, said.texts);
    flake
}

/// Remembered codes and this iteration's, oldest first; a commit tried in both is one code, and a new one.
fn merged<'a>(codes: &[Coded<'a>], past: Option<&'a PastTries>) -> Vec<Known<'a>> {
    let counted = || codes.iter().filter(|code| !code.outcomes.is_empty());
    let mut known = Vec::new();
    if let Some(past) = past {
        let clean = Version::of([true]);
        known.extend((0..past.clean).map(|_| Known { own: None, past: "", version: clean }));
        let again = |commit: &str| {
            !commit.is_empty()
                && counted().any(|code| crate::flake::past::short(code.code.commit()) == commit)
        };
        known.extend(past.codes.iter().filter(|code| !again(&code.commit)).map(|code| {
            let version = Version::of(code.tries.iter().copied());
            Known { own: None, past: &code.commit, version }
        }));
    }
    known.extend(counted().map(|code| {
        let mut version = past.and_then(|past| past.on(code.code.commit())).unwrap_or_default();
        code.outcomes.iter().for_each(|passed| version.add(*passed));
        Known { own: Some(code.code), past: "", version }
    }));
    known
}

fn failure(tried: &[Tries]) -> FailureRate {
    let (failed, passed) = tried.iter().fold((0, 0), |(f, p), tries| (f + tries.failed, p + tries.passed));
    let (low, high) = wilson(failed, failed + passed);
    FailureRate { failed, tried: failed + passed, low: quantised(low), high: quantised(high) }
}

fn versions(known: &[Known]) -> VersionFigures {
    let flips: Vec<f64> = known.iter().map(|code| code.version.flip_rate()).collect();
    let entropy: Vec<f64> = known.iter().map(|code| code.version.entropy()).collect();
    VersionFigures {
        flip_rate: quantised(unweighted(&flips)),
        flip_rate_weighted: quantised(weighted(&flips)),
        entropy: quantised(unweighted(&entropy)),
        entropy_weighted: quantised(weighted(&entropy)),
    }
}

/// How the newest tries ended, oldest first.
fn series(tries: &[Try], past: Option<&PastTries>) -> Vec<bool> {
    let mut series = Vec::new();
    if let Some(past) = past {
        series.extend((0..past.clean.min(TRANSITION_WINDOW)).map(|_| true));
        series.extend(past.codes.iter().flat_map(|code| &code.tries));
    }
    series.extend(tries.iter().filter(|one| one.counted).map(|one| one.passed));
    series
}

/// Reasons as they are said.
struct Said {
    codes: Vec<ReasonCode>,
    texts: Vec<String>,
}

impl Said {
    fn say(&mut self, code: ReasonCode, sentence: &str) {
        if self.codes.last() != Some(&code) {
            self.codes.push(code);
        }
        self.texts.push([code.as_str(), ": ", sentence].concat());
    }
}

/// Why the probability is what it is; none for a scenario that only ever passed.
fn reasons(known: &[Known], tries: &[Try], posterior: &Posterior, flake: &Flake, said: &mut Said) {
    let FailureRate { failed, tried, low, high } = flake.failure;
    if failed == 0 {
        return;
    }
    let flips =
        |own: bool| known.iter().filter(move |code| code.own.is_some() == own && code.version.tries.flips());
    let more = flips(true).count().saturating_sub(NAMED_MAX);
    for code in flips(true).skip(more) {
        let Tries { failed, passed } = code.version.tries;
        if let Some(name) = code.own {
            let text = format!("failed {failed} and passed {passed} times on the same code ({name}).");
            said.say(ReasonCode::SameCommitFlip, &text);
        }
    }
    if let Some(newest) = flips(false).next_back() {
        let n = flips(false).count();
        let commit = if newest.past.is_empty() { "a run without a commit" } else { newest.past };
        let text =
            format!("failed and passed on the same code {n} times in earlier iterations, last on {commit}.");
        said.say(ReasonCode::EarlierFlip, &text);
    }
    let newest = tries.iter().filter(|one| one.counted).max_by_key(|one| one.attempt.n);
    let newest = newest.and_then(|one| known.iter().find(|code| code.own == Some(one.code)));
    if let Some((name, tries)) = newest.and_then(|code| Some((code.own?, code.version.tries)))
        && tries.passed == 0
    {
        let text = format!("all {} tries on the newest code failed ({name}).", tries.failed);
        said.say(ReasonCode::Regression, &text);
    }
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    let text =
        format!("{failed} of {tried} tries failed (95 % interval {}–{} %).", percent(low), percent(high));
    said.say(ReasonCode::FailureRate, &text);
    if posterior.broken > 0.4 && posterior.broken > posterior.probability {
        let text = "whole commits fail, which speaks for faults rather than flakes.";
        said.say(ReasonCode::BrokenCommits, text);
    } else if flake.flips > 0 && posterior.probability >= LIKELY {
        let text = format!("expected to fail in {} % of tries on good code.", percent(posterior.probability));
        said.say(ReasonCode::LikelyFlake, &text);
    }
}

/// The runs that are left out although this scenario failed in them.
fn mass_failures(tries: &[Try], runs: &Runs, said: &mut Said) {
    let out = tries.iter().filter(|one| !one.counted && !one.passed);
    let mut named: Vec<&str> = out.map(|one| one.attempt.id.run.as_str()).collect();
    named.dedup();
    for run in named.into_iter().rev().take(NAMED_MAX) {
        if let Some(count) = runs.mass_failure(run) {
            let (failed, tried) = (count.failed, count.tried);
            let text = format!("run {run} counts for no test: {failed} of {tried} failed in it together.");
            said.say(ReasonCode::MassFailure, &text);
        }
    }
}

/// Runs in which it failed, or passed on code on which it failed, newest first.
fn contributing(tries: &[Try], codes: &[Coded]) -> Vec<ContributingRun> {
    let flips: Map<Code, bool> = codes.iter().map(|code| (code.code, code.flips)).collect();
    let mut runs: Vec<ContributingRun> = Vec::new();
    for one in tries.iter().rev().filter(|one| !one.passed || flips.get(&one.code) == Some(&true)) {
        let run = &one.attempt.id.run;
        let at = runs.iter().position(|listed| listed.run == *run);
        let at = at.unwrap_or_else(|| {
            let commit = Some(one.code.commit()).filter(|commit| !commit.is_empty());
            runs.push(ContributingRun {
                run: run.clone(),
                commit: commit.map(ToOwned::to_owned),
                failed: 0,
                passed: 0,
                counted: one.counted,
            });
            runs.len() - 1
        });
        if at >= RUNS_MAX {
            runs.truncate(RUNS_MAX);
            break;
        }
        let listed = &mut runs[at];
        if one.passed { listed.passed += 1 } else { listed.failed += 1 }
    }
    runs
}
