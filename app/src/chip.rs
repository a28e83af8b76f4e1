//! Chips: the verdict and the freshness of a page, each a shape, a word and a colour.

use crate::state::Chip;
use crate::words::{verdict_icon, verdict_slug};
use leptos::prelude::*;
use shared::verdict::VerdictName;

/// The verdict, with an override shown beside it.
#[component]
pub fn VerdictChip(
    /// The computed verdict.
    #[prop(into)]
    verdict: Signal<VerdictName>,
    /// Whether an override is in force.
    #[prop(into)]
    overridden: Signal<bool>,
) -> impl IntoView {
    view! {
        <span class="chip chip-verdict" data-verdict=move || verdict_slug(verdict.get())>
            <span class="chip-icon" aria-hidden="true">{move || verdict_icon(verdict.get())}</span>
            <span class="chip-word">{move || verdict.get().words()}</span>
        </span>
        {move || overridden.get().then(|| view! { <span class="chip chip-override">"Overridden"</span> })}
    }
}

/// How fresh what is shown is.
#[component]
pub fn LiveChip(
    /// What it says.
    #[prop(into)]
    chip: Signal<Chip>,
) -> impl IntoView {
    view! {
        <span class="chip chip-live" data-state=move || chip.with(|chip| chip.state)>
            {move || chip.with(|chip| chip.text.clone())}
        </span>
    }
}
