//! The yardstick of `cargo xtask bench ingest`: how fast the same rows go bare into the store's own tables.
//!
//! `raw_insert SOURCE TARGET` reads every row of the log and of the identity index in the store SOURCE, creates
//! a store at TARGET and inserts them there: 1,000 a transaction, many a statement, with the store's durability,
//! and without looking anything up, hashing, encoding, folding or answering. Prints
//! `{"rows", "seconds", "rows_per_second"}`; reading SOURCE is not timed.

use anyhow::Context as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};
use std::time::Instant;

const TRANSACTION_ROWS: usize = 1_000;
const STATEMENT_ROWS: usize = 125;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: raw_insert SOURCE TARGET";
    let (source, target) = (arguments.next().context(usage)?, arguments.next().context(usage)?);
    let rows = rows_of(&source).await?;
    drop(server::store::open(&format!("sqlite:{target}")).await?);

    let mut connection = SqliteConnectOptions::new()
        .filename(&target)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-32768")
        .pragma("wal_autocheckpoint", "8000")
        .disable_statement_logging()
        .connect()
        .await?;
    let begun = Instant::now();
    for some in rows.chunks(TRANSACTION_ROWS) {
        insert(&mut connection, some).await?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let summary = serde_json::json!({
        "rows": rows.len(), "seconds": seconds, "rows_per_second": rows.len() as f64 / seconds,
    });
    println!("{summary}");
    Ok(())
}

/// A row of the log; the identity index holds some of its columns again.
struct Plain {
    tenant: String,
    iteration: String,
    position: i64,
    recorded_at: i64,
    source: String,
    id: String,
    kind: String,
    time: Option<i64>,
    batch: Option<String>,
    actor: Option<String>,
    steward: bool,
    content: Vec<u8>,
    blob: Option<Vec<u8>>,
    body: String,
}

async fn rows_of(source: &str) -> anyhow::Result<Vec<Plain>> {
    let mut connection =
        SqliteConnectOptions::new().filename(source).disable_statement_logging().connect().await?;
    let rows = sqlx::query(
        "select tenant, iteration, position, recorded_at, source, id, type, time, batch, actor, steward, content,
         blob, body from event_log order by seq",
    )
    .fetch_all(&mut connection)
    .await?;
    rows.iter().map(plain_of).collect()
}

fn plain_of(row: &SqliteRow) -> anyhow::Result<Plain> {
    Ok(Plain {
        tenant: row.try_get(0)?,
        iteration: row.try_get(1)?,
        position: row.try_get(2)?,
        recorded_at: row.try_get(3)?,
        source: row.try_get(4)?,
        id: row.try_get(5)?,
        kind: row.try_get(6)?,
        time: row.try_get(7)?,
        batch: row.try_get(8)?,
        actor: row.try_get(9)?,
        steward: row.try_get(10)?,
        content: row.try_get(11)?,
        blob: row.try_get(12)?,
        body: row.try_get(13)?,
    })
}

async fn insert(connection: &mut SqliteConnection, rows: &[Plain]) -> anyhow::Result<()> {
    let mut write = connection.begin_with("begin immediate").await?;
    for some in rows.chunks(STATEMENT_ROWS) {
        let log = statement(
            "event_log (tenant, iteration, position, recorded_at, source, id, type, time, batch, actor, steward, \
             content, blob, body)",
            14,
            some.len(),
        );
        let mut into_log = sqlx::query(AssertSqlSafe(log));
        for row in some {
            into_log = into_log
                .bind(row.tenant.as_str())
                .bind(row.iteration.as_str())
                .bind(row.position)
                .bind(row.recorded_at)
                .bind(row.source.as_str())
                .bind(row.id.as_str())
                .bind(row.kind.as_str())
                .bind(row.time)
                .bind(row.batch.as_deref())
                .bind(row.actor.as_deref())
                .bind(row.steward)
                .bind(row.content.as_slice())
                .bind(row.blob.as_deref())
                .bind(row.body.as_str());
        }
        into_log.execute(&mut *write).await?;
        let identity =
            statement("event_identity (tenant, iteration, source, id, position, content)", 6, some.len());
        let mut into_identity = sqlx::query(AssertSqlSafe(identity));
        for row in some {
            into_identity = into_identity
                .bind(row.tenant.as_str())
                .bind(row.iteration.as_str())
                .bind(row.source.as_str())
                .bind(row.id.as_str())
                .bind(row.position)
                .bind(row.content.as_slice());
        }
        into_identity.execute(&mut *write).await?;
    }
    write.commit().await?;
    Ok(())
}

/// An insert of `n_rows` rows.
fn statement(into: &str, n_columns: usize, n_rows: usize) -> String {
    let row = format!("({})", vec!["?"; n_columns].join(","));
    format!("insert into {into} values {}", vec![row; n_rows].join(","))
}
