//! What a graph is fed from: entries that wait for their turn, and recent commits encoded for whoever watches.

use super::BoardError;
use shared::event::{Entry, Logged};
use shared::segment;
use shared::time::Position;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// Bytes of recent frames kept for those who watch.
const RECENT_BYTES_MAX: usize = 4 << 20;

/// Consecutive entries, encoded for the wire.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Position of the first entry.
    pub first: Position,
    /// Position of the last one.
    pub last: Position,
    /// The entries as a segment.
    pub bytes: bytes::Bytes,
}

/// The way into one graph. Whoever holds `waiting` may push.
#[derive(Default)]
pub(super) struct Feed {
    pub(super) waiting: tokio::sync::Mutex<BTreeMap<Position, Entry>>,
    recent: Mutex<Recent>,
}

#[derive(Default)]
struct Recent {
    frames: VecDeque<Frame>,
    bytes: usize,
}

impl Feed {
    /// Keeps a frame for whoever has caught up; the oldest go when there are too many bytes.
    pub(super) fn remember(&self, frame: Option<Frame>) {
        let mut recent = self.lock_recent();
        if let Some(frame) = frame {
            recent.bytes += frame.bytes.len();
            recent.frames.push_back(frame);
        }
        while recent.bytes > RECENT_BYTES_MAX {
            let Some(oldest) = recent.frames.pop_front() else { break };
            recent.bytes -= oldest.bytes.len();
        }
    }

    /// Keeps none: nobody watches.
    pub(super) fn forget(&self) {
        *self.lock_recent() = Recent::default();
    }

    /// The frame that begins right after `after`, if it is kept.
    pub(super) fn recent_after(&self, after: Position) -> Option<Frame> {
        let recent = self.lock_recent();
        let found = recent.frames.binary_search_by_key(&(after + 1), |frame| frame.first).ok()?;
        recent.frames.get(found).cloned()
    }

    fn lock_recent(&self) -> std::sync::MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The frame of consecutive `entries`; `None` for none.
pub(super) fn frame_of(entries: &[Entry]) -> Option<Frame> {
    let (first, last) = (entries.first()?.position, entries.last()?.position);
    Some(Frame { first, last, bytes: segment::encode(entries).into() })
}

/// Reads what matters out of `logged`, off the async threads where that takes long.
pub(crate) async fn entries_from_logged(logged: Vec<Logged>) -> Result<Vec<Entry>, BoardError> {
    if logged.len() < 64 {
        return Ok(logged.iter().map(Entry::from_logged).collect());
    }
    tokio::task::spawn_blocking(move || logged.iter().map(Entry::from_logged).collect())
        .await
        .map_err(|error| BoardError::Abandoned(error.to_string()))
}
