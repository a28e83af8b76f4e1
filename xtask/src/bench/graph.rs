//! `bench graph`: the bi-temporal index in wasm, run in Node as a browser would, beside a naive replay.
//!
//! The measuring stands in `shared/examples/probe` (`bench.rs` builds the graph and asks, `run.mjs` times); here
//! it is built, run, and its figures are held against their bars.

use super::probe::{self, Probe};
use super::table::{Bar, Table};
use anyhow::{Result, bail};
use clap::Args;
use serde_json::Value;
use std::path::Path;

/// How large the graph is.
#[derive(Debug, Args)]
pub struct Options {
    /// Events in the graph.
    #[arg(long, default_value_t = 1_000_000)]
    events: u32,
    /// Cells they are about.
    #[arg(long, default_value_t = 60_000)]
    cells: u32,
}

/// Builds the probe, runs it and prints what it measured.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    let size = [options.events.to_string(), options.cells.to_string()];
    let measured = Probe::build(root)?.ask("run.mjs", &["bench"], &size)?;
    table_of(&measured)?.finish(root)
}

fn table_of(measured: &Value) -> Result<Table> {
    let figure = |path: &str| probe::figure(measured, path);
    if figure("/wrong")? > 0.0 {
        bail!("the index and the naive replay disagree on {} of 20 questions", figure("/wrong")?);
    }
    let mut table = Table::new("graph");
    table.tell("events", figure("/events")?, "");
    table.tell("cells", figure("/cells")?, "");
    table.tell("fold of all events", figure("/build_ms")?, "ms");
    table.bar("bytes an event", figure("/bytes_per_event")?, "B", Bar::Max(64.0));
    for (name, key, bar) in [
        ("snapshot anywhere", "snapshot", Bar::Max(4.0)),
        ("snapshot at the head", "snapshot_head", Bar::Max(4.0)),
        ("step of a thousandth, valid", "step_valid", Bar::Max(1.0)),
        ("step of a thousandth, known", "step_known", Bar::Max(1.0)),
        ("step of a thousandth, both", "step_both", Bar::Max(1.0)),
        ("naive replay anywhere", "replay", Bar::None),
        ("naive replay at the head", "replay_head", Bar::None),
    ] {
        table.tell(format!("{name} p50"), figure(&format!("/{key}/p50_ms"))?, "ms");
        table.bar(format!("{name} p99"), figure(&format!("/{key}/p99_ms"))?, "ms", bar);
    }
    Ok(table)
}
