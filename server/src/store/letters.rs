//! Dead letters as both stores keep them: bounded, and the same thing twice is one.

use super::{Category, DeadLetter};
use shared::event::Hash128;

const BODY_BYTES_MAX: usize = 1 << 20;
const REASON_BYTES_MAX: usize = 4 << 10;
const NAME_BYTES_MAX: usize = 1 << 10;

impl Category {
    /// Upper-case name, as in JSON and in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Category::Schema => "SCHEMA",
            Category::Transient => "TRANSIENT",
            Category::Critical => "CRITICAL",
        }
    }

    /// The category of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Category::Schema, Category::Transient, Category::Critical].into_iter().find(|c| c.as_str() == text)
    }
}

/// The letter cut to what a table takes, without NUL, which PostgreSQL's text cannot hold.
pub(super) fn bounded(letter: &DeadLetter) -> DeadLetter {
    DeadLetter {
        iteration: letter.iteration.as_deref().map(|text| cut(text, NAME_BYTES_MAX)),
        identity: letter.identity.as_deref().map(|text| cut(text, NAME_BYTES_MAX)),
        reason: bounded_reason(&letter.reason),
        body: cut(&letter.body, BODY_BYTES_MAX),
        ..letter.clone()
    }
}

/// The reason cut to what a table takes.
pub(super) fn bounded_reason(reason: &str) -> String {
    cut(reason, REASON_BYTES_MAX)
}

/// Text without NUL.
pub(super) fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn cut(text: &str, bytes_max: usize) -> String {
    // NUL becomes three bytes, so it goes before the cut.
    let mut text = without_nul(text);
    let end = (0..=bytes_max.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    text.truncate(end);
    text
}

/// What makes two letters one: the category it came with, iteration, identity and bytes. A replay that fails
/// rewrites category and reason, not this: the same thing sent again is still the same letter.
pub(super) fn fingerprint(letter: &DeadLetter) -> Hash128 {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Hash128::of(&[
        letter.category.as_str().as_bytes(),
        text(&letter.iteration).as_bytes(),
        text(&letter.identity).as_bytes(),
        letter.body.as_bytes(),
    ])
}

/// The text as a JSON string with its quotes, as it stands in a letter's body.
pub(super) fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
