//! Where a scenario stands between healthy and quarantined: a pure function of what is recorded, and of V.
//!
//! ```text
//! healthy ──a flip, or the interval above the limit──▶ suspected ──two flips, or both──▶ flaky
//!                                                                                       │ a record in force
//! healthy ◀──watched to its end── grace ◀──enough reruns pass── fix_proposed ◀──────── quarantined
//! ```
//! A scenario that only ever fails is *broken*: that is a fault, and no record keeps it from gating. A record
//! that expired, is beyond the cap or was revoked counts for nothing, so its scenario gates again. A failing
//! rerun of a proposed fix ends the quarantine, too: the scenario is flaky and gates until a record is granted
//! anew. (Were it quarantined again, one more failure could make an iteration deployable.) The same goes for a
//! failure while a proven fix is watched.
//!
//! Not here: which tries count (`lens::bdv`), the cap's order, persons.

use super::Limits;
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// Where a scenario stands.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing speaks against it.
    #[default]
    Healthy,
    /// One same-commit flip, or an interval that lies above the policy's limit.
    Suspected,
    /// Flips on two codes, or one flip and the interval.
    Flaky,
    /// A record keeps it from gating.
    Quarantined,
    /// A commit claims to fix it; it does not gate while its reruns are counted.
    FixProposed,
    /// The fix is proven and watched; it gates.
    Grace,
    /// No usable try passed: a fault, which cannot be quarantined.
    Broken,
}

impl Standing {
    /// Whether its result counts for the verdict.
    #[must_use]
    pub const fn gates(self) -> bool {
        !matches!(self, Standing::Quarantined | Standing::FixProposed)
    }

    /// Words for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Standing::Healthy => "healthy",
            Standing::Suspected => "suspected",
            Standing::Flaky => "flaky",
            Standing::Quarantined => "quarantined",
            Standing::FixProposed => "fix proposed",
            Standing::Grace => "grace",
            Standing::Broken => "broken",
        }
    }
}

/// What the tries of a scenario amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Conduct {
    /// Usable tries of this iteration that failed.
    pub failed: u32,
    /// Usable tries of this iteration that passed.
    pub passed: u32,
    /// Codes on which it both failed and passed, earlier iterations included.
    pub flips: u32,
    /// Lower end of the probability's interval, in millionths.
    pub low: u32,
}

impl Conduct {
    /// Whether no usable try passed although some failed.
    #[must_use]
    pub const fn is_broken(&self) -> bool {
        self.failed > 0 && self.passed == 0
    }

    /// Where the scenario stands by its tries alone.
    #[must_use]
    pub const fn standing(&self, limits: &Limits) -> Standing {
        let likely = self.low > limits.suspect_above;
        match (self.is_broken(), self.flips) {
            (true, _) => Standing::Broken,
            (_, 0) if !likely => Standing::Healthy,
            (_, 2..) => Standing::Flaky,
            (_, 1) if likely => Standing::Flaky,
            _ => Standing::Suspected,
        }
    }
}

/// A record of the quarantine ledger, as far as it decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// From when it counts.
    pub since: Time,
    /// Until when; it counts while V is before that.
    pub expires_at: Option<Time>,
    /// The fix that was proposed by now, if one was.
    pub fix: Option<Reruns>,
}

/// How the reruns of a proposed fix went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reruns {
    /// Passing reruns needed.
    pub needed: u32,
    /// Tries on the fixing commit that passed before the first that failed.
    pub passed: u32,
    /// Whether a try on the fixing commit failed before enough had passed.
    pub refuted: bool,
    /// When the last needed one passed.
    pub proven_at: Option<Time>,
    /// Whether a try failed after that.
    pub relapsed: bool,
}

impl Term {
    /// Until when a proven fix is watched.
    #[must_use]
    pub fn grace_until(&self, limits: &Limits) -> Option<Time> {
        const DAY_MICROS: i64 = 86_400_000_000;
        let days = i64::from(limits.grace_days).saturating_mul(DAY_MICROS);
        self.fix?.proven_at.map(|proven| proven.plus(days))
    }

    /// Where its scenario stands at `valid` because of it; `None` where the record decides nothing.
    #[must_use]
    pub fn standing(&self, conduct: &Conduct, valid: Time, limits: &Limits) -> Option<Standing> {
        if conduct.is_broken() {
            return Some(Standing::Broken);
        }
        if valid < self.since {
            return None;
        }
        let in_force = self.expires_at.is_none_or(|end| valid < end);
        match (self.fix, self.grace_until(limits)) {
            (Some(Reruns { relapsed: true, .. }), Some(_)) => Some(Standing::Flaky),
            (_, Some(until)) if valid < until => Some(Standing::Grace),
            (_, Some(_)) => Some(Standing::Healthy),
            _ if !in_force => None,
            (Some(Reruns { refuted: true, .. }), _) => Some(Standing::Flaky),
            (Some(_), _) => Some(Standing::FixProposed),
            (None, _) => Some(Standing::Quarantined),
        }
    }
}
