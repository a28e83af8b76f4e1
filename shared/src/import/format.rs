//! The formats by name: what `--format` takes and what help prints. A format is one line in the table below.

use crate::id::Stream;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A line a format, in the order help prints them and ties are decided: variant, name for `--format`, the module
/// that reads it and whether that packs facts itself (`own`) or into a batch (`packed`), stream, whether a file is
/// a picture (all there is in its scope), meaning.
macro_rules! each_format {
    ($then:ident) => {
        $then! {
            Events "events" events own, None, false, "Our own CloudEvents: one, an array, or NDJSON.";
            Cucumber "cucumber" cucumber packed, Some(Stream::Bdv), false,
                "Cucumber Messages NDJSON, every attempt included.";
            Junit "junit" junit packed, Some(Stream::Bdv), false,
                "JUnit XML with re-runs (surefire, nextest and kin).";
            Gherkin "gherkin" gherkin packed, Some(Stream::Bdv), true,
                "Gherkin feature files: scenarios that must report, known by the path that is given.";
            SphinxNeeds "sphinx-needs" sphinx_needs packed, Some(Stream::Bdv), true,
                "sphinx-needs' needs.json: requirements, specs and tests with their links, earlier versions included.";
            Openfasttrace "openfasttrace" openfasttrace packed, Some(Stream::Bdv), true,
                "OpenFastTrace or ReqM2 spec objects as XML, or the aspec report of them.";
            PytestJson "pytest-json" pytest_json packed, Some(Stream::Bdv), false,
                "pytest-json-report: tests with their stages, and collections that broke.";
            Openlineage "openlineage" openlineage packed, Some(Stream::Dde), false,
                "OpenLineage events: one, an array, or NDJSON.";
            Cdevents "cdevents" cdevents packed, Some(Stream::Dde), false,
                "CDEvents 0.4 to 0.6, bare or in CloudEvents: one, an array, or NDJSON.";
            GithubActions "github-actions" github_actions packed, Some(Stream::Dde), false,
                "GitHub Actions webhook payloads (workflow_run, workflow_job): one, an array, or NDJSON.";
            Argo "argo" argo packed, Some(Stream::Dde), false,
                "Argo Workflow resources as JSON: one, a list, or NDJSON.";
            Temporal "temporal" temporal packed, Some(Stream::Dde), false,
                "Temporal workflow histories as JSON: one, a list of events, or NDJSON.";
            CargoMetadata "cargo-metadata" cargo_metadata packed, Some(Stream::Acc), true,
                "cargo metadata --format-version 1: packages and their dependencies.";
            DependencyCruiser "dependency-cruiser" dependency_cruiser packed, Some(Stream::Acc), true,
                "dependency-cruiser JSON: modules, dependencies, rules and violations.";
            Dot "dot" dot packed, Some(Stream::Acc), true,
                "Graphviz DOT: nodes as modules, edges as imports, clusters as groups.";
            Graphml "graphml" graphml packed, Some(Stream::Acc), true,
                "GraphML: nodes as modules, edges as imports, nested graphs as groups.";
            Nx "nx" nx packed, Some(Stream::Acc), true,
                "Nx project graph: projects as modules, dependencies as imports.";
            Jdepend "jdepend" jdepend packed, Some(Stream::Acc), true,
                "JDepend XML: packages as modules with their classes counted, dependencies as imports.";
            Sarif "sarif" sarif packed, Some(Stream::Acc), true,
                "SARIF 2.1.0: results as violations, with rules, suppressions and baseline.";
        }
    };
}
pub(super) use each_format;

macro_rules! declare {
    ($($variant:ident $name:literal $module:ident $how:ident, $stream:expr, $picture:literal, $meaning:literal;)*) => {
        /// A format we read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Format {
            $(#[doc = $meaning] $variant,)*
        }

        /// Every format there is, in the order help prints them.
        pub const FORMATS: &[FormatRow] = &[$(FormatRow {
            format: Format::$variant,
            name: $name,
            stream: $stream,
            picture: $picture,
            meaning: $meaning,
        }),*];
    };
}
each_format!(declare);

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
        for row in FORMATS {
            assert_eq!(row.format.row().name, row.name);
            assert_eq!(Format::parse(row.name), Ok(row.format));
            assert_eq!(serde_json::to_value(row.format).expect("a name"), row.name);
        }
        let refused = Format::parse("word").expect_err("no format").to_string();
        assert!(refused.starts_with("unknown format \"word\"; known are events, cucumber"), "{refused}");
    }
}
