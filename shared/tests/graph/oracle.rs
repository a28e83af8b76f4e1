//! The oracle: replays the known part of a log from nothing for every question. No index, no intervals.

use shared::event::{BatchDigest, Closing, Entry, Facet, Hash128, Subject, Value};
use shared::time::{AsOf, Position, Time};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A cell by what it is.
pub type Cell = (Subject, Facet, String);

/// The answer: winners, and the batch that is the picture of each scope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    pub winners: BTreeMap<Cell, (Value, Time, Position)>,
    pub pictures: BTreeMap<String, String>,
    pub open: BTreeSet<String>,
}

#[derive(Default)]
struct Replay<'a> {
    known: Vec<&'a Entry>,
    dead: BTreeSet<Hash128>,
    /// Closing and items of every batch that counts.
    closed: BTreeMap<&'a str, (&'a Entry, &'a Closing, Vec<&'a Entry>)>,
    /// Items whose naming counts already.
    heard: BTreeSet<Position>,
}

/// What the rules say about `entries` at `as_of`.
pub fn answer(entries: &[Entry], as_of: AsOf) -> Answer {
    let mut replay = Replay::default();
    for entry in entries.iter().filter(|entry| entry.position <= as_of.known) {
        replay.learn(entry);
    }
    replay.answer(as_of.valid)
}

fn is_item(entry: &Entry) -> bool {
    entry.batch.is_some() && entry.closing.is_none()
}

impl<'a> Replay<'a> {
    fn learn(&mut self, entry: &'a Entry) {
        self.known.push(entry);
        let mut queue = VecDeque::new();
        if is_item(entry) {
            queue.extend(entry.batch.as_deref());
        } else {
            self.hear(entry, &mut queue);
            queue.extend(entry.closing.as_ref().map(|closing| closing.batch.as_str()));
        }
        while let Some(batch) = queue.pop_front() {
            self.try_to_close(batch, &mut queue);
        }
    }

    fn hear(&mut self, entry: &'a Entry, queue: &mut VecDeque<&'a str>) {
        let Some(naming) = &entry.naming else { return };
        if (naming.source == entry.source || entry.steward) && self.dead.insert(naming.named) {
            let lost: Vec<&str> =
                self.closed.iter().filter(|(_, c)| c.0.identity == naming.named).map(|(b, _)| *b).collect();
            let mut lost: Vec<(Position, &str)> =
                lost.into_iter().map(|b| (self.closed[b].0.position, b)).collect();
            lost.sort_unstable();
            for (_, batch) in lost {
                self.closed.remove(batch);
                queue.push_back(batch);
            }
        }
    }

    fn try_to_close(&mut self, batch: &'a str, queue: &mut VecDeque<&'a str>) {
        if self.closed.contains_key(batch) {
            return;
        }
        let items: Vec<&Entry> =
            self.known.iter().copied().filter(|e| is_item(e) && e.batch.as_deref() == Some(batch)).collect();
        let mut digest = BatchDigest::default();
        items.iter().for_each(|item| digest.add(item.identity, item.content));
        let fits = |closing: &Closing| {
            closing.batch == batch
                && closing.count as usize == items.len()
                && closing.digest == digest.value()
        };
        let closers = self.known.iter().copied().filter_map(|e| e.closing.as_ref().map(|c| (e, c)));
        let fitting: Vec<_> = closers.filter(|(_, closing)| fits(closing)).collect();
        if let Some((entry, closing)) = fitting.iter().find(|(e, _)| !self.dead.contains(&e.identity)) {
            self.closed.insert(batch, (*entry, *closing, items.clone()));
        }
        if !fitting.is_empty() {
            for item in items {
                if self.heard.insert(item.position) {
                    self.hear(item, queue);
                }
            }
        }
    }

    fn answer(&self, valid: Time) -> Answer {
        let mut pictures: BTreeMap<&str, (Time, Position, &str)> = BTreeMap::new();
        for (batch, (entry, closing, _)) in &self.closed {
            if let Some(scope) = closing.scope.as_deref().filter(|_| closing.valid <= valid) {
                let candidate = (closing.valid, entry.position, *batch);
                let best = pictures.entry(scope).or_insert(candidate);
                *best = (*best).max(candidate);
            }
        }
        let mut counting: Vec<&Entry> = self.known.iter().copied().filter(|entry| !is_item(entry)).collect();
        for (batch, (_, closing, items)) in &self.closed {
            let shown = match closing.scope.as_deref() {
                Some(scope) => pictures.get(scope).is_some_and(|(_, _, winner)| winner == batch),
                None => true,
            };
            if shown {
                counting.extend(items);
            }
        }
        let mut best = BTreeMap::new();
        for entry in counting.into_iter().filter(|entry| !self.dead.contains(&entry.identity)) {
            for (ordinal, fact) in entry.facts.iter().enumerate().filter(|(_, fact)| fact.valid <= valid) {
                let cell = (fact.subject.clone(), fact.facet, fact.qualifier.clone());
                let candidate = (fact.valid, fact.rank, entry.position, ordinal);
                let kept = best.entry(cell).or_insert((candidate, &fact.value));
                if candidate >= kept.0 {
                    *kept = (candidate, &fact.value);
                }
            }
        }
        let batches = self.known.iter().flat_map(|entry| {
            let closing = entry.closing.as_ref().map(|closing| closing.batch.as_str());
            closing.or(entry.batch.as_deref())
        });
        Answer {
            winners: best
                .into_iter()
                .map(|(cell, (at, value))| (cell, (value.clone(), at.0, at.2)))
                .collect(),
            pictures: pictures.into_iter().map(|(s, (_, _, b))| (s.to_owned(), b.to_owned())).collect(),
            open: batches.filter(|batch| !self.closed.contains_key(batch)).map(str::to_owned).collect(),
        }
    }
}
