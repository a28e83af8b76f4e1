//! The embedded store: one SQLite file, one writer with group commit, a pool of readers.
//!
//! WAL with full synchronisation: an answered append survives a power cut. Other processes may write the
//! same file: every transaction begins immediate and reads the heads anew, so writers queue and positions
//! stay gapless. Readers see committed prefixes only, because positions are taken inside the transaction.

mod append;
mod beside;
mod reading;
mod search;

use super::queue::Queue;
use super::{
    Appended, Category, Clock, DeadLetter, Detail, Hit, IterationRow, Logged, Name, Pending, Position, Store,
    StoreError, Time,
};
use anyhow::Context as _;
use async_trait::async_trait;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, Sqlite, Transaction};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::Mutex;

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/sqlite");

/// How long a writer waits for one of another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);
const READERS_MAX: u32 = 4;
const OPEN_ATTEMPTS_MAX: u32 = 5;

/// The one connection that writes. Whoever holds it writes one transaction.
pub(super) type Writer = Arc<Mutex<SqliteConnection>>;

/// A store in a SQLite file.
pub struct SqliteStore {
    queue: Queue,
    writer: Writer,
    readers: SqlitePool,
    token_key: [u8; 32],
    clock: Clock,
    /// Goes with the store, if the store was opened in memory.
    _folder: Option<TempDir>,
}

impl SqliteStore {
    /// Opens or creates the store in the file at `path`; its folder is created too.
    ///
    /// # Errors
    /// The file cannot be opened, or is no store of ours.
    pub async fn open(path: &Path, clock: Clock) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            let created = std::fs::create_dir_all(folder);
            created.with_context(|| format!("create {}", folder.display())).map_err(StoreError::Transient)?;
        }
        let options = options(path);
        let mut connection = options.clone().connect().await.map_err(failed)?;
        migrate(&mut connection).await?;
        let token_key = token_key(&mut connection).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            .connect_lazy_with(options.pragma("query_only", "on"));
        let writer = Arc::new(Mutex::new(connection));
        let appender = append::Appender::new(Arc::clone(&writer), Arc::clone(&clock));
        Ok(Self { queue: Queue::start(appender, 1), writer, readers, token_key, clock, _folder: None })
    }

    /// A store that is gone when it is dropped. It lies in a temporary file, because SQLite's own memory
    /// databases have other locking rules.
    ///
    /// # Errors
    /// There is no room for temporary files.
    pub async fn open_temporary(clock: Clock) -> Result<Self, StoreError> {
        let folder = TempDir::with_prefix("mission-").context("create a temporary folder");
        let folder = folder.map_err(StoreError::Transient)?;
        let mut store = Self::open(&folder.path().join("store.db"), clock).await?;
        store._folder = Some(folder);
        Ok(store)
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("cache_size", "-32768")
        .pragma("wal_autocheckpoint", "8000")
        .pragma("temp_store", "memory")
        .disable_statement_logging()
}

/// Runs the migrations. Two processes may create a file at once: the loser sees a table that is there
/// already, and finds nothing to do when it looks again.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut attempt = 1;
    loop {
        match MIGRATOR.run(&mut *connection).await {
            Ok(()) => return Ok(()),
            Err(error) if attempt == OPEN_ATTEMPTS_MAX => {
                return Err(StoreError::Critical(anyhow::Error::new(error).context("migrate")));
            }
            Err(_) => attempt += 1,
        }
    }
}

/// Reads the key, made by whoever opened the store first.
async fn token_key(connection: &mut SqliteConnection) -> Result<[u8; 32], StoreError> {
    let mut write = begin(connection).await?;
    sqlx::query("insert into meta (key, value) values ('token_key', randomblob(32)) on conflict do nothing")
        .execute(&mut *write)
        .await
        .map_err(failed)?;
    let key: Vec<u8> = sqlx::query_scalar("select value from meta where key = 'token_key'")
        .fetch_one(&mut *write)
        .await
        .map_err(failed)?;
    write.commit().await.map_err(failed)?;
    super::key_of(&key)
}

