//! Import: foreign formats to events, wherever the file is (CLI, page, server).
//!
//! In: bytes and [`ImportOptions`]. Out: [`Imported`]: events of one batch with its closing event last, and a
//! [`Report`] of what was read, rejected and unknown, with line and reason. A container that cannot be read to
//! its end gives an [`ImportError`] and no events; bad items inside a readable one are reported and the rest
//! close together, unless `strict`. The same bytes and options give the same batch and item ids.
//!
//! Not here: files, stores, the network; what was a duplicate (the store knows).

use crate::event::Event;
use crate::id::Name;
use crate::time::Time;
use serde::Serialize;

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

/// What the file itself does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// Iteration the evidence is about; overrides what events say.
    pub iteration: Name,
    /// Project of that iteration.
    pub project: Name,
    /// Name of the file for messages; never part of an id.
    pub file: String,
    /// Source of the events; `import:FORMAT` without.
    pub source: Option<String>,
    /// Run key; else the file's own run id, else its digest.
    pub run: Option<String>,
    /// Valid time of everything that has none.
    pub at: Option<Time>,
    /// Refuse the whole file if any item is bad.
    pub strict: bool,
}

/// Something in the file that could not be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// Line in the file, from 1; 0 where there are no lines to speak of.
    pub line: u64,
    /// What is wrong, naming the field.
    pub reason: String,
}

/// What was read. `accepted`, `duplicates` and `position` are the store's to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The format.
    pub format: Format,
    /// Items read.
    pub read: u64,
    /// Items now in the log.
    pub accepted: u64,
    /// Items that were there already.
    pub duplicates: u64,
    /// Items refused, each with an issue.
    pub rejected: u64,
    /// Items of a kind we do not use, each with an issue (kinds are listed once with a count).
    pub unknown: u64,
    /// Id of the batch; empty for the `events` format, whose events keep their own.
    pub batch: String,
    /// Last position in the log after the import.
    pub position: u64,
    /// Why items were refused or not used, at most 1,000 and then a last line with the number left out.
    pub issues: Vec<Issue>,
}

/// A file read to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// Its events, the closing event of the batch last.
    pub events: Vec<Event>,
    /// What happened.
    pub report: Report,
}

/// Why a file was refused whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct ImportError {
    /// Name of the file.
    pub file: String,
    /// Line, from 1; 0 for the file as a whole.
    pub line: u64,
    /// What is wrong.
    pub reason: String,
}

/// Reads `bytes` as `format`, or as what they look like.
///
/// # Errors
/// [`ImportError`] if no format fits, the container cannot be read to its end, or `strict` and any item is bad.
pub fn import(
    _bytes: &[u8],
    _format: Option<Format>,
    _options: &ImportOptions,
) -> Result<Imported, ImportError> {
    todo!("import helper")
}
