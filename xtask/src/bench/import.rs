//! `bench import`: how fast files become events, and what reading one holds, format by format.
//!
//! The measuring stands in `xtask/strain` (`speed.rs`, `weight.rs`, the ordinary files in `ordinary.rs`); here it is
//! run, and its figures are held against their bars.

use super::table::{Bar, Table};
use crate::fuzz;
use crate::shell::Shell;
use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Of the speed of `serde_json` reading the same bytes to `Value`.
const OF_JSON: f64 = 0.4;
/// Of the speed of `quick-xml` reading all events and attributes of the same bytes.
const OF_XML: f64 = 0.15;
/// Of the file, held at most while it is imported, itself included.
const OF_FILE: f64 = 3.0;

/// What to measure.
#[derive(Debug, Args)]
pub struct Options {
    /// Formats; all of them without.
    formats: Vec<String>,
    /// Peak memory of one import in a process of its own instead of speed.
    #[arg(long)]
    memory: bool,
    /// Size of each file in bytes; 20 MB for speed and 200 MB for memory without.
    #[arg(long)]
    bytes: Option<u64>,
}

/// Measures and prints.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    let strain = fuzz::build(root)?;
    let table = if options.memory { memory(root, &strain, options)? } else { speed(&strain, options)? };
    table.finish(root)
}

fn speed(strain: &Path, options: &Options) -> Result<Table> {
    let bytes = options.bytes.unwrap_or(20_000_000).to_string();
    let text = Shell::of(strain).args(["speed", &bytes]).args(&options.formats).read("measuring speed")?;
    let measured: Value = serde_json::from_str(&text).context("strain prints JSON")?;
    let mut table = Table::new("import");
    for row in measured["formats"].as_array().context("formats")? {
        let name = row["format"].as_str().context("format")?;
        let megabytes = figure(row, "bytes")? / 1e6;
        let speed = megabytes / figure(row, "import_seconds")?;
        table.tell(name, speed, "MB/s");
        let parser = row["parser"].as_str().context("parser")?;
        let bar = match parser {
            "serde_json" => OF_JSON,
            "quick-xml" => OF_XML,
            _ => continue,
        };
        let parsed = megabytes / figure(row, "parse_seconds")?;
        table.tell(format!("  {parser} alone"), parsed, "MB/s");
        table.bar(format!("  {name} ÷ {parser}"), speed / parsed, "", Bar::Min(bar));
    }
    Ok(table)
}

fn memory(root: &Path, strain: &Path, options: &Options) -> Result<Table> {
    let bytes = options.bytes.unwrap_or(200_000_000).to_string();
    let formats: Vec<String> = match options.formats.as_slice() {
        [] => shared::import::FORMATS.iter().map(|row| row.name.to_owned()).collect(),
        some => some.to_vec(),
    };
    let folder = root.join("target/bench");
    fs::create_dir_all(&folder)?;
    let file = folder.join("ordinary");
    let mut table = Table::new("import-memory");
    for format in formats {
        let mut write = Shell::of(strain);
        write.args(["ordinary", &format, &bytes]).arg(&file).run(&format!("writing {format}"))?;
        let text = Shell::of(strain).args(["weigh", &format]).arg(&file).read("importing it")?;
        let weighed: Value = serde_json::from_str(&text).context("strain prints JSON")?;
        let peak = figure(&weighed, "peak_bytes")?;
        table.tell(format.as_str(), peak / 1e6, "MB");
        table.bar(format!("  {format} ÷ file"), peak / figure(&weighed, "bytes")?, "", Bar::Max(OF_FILE));
    }
    fs::remove_file(&file)?;
    Ok(table)
}

fn figure(row: &Value, name: &str) -> Result<f64> {
    row[name].as_f64().with_context(|| format!("strain does not say {name}: {row}"))
}
