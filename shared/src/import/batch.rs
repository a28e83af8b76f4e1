//! A batch while it is written: facts packed into events, the closing event last.
//!
//! Facts with a time of their own and facts without one travel in separate events, so that the envelope's
//! time never dates what has none. The closing digest covers the events as a store will hold them: with long
//! text cut by `split_detail` (no import holds names of people, so the token key does not matter).
//! An event is handed on as soon as it is full, so what is held is two events at most, however long the file.

use super::clean;
use super::document::Broken;
use super::format::Format;
use super::issues::Issues;
use super::report::{ImportOptions, Piece, Report};
use crate::event::data::{BatchClosed, Facts, Item};
use crate::event::{BatchDigest, Data, Event, Hash128, Identity, Json, has_detail, split_data};
use crate::time::Time;
use serde_json::Value;
use std::fmt::Write;

/// Version of the readers: part of every batch id, so that a better reading is a new batch.
pub const IMPORTER_VERSION: &str = "3";
/// Facts in one event: enough to make envelopes cheap, few enough to step through.
const ITEMS_PER_EVENT: usize = 500;
/// Bytes of JSON at which an event is full; with one more fact it stays below 900 KiB.
const BYTES_PER_EVENT: usize = 400 << 10;
const BYTES_PER_ITEM: usize = 480 << 10;
/// Bytes of text between two words on how far the file was read.
const READ_BYTES: usize = 256 << 10;
/// What a closing event has at most.
const CLOSING_BYTES: usize = 1 << 10;

/// Facts waiting for their event.
#[derive(Debug, Default)]
struct Pack {
    items: Vec<Item>,
    /// Canonical JSON of the facts as a store will hold them, up to the last item, each followed by a comma.
    held: String,
    /// Bytes of the items as JSON.
    bytes: usize,
    latest: Option<Time>,
}

/// Takes facts and issues of one file and closes them as a batch.
pub(super) struct Writer<'a> {
    options: &'a ImportOptions,
    format: Format,
    source: String,
    batch: String,
    file_digest: Hash128,
    scope: Option<String>,
    untimed: Pack,
    timed: Pack,
    take: &'a mut dyn FnMut(Piece),
    events: u32,
    carried: u64,
    /// Bytes of text of which it was told that they were read.
    read: usize,
    digest: BatchDigest,
    /// What there is to say about the file.
    pub(super) issues: Issues,
}

impl<'a> Writer<'a> {
    /// A batch without facts, named after everything that decides its content.
    pub(super) fn new(
        bytes: &[u8],
        format: Format,
        options: &'a ImportOptions,
        take: &'a mut dyn FnMut(Piece),
    ) -> Self {
        let file_digest = Hash128::of(&[bytes]);
        let source = options.source.clone().unwrap_or_else(|| format!("import:{format}"));
        let at = options.at.map_or_else(String::new, |time| time.0.to_string());
        let mut decides: Vec<&[u8]> = vec![
            options.iteration.as_str().as_bytes(),
            format.as_str().as_bytes(),
            &file_digest.0,
            options.run.as_deref().unwrap_or("").as_bytes(),
            at.as_bytes(),
            IMPORTER_VERSION.as_bytes(),
            options.source.as_deref().unwrap_or("").as_bytes(),
        ];
        if format == Format::Gherkin {
            // Only there it is part of what the file says.
            decides.push(options.file.as_bytes());
        }
        let batch = Hash128::of(&decides);
        Self {
            options,
            format,
            source,
            batch: batch.to_string(),
            file_digest,
            scope: None,
            untimed: Pack::default(),
            timed: Pack::default(),
            take,
            events: 0,
            carried: 0,
            read: 0,
            digest: BatchDigest::default(),
            issues: Issues::default(),
        }
    }

