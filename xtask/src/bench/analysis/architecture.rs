//! The architecture lens over made-up modules in layers, and over imports at random, nearly all one component.

use super::{Options, PARTS, exponent};
use crate::bench::probe::{Probe, figure};
use crate::bench::table::{Bar, Table};
use anyhow::{Result, bail};
use serde_json::Value;

/// Asks the probe and adds the rows.
pub(super) fn measure(probe: &Probe, options: &Options, table: &mut Table) -> Result<()> {
    let ask = |what: &str, shape: &str, part: u32| {
        let size = [options.modules / part, options.imports / part].map(|n| n.to_string());
        let arguments = ["architecture", what, shape].map(str::to_owned);
        probe.ask("analysis.mjs", &[], &[&arguments[..], &size].concat())
    };
    layered(&ask("all", "layered", 1)?, table)?;
    random(&ask("all", "random", 1)?, table)?;
    let mut grown = Vec::new();
    for part in PARTS {
        grown.push((f64::from(options.imports / part), ask("growth", "layered", part)?));
    }
    for (name, pointer) in [("analysis from nothing", "/found/p50_ms"), ("components", "/components/p50_ms")]
    {
        let mut points = Vec::new();
        for (size, measured) in &grown {
            points.push((*size, figure(measured, pointer)?));
        }
        table.bar(format!("growth of {name}: exponent"), exponent(&points), "", Bar::Max(1.25));
    }
    Ok(())
}

fn layered(measured: &Value, table: &mut Table) -> Result<()> {
    let told = |path: &str| figure(measured, path);
    if told("/wrong")? > 0.0 {
        bail!("the cumulative component dependency is not what a search from every module finds");
    }
    let ms = "ms";
    table.tell("layered: modules", told("/modules")?, "");
    table.tell("layered: imports", told("/imports")?, "");
    table.tell("layered: largest component", told("/largest")?, "modules");
    table.bar("layered: lens from a scene p50", told("/full/p50_ms")?, ms, Bar::Max(300.0));
    table.tell("layered: of it modules, imports and what is found p50", told("/found/p50_ms")?, ms);
    table.bar("layered: one import changed p95", told("/update/p95_ms")?, ms, Bar::Max(5.0));
    table.bar("layered: one import in a cycle changed p95", told("/inside/p95_ms")?, ms, Bar::Max(5.0));
    table.tell(
        "layered: the same from nothing, times",
        told("/found/p50_ms")? / told("/update/p50_ms")?,
        "×",
    );
    table.bar("layered: propagation cost p50", told("/reach/p50_ms")?, ms, Bar::Max(50.0));
    let times = told("/naive_reach/p50_ms")? / told("/reach/p50_ms")?;
    table.tell("layered: the same by petgraph's search from every module, times", times, "×");
    table.tell("layered: components p50", told("/components/p50_ms")?, ms);
    let times = told("/petgraph/p50_ms")? / told("/components/p50_ms")?;
    table.tell("layered: the same by petgraph's kosaraju_scc, times", times, "×");
    Ok(())
}

fn random(measured: &Value, table: &mut Table) -> Result<()> {
    let told = |path: &str| figure(measured, path);
    table.tell("random: largest component", told("/largest")?, "modules");
    table.tell("random: lens from a scene p50", told("/full/p50_ms")?, "ms");
    table.tell("random: one import changed p50", told("/update/p50_ms")?, "ms");
    table.tell("random: propagation cost p50", told("/reach/p50_ms")?, "ms");
    let share = told("/cut")? / told("/petgraph_cut")?;
    table.bar("random: weight of the cut, of petgraph's greedy_feedback_arc_set", share, "", Bar::Max(1.0));
    Ok(())
}
