//! The behaviour lens in the terminal.

use super::dde::section;
use super::{duration, keys_in_cell, tries, yes};
use crate::cli::failure::Failure;
use crate::cli::print::{Align, Out, Table};
use shared::lens::Bdv;
use shared::lens::bdv::{Coverage, Flake, Status, Totals};

pub(super) fn print(bdv: &Bdv, title: &str, out: &mut Out) -> Result<(), Failure> {
    out.line(title)?;
    out.line(totals(&bdv.totals))?;
    let mut scenarios = Table::new(&[
        ("SCENARIO", Align::Left),
        ("STATUS", Align::Left),
        ("TRIES", Align::Left),
        ("LAST TOOK", Align::Right),
        ("FLAKES", Align::Right),
        ("90 % BETWEEN", Align::Left),
        ("QUARANTINED", Align::Left),
    ]);
    for scenario in &bdv.scenarios {
        let (flake, interval) = flake(&scenario.flake);
        scenarios.row([
            scenario.id.key.clone(),
            status(scenario.status).to_owned(),
            tries(&scenario.attempts),
            duration(&scenario.attempts),
            flake,
            interval,
            yes(scenario.quarantined),
        ]);
    }
    section(&scenarios, "no scenarios", out)?;
    let mut requirements = Table::new(&[
        ("REQUIREMENT", Align::Left),
        ("NAME", Align::Left),
        ("COVERAGE", Align::Left),
        ("SCENARIOS", Align::Right),
        ("SPECS", Align::Left),
    ]);
    for requirement in &bdv.requirements {
        requirements.row([
            requirement.id.key.clone(),
            requirement.name.clone(),
            coverage(requirement.coverage).to_owned(),
            requirement.scenarios.len().to_string(),
            keys_in_cell(&requirement.specs, 2),
        ]);
    }
    section(&requirements, "no requirements", out)?;
    if !bdv.quarantine.is_empty() {
        quarantine(bdv, out)?;
    }
    super::criteria("KEY FIGURE", &bdv.kpis, out)
}

fn totals(totals: &Totals) -> String {
    let Totals { scenarios, passed, failed, flaky, skipped, undecided, quarantined } = totals;
    format!(
        "{scenarios} scenarios: {passed} passed, {failed} failed, {flaky} flaky, {skipped} skipped, \
         {undecided} undecided; {quarantined} quarantined"
    )
}

fn quarantine(bdv: &Bdv, out: &mut Out) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("QUARANTINE", Align::Left),
        ("SCENARIO", Align::Left),
        ("COUNTS", Align::Left),
        ("UNTIL", Align::Left),
        ("REASON", Align::Left),
    ]);
    for record in &bdv.quarantine {
        let counts = match (&record.note, record.in_force) {
            (_, true) => "yes".to_owned(),
            (Some(note), false) => format!("no, {note}"),
            (None, false) => "no".to_owned(),
        };
        table.row([
            record.id.clone(),
            record.scenario.key.clone(),
            counts,
            record.expires_at.map(|end| end.to_string()).unwrap_or_default(),
            record.reason.clone(),
        ]);
    }
    section(&table, "", out)
}

/// Probability and interval, where any usable try stands behind them.
fn flake(flake: &Flake) -> (String, String) {
    if !flake.known {
        return (String::new(), String::new());
    }
    let percent = |value: f64| format!("{:.0} %", value * 100.0);
    (percent(flake.probability), format!("{} and {}", percent(flake.low), percent(flake.high)))
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::Flaky => "flaky",
        Status::Skipped => "skipped",
        Status::Undecided => "undecided",
    }
}

fn coverage(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Covered => "covered",
        Coverage::Failing => "failing",
        Coverage::Undecided => "undecided",
        Coverage::Uncovered => "uncovered",
    }
}
