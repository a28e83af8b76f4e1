//! How a scenario of a feature file is known: the file, the names above it, its example row.
//!
//! `features/dock.feature: Docking / Hatches / Opens | slow | 3 |`. The same from a feature file as from a run of
//! it, so that what was declared and what was run are one. A name that is taken gets a number, in the order of
//! the file. Not here: what a row puts into a name.

use super::clean;
use crate::event::Hash128;
use std::collections::BTreeMap;

/// The keys given so far, some 40 bytes each.
#[derive(Debug, Default)]
pub(super) struct ScenarioKeys {
    taken: BTreeMap<Hash128, u32>,
}

impl ScenarioKeys {
    /// The key of the next scenario of that file and those names; `None` without any.
    pub(super) fn next(&mut self, spec: Option<&str>, path: &str, row: Option<&str>) -> Option<String> {
        let mut key = format!("{}: {path}", spec.unwrap_or(""));
        if let Some(row) = row {
            key = format!("{key} | {row} |");
        }
        let plain = clean::key(key.trim_matches([':', ' ']))?;
        let taken = self.taken.entry(Hash128::of_text(&plain)).or_insert(0);
        *taken = taken.saturating_add(1);
        if *taken == 1 { Some(plain) } else { clean::key(&format!("{plain} #{taken}")) }
    }
}

/// Names from the feature down to the scenario.
pub(super) fn path_of(above: &[&str], name: &str) -> String {
    let mut path = String::new();
    for above in above {
        path.push_str(above.trim());
        path.push_str(" / ");
    }
    path.push_str(name.trim());
    path
}

/// The cells of an example row.
pub(super) fn row_of<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let mut row = String::new();
    for (n, cell) in cells.enumerate() {
        row.push_str(if n > 0 { " | " } else { "" });
        row.push_str(cell.trim());
    }
    row
}

/// A feature file's key: its path as it is given, with slashes, without the `file:` and `./` of some dialects.
pub(super) fn spec_key(uri: &str) -> Option<String> {
    let uri = uri.strip_prefix("file:").unwrap_or(uri).replace('\\', "/");
    clean::key(uri.trim_start_matches("./"))
}
