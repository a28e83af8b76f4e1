//! Intake: decides from which position an entry's facts count, and until when.
//!
//! - An entry that is no item of a batch counts from its own position; so does every closing event.
//! - A batch closes when a living closing names exactly the items in the log, by number and digest, whichever
//!   comes last. Its items count from there. Later items are inert: they wait, and count only if the closing
//!   dies and another one names them too.
//! - A naming counts from where its entry is known: an item's from where its batch is complete, even if the
//!   closing is dead. It ends its target for ever, even if the entry that names is dead itself: so the order in
//!   which events arrive does not matter, and a retraction cannot be retracted.
//! - When a closing dies, its batch stops counting from there and is open again; sending the closing anew (or
//!   correcting it) closes the batch again from where that arrives.
//!
//! Refuses: namings by another source than the named one's, unless a steward wrote them; they are listed.

use super::identities::{Key, key_of};
use super::rows::{Gate, NONE, NewRow};
use super::terms::Code;
use super::{Graph, PendingNaming};
use crate::event::{BatchDigest, Closing, Entry, Facet, Hash128, Naming, Value};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// What has been seen of batches and namings.
#[derive(Debug, Clone, Default)]
pub(super) struct Intake {
    pub(super) batches: Vec<Batch>,
    pub(super) batch_index: BTreeMap<Arc<str>, u32>,
    /// Every time a batch was closed, in order.
    pub(super) lots: Vec<Lot>,
    lot_of_closing: BTreeMap<u32, u32>,
    /// Batch of every item.
    batch_of: BTreeMap<u32, u32>,
    /// The lots of every scope, by number of the scope.
    pub(super) scopes: Vec<Scope>,
    scope_index: BTreeMap<Arc<str>, u32>,
    /// From which position each named identity is dead.
    dead: BTreeMap<Key, u32>,
    pub(super) pending: BTreeMap<Key, PendingNaming>,
    pub(super) refused: Vec<u64>,
}

/// A scope and its pictures.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub(super) name: Arc<str>,
    pub(super) lots: Vec<u32>,
}

/// A batch by its id.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    pub(super) id: Arc<str>,
    /// Positions of its items, ascending.
    pub(super) items: Vec<u32>,
    digest: BatchDigest,
    /// Items that no closing has named yet.
    waiting: Vec<Waiting>,
    /// Closings by what they name.
    closings: BTreeMap<(u32, Hash128), Vec<Closer>>,
    /// (position, count) of every closing, ascending.
    pub(super) announced: Vec<(u32, u32)>,
    /// Its lots, the last one the latest.
    pub(super) lots: Vec<u32>,
}

#[derive(Debug, Clone)]
struct Waiting {
    position: u32,
    naming: Option<Accusation>,
    facts: Vec<Coded>,
}

#[derive(Debug, Clone)]
struct Closer {
    position: u32,
    identity: Key,
    closing: Closing,
}

/// A permitted naming.
#[derive(Debug, Clone)]
struct Accusation {
    by: u32,
    named: Hash128,
    source: String,
}

/// A fact in numbers.
#[derive(Debug, Clone, Copy)]
struct Coded {
    cell: u32,
    valid: i64,
    code: Code,
}

/// A batch as one closing closed it.
#[derive(Debug, Clone)]
pub(super) struct Lot {
    pub(super) batch: u32,
    /// Position of the closing.
    pub(super) closing: u32,
    /// Position from which it counts.
    pub(super) known: u32,
    /// Valid time of the picture.
    pub(super) valid: i64,
    pub(super) stream: Option<crate::id::Stream>,
    pub(super) gate: u32,
    pub(super) rows: std::ops::Range<u32>,
}

