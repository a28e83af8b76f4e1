//! The report of an import: for people, or as JSON on a line of its own.

use crate::cli::failure::Failure;
use crate::cli::print::{Out, harmless};
use serde_json::{Value, json};
use shared::import::Report;

/// Prints the report of `file`; `named` if there are several.
pub(super) fn print(
    report: &Report,
    file: &str,
    named: bool,
    as_json: bool,
    out: &mut Out,
) -> Result<(), Failure> {
    if as_json {
        let mut document = json!(report);
        if let (true, Value::Object(map)) = (named, &mut document) {
            map.insert("file".to_owned(), Value::from(file));
        }
        return out.json(&document);
    }
    out.line(format!(
        "{}: {}, {} read, {} accepted, {} duplicates, {} rejected, {} unknown",
        harmless(file),
        report.format,
        report.read,
        report.accepted,
        report.duplicates,
        report.rejected,
        report.unknown
    ))?;
    match report.batch.as_str() {
        "" => out.line(format!("  position {}", report.position))?,
        batch => out.line(format!("  position {}, batch {batch}", report.position))?,
    }
    for issue in &report.issues {
        let reason = harmless(&issue.reason);
        match issue.line {
            0 => out.line(format!("  {reason}"))?,
            line => out.line(format!("  line {line}: {reason}"))?,
        }
    }
    Ok(())
}
