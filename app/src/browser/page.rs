//! The page itself: clicks, pointers, focus, what is kept, the address.

use crate::state::Mission;
use leptos::ev::{MouseEvent, PointerEvent};
use leptos::prelude::{GetUntracked, document, window};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

const THEMES: [&str; 3] = ["auto", "light", "dark"];

/// A click that would follow a link in this tab, and may be taken over.
pub(crate) fn is_plain_click(event: &MouseEvent) -> bool {
    event.button() == 0
        && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
        && !event.default_prevented()
}

/// Where in the width of the slider the pointer is, out of `full`.
pub(crate) fn fraction(event: &PointerEvent, full: i32) -> Option<i32> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let area = target.closest("[role=slider]").ok()??;
    let frame = area.get_bounding_client_rect();
    let part = (f64::from(event.client_x()) - frame.left()) / frame.width().max(1.0);
    // Clamped to the width, so it fits.
    Some((part.clamp(0.0, 1.0) * f64::from(full)) as i32)
}

/// Where the pointer is in what `selector` names within the element that listens, as shares of width and height.
pub(crate) fn inside(event: &PointerEvent, selector: &str) -> Option<(f64, f64)> {
    let listener: Element = event.current_target()?.dyn_into().ok()?;
    let frame = listener.query_selector(selector).ok()??.get_bounding_client_rect();
    let part = |at: i32, start: f64, size: f64| (f64::from(at) - start) / size.max(1.0);
    Some((
        part(event.client_x(), frame.left(), frame.width()),
        part(event.client_y(), frame.top(), frame.height()),
    ))
}

/// Keeps moves of the pointer coming while the button is down, wherever it goes.
pub(crate) fn hold_pointer(event: &PointerEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let area = target.and_then(|target| target.closest("[role=slider]").ok().flatten());
    if let Some(area) = area {
        // A pointer that is up already needs no holding.
        let _held = area.set_pointer_capture(event.pointer_id());
        if let Some(area) = area.dyn_ref::<HtmlElement>() {
            let _focused = area.focus();
        }
    }
}

/// Goes to the next theme and says which.
pub(crate) fn next_theme() -> &'static str {
    let now = kept("theme").unwrap_or_default();
    let at = THEMES.iter().position(|theme| *theme == now).unwrap_or(0);
    let next = THEMES[(at + 1) % THEMES.len()];
    keep("theme", next);
    if let Some(root) = document().document_element() {
        // The attribute is a plain word: neither call can fail.
        let _set = match next {
            "auto" => root.remove_attribute("data-theme"),
            theme => root.set_attribute("data-theme", theme),
        };
    }
    next
}

/// Keeps a choice in this browser; where that is forbidden it holds for this page only.
pub(crate) fn keep(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _kept = storage.set_item(&format!("mission.{name}"), value);
    }
}

/// A choice kept earlier.
pub(crate) fn kept(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(&format!("mission.{name}")).ok()?
}

/// Copies the address of this moment, absolute also while live.
pub(crate) fn share(mission: Mission) {
    use crate::routes::{Known, Valid};
    let moment = mission.moment.get_untracked();
    let fixed = (Valid::At(moment.as_of.valid), Known::Position(moment.as_of.known));
    let href = mission.here.get_untracked().at(fixed).href();
    let origin = window().location().origin().unwrap_or_default();
    let address = format!("{origin}{href}");
    let copying = window().navigator().clipboard().write_text(&address);
    wasm_bindgen_futures::spawn_local(async move {
        match wasm_bindgen_futures::JsFuture::from(copying).await {
            Ok(_) => mission.say("Copied the address of this moment"),
            Err(_) => mission.say(address),
        }
    });
}

/// Scrolls an element into view.
pub(crate) fn show(id: &str) {
    let id = id.to_owned();
    super::next_frame(move |_| {
        if let Some(element) = document().get_element_by_id(&id) {
            element.scroll_into_view_with_bool(false);
        }
    });
}

/// Gives focus to the element by that id.
pub(crate) fn focus_on(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        focus(&element);
    }
}

/// Opens another page.
pub(crate) fn open(href: &str) {
    // A path of this server; refused only while the page is closing.
    let _opened = window().location().set_href(href);
}

/// Loads this page again.
pub(crate) fn reload() {
    let _loading = window().location().reload();
}

/// Path and raw query of the address.
pub(crate) fn address() -> (String, String) {
    let location = window().location();
    let query = location.search().unwrap_or_default();
    (location.pathname().unwrap_or_default(), query.trim_start_matches('?').to_owned())
}

/// Scheme and host for a socket to this server.
pub(crate) fn socket_origin() -> String {
    let origin = window().location().origin().unwrap_or_default();
    origin.replacen("http", "ws", 1)
}

/// Scheme and host of this server.
pub(crate) fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Puts `href` into the address bar, as a new entry of the history or in place of the last one.
pub(crate) fn set_address(href: &str, is_new: bool) {
    let Ok(history) = window().history() else { return };
    let null = wasm_bindgen::JsValue::NULL;
    // Browsers refuse only when asked too often; the next change comes through again.
    let _set = match is_new {
        true => history.push_state_with_url(&null, "", Some(href)),
        false => history.replace_state_with_url(&null, "", Some(href)),
    };
}

/// What the tab says.
pub(crate) fn set_title(title: &str) {
    document().set_title(title);
}

/// Whether the page can be seen.
pub(crate) fn is_visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

/// The JSON beside the page.
pub(crate) fn page_data() -> Option<String> {
    document().get_element_by_id("page-data")?.text_content()
}

/// The element that has focus, to give it back.
pub(crate) fn focused() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

/// Gives focus to `element`; one that is gone cannot take it.
pub(crate) fn focus(element: &HtmlElement) {
    let _focused = element.focus();
}

/// Keeps Tab within the dialog that is open.
pub(crate) fn keep_focus_in(selector: &str, backwards: bool) -> bool {
    let Ok(Some(dialog)) = document().query_selector(selector) else { return false };
    let Ok(list) = dialog.query_selector_all("a[href],button,input,select,[tabindex='0']") else {
        return false;
    };
    let last = list.length().saturating_sub(1);
    let at = |index: u32| list.item(index).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    let (Some(first), Some(end)) = (at(0), at(last)) else { return false };
    let active = document().active_element();
    let inside = active.as_ref().is_some_and(|active| dialog.contains(Some(active)));
    let is = |element: &HtmlElement| {
        active.as_ref().is_some_and(|active| active == element.unchecked_ref::<Element>())
    };
    let (edge, onward) = if backwards { (&first, &end) } else { (&end, &first) };
    let turns = !inside || is(edge);
    if turns {
        let _focused = onward.focus();
    }
    turns
}

/// Marks the page as taken over, for tests and for measuring.
pub(crate) fn taken_over() {
    if let Some(root) = document().document_element() {
        let _set = root.set_attribute("data-hydrated", "");
    }
    mark("hydrated");
}

/// Marks how far the page has come on the browser's own timeline, for measuring.
pub(crate) fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        // A name of ours is always a valid mark.
        let _marked = performance.mark(name);
    }
}

/// A line for whoever looks at the console; never an error, the page goes on.
pub(crate) fn warn(text: &str) {
    leptos::logging::warn!("{text}");
}
