//! Documents of the context besides the policy: history, ledger carried over, baseline. All JSON.
//!
//! | topic | document |
//! |---|---|
//! | `history` | `{"iterations":[{"iteration":"I-1","verdict":"deployable"}, …], "scenarios":["key that must report", …],"fingerprints":{"requirement:R-1":"16 hex digits", …},"tries":{"scenario key":"17 4f2a91c0b3de:FP", …}}`, oldest first; tries as in [`crate::flake::past`] |
//! | `ledger` | `{"suppressions":[{"id","reason","violation"or"rule","owner","since","expires_at"}], "quarantine":[{"id","reason","scenario","owner","since","expires_at","ticket","fix":{"commit","reruns","since"}}]}` |
//! | `baseline` | `{"violations":["key of an accepted violation", …],"reason","actor"}`, why it last grew and by whom |
//!
//! Unknown fields are refused. Policies and rules are TOML, see [`super::policy`] and [`crate::rules`].

use super::VerdictName;
use crate::flake::PastTries;
use crate::graph::FixProposal;
use crate::order::{Map, Set};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// Iterations that the approval rate looks back on.
pub const APPROVAL_WINDOW: usize = 10;

/// A summary of the project's history, as pinned when the iteration opened.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct History {
    /// Earlier iterations, oldest first.
    pub iterations: Vec<PastIteration>,
    /// Keys of scenarios that reported before and must report again.
    pub scenarios: Set<String>,
    /// What requirements and specs said when the latest of them ended, by entity id
    /// ([`crate::correlate::fingerprint`]).
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub fingerprints: Map<String, String>,
    /// How the tries of scenarios ended in those iterations, by scenario key.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub tries: Map<String, PastTries>,
}

/// An earlier iteration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastIteration {
    /// Its name.
    pub iteration: String,
    /// Its last computed verdict.
    pub verdict: VerdictName,
}

impl History {
    /// Carries `pinned`, the history of an earlier iteration that is not judged again, into this one: iterations that
    /// are not here stand before those that are; what else it says stays where nothing newer is said.
    pub fn carry(&mut self, pinned: Self) {
        let is_new = |past: &PastIteration| self.iterations.iter().all(|own| own.iteration != past.iteration);
        let mut iterations: Vec<PastIteration> = pinned.iterations.into_iter().filter(is_new).collect();
        iterations.append(&mut self.iterations);
        self.iterations = iterations;
        self.scenarios.extend(pinned.scenarios);
        for (key, words) in pinned.fingerprints {
            self.fingerprints.entry(key).or_insert(words);
        }
        for (key, tries) in pinned.tries {
            self.tries.entry(key).or_insert(tries);
        }
    }

    /// Deployable iterations and all, among the last [`APPROVAL_WINDOW`].
    #[must_use]
    pub fn approvals(&self) -> (i64, i64) {
        let recent = self.iterations.iter().rev().take(APPROVAL_WINDOW);
        recent.fold((0, 0), |(approved, all), past| {
            (approved + i64::from(past.verdict == VerdictName::Deployable), all + 1)
        })
    }
}

/// Records carried over from earlier iterations.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CarriedLedger {
    /// Suppressions.
    pub suppressions: Vec<CarriedSuppression>,
    /// Quarantines.
    pub quarantine: Vec<CarriedQuarantine>,
}

/// A suppression carried over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarriedSuppression {
    /// Id of the record.
    pub id: String,
    /// Why.
    pub reason: String,
    /// Violation it covers.
    #[serde(default)]
    pub violation: Option<String>,
    /// Rule it covers.
    #[serde(default)]
    pub rule: Option<String>,
    /// Patterns of the modules in which it covers the rule; everywhere without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<String>,
    /// Token of who answers for it.
    #[serde(default)]
    pub owner: Option<String>,
    /// From when.
    pub since: Time,
    /// Until when.
    #[serde(default)]
    pub expires_at: Option<Time>,
}

/// A quarantine carried over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarriedQuarantine {
    /// Id of the record.
    pub id: String,
    /// Why.
    pub reason: String,
    /// Scenario it covers.
    pub scenario: String,
    /// Token of who answers for it.
    #[serde(default)]
    pub owner: Option<String>,
    /// From when.
    pub since: Time,
    /// Until when.
    pub expires_at: Time,
    /// Where the repair is followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The fix that was proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<FixProposal>,
}

/// Violations accepted before the rule was enforced.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Baseline {
    /// Their keys.
    pub violations: Set<String>,
    /// Why it last grew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Token of who let it grow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}
