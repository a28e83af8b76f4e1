//! The architecture lens over made-up modules in layers.

use super::Options;
use crate::bench::probe::{Probe, figure};
use crate::bench::table::{Bar, Table};
use anyhow::Result;

/// Asks the probe and adds the rows.
pub(super) fn measure(probe: &Probe, options: &Options, table: &mut Table) -> Result<()> {
    let ask = |shape: &str, share: u32| {
        let size = [options.modules / share, options.imports / share].map(|n| n.to_string());
        let arguments = ["architecture".to_owned(), shape.to_owned()];
        probe.ask("analysis.mjs", &[], &[&arguments[..], &size].concat())
    };
    for (shape, bar) in [("layered", Bar::Max(300.0))] {
        let measured = ask(shape, 1)?;
        let told = |path: &str| figure(&measured, path);
        table.tell(format!("{shape}: imports"), told("/imports")?, "");
        table.tell(format!("{shape}: largest component"), told("/largest")?, "");
        table.bar(format!("{shape}: full analysis p50"), told("/full/p50_ms")?, "ms", bar);
        table.tell(format!("{shape}: components p50"), told("/components/p50_ms")?, "ms");
        table.tell(format!("{shape}: components, petgraph's p50"), told("/petgraph/p50_ms")?, "ms");
    }
    Ok(())
}
