//! Cycles as tables: of modules, and at every level of the tree of folders.

use crate::lens::dde::links;
use crate::lens::figure::{counted, decimal};
use crate::lens::mark::Mark;
use crate::lens::name_of;
use crate::table::{Cell, Column, Row, Rows, Table};
use shared::event::Dependency;
use shared::lens::Analysis;
use shared::lens::acc::{Component, Cut, Level, LevelComponent};
use shared::lens::convergence::SpineState;

/// Steps named of a way round.
const STEPS_MAX: usize = 9;
/// Imports, and links, named in a cell.
const NAMED_MAX: usize = 3;

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
        Column::new("Ends without (references)", "text-col"),
        Column::new("Density", "num wide-only"),
        Column::new("Members", "links-col"),
    ];
    let cells = |component: &Component| {
        vec![
            Cell::Text(counts(&component.kinds)),
            Cell::Muted(way_round(analysis, component)),
            Cell::Text([&imports(analysis, &component.cut), least(component.cut_is_minimal)].concat()),
            Cell::Text(decimal(component.density, 2)),
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
    let names: Vec<String> = around.take(STEPS_MAX).map(|id| name_of(analysis, id)).collect();
    names.join(" → ")
}

/// "a → b (3); b → c (1) and 2 more": with the references behind each.
pub(super) fn imports(analysis: &Analysis, cuts: &[Cut]) -> String {
    some(cuts, |cut| arrow(&name_of(analysis, &cut.from), &name_of(analysis, &cut.to), cut.weight))
}

fn arrow(from: &str, to: &str, weight: u32) -> String {
    [from, " → ", to, " (", &weight.to_string(), ")"].concat()
}

fn some<T>(items: &[T], told: impl Fn(&T) -> String) -> String {
    let named: Vec<String> = items.iter().take(NAMED_MAX).map(told).collect();
    let more = items.len().saturating_sub(NAMED_MAX);
    let rest = if more > 0 { [" and ", &more.to_string(), " more"].concat() } else { String::new() };
    [named.join("; "), rest].concat()
}

/// Whether fewer references might do.
const fn least(is_minimal: bool) -> &'static str {
    if is_minimal { "; no fewer references do" } else { "; fewer might do" }
}

/// "yes: normal", "no: legal through normal, dev".
fn counts(kinds: &[Dependency]) -> String {
    let words: Vec<&str> = kinds.iter().map(|kind| kind_word(*kind)).collect();
    let counts = if kinds.contains(&Dependency::Dev) { "no: legal through " } else { "yes: " };
    [counts, &words.join(", ")].concat()
}

/// Folders that use each other, and what lies beside them: a row a cycle of a level.
pub(super) fn level_components(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for level in &analysis.acc.levels {
        for (component, n) in level.components.iter().zip(1_u32..) {
            let is_legal = component.kinds.contains(&Dependency::Dev);
            rows.push(Row {
                key: ["level ", &level.id, " ", &n.to_string()].concat(),
                mark: Some(Mark::of_spine(if is_legal { SpineState::None } else { SpineState::Flaky })),
                name: some(&component.members, String::clone),
                mono: true,
                cells: level_cells(analysis, level, component),
                ..Row::default()
            });
        }
    }
    let columns = vec![
        Column::new("Use each other", "head"),
        Column::new("Within", "text-col"),
        Column::new("Through", "text-col wide-only"),
        Column::new("Shortest way round", "text-col"),
        Column::new("Ends without (references)", "text-col"),
        Column::new("Imports behind (references)", "text-col wide-only"),
        Column::new("Density", "num wide-only"),
    ];
    Table { caption: "Folders that use each other".to_owned(), columns, rows: rows.done() }
}

fn level_cells(analysis: &Analysis, level: &Level, component: &LevelComponent) -> Vec<Cell> {
    let around = component.shortest_cycle.iter().chain(component.shortest_cycle.first());
    let around: Vec<&str> = around.take(STEPS_MAX).map(String::as_str).collect();
    let cut = some(&component.cut, |cut| arrow(&cut.from, &cut.to, cut.weight));
    let behind: Vec<Cut> = component.cut.iter().flat_map(|cut| &cut.imports).cloned().collect();
    let kinds: Vec<&str> = component.kinds.iter().map(|kind| kind_word(*kind)).collect();
    vec![
        Cell::Muted(folder(level).to_owned()),
        Cell::Muted(kinds.join(", ")),
        Cell::Muted(around.join(" → ")),
        Cell::Text([&cut, least(component.cut_is_minimal)].concat()),
        Cell::Muted(imports(analysis, &behind)),
        Cell::Text(decimal(component.density, 2)),
    ]
}

/// Every level on which something uses something else, with Lakos' figures.
pub(super) fn levels(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for level in &analysis.acc.levels {
        let lakos = &level.lakos;
        rows.push(Row {
            key: ["level ", &level.id].concat(),
            name: folder(level).to_owned(),
            mono: true,
            cells: vec![
                Cell::Text(level.children.len().to_string()),
                Cell::Text(level.dependencies.to_string()),
                Cell::Text(level.components.len().to_string()),
                Cell::Text(lakos.ccd.to_string()),
                Cell::Text(decimal(lakos.acd, 2)),
                Cell::Text(decimal(lakos.racd, 2)),
                Cell::Text(decimal(lakos.nccd, 2)),
            ],
            ..Row::default()
        });
    }
    let columns = vec![
        Column::new("Folder", "head"),
        Column::new("In it", "num"),
        Column::new("Uses", "num"),
        Column::new("Cycles", "num"),
        Column::new("CCD", "num"),
        Column::new("ACD", "num"),
        Column::new("RACD", "num wide-only"),
        Column::new("NCCD", "num"),
    ];
    Table { caption: "Levels of the tree of folders".to_owned(), columns, rows: rows.done() }
}

const fn folder(level: &Level) -> &str {
    if level.id.is_empty() { "(outermost)" } else { level.id.as_str() }
}

const fn kind_word(kind: Dependency) -> &'static str {
    match kind {
        Dependency::Normal => "normal",
        Dependency::Build => "build",
        Dependency::Dev => "dev",
    }
}
