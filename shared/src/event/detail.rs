//! Keeps personal data and long text out of the log: people become tokens, long text its first 256 bytes, and
//! captured output nothing.
//!
//! What is taken out comes back as [`Detail`] rows for the store to keep beside the log, authorised and
//! erasable, in no digest. A token is a keyed hash, so the same person gives the same token in one store
//! and dedupe still works, but nobody can guess names from a leaked log. Never here: the key itself.

use super::catalogue::Data;
use super::data::Item;
use super::{Event, Hash128};

/// Longest free text that stays in the log, in bytes.
pub const TEXT_BYTES_MAX: usize = 256;
const TOKEN_PREFIX: &str = "person:";

/// Something that must not stand in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// Path of the field within `data`, or the token for a person.
    pub field: String,
    /// Whether the value is a person's name (else long text).
    pub personal: bool,
    /// The value itself.
    pub value: String,
}

/// Moves people and long text out of `event`. Doing it twice changes nothing more.
pub fn split_detail(event: &mut Event, token_key: &[u8; 32]) -> Vec<Detail> {
    split_data(&mut event.data, token_key)
}

/// [`split_detail`] for data without an envelope.
pub(crate) fn split_data(data: &mut Data, token_key: &[u8; 32]) -> Vec<Detail> {
    let mut details = Vec::new();
    split_at(data, "", token_key, &mut details);
    details
}

/// Whether [`split_data`] may find anything in `data`.
pub(crate) fn has_detail(data: &Data) -> bool {
    let long = |text: &Option<String>| text.as_ref().is_some_and(|text| text.len() > TEXT_BYTES_MAX);
    match data {
        Data::TaskFinished(d) | Data::ScenarioFinished(d) => long(&d.error) || d.output.is_some(),
        Data::RequirementDeclared(d) => long(&d.text),
        Data::RuleDeclared(d) => long(&d.text),
        Data::SuppressionGranted(_)
        | Data::QuarantineGranted(_)
        | Data::OverrideRecorded(_)
        | Data::Facts(_) => true,
        _ => false,
    }
}

/// The token for a person's name under `token_key`; a token stays as it is.
#[must_use]
pub fn person_token(name: &str, token_key: &[u8; 32]) -> String {
    let is_token = name
        .strip_prefix(TOKEN_PREFIX)
        .is_some_and(|rest| rest.len() == 16 && rest.bytes().all(|b| b.is_ascii_hexdigit()));
    if is_token {
        return name.to_owned();
    }
    let hash = blake3::keyed_hash(token_key, name.as_bytes());
    let mut first = [0; 16];
    first.copy_from_slice(&hash.as_bytes()[..16]);
    format!("{TOKEN_PREFIX}{}", &Hash128(first).to_string()[..16])
}

fn split_at(data: &mut Data, at: &str, key: &[u8; 32], details: &mut Vec<Detail>) {
    let mut person = |field: &mut Option<String>| {
        if let Some(name) = field {
            let token = person_token(name, key);
            if token != *name {
                details.push(Detail {
                    field: token.clone(),
                    personal: true,
                    value: std::mem::replace(name, token),
                });
            }
        }
    };
    match data {
        Data::SuppressionGranted(d) => person(&mut d.owner),
        Data::QuarantineGranted(d) => person(&mut d.owner),
        Data::OverrideRecorded(d) => person(&mut d.actor),
        _ => {}
    }
    let mut text = |name: &str, field: &mut Option<String>| {
        if let Some(long) = field.as_mut().filter(|t| t.len() > TEXT_BYTES_MAX) {
            let cut = floor_char_boundary(long, TEXT_BYTES_MAX);
            details.push(Detail { field: format!("{at}{name}"), personal: false, value: long.clone() });
            long.truncate(cut);
        }
    };
    match data {
        Data::TaskFinished(d) | Data::ScenarioFinished(d) => {
            text("error", &mut d.error);
            if let Some(value) = d.output.take() {
                details.push(Detail { field: format!("{at}output"), personal: false, value });
            }
        }
        Data::RequirementDeclared(d) => text("text", &mut d.text),
        Data::RuleDeclared(d) => text("text", &mut d.text),
        Data::Facts(facts) => {
            for (n, item) in facts.items.iter_mut().enumerate() {
                split_item(item, &format!("items[{n}]."), key, details);
            }
        }
        _ => {}
    }
}

fn split_item(item: &mut Item, at: &str, key: &[u8; 32], details: &mut Vec<Detail>) {
    let Some(Ok(mut data)) = Data::from_text(&item.kind, item.data.as_str()) else {
        return;
    };
    let before = details.len();
    split_at(&mut data, at, key, details);
    if details.len() > before {
        item.data = data.packed();
    }
}

fn floor_char_boundary(text: &str, at_most: usize) -> usize {
    (0..=at_most.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}
