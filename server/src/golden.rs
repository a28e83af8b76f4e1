//! Golden sets: whole iterations with what they must answer, inside the binary.
//!
//! A set is a folder of `golden/` with `events.ndjson` (or `events.ndjson.zst`), the output of `mission events`,
//! and `expect.json`, an [`Expectations`] document. [`cases`] lists them in the order their iterations opened,
//! [`load`] reads one for [`Store::restore`](crate::store::Store::restore), [`Case::check`] says where an answer
//! is not as expected. A release holds the sets in itself; a debug build reads them from the source tree.
//!
//! Refuses a log whose lines are no events, and a document with unknown fields. Not here: writing sets
//! (`cargo xtask golden`), filling a store, printing.

use rust_embed::{EmbeddedFile, RustEmbed};
use shared::event::{Logged, Refusal, decode_logged};
use shared::expect::{Difference, Expectations};
use shared::graph::GapError;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Largest log of a set, unpacked, in bytes.
const LOG_BYTES_MAX: usize = 64 << 20;

#[derive(RustEmbed)]
#[folder = "../golden"]
struct Files;

/// Why a set cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GoldenError {
    /// There is no such set.
    #[error("there is no golden set {0:?}; there are {1}")]
    Unknown(String, String),
    /// The set lacks a file.
    #[error("golden set {0} has no {1}")]
    Missing(String, &'static str),
    /// A file cannot be unpacked.
    #[error("golden set {0}: {1}")]
    Unreadable(String, std::io::Error),
    /// The expectations are no document of their kind.
    #[error("golden set {0}: expect.json: {1}")]
    Expectations(String, serde_json::Error),
    /// A line of the log is no JSON.
    #[error("golden set {0}: line {1}: {2}")]
    Json(String, usize, serde_json::Error),
    /// A line of the log is no event.
    #[error("golden set {0}: line {1}: {2}")]
    Event(String, usize, Refusal),
    /// The log is not whole.
    #[error("golden set {0}: {1}")]
    Gap(String, GapError),
}

/// A set: a log and what it must answer.
#[derive(Debug, Clone)]
pub struct Case {
    /// Name of its folder.
    pub name: String,
    /// What it must answer; its `about` says in a sentence what it is a case of.
    pub expectations: Expectations,
    /// The whole log, as a store takes it back.
    pub events: Vec<Logged>,
}

/// Names of all sets, in the order their iterations opened.
#[must_use]
pub fn cases() -> Vec<String> {
    let named = Files::iter().filter_map(|path| path.strip_suffix("/expect.json").map(ToOwned::to_owned));
    let names: BTreeSet<String> = named.collect();
    let mut opened: Vec<(Option<String>, String)> =
        names.into_iter().map(|name| (opened_at(&name), name)).collect();
    opened.sort();
    opened.into_iter().map(|(_, name)| name).collect()
}

/// When the first event of a set was recorded, as its log writes it; RFC 3339 in UTC sorts as text.
fn opened_at(name: &str) -> Option<String> {
    let log = log_of(name).ok()?;
    let line = log.split(|byte| *byte == b'\n').next()?;
    let event: serde_json::Value = serde_json::from_slice(line).ok()?;
    event.get("recorded_at")?.as_str().map(ToOwned::to_owned)
}

/// Reads the set `name`.
///
/// # Errors
/// There is none, or what is wrong with it.
pub fn load(name: &str) -> Result<Case, GoldenError> {
    let owned = || name.to_owned();
    let Some(document) = Files::get(&format!("{name}/expect.json")) else {
        return Err(GoldenError::Unknown(owned(), cases().join(", ")));
    };
    let expectations =
        serde_json::from_slice(&document.data).map_err(|error| GoldenError::Expectations(owned(), error))?;
    let log = log_of(name)?;
    let lines = log.split(|byte| *byte == b'\n').zip(1..).filter(|(line, _)| !line.is_empty());
    let events = lines.map(|(line, number)| {
        let value =
            serde_json::from_slice(line).map_err(|error| GoldenError::Json(owned(), number, error))?;
        decode_logged(value).map_err(|refusal| GoldenError::Event(owned(), number, refusal))
    });
    Ok(Case { name: owned(), expectations, events: events.collect::<Result<_, _>>()? })
}

/// The log of the set `name` as NDJSON.
///
/// # Errors
/// There is none, or it cannot be unpacked.
pub fn log_of(name: &str) -> Result<Cow<'static, [u8]>, GoldenError> {
    if let Some(EmbeddedFile { data, .. }) = Files::get(&format!("{name}/events.ndjson")) {
        return Ok(data);
    }
    let packed = Files::get(&format!("{name}/events.ndjson.zst"));
    let packed = packed.ok_or_else(|| GoldenError::Missing(name.to_owned(), "events.ndjson"))?;
    let unpacked = zstd::bulk::decompress(&packed.data, LOG_BYTES_MAX);
    unpacked.map(Cow::Owned).map_err(|error| GoldenError::Unreadable(name.to_owned(), error))
}

impl Case {
    /// Where an answer is not as expected; nothing is success.
    ///
    /// # Errors
    /// The log has a gap.
    pub fn check(&self) -> Result<Vec<Difference>, GoldenError> {
        self.expectations.check(&self.events).map_err(|gap| GoldenError::Gap(self.name.clone(), gap))
    }
}
