//! The bi-temporal graph: what was true at `valid`, with what was known at `known`.
//!
//! In: [`Entry`](crate::event::Entry) values in log order, without gaps. Out: a [`State`] (the winner of every
//! cell) by [`Graph::snapshot`], the cells that differ by [`Graph::step`], and the [`Scene`]: entities,
//! attempts, declared links, runs, ledgers and contexts as typed values for correlation and lenses.
//! Rules: design section 4, held by a property test against a naive filter-sort-fold.
//!
//! Not here: derived links (`correlate`), verdicts, drawing, reading logs.

mod scene;

pub use scene::{
    Attempt, ContextDocument, DeclaredLink, Entity, Evidence, IterationState, LedgerRecord, OpenBatch,
    Picture, Run, Scene,
};

use crate::event::{Entry, Hash128};
use crate::id::Stream;
use crate::time::{AsOf, Position, Time};

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

/// What the scrubber shows of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    /// Its position.
    pub position: Position,
    /// When we learned it.
    pub recorded_at: Time,
    /// When it happened.
    pub happened_at: Time,
    /// Stream whose density track it counts in.
    pub stream: Option<Stream>,
}

/// The winner of every cell at one `AsOf`.
#[derive(Debug, Clone)]
pub struct State {
    as_of: AsOf,
}

/// The index over one iteration's log.
#[derive(Debug, Clone, Default)]
pub struct Graph {}

impl Graph {
    /// Takes the next entry in.
    ///
    /// # Errors
    /// [`GapError`] unless its position is head + 1.
    pub fn push(&mut self, _entry: Entry) -> Result<(), GapError> {
        todo!("graph helper")
    }

    /// Last position, 0 when empty.
    #[must_use]
    pub fn head(&self) -> Position {
        todo!("graph helper")
    }

    /// The last position recorded at or before `time`; resolves a timestamp K.
    #[must_use]
    pub fn known_at(&self, _time: Time) -> Position {
        todo!("graph helper")
    }

    /// When `position` was recorded.
    #[must_use]
    pub fn recorded_at(&self, _position: Position) -> Option<Time> {
        todo!("graph helper")
    }

    /// One tick an event, in log order.
    #[must_use]
    pub fn ticks(&self) -> &[Tick] {
        todo!("graph helper")
    }

    /// Full state at `as_of`.
    #[must_use]
    pub fn snapshot(&self, _as_of: AsOf) -> State {
        todo!("graph helper")
    }

    /// Moves `state` to `to` and returns the cells whose winner changed, ascending.
    pub fn step(&self, _state: &mut State, _to: AsOf) -> Vec<CellId> {
        todo!("graph helper")
    }

    /// The typed view of `state`.
    #[must_use]
    pub fn scene(&self, _state: &State) -> Scene {
        todo!("graph helper")
    }

    /// Digest of `state`: the same log and question give the same bytes everywhere.
    #[must_use]
    pub fn digest(&self, _state: &State) -> Hash128 {
        todo!("graph helper")
    }
}

impl State {
    /// The question it answers.
    #[must_use]
    pub fn as_of(&self) -> AsOf {
        self.as_of
    }
}
