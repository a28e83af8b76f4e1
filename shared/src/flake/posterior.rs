//! The posterior of the two-parameter flake model: p_b in closed form, p_f on a grid.
//!
//! With m commits that have a pass (F fails and S passes among them) and k commits that only failed (f_i times):
//! density(p_f) ∝ p_f^F (1 − p_f)^S Σ_j e_j(p_f^{f_i}) · B(m + j + 1, k − j + 1), where e_j is the elementary
//! symmetric polynomial and j counts the failing commits taken for good ones.

use super::Tries;

/// All-failing commits looked at; what more of them would say no longer changes.
pub const ALL_FAILING_MAX: usize = 64;
/// Midpoints of the grid over p_f, as in the published vectors: the interval's ends are right to half a cell.
const GRID: u32 = 400;
/// Ends of the interval.
const LOW: f64 = 0.05;
const HIGH: f64 = 0.95;

/// What the tries say about a scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Posterior {
    /// E[p_f]: expected probability of failing in a good state.
    pub probability: f64,
    /// 5 % quantile of p_f.
    pub low: f64,
    /// 95 % quantile of p_f.
    pub high: f64,
    /// E[p_b]: expected probability that a commit is broken. High beside a low p_f is a regression.
    pub broken: f64,
}

/// The counts the likelihood depends on.
struct Counts {
    good: u32,
    failed: u32,
    passed: u32,
    all_failing: Vec<u32>,
}

impl Counts {
    fn of(commits: &[Tries]) -> Self {
        let mut counts = Self { good: 0, failed: 0, passed: 0, all_failing: Vec::new() };
        for tries in commits {
            if tries.passed > 0 {
                counts.good += 1;
                counts.failed += tries.failed;
                counts.passed += tries.passed;
            } else if tries.failed > 0 {
                counts.all_failing.push(tries.failed);
            }
        }
        crate::order::sort(&mut counts.all_failing);
        counts.all_failing.truncate(ALL_FAILING_MAX);
        counts
    }

    /// B(m + j + 1, k − j + 1) relative to its greatest value, for j = 0..=k.
    fn weights(&self) -> Vec<f64> {
        let k = u32::try_from(self.all_failing.len()).unwrap_or(u32::MAX);
        let mut logs = vec![0.0];
        for j in 0..k {
            let step = libm::log(f64::from(self.good + j + 1)) - libm::log(f64::from(k - j));
            logs.push(logs[j as usize] + step);
        }
        let greatest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        logs.into_iter().map(|log| libm::exp(log - greatest)).collect()
    }
}

/// The posterior of `commits` under uniform priors. O(grid · k²), k the number of all-failing commits.
#[must_use]
pub fn posterior(commits: &[Tries]) -> Posterior {
    let counts = Counts::of(commits);
    let weights = counts.weights();
    let k = counts.all_failing.len();
    let (f, s) = (f64::from(counts.failed), f64::from(counts.passed));
    let mode = if f + s > 0.0 { f / (f + s) } else { 0.5 };
    let log_peak = log_power(mode, f) + log_power(1.0 - mode, s);
    let mut density = Vec::with_capacity(GRID as usize);
    let (mut total, mut mean, mut broken) = (0.0, 0.0, 0.0);
    for cell in 0..GRID {
        let p = (f64::from(cell) + 0.5) / f64::from(GRID);
        let scale = libm::exp(f * libm::log(p) + s * libm::log(1.0 - p) - log_peak);
        let symmetric = elementary_symmetric(&counts.all_failing, p);
        let (mut mass, mut bad) = (0.0, 0.0);
        for (j, (weight, e)) in weights.iter().zip(&symmetric).enumerate() {
            let part = weight * e;
            mass += part;
            // Mean of p_b ~ Beta(k − j + 1, m + j + 1).
            bad += part * ((k - j) as f64 + 1.0) / (f64::from(counts.good) + k as f64 + 2.0);
        }
        total += scale * mass;
        mean += scale * mass * p;
        broken += scale * bad;
        density.push(scale * mass);
    }
    // Zero only if every cell underflows, which the peak's own cell never does by more than a few digits.
    let total = if total > 0.0 { total } else { 1.0 };
    Posterior {
        probability: mean / total,
        low: quantile(&density, total, LOW),
        high: quantile(&density, total, HIGH),
        broken: broken / total,
    }
}

/// ln(x^n), 0 for n = 0.
fn log_power(x: f64, n: f64) -> f64 {
    if n > 0.0 { n * libm::log(x) } else { 0.0 }
}

/// e_0..=e_k of the values p^{f_i}.
fn elementary_symmetric(fails: &[u32], p: f64) -> Vec<f64> {
    let mut e = vec![0.0; fails.len() + 1];
    e[0] = 1.0;
    for (i, &f) in fails.iter().enumerate() {
        let x = libm::pow(p, f64::from(f));
        for j in (0..=i).rev() {
            e[j + 1] += e[j] * x;
        }
    }
    e
}

/// Midpoint of the cell in which the cumulated density reaches `share`.
fn quantile(density: &[f64], total: f64, share: f64) -> f64 {
    let goal = share * total;
    let mut below = 0.0;
    for (cell, &mass) in (0u32..).zip(density) {
        below += mass;
        if below >= goal {
            return (f64::from(cell) + 0.5) / f64::from(GRID);
        }
    }
    1.0
}
