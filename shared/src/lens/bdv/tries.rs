//! Usable tries of a scenario by the code they ran on, and the runs that say nothing about single scenarios.
//!
//! A mass failure is left out of the figures of flakes alone: statuses, rates and the ledger still count it, so
//! that more failures never make anything pass.

use crate::event::Outcome;
use crate::flake::Limits;
use crate::graph::{Attempt, Scene};
use crate::id::Kind;
use crate::order::Map;
use std::fmt;

/// What the runs of behaviour say about the tries in them.
pub(super) struct Runs<'a> {
    counts: Map<&'a str, Count>,
    limits: Limits,
}

/// Scenarios with a usable try in one run, and those of them with a failing one.
#[derive(Clone, Copy, Default)]
pub(super) struct Count {
    pub tried: u32,
    pub failed: u32,
    /// The scenario that was counted last, for either.
    last: (u32, u32),
}

impl<'a> Runs<'a> {
    /// Looks over all runs. O(tries · log runs).
    pub fn of(scene: &'a Scene, limits: Limits) -> Self {
        let mut counts: Map<&str, Count> = Map::new();
        let scenarios = scene.entities.values().filter(|entity| entity.id.kind == Kind::Scenario);
        for (scenario, ordinal) in scenarios.zip(1..) {
            for attempt in &scenario.attempts {
                let Some(passed) = passed(attempt) else { continue };
                let count = counts.entry(attempt.id.run.as_str()).or_default();
                if count.last.0 != ordinal {
                    count.last.0 = ordinal;
                    count.tried += 1;
                }
                if !passed && count.last.1 != ordinal {
                    count.last.1 = ordinal;
                    count.failed += 1;
                }
            }
        }
        Self { counts, limits }
    }

    /// How many failed together in `run`, if it is a mass failure.
    pub fn mass_failure(&self, run: &str) -> Option<Count> {
        self.counts.get(run).copied().filter(|count| self.limits.is_mass_failure(count.failed, count.tried))
    }
}

/// The code a try ran on: its commit; without one the tries of a run are of the same code.
fn code(attempt: &Attempt) -> Code<'_> {
    attempt.commit.as_deref().map_or(Code::Run(&attempt.id.run), Code::Commit)
}

/// What was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Code<'a> {
    Commit(&'a str),
    Run(&'a str),
}

impl Code<'_> {
    /// The commit, or nothing.
    pub fn commit(&self) -> &str {
        match self {
            Code::Commit(commit) => commit,
            Code::Run(_) => "",
        }
    }
}

impl fmt::Display for Code<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, name) = match self {
            Code::Commit(commit) => ("commit ", commit),
            Code::Run(run) => ("run ", run),
        };
        f.write_str(word)?;
        f.write_str(name)
    }
}

/// A try that ran to a result.
pub(super) struct Try<'a> {
    pub attempt: &'a Attempt,
    pub passed: bool,
    pub code: Code<'a>,
    /// Whether it counts in the figures of flakes: its run is no mass failure.
    pub counted: bool,
}

/// Whether a try passed; `None` without a usable result.
fn passed(attempt: &Attempt) -> Option<bool> {
    let passed = attempt.outcome == Outcome::Passed;
    (passed || attempt.outcome.is_bad()).then_some(passed)
}

/// The tries with a usable result, in order.
pub(super) fn usable<'a>(attempts: &'a [Attempt], runs: &Runs) -> Vec<Try<'a>> {
    let tries = attempts.iter().filter_map(|attempt| {
        let counted = runs.mass_failure(&attempt.id.run).is_none();
        Some(Try { attempt, passed: passed(attempt)?, code: code(attempt), counted })
    });
    tries.collect()
}

/// Everything tried on one code.
pub(super) struct Coded<'a> {
    pub code: Code<'a>,
    /// How its counted tries ended, in order.
    pub outcomes: Vec<bool>,
    /// Whether it both failed and passed, counted or not.
    pub flips: bool,
    seen: (bool, bool),
}

/// The tries by code, in order of the codes' first tries.
pub(super) fn by_code<'a>(tries: &[Try<'a>]) -> Vec<Coded<'a>> {
    let mut codes: Vec<Coded> = Vec::new();
    let mut place: Map<Code, usize> = Map::new();
    for one in tries {
        let at = *place.entry(one.code).or_insert_with(|| {
            codes.push(Coded { code: one.code, outcomes: Vec::new(), flips: false, seen: (false, false) });
            codes.len() - 1
        });
        let coded = &mut codes[at];
        coded.seen = (coded.seen.0 || !one.passed, coded.seen.1 || one.passed);
        coded.flips = coded.seen == (true, true);
        if one.counted {
            coded.outcomes.push(one.passed);
        }
    }
    codes
}
