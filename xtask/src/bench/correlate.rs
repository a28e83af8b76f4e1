//! `bench correlate`: what the rules of correlation find on the labelled links, and what their confidence is worth.
//!
//! The set (`golden/labelled-links`) is made up, its labels known by construction; see `golden/labelled.rs`. What
//! was calibrated was calibrated on its training half, so what is printed by default is the other one.

mod calibrate;
mod labels;

use super::table::{Bar, Table};
use anyhow::Result;
use clap::{Args, ValueEnum};
use labels::{Labels, Prediction};
use shared::correlate::similar::{merged, similar, suggested};
use shared::correlate::{Link, correlate};
use std::collections::BTreeSet;
use std::path::Path;

/// Confidence from which on a link is taken for true, in millionths.
const TAKEN_FROM: u32 = 500_000;
/// Ends of the bins of the calibration table.
const BINS: [f64; 8] = [0.2, 0.4, 0.55, 0.65, 0.75, 0.85, 0.95, 1.01];

/// Which half, and whether to print what calibration is made of.
#[derive(Debug, Args)]
pub struct Options {
    /// The half to tell of.
    #[arg(long, value_enum, default_value_t = Half::HeldOut)]
    half: Half,
    /// Also compare ways to calibrate text matches, by cross-validation within the training half.
    #[arg(long)]
    fit: bool,
}

/// A half of the labelled areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Half {
    /// What may be tuned on.
    Train,
    /// What was never looked at for tuning.
    HeldOut,
}

impl Half {
    const fn name(self) -> &'static str {
        match self {
            Half::Train => "train",
            Half::HeldOut => "held_out",
        }
    }
}

/// Reads the set, correlates it and prints what was found.
///
/// # Errors
/// The set cannot be read, or a bar is missed.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    let labels = Labels::read(root)?;
    let scene = labels.scene();
    let by_key = correlate(&scene);
    let by_text = similar(&scene);
    let all = merged(&by_key, &by_text);
    let half = options.half.name();
    println!("Made-up links with made-up noise; half: {half}, {} true links\n", labels.true_links(half));
    let mut table = Table::new("correlate");
    rules(&labels, half, &all, &mut table);
    for (what, links) in [("without text", &by_key), ("with text", &all)] {
        let predictions = labels.predictions(half, links);
        let taken: Vec<&Prediction> = predictions.iter().filter(|p| p.confidence >= TAKEN_FROM).collect();
        let right = taken.iter().filter(|p| p.right).count();
        let f = |n: usize, of: usize| n as f64 / of.max(1) as f64;
        table.tell(format!("{what}, from 0.5: links"), taken.len() as f64, "");
        table.tell(format!("{what}, from 0.5: precision"), f(right, taken.len()), "");
        table.tell(format!("{what}, from 0.5: recall"), f(right, labels.true_links(half)), "");
    }
    let suggestions = labels.predictions(half, &suggested(&scene, &by_key));
    let distance = calibration("text alone, ", &suggestions, &mut table);
    table.bar("text alone: expected calibration error", distance, "", Bar::Max(0.1));
    let distance = calibration("", &labels.predictions(half, &all), &mut table);
    table.bar("expected calibration error", distance, "", Bar::Max(0.15));
    if options.fit {
        calibrate::print(&labels, &scene);
    }
    table.finish(root)
}

/// What each rule is worth by itself.
fn rules(labels: &Labels, half: &str, links: &[Link], table: &mut Table) {
    let names: BTreeSet<&str> =
        links.iter().flat_map(|link| &link.evidence).map(|piece| piece.rule.as_str()).collect();
    for name in names {
        let of_rule: Vec<Link> = links
            .iter()
            .filter(|link| link.evidence.iter().any(|piece| piece.rule == name))
            .cloned()
            .collect();
        let predictions = labels.predictions(half, &of_rule);
        let right = predictions.iter().filter(|p| p.right).count();
        table.tell(format!("{name}: links"), predictions.len() as f64, "");
        table.tell(format!("{name}: precision"), right as f64 / predictions.len().max(1) as f64, "");
        table.tell(format!("{name}: recall"), right as f64 / labels.true_links(half) as f64, "");
    }
}

/// Confidence against the observed share of right links; the mean distance between the two.
fn calibration(of: &str, predictions: &[Prediction], table: &mut Table) -> f64 {
    let (mut low, mut distance) = (0.0, 0.0);
    for high in BINS {
        let within = |p: &&Prediction| (low..high).contains(&(f64::from(p.confidence) / 1e6));
        let bin: Vec<&Prediction> = predictions.iter().filter(within).collect();
        if !bin.is_empty() {
            let n = bin.len() as f64;
            let said = bin.iter().map(|p| f64::from(p.confidence) / 1e6).sum::<f64>() / n;
            let seen = bin.iter().filter(|p| p.right).count() as f64 / n;
            let name = format!("{of}confidence {low:.2} to {:.2}", high.min(1.0));
            table.tell(format!("{name}: links"), n, "");
            table.tell(format!("{name}: said"), said, "");
            table.tell(format!("{name}: observed"), seen, "");
            distance += (said - seen).abs() * n;
        }
        low = high;
    }
    distance / predictions.len().max(1) as f64
}
