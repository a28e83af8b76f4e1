//! Architecture: who uses whom as a matrix, violations with their suppressions, cycles with their cut, metrics.
//!
//! Compact: the matrix and the violations beside it. Full: all of it, the matrix with a name a row.

mod cycles;
mod matrix;
mod tables;

use super::figure::{Figure, decimal, percent};
use super::panel::{Title, empty, panel, part};
use super::{Focus, holds};
use crate::table::{Form, Table, table_of, table_view};
use leptos::prelude::*;
use shared::lens::Analysis;
use std::sync::Arc;

const TITLE: Title = Title { lens: "acc", name: "Architecture", short: "ACC" };

/// The architecture lens.
#[component]
pub fn AccLens(
    /// What is shown.
    analysis: Signal<Arc<Analysis>>,
    /// The selection.
    focus: Focus,
    /// As a panel of the mission page.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let figures = Memo::new(move |_| analysis.with(|analysis| figures(analysis, compact)));
    let bare = holds(analysis, |a| a.acc.modules.is_empty() && a.acc.violations.is_empty());
    let body = move || match (bare.get(), compact) {
        (true, _) => empty(
            "No module is known at this time.",
            "Modules appear with a picture of the architecture: cargo metadata, dependency-cruiser, or DOT.",
            "mission import --iteration I metadata.json",
        ),
        (false, true) => compact_body(analysis, focus),
        (false, false) => full_body(analysis, focus),
    };
    panel(TITLE, compact, figures, view! { {body} }.into_any())
}

/// The lens's own, with what is suppressed, which blocks no longer but is not gone; where there is room, how far
/// changes reach.
fn figures(analysis: &Analysis, compact: bool) -> Vec<Figure> {
    let mut figures: Vec<Figure> = analysis.acc.kpis.iter().map(Figure::of).collect();
    let suppressed = analysis.acc.violations.iter().filter(|violation| violation.suppressed).count();
    let at = figures.len().min(1);
    figures.insert(at, Figure { label: "suppressed", value: suppressed.to_string(), ..Figure::default() });
    if !compact {
        let (acc, lakos) = (&analysis.acc, &analysis.acc.lakos);
        let reach = [
            ("propagation cost", percent((acc.propagation_cost * 1e6) as i64, 1_000_000)),
            ("CCD", lakos.ccd.to_string()),
            ("ACD", decimal(lakos.acd, 2)),
            ("NCCD", decimal(lakos.nccd, 2)),
        ];
        figures.extend(reach.map(|(label, value)| Figure { label, value, ..Figure::default() }));
    }
    figures
}

fn compact_body(analysis: Signal<Arc<Analysis>>, focus: Focus) -> AnyView {
    let violations = table_of(analysis, tables::violations_short);
    let components = table_of(analysis, cycles::components_short);
    let form = |rows_max| Form { class: "grid plain", rows_max, captioned: true };
    let no_violations = move || violations.with(|table| table.rows.is_empty());
    let no_components = move || components.with(|table| table.rows.is_empty());
    view! {
        <div class="matrix-split">
            {matrix::matrix_view(analysis, focus)}
            <div class="scroll beside">
                <div hidden=no_violations>{table_view(violations, focus, form(12))}</div>
                <p class="muted calm" hidden=move || !no_violations()>"No violation."</p>
                <div hidden=no_components>{table_view(components, focus, form(6))}</div>
                {matrix::legend()}
            </div>
        </div>
    }
    .into_any()
}

fn full_body(analysis: Signal<Arc<Analysis>>, focus: Focus) -> AnyView {
    let violations = table_of(analysis, tables::violations);
    let components = table_of(analysis, cycles::components);
    let suppressions = table_of(analysis, tables::suppressions);
    let level_components = table_of(analysis, cycles::level_components);
    let levels = table_of(analysis, cycles::levels);
    let absent = table_of(analysis, tables::absent);
    let baseline = Memo::new(move |_| analysis.with(|analysis| tables::baseline_words(analysis)));
    let groups = table_of(analysis, tables::groups);
    let modules = table_of(analysis, tables::modules);
    let form = |rows_max| Form { class: "grid plain", rows_max, captioned: false };
    let rules = table_of(analysis, tables::rules);
    let is_empty = |table: Memo<Arc<Table>>| move || table.with(|table| table.rows.is_empty());
    let (no_rules, no_components) = (is_empty(rules), is_empty(components));
    let (no_suppressions, no_absent) = (is_empty(suppressions), is_empty(absent));
    let (no_level_components, no_levels) = (is_empty(level_components), is_empty(levels));
    let no_baseline = move || baseline.with(Option::is_none);
    view! {
        {part("Violations", "part", table_view(violations, focus, form(40)))}
        <div hidden=no_components>{part("Cycles", "part", table_view(components, focus, form(20)))}</div>
        <div hidden=no_level_components>
            {part("Folders that use each other", "part", table_view(level_components, focus, form(20)))}
        </div>
        <section class="part">
            <h3>"Who uses whom"</h3>
            <p class="muted">
                "The propagation cost is the share of pairs of modules of which one depends on the other, directly or not; ACD is on how many one depends, itself included, on average, CCD the sum, NCCD the sum over that of a balanced tree."
            </p>
            {matrix::legend()}
            <div class="scroll-x">{matrix::named_view(analysis, focus)}</div>
        </section>
        <div class="parts">
            <div hidden=no_suppressions>
                {part("Suppressions", "part", table_view(suppressions, focus, form(40)))}
            </div>
            <section class="part" hidden=no_baseline>
                <h3>"Baseline"</h3>
                <p>{move || baseline.get()}</p>
                <div hidden=no_absent>{table_view(absent, focus, form(20))}</div>
            </section>
            <div hidden=no_rules>{part("Rules", "part", table_view(rules, focus, form(40)))}</div>
            {part("Folders and crates", "part", table_view(groups, focus, form(20)))}
            <div hidden=no_levels>{part("Levels", "part", table_view(levels, focus, form(20)))}</div>
        </div>
        {part("Modules", "part", table_view(modules, focus, form(32)))}
    }
    .into_any()
}
