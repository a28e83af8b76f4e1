//! What is said of violations: rules, suppressions, the baseline.

use super::super::dde::section;
use super::super::yes;
use super::severity;
use crate::cli::failure::Failure;
use crate::cli::print::{Align, Out, Table, harmless};
use shared::lens::Acc;
use shared::lens::acc::{BASELINE, TOOL, Violation};

/// Why `violation` is suppressed, if somebody said so.
pub(super) fn why(acc: &Acc, violation: &Violation) -> Option<String> {
    match violation.suppressed_by.as_deref()? {
        TOOL => violation.justification.clone(),
        BASELINE => acc.baseline.as_ref()?.reason.clone(),
        record => Some(acc.suppressions.iter().find(|known| known.id == record)?.reason.clone()),
    }
}

pub(super) fn print(acc: &Acc, out: &mut Out) -> Result<(), Failure> {
    rules(acc, out)?;
    suppressions(acc, out)?;
    baseline(acc, out)
}

fn rules(acc: &Acc, out: &mut Out) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("NAME OF RULE", Align::Left),
        ("SEVERITY", Align::Left),
        ("KIND", Align::Left),
        ("BROKEN", Align::Right),
        ("MODULES", Align::Left),
        ("DEMANDS", Align::Left),
    ]);
    for rule in &acc.rules {
        let modules: Vec<String> = rule.modules.iter().map(ToString::to_string).collect();
        table.row([
            rule.id.key.clone(),
            severity(rule.severity).to_owned(),
            rule.kind.map_or("stated by a tool", |kind| kind.as_str()).to_owned(),
            rule.violations.to_string(),
            modules.join(", "),
            rule.text.clone().unwrap_or_default(),
        ]);
    }
    section(&table, "", out)
}

fn suppressions(acc: &Acc, out: &mut Out) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("SUPPRESSION", Align::Left),
        ("OF", Align::Left),
        ("IN", Align::Left),
        ("IN FORCE", Align::Left),
        ("UNTIL", Align::Left),
        ("COVERS", Align::Right),
        ("OWNER", Align::Left),
        ("REASON", Align::Left),
    ]);
    for record in &acc.suppressions {
        let of = record.violation.as_deref().or(record.rule.as_deref()).unwrap_or_default();
        table.row([
            record.id.clone(),
            of.to_owned(),
            record.modules.join(", "),
            yes(record.in_force),
            record.expires_at.map(|time| time.to_string()).unwrap_or_default(),
            record.covers.to_string(),
            record.owner.clone().unwrap_or_default(),
            record.reason.clone(),
        ]);
    }
    section(&table, "", out)
}

fn baseline(acc: &Acc, out: &mut Out) -> Result<(), Failure> {
    let Some(baseline) = &acc.baseline else { return Ok(()) };
    let by = baseline.actor.as_deref().map_or_else(String::new, |actor| format!(" by {actor}"));
    let why = baseline.reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
    out.line("")?;
    out.line(harmless(&format!("Baseline: {} accepted{by}{why}", baseline.violations)))?;
    for gone in &baseline.absent {
        let resolved = if gone.resolved {
            "gone, the next baseline is without it"
        } else {
            "not there, nobody looked again"
        };
        out.line(harmless(&format!("  {}  {resolved}", gone.violation)))?;
    }
    Ok(())
}
