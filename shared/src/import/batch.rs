//! A batch while it is written: facts packed into events, the closing event last.
//!
//! Facts with a time of their own and facts without one travel in separate events, so that the envelope's
//! time never dates what has none. The closing digest covers the events as a store will hold them: with long
//! text cut by `split_detail` (no import holds names of people, so the token key does not matter).

use super::clean;
use super::document::Broken;
use super::format::Format;
use super::issues::Issues;
use super::report::{ImportOptions, Imported, Report};
use crate::event::data::{BatchClosed, Facts, Item};
use crate::event::{BatchDigest, Data, Event, Hash128, Identity, TEXT_BYTES_MAX, split_detail};
use crate::id::check_key;
use crate::time::Time;
use serde_json::Value;

/// Version of the readers: part of every batch id, so that a better reading is a new batch.
pub const IMPORTER_VERSION: &str = "1";
/// Facts in one event: enough to make envelopes cheap, few enough to step through.
const ITEMS_PER_EVENT: usize = 500;
/// Bytes of JSON at which an event is full; with one more fact it stays below 900 KiB.
const BYTES_PER_EVENT: usize = 400 << 10;
const BYTES_PER_ITEM: usize = 480 << 10;

/// Facts waiting for their event.
#[derive(Debug, Default)]
struct Pack {
    items: Vec<Item>,
    bytes: usize,
    latest: Option<Time>,
    has_long_text: bool,
}

/// Takes facts and issues of one file and closes them as a batch.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    options: &'a ImportOptions,
    format: Format,
    source: String,
    batch: String,
    file_digest: Hash128,
    scope: Option<String>,
    untimed: Pack,
    timed: Pack,
    events: Vec<Event>,
    carries: Vec<u64>,
    carried: u64,
    digest: BatchDigest,
    /// What there is to say about the file.
    pub(super) issues: Issues,
}

impl<'a> Writer<'a> {
    /// A batch without facts, named after everything that decides its content.
    pub(super) fn new(bytes: &[u8], format: Format, options: &'a ImportOptions) -> Self {
        let file_digest = Hash128::of(&[bytes]);
        let source = options.source.clone().unwrap_or_else(|| format!("import:{format}"));
        let at = options.at.map_or_else(String::new, |time| time.0.to_string());
        let batch = Hash128::of(&[
            options.iteration.as_str().as_bytes(),
            format.as_str().as_bytes(),
            &file_digest.0,
            options.run.as_deref().unwrap_or("").as_bytes(),
            at.as_bytes(),
            IMPORTER_VERSION.as_bytes(),
            options.source.as_deref().unwrap_or("").as_bytes(),
        ]);
        Self {
            options,
            format,
            source,
            batch: batch.to_string(),
            file_digest,
            scope: None,
            untimed: Pack::default(),
            timed: Pack::default(),
            events: Vec::new(),
            carries: Vec::new(),
            carried: 0,
            digest: BatchDigest::default(),
            issues: Issues::default(),
        }
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
        let unsound = data
            .keys()
            .into_iter()
            .find_map(|(field, key)| check_key(key).err().map(|error| format!("{field}: {error}")));
        if let Some(reason) = unsound {
            self.issues.reject(line, reason);
            return false;
        }
        let value = data.to_json();
        let (bytes, has_long_text) = measure(&value);
        if bytes > BYTES_PER_ITEM {
            self.issues.reject(line, format!("{bytes} bytes in one fact, at most {BYTES_PER_ITEM}"));
            return false;
        }
        let pack = if time.is_some() { &mut self.timed } else { &mut self.untimed };
        // The envelope of a packed fact: its type, a time, punctuation.
        pack.bytes += bytes + data.type_name().len() + 80;
        pack.has_long_text |= has_long_text;
        pack.latest = pack.latest.max(time);
        pack.items.push(Item { kind: data.type_name().to_owned(), data: value, time });
        if pack.items.len() >= ITEMS_PER_EVENT || pack.bytes >= BYTES_PER_EVENT {
            let pack = std::mem::take(pack);
            self.flush(pack);
        }
        true
    }

    /// Counts one item of the file as read and used; its facts have been stated.
    pub(super) fn use_one(&mut self) {
        self.issues.use_one();
    }

    fn flush(&mut self, pack: Pack) {
        if pack.items.is_empty() {
            return;
        }
        let data = Data::Facts(Facts { items: pack.items, scope: self.scope.clone() });
        let event = self.event(pack.latest.or(self.options.at), data);
        let content = if pack.has_long_text {
            let mut held = event.clone();
            split_detail(&mut held, &[0; 32]);
            held.content_hash()
        } else {
            event.content_hash()
        };
        self.digest.add(event.identity.hash(), content);
        self.push(event);
    }

    fn event(&self, time: Option<Time>, data: Data) -> Event {
        let id = format!("{}/{}", self.batch, self.events.len() + 1);
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

    fn push(&mut self, event: Event) {
        self.events.push(event);
        self.carries.push(self.issues.used() - self.carried);
        self.carried = self.issues.used();
    }

    /// Sends what waits and closes the batch.
    pub(super) fn close(mut self) -> Result<Imported, Broken> {
        let bad = self.issues.first_bad().cloned();
        if let Some(issue) = bad.filter(|_| self.options.strict || self.issues.nothing_but_rejected()) {
            let why = if self.options.strict { "strict" } else { "no item of it can be used" };
            return Err(Broken::at(issue.line, format!("{why}: {}", issue.reason)));
        }
        let (untimed, timed) = (std::mem::take(&mut self.untimed), std::mem::take(&mut self.timed));
        self.flush(untimed);
        self.flush(timed);
        let count = u32::try_from(self.events.len())
            .map_err(|_| Broken::whole(format!("{} events, more than a batch holds", self.events.len())))?;
        let closed = Data::BatchClosed(BatchClosed {
            batch: self.batch.clone(),
            count,
            digest: self.digest.value().to_string(),
            scope: self.scope.clone(),
            stream: self.format.row().stream,
            format: Some(self.format.to_string()),
        });
        let event = self.event(self.options.at, closed);
        self.push(event);
        let mut report = Report {
            format: self.format,
            read: 0,
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            unknown: 0,
            batch: self.batch,
            position: 0,
            issues: Vec::new(),
        };
        self.issues.report(&mut report);
        let (lines, refused) = (Vec::new(), Vec::new());
        Ok(Imported { events: self.events, carries: self.carries, lines, refused, report })
    }
}

/// Bytes of `value` as JSON (numbers rounded up), and whether some text is long enough to be cut.
/// Recurses over our own data only, which is three levels deep.
fn measure(value: &Value) -> (usize, bool) {
    match value {
        Value::String(text) => (json_bytes(text), text.len() > TEXT_BYTES_MAX),
        Value::Array(list) => list.iter().map(measure).fold((2, false), |(a, x), (b, y)| (a + b + 1, x | y)),
        Value::Object(map) => map.iter().fold((2, false), |(bytes, long), (key, value)| {
            let (more, also) = measure(value);
            (bytes + key.len() + 4 + more, long | also)
        }),
        _ => (20, false),
    }
}

fn json_bytes(text: &str) -> usize {
    let escaped = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 1,
        0..=0x1f => 5,
        _ => 0,
    };
    2 + text.len() + text.bytes().map(escaped).sum::<usize>()
}
