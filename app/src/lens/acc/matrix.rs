//! The dependency matrix: the row uses the column. A path a kind of cell, so that its size costs no elements.
//!
//! Cells differ in form: squares are imports (darker where heavier), diamonds lie on a cycle, triangles are
//! warnings, rings suppressed violations, crosses blocking ones. What it shows stands in the tables too; what is
//! under the pointer is said in words.

use crate::browser;
use crate::lens::Focus;
use crate::lens::figure::{counted, tail};
use crate::lens::link::entity_link;
use crate::table::nearness;
use leptos::ev::PointerEvent;
use leptos::prelude::*;
use shared::id::EntityId;
use shared::layout::matrix::{Cell, CellKind, Matrix, matrix};
use shared::lens::{Analysis, Nearness};
use std::fmt::Write;
use std::sync::Arc;

/// Pixels a row of the matrix with names.
const ROW: usize = 24;
/// A block gets a label from this share of the matrix on, in hundredths.
const LABEL_SHARE_MIN: u32 = 4;
/// Longest label.
const LABEL_CHARS_MAX: usize = 12;

/// The matrix with labelled blocks, scaled to its place.
pub(super) fn matrix_view(analysis: Signal<Arc<Analysis>>, focus: Focus) -> AnyView {
    let laid = Memo::new(move |_| Arc::new(analysis.with(|a| matrix(&a.acc))));
    let label = move || laid.with(|laid| spoken(laid));
    let frame = move || laid.with(|laid| view_box(laid));
    let (words, point) = pointed(laid);
    view! {
        <svg class="matrix" role="img" aria-label=label viewBox=frame preserveAspectRatio="xMinYMin meet"
            on:pointermove=point>
            <title>{words}</title>
            <g inner_html=move || laid.with(|laid| blocks(laid))></g>
            <g inner_html=move || laid.with(|laid| focus.lit.with(|lit| bands(laid, |id| lit.nearness(id))))></g>
            <g inner_html=move || laid.with(|laid| cells(laid, laid.rows.len() as f64 / 70.0))></g>
            <g class="labels">{move || laid.with(|laid| labels(laid))}</g>
        </svg>
    }
    .into_any()
}

/// The matrix with a name a row and a number a column.
pub(super) fn named_view(analysis: Signal<Arc<Analysis>>, focus: Focus) -> AnyView {
    let laid = Memo::new(move |_| Arc::new(analysis.with(|a| matrix(&a.acc))));
    let n = move || laid.with(|laid| laid.rows.len().max(1));
    let label = move || laid.with(|laid| spoken(laid));
    let frame = move || ["0 0 ", &n().to_string(), " ", &n().to_string()].concat();
    let side = move || (n() * ROW).to_string();
    let folded = move || {
        laid.with(|laid| match laid.folded {
            0 => String::new(),
            n => [
                &counted(n as usize, "module is", "modules are"),
                " too many to draw one by one: each row is a folder.",
            ]
            .concat(),
        })
    };
    let (words, point) = pointed(laid);
    view! {
        <p class="muted">{folded}</p>
        <div class="matrix-named">
            <ol class="matrix-rows">{move || laid.with(|laid| row_views(laid, focus))}</ol>
            <svg class="matrix" role="img" aria-label=label viewBox=frame width=side height=side
                on:pointermove=point>
                <title>{words}</title>
                <g inner_html=move || laid.with(|laid| blocks(laid))></g>
                <g inner_html=move || laid.with(|laid| focus.lit.with(|lit| bands(laid, |id| lit.nearness(id))))></g>
                <g inner_html=move || laid.with(|laid| cells(laid, 0.0))></g>
            </svg>
        </div>
    }
    .into_any()
}

/// Words for what is under the pointer, and what keeps them so.
fn pointed(laid: Memo<Arc<Matrix>>) -> (RwSignal<String>, impl Fn(PointerEvent) + 'static) {
    let words = RwSignal::new(String::new());
    let point = move |event: PointerEvent| {
        let Some((x, y)) = browser::inside(&event, ".frame") else { return };
        let now = laid.with_untracked(|laid| words_at(laid, x, y));
        if words.with_untracked(|words| *words != now) {
            words.set(now);
        }
    };
    (words, point)
}

/// What the matrix says at a point, both ways as shares of its side: "a uses b, violation".
fn words_at(laid: &Matrix, x: f64, y: f64) -> String {
    let n = laid.rows.len() as f64;
    // Negative shares become 0, so they are told apart before.
    let at = |share: f64| laid.rows.get((share * n) as usize).filter(|_| share >= 0.0);
    let (Some(from), Some(to)) = (at(y), at(x)) else { return String::new() };
    let (row, column) = ((y * n) as u32, (x * n) as u32);
    if row == column {
        return from.name.clone();
    }
    let cell = laid.cells.iter().find(|cell| (cell.row, cell.column) == (row, column));
    let (verb, what) = match cell.map(|cell| cell.kind) {
        None => (" does not use ", ""),
        Some(CellKind::Import) => (" uses ", ""),
        Some(CellKind::Cycle) => (" uses ", ", in a cycle"),
        Some(CellKind::Suppressed) => (" uses ", ", suppressed violation"),
        Some(CellKind::Warning) => (" uses ", ", warning"),
        Some(CellKind::Violation) => (" uses ", ", violation"),
    };
    [&from.name, verb, &to.name, what].concat()
}

