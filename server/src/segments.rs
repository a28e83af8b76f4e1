//! Segments: the log of an iteration as immutable, content-addressed pieces that browsers cache for ever.
//!
//! A sealed segment is 4,096 consecutive events in the wire codec, named by the hash of its canonical bytes.
//! They follow from the log alone, so names and bytes are remembered only to save time; what was dropped is
//! made again. Not here: HTTP, what follows the last sealed segment (that is a frame of the board).

use crate::board::{Board, BoardError, entries_from_logged};
use crate::store::Store;
use bytes::Bytes;
use serde::Serialize;
use shared::event::{Entry, Hash128};
use shared::id::Name;
use shared::segment::{self, SEGMENT_EVENTS};
use shared::time::{Position, Time};
use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of segments kept, in all codings together.
const KEPT_BYTES_MAX: usize = 64 << 20;
/// Iterations whose rows are kept.
const KEPT_ITERATIONS_MAX: usize = 1024;
/// Brotli quality: a segment in about ten milliseconds.
const BROTLI_QUALITY: u32 = 5;
const BROTLI_WINDOW: u32 = 22;
const ZSTD_LEVEL: i32 = 6;

/// One sealed segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentRow {
    /// Hash of its canonical bytes: its name.
    pub hash: Hash128,
    /// Position of its first event.
    pub first: Position,
    /// Position of its last event.
    pub last: Position,
    /// Its canonical bytes.
    pub bytes: u64,
}

impl Serialize for SegmentRow {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut row = serializer.serialize_struct("SegmentRow", 4)?;
        row.serialize_field("hash", &self.hash.to_string())?;
        row.serialize_field("first", &self.first)?;
        row.serialize_field("last", &self.last)?;
        row.serialize_field("bytes", &self.bytes)?;
        row.end()
    }
}

/// All sealed segments of an iteration, and where its log stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// The iteration.
    pub iteration: Name,
    /// Its project.
    pub project: Name,
    /// Last position of its log.
    pub head: Position,
    /// Server time.
    pub now: Time,
    /// Sealed segments in order; what follows the last one is the tail.
    pub segments: Vec<SegmentRow>,
}

/// How a segment travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coding {
    /// As it is.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

impl Coding {
    /// The `Content-Encoding`, if there is one.
    #[must_use]
    pub const fn token(self) -> Option<&'static str> {
        match self {
            Coding::Identity => None,
            Coding::Gzip => Some("gzip"),
            Coding::Brotli => Some("br"),
            Coding::Zstd => Some("zstd"),
        }
    }

    /// The best coding an `Accept-Encoding` allows: brotli, zstd, gzip, identity.
    #[must_use]
    pub fn negotiated(accept: &str) -> Self {
        let allows = |wanted: &str| {
            accept.split(',').any(|offer| {
                let mut parts = offer.split(';').map(str::trim);
                let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
                let weight = parts.find_map(|part| part.strip_prefix("q="));
                named && weight.and_then(|q| q.parse::<f32>().ok()).is_none_or(|q| q > 0.0)
            })
        };
        let best = [Coding::Brotli, Coding::Zstd, Coding::Gzip];
        best.into_iter().find(|coding| coding.token().is_some_and(allows)).unwrap_or(Coding::Identity)
    }
}

/// Rows of one iteration; whoever holds the lock seals what is missing.
type Rows = Arc<tokio::sync::Mutex<Vec<SegmentRow>>>;

/// Makes and remembers segments. Cheap to clone; all clones share everything.
#[derive(Clone)]
pub struct Segments {
    store: Arc<dyn Store>,
    board: Board,
    rows: Arc<Mutex<BTreeMap<Name, Rows>>>,
    kept: Arc<Mutex<Kept>>,
}

/// Bytes by name and coding, the longest kept first.
#[derive(Default)]
struct Kept {
    bodies: BTreeMap<(Hash128, Coding), Bytes>,
    order: VecDeque<(Hash128, Coding)>,
    bytes: usize,
}

