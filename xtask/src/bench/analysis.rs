//! `bench analysis`: what the lenses compute from a scene, in wasm in Node as a browser would.
//!
//! One file a section below; each asks the probe (`shared/examples/probe/analysis.mjs` times, Rust beside it
//! computes) and adds its rows to the one table.

mod architecture;
mod behaviour;
mod correlation;

use super::probe::Probe;
use super::table::Table;
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::Path;

/// Parts of the full size that the growth of a time is fitted over.
const PARTS: [u32; 4] = [8, 4, 2, 1];

/// What to measure, and how large it is.
#[derive(Debug, Args)]
pub struct Options {
    /// Only these sections.
    #[arg(long, value_enum)]
    only: Vec<Section>,
    /// Modules of the architecture.
    #[arg(long, default_value_t = 10_000)]
    modules: u32,
    /// Imports among them.
    #[arg(long, default_value_t = 100_000)]
    imports: u32,
    /// Entities to correlate.
    #[arg(long, default_value_t = 100_000)]
    entities: u32,
    /// Results of scenarios, over 100 runs.
    #[arg(long, default_value_t = 100_000)]
    results: u32,
}

/// A part of the bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    /// The architecture lens: components, cuts, metrics, order.
    Architecture,
    /// The behaviour lens: the figures of flakes.
    Behaviour,
    /// Links between entities.
    Correlation,
}

/// Builds the probe, runs the sections and prints what they measured.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    let probe = Probe::build(root)?;
    let mut table = Table::new("analysis");
    let wanted = |section: Section| options.only.is_empty() || options.only.contains(&section);
    if wanted(Section::Architecture) {
        architecture::measure(&probe, options, &mut table)?;
    }
    if wanted(Section::Behaviour) {
        behaviour::measure(&probe, options, &mut table)?;
    }
    if wanted(Section::Correlation) {
        correlation::measure(&probe, options, &mut table)?;
    }
    table.finish(root)
}

/// The slope of log time over log size, by least squares: time grows as size to this power.
fn exponent(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let logs: Vec<(f64, f64)> = points.iter().map(|(size, time)| (size.ln(), time.ln())).collect();
    let (x, y) = logs.iter().fold((0.0, 0.0), |(x, y), log| (x + log.0 / n, y + log.1 / n));
    let over = logs.iter().map(|log| (log.0 - x) * (log.1 - y)).sum::<f64>();
    over / logs.iter().map(|log| (log.0 - x) * (log.0 - x)).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::exponent;

    #[test]
    fn the_exponent_is_the_power_that_made_the_points() {
        let points: Vec<(f64, f64)> =
            [1.0, 2.0, 4.0, 8.0].iter().map(|n: &f64| (*n, 3.0 * n.powf(1.5))).collect();
        assert!((exponent(&points) - 1.5).abs() < 1e-9);
    }
}
