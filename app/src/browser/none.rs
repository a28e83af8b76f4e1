//! No browser: the server renders the same components, and nobody clicks there.

use crate::state::Mission;
use leptos::ev::{MouseEvent, PointerEvent};

pub(crate) fn is_plain_click(_event: &MouseEvent) -> bool {
    false
}

pub(crate) fn fraction(_event: &PointerEvent, _full: i32) -> Option<i32> {
    None
}

pub(crate) fn inside(_event: &PointerEvent, _selector: &str) -> Option<(f64, f64)> {
    None
}

pub(crate) fn hold_pointer(_event: &PointerEvent) {}

pub(crate) fn next_theme() -> &'static str {
    "auto"
}

pub(crate) fn keep(_name: &str, _value: &str) {}

pub(crate) fn share(_mission: Mission) {}

pub(crate) fn show(_id: &str) {}

pub(crate) fn focus_on(_id: &str) {}

pub(crate) fn open(_href: &str) {}