    /// Name of the file as it was given.
    pub(super) fn file(&self) -> &'a str {
        &self.options.file
    }

    /// Makes the batch a picture of `scope`. Before any fact.
    pub(super) fn picture(&mut self, scope: &str) {
        self.scope = clean::key(scope).map(|scope| clean::clip(&scope, 200).to_owned());
    }

    /// Run key: the one that was asked for, else the file's `own`, else the digest of the file.
    pub(super) fn run_key(&self, own: Option<&str>) -> String {
        let asked = self.options.run.as_deref().and_then(clean::key);
        asked.or_else(|| own.and_then(clean::key)).unwrap_or_else(|| self.file_digest.to_string())
    }

    /// States one fact, at `time` if the file says when. A fact with an unsound key or of an absurd size is
    /// refused with an issue at `line`; then the answer is false.
    pub(super) fn state(&mut self, line: u64, time: Option<Time>, data: &Data) -> bool {
        if let Err((field, error)) = data.check_keys() {
            self.issues.reject(line, format!("{field}: {error}"));
            return false;
        }
        let pack = if time.is_some() { &mut self.timed } else { &mut self.untimed };
        let bytes = match pack.add(data, time) {
            Ok(bytes) => bytes,
            Err(bytes) => {
                let reason = format!("{bytes} bytes in one fact, at most {BYTES_PER_ITEM}");
                self.issues.reject(line, reason);
                return false;
            }
        };
        // The envelope of a packed fact: its type, a time, punctuation.
        pack.bytes += bytes + data.type_name().len() + 80;
        pack.latest = pack.latest.max(time);
        if pack.items.len() >= ITEMS_PER_EVENT || pack.bytes >= BYTES_PER_EVENT {
            self.flush(time.is_some());
        }
        true
    }

    /// Tells now and then how far `text` was read, which is up to `at`.
    pub(super) fn has_read(&mut self, text: &str, at: usize) {
        if at >= self.read.saturating_add(READ_BYTES) {
            self.read = at;
            let share = at as u64 * 1_000_000 / text.len().max(1) as u64;
            (self.take)(Piece::Read(u32::try_from(share).unwrap_or(1_000_000)));
        }
    }

    /// [`Writer::has_read`] up to `part`, a slice of `text`.
    pub(super) fn has_read_to(&mut self, text: &str, part: &str) {
        self.has_read(text, (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize));
    }

    /// Counts one item of the file as read and used; its facts have been stated.
    pub(super) fn use_one(&mut self) {
        self.issues.use_one();
    }

    /// Hands on the timed or the untimed facts as an event.
    fn flush(&mut self, timed: bool) {
        let pack = if timed { &mut self.timed } else { &mut self.untimed };
        if pack.items.is_empty() {
            return;
        }
        let Pack { items, mut held, latest, .. } = std::mem::take(pack);
        let facts = Facts { items, scope: self.scope.clone() };
        finish(&mut held, self.scope.as_deref());
        let event = self.event(latest.or(self.options.at), Data::Facts(facts));
        let content = event.content_hash_of(&held);
        self.digest.add(event.identity.hash(), content);
        let bytes = held.len();
        // The next event's facts take as much room.
        held.clear();
        if timed { &mut self.timed } else { &mut self.untimed }.held = held;
        self.push(event, bytes);
    }

    fn event(&self, time: Option<Time>, data: Data) -> Event {
        let id = format!("{}/{}", self.batch, self.events + 1);
        Event {
            identity: Identity { source: self.source.clone(), id },
            subject: None,
            time,
            time_text: None,
            project: self.options.project.clone(),
            iteration: self.options.iteration.clone(),
            batch: match data {
                Data::BatchClosed(_) => None,
                _ => Some(self.batch.clone()),
            },
            traceparent: None,
            corrects: None,
            data,
        }
    }

    fn push(&mut self, event: Event, bytes: usize) {
        let carries = self.issues.used() - self.carried;
        self.events = self.events.saturating_add(1);
        self.carried = self.issues.used();
        (self.take)(Piece::Event { event: Box::new(event), carries, line: None, bytes });
    }

    /// Sends what waits and closes the batch.
    pub(super) fn close(mut self) -> Result<Report, Broken> {
        let bad = self.issues.first_bad().cloned();
        if let Some(issue) = bad.filter(|_| self.options.strict || self.issues.nothing_but_rejected()) {
            let why = if self.options.strict { "strict" } else { "no item of it can be used" };
            return Err(Broken::at(issue.line, format!("{why}: {}", issue.reason)));
        }
        self.flush(false);
        self.flush(true);
        if self.events == u32::MAX {
            return Err(Broken::whole(format!("{} events, more than a batch holds", self.events)));
        }
        let closed = Data::BatchClosed(BatchClosed {
            batch: self.batch.clone(),
            count: self.events,
            digest: self.digest.value().to_string(),
            scope: self.scope.clone(),
            stream: self.format.row().stream,
            format: Some(self.format.to_string()),
        });
        let event = self.event(self.options.at, closed);
        self.push(event, CLOSING_BYTES);
        Ok(self.issues.report(self.format, self.batch))
    }
}

impl Pack {
    /// Adds a fact, and the text that a store will hold of it for the digest. Its bytes as JSON; too many are an
    /// error, and nothing is added.
    fn add(&mut self, data: &Data, time: Option<Time>) -> Result<usize, usize> {
        if self.items.is_empty() {
            self.items.reserve_exact(ITEMS_PER_EVENT);
            self.held.clear();
            self.held.push_str("{\"items\":[");
        }
        let before = self.held.len();
        self.held.push_str("{\"data\":");
        let start = self.held.len();
        data.write_canonical_json(&mut self.held);
        let bytes = self.held.len() - start;
        if bytes > BYTES_PER_ITEM {
            self.held.truncate(before);
            return Err(bytes);
        }
        let kind = data.type_name();
        self.items.push(Item { data: Json::of_canonical(&self.held[start..]), time, kind: kind.into() });
        if has_detail(data) {
            let mut cut = data.clone();
            split_data(&mut cut, &[0; 32]);
            self.held.truncate(start);
            cut.write_canonical_json(&mut self.held);
        }
        if let Some(time) = time {
            // Writing to a text cannot fail.
            let _ = write!(self.held, ",\"time\":\"{time}\"");
        }
        for part in [",\"type\":\"", kind, "\"},"] {
            self.held.push_str(part);
        }
        Ok(bytes)
    }
}

/// Makes the canonical JSON of packed facts of their items, each of which is followed by a comma.
fn finish(held: &mut String, scope: Option<&str>) {
    if held.ends_with(',') {
        held.pop();
    }
    held.push(']');
    if let Some(scope) = scope {
        held.push_str(",\"scope\":");
        held.push_str(&Value::from(scope).to_string());
    }
    held.push('}');
}
