//! Violations, cycles, suppressions, groups and modules as tables.

use crate::lens::dde::links;
use crate::lens::figure::{counted, day, day_clock, decimal};
use crate::lens::mark::Mark;
use crate::lens::name_of;
use crate::table::{Cell, Column, Row, Rows, Table};
use crate::words::rule_words;
use shared::event::Baseline;
use shared::id::{EntityId, Kind};
use shared::lens::Analysis;
use shared::lens::acc::{Component, Suppression, Violation};
use shared::lens::convergence::SpineState;

/// Where a violation leads, and until when it is suppressed.
pub(super) fn violations_short(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for violation in &analysis.acc.violations {
        let mark = Mark::of_violation(violation.severity, violation.suppressed);
        let name = name_of(analysis, &violation.id);
        let note = match suppression(analysis, violation) {
            Some(record) => until(record),
            None if violation.suppressed => "in the baseline".to_owned(),
            None => violation.rule.clone(),
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
            None if violation.suppressed => "in the baseline".to_owned(),
            None if violation.state == Some(Baseline::New) => "new".to_owned(),
            None => String::new(),
        };
        let cells = vec![
            Cell::State(mark),
            Cell::Muted(violation.kind.map_or("stated by a tool", rule_words).to_owned()),
            links(analysis, &[EntityId::new(Kind::Module, &violation.from)]),
            links(analysis, to.as_slice()),
            Cell::Text(suppressed),
            Cell::Muted(violation.reason.clone().unwrap_or_default()),
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
    ];
    Table { caption: "Violations of architecture rules".to_owned(), columns, rows: rows.done() }
}

fn suppression<'a>(analysis: &'a Analysis, violation: &Violation) -> Option<&'a Suppression> {
    let by = violation.suppressed_by.as_deref()?;
    analysis.acc.suppressions.iter().find(|record| record.id == by)
}

fn until(record: &Suppression) -> String {
    match record.expires_at {
        Some(time) => ["suppressed until ", &day(time)].concat(),
        None => "suppressed for good".to_owned(),
    }
}

/// Cycles with their shortest way round.
pub(super) fn components_short(analysis: &Analysis) -> Table {
    let columns = vec![Column::new("Cycle", "head"), Column::new("Shortest way round", "text-col")];
    let cells = |component: &Component| vec![Cell::Muted(way_round(analysis, component))];
    Table { caption: "Cycles".to_owned(), columns, rows: component_rows(analysis, cells) }
}

/// Cycles with the imports whose removal ends them.
pub(super) fn components(analysis: &Analysis) -> Table {
    let columns = vec![
        Column::new("Cycle", "head"),
        Column::new("Counts", "text-col"),
        Column::new("Shortest way round", "text-col"),
        Column::new("Ends without", "text-col"),
        Column::new("Members", "links-col"),
    ];
    let cells = |component: &Component| {
        let kinds: Vec<&str> = component.kinds.iter().map(|kind| kind_word(*kind)).collect();
        let counts = if component.counts() { "yes: " } else { "no: legal through " };
        vec![
            Cell::Text([counts, &kinds.join(", ")].concat()),
            Cell::Muted(way_round(analysis, component)),
            Cell::Text(cut(analysis, component)),
            links(analysis, &component.members),
        ]
    };
    Table { caption: "Cycles of modules".to_owned(), columns, rows: component_rows(analysis, cells) }
}

fn component_rows(analysis: &Analysis, cells: impl Fn(&Component) -> Vec<Cell>) -> Vec<std::sync::Arc<Row>> {
    let mut rows = Rows::default();
    for (component, n) in analysis.acc.components.iter().zip(1_u32..) {
        let mark = if component.counts() { SpineState::Fail } else { SpineState::None };
        rows.push(Row {
            key: ["cycle ", &n.to_string()].concat(),
            id: component.shortest_cycle.first().cloned(),
            mark: Some(Mark::of_spine(mark)),
            name: counted(component.size as usize, "module", "modules"),
            urgent: component.counts(),
            cells: cells(component),
            ..Row::default()
        });
    }
    rows.done()
}

fn way_round(analysis: &Analysis, component: &Component) -> String {
    let around = component.shortest_cycle.iter().chain(component.shortest_cycle.first());
    let names: Vec<String> = around.take(9).map(|id| name_of(analysis, id)).collect();
    names.join(" → ")
}

fn cut(analysis: &Analysis, component: &Component) -> String {
    let pairs = component.cut.iter().take(3);
    let named: Vec<String> =
        pairs.map(|cut| [name_of(analysis, &cut.from), name_of(analysis, &cut.to)].join(" → ")).collect();
    let more = component.cut.len().saturating_sub(3);
    let rest = if more > 0 { [" and ", &more.to_string(), " more"].concat() } else { String::new() };
    [named.join("; "), rest].concat()
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
    ];
    Table { caption: "Folders and crates".to_owned(), columns, rows: rows.done() }
}

/// Modules with Martin's metrics.
pub(super) fn modules(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for module in analysis.acc.modules.iter().filter(|module| !module.external) {
        let component = module.component.and_then(|at| analysis.acc.components.get(at as usize));
        let breaks = |v: &Violation| v.blocks() && v.from == module.id.key;
        let bad = component.is_some_and(Component::counts) || analysis.acc.violations.iter().any(breaks);
        let mark = Mark::of_spine(if bad { SpineState::Fail } else { SpineState::Pass });
        let share = |value: Option<f64>| value.map_or_else(String::new, |value| decimal(value, 2));
        let cells = vec![
            Cell::Text(module.ca.to_string()),
            Cell::Text(module.ce.to_string()),
            Cell::Text(decimal(module.instability, 2)),
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

const fn kind_word(kind: shared::event::Dependency) -> &'static str {
    match kind {
        shared::event::Dependency::Normal => "normal",
        shared::event::Dependency::Build => "build",
        shared::event::Dependency::Dev => "dev",
    }
}