impl Graph {
    /// Takes in an entry whose position has been checked and whose clocks have been read.
    pub(super) fn take_in(&mut self, position: u32, entry: &Entry) {
        let identity = key_of(entry.identity);
        self.identities.push(identity);
        self.intake.pending.remove(&identity);
        self.row_first.push(self.rows.len());
        let facts = self.code_facts(entry);
        let naming = entry.naming.as_ref().and_then(|naming| self.permitted(position, entry, naming));
        let mut reopened = VecDeque::new();
        if let (Some(batch), None) = (&entry.batch, &entry.closing) {
            let batch = self.batch(batch);
            self.intake.batch_of.insert(position, batch);
            let seen = &mut self.intake.batches[batch as usize];
            seen.items.push(position);
            seen.digest.add(entry.identity, entry.content);
            seen.waiting.push(Waiting { position, naming, facts });
            reopened.push_back(batch);
        } else {
            if let Some(naming) = naming {
                self.accuse(&naming, position, &mut reopened);
            }
            self.add_rows(position, position, 0, &facts);
            if let Some(closing) = &entry.closing {
                reopened.push_back(self.announce(position, identity, closing));
            }
        }
        while let Some(batch) = reopened.pop_front() {
            self.close(batch, position, &mut reopened);
        }
    }

    /// Whether an event is dead at the head.
    pub(super) fn is_dead(&self, position: u32) -> bool {
        self.intake.dead.contains_key(&self.identities.at(position))
    }

    fn permitted(&mut self, position: u32, entry: &Entry, naming: &Naming) -> Option<Accusation> {
        if naming.source == entry.source || entry.steward {
            return Some(Accusation { by: position, named: naming.named, source: naming.source.clone() });
        }
        self.intake.refused.push(u64::from(position));
        None
    }

    fn code_facts(&mut self, entry: &Entry) -> Vec<Coded> {
        let mut coded = Vec::with_capacity(entry.facts.len());
        for fact in &entry.facts {
            let qualifier = self.texts.intern(&fact.qualifier);
            let cell = self.cells.intern(&fact.subject, fact.facet, qualifier);
            let code = self.values.encode(&mut self.texts, &fact.value, fact.valid, fact.rank);
            if let (Facet::Expires, Value::Time(end)) = (fact.facet, &fact.value) {
                self.expiries.insert(*end);
            }
            coded.push(Coded { cell, valid: fact.valid.0, code });
        }
        coded
    }

    fn batch(&mut self, id: &str) -> u32 {
        if let Some(batch) = self.intake.batch_index.get(id) {
            return *batch;
        }
        let (number, id) = (self.intake.batches.len() as u32, Arc::<str>::from(id));
        self.intake.batch_index.insert(Arc::clone(&id), number);
        self.intake.batches.push(Batch {
            id,
            items: Vec::new(),
            digest: BatchDigest::default(),
            waiting: Vec::new(),
            closings: BTreeMap::new(),
            announced: Vec::new(),
            lots: Vec::new(),
        });
        number
    }

    fn announce(&mut self, position: u32, identity: Key, closing: &Closing) -> u32 {
        let batch = self.batch(&closing.batch);
        let seen = &mut self.intake.batches[batch as usize];
        seen.announced.push((position, closing.count));
        let closer = Closer { position, identity, closing: closing.clone() };
        seen.closings.entry((closing.count, closing.digest)).or_default().push(closer);
        batch
    }

    /// Closes a batch that is open, if a living closing names exactly what has been seen; hears the namings of
    /// its items if any closing does.
    fn close(&mut self, batch: u32, known: u32, reopened: &mut VecDeque<u32>) {
        let seen = &mut self.intake.batches[batch as usize];
        let last = seen.lots.last().map(|lot| &self.intake.lots[*lot as usize]);
        if last.is_some_and(|lot| self.rows.gate(lot.gate).dead == NONE) {
            return;
        }
        let before = last.map(|lot| lot.rows.clone());
        let what = (seen.items.len() as u32, seen.digest.value());
        let Some(fitting) = seen.closings.get(&what) else { return };
        let living = fitting.iter().find(|closer| !self.intake.dead.contains_key(&closer.identity)).cloned();
        let heard: Vec<Accusation> = seen.waiting.iter_mut().filter_map(|item| item.naming.take()).collect();
        if let Some(closer) = living {
            self.open_lot(batch, known, before, &closer);
        }
        for naming in heard {
            self.accuse(&naming, known, reopened);
        }
    }

