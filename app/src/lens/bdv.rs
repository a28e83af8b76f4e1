//! Behaviour: features and scenarios with every try, flakes with their interval, quarantine, coverage.
//!
//! Compact: the grid. Full: head counts, the grid with figures and reasons, quarantine, requirements.

mod tables;

use super::mark::Mark;
use super::panel::{Title, empty, panel, part};
use super::{Focus, figures_of, holds};
use crate::table::{Form, table_of, table_view};
use leptos::prelude::*;
use shared::lens::Analysis;
use shared::lens::bdv::{Status, Totals};
use std::sync::Arc;

const TITLE: Title = Title { lens: "bdv", name: "Behaviour", short: "BDV" };

/// The behaviour lens.
#[component]
pub fn BdvLens(
    /// What is shown.
    analysis: Signal<Arc<Analysis>>,
    /// The selection.
    focus: Focus,
    /// As a panel of the mission page.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let figures = figures_of(analysis, |a| &a.bdv.kpis);
    let bare = holds(analysis, |a| a.bdv.scenarios.is_empty() && a.bdv.requirements.is_empty());
    let body = move || match (bare.get(), compact) {
        (true, _) => empty(
            "No scenario is known at this time.",
            "Scenarios appear when a test run reports them: as Cucumber messages, JUnit XML, pytest-json, or events; a feature file declares them.",
            "mission import --iteration I messages.ndjson junit.xml",
        ),
        (false, true) => compact_body(analysis, focus),
        (false, false) => full_body(analysis, focus),
    };
    panel(TITLE, compact, figures, view! { {body} }.into_any())
}

fn compact_body(analysis: Signal<Arc<Analysis>>, focus: Focus) -> AnyView {
    let table = table_of(analysis, tables::compact);
    let form = Form { class: "grid scenarios", rows_max: 140, captioned: false };
    view! { <div class="scroll">{table_view(table, focus, form)}</div> }.into_any()
}

fn full_body(analysis: Signal<Arc<Analysis>>, focus: Focus) -> AnyView {
    let totals = Memo::new(move |_| analysis.with(|a| a.bdv.totals));
    let scenarios = table_of(analysis, tables::full);
    let quarantine = table_of(analysis, tables::quarantine);
    let requirements = table_of(analysis, tables::requirements);
    let form = |class, rows_max| Form { class, rows_max, captioned: false };
    let none = move || quarantine.with(|table| table.rows.is_empty());
    view! {
        <ul class="totals">{move || total_views(totals.get())}</ul>
        {part("Scenarios", "part", table_view(scenarios, focus, form("grid scenarios full", 80)))}
        <div class="parts">
            {part("Requirements", "part", table_view(requirements, focus, form("grid plain", 60)))}
            <div hidden=none>{part("Quarantine", "part", table_view(quarantine, focus, form("grid plain", 60)))}</div>
        </div>
    }
    .into_any()
}

fn total_views(totals: Totals) -> Vec<AnyView> {
    let each = [
        (Status::Passed, totals.passed),
        (Status::Failed, totals.failed),
        (Status::Flaky, totals.flaky),
        (Status::Undecided, totals.undecided),
        (Status::Skipped, totals.skipped),
    ];
    let total = |(status, n): (Status, u32)| {
        view! { <li><b>{n.to_string()}</b>" "{Mark::of_scenario(status).view()}</li> }.into_any()
    };
    let mut views: Vec<AnyView> = each.into_iter().map(total).collect();
    let quarantined = totals.quarantined.to_string();
    views.push(view! { <li><b>{quarantined}</b>" quarantined"</li> }.into_any());
    let all = totals.scenarios.to_string();
    views.push(view! { <li class="muted">"of "<b>{all}</b>" scenarios"</li> }.into_any());
    views
}
