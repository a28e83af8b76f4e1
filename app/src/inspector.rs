//! The inspector.

use crate::lens::Focus;
use leptos::prelude::*;
use shared::lens::Analysis;
use std::sync::Arc;

/// Shows the selected entity.
#[component]
pub fn Inspector(
    /// What is shown.
    analysis: Signal<Arc<Analysis>>,
    /// The selection.
    focus: Focus,
) -> impl IntoView {
    let _ = (analysis, focus);
    view! { <div class="inspector-body"></div> }
}
