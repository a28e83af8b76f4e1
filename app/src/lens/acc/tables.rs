//! Violations, suppressions, the baseline, rules, groups and modules as tables.

use super::cycles::imports;
use crate::lens::dde::links;
use crate::lens::figure::{counted, day, day_clock, decimal};
use crate::lens::mark::Mark;
use crate::lens::name_of;
use crate::table::{Cell, Column, Row, Rows, Table};
use crate::words::rule_words;
use shared::event::Baseline;
use shared::id::{EntityId, Kind};
use shared::lens::Analysis;
use shared::lens::acc::{BASELINE, Component, Suppression, TOOL, Violation};
use shared::lens::convergence::SpineState;

/// Where a violation leads, and until when it is suppressed.
pub(super) fn violations_short(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for violation in &analysis.acc.violations {
        let mark = Mark::of_violation(violation.severity, violation.suppressed);
        let name = name_of(analysis, &violation.id);
        let note = match suppression(analysis, violation) {
            Some(record) => until(record),
            None => without_record(violation).map_or_else(|| violation.rule.clone(), str::to_owned),
        };
        let mut row = Row::of(&violation.id, &name, mark, vec![Cell::Muted(note)]);
        row.urgent = violation.blocks();
        rows.push(row);
    }
    let columns = vec![Column::new("Violation", "head"), Column::new("Rule, or suppressed", "text-col")];
    Table { caption: "Violations".to_owned(), columns, rows: rows.done() }
}

/// Violations with rule, severity, both ends, what suppresses them or that they are new.
pub(super) fn violations(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for violation in &analysis.acc.violations {
        let mark = Mark::of_violation(violation.severity, violation.suppressed);
        let to = violation.to.as_deref().map(|to| EntityId::new(Kind::Module, to));
        let record = suppression(analysis, violation);
        let suppressed = match record {
            Some(record) => [&until(record), ": ", record.reason.as_str()].concat(),
            None => standing(violation),
        };
        let cells = vec![
            Cell::State(mark),
            Cell::Muted(violation.kind.map_or("stated by a tool", rule_words).to_owned()),
            links(analysis, &[EntityId::new(Kind::Module, &violation.from)]),
            links(analysis, to.as_slice()),
            Cell::Text(suppressed),
            Cell::Muted(violation.reason.clone().unwrap_or_default()),
            Cell::Muted(imports(analysis, &violation.imports)),
        ];
        let mut row = Row::of(&violation.id, &violation.rule, mark, cells);
        row.mono = true;
        row.urgent = violation.blocks();
        rows.push(row);
    }
    let columns = vec![
        Column::new("Rule", "head"),
        Column::new("Severity", "state-col"),
        Column::new("Kind", "text-col wide-only"),
        Column::new("From", "links-col"),
        Column::new("To", "links-col"),
        Column::new("Standing", "text-col"),
        Column::new("Because", "text-col wide-only"),
        Column::new("Imports (references)", "text-col wide-only"),
    ];
    Table { caption: "Violations of architecture rules".to_owned(), columns, rows: rows.done() }
}

fn suppression<'a>(analysis: &'a Analysis, violation: &Violation) -> Option<&'a Suppression> {
    let by = violation.suppressed_by.as_deref()?;
    analysis.acc.suppressions.iter().find(|record| record.id == by)
}

/// What keeps it from blocking, if that is no record of the ledger.
fn without_record(violation: &Violation) -> Option<&'static str> {
    match violation.suppressed_by.as_deref()? {
        TOOL => Some("suppressed by its tool"),
        BASELINE => Some("in the baseline"),
        _ => None,
    }
}

/// "suppressed by its tool: generated code"; "new".
fn standing(violation: &Violation) -> String {
    let why = violation.justification.as_deref().filter(|_| violation.suppressed_by.as_deref() == Some(TOOL));
    match (without_record(violation), why) {
        (Some(by), Some(why)) => [by, ": ", why].concat(),
        (Some(by), None) => by.to_owned(),
        (None, _) if violation.state == Some(Baseline::New) => "new".to_owned(),
        (None, _) => String::new(),
    }
}

fn until(record: &Suppression) -> String {
    match record.expires_at {
        Some(time) => ["suppressed until ", &day(time)].concat(),
        None => "suppressed for good".to_owned(),
    }
}

/// The suppression ledger.
pub(super) fn suppressions(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for record in &analysis.acc.suppressions {
        let target = record.violation.as_deref().or(record.rule.as_deref()).unwrap_or("all");
        let state = if record.in_force { "in force" } else { "not in force" };
        rows.push(Row {
            key: ["record ", &record.id].concat(),
            id: record.violation.as_deref().map(|key| EntityId::new(Kind::Violation, key)),
            name: target.to_owned(),
            mono: true,
            cells: vec![
                Cell::Text(state.to_owned()),
                Cell::Text(record.reason.clone()),
                Cell::maybe(record.owner.as_deref()),
                Cell::Text(record.expires_at.map_or_else(|| "never".to_owned(), day_clock)),
                Cell::Text(record.covers.to_string()),
            ],
            ..Row::default()
        });
    }
    let columns = vec![
        Column::new("Covers", "head"),
        Column::new("Record", "text-col"),
        Column::new("Reason", "text-col"),
        Column::new("Owner", "text-col"),
        Column::new("Expires", "num"),
        Column::new("Violations", "num"),
    ];
    Table { caption: "Suppression records".to_owned(), columns, rows: rows.done() }
}

