//! Words: what of a fact can be found by text, cut the same way for both stores and for the question.

use super::hit::PACKED;
use serde_json::Value;
use std::collections::BTreeSet;

/// Most distinct words of one fact.
const FACT_WORDS_MAX: usize = 2_048;
/// Most words of a question.
const QUESTION_WORDS_MAX: usize = 16;
/// Longest word in bytes; longer ones are left out.
const WORD_BYTES_MAX: usize = 64;
/// Texts longer than this are documents, not names: only their beginning counts.
const TEXT_BYTES_MAX: usize = 512;

/// Distinct words of each fact of an event: its source, id and type, and every text in its body (subject, keys, names).
/// Packed facts are one each, with the words around them; the others are one.
pub(super) fn of_facts(source: &str, id: &str, kind: &str, body: &str) -> Vec<BTreeSet<String>> {
    let mut around = BTreeSet::new();
    add(&mut around, source);
    add(&mut around, id);
    // A body that cannot be read is reported where it is read; here it only has no words.
    let mut body: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    let items = match body.pointer_mut("/data/items") {
        Some(Value::Array(items)) if kind == PACKED => Some(std::mem::take(items)),
        _ => None,
    };
    gather(&mut around, body);
    let Some(items) = items else {
        add(&mut around, kind);
        return vec![around];
    };
    let of_item = |item| {
        let mut words = around.clone();
        gather(&mut words, item);
        words
    };
    items.into_iter().map(of_item).collect()
}

/// Adds the words of every text in `value`.
fn gather(words: &mut BTreeSet<String>, value: Value) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => add(words, &text),
            Value::Array(items) => open.extend(items),
            Value::Object(map) => open.extend(map.into_values()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        if words.len() >= FACT_WORDS_MAX {
            break;
        }
    }
}

/// The words of a question; none means that nothing is found.
pub(super) fn of_question(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    add(&mut words, text);
    words.into_iter().take(QUESTION_WORDS_MAX).collect()
}

fn add(words: &mut BTreeSet<String>, text: &str) {
    let end = (0..=TEXT_BYTES_MAX.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let cut = text[..end].split(|c: char| !c.is_alphanumeric());
    words.extend(cut.filter(|w| !w.is_empty() && w.len() <= WORD_BYTES_MAX).map(str::to_lowercase));
}
