//! The inspector: one entity as it is at this `AsOf`, every try, and why it is linked to what.
//!
//! Without a selection it explains the marks. An entity that is not known at this time stays selected and says so.

mod architecture;
mod facts;
mod flakes;
mod links;
mod term;
mod thread;
mod tries;

use crate::lens::Focus;
use crate::lens::figure::{clock, joined};
use crate::lens::mark::Mark;
use crate::lens::name_of;
use leptos::prelude::*;
use shared::id::EntityId;
use shared::lens::Analysis;
use std::sync::Arc;

/// Shows the selected entity.
#[component]
pub fn Inspector(
    /// What is shown.
    analysis: Signal<Arc<Analysis>>,
    /// The selection.
    focus: Focus,
    /// Where the iteration's events stand, each below its position.
    #[prop(into)]
    log: String,
) -> impl IntoView {
    let body = move || {
        analysis.with(|analysis| {
            focus.selected.with(|selected| match selected {
                None => nothing_view(),
                Some(id) if analysis.scene.entities.contains_key(id) => known_view(analysis, id, focus, &log),
                Some(id) => unknown_view(analysis, id),
            })
        })
    };
    let clear_href = move || focus.href.run(None);
    let none = move || focus.selected.with(Option::is_none);
    let clear = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        focus.select.run(None);
    };
    view! {
        <div class="inspector-body">
            <a class="close" href=clear_href hidden=none aria-label="Clear the selection" title="Clear the selection (Esc)"
                on:click=clear>"✕"</a>
            {body}
        </div>
    }
}

fn known_view(analysis: &Analysis, id: &EntityId, focus: Focus, log: &str) -> AnyView {
    let name = name_of(analysis, id);
    let at = joined(&["State at ", &clock(analysis.scene.as_of.valid)]);
    let (kind, text) = (facts::place(analysis, id), id.to_string());
    let rows: Vec<AnyView> = facts::facts(analysis, id)
        .into_iter()
        .map(|(term, value)| view! { <dt>{term}</dt><dd>{value}</dd> }.into_any())
        .collect();
    view! {
        <h2>{name}</h2>
        <p class="muted">{kind}" · "<code>{text}</code></p>
        <h3>{at}</h3>
        <dl>{rows}</dl>
        {facts::reasons_view(analysis, id, focus)}
        {tries::tries_view(analysis, id, log)}
        {links::links_view(analysis, id, focus, log)}
        {facts::evidence_view(analysis, id, log)}
    }
    .into_any()
}

fn unknown_view(analysis: &Analysis, id: &EntityId) -> AnyView {
    let (key, text, at) = (id.key.clone(), id.to_string(), clock(analysis.scene.as_of.valid));
    let kind = id.kind.as_str();
    view! {
        <h2>{key}</h2>
        <p class="muted">{kind}" · "<code>{text}</code></p>
        <div class="empty">
            <p><b>"Not known at this time."</b></p>
            <p>"At "{at}" UTC, with what was known then, nothing says that it is there. It stays selected: move in time to where it is."</p>
        </div>
    }
    .into_any()
}

fn nothing_view() -> AnyView {
    use shared::event::{ContractState, Outcome, Severity};
    use shared::lens::bdv::Status;
    use shared::lens::dde::TaskState;
    let marks = [
        Mark::of_outcome(Outcome::Passed),
        Mark::of_outcome(Outcome::Failed),
        Mark::of_outcome(Outcome::Error),
        Mark::of_outcome(Outcome::TimedOut),
        Mark::of_scenario(Status::Flaky),
        Mark::of_outcome(Outcome::Running),
        Mark::of_outcome(Outcome::Queued),
        Mark::of_task(TaskState::Waiting),
        Mark::of_outcome(Outcome::Skipped),
        Mark::of_outcome(Outcome::Cancelled),
        Mark::of_outcome(Outcome::Unknown),
        Mark::of_contract(ContractState::Locked),
        Mark::of_contract(ContractState::Proposed),
        Mark::of_violation(Severity::Warn, false),
        Mark::of_violation(Severity::Error, true),
    ];
    let marks = marks.map(|mark| view! { <li>{mark.view()}</li> }.into_any()).into_iter().collect::<Vec<_>>();
    view! {
        <h2>"Nothing selected"</h2>
        <p class="muted">
            "Select a task, scenario, module or any other name: it lights up in all four lenses, and this panel says why it is as it is."
        </p>
        <h3>"Marks"</h3>
        <ul class="marks">{marks}</ul>
    }
    .into_any()
}
