//! The yardstick of `cargo xtask bench ingest`: how fast bare rows go into the store's own tables.
//!
//! `raw_insert FILE ROWS [BODY_BYTES]` creates a store at FILE and inserts ROWS rows into the log and the
//! identity index: 1,000 a transaction, many a statement, with the store's durability, and without looking
//! anything up, hashing, encoding or answering. Prints `{"rows", "seconds", "rows_per_second"}`.

use anyhow::{Context as _, ensure};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use std::time::Instant;

const TRANSACTION_ROWS: usize = 1_000;
const STATEMENT_ROWS: usize = 125;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().context("usage: raw_insert FILE ROWS [BODY_BYTES]")?;
    let n_rows: usize = arguments.next().context("how many rows?")?.parse()?;
    let n_body_bytes: usize = arguments.next().map_or(Ok(420), |text| text.parse())?;
    ensure!(n_rows.is_multiple_of(TRANSACTION_ROWS), "ROWS must be a multiple of {TRANSACTION_ROWS}");
    drop(server::store::open(&format!("sqlite:{file}")).await?);

    let mut connection = SqliteConnectOptions::new()
        .filename(&file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-32768")
        .pragma("wal_autocheckpoint", "8000")
        .disable_statement_logging()
        .connect()
        .await?;
    let body = format!("{{\"data\":{{\"task\":\"{}\"}}}}", "x".repeat(n_body_bytes));
    let begun = Instant::now();
    for first in (0..n_rows).step_by(TRANSACTION_ROWS) {
        insert(&mut connection, first, &body).await?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let summary = serde_json::json!({
        "rows": n_rows, "seconds": seconds, "rows_per_second": n_rows as f64 / seconds,
    });
    println!("{summary}");
    Ok(())
}

async fn insert(connection: &mut SqliteConnection, first: usize, body: &str) -> anyhow::Result<()> {
    let log = statement(
        "event_log (tenant, iteration, position, recorded_at, source, id, type, time, steward, content, body)",
        11,
    );
    let identity = statement("event_identity (tenant, iteration, source, id, position, content)", 6);
    let mut write = connection.begin_with("begin immediate").await?;
    for at in (first..first + TRANSACTION_ROWS).step_by(STATEMENT_ROWS) {
        let mut into_log = sqlx::query(AssertSqlSafe(log.as_str()));
        let mut into_identity = sqlx::query(AssertSqlSafe(identity.as_str()));
        for n in at..at + STATEMENT_ROWS {
            let position = i64::try_from(n)? + 1;
            let id = format!("load-{:08x}-{n}", n.wrapping_mul(0x9e37_79b9) & 0xffff_ffff);
            let content = [n as u8; 16];
            into_log = into_log
                .bind("default")
                .bind("raw")
                .bind(position)
                .bind(1_790_000_000_000_000_i64 + position)
                .bind("load")
                .bind(id.clone())
                .bind("mission.task.declared.v1")
                .bind(1_790_000_000_000_000_i64)
                .bind(false)
                .bind(content.to_vec())
                .bind(body);
            into_identity = into_identity.bind("default").bind("raw").bind("load");
            into_identity = into_identity.bind(id).bind(position).bind(content.to_vec());
        }
        into_log.execute(&mut *write).await?;
        into_identity.execute(&mut *write).await?;
    }
    write.commit().await?;
    Ok(())
}

/// An insert of [`STATEMENT_ROWS`] rows.
fn statement(into: &str, n_columns: usize) -> String {
    let row = format!("({})", vec!["?"; n_columns].join(","));
    format!("insert into {into} values {}", vec![row; STATEMENT_ROWS].join(","))
}
