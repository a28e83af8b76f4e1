//! Flakes: how likely a scenario fails although nothing is wrong, with an honest interval and reasons.
//!
//! Two-parameter model after Meta's probabilistic flakiness score (engineering.fb.com, 2020-12-10; the
//! likelihood is our reconstruction): p_f = P(fail | good state), p_b = P(a commit is in a bad state, in which
//! every try fails). A commit with f fails and s passes has the likelihood
//! (1 − p_b)·p_f^f·(1 − p_f)^s + p_b·[s = 0]; priors are uniform. p_b is integrated in closed form, p_f on
//! a midpoint grid, so that the answer is deterministic and cheap; transcendentals come from `libm`.
//!
//! Beside the probability, figures that other tools print, so that people can compare: Apple's flip rate and
//! entropy ([`version`]), Buildkite's transition score ([`transition`]), Wilson's interval ([`wilson`]); the
//! codes of reasons ([`reason`]); where a scenario stands between healthy and quarantined ([`standing`]); and
//! what a project remembers of earlier iterations ([`past`]).
//!
//! Not here: which tries belong to which commit, which runs are left out (`lens::bdv`).

mod limits;
pub mod past;
mod posterior;
pub mod reason;
pub mod standing;
pub mod transition;
pub mod version;

pub use limits::Limits;
pub use past::PastTries;
pub use posterior::{ALL_FAILING_MAX, Posterior, posterior};
pub use reason::ReasonCode;
pub use standing::{Conduct, Reruns, Standing, Term};
pub use transition::{TRANSITION_WINDOW, transition_score};
pub use version::{Version, unweighted, weighted};

use crate::order::Map;

/// Fails and passes of the tries on one commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Tries {
    /// Tries that failed.
    pub failed: u32,
    /// Tries that passed.
    pub passed: u32,
}

impl Tries {
    /// Whether the same code both failed and passed: a flake by definition.
    #[must_use]
    pub const fn flips(self) -> bool {
        self.failed > 0 && self.passed > 0
    }
}

/// Remembers posteriors by their counts: most scenarios of a suite share a few.
#[derive(Debug, Default)]
pub struct Posteriors {
    known: Map<Vec<u32>, Posterior>,
}

impl Posteriors {
    /// The posterior for `commits`, computed once per combination of counts.
    pub fn of(&mut self, commits: &[Tries]) -> Posterior {
        let mut key = vec![0, 0, 0];
        for tries in commits {
            if tries.passed > 0 {
                key[0] += 1;
                key[1] += tries.failed;
                key[2] += tries.passed;
            } else if tries.failed > 0 {
                key.push(tries.failed);
            }
        }
        crate::order::sort(&mut key[3..]);
        *self.known.entry(key).or_insert_with(|| posterior(commits))
    }
}

/// Wilson's 95 % interval for a share of `hits` among `n` tries; (0, 1) for none.
#[must_use]
pub fn wilson(hits: u32, n: u32) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    if n == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (f64::from(n), f64::from(hits.min(n)) / f64::from(n));
    let z2 = Z * Z;
    let centre = share + z2 / (2.0 * n);
    let margin = Z * libm::sqrt(share * (1.0 - share) / n + z2 / (4.0 * n * n));
    let scale = 1.0 + z2 / n;
    (((centre - margin) / scale).max(0.0), ((centre + margin) / scale).min(1.0))
}
