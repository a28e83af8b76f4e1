//! Flip rate and entropy of a test over versions, as Apple ranks flaky tests (Kowalczyk et al., ICSE-SEIP 2020).
//!
//! Per version v with n tries: flip rate = flips ÷ (n − 1), 0 for one try; entropy = −Σ p·log₂ p over pass and
//! fail. Over versions v₁ … v_H, oldest first: unweighted U = (1/H)·Σ f(vᵢ), weighted
//! W = Σ (1−λ)^(H−i)·f(vᵢ) ÷ Σ (1−λ)^(H−i) with λ = [`DECAY`], so that new versions count more.

use super::Tries;

/// λ of the weighted mean, as in the paper.
pub const DECAY: f64 = 0.1;

/// What the tries on one version said, in the order they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Version {
    /// Fails and passes.
    pub tries: Tries,
    /// Times that a try ended otherwise than the one before.
    pub flips: u32,
    last_passed: Option<bool>,
}

impl Version {
    /// Takes the next try in.
    pub fn add(&mut self, passed: bool) {
        self.flips += u32::from(self.last_passed.is_some_and(|last| last != passed));
        self.last_passed = Some(passed);
        if passed { self.tries.passed += 1 } else { self.tries.failed += 1 }
    }

    /// The version whose tries ended like this, oldest first; true is a pass.
    #[must_use]
    pub fn of(outcomes: impl IntoIterator<Item = bool>) -> Self {
        let mut version = Self::default();
        outcomes.into_iter().for_each(|passed| version.add(passed));
        version
    }

    /// Flips ÷ possible flips; 0 for fewer than two tries.
    #[must_use]
    pub fn flip_rate(&self) -> f64 {
        let possible = (self.tries.failed + self.tries.passed).saturating_sub(1);
        if possible == 0 { 0.0 } else { f64::from(self.flips) / f64::from(possible) }
    }

    /// Entropy of pass and fail in bits, 0 (always the same) to 1 (as often the one as the other).
    #[must_use]
    pub fn entropy(&self) -> f64 {
        let Tries { failed, passed } = self.tries;
        let all = f64::from(failed + passed);
        let part = |count: u32| {
            let p = f64::from(count) / all;
            if count == 0 { 0.0 } else { -p * libm::log(p) / core::f64::consts::LN_2 }
        };
        part(failed) + part(passed)
    }
}

/// U: the mean of a figure over versions; 0 over none.
#[must_use]
pub fn unweighted(figures: &[f64]) -> f64 {
    weighted_by(figures, 1.0)
}

/// W: the mean of a figure over versions, oldest first, the newest counting most; 0 over none.
#[must_use]
pub fn weighted(figures: &[f64]) -> f64 {
    weighted_by(figures, 1.0 - DECAY)
}

fn weighted_by(figures: &[f64], ratio: f64) -> f64 {
    let (mut sum, mut weights, mut weight) = (0.0, 0.0, 1.0);
    for figure in figures.iter().rev() {
        sum += weight * figure;
        weights += weight;
        weight *= ratio;
    }
    if weights > 0.0 { sum / weights } else { 0.0 }
}
