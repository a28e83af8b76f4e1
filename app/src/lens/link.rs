//! Links to entities: a plain `<a>` that works without wasm, and selects in place with it.

use super::Focus;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use shared::id::EntityId;

/// A link that selects `id`.
#[must_use]
pub fn entity_link(id: &EntityId, class: &'static str, content: AnyView, focus: Focus) -> AnyView {
    let (wanted, own, picked) = (id.clone(), id.clone(), id.clone());
    let href = move || focus.href.run(Some(wanted.clone()));
    let current = move || focus.selected.with(|selected| selected.as_ref() == Some(&own)).then_some("true");
    let pick = move |event: MouseEvent| {
        // With a modifier, or another button, it is the browser's link: a new tab, a download.
        let plain = event.button() == 0
            && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if plain {
            event.prevent_default();
            focus.select.run(Some(picked.clone()));
        }
    };
    view! { <a class=class href=href aria-current=current on:click=pick>{content}</a> }.into_any()
}
