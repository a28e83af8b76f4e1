//! The board: live graphs in memory, one an iteration, fed in commit order and rebuilt from the log on demand.
//!
//! In: entries that ingest has appended ([`Board::offer`]) and, by a modest poll, what other processes wrote.
//! Out: answers ([`Board::answer`]), pulses for whoever watches ([`Board::subscribe`]) and wire frames
//! ([`Board::frame`]). Graphs nobody used for longest go first when there are too many; they come back from the
//! log byte-equal ([`Board::rebuild`] proves it).
//!
//! Refuses to write anything: reading never does. Not here: HTTP, decoding, verdict rules.

mod changes;
mod feed;
mod frames;
mod live;
mod memo;
mod question;
mod rebuild;
mod search;
mod shelf;
mod watch;

pub use frames::Frame;
pub(crate) use frames::entries_from_logged;
pub use live::Pulse;
pub use question::{Known, Question, QuestionError};
pub use rebuild::Rebuilt;
pub use watch::Subscription;

use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::store::{Store, StoreError};
use live::Live;
use shared::event::Entry;
use shared::graph::{GapError, Graph};
use shared::id::Name;
use shared::lens::Analysis;
use shared::time::{AsOf, Position, Time};
use shared::verdict::ribbon::Transition;
use shelf::Shelf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Why the board has no answer.
#[derive(Debug, thiserror::Error)]
pub enum BoardError {
    /// There is no such iteration.
    #[error("iteration {0} not found")]
    NotFound(Name),
    /// The log could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log has a gap: an invariant is broken.
    #[error("the log of {0} is broken: {1}")]
    Gap(Name, #[source] GapError),
    /// A computation was abandoned: it panicked, or the process ends.
    #[error("the computation was abandoned: {0}")]
    Abandoned(String),
}

/// An answer with the question as it was resolved.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Project of the iteration.
    pub project: Name,
    /// The iteration.
    pub iteration: Name,
    /// The question as resolved: what the analysis is of. Asked for now, its `valid` is the instant the same
    /// answer was computed for the first time, at most [`Answer::now`]: nothing has changed since.
    pub as_of: AsOf,
    /// Server time when it was asked, never before the newest event.
    pub now: Time,
    /// Last position of the log then.
    pub head: Position,
    /// Everything there is to say.
    pub analysis: Arc<Analysis>,
}

/// Live graphs of all iterations. Cheap to clone; all clones share everything.
#[derive(Clone)]
pub struct Board {
    inner: Arc<Inner>,
}

/// What all clones of a board share.
pub(crate) struct Inner {
    store: Arc<dyn Store>,
    clock: Clock,
    metrics: Arc<Metrics>,
    shelf: Mutex<Shelf>,
}

