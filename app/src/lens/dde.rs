//! Execution: tasks with every try on a time axis, what they wait for, ranks, contracts, artifacts.
//!
//! Compact: the lanes alone. Full: what is out of the ordinary (storms, deviations from the plan), if anything is,
//! in full beneath the lanes; tasks by rank, the lanes with state, slack and waiting, contracts and artifacts.

mod deviations;
mod lanes;
mod ranks;
mod tables;

pub(in crate::lens) use lanes::pips;
pub(crate) use lanes::slack;
pub(in crate::lens) use tables::links;

use super::panel::{Title, empty, panel, part};
use super::{Focus, figures_of, holds, name_of};
use crate::table::{Form, table_of, table_view};
use leptos::prelude::*;
use shared::id::EntityId;
use shared::lens::Analysis;
use shared::lens::dde::remarks;
use std::sync::Arc;

const TITLE: Title = Title { lens: "dde", name: "Execution", short: "DDE" };

/// The execution lens.
#[component]
pub fn DdeLens(
    /// What is shown.
    analysis: Signal<Arc<Analysis>>,
    /// The selection.
    focus: Focus,
    /// As a panel of the mission page.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let figures = figures_of(analysis, |a| &a.dde.kpis);
    let bare = holds(analysis, |a| {
        a.dde.tasks.is_empty() && a.dde.contracts.is_empty() && a.dde.artifacts.is_empty()
    });
    let body = move || match (bare.get(), compact) {
        (true, _) => empty(
            "No task is known at this time.",
            "Tasks appear when a pipeline reports them: as events, OpenLineage, or over HTTP.",
            "mission import --iteration I run.ndjson",
        ),
        (false, true) => compact_body(analysis, focus),
        (false, false) => full_body(analysis, focus),
    };
    panel(TITLE, compact, figures, view! { {body} }.into_any())
}

fn compact_body(analysis: Signal<Arc<Analysis>>, focus: Focus) -> AnyView {
    let table = table_of(analysis, lanes::compact_table);
    let form = Form { class: "grid lanes", rows_max: 80, captioned: false };
    view! { <div class="scroll">{table_view(table, focus, form)}</div> }.into_any()
}

fn full_body(analysis: Signal<Arc<Analysis>>, focus: Focus) -> AnyView {
    let lanes = table_of(analysis, lanes::full_table);
    let contracts = table_of(analysis, tables::contracts);
    let artifacts = table_of(analysis, tables::artifacts);
    let deviations = table_of(analysis, deviations::deviations);
    let storms = table_of(analysis, deviations::storms);
    let no_deviations = move || deviations.with(|table| table.rows.is_empty());
    let no_storms = move || storms.with(|table| table.rows.is_empty());
    let form = |class, rows_max| Form { class, rows_max, captioned: false };
    view! {
        {remarks_view(analysis)}
        {part("Tasks by rank", "part", ranks::ranks_view(analysis, focus))}
        {part("Tries over time", "part", table_view(lanes, focus, form("grid lanes full", 120)))}
        <div class="parts">
            <div hidden=no_deviations>
                {part("Deviations from the plan", "part", table_view(deviations, focus, form("grid plain", 8)))}
            </div>
            <div hidden=no_storms>
                {part("Retry storms", "part", table_view(storms, focus, form("grid plain", 8)))}
            </div>
            {part("Contracts", "part", table_view(contracts, focus, form("grid plain", 60)))}
            {part("Artifacts", "part", table_view(artifacts, focus, form("grid plain", 60)))}
        </div>
    }
    .into_any()
}

/// What is out of the ordinary; nothing if nothing is.
fn remarks_view(analysis: Signal<Arc<Analysis>>) -> AnyView {
    let remarks = Memo::new(move |_| analysis.with(|a| remarks(&a.dde, &|id: &EntityId| name_of(a, id))));
    let list = move || {
        let said: Vec<AnyView> =
            remarks.get().into_iter().map(|text| view! { <li>{text}</li> }.into_any()).collect();
        (!said.is_empty()).then(|| view! { <ul class="remarks">{said}</ul> }.into_any())
    };
    view! { {list} }.into_any()
}
