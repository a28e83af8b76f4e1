//! Names: the weakest evidence. Equal names, and titles that mention a requirement's key.

use super::{FAN_MAX, Found, MENTION, SAME_NAME, called};
use crate::graph::Entity;
use crate::id::{EntityId, Kind};
use crate::order::Map;

/// Shorter names are equal by chance.
const NAME_BYTES_MIN: usize = 3;
/// Words of a title that are looked up.
const WORDS_MAX: usize = 64;

type ByName<'a> = Map<String, Vec<&'a Entity>>;

pub(super) fn derive(found: &mut Found) {
    let modules = by_name(found, Kind::Module, |module| {
        vec![Some(module.id.key.as_str()), module.name.as_deref(), module.group.as_deref()]
    });
    for kind in [Kind::Artifact, Kind::Task] {
        same_name(found, kind, &modules);
    }
    let requirements = by_name(found, Kind::Requirement, |requirement| vec![requirement.name.as_deref()]);
    same_name(found, Kind::Spec, &requirements);
    for kind in [Kind::Spec, Kind::Scenario, Kind::Task] {
        mentions(found, kind);
    }
}

fn by_name<'a>(
    found: &Found<'a>,
    kind: Kind,
    names: impl Fn(&'a Entity) -> Vec<Option<&'a str>>,
) -> ByName<'a> {
    let mut index = ByName::new();
    for entity in found.of_kind(kind).filter(|entity| !entity.external) {
        for name in names(entity).into_iter().flatten() {
            let entities = index.entry(folded(name)).or_default();
            if entities.last().is_none_or(|last| last.id != entity.id) {
                entities.push(entity);
            }
        }
    }
    index.retain(|name, entities| name.len() >= NAME_BYTES_MIN && entities.len() <= FAN_MAX);
    index
}

fn same_name(found: &mut Found, kind: Kind, index: &ByName) {
    for entity in found.of_kind(kind) {
        let names = [Some(entity.id.key.as_str()), entity.name.as_deref()];
        for name in names.into_iter().flatten() {
            for other in index.get(&folded(name)).into_iter().flatten() {
                let text =
                    format!("{} is called {name}, as is {} or its group.", called(entity), called(other));
                found.add(entity, other, SAME_NAME, text);
            }
        }
    }
}

/// One spelling for `My_Name`, `my name` and `my-name`.
fn folded(name: &str) -> String {
    name.trim().chars().map(|c| if c == '_' || c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// A title that holds a requirement's key as a word. Keys without a digit are words of the language.
fn mentions(found: &mut Found, kind: Kind) {
    for entity in found.of_kind(kind) {
        let Some(title) = entity.name.as_deref() else {
            continue;
        };
        let words = title.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')));
        for word in words.take(WORDS_MAX).map(|word| word.trim_matches(['.', '-'])) {
            if word.len() < NAME_BYTES_MIN || !word.contains(|c: char| c.is_ascii_digit()) {
                continue;
            }
            if let Some(requirement) = found.scene.entities.get(&EntityId::new(Kind::Requirement, word)) {
                let text = format!("The title of {} mentions {word}.", called(entity));
                found.add(entity, requirement, MENTION, text);
            }
        }
    }
}
