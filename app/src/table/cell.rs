//! Rows and cells of a table, and how each kind of cell is drawn.

use super::Column;
use crate::lens::figure::counted;
use crate::lens::focus::Focus;
use crate::lens::link::entity_link;
use crate::lens::mark::Mark;
use leptos::prelude::*;
use shared::id::EntityId;
use std::sync::Arc;

/// Links drawn in one cell; the rest is counted.
const LINKS_MAX: usize = 3;

/// A row: a group heading, or a thing with its cells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// Unique in its table.
    pub key: String,
    /// Whether it heads the rows below.
    pub is_group: bool,
    /// Whether it must not be hidden.
    pub urgent: bool,
    /// The entity it stands for.
    pub id: Option<EntityId>,
    /// Shape before the name.
    pub mark: Option<Mark>,
    /// Its name.
    pub name: String,
    /// Whether the name is a technical one.
    pub mono: bool,
    /// A word beside the name.
    pub note: String,
    /// Its cells, one a column but the first.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// Words that matter less.
    Muted(String),
    /// An identifier.
    Code(String),
    /// A state as shape and word.
    State(Mark),
    /// Tries as pips: what a reader hears, ready-made HTML without text from outside.
    Pips(String, String),
    /// A drawing: what a reader hears, ready-made SVG without text from outside, words over it.
    Drawing(String, String, String),
    /// Other entities with their names.
    Links(Vec<(EntityId, String)>),
}

/// Collects rows.
#[derive(Debug, Default)]
pub struct Rows(Vec<Arc<Row>>);

impl Rows {
    /// Adds a row.
    pub fn push(&mut self, row: Row) {
        self.0.push(Arc::new(row));
    }

    /// Adds a group heading.
    pub fn group(&mut self, key: &str, name: &str, note: String) {
        let key = ["group ", key].concat();
        self.push(Row { key, is_group: true, name: name.to_owned(), note, ..Row::default() });
    }

    /// The rows.
    #[must_use]
    pub fn done(self) -> Vec<Arc<Row>> {
        self.0
    }
}

impl Row {
    /// A row that stands for an entity.
    #[must_use]
    pub fn of(id: &EntityId, name: &str, mark: Mark, cells: Vec<Cell>) -> Self {
        Self {
            key: id.to_string(),
            id: Some(id.clone()),
            mark: Some(mark),
            name: name.to_owned(),
            cells,
            ..Self::default()
        }
    }

    /// The content of a group heading.
    pub(super) fn group_view(&self) -> AnyView {
        let (name, note) = (self.name.clone(), self.note.clone());
        view! { <span class="group-name">{name}</span>" "<span class="muted">{note}</span> }.into_any()
    }

    /// The content of the row's heading.
    pub(super) fn head_view(&self, focus: Focus) -> AnyView {
        let mark = self.mark.map(Mark::shape_view);
        let class = if self.mono { "name mono" } else { "name" };
        let (name, title, note) = (self.name.clone(), self.name.clone(), self.note.clone());
        let note = (!note.is_empty()).then(|| view! { <span class="tag">{note}</span> });
        let content = view! { {mark}<span class=class title=title>{name}</span>{note} }.into_any();
        match &self.id {
            Some(id) => entity_link(id, "row-link", content, focus),
            None => view! { <span class="row-link">{content}</span> }.into_any(),
        }
    }

    /// The cells, one a column but the first.
    pub(super) fn cell_views(&self, columns: &[Column], focus: Focus) -> Vec<AnyView> {
        let cells = self.cells.iter().zip(columns.iter().skip(1));
        cells
            .map(|(cell, column)| {
                let (class, label) = (column.class, column.label);
                view! { <td class=class data-label=label>{cell.view(focus)}</td> }.into_any()
            })
            .collect()
    }
}

impl Cell {
    /// Words, or an empty cell.
    #[must_use]
    pub fn maybe(text: Option<&str>) -> Self {
        Self::Text(text.unwrap_or_default().to_owned())
    }

    fn view(&self, focus: Focus) -> AnyView {
        match self {
            Cell::Text(text) => text.clone().into_any(),
            Cell::Muted(text) | Cell::Code(text) if text.is_empty() => ().into_any(),
            Cell::Muted(text) => view! { <span class="muted">{text.clone()}</span> }.into_any(),
            Cell::Code(text) => view! { <code>{text.clone()}</code> }.into_any(),
            Cell::State(mark) => mark.view(),
            Cell::Pips(label, pips) => {
                let (label, pips) = (label.clone(), pips.clone());
                view! { <span class="pips" role="img" aria-label=label inner_html=pips></span> }.into_any()
            }
            Cell::Drawing(label, drawing, note) => drawing_view(label, drawing, note),
            Cell::Links(links) => links_view(links, focus),
        }
    }
}

fn drawing_view(label: &str, drawing: &str, note: &str) -> AnyView {
    let (label, drawing, note) = (label.to_owned(), drawing.to_owned(), note.to_owned());
    view! {
        <svg class="lane" role="img" aria-label=label inner_html=drawing></svg>
        <span class="lane-note">{note}</span>
    }
    .into_any()
}

/// Links with commas between them: a list of its own in every row would double the page.
fn links_view(links: &[(EntityId, String)], focus: Focus) -> AnyView {
    let shown = links.iter().take(LINKS_MAX).enumerate();
    let mut parts: Vec<AnyView> = Vec::new();
    for (at, (id, name)) in shown {
        if at > 0 {
            parts.push(", ".into_any());
        }
        parts.push(entity_link(id, "chip-link", name.clone().into_any(), focus));
    }
    let more = links.len().saturating_sub(LINKS_MAX);
    if more > 0 {
        parts.push([" and ", &counted(more, "more", "more")].concat().into_any());
    }
    parts.into_any()
}
