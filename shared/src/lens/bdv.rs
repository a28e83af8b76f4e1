//! The behaviour lens: scenarios with every attempt, flakes with their reasons, quarantine, coverage.
//!
//! Pass rate: (passed + flaky) ÷ (passed + flaky + failed) over scenarios that are not quarantined; flake rate:
//! flaky ÷ the same. Skipped and undecided scenarios are in no rate. Execution time: the longest closed run.
//!
//! A status rests on this iteration's tries alone; the figures of flakes also on those that the pinned history
//! remembers, without runs in which so many failed together that it says nothing about one of them.

mod coverage;
mod flakes;
mod memory;
mod quarantine;
mod rates;
mod scenarios;
mod tries;

pub use memory::remember;
pub use scenarios::TRIES_WINDOW;

use super::Kpi;
use super::dde::AttemptView;
use crate::correlate::LinkIndex;
use crate::flake::{ReasonCode, Standing};
use crate::graph::Scene;
use crate::id::EntityId;
use crate::time::Time;
use crate::verdict::context::Context;
use serde::{Deserialize, Serialize};

/// The behaviour lens at an `AsOf`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bdv {
    /// Scenarios by spec, then id.
    pub scenarios: Vec<Scenario>,
    /// Specs by id.
    pub specs: Vec<Spec>,
    /// Requirements by id, with what proves them.
    pub requirements: Vec<Requirement>,
    /// Quarantine records by id.
    pub quarantine: Vec<Quarantine>,
    /// Head counts.
    pub totals: Totals,
    /// Key figures.
    pub kpis: Vec<Kpi>,
}

impl Bdv {
    /// Projects `scene`.
    #[must_use]
    pub fn of(scene: &Scene, links: &LinkIndex, context: &Context) -> Self {
        let runs = tries::Runs::of(scene, context.policy.flake);
        let mut scenarios = scenarios::scenarios(scene, links, context, &runs);
        let quarantine = quarantine::apply(scene, context, &runs, &mut scenarios);
        let policy = &context.policy;
        let kpis = vec![
            policy.kpi(rates::pass_rate(&scenarios)),
            policy.kpi(rates::flake_rate(&scenarios)),
            policy.kpi(rates::execution_time(scene)),
        ];
        Self {
            specs: coverage::specs(scene, links),
            requirements: coverage::requirements(scene, links, &scenarios),
            totals: rates::totals(&scenarios),
            scenarios,
            quarantine,
            kpis,
        }
    }
}

/// A scenario.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Its id.
    pub id: EntityId,
    /// Human name.
    pub name: String,
    /// Spec it lies in.
    pub feature: Option<String>,
    /// Its status.
    pub status: Status,
    /// Why it is undecided, if it is.
    pub reason: Option<String>,
    /// Whether the plan names it.
    pub planned: bool,
    /// Every try, by start.
    pub attempts: Vec<AttemptView>,
    /// How likely it fails without a fault.
    pub flake: Flake,
    /// Where it stands between healthy and quarantined.
    pub standing: Standing,
    /// Whether a quarantine keeps it from gating.
    pub quarantined: bool,
    /// Requirements and contracts it proves.
    pub verifies: Vec<EntityId>,
}

/// Status of a scenario; flaky is disjoint from passed.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Its last try passed and none failed on the same commit.
    Passed,
    /// Its last try failed.
    Failed,
    /// Failed and passed on the same commit.
    Flaky,
    /// Deliberately not run.
    Skipped,
    /// Not run, still running, or without a usable result.
    Undecided,
}

/// How likely a scenario fails although nothing is wrong.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Flake {
    /// Whether any usable try stands behind the figures.
    pub known: bool,
    /// Expected probability of failing in a good state, quantised to 1e-6.
    pub probability: f64,
    /// Lower end of the 90 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Reason codes with a sentence: `same_commit_flip: ...`.
    pub reasons: Vec<String>,
    /// The codes of the reasons, in their order.
    pub codes: Vec<ReasonCode>,
    /// Expected probability that a commit is broken, so that every try on it fails. High beside a low
    /// `probability` it speaks of a regression.
    pub broken: f64,
    /// Codes on which it both failed and passed.
    pub flips: u32,
    /// Tries that failed, whatever the reason.
    pub failure: FailureRate,
    /// Changes from pass to fail among the newest 20 tries ÷ 20.
    pub transition: f64,
    /// Flip rate and entropy over the codes.
    pub versions: VersionFigures,
    /// Runs in which it failed, or passed on code on which it had failed, newest first, at most 16.
    pub runs: Vec<ContributingRun>,
}

