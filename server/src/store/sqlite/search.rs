//! Full text over the log in SQLite: FTS5 without a copy of the text.
//!
//! Appending does not pay for it: a server fills the index while it has nothing else to do, and each search takes in
//! what is left. What an index of whole words is quick at is reading lists from their newest end; lists of beginnings
//! are merged as a whole first. So a beginning is asked for as the words that begin so, as long as they are few.

use super::reading::log_row;
use super::{Writer, begin, failed};
use crate::store::hit::{Events, Found};
use crate::store::row::{name, position};
use crate::store::{Hit, READ_BYTES_MAX, StoreError, TENANT, words};
use futures::TryStreamExt as _;
use shared::event::ITEMS_MAX;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use std::collections::BTreeSet;

/// Facts after which a transaction ends, so that appends get their turn; one more event may go beyond.
const CHUNK_FACTS: usize = 1_000;
/// Most words that a beginning is spelled out in.
const SPELLED_MAX: usize = 256;
/// Facts that an event has room for in the index: `rowid` is `seq * ROOM + item`.
const ROOM: i64 = 4_096;
const _: () = assert!(ITEMS_MAX <= ROOM as usize, "every packed fact has its place");

/// Facts that hold all words (each the beginning of one of theirs), newest first.
pub(super) async fn search(
    writer: &Writer,
    readers: &SqlitePool,
    text: &str,
    limit: u32,
) -> Result<Vec<Hit>, StoreError> {
    let wanted = words::of_question(text);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    while index_more(writer, readers).await? {}
    let mut question = Vec::with_capacity(wanted.len());
    for word in &wanted {
        match spelled(readers, word).await? {
            Some(spelled) => question.push(spelled),
            None => return Ok(Vec::new()),
        }
    }
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "select l.iteration, l.position, event_text.rowid % ?4
         from event_text cross join event_log l on l.seq = event_text.rowid / ?4
         where event_text match ?1 and l.tenant = ?2 order by event_text.rowid desc limit ?3",
    )
    .bind(question.join(" AND "))
    .bind(TENANT)
    .bind(limit)
    .bind(ROOM)
    .fetch_all(readers)
    .await
    .map_err(failed)?;
    let fact = |(iteration, at, item): (String, i64, i64)| {
        Ok((name(&iteration)?, position(at)?, u32::try_from(item)?))
    };
    let facts = rows.into_iter().map(fact).collect::<anyhow::Result<_>>().map_err(StoreError::Critical)?;
    let found = Found { facts };
    events(readers, &found).await?.hits(&found).map_err(StoreError::Critical)
}

/// A beginning as a question to the index; `None` if no word begins so.
async fn spelled(readers: &SqlitePool, word: &str) -> Result<Option<String>, StoreError> {
    let all: Vec<String> =
        sqlx::query_scalar("select word from event_word where word >= ?1 and word < ?2 limit ?3")
            .bind(word)
            .bind(format!("{word}{}", char::MAX))
            .bind(SPELLED_MAX as i64 + 1)
            .fetch_all(readers)
            .await
            .map_err(failed)?;
    // Words are letters and digits only, so quoting them is safe.
    Ok(match all.len() {
        0 => None,
        1..=SPELLED_MAX => Some(format!("(\"{}\")", all.join("\" OR \""))),
        _ => Some(format!("\"{word}\"*")),
    })
}

/// The events that facts were found in, newest first, until they have too many bytes.
async fn events(readers: &SqlitePool, found: &Found) -> Result<Events, StoreError> {
    let mut rows = sqlx::query(
        "select l.position, l.recorded_at, l.source, l.id, l.type, l.time, l.batch, l.actor, l.steward, l.body,
                b.body, l.iteration, i.project
         from json_each(?2) w
         cross join event_log l on l.tenant = ?1 and l.iteration = w.value ->> 0 and l.position = w.value ->> 1
         cross join iteration i on i.tenant = l.tenant and i.iteration = l.iteration
         left join blob b on b.tenant = l.tenant and b.digest = l.blob",
    )
    .bind(TENANT)
    .bind(json(&found.events())?)
    .fetch(readers);
    let (mut events, mut n_bytes) = (Events::default(), 0);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        let text = |column: usize| row.try_get::<&str, _>(column).map_err(failed);
        let (iteration, project) = (name(text(11)?), name(text(12)?));
        let log = log_row(&row).map_err(failed)?;
        n_bytes += log.body.len() + log.blob_body.as_ref().map_or(0, Vec::len);
        let put = iteration.and_then(|iteration| events.put(log, iteration, project?));
        put.map_err(StoreError::Critical)?;
        if n_bytes >= READ_BYTES_MAX {
            break;
        }
    }
    Ok(events)
}

/// Takes the next chunk into the index; false when there is none.
pub(super) async fn index_more(writer: &Writer, readers: &SqlitePool) -> Result<bool, StoreError> {
    // Looked up beside the writer: mostly there is nothing, and then nobody is to wait.
    let behind: bool = sqlx::query_scalar(
        "select coalesce((select max(seq) from event_log), 0)
             > coalesce((select indexed from search_state where tenant = ?1), 0)",
    )
    .bind(TENANT)
    .fetch_one(readers)
    .await
    .map_err(failed)?;
    if !behind {
        return Ok(false);
    }
    let mut connection = writer.lock().await;
    let mut write = begin(&mut connection).await?;
    let chunk = next_chunk(&mut write).await?;
    let Some(last) = chunk.last else { return Ok(false) };
    for (statement, values) in [
        (
            "insert into event_text (rowid, words) select value ->> 0, value ->> 1 from json_each(?1)",
            json(&chunk.facts)?,
        ),
        (
            "insert into event_word (word) select value from json_each(?1) where true on conflict do nothing",
            json(&chunk.words)?,
        ),
    ] {
        sqlx::query(statement).bind(values).execute(&mut *write).await.map_err(failed)?;
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

/// What is taken in at once.
#[derive(Default)]
struct Chunk {
    /// `rowid` and words of each fact.
    facts: Vec<(i64, String)>,
    /// All words.
    words: BTreeSet<String>,
    /// The last event; none if there is none left.
    last: Option<i64>,
}

async fn next_chunk(write: &mut SqliteConnection) -> Result<Chunk, StoreError> {
    // Not indexed: by `seq` alone, or the planner goes through a tenant's whole log and sorts it.
    let mut rows = sqlx::query(
        "select seq, source, id, type, body from event_log not indexed
         where seq > coalesce((select indexed from search_state where tenant = ?1), 0) and tenant = ?1
         order by seq limit ?2",
    )
    .bind(TENANT)
    .bind(CHUNK_FACTS as i64)
    .fetch(write);
    let mut chunk = Chunk::default();
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        let text = |column: usize| row.try_get::<&str, _>(column).map_err(failed);
        let seq: i64 = row.try_get(0).map_err(failed)?;
        let facts = words::of_facts(text(1)?, text(2)?, text(3)?, text(4)?);
        for (words, item) in facts.into_iter().zip(0..ROOM) {
            let line: Vec<&str> = words.iter().map(String::as_str).collect();
            chunk.facts.push((seq * ROOM + item, line.join(" ")));
            chunk.words.extend(words);
        }
        chunk.last = Some(seq);
        if chunk.facts.len() >= CHUNK_FACTS {
            break;
        }
    }
    Ok(chunk)
}

/// Values as one parameter.
fn json(values: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(values).map_err(|error| StoreError::Critical(error.into()))
}
