//! The context in force as typed values: policy, rules, history, ledgers with what is carried over, baseline.
//!
//! Total: a document that cannot be read is a problem, which leaves the streams it concerns undecided; it is
//! never ignored.

use super::history::{Baseline, CarriedLedger, History};
use super::policy::Policy;
use crate::event::Book;
use crate::graph::{LedgerRecord, Scene};
use crate::id::Stream;
use crate::rules::{Rule, of_settings};
use crate::time::Time;
use serde::de::DeserializeOwned;

/// A document that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Topic of the document.
    pub topic: String,
    /// Streams it leaves undecided.
    pub streams: Vec<Stream>,
    /// What is wrong, as a sentence.
    pub text: String,
}

/// Everything the answer depends on besides evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// The policy in force.
    pub policy: Policy,
    /// The rules in force, by name.
    pub rules: Vec<Rule>,
    /// The pinned history.
    pub history: History,
    /// Accepted violations.
    pub baseline: Baseline,
    /// Suppressions, quarantines and overrides, recorded here or carried over, sorted by book and id.
    ///
    /// A record of this iteration stands before a carried one of the same id.
    pub ledger: Vec<LedgerRecord>,
    /// Documents that cannot be read.
    pub problems: Vec<Problem>,
}

impl Context {
    /// Reads the context of `scene`.
    #[must_use]
    pub fn of(scene: &Scene) -> Self {
        let mut problems = Vec::new();
        let mut policy = Policy::built_in();
        if let Some(document) = scene.context.get("policy") {
            match Policy::of_settings(&document.settings) {
                Ok(read) => policy = read,
                Err(error) => {
                    problems.push(unreadable("policy", document.position, &Stream::ALL, &error));
                }
            }
            policy.digest.clone_from(&document.digest);
        }
        let rules = match scene.context.get("rules") {
            None => Vec::new(),
            Some(document) => of_settings(&document.settings).unwrap_or_else(|error| {
                problems.push(unreadable("rules", document.position, &[Stream::Acc], &error));
                Vec::new()
            }),
        };
        let history = read(scene, "history", &[Stream::Bdv], &mut problems);
        let baseline = read(scene, "baseline", &[Stream::Acc], &mut problems);
        let carried = read(scene, "ledger", &[Stream::Bdv, Stream::Acc], &mut problems);
        Self { policy, rules, history, baseline, ledger: ledger(scene, carried), problems }
    }

    /// Records of `book`, by id.
    pub fn records(&self, book: Book) -> impl Iterator<Item = &LedgerRecord> {
        self.ledger.iter().filter(move |record| record.book == book)
    }

    /// The earliest expiry after `valid`.
    #[must_use]
    pub fn next_expiry(&self, valid: Time) -> Option<Time> {
        let answering = |record: &&LedgerRecord| !matches!(record.book, Book::Decision | Book::Context);
        let ends = self.ledger.iter().filter(answering).filter_map(|record| record.expires_at);
        let starts = self.ledger.iter().filter(answering).map(|record| record.since);
        ends.chain(starts).filter(|&time| time > valid).min()
    }
}

fn read<T: DeserializeOwned + Default>(
    scene: &Scene,
    topic: &str,
    streams: &[Stream],
    problems: &mut Vec<Problem>,
) -> T {
    let Some(document) = scene.context.get(topic) else {
        return T::default();
    };
    serde_json::from_str(&document.body).unwrap_or_else(|error| {
        problems.push(unreadable(topic, document.position, streams, &error.to_string()));
        T::default()
    })
}

fn unreadable(topic: &str, position: u64, streams: &[Stream], error: &str) -> Problem {
    let text = format!("The {topic} recorded at position {position} cannot be read: {error}.");
    Problem { topic: topic.to_owned(), streams: streams.to_vec(), text }
}

fn ledger(scene: &Scene, carried: CarriedLedger) -> Vec<LedgerRecord> {
    let position = scene.context.get("ledger").map_or(0, |document| document.position);
    let blank = |book: Book, id: String, reason: String, since: Time| LedgerRecord {
        book,
        id,
        reason: Some(reason),
        target: None,
        rule: None,
        scope: Vec::new(),
        actor: None,
        since,
        expires_at: None,
        body: None,
        ticket: None,
        fix: None,
        position,
    };
    let mut records = scene.ledger.clone();
    let own = records.len();
    records.extend(carried.suppressions.into_iter().map(|carried| LedgerRecord {
        target: carried.violation,
        rule: carried.rule,
        scope: carried.modules,
        actor: carried.owner,
        expires_at: carried.expires_at,
        ..blank(Book::Suppression, carried.id, carried.reason, carried.since)
    }));
    records.extend(carried.quarantine.into_iter().map(|carried| LedgerRecord {
        target: Some(carried.scenario),
        actor: carried.owner,
        expires_at: Some(carried.expires_at),
        ticket: carried.ticket,
        fix: carried.fix,
        ..blank(Book::Quarantine, carried.id, carried.reason, carried.since)
    }));
    let mut place = 0;
    records.retain(|record| {
        place += 1;
        place <= own || !scene.revoked.contains(&(record.book, record.id.clone()))
    });
    for record in records.iter_mut().filter(|record| record.book == Book::Quarantine) {
        if let Some(fix) = scene.fixes.get(&record.id) {
            record.fix = Some(fix.clone());
        }
    }
    // Stable: the iteration's own record of an id comes first and is the one kept.
    crate::order::sort_by(&mut records, |a, b| (a.book, &a.id).cmp(&(b.book, &b.id)));
    records.dedup_by(|later, first| (later.book, &later.id) == (first.book, &first.id));
    records
}
