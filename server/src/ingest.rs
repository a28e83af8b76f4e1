//! Ingest: from bytes or events to the log, bounded, with one answer per event.
//!
//! In: a body ([`Ingest::bytes`]) or decoded events ([`Ingest::events`]). Each is decoded, its personal data
//! and long text taken out, and appended; what is no event we know is kept whole as a SCHEMA dead letter and
//! rejected alone. Out: a [`Receipt`]. Acknowledged means durable, and folded where the graph is in memory.
//! When too much is going on, a request is refused whole, to be sent again later: nothing queues without bound.
//!
//! Not here: HTTP, foreign formats, the fold.

mod append;
mod baseline;
mod body;
mod opening;
mod replay;

pub use baseline::{Grown, GrowthError};
pub use body::{BODY_BYTES_MAX, BODY_EVENTS_MAX, BodyCoding, BodyError, BodyFormat, BodyKind};
pub use opening::SERVER_SOURCE;

use crate::board::{Board, BoardError};
use crate::metrics::{InFlight, Metrics};
use crate::store::{Category, DeadLetter, Store, StoreError, Writer};
use body::Items;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared::event::{Event, Refusal, decode, person_token};
use shared::id::Name;
use shared::time::{Position, Time};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests worked on at a time; more are told to come again.
const REQUESTS_MAX: usize = 64;
/// Bytes of bodies held at a time, in KiB; requests wait for their share.
const HELD_KIB_MAX: usize = 256 << 10;
/// Largest part of a refused event that is kept, in bytes.
const LETTER_BYTES_MAX: usize = 1 << 20;
/// Iterations and names remembered.
const REMEMBERED_MAX: usize = 65_536;
/// Seconds after which a refused request should come again.
const RETRY_AFTER_S: u32 = 1;

/// What became of the events of one request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Receipt {
    /// Events that are in the log now.
    pub accepted: u64,
    /// Events that were there already, with the same content.
    pub duplicates: u64,
    /// Events that were refused; each has an entry in `errors`.
    pub rejected: u64,
    /// Last position of this request's events, by iteration.
    pub positions: BTreeMap<Name, Position>,
    /// Why events were refused, by index.
    pub errors: Vec<ItemError>,
}

/// One event that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ItemError {
    /// Its place in the request, from 0; blank lines do not count.
    pub index: u64,
    /// Its id, where it could be read.
    pub id: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

/// Why a request was refused whole. Nothing of it is acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// Its body cannot be read; nothing of it was stored.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// Too much is going on; come again.
    #[error("{REQUESTS_MAX} requests are being worked on; try again in {retry_after_s} s")]
    Busy {
        /// When, in seconds.
        retry_after_s: u32,
    },
    /// The store is out of reach; send the same again, what was stored of it will count as duplicate.
    #[error("{reason}; try again in {retry_after_s} s")]
    Unavailable {
        /// Why.
        reason: String,
        /// When, in seconds.
        retry_after_s: u32,
    },
    /// An invariant is broken.
    #[error(transparent)]
    Broken(#[from] StoreError),
}

/// The way in. Cheap to clone; all clones share everything.
#[derive(Clone)]
pub struct Ingest {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    store: Arc<dyn Store>,
    board: Board,
    metrics: Arc<Metrics>,
    requests: Arc<Semaphore>,
    held_kib: Arc<Semaphore>,
    decoders: Arc<Semaphore>,
    openings: tokio::sync::Mutex<()>,
    /// Iterations known to have begun; forgotten when there are too many.
    open: Mutex<BTreeSet<Name>>,
    /// Names behind the tokens of writers, to be kept beside what they answer for.
    names: Mutex<BTreeMap<String, String>>,
}

/// The right to have one request worked on, until it is dropped.
pub struct Admission {
    _permit: OwnedSemaphorePermit,
    _counted: InFlight,
}

impl Ingest {
    /// The way into `store`, telling `board`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, board: Board, metrics: Arc<Metrics>) -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        let inner = Inner {
            store,
            board,
            metrics,
            requests: Arc::new(Semaphore::new(REQUESTS_MAX)),
            held_kib: Arc::new(Semaphore::new(HELD_KIB_MAX)),
            decoders: Arc::new(Semaphore::new(processors)),
            openings: tokio::sync::Mutex::default(),
            open: Mutex::default(),
            names: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Asks to have a request worked on; ask before its body is read.
    ///
    /// # Errors
    /// [`IngestError::Busy`] when too many are.
    pub fn admit(&self) -> Result<Admission, IngestError> {
        match self.inner.requests.clone().try_acquire_owned() {
            Ok(permit) => Ok(Admission { _permit: permit, _counted: self.inner.metrics.request() }),
            Err(_) => {
                self.inner.metrics.refused();
                Err(IngestError::Busy { retry_after_s: RETRY_AFTER_S })
            }
        }
    }

    /// Appends decoded `events`, in order.
    ///
    /// # Errors
    /// [`IngestError`]; then nothing is acknowledged, although a part may be in the log.
    pub async fn events(&self, events: Vec<Event>, writer: Writer) -> Result<Receipt, IngestError> {
        let _admission = self.admit()?;
        let items = events.into_iter().map(Ok).collect();
        self.take_in(items, &writer, Instant::now()).await
    }

    /// Decodes `body` and appends what it holds.
    ///
    /// # Errors
    /// [`IngestError`]; then nothing is acknowledged.
    pub async fn bytes(&self, body: Bytes, kind: BodyKind, writer: Writer) -> Result<Receipt, IngestError> {
        let admission = self.admit()?;
        self.admitted(admission, body, kind, writer).await.map(|(receipt, _)| receipt)
    }

