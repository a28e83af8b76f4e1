//! Tables as values, and the one way they are drawn.
//!
//! A lens makes a [`Table`] from its analysis, a pure function; [`table_view`] keeps it on screen: rows are
//! keyed, cells are patched in place, so a live update never takes an element away from under the focus.
//! More than `rows_max` rows wait behind a button that counts them, headings aside; never the urgent ones.

mod cell;

pub use cell::{Cell, Row, Rows};

use crate::lens::figure::{counted, joined};
use crate::lens::focus::Focus;
use leptos::prelude::*;
use shared::lens::{Analysis, Nearness};
use shared::order::Map;
use std::sync::Arc;

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What it lists, for its caption.
    pub caption: String,
    /// Columns; the first heads the rows.
    pub columns: Vec<Column>,
    /// Rows in order, groups as rows of their own.
    pub rows: Vec<Arc<Row>>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub label: &'static str,
    /// Its class, on the heading and on every cell.
    pub class: &'static str,
    /// Content of a drawing in the heading, ready-made SVG without text from outside; empty for none.
    pub drawing: String,
}

impl Column {
    /// A column of text.
    #[must_use]
    pub const fn new(label: &'static str, class: &'static str) -> Self {
        Self { label, class, drawing: String::new() }
    }
}

/// How a table is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Class of the table.
    pub class: &'static str,
    /// Rows shown before a person asks for all.
    pub rows_max: usize,
    /// Whether the caption is seen, not only heard.
    pub captioned: bool,
}

/// A table that follows the analysis.
#[must_use]
pub fn table_of(analysis: Signal<Arc<Analysis>>, make: fn(&Analysis) -> Table) -> Memo<Arc<Table>> {
    Memo::new(move |_| Arc::new(analysis.with(|analysis| make(analysis))))
}

type Index = Memo<Arc<Map<String, Arc<Row>>>>;

/// Draws `table` and keeps it up to date.
#[must_use]
pub fn table_view(table: Memo<Arc<Table>>, focus: Focus, form: Form) -> AnyView {
    let all = RwSignal::new(false);
    let index: Index = Memo::new(move |_| {
        let rows = table.with(|table| table.rows.clone());
        Arc::new(rows.into_iter().map(|row| (row.key.clone(), row)).collect())
    });
    let keys = Memo::new(move |_| {
        let rows_max = if all.get() { usize::MAX } else { form.rows_max };
        table.with(|table| shown(&table.rows, rows_max))
    });
    let hidden = Memo::new(move |_| {
        index.with(|rows| {
            let all = rows.values().filter(|row| !row.is_group).count();
            let is_row = |key: &&String| rows.get(*key).is_some_and(|row| !row.is_group);
            all - keys.with(|keys| keys.iter().filter(is_row).count())
        })
    });
    let caption_class = if form.captioned { "" } else { "visually-hidden" };
    view! {
        <table class=form.class>
            <caption class=caption_class>{move || table.with(|table| table.caption.clone())}</caption>
            <thead><tr>{move || table.with(|table| headings(&table.columns))}</tr></thead>
            <tbody>
                <For each=move || keys.get() key=String::clone let:key>
                    {row_view(key, index, table, focus)}
                </For>
            </tbody>
        </table>
        {move || more_view(hidden.get(), all)}
    }
    .into_any()
}

/// Keys of the rows to show: all, or the urgent ones and as many others as fit, in order.
fn shown(rows: &[Arc<Row>], rows_max: usize) -> Vec<String> {
    let urgent = rows.iter().filter(|row| row.urgent).count();
    let mut room = rows_max.saturating_sub(urgent);
    let mut fits = |row: &Row| {
        let calm = !row.urgent && room > 0;
        room -= usize::from(calm);
        row.urgent || calm
    };
    let mut kept: Vec<&Arc<Row>> = if rows.len() <= rows_max {
        rows.iter().collect()
    } else {
        rows.iter().filter(|row| fits(row)).collect()
    };
    // A group heading without rows says nothing.
    let mut next_is_row = false;
    kept.reverse();
    kept.retain(|row| {
        let keep = !row.is_group || next_is_row;
        next_is_row = !row.is_group;
        keep
    });
    kept.reverse();
    kept.iter().map(|row| row.key.clone()).collect()
}

fn headings(columns: &[Column]) -> Vec<AnyView> {
    let heading = |column: &Column| {
        let (label, class) = (column.label, column.class);
        if column.drawing.is_empty() {
            return view! { <th scope="col" class=class>{label}</th> }.into_any();
        }
        view! {
            <th scope="col" class=class>
                <span class="visually-hidden">{label}</span>
                <svg class="axis" aria-hidden="true" inner_html=column.drawing.clone()></svg>
            </th>
        }
        .into_any()
    };
    columns.iter().map(heading).collect()
}

fn more_view(hidden: usize, all: RwSignal<bool>) -> AnyView {
    let label = if hidden > 0 {
        joined(&["Show all, ", &counted(hidden, "more row", "more rows")])
    } else if all.get() {
        "Show fewer".to_owned()
    } else {
        String::new()
    };
    let none = label.is_empty();
    view! {
        <button type="button" class="more" hidden=none on:click=move |_| all.update(|all| *all = !*all)>
            {label}
        </button>
    }
    .into_any()
}

fn row_view(key: String, index: Index, table: Memo<Arc<Table>>, focus: Focus) -> AnyView {
    let row = Memo::new(move |_| index.with(|rows| rows.get(&key).cloned()).unwrap_or_default());
    if row.with_untracked(|row| row.is_group) {
        let columns = move || table.with(|table| table.columns.len().to_string());
        return view! {
            <tr class="group"><th scope="rowgroup" colspan=columns>{move || row.get().group_view()}</th></tr>
        }
        .into_any();
    }
    let lit = move || row.with(|row| row.id.as_ref().and_then(|id| nearness(focus, id)));
    view! {
        <tr data-lit=lit>
            <th scope="row">{move || row.get().head_view(focus)}</th>
            {move || table.with(|table| row.get().cell_views(&table.columns, focus))}
        </tr>
    }
    .into_any()
}

/// How near `id` is to the selection, as the style sheet names it; nothing while nothing is selected.
#[must_use]
pub fn nearness(focus: Focus, id: &shared::id::EntityId) -> Option<&'static str> {
    let nearness = focus.lit.with(|lit| lit.nearness(id))?;
    Some(match nearness {
        Nearness::Selected => "selected",
        Nearness::Direct => "direct",
        Nearness::Near => "near",
        Nearness::Far => "far",
    })
}
