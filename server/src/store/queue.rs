//! The append queue: bounded in bytes, drained in groups, one transaction a group.
//!
//! Durability costs a sync per transaction, so appends that wait together share one. An append is never
//! split; that of a caller who went away still happens whole. Not here: how a group is written.

use super::row::Row;
use super::{Appended, Pending, StoreError};
use anyhow::anyhow;
use async_trait::async_trait;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// A group takes no further append in once it has this many rows.
pub(super) const GROUP_ROWS_MAX: usize = 4_000;
/// Bytes that may wait; further appends wait outside, and one larger than this goes alone.
const QUEUE_BYTES_MAX: usize = 64 << 20;
const PERMIT_BYTES: usize = 1 << 10;
const QUEUE_APPENDS_MAX: usize = 1_024;
/// Longer appends are prepared on a thread where they hold nobody up.
const INLINE_ROWS_MAX: usize = 16;

/// Writes a group in one transaction.
#[async_trait]
pub(super) trait Commit: Send + Sync + 'static {
    /// One answer per row, durable on return; on an error nothing was written.
    async fn commit(&self, rows: &[Row]) -> Result<Vec<Appended>, StoreError>;
}

struct Waiting {
    rows: Vec<Row>,
    answer: oneshot::Sender<Result<Vec<Appended>, StoreError>>,
    _room: OwnedSemaphorePermit,
}

/// The callers' end of the queue. The writer ends when the last of these is dropped.
#[derive(Debug)]
pub(super) struct Queue {
    room: Arc<Semaphore>,
    sender: mpsc::Sender<Waiting>,
}

impl Queue {
    /// Starts a writer that has at most `n_in_flight` groups under way.
    pub fn start(commit: impl Commit, n_in_flight: usize) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE_APPENDS_MAX);
        tokio::spawn(drain(receiver, Arc::new(commit), n_in_flight));
        Self { room: Arc::new(Semaphore::new(QUEUE_BYTES_MAX / PERMIT_BYTES)), sender }
    }

    /// Prepares and queues an append and waits until it is durable.
    pub async fn append(&self, pending: Vec<Pending>) -> Result<Vec<Appended>, StoreError> {
        if pending.is_empty() {
            return Ok(Vec::new());
        }
        let rows = if pending.len() <= INLINE_ROWS_MAX {
            pending.into_iter().map(Row::of_pending).collect()
        } else {
            let prepare = move || pending.into_iter().map(Row::of_pending).collect();
            tokio::task::spawn_blocking(prepare).await.map_err(critical)?
        };
        self.append_rows(rows).await
    }

    async fn append_rows(&self, rows: Vec<Row>) -> Result<Vec<Appended>, StoreError> {
        let bytes: usize = rows.iter().map(Row::weight).sum();
        let permits = bytes.min(QUEUE_BYTES_MAX).div_euclid(PERMIT_BYTES);
        let permits = u32::try_from(permits).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(permits).await.map_err(critical)?;
        let (answer, answered) = oneshot::channel();
        self.sender.send(Waiting { rows, answer, _room: room }).await.map_err(critical)?;
        answered.await.map_err(critical)?
    }
}

fn critical(error: impl std::fmt::Display) -> StoreError {
    StoreError::Critical(anyhow!("the writer is gone: {error}"))
}

async fn drain(mut receiver: mpsc::Receiver<Waiting>, commit: Arc<dyn Commit>, n_in_flight: usize) {
    let slots = Arc::new(Semaphore::new(n_in_flight));
    // The slot comes first, so that what arrives while all are busy ends up in one group.
    while let Ok(slot) = Arc::clone(&slots).acquire_owned().await {
        let Some(first) = receiver.recv().await else { break };
        let mut n_rows = first.rows.len();
        let mut group = vec![first];
        while n_rows < GROUP_ROWS_MAX {
            let Ok(next) = receiver.try_recv() else { break };
            n_rows += next.rows.len();
            group.push(next);
        }
        let commit = Arc::clone(&commit);
        tokio::spawn(async move {
            write(&*commit, group).await;
            drop(slot);
        });
    }
}

/// Writes a group; one that breaks an invariant is written append by append, so that it harms only itself.
async fn write(commit: &dyn Commit, mut group: Vec<Waiting>) {
    let lengths: Vec<usize> = group.iter().map(|waiting| waiting.rows.len()).collect();
    let rows: Vec<Row> = group.iter_mut().flat_map(|waiting| std::mem::take(&mut waiting.rows)).collect();
    let mut rest = rows.as_slice();
    let apart = group.len() > 1;
    match commit.commit(&rows).await {
        Ok(answers) => {
            let mut answers = answers.into_iter();
            for (waiting, n) in group.into_iter().zip(lengths) {
                answer(waiting, Ok(answers.by_ref().take(n).collect()));
            }
        }
        Err(StoreError::Critical(_)) if apart => {
            for (waiting, n) in group.into_iter().zip(lengths) {
                let (own, others) = rest.split_at(n);
                rest = others;
                answer(waiting, commit.commit(own).await);
            }
        }
        Err(error) => {
            for waiting in group {
                answer(waiting, Err(same(&error)));
            }
        }
    }
}

/// Hands the answer over; a caller who went away needs none.
fn answer(waiting: Waiting, result: Result<Vec<Appended>, StoreError>) {
    waiting.answer.send(result).ok();
}

fn same(error: &StoreError) -> StoreError {
    match error {
        StoreError::Transient(cause) => StoreError::Transient(anyhow!("{cause:#}")),
        other => StoreError::Critical(anyhow!("{other:#}")),
    }
}
