//! What a person does, wherever on the page: keys, links, Back and Forward.

use super::page::is_plain_click;
use crate::keys::Key;
use leptos::ev;
use leptos::prelude::{document, window_event_listener, window_event_listener_untyped};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement};

/// Calls `heard` for every key that is meant for the page, not for a field; it says whether it took the key.
pub(crate) fn on_key(heard: impl Fn(Key<'_>) -> bool + 'static) {
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.alt_key() || event.is_composing() {
            return;
        }
        let name = event.key();
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if target.is_some_and(|target| is_for_field(&target, &name)) {
            return;
        }
        let ctrl = event.ctrl_key() || event.meta_key();
        if heard(Key { key: &name, ctrl, shift: event.shift_key() }) {
            event.prevent_default();
        }
    });
    forget(handle);
}

/// Whether the element with focus has its own use for the key.
fn is_for_field(target: &Element, key: &str) -> bool {
    let kind = target.get_attribute("type");
    let types = matches!(target.tag_name().as_str(), "TEXTAREA" | "SELECT")
        || (target.tag_name() == "INPUT" && kind.as_deref() != Some("checkbox"))
        || target.has_attribute("contenteditable");
    let presses =
        matches!(target.tag_name().as_str(), "BUTTON" | "SUMMARY" | "INPUT") && matches!(key, " " | "Enter");
    presses || (types && key != "Escape")
}

/// Calls `heard` with path and raw query of every link of this server that is clicked; it says whether it took it.
pub(crate) fn on_link(heard: impl Fn(&str, &str) -> bool + 'static) {
    let handle = window_event_listener(ev::click, move |event| {
        if !is_plain_click(&event) {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
        // Links of an SVG are no anchors of HTML: their address is read from the attribute.
        let Some(link) = link.filter(|link| !link.has_attribute("target") && !link.has_attribute("download"))
        else {
            return;
        };
        let (path, query) = match link.dyn_ref::<HtmlAnchorElement>() {
            Some(link) if link.origin() != super::origin() => return,
            Some(link) => (link.pathname(), link.search()),
            None => {
                let href = link.get_attribute("href").unwrap_or_default();
                let (path, query) = href.split_once('?').unwrap_or((&href, ""));
                (path.to_owned(), query.to_owned())
            }
        };
        let is_jump = link.get_attribute("href").is_some_and(|href| href.starts_with('#'));
        if !is_jump && heard(&path, query.trim_start_matches('?')) {
            event.prevent_default();
        }
    });
    forget(handle);
}

/// Calls `heard` after Back and Forward.
pub(crate) fn on_history(heard: impl Fn() + 'static) {
    forget(window_event_listener(ev::popstate, move |_| heard()));
}

/// Calls `heard` with what came of every file that was dropped: a segment, perhaps empty, and a report.
pub(crate) fn on_file(heard: impl Fn(Vec<u8>, String) + 'static) {
    let of = |value: &JsValue, name: &str| js_sys::Reflect::get(value, &JsValue::from_str(name)).ok();
    forget(window_event_listener_untyped("mission:files", move |event| {
        let told = of(&event, "detail");
        let segment = told.as_ref().and_then(|told| of(told, "segment"));
        let report = told.as_ref().and_then(|told| of(told, "report")?.as_string());
        if let (Some(segment), Some(report)) = (segment, report) {
            heard(js_sys::Uint8Array::new(&segment).to_vec(), report);
        }
    }));
}

/// Calls `heard` when the page is seen again.
pub(crate) fn on_seen(heard: impl Fn() + 'static) {
    let listener = wasm_bindgen::closure::Closure::<dyn Fn()>::new(heard);
    let target = document();
    // The document outlives the page's script; so does its listener.
    let _added =
        target.add_event_listener_with_callback("visibilitychange", listener.as_ref().unchecked_ref());
    listener.forget();
}

/// Listeners of the page live as long as the page.
fn forget<T>(handle: T) {
    std::mem::forget(handle);
}