/// What the forms mean.
pub(super) fn legend() -> AnyView {
    let entry = |kind: &'static str, d: &'static str, word: &'static str| {
        view! {
            <li><svg class="matrix" viewBox="0 0 1 1" aria-hidden="true"><path class=kind d=d></path></svg>{word}</li>
        }
        .into_any()
    };
    let entries = vec![
        entry("import s2", "M.1.1h.8v.8h-.8z", "uses"),
        entry("cycle", "M.5 0l.5.5-.5.5-.5-.5z", "in a cycle"),
        entry("violation", "M.15.15l.7.7m0-.7l-.7.7", "violation"),
        entry("warning", "M.5.05l.5.9h-1z", "warning"),
        entry("suppressed", "M.2.2h.6v.6h-.6z", "suppressed"),
    ];
    view! { <ul class="legend" aria-label="What the cells mean">{entries}</ul> }.into_any()
}

fn spoken(laid: &Matrix) -> String {
    let count = |kind: CellKind| laid.cells.iter().filter(|cell| cell.kind == kind).count();
    [
        "Dependency matrix of ",
        &counted(laid.rows.len(), "row", "rows"),
        ", ",
        &counted(laid.cells.len(), "import", "imports"),
        ", ",
        &counted(count(CellKind::Violation), "blocking violation", "blocking violations"),
        ", ",
        &counted(count(CellKind::Cycle), "import in cycles", "imports in cycles"),
    ]
    .concat()
}

/// Room for labels left and above, in cells.
fn margins(laid: &Matrix) -> (usize, usize) {
    let n = laid.rows.len().max(1);
    let chars = named(laid).iter().map(|(_, name)| name.chars().count()).max().unwrap_or(0);
    (n * (chars * 26 + 40) / 1000 + 1, n / 50 + 1)
}

fn view_box(laid: &Matrix) -> String {
    let n = laid.rows.len().max(1);
    let (left, top) = margins(laid);
    let mut text = String::new();
    let _ = write!(text, "-{left} -{top} {} {}", n + left + 1, n + top + 1);
    text
}

fn blocks(laid: &Matrix) -> String {
    let n = laid.rows.len();
    let mut drawn = String::new();
    let _ = write!(drawn, "<rect class=\"frame\" width=\"{n}\" height=\"{n}\"/>");
    for block in &laid.blocks {
        let (at, len) = (block.start, block.len);
        let _ =
            write!(drawn, "<rect class=\"block\" x=\"{at}\" y=\"{at}\" width=\"{len}\" height=\"{len}\"/>");
    }
    drawn
}

/// The selection's rows and columns.
fn bands(laid: &Matrix, nearness: impl Fn(&EntityId) -> Option<Nearness>) -> String {
    let n = laid.rows.len();
    let mut drawn = String::new();
    for (at, row) in laid.rows.iter().enumerate() {
        let class = match row.id.as_ref().and_then(&nearness) {
            Some(Nearness::Selected) => "band",
            Some(Nearness::Direct) => "band direct",
            _ => continue,
        };
        let _ = write!(drawn, "<rect class=\"{class}\" y=\"{at}\" width=\"{n}\" height=\"1\"/>");
        if class == "band" {
            let _ = write!(drawn, "<rect class=\"band\" x=\"{at}\" width=\"1\" height=\"{n}\"/>");
        }
    }
    drawn
}

/// Cells; what must be found is at least `half_min` cells wide to either side.
fn cells(laid: &Matrix, half_min: f64) -> String {
    let mut drawn = String::new();
    for shade in 0..4 {
        let class = ["import s0", "import s1", "import s2", "import s3"][shade];
        let of = |cell: &&Cell| cell.kind == CellKind::Import && usize::from(cell.shade) == shade;
        path(&mut drawn, class, laid.cells.iter().filter(of), ".1", "h.8v.8h-.8z");
    }
    let half = f64::max(0.4, half_min);
    let full = 2.0 * half;
    let forms = [
        (CellKind::Cycle, "cycle", format!("m0-{half}l{half} {half}-{half} {half}-{half}-{half}z")),
        (CellKind::Suppressed, "suppressed", format!("m-{half}-{half}h{full}v{full}h-{full}z")),
        (CellKind::Warning, "warning", format!("m0-{half}l{half} {full}h-{full}z")),
        (CellKind::Violation, "violation", format!("m-{half}-{half}l{full} {full}m0-{full}l-{full} {full}")),
    ];
    for (kind, class, form) in forms {
        path(&mut drawn, class, laid.cells.iter().filter(|cell| cell.kind == kind), ".5", &form);
    }
    drawn
}

