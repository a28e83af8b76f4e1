//! What the confidence of text matches is made of: their merit and how often they are right, on the training half,
//! where no key matches: what a key finds, too, is surer than its text alone.

use super::labels::Labels;
use shared::correlate::correlate;
use shared::correlate::similar::{best_matches, merit};
use shared::graph::Scene;
use shared::id::{EntityId, Kind};
use std::collections::BTreeSet;

/// Matches in one bin.
const BIN: usize = 40;

/// Prints bins of equal size and, beside the observed share, the monotone one nearest to it (pooled adjacent
/// violators), from which the table in `shared::correlate::similar` is taken.
pub fn print(labels: &Labels, scene: &Scene) {
    let name = |kind: &str, from: &EntityId, to: &EntityId| format!("{kind} {from} {to}");
    let keyed =
        correlate(scene).into_iter().map(|link| name(link.id.kind.as_str(), &link.id.from, &link.id.to));
    let keyed: BTreeSet<String> = keyed.collect();
    let mut found: Vec<(f64, bool)> = best_matches(scene)
        .iter()
        .filter(|found| labels.half(&found.from.id.to_string()) == Some("train"))
        .filter_map(|found| {
            let kind = match found.from.id.kind {
                Kind::Spec => "specifies",
                Kind::Task => "implements",
                _ => "verifies",
            };
            let link = name(kind, &found.from.id, &found.to.id);
            let merit = merit(found.cosine, found.second);
            (!keyed.contains(&link)).then(|| (merit, labels.is_true("train", &link)))
        })
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bins: Vec<(f64, f64, f64)> = found
        .chunks(BIN)
        .map(|bin| {
            let n = bin.len() as f64;
            let right = bin.iter().filter(|(_, right)| *right).count() as f64;
            (bin.iter().map(|(merit, _)| merit).sum::<f64>() / n, right, n)
        })
        .collect();
    println!("{} matches of text on the training half: merit, observed, monotone", found.len());
    for ((merit, right, n), monotone) in bins.iter().zip(monotone(&bins)) {
        println!("  {merit:.3}  {:.3}  {monotone:.3}", right / n);
    }
    println!();
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
