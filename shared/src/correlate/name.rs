//! Names: the weakest evidence. Equal names, and titles that mention the key of a requirement or contract.

use super::key::{Ask, Space};
use super::{MENTION, SAME_NAME};
use crate::graph::Entity;
use crate::id::Kind;

/// Shorter names are equal by chance.
const NAME_BYTES_MIN: usize = 3;
/// Words of a title that are looked up.
const WORDS_MAX: usize = 64;

pub(super) fn asks(entity: &Entity, take: &mut dyn FnMut(Ask)) {
    let spaces: &[Space] = match entity.id.kind {
        Kind::Artifact | Kind::Task => &[Space::MODULE_NAME],
        Kind::Contract => &[Space::MODULE_NAME, Space::TASK_NAME],
        Kind::Spec => &[Space::REQUIREMENT_NAME],
        _ => &[],
    };
    if !spaces.is_empty() {
        for name in [Some(entity.id.key.as_str()), entity.name.as_deref()].into_iter().flatten() {
            let folded = folded(name);
            for space in spaces {
                take(Ask::new(*space, &folded, SAME_NAME, name));
            }
        }
    }
    if matches!(entity.id.kind, Kind::Spec | Kind::Scenario | Kind::Task) {
        mentions(entity, take);
    }
}

pub(super) fn offers(entity: &Entity, take: &mut dyn FnMut(Space, &str)) {
    let (key, name) = (Some(entity.id.key.as_str()), entity.name.as_deref());
    let (space, names) = match entity.id.kind {
        Kind::Module if !entity.external => (Space::MODULE_NAME, [key, name, entity.group.as_deref()]),
        Kind::Task => (Space::TASK_NAME, [key, name, None]),
        Kind::Requirement => (Space::REQUIREMENT_NAME, [name, None, None]),
        _ => return,
    };
    for name in names.into_iter().flatten() {
        let folded = folded(name);
        if folded.len() >= NAME_BYTES_MIN {
            take(space, &folded);
        }
    }
}

/// One spelling for `My_Name`, `my name` and `my-name`.
fn folded(name: &str) -> String {
    name.trim().chars().map(|c| if c == '_' || c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// A title that holds a key as a word. A requirement's key without a digit is a word of the language, and so is
/// a contract's without a digit, dash, dot or underscore.
fn mentions(entity: &Entity, take: &mut dyn FnMut(Ask)) {
    let Some(title) = entity.name.as_deref() else { return };
    let words = title.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')));
    for word in words.take(WORDS_MAX).map(|word| word.trim_matches(['.', '-'])) {
        if word.len() < NAME_BYTES_MIN {
            continue;
        }
        let has_digit = word.contains(|c: char| c.is_ascii_digit());
        if has_digit {
            take(Ask::new(Space::id(Kind::Requirement), word, MENTION, word));
        }
        if has_digit || word.contains(['-', '_', '.']) {
            take(Ask::new(Space::id(Kind::Contract), word, MENTION, word));
        }
    }
}