/// One path of `form` at every cell, `inset` into it.
fn path<'a>(drawn: &mut String, class: &str, cells: impl Iterator<Item = &'a Cell>, inset: &str, form: &str) {
    let mut d = String::new();
    for cell in cells {
        let _ = write!(d, "M{}{inset} {}{inset}{form}", cell.column, cell.row);
    }
    if !d.is_empty() {
        let _ = write!(drawn, "<path class=\"{class}\" d=\"{d}\"/>");
    }
}

/// Names of blocks that are large enough, left of their middles.
fn labels(laid: &Matrix) -> Vec<AnyView> {
    let n = laid.rows.len().max(1) as f64;
    let size = (n * 0.042).max(0.4).to_string();
    let x = (-n * 0.02).to_string();
    let view = |(middle, name): (f64, String)| {
        let (x, y, size) = (x.clone(), (middle + n * 0.015).to_string(), size.clone());
        view! { <text class="left" x=x y=y font-size=size>{name}</text> }.into_any()
    };
    named(laid).into_iter().map(view).collect()
}

/// The middles of large enough blocks, or of all rows where there are none, with their names as short as they stay
/// apart.
fn named(laid: &Matrix) -> Vec<(f64, String)> {
    let n = laid.rows.len().max(1) as u32;
    let named: Vec<(u32, u32, &str)> = if laid.blocks.is_empty() {
        laid.rows.iter().zip(0..).map(|(row, at)| (at, 1, row.name.as_str())).collect()
    } else {
        laid.blocks.iter().map(|block| (block.start, block.len, block.name.as_str())).collect()
    };
    let names: Vec<&str> = named.iter().map(|(_, _, name)| *name).filter(|name| name.contains('/')).collect();
    let (before, after) = (shared_folders(&names, false), shared_folders(&names, true));
    let large = named.into_iter().filter(|(_, len, _)| len * 100 >= n * LABEL_SHARE_MIN);
    large
        .map(|(start, len, name)| {
            (f64::from(start) + f64::from(len) / 2.0, tail(inner(name, before, after), LABEL_CHARS_MAX))
        })
        .collect()
}

/// How many folders all `names` share, from the front or from the back.
fn shared_folders(names: &[&str], back: bool) -> usize {
    let folder = |name: &str, at: usize| {
        let found = if back { name.rsplit('/').nth(at) } else { name.split('/').nth(at) };
        found.map(str::to_owned)
    };
    let Some((first, rest)) = names.split_first().filter(|(_, rest)| !rest.is_empty()) else { return 0 };
    let most = names.iter().map(|name| name.split('/').count()).min().unwrap_or(1) - 1;
    (0..most).take_while(|at| rest.iter().all(|name| folder(name, *at) == folder(first, *at))).count()
}

/// `name` without the folders that all share.
fn inner(name: &str, before: usize, after: usize) -> &str {
    let mut rest = name;
    if name.matches('/').count() < before + after {
        return name;
    }
    for _ in 0..before {
        rest = rest.split_once('/').map_or(rest, |(_, rest)| rest);
    }
    for _ in 0..after {
        rest = rest.rsplit_once('/').map_or(rest, |(rest, _)| rest);
    }
    rest
}

fn row_views(laid: &Matrix, focus: Focus) -> Vec<AnyView> {
    let row = |(row, at): (&shared::layout::matrix::Row, u32)| {
        let (name, title) = (tail(&row.name, 34), row.name.clone());
        let number = (at + 1).to_string();
        let content =
            view! { <span class="faint">{number}</span><span class="name" title=title>{name}</span> }
                .into_any();
        let Some(id) = row.id.clone() else {
            return view! { <li>{content}</li> }.into_any();
        };
        let link = entity_link(&id, "row-link", content, focus);
        view! { <li data-lit=move || nearness(focus, &id)>{link}</li> }.into_any()
    };
    laid.rows.iter().zip(0..).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::layout::matrix::Row;

    #[test]
    fn what_is_under_the_pointer_is_said() {
        let row = |name: &str| Row { id: None, name: name.to_owned() };
        let cell = |row, column, kind| Cell { row, column, kind, shade: 0 };
        let laid = Matrix {
            rows: vec![row("web"), row("api"), row("pay"), row("core")],
            cells: vec![cell(0, 1, CellKind::Import), cell(2, 0, CellKind::Violation)],
            ..Matrix::default()
        };
        for (x, y, words) in [
            (0.3, 0.1, "web uses api"),
            (0.1, 0.7, "pay uses web, violation"),
            (0.9, 0.1, "web does not use core"),
            (0.6, 0.6, "pay"),
            (-0.01, 0.1, ""),
            (0.1, 1.0, ""),
        ] {
            assert_eq!(words_at(&laid, x, y), words, "{x} {y}");
        }
        assert_eq!(words_at(&Matrix::default(), 0.5, 0.5), "");
    }
}
