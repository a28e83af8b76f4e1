//! What one import holds at most, by the system's own account: the file, and what reading it adds.

use super::corpus::options;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use shared::import::{Format, Piece, import_each};
use std::fs;
use std::path::Path;

/// Reads the file once, each event gone as soon as it is handed on, and tells this process's peak of resident memory:
/// what the bytes and their reader hold. `mission import` reads as often as twice, and holds two chunks of at most 8 MB
/// of events beside that, which are not in this figure; nor is its store. In a process of its own, for a peak never
/// falls.
///
/// # Errors
/// The file cannot be read or is refused, or this system does not tell (`/proc`).
pub fn run(format: &str, file: &Path) -> Result<Value> {
    let format = Format::parse(format)?;
    let bytes = fs::read(file).with_context(|| file.display().to_string())?;
    let mut events = 0_u64;
    let report = import_each(&bytes, Some(format), &options(false), &mut |piece| {
        events += u64::from(matches!(piece, Piece::Event { .. }));
        drop(piece);
    })?;
    Ok(json!({
        "format": format.as_str(), "bytes": bytes.len(), "read": report.read, "rejected": report.rejected,
        "events": events, "peak_bytes": peak_resident()?,
    }))
}

fn peak_resident() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("peak memory is read from /proc")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .context("no VmHWM in /proc/self/status")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().context("VmHWM")?;
    Ok(kib << 10)
}
