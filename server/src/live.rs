//! Live: what one reader of an iteration hears, as a sequence of frames and beats, whoever carries it.
//!
//! A reader names the last position it has. It gets what it lacks in frames of at most 4,096 events, then new
//! ones as they commit, and a beat at once, every five idle seconds and when the answer changes without an
//! event. It pulls: nothing is queued for it, so a slow one costs nothing and skips nothing.
//!
//! Not here: sockets.

use crate::board::{Board, BoardError, Frame, Pulse, Subscription};
use serde::Serialize;
use shared::id::Name;
use shared::time::{Position, Time};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Idle time after which a beat is sent.
pub const BEAT_EVERY: Duration = Duration::from_secs(5);

/// Where the log and the clock stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Beat {
    /// Last position of the log.
    pub head: Position,
    /// Server time.
    pub now: Time,
}

/// What a reader hears next.
#[derive(Debug, Clone)]
pub enum Heard {
    /// Events that follow the last ones.
    Frame(Frame),
    /// Nothing new, and where everything stands.
    Beat(Beat),
}

/// One reader of one iteration.
pub struct Reader {
    board: Board,
    iteration: Name,
    subscription: Subscription,
    seen: Pulse,
    after: Position,
    beat_at: Instant,
}

/// Why there is no reader.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The board has no such iteration, or cannot read it.
    #[error(transparent)]
    Board(#[from] BoardError),
    /// The reader knows more than there is: it has another log.
    #[error("position {after} is beyond the head, {head}; load the iteration again")]
    Beyond {
        /// Where the reader says it stands.
        after: Position,
        /// Where the log ends.
        head: Position,
    },
}

impl Reader {
    /// A reader of `iteration` that has everything up to `after`.
    ///
    /// # Errors
    /// [`LiveError`].
    pub async fn open(board: Board, iteration: Name, after: Position) -> Result<Self, LiveError> {
        let mut subscription = board.subscribe(&iteration).await?;
        let seen = subscription.latest();
        if after > seen.head {
            return Err(LiveError::Beyond { after, head: seen.head });
        }
        Ok(Self { board, iteration, subscription, seen, after, beat_at: Instant::now() })
    }

    /// Waits for what comes next. The first is a beat. Cancel-safe.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn next(&mut self) -> Result<Heard, BoardError> {
        loop {
            if Instant::now() >= self.beat_at {
                return self.beat().await;
            }
            if let Some(frame) = self.board.frame(&self.iteration, self.after).await? {
                self.after = frame.last;
                self.beat_at = Instant::now() + BEAT_EVERY;
                return Ok(Heard::Frame(frame));
            }
            match timeout_at(self.beat_at, self.subscription.next()).await {
                Err(_) => return self.beat().await,
                Ok(pulse) => {
                    let changed = pulse.changes != self.seen.changes;
                    self.seen = pulse;
                    if changed {
                        return self.beat().await;
                    }
                }
            }
        }
    }

    async fn beat(&mut self) -> Result<Heard, BoardError> {
        let (_, head) = self.board.head(&self.iteration).await?;
        let now = self.board.now(&self.iteration).await?;
        self.beat_at = Instant::now() + BEAT_EVERY;
        Ok(Heard::Beat(Beat { head, now }))
    }
}
