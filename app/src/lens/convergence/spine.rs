//! The spine: five columns of nodes, lines between them. Columns are lists of links; the lines say nothing that
//! the inspector does not say in words.

use crate::lens::Focus;
use crate::lens::figure::counted;
use crate::lens::link::entity_link;
use crate::lens::mark::Mark;
use crate::table::nearness;
use leptos::prelude::*;
use shared::id::EntityId;
use shared::layout::FULL;
use shared::layout::spine::{Curve, Node, Thread, thread};
use shared::lens::convergence::SpineState;
use shared::lens::{Analysis, Lit};
use shared::order::Map;
use std::fmt::Write;
use std::sync::Arc;

/// Below this confidence, in millionths, a line is dashed.
const SURE_MIN: u32 = 750_000;
const TITLES: [&str; 5] = ["Requirement", "Spec", "Task", "Artifact", "Module"];

/// The spine with at most `rows_max` nodes a column until a person asks for all.
pub(super) fn spine_view(analysis: Signal<Arc<Analysis>>, focus: Focus, rows_max: usize) -> AnyView {
    let all = RwSignal::new(false);
    let laid = Memo::new(move |_| {
        let rows_max = if all.get() { usize::MAX } else { rows_max };
        Arc::new(analysis.with(|analysis| thread(&analysis.convergence.spine, rows_max)))
    });
    let nodes = Memo::new(move |_| {
        let nodes = laid.with(|laid| laid.nodes.clone());
        Arc::new(nodes.into_iter().map(|node| (node.id.clone(), node)).collect())
    });
    let frame =
        move || laid.with(|laid| ["0 0 ", &FULL.to_string(), " ", &laid.height.max(1).to_string()].concat());
    let height = move || laid.with(|laid| laid.height.max(1).to_string());
    let drawn = move || laid.with(|laid| focus.lit.with(|lit| lines(laid, lit)));
    let columns = (0_u8..5).map(|at| column_view(at, laid, nodes, focus)).collect::<Vec<_>>();
    let hidden = move || laid.with(|laid| laid.hidden.iter().sum::<u32>());
    let label = move || match (hidden(), all.get()) {
        (0, false) => String::new(),
        (0, true) => "Show fewer".to_owned(),
        (n, _) => ["Show all, ", &counted(n as usize, "more", "more")].concat(),
    };
    view! {
        <div class="spine">
            <svg class="threads" aria-hidden="true" viewBox=frame height=height preserveAspectRatio="none"
                inner_html=drawn></svg>
            {columns}
        </div>
        <button type="button" class="more" hidden=move || label().is_empty()
            on:click=move |_| all.update(|all| *all = !*all)>{label}</button>
    }
    .into_any()
}

type Nodes = Memo<Arc<Map<EntityId, Node>>>;

fn column_view(at: u8, laid: Memo<Arc<Thread>>, nodes: Nodes, focus: Focus) -> AnyView {
    let ids = Memo::new(move |_| {
        laid.with(|laid| {
            let own = laid.nodes.iter().filter(|node| node.column == at);
            own.map(|node| node.id.clone()).collect::<Vec<_>>()
        })
    });
    let title = TITLES.get(usize::from(at)).copied().unwrap_or_default();
    let hidden = move || {
        let n = laid.with(|laid| laid.hidden.get(usize::from(at)).copied().unwrap_or(0));
        if n > 0 { ["+", &n.to_string()].concat() } else { String::new() }
    };
    view! {
        <section class="spine-column">
            <h4>{title}" "<span class="faint">{hidden}</span></h4>
            <ul>
                <For each=move || ids.get() key=EntityId::clone let:id>
                    {node_view(id, nodes, focus)}
                </For>
            </ul>
        </section>
    }
    .into_any()
}

fn node_view(id: EntityId, nodes: Nodes, focus: Focus) -> AnyView {
    let (own, near) = (id.clone(), id.clone());
    let content = move || {
        let (name, state, gap) = nodes.with(|nodes| {
            nodes.get(&own).map_or((String::new(), SpineState::None, false), |node| {
                (node.name.clone(), node.state, node.gap)
            })
        });
        let title = name.clone();
        let gap = gap.then(|| view! { <span class="gap" role="img" aria-label="the thread breaks here" title="the thread breaks here">"⌁"</span> });
        view! { {Mark::of_spine(state).shape_view()}<span class="name" title=title>{name}</span>{gap} }
            .into_any()
    };
    let link = entity_link(&id, "node-link", view! { {content} }.into_any(), focus);
    view! { <li data-lit=move || nearness(focus, &near)>{link}</li> }.into_any()
}

/// Sure lines, unsure ones, and those of the selection, a path each.
fn lines(laid: &Thread, lit: &Lit) -> String {
    let mut drawn = String::new();
    let of = |class: &str, test: &dyn Fn(&Curve) -> bool, drawn: &mut String| {
        let mut d = String::new();
        for curve in laid.curves.iter().filter(|curve| test(curve)) {
            let bend = (curve.x1 - curve.x0).max(320) / 2;
            let (x0, y0, x1, y1) = (curve.x0, curve.y0, curve.x1, curve.y1);
            let _ = write!(d, "M{x0} {y0}C{} {y0} {} {y1} {x1} {y1}", x0 + bend, x1 - bend);
        }
        if !d.is_empty() {
            let _ = write!(drawn, "<path class=\"{class}\" d=\"{d}\"/>");
        }
    };
    let is_lit = |curve: &Curve| lit.joins(&curve.from, &curve.to);
    let idle = if lit.selected().is_some() { "line dim" } else { "line" };
    let unsure = if lit.selected().is_some() { "line unsure dim" } else { "line unsure" };
    of(idle, &|curve| !is_lit(curve) && curve.confidence >= SURE_MIN, &mut drawn);
    of(unsure, &|curve| !is_lit(curve) && curve.confidence < SURE_MIN, &mut drawn);
    of("line lit", &|curve| is_lit(curve) && curve.confidence >= SURE_MIN, &mut drawn);
    of("line unsure lit", &|curve| is_lit(curve) && curve.confidence < SURE_MIN, &mut drawn);
    drawn
}
