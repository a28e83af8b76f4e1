//! The behaviour lens over a made-up suite: how fast the figures of flakes are, and that they are right.

use super::{Options, PARTS, exponent};
use crate::bench::probe::{Probe, figure};
use crate::bench::table::{Bar, Table};
use anyhow::{Result, bail};

/// Runs of the suite.
const RUNS: u32 = 100;
/// How far the expected probability may lie from that of a plain grid.
const APART_MAX: f64 = 0.001;

/// Asks the probe and adds the rows.
pub(super) fn measure(probe: &Probe, options: &Options, table: &mut Table) -> Result<()> {
    let ask = |what: &str, part: u32| {
        let size = [options.results / RUNS / part, RUNS].map(|n| n.to_string());
        let arguments = ["behaviour", what].map(str::to_owned);
        probe.ask("analysis.mjs", &[], &[&arguments[..], &size].concat())
    };
    let measured = ask("all", 1)?;
    let told = |path: &str| figure(&measured, path);
    if told("/apart")? > APART_MAX {
        bail!("the expected probability is {} apart from that of a plain grid", told("/apart")?);
    }
    table.tell("flakes: results", told("/results")?, "");
    table.tell("flakes: scenarios that flipped on one code", told("/flips")?, "");
    table.bar("flakes: lens from a scene p50", told("/lens/p50_ms")?, "ms", Bar::Max(300.0));
    let times = told("/naive/p50_ms")? * told("/scenarios")? / told("/lens/p50_ms")?;
    table.tell("flakes: a plain grid of 400 × 400 a scenario (one timed), times", times, "×");
    let mut points = Vec::new();
    for part in PARTS {
        points.push((f64::from(options.results / part), figure(&ask("growth", part)?, "/lens/p50_ms")?));
    }
    table.bar("growth of the flakes: exponent", exponent(&points), "", Bar::Max(1.25));
    Ok(())
}