    /// Lets the items of a batch count from `known`.
    fn open_lot(&mut self, batch: u32, known: u32, before: Option<std::ops::Range<u32>>, closer: &Closer) {
        let scope = closer.closing.scope.as_deref().map_or(NONE, |name| self.scope(name));
        let number = self.intake.lots.len() as u32;
        let gate = self.rows.add_gate(Gate { dead: NONE, scope, lot: number });
        let start = self.rows.len();
        self.carry_over(before, gate);
        for item in std::mem::take(&mut self.intake.batches[batch as usize].waiting) {
            self.add_rows(item.position, known, gate, &item.facts);
        }
        self.intake.lots.push(Lot {
            batch,
            closing: closer.position,
            known,
            valid: closer.closing.valid.0,
            stream: closer.closing.stream,
            gate,
            rows: start..self.rows.len(),
        });
        self.intake.batches[batch as usize].lots.push(number);
        self.intake.lot_of_closing.insert(closer.position, number);
        if scope != NONE {
            self.intake.scopes[scope as usize].lots.push(number);
        }
    }

    /// Gives the living items of the closing before another row each under the new one.
    fn carry_over(&mut self, before: Option<std::ops::Range<u32>>, gate: u32) {
        for row in before.into_iter().flatten() {
            let position = self.rows.position(row);
            if !self.is_dead(position) {
                let (cell, code) = (self.rows.cell(row), self.rows.code(row));
                let valid = self.rows.valid_of(row);
                self.rows.push(NewRow { cell, valid, position, code, gate });
            }
        }
    }

    fn scope(&mut self, name: &str) -> u32 {
        if let Some(scope) = self.intake.scope_index.get(name) {
            return *scope;
        }
        let (number, name) = (self.intake.scopes.len() as u32, Arc::<str>::from(name));
        self.intake.scope_index.insert(Arc::clone(&name), number);
        self.intake.scopes.push(Scope { name, lots: Vec::new() });
        number
    }

    /// Adds rows for an entry, unless it was dead before it could count.
    fn add_rows(&mut self, position: u32, known: u32, gate: u32, facts: &[Coded]) {
        debug_assert!(known >= position);
        if !self.is_dead(position) {
            for fact in facts {
                let Coded { cell, valid, code } = *fact;
                self.rows.push(NewRow { cell, valid, position, code, gate });
            }
        }
    }

    /// Ends the named event at `at`.
    fn accuse(&mut self, naming: &Accusation, at: u32, reopened: &mut VecDeque<u32>) {
        let named = key_of(naming.named);
        if self.intake.dead.contains_key(&named) {
            return;
        }
        self.intake.dead.insert(named, at);
        let positions = self.identities.find(named);
        if positions.is_empty() {
            let (by, source) = (u64::from(naming.by), naming.source.clone());
            self.intake.pending.insert(named, PendingNaming { by, named: naming.named, source });
        }
        for position in positions {
            for row in self.rows_of(position) {
                self.rows.kill(row, at);
            }
            if let Some(lot) = self.intake.lot_of_closing.get(&position) {
                let lot = &self.intake.lots[*lot as usize];
                if self.rows.gate(lot.gate).dead == NONE {
                    self.rows.close_gate(lot.gate, lot.rows.clone(), at);
                    reopened.push_back(lot.batch);
                }
            }
        }
    }

    /// Every row an event has: its own, or one run of rows in each lot of its batch.
    fn rows_of(&self, position: u32) -> Vec<u32> {
        match self.intake.batch_of.get(&position) {
            Some(batch) => {
                let lots = self.intake.batches[*batch as usize].lots.iter();
                lots.flat_map(|lot| self.run_in(self.intake.lots[*lot as usize].rows.clone(), position))
                    .collect()
            }
            None => {
                let end = self.row_first.get(position as usize).copied().unwrap_or(self.rows.len());
                let made = self.row_first[position as usize - 1]..end;
                made.take_while(|row| self.rows.position(*row) == position).collect()
            }
        }
    }

    /// The rows of one event in a lot, whose rows ascend by position.
    fn run_in(&self, lot: std::ops::Range<u32>, position: u32) -> std::ops::Range<u32> {
        let first = |beyond: &dyn Fn(u32) -> bool| {
            let (mut low, mut high) = (lot.start, lot.end);
            while low < high {
                let middle = low + (high - low) / 2;
                if beyond(self.rows.position(middle)) { high = middle } else { low = middle + 1 }
            }
            low
        };
        first(&|at| at >= position)..first(&|at| at > position)
    }
}
