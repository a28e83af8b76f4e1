//! Benches: measures what the design promises and holds every figure against its bar.
//!
//! Each prints a table, writes `target/bench/NAME.json` and fails when a bar is missed.
//! Not here: what is measured (`bench/NAME.rs`).

mod analysis;
mod correlate;
mod graph;
mod import;
mod ingest;
mod probe;
mod search;
mod table;

use anyhow::Result;
use clap::Subcommand;
use std::path::Path;

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Events in over HTTP: durable, deduplicated, folded and visible, beside a raw insert of the same rows.
    Ingest(ingest::Options),
    /// Files to events, every format, beside plain parsers; or with `--memory` what an import holds.
    Import(import::Options),
    /// Questions to a graph of a million events, in wasm in Node, beside a naive replay.
    Graph(graph::Options),
    /// What the lenses compute from a scene, in wasm in Node, beside plain ways to compute the same.
    Analysis(analysis::Options),
    /// Questions over 100,000 violations by HTTP, beside reading the log and looking at each.
    Search(search::Options),
    /// What correlation finds on labelled links, and what its confidence is worth.
    Correlate(correlate::Options),
}

/// Runs one bench.
pub fn run(root: &Path, bench: &Bench) -> Result<()> {
    match bench {
        Bench::Ingest(options) => ingest::run(root, options),
        Bench::Import(options) => import::run(root, options),
        Bench::Graph(options) => graph::run(root, options),
        Bench::Analysis(options) => analysis::run(root, options),
        Bench::Search(options) => search::run(root, options),
        Bench::Correlate(options) => correlate::run(root, options),
    }
}
