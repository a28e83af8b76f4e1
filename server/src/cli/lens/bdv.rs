//! The behaviour lens in the terminal.

use super::dde::section;
use super::{duration, keys_in_cell, tries};
use crate::cli::failure::Failure;
use crate::cli::print::{Align, Out, Table};
use shared::lens::Bdv;
use shared::lens::bdv::{Coverage, Flake, ProposedFix, Scenario, Status, Totals};

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
        ("FLIPS", Align::Right),
        ("STANDING", Align::Left),
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
            scenario.flake.flips.to_string(),
            scenario.standing.words().to_owned(),
        ]);
    }
    section(&scenarios, "no scenarios", out)?;
    if bdv.scenarios.iter().any(|scenario| !scenario.flake.reasons.is_empty()) {
        flakes(bdv, out)?;
    }
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
        ("OWNER", Align::Left),
        ("TICKET", Align::Left),
        ("FIX", Align::Left),
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
            record.owner.clone().unwrap_or_default(),
            record.ticket.clone().unwrap_or_default(),
            record.fix.as_ref().map(fix).unwrap_or_default(),
            record.reason.clone(),
        ]);
    }
    section(&table, "", out)
}

/// "2 of 20 on 4f2a91c".
fn fix(fix: &ProposedFix) -> String {
    let word = if fix.refuted { ", failed" } else { "" };
    format!("{} of {} on {}{word}", fix.passed, fix.needed, fix.commit)
}

/// Why the flakes flake, the likeliest first.
fn flakes(bdv: &Bdv, out: &mut Out) -> Result<(), Failure> {
    let mut flaky: Vec<&Scenario> = bdv.scenarios.iter().filter(|s| !s.flake.reasons.is_empty()).collect();
    flaky.sort_by(|a, b| b.flake.probability.total_cmp(&a.flake.probability).then(a.id.cmp(&b.id)));
    let mut table = Table::new(&[
        ("FLAKE", Align::Left),
        ("FAILED", Align::Right),
        ("95 % BETWEEN", Align::Left),
        ("BROKEN", Align::Right),
        ("TRANSITION", Align::Right),
        ("FLIP RATE", Align::Right),
        ("ENTROPY", Align::Right),
        ("BECAUSE", Align::Left),
    ]);
    for scenario in flaky {
        let flake = &scenario.flake;
        let percent = |value: f64| format!("{:.0} %", value * 100.0);
        table.row([
            scenario.id.key.clone(),
            format!("{} of {}", flake.failure.failed, flake.failure.tried),
            format!("{} and {}", percent(flake.failure.low), percent(flake.failure.high)),
            percent(flake.broken),
            format!("{:.2}", flake.transition),
            format!("{:.2}", flake.versions.flip_rate_weighted),
            format!("{:.2}", flake.versions.entropy_weighted),
            flake.codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(", "),
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
