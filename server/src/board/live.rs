//! One iteration in memory: its graph, the answers computed from it, and whoever watches it.

use super::changes::Changes;
use super::frames::Feed;
use super::memo::Memo;
use super::{BoardError, Known, Question};
use shared::graph::Graph;
use shared::id::Name;
use shared::lens::Analysis;
use shared::time::{AsOf, Position, Time};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::{OnceCell, watch};

/// What whoever watches an iteration hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pulse {
    /// Last position in the graph.
    pub head: Position,
    /// How often the answer has changed without an event since the graph was loaded.
    pub changes: u64,
}

/// An iteration in memory.
pub(crate) struct Live {
    pub(super) project: Name,
    pub(super) iteration: Name,
    graph: Arc<RwLock<Graph>>,
    pub(super) feed: Feed,
    pub(super) loaded: OnceCell<()>,
    memo: Mutex<Memo>,
    computing: tokio::sync::Mutex<()>,
    pub(super) changes: Changes,
    pub(super) pulse: watch::Sender<Pulse>,
    pub(super) watchers: AtomicUsize,
    /// Whether the task that waits for `next_change` runs.
    pub(super) timed: AtomicBool,
}

impl Live {
    pub(super) fn new(project: Name, iteration: Name) -> Self {
        Self {
            project,
            iteration,
            graph: Arc::default(),
            feed: Feed::default(),
            loaded: OnceCell::new(),
            memo: Mutex::default(),
            computing: tokio::sync::Mutex::default(),
            changes: Changes::default(),
            pulse: watch::Sender::new(Pulse::default()),
            watchers: AtomicUsize::new(0),
            timed: AtomicBool::new(false),
        }
    }

    /// Last position in the graph.
    pub(super) fn head(&self) -> Position {
        self.pulse.borrow().head
    }

    /// How many watch.
    pub(super) fn watchers(&self) -> usize {
        self.watchers.load(Ordering::Acquire)
    }

    // A graph is whole after every push and a memo after every put, so a panic elsewhere leaves nothing half done.
    pub(super) fn graph(&self) -> RwLockReadGuard<'_, Graph> {
        self.graph.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn graph_mut(&self) -> RwLockWriteGuard<'_, Graph> {
        self.graph.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The later of `wall` and the newest event.
    pub(super) fn now(&self, wall: Time) -> Time {
        let graph = self.graph();
        graph.recorded_at(graph.head()).map_or(wall, |newest| newest.max(wall))
    }

    /// Resolves `question` at `now`. A position beyond the head means the head.
    pub(super) fn resolve(&self, question: &Question, now: Time) -> (AsOf, Position) {
        let graph = self.graph();
        let head = graph.head();
        let known = match question.known {
            None => head,
            Some(Known::Position(position)) => position.min(head),
            Some(Known::At(time)) => graph.known_at(time),
        };
        (AsOf { valid: question.valid.unwrap_or(now), known }, head)
    }

    /// The analysis at `as_of`; with `floating` (V is now) one for an earlier V does that still holds.
    pub(super) async fn analysis(&self, as_of: AsOf, floating: bool) -> Result<Arc<Analysis>, BoardError> {
        if let Some(known) = self.remembered(as_of, floating) {
            return Ok(known);
        }
        let _one_at_a_time = self.computing.lock().await;
        if let Some(known) = self.remembered(as_of, floating) {
            return Ok(known);
        }
        let graph = self.graph.clone();
        let task = tokio::task::spawn_blocking(move || {
            let (scene, until) = {
                let graph = graph.read().unwrap_or_else(PoisonError::into_inner);
                let state = graph.snapshot(as_of);
                (graph.scene(&state), graph.recorded_at(as_of.known).unwrap_or(Time::ALWAYS))
            };
            (Arc::new(Analysis::of(scene).with_states()), until)
        });
        let (analysis, until) = task.await.map_err(|error| BoardError::Abandoned(error.to_string()))?;
        self.lock_memo().put(as_of, until, analysis.clone());
        Ok(analysis)
    }

    /// Forgets all answers.
    pub(super) fn forget_answers(&self) {
        *self.lock_memo() = Memo::default();
        self.changes.forget();
    }

    fn remembered(&self, as_of: AsOf, floating: bool) -> Option<Arc<Analysis>> {
        self.lock_memo().get(as_of, floating)
    }

    fn lock_memo(&self) -> std::sync::MutexGuard<'_, Memo> {
        self.memo.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
