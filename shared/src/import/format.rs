//! The formats by name: what `--format` takes and what help prints.

use crate::id::Stream;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A format we read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Our own CloudEvents NDJSON, as `mission events` prints it.
    Events,
    /// Cucumber Messages NDJSON.
    Cucumber,
    /// JUnit XML (surefire, nextest and kin).
    Junit,
    /// OpenLineage events: one, an array, or NDJSON.
    Openlineage,
    /// `cargo metadata --format-version 1`.
    CargoMetadata,
    /// dependency-cruiser JSON.
    DependencyCruiser,
    /// Graphviz DOT.
    Dot,
}

/// A row of the table of formats.
#[derive(Debug, Clone, Copy)]
pub struct FormatRow {
    /// The format.
    pub format: Format,
    /// Its name for `--format`.
    pub name: &'static str,
    /// Stream it is evidence for; `None` for our own events, which say it themselves.
    pub stream: Option<Stream>,
    /// Whether a file is a picture: all there is in its scope.
    pub picture: bool,
    /// What it is, in a sentence.
    pub meaning: &'static str,
}

const fn row(
    format: Format,
    name: &'static str,
    stream: Option<Stream>,
    picture: bool,
    meaning: &'static str,
) -> FormatRow {
    FormatRow { format, name, stream, picture, meaning }
}

/// Every format there is, in the order help prints them.
pub const FORMATS: [FormatRow; 7] = [
    row(Format::Events, "events", None, false, "Our own CloudEvents: one, an array, or NDJSON."),
    row(
        Format::Cucumber,
        "cucumber",
        Some(Stream::Bdv),
        false,
        "Cucumber Messages NDJSON, every attempt included.",
    ),
    row(
        Format::Junit,
        "junit",
        Some(Stream::Bdv),
        false,
        "JUnit XML with re-runs (surefire, nextest and kin).",
    ),
    row(
        Format::Openlineage,
        "openlineage",
        Some(Stream::Dde),
        false,
        "OpenLineage events: one, an array, or NDJSON.",
    ),
    row(
        Format::CargoMetadata,
        "cargo-metadata",
        Some(Stream::Acc),
        true,
        "cargo metadata --format-version 1: packages and their dependencies.",
    ),
    row(
        Format::DependencyCruiser,
        "dependency-cruiser",
        Some(Stream::Acc),
        true,
        "dependency-cruiser JSON: modules, dependencies, rules and violations.",
    ),
    row(
        Format::Dot,
        "dot",
        Some(Stream::Acc),
        true,
        "Graphviz DOT: nodes as modules, edges as imports, clusters as groups.",
    ),
];

/// A name that is no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown format {0:?}; known are {names}", names = names())]
pub struct FormatError(String);

fn names() -> String {
    let names: Vec<&str> = FORMATS.iter().map(|row| row.name).collect();
    names.join(", ")
}

impl Format {
    /// Its row in [`FORMATS`].
    #[must_use]
    pub const fn row(self) -> &'static FormatRow {
        &FORMATS[self as usize]
    }

    /// Its name for `--format`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.row().name
    }

    /// The format of that name.
    ///
    /// # Errors
    /// [`FormatError`] listing the known names.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        let known = FORMATS.iter().find(|row| row.name == text).map(|row| row.format);
        known.ok_or_else(|| FormatError(text.chars().take(80).collect()))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = FormatError;
    fn from_str(text: &str) -> Result<Self, FormatError> {
        Format::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_finds_its_own_row_by_number_and_by_name() {
        for row in &FORMATS {
            assert_eq!(row.format.row().name, row.name);
            assert_eq!(Format::parse(row.name), Ok(row.format));
            assert_eq!(serde_json::to_value(row.format).expect("a name"), row.name);
        }
        let refused = Format::parse("sarif").expect_err("not a format yet").to_string();
        assert!(refused.starts_with("unknown format \"sarif\"; known are events, cucumber"), "{refused}");
    }
}
