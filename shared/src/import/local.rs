//! A log made of files alone, with no store: what a page makes of files that are dropped onto it.
//!
//! Does what a store would: positions without gaps, recording times that never go back, each identity once, long
//! text cut. Not here: dead letters (there is nobody to replay them), context events (the built-in policy counts).

use super::{Format, ImportOptions, Issue, Piece, Report, import_each};
use crate::event::{Entry, Hash128, Logged, split_detail};
use crate::id::Name;
use crate::time::{Position, Time};
use serde::Serialize;
use std::collections::BTreeSet;

/// Iteration and project that the files are read into.
pub const LOCAL_ITERATION: &str = "dropped-files";
const LOCAL_PROJECT: &str = "default";

/// The log so far.
#[derive(Debug, Default)]
pub struct Local {
    head: Position,
    recorded_at: Time,
    known: BTreeSet<Hash128>,
}

/// What there is to say about a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocalReport {
    /// Name of the file.
    pub file: String,
    /// What was read, if it was.
    pub report: Option<Report>,
    /// Why it was refused, if it was.
    pub refused: Option<String>,
}

impl Local {
    /// Goes on behind `entries`, which another log of files gave: their identities are known, the next entry comes
    /// after the last of them.
    pub fn resume(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.known.insert(entry.identity);
            self.head = self.head.max(entry.position);
            self.recorded_at = self.recorded_at.max(entry.recorded_at);
        }
    }

    /// Reads a file at `now`. What is new in it, in order; nothing if it is refused.
    pub fn take(&mut self, file: &str, bytes: &[u8], now: Time) -> (Vec<Entry>, LocalReport) {
        let file = file.to_owned();
        match self.read(&file, bytes, now) {
            Ok((entries, report)) => (entries, LocalReport { file, report: Some(report), refused: None }),
            Err(reason) => (Vec::new(), LocalReport { file, report: None, refused: Some(reason) }),
        }
    }

    fn read(&mut self, file: &str, bytes: &[u8], now: Time) -> Result<(Vec<Entry>, Report), String> {
        let name = |text: &str| Name::new(text).map_err(|error| error.to_string());
        let options = ImportOptions {
            iteration: name(LOCAL_ITERATION)?,
            project: name(LOCAL_PROJECT)?,
            file: file.to_owned(),
            source: None,
            run: None,
            at: None,
            strict: false,
        };
        let recorded_at = self.recorded_at.max(now);
        let (mut fresh, mut accepted, mut duplicates) = (Vec::new(), 0, 0);
        let mut seen: BTreeSet<Hash128> = BTreeSet::new();
        let mut report = import_each(bytes, None, &options, &mut |piece| {
            let Piece::Event { mut event, carries, .. } = piece else { return };
            split_detail(&mut event, &[0; 32]);
            let identity = event.identity.hash();
            if self.known.contains(&identity) || !seen.insert(identity) {
                duplicates += carries;
                return;
            }
            accepted += carries;
            let position = self.head + 1 + fresh.len() as Position;
            let logged = Logged { position, recorded_at, actor: None, steward: false, event: *event };
            fresh.push(Entry::from_logged(&logged));
        })
        .map_err(|error| match error.line {
            0 => error.reason,
            line => format!("line {line}: {}", error.reason),
        })?;
        self.known.append(&mut seen);
        self.head += fresh.len() as Position;
        self.recorded_at = recorded_at;
        (report.accepted, report.duplicates, report.position) = (accepted, duplicates, self.head);
        if report.format == Format::Gherkin && !file.contains('/') {
            let reason = format!(
                "known as {file}, without a folder: results that name it by a path are of other scenarios; \
                 drop its folder to have the path"
            );
            report.issues.push(Issue { line: 0, reason });
        }
        Ok((fresh, report))
    }
}