impl Board {
    /// An empty board over `store`. Starts the poll for other processes' writes, which ends with the last clone;
    /// so it must be called within a tokio runtime.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Clock, metrics: Arc<Metrics>) -> Self {
        let inner = Arc::new(Inner { store, clock, metrics, shelf: Mutex::default() });
        tokio::spawn(watch::poll(Arc::downgrade(&inner)));
        Self { inner }
    }

    /// Everything there is to say about `iteration` at `question`. Resolves `now` and timestamps once.
    ///
    /// Equal questions are computed once and remembered; several at a time wait for the first.
    ///
    /// # Errors
    /// No such iteration, or its log cannot be read.
    pub async fn answer(&self, iteration: &Name, question: &Question) -> Result<Answer, BoardError> {
        let live = self.inner.live(iteration).await?;
        let started = std::time::Instant::now();
        let now = live.now(self.inner.clock.now());
        let (as_of, head) = live.resolve(question, now);
        let analysis = live.analysis(as_of, question.valid.is_none()).await?;
        self.inner.metrics.answered(started.elapsed());
        let as_of = analysis.scene.as_of;
        Ok(Answer { project: live.project.clone(), iteration: iteration.clone(), as_of, now, head, analysis })
    }

    /// Changes of the verdict along the log of `iteration`, as known then, oldest first, and up to where these are
    /// all: the head, unless finding the last of them takes longer than `patience`. What is found is kept, and the
    /// search goes on without anybody waiting for it.
    ///
    /// # Errors
    /// No such iteration, or its log cannot be read.
    pub async fn changes(
        &self,
        iteration: &Name,
        patience: Duration,
    ) -> Result<(Vec<Transition>, Position), BoardError> {
        let live = self.inner.live(iteration).await?;
        Ok(live.changes_within(patience).await)
    }

    /// Runs `read` on the graph of `iteration`. Events wait meanwhile: keep it to milliseconds.
    ///
    /// # Errors
    /// No such iteration, or its log cannot be read.
    pub async fn with_graph<T>(
        &self,
        iteration: &Name,
        read: impl FnOnce(&Graph) -> T,
    ) -> Result<T, BoardError> {
        let live = self.inner.live(iteration).await?;
        let graph = live.graph();
        Ok(read(&graph))
    }

    /// Pulses of `iteration`: one after every change of its head, and one when its answer changes without an
    /// event. Only the latest is kept, so a slow reader costs nothing and misses nothing it cannot read.
    ///
    /// # Errors
    /// No such iteration, or its log cannot be read.
    pub async fn subscribe(&self, iteration: &Name) -> Result<Subscription, BoardError> {
        let live = self.inner.live(iteration).await?;
        Ok(Subscription::start(&self.inner, live))
    }

    /// Project of `iteration` and the last position of its graph.
    ///
    /// # Errors
    /// No such iteration, or its log cannot be read.
    pub async fn head(&self, iteration: &Name) -> Result<(Name, Position), BoardError> {
        let live = self.inner.live(iteration).await?;
        Ok((live.project.clone(), live.head()))
    }

    /// Server time, never before the newest event of `iteration`.
    ///
    /// # Errors
    /// No such iteration, or its log cannot be read.
    pub async fn now(&self, iteration: &Name) -> Result<Time, BoardError> {
        let live = self.inner.live(iteration).await?;
        Ok(live.now(self.inner.clock.now()))
    }

    /// The wall clock's time.
    #[must_use]
    pub fn wall_now(&self) -> Time {
        self.inner.clock.now()
    }

    /// What follows `after`, encoded, at most one segment's worth; `None` at the head. Costs nothing where the
    /// frame has just been committed, else one read of the log.
    ///
    /// # Errors
    /// No such iteration, or its log cannot be read.
    pub async fn frame(&self, iteration: &Name, after: Position) -> Result<Option<Frame>, BoardError> {
        let live = self.inner.live(iteration).await?;
        live.frame(self.inner.store.as_ref(), after).await
    }

    /// Whether the graph of `iteration` is in memory, so that it wants to be told what is appended.
    #[must_use]
    pub fn holds(&self, iteration: &Name) -> bool {
        self.inner.lock_shelf().holds(iteration)
    }

    /// Takes the graph of an iteration into memory from its log's first `entries`, which somebody has at hand.
    ///
    /// # Errors
    /// As [`Board::offer`].
    pub async fn begin(
        &self,
        project: &Name,
        iteration: &Name,
        entries: Vec<Entry>,
    ) -> Result<(), BoardError> {
        self.inner.lock_shelf().put(Live::new(project.clone(), iteration.clone()));
        self.offer(iteration, entries).await
    }

    /// Folds what has been appended to `iteration`, as soon as everything before it has come. An iteration that is
    /// not in memory stays so: its first question reads the log.
    ///
    /// # Errors
    /// The log has a gap or cannot be read; the next question tries again.
    pub async fn offer(&self, iteration: &Name, entries: Vec<Entry>) -> Result<(), BoardError> {
        let Some(live) = self.inner.present(iteration) else {
            return Ok(());
        };
        live.offer(self.inner.store.as_ref(), entries).await?;
        self.inner.make_room();
        Ok(())
    }

    /// Reads what the log of `iteration` has beyond its graph, if that is in memory.
    ///
    /// # Errors
    /// As [`Board::offer`].
    pub async fn catch_up(&self, iteration: &Name) -> Result<(), BoardError> {
        let Some(live) = self.inner.present(iteration) else {
            return Ok(());
        };
        live.catch_up(self.inner.store.as_ref()).await?;
        self.inner.make_room();
        Ok(())
    }
}

impl Inner {
    /// The live graph of `iteration`, loaded from the log if need be.
    async fn live(&self, iteration: &Name) -> Result<Arc<Live>, BoardError> {
        let live = match self.present(iteration) {
            Some(live) => live,
            None => {
                let row = self.store.iteration(iteration).await?;
                let row = row.ok_or_else(|| BoardError::NotFound(iteration.clone()))?;
                self.lock_shelf().put(Live::new(row.project, iteration.clone()))
            }
        };
        if live.load(self.store.as_ref()).await? {
            self.make_room();
        }
        Ok(live)
    }

    /// The graph of `iteration` if it is in memory.
    fn present(&self, iteration: &Name) -> Option<Arc<Live>> {
        self.lock_shelf().take(iteration)
    }

    /// Lets go of graphs nobody used for longest while there are too many.
    fn make_room(&self) {
        let (graphs, events) = self.lock_shelf().evict();
        self.metrics.board(graphs, events);
    }

    fn lock_shelf(&self) -> std::sync::MutexGuard<'_, Shelf> {
        // A shelf is whole after every statement, so a panic elsewhere leaves nothing half done.
        self.shelf.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
