//! A log while it is told: what happened, when, and when a tool reported it.
//!
//! Told in any order; [`Journal::logged`] puts it in the order of recording, as a store would have, and checks
//! that every line reads back. Tools report in bursts, so [`Reporter`] knows how a tool's reports lag.

use super::seed::Seed;
use serde_json::{Value, json};
use shared::event::data::{BatchClosed, Facts, Item};
use shared::event::{BatchDigest, Data, Event, Hash128, Identity, decode_logged};
use shared::event::{Logged, person_token, split_detail};
use shared::id::{Name, Stream};
use shared::time::Time;

/// Key of the tokens that stand for people in golden logs.
const TOKEN_KEY: [u8; 32] = *b"people of Meridian Pay, made up.";
/// Facts packed into one event.
const ITEMS_PER_EVENT: usize = 500;
const SECOND: i64 = 1_000_000;

/// An iteration's log.
pub struct Journal {
    project: Name,
    iteration: Name,
    lines: Vec<Line>,
}

struct Line {
    recorded_at: Time,
    actor: Option<String>,
    event: Event,
}

/// What a batch is.
pub struct Batch<'a> {
    /// The tool.
    pub source: &'a str,
    /// Its id.
    pub id: &'a str,
    /// Set for a picture.
    pub scope: Option<&'a str>,
    /// Stream it is evidence for.
    pub stream: Option<Stream>,
    /// Format the tool writes.
    pub format: &'a str,
    /// When the tool looked.
    pub valid: Option<Time>,
    /// When it reported.
    pub recorded_at: Time,
}

impl Journal {
    /// A log without a line.
    pub fn new(project: &str, iteration: &str) -> Self {
        let name = |text: &str| Name::new(text).expect("names of golden sets are sound");
        Self { project: name(project), iteration: name(iteration), lines: Vec::new() }
    }

    /// `source` said `data` of `kind` happened at `valid`; it was recorded at `recorded_at`.
    pub fn say(
        &mut self,
        (source, id): (&str, &str),
        kind: &str,
        valid: Option<Time>,
        recorded_at: Time,
        data: Value,
    ) {
        let event = self.event(source, id, valid, fact(kind, data));
        self.lines.push(Line { recorded_at, actor: None, event });
    }

    /// The same, by a person.
    pub fn say_as(
        &mut self,
        who: &str,
        (source, id): (&str, &str),
        kind: &str,
        at: Time,
        recorded_at: Time,
        data: Value,
    ) {
        let event = self.event(source, id, Some(at), fact(kind, data));
        self.lines.push(Line { recorded_at, actor: Some(person(who)), event });
    }

    /// The same in place of what `source` had said as `corrected`.
    pub fn correct(
        &mut self,
        (source, id, corrected): (&str, &str, &str),
        kind: &str,
        valid: Option<Time>,
        recorded_at: Time,
        data: Value,
    ) {
        let mut event = self.event(source, id, valid, fact(kind, data));
        event.corrects = Some(Identity { source: source.to_owned(), id: corrected.to_owned() });
        self.lines.push(Line { recorded_at, actor: None, event });
    }

    /// Many facts at once, packed, and the event that closes their batch.
    pub fn batch(&mut self, batch: &Batch, facts: Vec<(&str, Value)>) {
        let mut digest = BatchDigest::default();
        let (mut recorded_at, mut count) = (batch.recorded_at, 0);
        for items in facts.chunks(ITEMS_PER_EVENT) {
            let items = items.iter().map(|(kind, data)| Item {
                kind: (*kind).to_owned().into(),
                // Decoded and written again, so that it stands in the form a store keeps.
                data: fact(kind, data.clone()).packed(),
                time: None,
            });
            let facts = Facts { items: items.collect(), scope: batch.scope.map(ToOwned::to_owned) };
            count += 1;
            let id = format!("{}/{count}", batch.id);
            // Structure holds at every V; the picture has the time, not what is in it.
            let mut event = self.event(batch.source, &id, None, Data::Facts(facts));
            event.batch = Some(batch.id.to_owned());
            digest.add(event.identity.hash(), event.content_hash());
            self.lines.push(Line { recorded_at, actor: None, event });
            recorded_at = recorded_at.plus(9_000);
        }
        let closing = Data::BatchClosed(BatchClosed {
            batch: batch.id.to_owned(),
            count,
            digest: digest.value().to_string(),
            scope: batch.scope.map(ToOwned::to_owned),
            stream: batch.stream,
            format: Some(batch.format.to_owned()),
        });
        let event = self.event(batch.source, &format!("{}/{}", batch.id, count + 1), batch.valid, closing);
        self.lines.push(Line { recorded_at, actor: None, event });
    }

    /// Forgets what was recorded after `time`.
    pub fn cut(&mut self, time: Time) {
        self.lines.retain(|line| line.recorded_at <= time);
    }

    /// The log as a store would hold it.
    pub fn logged(mut self) -> Vec<Logged> {
        self.lines.sort_by_key(|line| line.recorded_at);
        let positions = self.lines.into_iter().zip(1..);
        positions
            .map(|(Line { recorded_at, actor, event }, position)| {
                let logged = Logged { position, recorded_at, actor, steward: false, event };
                let read = decode_logged(logged.to_json());
                assert_eq!(read.as_ref(), Ok(&logged), "a line of a golden log reads back");
                logged
            })
            .collect()
    }

    fn event(&self, source: &str, id: &str, time: Option<Time>, data: Data) -> Event {
        let mut event = Event {
            identity: Identity { source: source.to_owned(), id: id.to_owned() },
            subject: None,
            time,
            time_text: None,
            project: self.project.clone(),
            iteration: self.iteration.clone(),
            batch: None,
            traceparent: None,
            corrects: None,
            data,
        };
        // As at append: the log holds tokens for people, and the first part of long text.
        split_detail(&mut event, &TOKEN_KEY);
        event
    }
}

/// The token of a person.
pub fn person(name: &str) -> String {
    person_token(name, &TOKEN_KEY)
}

fn fact(kind: &str, data: Value) -> Data {
    let decoded = Data::from_json(kind, data.clone());
    let decoded = decoded.unwrap_or_else(|| panic!("{kind} is no event type"));
    decoded.unwrap_or_else(|reason| panic!("{kind}: {reason}: {data}"))
}

/// How the reports of one tool lag behind what happened.
pub struct Reporter {
    source: String,
    grid_micros: i64,
    seed: Seed,
    spoken: u32,
}

impl Reporter {
    /// A tool that sends what it has every `grid_secs` seconds.
    pub fn new(source: &str, iteration: &str, grid_secs: i64) -> Self {
        let seed = Seed::of(&["reporter", source, iteration]);
        Self { source: source.to_owned(), grid_micros: grid_secs * SECOND, seed, spoken: 0 }
    }

    /// Its source.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// When it reports what happened at `valid`: with the next burst.
    pub fn recorded(&mut self, valid: Time) -> Time {
        let burst = (valid.0.div_euclid(self.grid_micros) + 1) * self.grid_micros;
        self.spoken += 1;
        // Within a burst one after the other, in the order they were told.
        Time(burst).plus(180_000 + i64::from(self.spoken % 97) * 2_100 + self.seed.between(0, 900))
    }
}

/// The context event by which the server pins a document when an iteration opens.
pub fn context(topic: &str, body: &str) -> Value {
    json!({"topic": topic, "digest": Hash128::of_text(body).to_string(), "body": body})
}
