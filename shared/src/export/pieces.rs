//! A log by digest: the stretches it consists of, each named as its segment is, sealed or not.

use crate::event::Entry;
use crate::segment::{self, SEGMENT_EVENTS};
use crate::time::Position;
use serde::{Deserialize, Serialize};

/// A stretch of the log and its digest: the name its segment has, sealed or not.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Position of its first event.
    pub first: Position,
    /// Position of its last event.
    pub last: Position,
    /// Hash of its canonical bytes.
    pub digest: String,
}

/// Names the pieces of a log while it goes by, [`SEGMENT_EVENTS`] events at a time.
#[derive(Debug, Default)]
pub struct Pieces {
    done: Vec<Piece>,
    open: Vec<Entry>,
}

impl Pieces {
    /// Takes the next event.
    pub fn push(&mut self, entry: Entry) {
        self.open.push(entry);
        if self.open.len() as u64 == SEGMENT_EVENTS {
            self.seal();
        }
    }

    fn seal(&mut self) {
        if let (Some(first), Some(last)) = (self.open.first(), self.open.last()) {
            let digest = segment::name(&segment::encode(&self.open)).to_string();
            self.done.push(Piece { first: first.position, last: last.position, digest });
        }
        self.open.clear();
    }

    /// All pieces, the last one as long as it is.
    #[must_use]
    pub fn finish(mut self) -> Vec<Piece> {
        self.seal();
        self.done
    }
}
