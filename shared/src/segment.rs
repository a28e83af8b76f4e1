//! Segments: consecutive entries of an iteration as canonical columns, named by the hash of their bytes.
//!
//! [`encode`] is canonical: equal entries give equal bytes, natively and in wasm32. [`decode`] refuses bad
//! bytes with a reason, never panics and never allocates more than a small multiple of its input.
//! A sealed segment has [`SEGMENT_EVENTS`] entries; live frames use the same codec with fewer.
//!
//! Not here: compression (transport does that), files, HTTP.

use crate::event::{Entry, Hash128};

/// Events in a sealed segment.
pub const SEGMENT_EVENTS: u64 = 4096;

/// Why bytes are no segment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a segment at byte {at}: {reason}")]
pub struct SegmentError {
    /// Offset of the byte that cannot be read.
    pub at: u64,
    /// What was expected there.
    pub reason: &'static str,
}

/// Encodes consecutive entries.
#[must_use]
pub fn encode(_entries: &[Entry]) -> Vec<u8> {
    todo!("graph helper")
}

/// Decodes a segment or a live frame.
///
/// # Errors
/// [`SegmentError`] naming the byte.
pub fn decode(_bytes: &[u8]) -> Result<Vec<Entry>, SegmentError> {
    todo!("graph helper")
}

/// The name of a segment: the hash of its canonical uncompressed bytes.
#[must_use]
pub fn name(bytes: &[u8]) -> Hash128 {
    Hash128::of(&[crate::ENGINE_VERSION.as_bytes(), bytes])
}
