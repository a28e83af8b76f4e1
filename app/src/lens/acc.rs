//! Architecture.

use super::Focus;
use leptos::prelude::*;
use shared::lens::Analysis;
use std::sync::Arc;

/// The lens.
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
    let _ = (analysis, focus, compact);
    view! { <section class="panel"><header class="panel-head"><h2>"Architecture"</h2></header></section> }
}