/// Rules with how often they are broken and how many modules are in each set; one without says so.
pub(super) fn rules(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for rule in analysis.acc.rules.iter().filter(|rule| rule.kind.is_some()) {
        let is_idle = rule.modules.contains(&0);
        let modules: Vec<String> = rule.modules.iter().map(ToString::to_string).collect();
        let cells = vec![
            Cell::Text(rule.kind.map_or("", rule_words).to_owned()),
            Cell::Text(rule.violations.to_string()),
            Cell::Text(
                [modules.join(", ").as_str(), if is_idle { ": check its patterns" } else { "" }].concat(),
            ),
        ];
        let mark = Mark::of_spine(if rule.violations > 0 { SpineState::Fail } else { SpineState::Pass });
        let mut row = Row::of(&rule.id, &rule.id.key, mark, cells);
        row.mono = true;
        rows.push(row);
    }
    let columns = vec![
        Column::new("Rule", "head"),
        Column::new("Kind", "text-col"),
        Column::new("Broken", "num"),
        Column::new("Modules", "num"),
    ];
    Table { caption: "Rules in force".to_owned(), columns, rows: rows.done() }
}

/// What the baseline accepts and is gone: whether a picture that would show it has been closed since.
pub(super) fn absent(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for gone in analysis.acc.baseline.iter().flat_map(|baseline| &baseline.absent) {
        let resolved =
            if gone.resolved { "the next baseline is without it" } else { "nobody has looked again" };
        rows.push(Row {
            key: gone.violation.clone(),
            name: gone.violation.clone(),
            mono: true,
            cells: vec![Cell::Text(resolved.to_owned())],
            ..Row::default()
        });
    }
    let columns = vec![Column::new("Accepted and gone", "head"), Column::new("Standing", "text-col")];
    Table { caption: "Accepted violations that are gone".to_owned(), columns, rows: rows.done() }
}

/// "12 violations are accepted by person:0123456789abcdef: older than the rule"; nothing without a baseline.
pub(super) fn baseline_words(analysis: &Analysis) -> Option<String> {
    let baseline = analysis.acc.baseline.as_ref()?;
    let many = counted(baseline.violations as usize, "violation is", "violations are");
    let by = baseline.actor.as_deref().map_or_else(String::new, |actor| [" by ", actor].concat());
    let why = baseline.reason.as_deref().map_or_else(String::new, |reason| [": ", reason].concat());
    Some([&many, " accepted", &by, &why].concat())
}

/// Folders and crates with their coupling.
pub(super) fn groups(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for group in &analysis.acc.groups {
        rows.push(Row {
            key: group.id.clone(),
            name: group.id.clone(),
            mono: true,
            cells: vec![
                Cell::Text(group.modules.to_string()),
                Cell::Text(group.ca.to_string()),
                Cell::Text(group.ce.to_string()),
                Cell::Text(decimal(group.instability, 2)),
                Cell::Text(share(group.abstractness)),
                Cell::Text(share(group.distance)),
                Cell::Text(decimal(group.cohesion, 2)),
            ],
            ..Row::default()
        });
    }
    let columns = vec![
        Column::new("Folder or crate", "head"),
        Column::new("Modules", "num"),
        Column::new("Used by (Ca)", "num"),
        Column::new("Uses (Ce)", "num"),
        Column::new("Instability", "num"),
        Column::new("Abstractness", "num wide-only"),
        Column::new("Distance", "num wide-only"),
        Column::new("Cohesion", "num wide-only"),
    ];
    Table { caption: "Folders and crates".to_owned(), columns, rows: rows.done() }
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| decimal(value, 2))
}

/// Modules with Martin's metrics.
pub(super) fn modules(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for module in analysis.acc.modules.iter().filter(|module| !module.external) {
        let component = module.component.and_then(|at| analysis.acc.components.get(at as usize));
        let breaks = |v: &Violation| v.blocks() && v.from == module.id.key;
        let bad = component.is_some_and(Component::counts) || analysis.acc.violations.iter().any(breaks);
        let mark = Mark::of_spine(if bad { SpineState::Fail } else { SpineState::Pass });
        let cells = vec![
            Cell::Text(module.ca.to_string()),
            Cell::Text(module.ce.to_string()),
            Cell::Text(decimal(module.instability, 2)),
            Cell::Text(decimal(module.own_instability, 2)),
            Cell::Text(share(module.abstractness)),
            Cell::Text(share(module.distance)),
            Cell::Muted(module.group.clone().unwrap_or_default()),
        ];
        let mut row = Row::of(&module.id, &module.name, mark, cells);
        row.mono = true;
        row.urgent = bad;
        rows.push(row);
    }
    let columns = vec![
        Column::new("Module", "head"),
        Column::new("Used by (Ca)", "num"),
        Column::new("Uses (Ce)", "num"),
        Column::new("Instability", "num"),
        Column::new("In the project", "num wide-only"),
        Column::new("Abstractness", "num wide-only"),
        Column::new("Distance", "num wide-only"),
        Column::new("Folder or crate", "text-col wide-only"),
    ];
    Table {
        caption: "The project's own modules, users before what they use".to_owned(),
        columns,
        rows: rows.done(),
    }
}
