//! What the inspector says as terms and values.

use leptos::prelude::*;

/// Terms and their values, in the order they are shown.
pub(super) type Facts = Vec<(&'static str, AnyView)>;

/// A value that is plain text.
pub(super) fn text(value: impl Into<String>) -> AnyView {
    let value: String = value.into();
    value.into_any()
}
