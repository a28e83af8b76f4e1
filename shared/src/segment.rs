//! Segments: consecutive entries of an iteration as canonical columns, named by the hash of their bytes.
//!
//! [`encode`] is canonical: equal entries give equal bytes, natively and in wasm32. [`decode`] refuses bad
//! bytes with a reason, never panics and builds at most [`EXPANSION_MAX`] bytes for every byte it is given.
//! A sealed segment has [`SEGMENT_EVENTS`] entries; live frames use the same codec with fewer.
//!
//! Layout: magic, then sections, each with its length in front: texts (sorted, front-coded), subjects
//! (sorted), shapes of facts (sorted: facet, rank, qualifier, how its time and value are written), and one
//! column for each field. Numbers are LEB128 of the least length, signed ones zigzag, times differences.
//!
//! Not here: compression (transport does that), files, HTTP.

mod bytes;
mod columns;
mod decode;
mod dictionary;
mod encode;

pub use decode::decode;
pub use encode::encode;

use crate::event::Hash128;

/// Events in a sealed segment.
pub const SEGMENT_EVENTS: u64 = 4096;
/// Most bytes of entries that one byte of a segment may stand for (beyond the first MiB).
///
/// Facts repeat the keys of their subjects; with the longest keys allowed that is a factor of about 40.
pub const EXPANSION_MAX: u64 = 256;
/// Bytes of entries that any segment may stand for.
const EXPANSION_FREE: u64 = 1 << 20;
const MAGIC: &[u8; 4] = b"TMS1";

/// Why bytes are no segment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a segment at byte {at}: {reason}")]
pub struct SegmentError {
    /// Offset of the byte that cannot be read.
    pub at: u64,
    /// What was expected there.
    pub reason: &'static str,
}

/// The name of a segment: the hash of its canonical uncompressed bytes.
#[must_use]
pub fn name(bytes: &[u8]) -> Hash128 {
    Hash128::of(&[crate::ENGINE_VERSION.as_bytes(), bytes])
}
