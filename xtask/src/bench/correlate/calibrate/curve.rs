//! Curves from merit to the share of right matches: steps that only rise (pooled adjacent violators), or a logistic
//! one (Platt, with his prior); over all matches, or apart for each pair of kinds.

use super::Match;
use shared::id::Kind;
use std::fmt;

/// A way to calibrate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Rising steps over bins of so many matches, a line between their middles.
    Steps(usize),
    /// One logistic curve.
    Logistic,
    /// A logistic curve a pair of kinds.
    LogisticByPair,
}

impl Fit {
    /// All that are compared.
    pub const ALL: [Self; 6] = [
        Self::Steps(20),
        Self::Steps(40),
        Self::Steps(80),
        Self::Steps(160),
        Self::Logistic,
        Self::LogisticByPair,
    ];
}

impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Steps(n) => format!("rising steps, {n} a bin"),
            Self::Logistic => "logistic".to_owned(),
            Self::LogisticByPair => "logistic by pair".to_owned(),
        };
        f.pad(&text)
    }
}

/// A fitted curve.
#[derive(Debug, Clone)]
pub enum Curve {
    /// Points (merit, share), a line between two.
    Points(Vec<(f64, f64)>),
    /// Intercept and slope, for all or for sources of one kind.
    Logistic(Vec<(Option<Kind>, f64, f64)>),
}

impl Curve {
    /// The curve that `fit` finds for `matches`.
    pub fn fitted(fit: Fit, matches: &[Match]) -> Self {
        match fit {
            Fit::Steps(bin) => Self::Points(steps(matches, bin)),
            Fit::Logistic => {
                let (intercept, slope) = logistic(matches);
                Self::Logistic(vec![(None, intercept, slope)])
            }
            Fit::LogisticByPair => {
                let of =
                    |kind| matches.iter().copied().filter(|found| found.pair == kind).collect::<Vec<_>>();
                let fitted = |kind| {
                    let (intercept, slope) = logistic(&of(kind));
                    (Some(kind), intercept, slope)
                };
                Self::Logistic([Kind::Spec, Kind::Scenario, Kind::Task].map(fitted).to_vec())
            }
        }
    }

    /// The share that it says of a match.
    pub fn at(&self, found: &Match) -> f64 {
        match self {
            Self::Points(points) => {
                let after = points.iter().position(|(merit, _)| *merit >= found.merit);
                let after = after.unwrap_or(points.len() - 1).max(1);
                let ((x0, y0), (x1, y1)) = (points[after - 1], points[after]);
                y0 + (y1 - y0) * ((found.merit - x0) / (x1 - x0)).clamp(0.0, 1.0)
            }
            Self::Logistic(curves) => {
                let of = curves.iter().find(|(pair, ..)| pair.is_none_or(|pair| pair == found.pair));
                of.map_or(0.0, |(_, intercept, slope)| share(intercept + slope * found.merit))
            }
        }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Points(points) => {
                points.iter().try_for_each(|(merit, share)| write!(f, "({merit:.3}, {share:.3}) "))
            }
            Self::Logistic(curves) => curves.iter().try_for_each(|(pair, intercept, slope)| {
                write!(f, "{}{intercept:.3} + {slope:.3} merit  ", pair.map_or("", Kind::as_str))
            }),
        }
    }
}

fn share(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// From nothing at merit 0, the middles of bins of equal size with the monotone shares nearest to theirs; of bins
/// that say the same, the first and the last.
fn steps(matches: &[Match], bin: usize) -> Vec<(f64, f64)> {
    let mut sorted: Vec<&Match> = matches.iter().collect();
    sorted.sort_by(|a, b| a.merit.total_cmp(&b.merit));
    let bins: Vec<(f64, f64, f64)> = sorted
        .chunks(bin)
        .map(|bin| {
            let right = bin.iter().filter(|found| found.right).count() as f64;
            (bin.iter().map(|found| found.merit).sum::<f64>() / bin.len() as f64, right, bin.len() as f64)
        })
        .collect();
    let mut points = vec![(0.0, 0.0)];
    points.extend(bins.iter().zip(monotone(&bins)).map(|((merit, ..), share)| (*merit, share)));
    let same = |a: &(f64, f64), b: &(f64, f64)| (a.1 - b.1).abs() < 1e-9;
    let is_within = |at: usize| {
        at > 0
            && at + 1 < points.len()
            && same(&points[at - 1], &points[at])
            && same(&points[at], &points[at + 1])
    };
    (0..points.len()).filter(|at| !is_within(*at)).map(|at| points[at]).collect()
}

/// The monotone shares nearest to those of the bins, each of (merit, right, all).
fn monotone(bins: &[(f64, f64, f64)]) -> Vec<f64> {
    // (right, all, bins) of every pool.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (_, right, all) in bins {
        pools.push((*right, *all, 1));
        while let [.., before, last] = pools[..] {
            if before.0 / before.1 <= last.0 / last.1 {
                break;
            }
            pools.truncate(pools.len() - 2);
            pools.push((before.0 + last.0, before.1 + last.1, before.2 + last.2));
        }
    }
    pools.into_iter().flat_map(|(right, all, n)| vec![right / all; n]).collect()
}

/// Intercept and slope by Newton's method. Platt's prior keeps a right match from being certain.
fn logistic(matches: &[Match]) -> (f64, f64) {
    let right = matches.iter().filter(|found| found.right).count() as f64;
    let wrong = matches.len() as f64 - right;
    let (high, low) = ((right + 1.0) / (right + 2.0), 1.0 / (wrong + 2.0));
    let (mut intercept, mut slope) = (0.0, 0.0);
    for _ in 0..50 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
        for found in matches {
            let said = share(intercept + slope * found.merit);
            let (error, weight) = (if found.right { high } else { low } - said, said * (1.0 - said));
            g0 += error;
            g1 += error * found.merit;
            h00 += weight;
            h01 += weight * found.merit;
            h11 += weight * found.merit * found.merit;
        }
        let determinant = h00 * h11 - h01 * h01;
        intercept += (h11 * g0 - h01 * g1) / determinant;
        slope += (h00 * g1 - h01 * g0) / determinant;
    }
    (intercept, slope)
}
