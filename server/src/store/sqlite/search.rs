//! Full text over the log in SQLite: FTS5 without a copy of the text, filled up to the head by each search.
//!
//! Appending does not pay for it; the first search after many events does.

use super::{Writer, begin, failed};
use crate::store::row::{name, position};
use crate::store::{Name, Position, StoreError, TENANT, words};
use sqlx::Row as _;
use sqlx::sqlite::SqlitePool;

/// Events indexed in one transaction, between which appends get their turn.
const CHUNK_ROWS: i64 = 1_000;

/// Events that hold all words (each the beginning of one of theirs), newest first.
pub(super) async fn search(
    writer: &Writer,
    readers: &SqlitePool,
    text: &str,
    limit: u32,
) -> Result<Vec<(Name, Position)>, StoreError> {
    let wanted = words::of_question(text);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    while index_chunk(writer).await? {}
    // Words are letters and digits only, so quoting them is safe.
    let question: Vec<String> = wanted.iter().map(|word| format!("\"{word}\"*")).collect();
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select l.iteration, l.position from event_text cross join event_log l on l.seq = event_text.rowid
         where event_text match ?1 and l.tenant = ?2 order by event_text.rowid desc limit ?3",
    )
    .bind(question.join(" AND "))
    .bind(TENANT)
    .bind(limit)
    .fetch_all(readers)
    .await
    .map_err(failed)?;
    let found = |(iteration, at): (String, i64)| Ok((name(&iteration)?, position(at)?));
    rows.into_iter().map(found).collect::<anyhow::Result<_>>().map_err(StoreError::Critical)
}

/// Indexes the next chunk; false when there is none.
async fn index_chunk(writer: &Writer) -> Result<bool, StoreError> {
    let mut connection = writer.lock().await;
    let mut write = begin(&mut connection).await?;
    let indexed: Option<i64> = sqlx::query_scalar("select indexed from search_state where tenant = ?1")
        .bind(TENANT)
        .fetch_optional(&mut *write)
        .await
        .map_err(failed)?;
    // Not indexed: by `seq` alone, or the planner goes through a tenant's whole log and sorts it.
    let rows = sqlx::query(
        "select seq, source, id, type, body from event_log not indexed
         where seq > ?1 and tenant = ?2 order by seq limit ?3",
    )
    .bind(indexed.unwrap_or(0))
    .bind(TENANT)
    .bind(CHUNK_ROWS)
    .fetch_all(&mut *write)
    .await
    .map_err(failed)?;
    let Some(last) = rows.last() else { return Ok(false) };
    let last: i64 = last.try_get(0).map_err(failed)?;
    for row in &rows {
        let text = |column: usize| row.try_get::<&str, _>(column).map_err(failed);
        let words: Vec<String> =
            words::of_event(text(1)?, text(2)?, text(3)?, text(4)?).into_iter().collect();
        sqlx::query("insert into event_text (rowid, words) values (?1, ?2)")
            .bind(row.try_get::<i64, _>(0).map_err(failed)?)
            .bind(words.join(" "))
            .execute(&mut *write)
            .await
            .map_err(failed)?;
    }
    sqlx::query(
        "insert into search_state (tenant, indexed) values (?1, ?2)
         on conflict (tenant) do update set indexed = ?2",
    )
    .bind(TENANT)
    .bind(last)
    .execute(&mut *write)
    .await
    .map_err(failed)?;
    write.commit().await.map_err(failed)?;
    Ok(true)
}
