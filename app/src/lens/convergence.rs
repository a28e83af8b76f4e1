//! Convergence: the verdict as a sentence, what would change it, the streams, all figures, the spine.
//!
//! Compact: sentence, "deployable if", the spine. Full: all reasons with what they are about, the key figures
//! against their thresholds, gaps and suspect links, contracts that do not hold.

mod answer;
mod spine;
mod tables;

pub(crate) use answer::{named, with_names, without_keys};

use super::figure::Figure;
use super::panel::{Title, empty, panel, part};
use super::{Focus, holds};
use crate::table::{Form, table_of, table_view};
use leptos::prelude::*;
use shared::lens::Analysis;
use std::sync::Arc;

const TITLE: Title = Title { lens: "convergence", name: "Convergence", short: "verdict" };

/// The convergence lens.
#[component]
pub fn ConvergenceLens(
    /// What is shown.
    analysis: Signal<Arc<Analysis>>,
    /// The selection.
    focus: Focus,
    /// As a panel of the mission page.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let figures = Memo::new(move |_| analysis.with(|analysis| figures(analysis)));
    let bare = holds(analysis, |a| a.convergence.spine.nodes.is_empty());
    let thread = move |rows_max| {
        move || match bare.get() {
            true => empty(
                "Nothing to join yet.",
                "Requirements, specs, tasks, artifacts and modules meet here as soon as two of them are known.",
                "mission import --iteration I FILE…",
            ),
            false => spine::spine_view(analysis, focus, rows_max),
        }
    };
    let body = if compact {
        view! {
            {answer::short_view(analysis, focus)}
            <div class="scroll">{thread(6)}</div>
        }
        .into_any()
    } else {
        full_body(analysis, focus, view! { {thread(24)} }.into_any())
    };
    panel(TITLE, compact, figures, body)
}

/// What only this lens measures.
fn figures(analysis: &Analysis) -> Vec<Figure> {
    let own = analysis.convergence.kpis.iter().filter(|kpi| kpi.name.starts_with("convergence."));
    let mut figures: Vec<Figure> = own.map(Figure::of).collect();
    let gaps = analysis.convergence.spine.gaps.len();
    figures.push(Figure { label: "gaps", value: gaps.to_string(), ..Figure::default() });
    figures
}

fn full_body(analysis: Signal<Arc<Analysis>>, focus: Focus, thread: AnyView) -> AnyView {
    let kpis = table_of(analysis, tables::kpis);
    let gaps = table_of(analysis, tables::gaps);
    let suspects = table_of(analysis, tables::suspects);
    let contracts = table_of(analysis, tables::contracts);
    let records = table_of(analysis, tables::records);
    let form = |rows_max| Form { class: "grid plain", rows_max, captioned: false };
    let none = |table: Memo<Arc<crate::table::Table>>| move || table.with(|table| table.rows.is_empty());
    view! {
        {answer::full_view(analysis, focus)}
        <section class="part"><h3>"From requirement to module"</h3>{thread}</section>
        {part("Key figures", "part", table_view(kpis, focus, form(40)))}
        <div class="parts">
            <div hidden=none(contracts)>
                {part("Contracts that do not hold", "part", table_view(contracts, focus, form(20)))}
            </div>
            <div hidden=none(records)>
                {part("Overrides, suppressions, quarantine", "part", table_view(records, focus, form(20)))}
            </div>
            <div hidden=none(gaps)>{part("Where the thread breaks", "part", table_view(gaps, focus, form(20)))}</div>
            <div hidden=none(suspects)>{part("Suspect links", "part", table_view(suspects, focus, form(20)))}</div>
        </div>
    }
    .into_any()
}
