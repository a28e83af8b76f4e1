//! The store: an append-only log per iteration with dead letters, details and blobs beside it.
//!
//! One contract, two implementations: SQLite (embedded, one writer, group commit) and PostgreSQL (a head row
//! per iteration makes positions gapless and readers unable to skip). Acknowledged means durable.
//! Every key starts with the tenant ([`shared::id::DEFAULT_TENANT`] for now).
//!
//! Not here: decoding, graphs, HTTP.

mod hit;
mod letters;
mod plan;
pub mod postgres;
mod queue;
mod restore;
mod row;
mod sql;
pub mod sqlite;
mod words;

pub use hit::Hit;

use async_trait::async_trait;
use shared::event::{Detail, Event, Logged};
use shared::id::Name;
use shared::time::{Position, Time};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// First part of every key.
const TENANT: &str = shared::id::DEFAULT_TENANT;
/// An answer takes no further row in once its bodies have this many bytes.
const READ_BYTES_MAX: usize = 32 << 20;

/// Where a store that has no clock of its own takes the time from.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// The clock of this machine.
#[must_use]
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Time(i64::try_from(since.as_micros()).unwrap_or(Time::MAX.0))
    })
}

/// Opens the store at `address`: `sqlite:PATH`, `sqlite::memory:` (gone when dropped) or `postgres://…`.
/// What is not there yet is created; migrations run.
///
/// # Errors
/// The address is none, or the store cannot be opened.
pub async fn open(address: &str) -> Result<Arc<dyn Store>, StoreError> {
    let refused = || StoreError::Address(address.to_owned());
    if let Some(path) = address.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        let store = match path {
            "" => return Err(refused()),
            ":memory:" => sqlite::SqliteStore::open_temporary(system_clock()).await?,
            path => sqlite::SqliteStore::open(Path::new(path), system_clock()).await?,
        };
        return Ok(Arc::new(store));
    }
    if address.starts_with("postgres://") || address.starts_with("postgresql://") {
        return Ok(Arc::new(postgres::PostgresStore::open(address).await?));
    }
    Err(refused())
}

/// The token key from its row.
fn key_of(bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    let key = bytes.try_into();
    key.map_err(|_| StoreError::Critical(anyhow::anyhow!("the token key has {} bytes, not 32", bytes.len())))
}

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is not one of a store.
    #[error("{0:?} is no store; use sqlite:PATH or postgres://…")]
    Address(String),
    /// The database refused or was out of reach; trying again may help.
    #[error("the store is out of reach: {0}")]
    Transient(#[source] anyhow::Error),
    /// An invariant is broken; trying again does not help.
    #[error("the store is broken: {0}")]
    Critical(#[source] anyhow::Error),
    /// Restoring is for empty iterations only.
    #[error("iteration {0} already has events; restore needs an empty one")]
    NotEmpty(Name),
    /// What is to be restored is no whole log: a gap, a time that runs backwards, an identity twice.
    #[error("cannot restore: {0}")]
    NotWhole(String),
    /// There is no such thing.
    #[error("{0} not found")]
    NotFound(String),
}

/// Who writes: stamped on every event of an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writer {
    /// Token name, or the local user (already a person token).
    pub actor: Option<String>,
    /// Whether it may name events of other sources.
    pub steward: bool,
}

/// An event ready to be appended: decoded, its personal data and long text taken out.
#[derive(Debug, Clone)]
pub struct Pending {
    /// The event.
    pub event: Event,
    /// What was taken out of it.
    pub details: Vec<Detail>,
    /// Who writes it.
    pub writer: Writer,
}

/// What became of one pending event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// It is in the log now, at this position, recorded at this time: enough to fold it without reading it back.
    Accepted(Position, Time),
    /// It was there already, with the same content.
    Duplicate(Position),
    /// The identity is taken by other content, or the iteration by another project. Kept as a dead letter.
    Conflict {
        /// Number of the dead letter; the same event sent again gives the same number.
        letter: i64,
        /// What it clashes with, both content hashes included.
        reason: String,
    },
}

