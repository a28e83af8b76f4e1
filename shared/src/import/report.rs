//! What goes in beside the bytes, and what comes out: options, events of a batch, and what there is to say.

use super::format::Format;
use crate::event::Event;
use crate::id::Name;
use crate::time::Time;
use serde::Serialize;

/// What the file itself does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// Iteration the evidence is about; overrides what events say.
    pub iteration: Name,
    /// Project of that iteration.
    pub project: Name,
    /// Name of the file for messages; never part of an id, but for feature files, which do not say their path.
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
///
/// `read` = used + `rejected` + `unknown`; once the store has every event, used = `accepted` + `duplicates`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The format.
    pub format: Format,
    /// Items read: lines, test cases, packages, modules, edges, whatever the format counts.
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
    /// Why items were refused, not used or changed, by line, at most 1,000 and then a last line with the
    /// number left out.
    pub issues: Vec<Issue>,
}

/// One thing a file gives, as [`super::import_each`] hands it on.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// An event.
    Event {
        /// The event.
        event: Box<Event>,
        /// How many of the file's items it carries.
        carries: u64,
        /// Line it came from; `None` where events pack many items.
        line: Option<u64>,
        /// Length of its data as JSON, about: what bounds on memory count.
        bytes: usize,
    },
    /// An event of our own that was refused, as it stands in the file.
    Refused(String),
    /// How far the file was read, in millionths of its text. Told every now and then by formats that hold their
    /// facts back to the end of the file, so that whoever waits sees something move.
    Read(u32),
}

/// A file read to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// Its events, the closing event of the batch last.
    pub events: Vec<Event>,
    /// How many of the file's items each event carries, in the order of `events`.
    pub carries: Vec<u64>,
    /// Line each event came from, in the order of `events`; empty where events pack many items.
    pub lines: Vec<u64>,
    /// Events of our own that were refused, as they stand in the file: whoever has a store keeps them there as
    /// dead letters. Empty for other formats.
    pub refused: Vec<String>,
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
