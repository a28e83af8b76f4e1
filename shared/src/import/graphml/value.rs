//! What the data of nodes and edges mean: keys by id, and the values that are read.

use super::super::clean;
use super::super::xml::Element;
use std::collections::BTreeMap;

/// A side of a node or edge that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Label,
    Group,
    Path,
    External,
    Weight,
    /// How yEd draws it; its first label is read.
    Graphics,
    Unused,
}

/// Keys by id, as the file declares them.
#[derive(Default)]
pub(super) struct Keys {
    by_id: BTreeMap<String, (Meaning, Option<String>)>,
}

impl Keys {
    /// `<key id="d0" for="node" attr.name="label">`: keys without a name mean what their id says.
    pub(super) fn declare(&mut self, element: &Element<'_>) {
        let Some(id) = element.get("id") else { return };
        let name = element.get("attr.name").unwrap_or_else(|| id.clone());
        let drawn = element.get("yfiles.type").is_some_and(|kind| kind.ends_with("graphics"));
        let meaning = if drawn { Meaning::Graphics } else { meaning_of(&name) };
        self.by_id.insert(id.into_owned(), (meaning, None));
    }

    /// The value of what has no data of that key.
    pub(super) fn set_default(&mut self, id: &str, value: &str) {
        if let Some((_, default)) = self.by_id.get_mut(id) {
            *default = Some(value.to_owned());
        }
    }

    pub(super) fn meaning(&self, id: &str) -> Meaning {
        self.by_id.get(id).map_or_else(|| meaning_of(id), |(meaning, _)| *meaning)
    }

    pub(super) fn default_of(&self, meaning: Meaning) -> Option<&str> {
        self.by_id.values().find(|(it, value)| *it == meaning && value.is_some())?.1.as_deref()
    }
}

fn meaning_of(name: &str) -> Meaning {
    match name.to_ascii_lowercase().as_str() {
        "label" | "name" => Meaning::Label,
        "group" => Meaning::Group,
        "path" => Meaning::Path,
        "external" => Meaning::External,
        "weight" => Meaning::Weight,
        _ => Meaning::Unused,
    }
}

/// A weight as a count of at least 1; fractions are rounded.
pub(super) fn weight(text: &str) -> Result<u32, String> {
    let number: Option<f64> = text.trim().parse().ok();
    match number.filter(|number| (0.0..=4e9).contains(number)) {
        Some(number) => Ok(((number + 0.5) as u32).max(1)),
        None => Err(format!("weight: {:?} is no count, left out", clean::clip(text.trim(), 40))),
    }
}
