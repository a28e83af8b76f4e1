//! The bi-temporal graph: what was true at `valid`, with what was known at `known`.
//!
//! In: [`Entry`](crate::event::Entry) values in log order, without gaps. Out: a [`State`] (the winner of every
//! cell) by [`Graph::snapshot`], the cells that differ by [`Graph::step`], and the [`Scene`]: entities,
//! attempts, declared links, runs, ledgers and contexts as typed values for correlation and lenses.
//! Rules: design section 4, held by a property test against a naive filter-sort-fold. When facts begin and
//! cease to count is decided in `intake`; who wins among those that count, in `rows`.
//!
//! Not here: derived links (`correlate`), verdicts, drawing, reading logs.

mod clocks;
mod digest;
mod history;
mod identities;
mod intake;
mod rows;
mod scene;
mod stage;
mod terms;

pub use clocks::{Tick, Ticks};
pub use history::Version;
pub use scene::{
    Attempt, ContextDocument, DeclaredLink, Entity, Evidence, FixProposal, IterationState, LedgerRecord,
    OpenBatch, Picture, Run, Scene,
};

use crate::event::{Entry, Facet, Hash128, Subject};
use crate::order::Set;
use crate::time::{AsOf, Position, Time};
use clocks::Clocks;
use identities::Identities;
use intake::Intake;
use rows::{NONE, Query, Rows};
use terms::{Cells, Texts, Values};

/// Why an entry cannot be pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("position {got} after {head}: a log has no gaps")]
pub struct GapError {
    /// Position of the entry.
    pub got: Position,
    /// Last position in the graph.
    pub head: Position,
}

/// A cell by its index in the graph, stable for the graph's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellId(pub u32);

/// A naming whose target has not arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingNaming {
    /// Position of the event that names.
    pub by: Position,
    /// Hash of the named identity.
    pub named: Hash128,
    /// Source of the named identity.
    pub source: String,
}

/// The winner of every cell at one `AsOf`. Stays usable while its graph grows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    as_of: AsOf,
    /// `as_of.known`, but not beyond the head at the time.
    seen: u32,
    /// Winning row of every cell, or none.
    winners: Vec<u32>,
    /// Winning lot of every scope, or none.
    pictures: Vec<u32>,
}

/// The index over one iteration's log.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    clocks: Clocks,
    identities: Identities,
    intake: Intake,
    texts: Texts,
    values: Values,
    cells: Cells,
    rows: Rows,
    /// For every position the number of rows that counted before it.
    row_first: Vec<u32>,
    /// Ends of ledger records, living or not.
    expiries: Set<Time>,
}

impl Graph {
    /// Takes the next entry in. Amortised O(facts · log); now and then one push merges the tail, O(events).
    ///
    /// # Errors
    /// [`GapError`] unless its position is head + 1.
    ///
    /// # Panics
    /// Beyond 2^32 - 2 events or 2^26 distinct payloads in one iteration, which no memory holds.
    pub fn push(&mut self, entry: Entry) -> Result<(), GapError> {
        let head = self.head();
        if entry.position != head + 1 {
            return Err(GapError { got: entry.position, head });
        }
        let position = u32::try_from(entry.position).expect("a graph of 2^32 events fits in no memory");
        self.clocks.push(&entry);
        self.take_in(position, &entry);
        Ok(())
    }

    /// Sorts everything pushed so far and gives back spare memory: worth it after loading a log.
    pub fn settle(&mut self) {
        self.rows.merge();
        self.rows.shrink();
        self.clocks.shrink();
        self.identities.shrink();
        self.row_first.shrink_to_fit();
    }

    /// Last position, 0 when empty.
    #[must_use]
    pub fn head(&self) -> Position {
        self.clocks.len() as Position
    }

    /// The last position recorded at or before `time`; resolves a timestamp K. O(log events).
    #[must_use]
    pub fn known_at(&self, time: Time) -> Position {
        self.clocks.recorded_by(time.0) as Position
    }

    /// When `position` was recorded.
    #[must_use]
    pub fn recorded_at(&self, position: Position) -> Option<Time> {
        self.ticks().get(position).map(|tick| tick.recorded_at)
    }