impl Segments {
    /// Segments of the logs in `store`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, board: Board) -> Self {
        Self { store, board, rows: Arc::default(), kept: Arc::default() }
    }

    /// The manifest of `iteration`; seals what has become sealable since the last one.
    ///
    /// # Errors
    /// No such iteration, or its log cannot be read.
    pub async fn manifest(&self, iteration: &Name) -> Result<Manifest, BoardError> {
        let (project, head) = self.board.head(iteration).await?;
        let now = self.board.now(iteration).await?;
        let segments = self.sealed(iteration, head).await?;
        Ok(Manifest { iteration: iteration.clone(), project, head, now, segments })
    }

    /// The segment of `iteration` with this name in `coding`; `None` if it has none.
    ///
    /// # Errors
    /// No such iteration, or its log cannot be read.
    pub async fn body(
        &self,
        iteration: &Name,
        hash: Hash128,
        coding: Coding,
    ) -> Result<Option<Bytes>, BoardError> {
        let (_, head) = self.board.head(iteration).await?;
        let sealed = self.sealed(iteration, head).await?;
        let Some(row) = sealed.into_iter().find(|row| row.hash == hash) else {
            return Ok(None);
        };
        if let Some(body) = self.kept(hash, coding) {
            return Ok(Some(body));
        }
        let plain = self.kept(hash, Coding::Identity);
        let plain = match plain {
            Some(plain) => plain,
            None => self.encode(iteration, row.first).await?.1,
        };
        let body = blocking(move || compress(plain, coding)).await??;
        self.lock_kept().keep(hash, coding, body.clone());
        Ok(Some(body))
    }

    async fn sealed(&self, iteration: &Name, head: Position) -> Result<Vec<SegmentRow>, BoardError> {
        let rows = self.rows_of(iteration);
        let mut rows = rows.lock().await;
        while (rows.len() as u64 + 1) * SEGMENT_EVENTS <= head {
            let first = rows.len() as u64 * SEGMENT_EVENTS + 1;
            let (row, bytes) = self.encode(iteration, first).await?;
            self.lock_kept().keep(row.hash, Coding::Identity, bytes);
            rows.push(row);
        }
        Ok(rows.clone())
    }

    /// Reads and encodes the segment that begins at `first`.
    async fn encode(&self, iteration: &Name, first: Position) -> Result<(SegmentRow, Bytes), BoardError> {
        let last = first + SEGMENT_EVENTS - 1;
        let mut entries: Vec<Entry> = Vec::with_capacity(SEGMENT_EVENTS as usize);
        while entries.len() < SEGMENT_EVENTS as usize {
            let after = first - 1 + entries.len() as u64;
            let limit = u32::try_from(last - after).unwrap_or(1);
            let logged = self.store.read(iteration, after, limit).await?;
            if logged.is_empty() {
                return Err(BoardError::NotFound(iteration.clone()));
            }
            entries.extend(entries_from_logged(logged).await?);
        }
        let bytes: Bytes = blocking(move || segment::encode(&entries)).await?.into();
        let row = SegmentRow { hash: segment::name(&bytes), first, last, bytes: bytes.len() as u64 };
        Ok((row, bytes))
    }

    fn rows_of(&self, iteration: &Name) -> Rows {
        let mut all = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT_ITERATIONS_MAX && !all.contains_key(iteration) {
            all.pop_first();
        }
        all.entry(iteration.clone()).or_default().clone()
    }

    fn kept(&self, hash: Hash128, coding: Coding) -> Option<Bytes> {
        self.lock_kept().bodies.get(&(hash, coding)).cloned()
    }

    fn lock_kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn keep(&mut self, hash: Hash128, coding: Coding, body: Bytes) {
        let size = body.len();
        if self.bodies.insert((hash, coding), body).is_none() {
            self.order.push_back((hash, coding));
            self.bytes += size;
        }
        while self.bytes > KEPT_BYTES_MAX {
            let Some(oldest) = self.order.pop_front() else { break };
            if let Some(body) = self.bodies.remove(&oldest) {
                self.bytes -= body.len();
            }
        }
    }
}

fn compress(plain: Bytes, coding: Coding) -> Result<Bytes, BoardError> {
    let failed = |error: std::io::Error| BoardError::Abandoned(error.to_string());
    let body = match coding {
        Coding::Identity => return Ok(plain),
        Coding::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(&plain).and_then(|()| encoder.finish()).map_err(failed)?
        }
        Coding::Brotli => {
            let mut body = Vec::new();
            let mut encoder = brotli::CompressorWriter::new(&mut body, 4096, BROTLI_QUALITY, BROTLI_WINDOW);
            encoder.write_all(&plain).and_then(|()| encoder.flush()).map_err(failed)?;
            drop(encoder);
            body
        }
        Coding::Zstd => zstd::bulk::compress(&plain, ZSTD_LEVEL).map_err(failed)?,
    };
    Ok(body.into())
}

/// Runs `work` off the async threads.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, BoardError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| BoardError::Abandoned(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coding_is_the_best_one_that_is_allowed() {
        assert_eq!(Coding::negotiated("gzip, deflate, br, zstd"), Coding::Brotli);
        assert_eq!(Coding::negotiated("gzip, br;q=0, zstd;q=0.5"), Coding::Zstd);
        assert_eq!(Coding::negotiated("GZIP"), Coding::Gzip);
        assert_eq!(Coding::negotiated("deflate"), Coding::Identity);
        assert_eq!(Coding::negotiated(""), Coding::Identity);
    }

    #[test]
    fn every_coding_gives_the_plain_bytes_back() {
        use std::io::Read;
        let plain = Bytes::from(b"0123456789".repeat(500));
        let gzip = compress(plain.clone(), Coding::Gzip).unwrap();
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(gzip.as_ref()).read_to_end(&mut back).unwrap();
        assert_eq!(back, plain);
        let mut back = Vec::new();
        let br = compress(plain.clone(), Coding::Brotli).unwrap();
        brotli::Decompressor::new(br.as_ref(), 4096).read_to_end(&mut back).unwrap();
        assert_eq!(back, plain);
        let zstd = compress(plain.clone(), Coding::Zstd).unwrap();
        assert_eq!(zstd::bulk::decompress(&zstd, plain.len()).unwrap(), plain);
    }
}
