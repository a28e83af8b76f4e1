//! Key figures, gaps, suspect links, contracts and records as tables.

use crate::lens::dde::links;
use crate::lens::figure::{actual, day_clock, decimal, threshold};
use crate::lens::mark::Mark;
use crate::table::{Cell, Column, Row, Rows, Table};
use shared::id::EntityId;
use shared::layout::spine::COLUMNS;
use shared::lens::Analysis;
use shared::lens::convergence::SpineState;
use shared::order::Set;

/// Every figure against its thresholds; what decides the verdict and what informs.
pub(super) fn kpis(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for kpi in &analysis.convergence.kpis {
        let mark = Mark::of_criterion(kpi.met, kpi.target_met);
        let decides = !kpi.name.starts_with("convergence.");
        let events: Vec<String> = kpi.evidence.iter().take(4).map(ToString::to_string).collect();
        let more = if kpi.evidence.len() > 4 { " …" } else { "" };
        rows.push(Row {
            key: kpi.name.clone(),
            mark: Some(mark),
            name: kpi.label.clone(),
            note: if decides { String::new() } else { "informs".to_owned() },
            cells: vec![
                Cell::Text(actual(kpi)),
                Cell::Muted(threshold(kpi, kpi.target)),
                Cell::Muted(threshold(kpi, kpi.exit)),
                Cell::State(mark),
                Cell::Code([events.join(", ").as_str(), more].concat()),
            ],
            ..Row::default()
        });
    }
    let columns = vec![
        Column::new("Figure", "head"),
        Column::new("Actual", "num"),
        Column::new("Target", "num"),
        Column::new("Exit", "num"),
        Column::new("Exit criterion", "state-col"),
        Column::new("Events behind a miss", "text-col wide-only"),
    ];
    Table { caption: "Key figures".to_owned(), columns, rows: rows.done() }
}

/// Nodes of the spine without a neighbour on one side.
pub(super) fn gaps(analysis: &Analysis) -> Table {
    let spine = &analysis.convergence.spine;
    let column = |id: &EntityId| COLUMNS.iter().position(|kind| *kind == id.kind);
    let mut sides: Set<(&EntityId, bool)> = Set::new();
    for link in &spine.links {
        let forward = column(&link.from) < column(&link.to);
        sides.insert((&link.from, forward));
        sides.insert((&link.to, !forward));
    }
    let mut rows = Rows::default();
    for id in &spine.gaps {
        let Some(node) = spine.nodes.iter().find(|node| node.id == *id) else { continue };
        let at = column(id).unwrap_or(0);
        let side = |right: bool| {
            if right { COLUMNS.get(at + 1) } else { at.checked_sub(1).and_then(|at| COLUMNS.get(at)) }
        };
        let missing =
            |right: bool| side(right).filter(|_| !sides.contains(&(id, right))).map(|kind| kind.as_str());
        let lacks: Vec<&str> = [missing(false), missing(true)].into_iter().flatten().collect();
        let cells =
            vec![Cell::Text(id.kind.as_str().to_owned()), Cell::Text(["no ", &lacks.join(", no ")].concat())];
        rows.push(Row::of(id, &node.name, Mark::of_spine(node.state), cells));
    }
    let columns = vec![
        Column::new("Node", "head"),
        Column::new("Kind", "text-col"),
        Column::new("Linked to", "text-col"),
    ];
    Table { caption: "Where the thread breaks".to_owned(), columns, rows: rows.done() }
}

/// Links that rest on guesses alone, and such as what they were made against changed since.
pub(super) fn suspects(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for link in analysis.convergence.spine.links.iter().filter(|link| link.suspect) {
        let text = match &link.suspect_of {
            Some(changed) => [changed.kind.as_str(), " ", &changed.key, " changed since."].concat(),
            None => link.evidence.first().map(|piece| piece.text.clone()).unwrap_or_default(),
        };
        let mut row = Row::of(
            &link.from,
            &link.from.key,
            Mark::of_spine(SpineState::None),
            vec![
                links(analysis, std::slice::from_ref(&link.to)),
                Cell::Text(decimal(link.confidence, 2)),
                Cell::Muted(text),
            ],
        );
        row.key = [link.kind.as_str(), " ", &link.from.to_string(), " ", &link.to.to_string()].concat();
        rows.push(row);
    }
    let columns = vec![
        Column::new("From", "head"),
        Column::new("To", "links-col"),
        Column::new("Confidence", "num"),
        Column::new("Because", "text-col"),
    ];
    Table { caption: "Links to look at".to_owned(), columns, rows: rows.done() }
}

/// Contracts that are not aligned, and what of them does not hold.
pub(super) fn contracts(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for contract in analysis.dde.contracts.iter().filter(|contract| !contract.aligned) {
        let mark = Mark::of_contract(contract.state);
        let mut row = Row::of(
            &contract.id,
            &contract.name,
            mark,
            vec![Cell::State(mark), links(analysis, &contract.misaligned)],
        );
        row.urgent = true;
        rows.push(row);
    }
    let columns = vec![
        Column::new("Contract", "head"),
        Column::new("State", "state-col"),
        Column::new("What does not hold", "links-col"),
    ];
    Table { caption: "Contracts that do not hold".to_owned(), columns, rows: rows.done() }
}

/// Decisions of people that count now: overrides, suppressions, quarantine.
pub(super) fn records(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    let mut push = |book: &str, id: &str, target: &str, reason: &str, expires: Option<shared::time::Time>| {
        rows.push(Row {
            key: [book, " ", id].concat(),
            name: target.to_owned(),
            cells: vec![
                Cell::Text(book.to_owned()),
                Cell::Text(reason.to_owned()),
                Cell::Text(expires.map_or_else(|| "never".to_owned(), day_clock)),
            ],
            ..Row::default()
        });
    };
    if let Some(record) = &analysis.verdict.r#override {
        push("override", &record.id, "the verdict", &record.reason, record.expires_at);
    }
    for record in analysis.acc.suppressions.iter().filter(|record| record.in_force) {
        let target = record.violation.as_deref().or(record.rule.as_deref()).unwrap_or("all violations");
        push("suppression", &record.id, target, &record.reason, record.expires_at);
    }
    for record in analysis.bdv.quarantine.iter().filter(|record| record.in_force) {
        push("quarantine", &record.id, &record.scenario.key, &record.reason, record.expires_at);
    }
    let columns = vec![
        Column::new("Covers", "head"),
        Column::new("Record", "text-col"),
        Column::new("Reason", "text-col"),
        Column::new("Expires", "num"),
    ];
    Table { caption: "Decisions of people that count now".to_owned(), columns, rows: rows.done() }
}