    /// As [`Ingest::bytes`] for a request admitted before; also says whether the body was one event, no list.
    ///
    /// # Errors
    /// As [`Ingest::bytes`].
    pub async fn admitted(
        &self,
        _admission: Admission,
        body: Bytes,
        kind: BodyKind,
        writer: Writer,
    ) -> Result<(Receipt, bool), IngestError> {
        let read_at = Instant::now();
        let decoded = self.decode(body, kind).await;
        if decoded.is_err() {
            self.inner.metrics.refused();
        }
        let (items, single, _held) = decoded?;
        let receipt = self.take_in(items, &writer, read_at).await?;
        Ok((receipt, single))
    }

    /// The writer called `name`: the log and the board only ever see a token of it.
    #[must_use]
    pub fn writer(&self, name: &str, steward: bool) -> Writer {
        let token = person_token(name, &self.inner.store.token_key());
        let mut names = self.inner.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= REMEMBERED_MAX {
            names.clear();
        }
        names.entry(token.clone()).or_insert_with(|| name.to_owned());
        Writer { actor: Some(token), steward }
    }

    /// The name behind a token that [`Ingest::writer`] has made.
    fn name_of(&self, token: &str) -> Option<String> {
        self.inner.names.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned()
    }

    fn is_open(&self, iteration: &Name) -> bool {
        self.inner.open.lock().unwrap_or_else(PoisonError::into_inner).contains(iteration)
    }

    fn remember_open(&self, iterations: Vec<Name>) {
        let mut open = self.inner.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= REMEMBERED_MAX {
            open.clear();
        }
        open.extend(iterations);
    }

    /// Puts CloudEvents attributes and data that came apart (binary mode) into one JSON object.
    ///
    /// # Errors
    /// The data is no JSON, or too large.
    pub fn envelope(
        &self,
        attributes: Map<String, Value>,
        data: Bytes,
        coding: BodyCoding,
    ) -> Result<Bytes, BodyError> {
        body::envelope(attributes, data, coding)
    }

    /// Decodes off the async threads, as many at a time as there are processors.
    async fn decode(
        &self,
        body: Bytes,
        kind: BodyKind,
    ) -> Result<(Vec<Result<Event, Refused>>, bool, OwnedSemaphorePermit), IngestError> {
        let closed = |_| unavailable("the server is closing");
        let share = |bytes: usize| u32::try_from(bytes.div_ceil(1024).max(1)).unwrap_or(u32::MAX);
        // A compressed body may become as large as a body may be.
        let bytes = if kind.coding == BodyCoding::Plain { body.len() } else { BODY_BYTES_MAX };
        let held = self.inner.held_kib.clone().acquire_many_owned(share(bytes)).await.map_err(closed)?;
        let turn = self.inner.decoders.clone().acquire_owned().await.map_err(closed)?;
        let task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let items = body::items_of(body, kind)?;
            let single = items.single;
            Ok::<_, BodyError>((decode_all(&items), single))
        });
        let (items, single) = task.await.map_err(|error| unavailable(&error.to_string()))??;
        Ok((items, single, held))
    }
}

/// An item that is no event we know, with enough to keep it.
struct Refused {
    refusal: Refusal,
    body: String,
}

fn decode_all(items: &Items) -> Vec<Result<Event, Refused>> {
    let mut decoded = Vec::with_capacity(items.len());
    for bytes in items.iter() {
        decoded.push(decode(bytes, None).map_err(|refusal| {
            let kept = &bytes[..bytes.len().min(LETTER_BYTES_MAX)];
            Refused { refusal, body: String::from_utf8_lossy(kept).into_owned() }
        }));
    }
    decoded
}

impl Refused {
    /// The dead letter it becomes. Identity and iteration are read where the bytes are an object at all.
    fn into_letter(self) -> DeadLetter {
        #[derive(Deserialize)]
        struct Envelope {
            id: Option<String>,
            source: Option<String>,
            iteration: Option<String>,
        }
        let envelope = serde_json::from_str::<Envelope>(&self.body).ok();
        let (identity, iteration) = match envelope {
            Some(Envelope { id: Some(id), source: Some(source), iteration }) => {
                (Some(format!("{source} {id}")), iteration)
            }
            Some(Envelope { iteration, .. }) => (None, iteration),
            None => (None, None),
        };
        DeadLetter {
            id: 0,
            category: Category::Schema,
            iteration: iteration.map(|name| name.chars().take(140).collect()),
            identity: identity.map(|text| text.chars().take(800).collect()),
            reason: self.refusal.to_string(),
            body: self.body,
            recorded_at: Time::default(),
            attempts: 0,
        }
    }

    /// The id, where it can be read.
    fn id(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct OnlyId {
            id: String,
        }
        let only = serde_json::from_str::<OnlyId>(&self.body).ok()?;
        Some(only.id.chars().take(256).collect())
    }
}

fn refuse(error: StoreError) -> IngestError {
    match error {
        StoreError::Transient(_) => unavailable(&error.to_string()),
        other => IngestError::Broken(other),
    }
}

fn refuse_board(error: BoardError) -> IngestError {
    match error {
        BoardError::Store(error) => refuse(error),
        error => IngestError::Broken(StoreError::Critical(anyhow::Error::new(error))),
    }
}

fn unavailable(reason: &str) -> IngestError {
    IngestError::Unavailable { reason: reason.to_owned(), retry_after_s: RETRY_AFTER_S }
}