/// Begins a transaction that writes: immediately, so that it waits for other processes here and reads nothing
/// that they change.
async fn begin(connection: &mut SqliteConnection) -> Result<Transaction<'_, Sqlite>, StoreError> {
    connection.begin_with("begin immediate").await.map_err(failed)
}

/// Sorts a failure: what another try may cure, and what not.
pub(super) fn failed(error: sqlx::Error) -> StoreError {
    // Primary result codes: 5 busy, 6 locked, 10 input or output, 13 full, 14 cannot open.
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
    let transient = match (&error, code) {
        (_, Some(code)) => matches!(code & 0xff, 5 | 6 | 10 | 13 | 14),
        (sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut, _) => true,
        _ => false,
    };
    let cause = anyhow::Error::new(error);
    if transient { StoreError::Transient(cause) } else { StoreError::Critical(cause) }
}

#[async_trait]
impl Store for SqliteStore {
    async fn append(&self, pending: Vec<Pending>) -> Result<Vec<Appended>, StoreError> {
        self.queue.append(pending).await
    }

    async fn read(&self, iteration: &Name, after: Position, limit: u32) -> Result<Vec<Logged>, StoreError> {
        reading::read(&self.readers, iteration, after, limit).await
    }

    async fn iteration(&self, iteration: &Name) -> Result<Option<IterationRow>, StoreError> {
        reading::iteration(&self.readers, iteration).await
    }

    async fn iterations(&self) -> Result<Vec<IterationRow>, StoreError> {
        reading::iterations(&self.readers).await
    }

    async fn restore(&self, logged: Vec<Logged>) -> Result<BTreeMap<Name, Position>, StoreError> {
        append::restore(&self.writer, logged).await
    }

    async fn heads(&self) -> Result<BTreeMap<Name, Position>, StoreError> {
        reading::heads(&self.readers).await
    }

    async fn details(&self, iteration: &Name, position: Position) -> Result<Vec<Detail>, StoreError> {
        reading::details(&self.readers, iteration, position).await
    }

    async fn erase_person(&self, token: &str) -> Result<u64, StoreError> {
        let mut connection = self.writer.lock().await;
        let mut write = begin(&mut connection).await?;
        let n_rows = beside::erase_person(&mut write, token).await?;
        write.commit().await.map_err(failed)?;
        Ok(n_rows)
    }

    fn token_key(&self) -> [u8; 32] {
        self.token_key
    }

    async fn now(&self) -> Result<Time, StoreError> {
        Ok(reading::newest(&self.readers).await?.max((self.clock)()))
    }

    async fn bury(&self, letters: Vec<DeadLetter>) -> Result<Vec<i64>, StoreError> {
        let mut connection = self.writer.lock().await;
        let mut write = begin(&mut connection).await?;
        let numbers = beside::insert_letters(&mut write, &letters, (self.clock)()).await?;
        write.commit().await.map_err(failed)?;
        Ok(numbers)
    }

    async fn dead_letters(&self, after: i64, limit: u32) -> Result<Vec<DeadLetter>, StoreError> {
        reading::dead_letters(&self.readers, after, limit).await
    }

    async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, StoreError> {
        reading::dead_letter(&self.readers, id).await
    }

    async fn touch_dead_letter(&self, id: i64, category: Category, reason: &str) -> Result<(), StoreError> {
        beside::touch(&mut *self.writer.lock().await, id, category, reason).await
    }

    async fn discard(&self, id: i64) -> Result<bool, StoreError> {
        beside::discard(&mut *self.writer.lock().await, id).await
    }

    async fn search(&self, words: &str, limit: u32) -> Result<Vec<Hit>, StoreError> {
        search::search(&self.writer, &self.readers, words, limit).await
    }

    async fn index_more(&self) -> Result<bool, StoreError> {
        search::index_more(&self.writer, &self.readers).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        reading::ping(&self.readers).await
    }
}
