//! What the confidence of text matches is made of: their merit and how often they are right, on the training half,
//! where no key matches: what a key finds, too, is surer than its text alone.
//!
//! Calibrators are compared by cross-validation within that half: each is fitted on four fifths and told of the last.
//! The held-out half is not looked at here.

mod curve;

use super::labels::Labels;
use crate::golden::Seed;
use curve::{Curve, Fit};
use shared::correlate::correlate;
use shared::correlate::similar::{best_matches, merit};
use shared::graph::Scene;
use shared::id::{EntityId, Kind};
use std::collections::BTreeSet;

/// Parts that the matches are cut into.
const FOLDS: u64 = 5;

/// A match of texts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    /// What is compared: the kind of its source.
    pub(super) pair: Kind,
    pub(super) merit: f64,
    pub(super) right: bool,
    fold: u64,
}

/// Prints how every way to calibrate does on what it was not fitted on, and the curve that each fits on all.
pub fn print(labels: &Labels, scene: &Scene) {
    let found = matches(labels, scene);
    println!("{} matches of text on the training half, where no key matches\n", found.len());
    println!("by cross-validation: log loss, mean squared error, calibration error");
    for fit in Fit::ALL {
        let told: Vec<(f64, bool)> = (0..FOLDS)
            .flat_map(|fold| {
                let (out, within): (Vec<Match>, Vec<Match>) =
                    found.iter().partition(|found| found.fold == fold);
                let curve = Curve::fitted(fit, &within);
                out.into_iter().map(move |found| (curve.at(&found), found.right))
            })
            .collect();
        let [loss, square, error] = scores(told);
        println!("  {fit:<24}  {loss:.4}  {square:.4}  {error:.4}");
    }
    println!();
    for fit in Fit::ALL {
        println!("{fit}: {}", Curve::fitted(fit, &found));
    }
    println!();
}

/// The matches of the training half.
fn matches(labels: &Labels, scene: &Scene) -> Vec<Match> {
    let name = |kind: &str, from: &EntityId, to: &EntityId| format!("{kind} {from} {to}");
    let keyed =
        correlate(scene).into_iter().map(|link| name(link.id.kind.as_str(), &link.id.from, &link.id.to));
    let keyed: BTreeSet<String> = keyed.collect();
    let of_half = best_matches(scene);
    let of_half = of_half.iter().filter(|found| labels.half(&found.from.id.to_string()) == Some("train"));
    let matches = of_half.filter_map(|found| {
        let kind = match found.from.id.kind {
            Kind::Spec => "specifies",
            Kind::Task => "implements",
            _ => "verifies",
        };
        let link = name(kind, &found.from.id, &found.to.id);
        (!keyed.contains(&link)).then(|| Match {
            pair: found.from.id.kind,
            merit: merit(found.cosine, found.second),
            right: labels.is_true("train", &link),
            fold: Seed::of(&["fold", &link]).below(FOLDS),
        })
    });
    matches.collect()
}

/// Log loss, mean squared error, and the mean distance of ten bins of equal size from the diagonal.
fn scores(mut told: Vec<(f64, bool)>) -> [f64; 3] {
    let n = told.len() as f64;
    let sure = |(said, right): &(f64, bool)| if *right { *said } else { 1.0 - said };
    let loss = told.iter().map(|one| -sure(one).max(1e-3).ln()).sum::<f64>() / n;
    let square = told.iter().map(|one| (1.0 - sure(one)).powi(2)).sum::<f64>() / n;
    told.sort_by(|a, b| a.0.total_cmp(&b.0));
    let apart = told.chunks(told.len().div_ceil(10)).map(|bin| {
        let right = bin.iter().filter(|(_, right)| *right).count() as f64;
        (bin.iter().map(|(said, _)| said).sum::<f64>() - right).abs()
    });
    [loss, square, apart.sum::<f64>() / n]
}