/// How many tries failed, with an honest interval.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Default)]
pub struct FailureRate {
    /// Usable tries that failed.
    pub failed: u32,
    /// Usable tries.
    pub tried: u32,
    /// Lower end of Wilson's 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Figures over the codes it was tried on ([`crate::flake::version`]), 0 to 1.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Default)]
pub struct VersionFigures {
    /// Mean flip rate.
    pub flip_rate: f64,
    /// The same, new codes counting more.
    pub flip_rate_weighted: f64,
    /// Mean entropy.
    pub entropy: f64,
    /// The same, new codes counting more.
    pub entropy_weighted: f64,
}

/// A run behind a flake's figures.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContributingRun {
    /// Its key.
    pub run: String,
    /// Source revision of the tries.
    pub commit: Option<String>,
    /// Tries of the scenario that failed in it.
    pub failed: u32,
    /// Tries that passed, on code on which others failed.
    pub passed: u32,
    /// False for a mass failure, which counts in no figure.
    pub counted: bool,
}

/// A spec.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// Its id.
    pub id: EntityId,
    /// Human name.
    pub name: String,
    /// Requirements it gives meaning to.
    pub specifies: Vec<EntityId>,
    /// Scenarios in it.
    pub scenarios: u32,
}

/// A requirement and what proves it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Requirement {
    /// Its id.
    pub id: EntityId,
    /// Title.
    pub name: String,
    /// Specs that give it meaning.
    pub specs: Vec<EntityId>,
    /// Scenarios that prove it, directly or through a spec.
    pub scenarios: Vec<EntityId>,
    /// `covered` (all pass), `failing`, `undecided`, `uncovered`.
    pub coverage: Coverage,
}

/// How well a requirement is proven.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// At least one scenario, and all of them pass (flaky counts as passing).
    Covered,
    /// Some scenario fails.
    Failing,
    /// Some scenario has no usable result, none fails.
    Undecided,
    /// No scenario.
    Uncovered,
}

/// A record of the quarantine ledger.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quarantine {
    /// Id of the record.
    pub id: String,
    /// Scenario.
    pub scenario: EntityId,
    /// Why.
    pub reason: String,
    /// Token of who answers for it.
    pub owner: Option<String>,
    /// Where the repair is followed.
    pub ticket: Option<String>,
    /// From when.
    pub since: Time,
    /// Until when.
    pub expires_at: Option<Time>,
    /// Where its scenario stands because of it; `null` where it decides nothing.
    pub standing: Option<Standing>,
    /// The fix that was proposed by now.
    pub fix: Option<ProposedFix>,
    /// Whether it keeps the scenario from gating now.
    pub in_force: bool,
    /// Why it does not, if it does not: `not yet`, `expired`, `broken` (it always fails), `fix failed`,
    /// `fix proven`, `over the cap`, `unknown scenario`.
    pub note: Option<String>,
}

/// A commit that claims to end a flake, and how its reruns went.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedFix {
    /// The commit.
    pub commit: String,
    /// When it was proposed.
    pub since: Time,
    /// Passing reruns on the commit that prove it.
    pub needed: u32,
    /// Reruns that passed, earlier iterations included.
    pub passed: u32,
    /// Whether a rerun failed, or a later try while it was watched.
    pub refuted: bool,
    /// When it was proven.
    pub proven_at: Option<Time>,
    /// Until when it is watched, once proven.
    pub grace_until: Option<Time>,
}

/// Head counts of scenarios.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Totals {
    /// All.
    pub scenarios: u32,
    /// Passed, without the flaky ones.
    pub passed: u32,
    /// Failed.
    pub failed: u32,
    /// Flaky.
    pub flaky: u32,
    /// Skipped.
    pub skipped: u32,
    /// Undecided.
    pub undecided: u32,
    /// Quarantined now, whatever their status.
    pub quarantined: u32,
}