    /// One tick an event, in log order.
    #[must_use]
    pub fn ticks(&self) -> Ticks<'_> {
        self.clocks.ticks()
    }

    /// Full state at `as_of`. O(cells · log versions).
    #[must_use]
    pub fn snapshot(&self, as_of: AsOf) -> State {
        let mut state =
            State { as_of, seen: self.seen(as_of.known), winners: Vec::new(), pictures: Vec::new() };
        state.pictures = self.pictures_at(as_of.valid, state.seen);
        let query = self.query(&state);
        state.winners = (0..self.cells.len() as u32).map(|cell| self.rows.winner(cell, &query)).collect();
        state
    }

    /// Moves `state` to `to` and returns the cells whose winner changed, ascending.
    ///
    /// Equal to a snapshot at `to`, also if entries were pushed since. O(rows between the two · log versions).
    pub fn step(&self, state: &mut State, to: AsOf) -> Vec<CellId> {
        let from = State { winners: Vec::new(), pictures: Vec::new(), ..*state };
        let before = std::mem::take(&mut state.pictures);
        state.pictures = self.pictures_at(to.valid, self.seen(to.known));
        (state.as_of, state.seen) = (to, self.seen(to.known));
        state.winners.resize(self.cells.len(), NONE);
        let touched = self.touched(&from, &before, state);
        let query = Query {
            valid: state.as_of.valid.0,
            known: state.seen,
            bound: self.bound(state.seen),
            pictures: &state.pictures,
        };
        let mut changed = Vec::new();
        let mut renew = |cell: u32| {
            let winner = self.rows.winner(cell, &query);
            if std::mem::replace(&mut state.winners[cell as usize], winner) != winner {
                changed.push(CellId(cell));
            }
        };
        match touched {
            Some(cells) => cells.into_iter().for_each(&mut renew),
            None => (0..self.cells.len() as u32).for_each(&mut renew),
        }
        changed
    }

    /// The next V beyond `valid` at which the answer can change without an event: a known fact's valid time,
    /// a picture's, or the end of a ledger record.
    #[must_use]
    pub fn next_change(&self, valid: Time) -> Option<Time> {
        let fact = self.rows.next_valid(valid.0).map(Time);
        let picture = self.intake.lots.iter().map(|lot| Time(lot.valid)).filter(|time| *time > valid).min();
        let expiry = self.expiries.iter().copied().find(|end| *end > valid);
        [fact, picture, expiry].into_iter().flatten().min()
    }

    /// Namings whose target has not arrived, by the hash they name.
    #[must_use]
    pub fn pending_namings(&self) -> Vec<PendingNaming> {
        self.intake.pending.values().cloned().collect()
    }

    /// Positions of events that named another source's event without a steward's right to: they name nothing.
    #[must_use]
    pub fn refused_namings(&self) -> &[Position] {
        &self.intake.refused
    }

    /// What a cell is about.
    #[must_use]
    pub fn subject(&self, cell: CellId) -> &Subject {
        self.cells.subject(self.cells.key(cell.0).subject)
    }

    /// Which side of its subject a cell holds.
    #[must_use]
    pub fn facet(&self, cell: CellId) -> Facet {
        self.cells.key(cell.0).facet
    }

    /// What keeps several cells of one facet apart: evidence, rule or kind; empty for most.
    #[must_use]
    pub fn qualifier(&self, cell: CellId) -> &str {
        self.texts.get(self.cells.key(cell.0).qualifier)
    }

    /// All cells in order of first sight.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = CellId> + use<> {
        (0..self.cells.len() as u32).map(CellId)
    }

    /// The typed view of `state`.
    #[must_use]
    pub fn scene(&self, state: &State) -> Scene {
        stage::scene(self, state)
    }

    /// Digest of `state`: the same log and question give the same bytes everywhere.
    #[must_use]
    pub fn digest(&self, state: &State) -> Hash128 {
        digest::digest(self, state)
    }

    fn seen(&self, known: Position) -> u32 {
        known.min(self.head()) as u32
    }

    /// Rows from this number on are not known at `seen`.
    fn bound(&self, seen: u32) -> u32 {
        self.row_first.get(seen as usize).copied().unwrap_or(self.rows.len())
    }

    fn query<'a>(&self, state: &'a State) -> Query<'a> {
        Query {
            valid: state.as_of.valid.0,
            known: state.seen,
            bound: self.bound(state.seen),
            pictures: &state.pictures,
        }
    }

    /// The winning lot of every scope.
    fn pictures_at(&self, valid: Time, seen: u32) -> Vec<u32> {
        let counts = |number: &&u32| {
            let lot = &self.intake.lots[**number as usize];
            lot.known <= seen && seen < self.rows.gate(lot.gate).dead && lot.valid <= valid.0
        };
        let rank = |number: &&u32| {
            let lot = &self.intake.lots[**number as usize];
            (lot.valid, lot.closing)
        };
        let winner = |scope: &intake::Scope| scope.lots.iter().filter(counts).max_by_key(rank).copied();
        self.intake.scopes.iter().map(|scope| winner(scope).unwrap_or(NONE)).collect()
    }

    /// The cells that may differ between two questions, ascending; `None` if so many that all are cheaper.
    fn touched(&self, from: &State, before: &[u32], to: &State) -> Option<Vec<u32>> {
        let (v1, v2) = (from.as_of.valid.0, to.as_of.valid.0);
        let (v1, v2) = (v1.min(v2), v1.max(v2));
        let (k1, k2) = (from.seen.min(to.seen), from.seen.max(to.seen));
        let learned = self.bound(k1)..self.bound(k2);
        let died = self.rows.died_in(k1, k2);
        let mut repainted = Vec::new();
        for (scope, now) in to.pictures.iter().enumerate() {
            let then = before.get(scope).copied().unwrap_or(NONE);
            if then != *now {
                repainted.extend([then, *now].into_iter().filter(|lot| *lot != NONE));
            }
        }
        let repainted = repainted.into_iter().map(|lot| self.intake.lots[lot as usize].rows.clone());
        let n_repainted: usize = repainted.clone().map(|rows| rows.len()).sum();
        let n_rows = self.rows.between(v1, v2).len() + learned.len() + died.len() + n_repainted;
        if n_rows > self.cells.len() / 2 {
            return None;
        }
        let mut cells = Vec::with_capacity(n_rows);
        self.rows.each_valid_in(v1, v2, |cell| cells.push(cell));
        cells.extend(repainted.flatten().chain(learned).map(|row| self.rows.cell(row)));
        cells.extend(died.iter().map(|(_, cell)| *cell));
        cells.sort_unstable();
        cells.dedup();
        Some(cells)
    }
}

impl State {
    /// The question it answers.
    #[must_use]
    pub fn as_of(&self) -> AsOf {
        self.as_of
    }
}
