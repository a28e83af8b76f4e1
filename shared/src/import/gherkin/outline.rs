//! A scenario with its names, and what an example row makes of it.

use super::super::clean;

/// Longest name that rows are put into; a row can name another column, which could double it with each.
const NAME_BYTES_MAX: usize = 4 * clean::NAME_BYTES_MAX;

/// A scenario, with or without examples.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Names from the feature down to it.
    pub(super) path: String,
    /// Its own name as it stands.
    pub(super) name: String,
    /// Columns of the examples that are being read.
    pub(super) columns: Vec<String>,
}

impl Outline {
    /// Its name with the values of a row in place of `<column>`.
    pub(super) fn name_with(&self, row: Option<&[String]>) -> String {
        let mut name = self.name.clone();
        for (column, value) in self.columns.iter().zip(row.unwrap_or_default()) {
            if name.contains('<') {
                let placeholder = format!("<{column}>");
                let found = name.matches(&placeholder).count();
                let bytes = name.len().saturating_add(found.saturating_mul(value.len()));
                if bytes <= NAME_BYTES_MAX {
                    name = name.replace(&placeholder, value);
                }
            }
        }
        name
    }
}
