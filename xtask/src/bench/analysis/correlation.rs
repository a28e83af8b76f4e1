//! Correlation of a made-up product: from nothing, with likeness of texts, and one event after another.

use super::{Options, PARTS, exponent};
use crate::bench::probe::{Probe, figure};
use crate::bench::table::{Bar, Table};
use anyhow::{Result, bail};

/// Asks the probe and adds the rows. The bars are those of native code; wasm is held to them.
pub(super) fn measure(probe: &Probe, options: &Options, table: &mut Table) -> Result<()> {
    let ask = |what: &str, part: u32| {
        let size = (options.entities / part).to_string();
        probe.ask("analysis.mjs", &[], &["correlation".to_owned(), what.to_owned(), size])
    };
    let measured = ask("all", 1)?;
    let told = |path: &str| figure(&measured, path);
    if told("/wrong")? > 0.0 {
        bail!("keeping up gives {} links that deriving anew does not", told("/wrong")?);
    }
    let ms = "ms";
    table.tell("correlation: entities", told("/entities")?, "");
    table.tell("correlation: links", told("/links")?, "");
    table.tell("correlation: proposals of texts", told("/proposals")?, "");
    let (keys, text) = (told("/full/p50_ms")?, told("/text/p50_ms")?);
    table.bar("correlation: without texts p50", keys, ms, Bar::Max(1_000.0));
    table.bar("correlation: with texts p50", keys + text, ms, Bar::Max(10_000.0));
    table.tell("correlation: one event p50", told("/event/p50_ms")? * 1_000.0, "µs");
    table.bar("correlation: one event p95", told("/event/p95_ms")? * 1_000.0, "µs", Bar::Max(50.0));
    table.tell("correlation: one event p95, the slowest kind", told("/worst_kind_p95_ms")? * 1_000.0, "µs");
    let mut grown = Vec::new();
    for part in PARTS {
        grown.push((f64::from(options.entities / part), ask("growth", part)?));
    }
    for (name, pointer) in [("links", "/full/p50_ms"), ("proposals of texts", "/text/p50_ms")] {
        let mut points = Vec::new();
        for (size, measured) in &grown {
            points.push((*size, figure(measured, pointer)?));
        }
        let bar = if name == "links" { Bar::Max(1.25) } else { Bar::None };
        table.bar(format!("growth of {name}: exponent"), exponent(&points), "", bar);
    }
    Ok(())
}
