//! Scenarios by feature, quarantine records and requirements as tables.

use crate::lens::dde::{links, pips};
use crate::lens::figure::{counted, day_clock, per_mille};
use crate::lens::mark::Mark;
use crate::table::{Cell, Column, Row, Rows, Table};
use shared::id::EntityId;
use shared::layout::behaviour::{Feature, Row as Laid, behaviour};
use shared::lens::Analysis;
use shared::lens::bdv::{Coverage, Flake, Scenario, Status};
use shared::order::Map;
use std::sync::Arc;

/// Name, tries, flake.
pub(super) fn compact(analysis: &Analysis) -> Table {
    let columns = vec![
        Column::new("Scenario", "head"),
        Column::new("Tries", "pips-col"),
        Column::new("Flake, %", "num flake-col"),
    ];
    let rows = rows(analysis, |scenario, laid| vec![pips(&scenario.attempts, 8), Cell::Text(flake(laid))]);
    Table { caption: "Scenarios by feature".to_owned(), columns, rows }
}

/// With status, what it proves and why it is as it is.
pub(super) fn full(analysis: &Analysis) -> Table {
    let columns = vec![
        Column::new("Scenario", "head"),
        Column::new("Status", "state-col"),
        Column::new("Tries", "pips-col"),
        Column::new("Flake probability", "num flake-col"),
        Column::new("Failed", "num rate-col"),
        Column::new("Proves", "links-col"),
        Column::new("Because", "text-col"),
    ];
    let rows = rows(analysis, |scenario, laid| {
        vec![
            Cell::Text(Mark::of_scenario(scenario.status).word.to_owned()),
            pips(&scenario.attempts, 7),
            Cell::Text(flake(laid)),
            Cell::Text(failed(&scenario.flake)),
            links(analysis, &scenario.verifies),
            Cell::Muted(because(scenario)),
        ]
    });
    Table { caption: "Scenarios by feature".to_owned(), columns, rows }
}

fn rows(analysis: &Analysis, cells: impl Fn(&Scenario, &Laid) -> Vec<Cell>) -> Vec<Arc<Row>> {
    let scenarios: Map<&EntityId, &Scenario> = analysis.bdv.scenarios.iter().map(|s| (&s.id, s)).collect();
    let mut rows = Rows::default();
    for feature in behaviour(&analysis.bdv) {
        rows.group(feature.key.as_deref().unwrap_or(""), &feature.name, held(&feature));
        for laid in &feature.rows {
            let Some(scenario) = scenarios.get(&laid.id) else { continue };
            let mark = Mark::of_scenario(laid.status);
            let mut row = Row::of(&laid.id, &laid.name, mark, cells(scenario, laid));
            row.urgent = matches!(laid.status, Status::Failed | Status::Flaky);
            if laid.quarantined {
                row.note = "quarantined".to_owned();
            }
            rows.push(row);
        }
    }
    rows.done()
}

/// "3 of 4 pass".
fn held(feature: &Feature) -> String {
    let passed =
        feature.rows.iter().filter(|row| matches!(row.status, Status::Passed | Status::Flaky)).count();
    [&passed.to_string(), " of ", &counted(feature.rows.len(), "passes", "pass")].concat()
}

/// "27 % (13–44)".
fn flake(laid: &Laid) -> String {
    let Some([probability, low, high]) = laid.flake else { return String::new() };
    let whole = |per_mille: u32| ((per_mille + 5) / 10).to_string();
    [&whole(probability), " % (", &whole(low), "–", &whole(high), ")"].concat()
}

/// "3 of 41"; nothing where none failed.
fn failed(flake: &Flake) -> String {
    let rate = flake.failure;
    if rate.failed == 0 {
        String::new()
    } else {
        [&rate.failed.to_string(), " of ", &rate.tried.to_string()].concat()
    }
}

fn because(scenario: &Scenario) -> String {
    let error = || scenario.attempts.last().filter(|last| last.outcome.is_bad())?.error.clone();
    let reason = scenario.reason.clone().or_else(error);
    let flake = || scenario.flake.reasons.first().map(|reason| without_code(reason).to_owned());
    let mut text = reason.or_else(flake).unwrap_or_default();
    if let Some((at, _)) = text.char_indices().nth(140) {
        text.truncate(at);
        text.push('…');
    }
    text
}

/// The sentence of a reason `code: sentence`.
fn without_code(reason: &str) -> &str {
    reason.split_once(": ").map_or(reason, |(_, sentence)| sentence)
}

/// The quarantine ledger.
pub(super) fn quarantine(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for record in &analysis.bdv.quarantine {
        let state =
            if record.in_force { "in force" } else { record.note.as_deref().unwrap_or("not in force") };
        let cells = vec![
            Cell::Text(state.to_owned()),
            Cell::Text(record.reason.clone()),
            Cell::maybe(record.owner.as_deref()),
            Cell::maybe(record.ticket.as_deref()),
            Cell::Text(record.expires_at.map_or_else(|| "never".to_owned(), day_clock)),
        ];
        let scenario = analysis.bdv.scenarios.iter().find(|s| s.id == record.scenario);
        let status = scenario.map_or(Status::Undecided, |scenario| scenario.status);
        let name = scenario.map_or(record.scenario.key.as_str(), |scenario| &scenario.name);
        let mut row = Row::of(&record.scenario, name, Mark::of_scenario(status), cells);
        row.key = ["record ", &record.id].concat();
        rows.push(row);
    }
    let columns = vec![
        Column::new("Scenario", "head"),
        Column::new("Record", "text-col"),
        Column::new("Reason", "text-col"),
        Column::new("Owner", "text-col"),
        Column::new("Ticket", "text-col"),
        Column::new("Expires", "num"),
    ];
    Table { caption: "Quarantine records".to_owned(), columns, rows: rows.done() }
}

/// Requirements with what proves them.
pub(super) fn requirements(analysis: &Analysis) -> Table {
    let status: Map<&EntityId, Status> = analysis.bdv.scenarios.iter().map(|s| (&s.id, s.status)).collect();
    let mut rows = Rows::default();
    for requirement in &analysis.bdv.requirements {
        let all = requirement.scenarios.len();
        let passed = requirement
            .scenarios
            .iter()
            .filter(|id| matches!(status.get(id), Some(Status::Passed | Status::Flaky)))
            .count();
        let share =
            (passed * 1000).checked_div(all).map_or_else(String::new, |share| per_mille(share as i64));
        let mark = Mark::of_coverage(requirement.coverage);
        let cells = vec![
            Cell::State(mark),
            Cell::Text([&passed.to_string(), " of ", &all.to_string()].concat()),
            Cell::Text(share),
            links(analysis, &requirement.specs),
        ];
        let mut row = Row::of(&requirement.id, &requirement.name, mark, cells);
        row.urgent = requirement.coverage == Coverage::Failing;
        rows.push(row);
    }
    let columns = vec![
        Column::new("Requirement", "head"),
        Column::new("Proof", "state-col"),
        Column::new("Pass", "num"),
        Column::new("Share", "num wide-only"),
        Column::new("Specified by", "links-col"),
    ];
    Table { caption: "Requirements and what proves them".to_owned(), columns, rows: rows.done() }
}
