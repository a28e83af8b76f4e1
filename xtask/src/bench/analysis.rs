//! `bench analysis`: what the lenses compute from a scene, in wasm in Node as a browser would.
//!
//! One file a section below; each asks the probe (`shared/examples/probe/analysis.mjs` times, Rust beside it
//! computes) and adds its rows to the one table.

mod architecture;

use super::probe::Probe;
use super::table::Table;
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::Path;

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
}

/// A part of the bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    /// The architecture lens: components, cuts, metrics, order.
    Architecture,
}

/// Builds the probe, runs the sections and prints what they measured.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    let probe = Probe::build(root)?;
    let mut table = Table::new("analysis");
    let wanted = |section: Section| options.only.is_empty() || options.only.contains(&section);
    if wanted(Section::Architecture) {
        architecture::measure(&probe, options, &mut table)?;
    }
    table.finish(root)
}