/// An iteration and where its log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IterationRow {
    /// Its project.
    pub project: Name,
    /// Its name.
    pub iteration: Name,
    /// Last position.
    pub head: Position,
    /// When the first event was recorded.
    pub opened_at: Time,
    /// When the last event was recorded.
    pub recorded_at: Time,
}

/// Why something ended as a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Category {
    /// It is no event we know: parked until a type or mapper changes.
    Schema,
    /// It is sound, but the store could not take it when it was replayed: replay it again.
    Transient,
    /// An invariant would break: an identity with other content.
    Critical,
}

/// Something that could not be taken in, kept whole.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct DeadLetter {
    /// Its number; 0 before it is stored.
    pub id: i64,
    /// Why it is here.
    pub category: Category,
    /// Iteration, where it could be read.
    pub iteration: Option<String>,
    /// Identity (`source id`), where it could be read.
    pub identity: Option<String>,
    /// What is wrong.
    pub reason: String,
    /// The bytes as they came (at most 1 MiB), lossy UTF-8.
    pub body: String,
    /// When it was stored.
    pub recorded_at: Time,
    /// Times it was replayed.
    pub attempts: u32,
}

/// The log and what lies beside it. All methods are cancel-safe: a dropped call has done all or nothing.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Appends in one transaction, in order; one answer per event. Durable when it returns.
    async fn append(&self, pending: Vec<Pending>) -> Result<Vec<Appended>, StoreError>;

    /// Events after `after`, in order, at most `limit` and about 32 MiB; only an empty answer means the end.
    async fn read(&self, iteration: &Name, after: Position, limit: u32) -> Result<Vec<Logged>, StoreError>;

    /// Row of one iteration.
    async fn iteration(&self, iteration: &Name) -> Result<Option<IterationRow>, StoreError>;

    /// All iterations (project logs left out), in the order they opened.
    async fn iterations(&self) -> Result<Vec<IterationRow>, StoreError>;

    /// Puts whole logs with their positions and times into empty iterations, one transaction for each.
    ///
    /// Everything is checked before anything is written. Answers the new heads.
    async fn restore(&self, logged: Vec<Logged>) -> Result<BTreeMap<Name, Position>, StoreError>;

    /// Heads of all iterations, project logs included; how other processes' writes are noticed.
    async fn heads(&self) -> Result<BTreeMap<Name, Position>, StoreError>;

    /// Details beside one event; those of erased people are gone.
    async fn details(&self, iteration: &Name, position: Position) -> Result<Vec<Detail>, StoreError>;

    /// Erases a person's name everywhere; returns the number of rows.
    async fn erase_person(&self, token: &str) -> Result<u64, StoreError>;

    /// The key that turns names into tokens in this store.
    fn token_key(&self) -> [u8; 32];

    /// The database clock, never behind the newest event.
    async fn now(&self) -> Result<Time, StoreError>;

    /// Keeps something that could not be taken in. The same thing twice is one dead letter: the same number.
    async fn bury(&self, letters: Vec<DeadLetter>) -> Result<Vec<i64>, StoreError>;

    /// Dead letters, oldest first, after number `after`; as with [`Store::read`], only an empty answer is the end.
    async fn dead_letters(&self, after: i64, limit: u32) -> Result<Vec<DeadLetter>, StoreError>;

    /// One dead letter.
    async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, StoreError>;

    /// Counts a replay that failed again, and why it did.
    async fn touch_dead_letter(&self, id: i64, category: Category, reason: &str) -> Result<(), StoreError>;

    /// Forgets a dead letter; false if it was not there.
    async fn discard(&self, id: i64) -> Result<bool, StoreError>;

    /// Facts whose text holds all `words` (each the beginning of one of theirs), newest first: at most `limit` and about
    /// 4 MiB. Takes what came since into the full-text index first.
    async fn search(&self, words: &str, limit: u32) -> Result<Vec<Hit>, StoreError>;

    /// Takes the next thousand or so facts into the full-text index; false when it is up to the head.
    async fn index_more(&self) -> Result<bool, StoreError>;

    /// Cheap check that the store answers.
    async fn ping(&self) -> Result<(), StoreError>;
}
