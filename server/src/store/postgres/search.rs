//! Full text over the log in PostgreSQL: a GIN index over words cut in Rust. Appending does not pay for it: a server
//! fills it while it has nothing else to do, and each search takes in what is left.

use super::failed;
use super::reading::log_row;
use crate::store::hit::{Events, Found};
use crate::store::row::{name, position};
use crate::store::{Hit, READ_BYTES_MAX, StoreError, TENANT, words};
use futures::TryStreamExt as _;
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgPool, PgRow};

/// Events indexed in one transaction, unless facts are enough before.
const CHUNK_ROWS: i64 = 1_000;
/// Facts after which a transaction ends; one more event may go beyond.
const CHUNK_FACTS: usize = 1_000;

/// Facts that hold all words (each the beginning of one of theirs), newest first.
pub(super) async fn search(pool: &PgPool, text: &str, limit: u32) -> Result<Vec<Hit>, StoreError> {
    let wanted = words::of_question(text);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    while index_more(pool).await? {}
    // Words are letters and digits only, so quoting them is safe.
    let question: Vec<String> = wanted.iter().map(|word| format!("'{word}':*")).collect();
    let rows: Vec<(String, i64, i32)> = sqlx::query_as(
        "select iteration, position, item from event_text where tenant = $1 and words @@ $2::text::tsquery
         order by recorded_at desc, iteration, position desc, item desc limit $3",
    )
    .bind(TENANT)
    .bind(question.join(" & "))
    .bind(i64::from(limit))
    .fetch_all(pool)
    .await
    .map_err(failed)?;
    let fact = |(iteration, at, item): (String, i64, i32)| {
        Ok((name(&iteration)?, position(at)?, u32::try_from(item)?))
    };
    let facts = rows.into_iter().map(fact).collect::<anyhow::Result<_>>().map_err(StoreError::Critical)?;
    let found = Found { facts };
    events(pool, &found).await?.hits(&found).map_err(StoreError::Critical)
}

/// The events that facts were found in, newest first, until they have too many bytes.
async fn events(pool: &PgPool, found: &Found) -> Result<Events, StoreError> {
    let (iterations, positions): (Vec<&str>, Vec<i64>) = found.events().into_iter().unzip();
    let mut rows = sqlx::query(
        "select l.position, l.recorded_at, l.source, l.id, l.type, l.time, l.batch, l.actor, l.steward, l.body,
                b.body, l.iteration, i.project
         from unnest($2::text[], $3::bigint[]) with ordinality as w (iteration, position, n)
         join event_log l on l.tenant = $1 and l.iteration = w.iteration and l.position = w.position
         join iteration i on i.tenant = l.tenant and i.iteration = l.iteration
         left join blob b on b.tenant = l.tenant and b.digest = l.blob order by w.n",
    )
    .bind(TENANT)
    .bind(iterations)
    .bind(positions)
    .fetch(pool);
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

/// Takes the next chunk of some iteration that has one into the index; false when there is none. The locked state row
/// makes two searches that come at once share the work instead of doing it twice.
pub(super) async fn index_more(pool: &PgPool) -> Result<bool, StoreError> {
    let mut write = pool.begin().await.map_err(failed)?;
    let behind = sqlx::query(
        "select i.iteration from iteration i left join search_state s using (tenant, iteration)
         where i.tenant = $1 and i.head > coalesce(s.indexed, 0) order by i.iteration limit 1",
    )
    .bind(TENANT)
    .fetch_optional(&mut *write)
    .await
    .map_err(failed)?;
    let Some(behind) = behind else { return Ok(false) };
    let iteration: &str = behind.try_get(0).map_err(failed)?;
    // The update changes nothing; it locks the row, whether it is new or not.
    let indexed: i64 = sqlx::query_scalar(
        "insert into search_state (tenant, iteration, indexed) values ($1, $2, 0)
         on conflict (tenant, iteration) do update set indexed = search_state.indexed returning indexed",
    )
    .bind(TENANT)
    .bind(iteration)
    .fetch_one(&mut *write)
    .await
    .map_err(failed)?;
    let rows = sqlx::query(
        "select position, source, id, type, body, recorded_at from event_log
         where tenant = $1 and iteration = $2 and position > $3 order by position limit $4",
    )
    .bind(TENANT)
    .bind(iteration)
    .bind(indexed)
    .bind(CHUNK_ROWS)
    .fetch_all(&mut *write)
    .await
    .map_err(failed)?;
    if !rows.is_empty() {
        let last = insert_words(&mut write, iteration, &rows).await?;
        sqlx::query("update search_state set indexed = $3 where tenant = $1 and iteration = $2")
            .bind(TENANT)
            .bind(iteration)
            .bind(last)
            .execute(&mut *write)
            .await
            .map_err(failed)?;
    }
    write.commit().await.map_err(failed)?;
    Ok(true)
}

/// Inserts the words of the first events, until there are enough facts: the last position.
async fn insert_words(write: &mut PgConnection, iteration: &str, rows: &[PgRow]) -> Result<i64, StoreError> {
    let (mut positions, mut items, mut times, mut texts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut last = 0;
    for row in rows {
        let text = |column: usize| row.try_get::<&str, _>(column).map_err(failed);
        last = row.try_get(0).map_err(failed)?;
        let recorded_at: i64 = row.try_get(5).map_err(failed)?;
        for (words, item) in words::of_facts(text(1)?, text(2)?, text(3)?, text(4)?).into_iter().zip(0_i32..)
        {
            let words: Vec<String> = words.into_iter().collect();
            positions.push(last);
            items.push(item);
            times.push(recorded_at);
            texts.push(words.join(" "));
        }
        if positions.len() >= CHUNK_FACTS {
            break;
        }
    }
    sqlx::query(
        "insert into event_text (tenant, iteration, position, item, recorded_at, words)
         select $1, $2, position, item, recorded_at, array_to_tsvector(string_to_array(words, ' '))
         from unnest($3::bigint[], $4::integer[], $5::bigint[], $6::text[]) as w (position, item, recorded_at, words)
         on conflict do nothing",
    )
    .bind(TENANT)
    .bind(iteration)
    .bind(positions)
    .bind(items)
    .bind(times)
    .bind(texts)
    .execute(write)
    .await
    .map_err(failed)?;
    Ok(last)
}
