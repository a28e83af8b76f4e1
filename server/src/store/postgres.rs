//! The store beyond one machine: PostgreSQL, with any number of processes on it.
//!
//! Every append locks the head rows of its iterations, in order of their names, until it commits. So positions
//! are gapless, later positions become visible later, and a reader that goes by position can skip none.
//! Needs nothing but plain PostgreSQL.

mod append;
mod beside;
mod reading;
mod search;

use super::queue::Queue;
use super::{
    Appended, Category, DeadLetter, Detail, Hit, IterationRow, Logged, Name, Pending, Position, Store,
    StoreError, Time,
};
use async_trait::async_trait;
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use std::collections::BTreeMap;
use std::str::FromStr as _;
use std::time::Duration;

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/postgres");

const CONNECTIONS_MAX: u32 = 12;
/// Groups of appends under way at once; those of one iteration wait for each other in the database.
const GROUPS_MAX: usize = 4;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A store in a PostgreSQL database.
pub struct PostgresStore {
    queue: Queue,
    pool: PgPool,
    token_key: [u8; 32],
}

impl PostgresStore {
    /// Connects to `address` (`postgres://…`) and brings the database up to date.
    ///
    /// # Errors
    /// The address is none, the database is out of reach, or is none of ours.
    pub async fn open(address: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(address).map_err(failed)?;
        // An answered append is durable whatever the server's defaults; a process that hangs frees its locks.
        let options = options.application_name("mission").disable_statement_logging().options([
            ("synchronous_commit", "on"),
            ("lock_timeout", "20s"),
            ("idle_in_transaction_session_timeout", "60s"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options)
            .await
            .map_err(failed)?;
        let migrated = MIGRATOR.run(&pool).await;
        migrated.map_err(|error| StoreError::Critical(anyhow::Error::new(error).context("migrate")))?;
        let token_key = token_key(&pool).await?;
        let queue = Queue::start(append::Appender::new(pool.clone()), GROUPS_MAX);
        Ok(Self { queue, pool, token_key })
    }
}

/// Reads the key, made by whoever opened the store first: 32 bytes, 244 of their bits random.
async fn token_key(pool: &PgPool) -> Result<[u8; 32], StoreError> {
    sqlx::query(
        "insert into meta (key, value) values ('token_key', decode(replace(
             gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')) on conflict do nothing",
    )
    .execute(pool)
    .await
    .map_err(failed)?;
    let key: Vec<u8> = sqlx::query_scalar("select value from meta where key = 'token_key'")
        .fetch_one(pool)
        .await
        .map_err(failed)?;
    super::key_of(&key)
}

/// The database's clock, finer and shared by all processes.
async fn clock(connection: &mut PgConnection) -> Result<Time, StoreError> {
    sqlx::query_scalar("select (extract(epoch from clock_timestamp()) * 1000000)::bigint")
        .fetch_one(connection)
        .await
        .map(Time)
        .map_err(failed)
}

/// Sorts a failure: what another try may cure, and what not.
fn failed(error: sqlx::Error) -> StoreError {
    let transient = match &error {
        sqlx::Error::Database(database) => database.code().is_some_and(|code| is_transient(&code)),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    };
    let cause = anyhow::Error::new(error);
    if transient { StoreError::Transient(cause) } else { StoreError::Critical(cause) }
}

/// Classes: 08 connection, 40 rolled back, 53 resources, 57 operator; lock not available, input or output.
fn is_transient(code: &str) -> bool {
    ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class))
        || matches!(code, "55P03" | "58030" | "25P03")
}

#[async_trait]
impl Store for PostgresStore {
    async fn append(&self, pending: Vec<Pending>) -> Result<Vec<Appended>, StoreError> {
        self.queue.append(pending).await
    }

    async fn read(&self, iteration: &Name, after: Position, limit: u32) -> Result<Vec<Logged>, StoreError> {
        reading::read(&self.pool, iteration, after, limit).await
    }

    async fn iteration(&self, iteration: &Name) -> Result<Option<IterationRow>, StoreError> {
        reading::iteration(&self.pool, iteration).await
    }

    async fn iterations(&self) -> Result<Vec<IterationRow>, StoreError> {
        reading::iterations(&self.pool).await
    }

    async fn restore(&self, logged: Vec<Logged>) -> Result<BTreeMap<Name, Position>, StoreError> {
        append::restore(&self.pool, logged).await
    }

    async fn heads(&self) -> Result<BTreeMap<Name, Position>, StoreError> {
        reading::heads(&self.pool).await
    }

    async fn details(&self, iteration: &Name, position: Position) -> Result<Vec<Detail>, StoreError> {
        reading::details(&self.pool, iteration, position).await
    }

    async fn erase_person(&self, token: &str) -> Result<u64, StoreError> {
        let mut write = self.pool.begin().await.map_err(failed)?;
        let n_rows = beside::erase_person(&mut write, token).await?;
        write.commit().await.map_err(failed)?;
        Ok(n_rows)
    }

    fn token_key(&self) -> [u8; 32] {
        self.token_key
    }

    async fn now(&self) -> Result<Time, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(failed)?;
        let clock = clock(&mut connection).await?;
        Ok(reading::newest(&self.pool).await?.max(clock))
    }

    async fn bury(&self, letters: Vec<DeadLetter>) -> Result<Vec<i64>, StoreError> {
        let mut write = self.pool.begin().await.map_err(failed)?;
        let now = clock(&mut write).await?;
        let numbers = beside::insert_letters(&mut write, &letters, now).await?;
        write.commit().await.map_err(failed)?;
        Ok(numbers)
    }

    async fn dead_letters(&self, after: i64, limit: u32) -> Result<Vec<DeadLetter>, StoreError> {
        reading::dead_letters(&self.pool, after, limit).await
    }

    async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, StoreError> {
        reading::dead_letter(&self.pool, id).await
    }

    async fn touch_dead_letter(&self, id: i64, category: Category, reason: &str) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await.map_err(failed)?;
        beside::touch(&mut connection, id, category, reason).await
    }

    async fn discard(&self, id: i64) -> Result<bool, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(failed)?;
        beside::discard(&mut connection, id).await
    }

    async fn search(&self, words: &str, limit: u32) -> Result<Vec<Hit>, StoreError> {
        search::search(&self.pool, words, limit).await
    }

    async fn index_more(&self) -> Result<bool, StoreError> {
        search::index_more(&self.pool).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        reading::ping(&self.pool).await
    }
}
