//! Full text over the log in PostgreSQL: a GIN index over words cut in Rust, filled up to the head by each
//! search. Appending does not pay for it; the first search after many events does.

use super::failed;
use crate::store::row::{name, position};
use crate::store::{Name, Position, StoreError, TENANT, words};
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgPool, PgRow};

/// Events indexed in one transaction.
const CHUNK_ROWS: i64 = 1_000;

/// Events that hold all words (each the beginning of one of theirs), newest first.
pub(super) async fn search(
    pool: &PgPool,
    text: &str,
    limit: u32,
) -> Result<Vec<(Name, Position)>, StoreError> {
    let wanted = words::of_question(text);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    while index_chunk(pool).await? {}
    // Words are letters and digits only, so quoting them is safe.
    let question: Vec<String> = wanted.iter().map(|word| format!("'{word}':*")).collect();
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select iteration, position from event_text where tenant = $1 and words @@ $2::text::tsquery
         order by recorded_at desc, iteration, position desc limit $3",
    )
    .bind(TENANT)
    .bind(question.join(" & "))
    .bind(i64::from(limit))
    .fetch_all(pool)
    .await
    .map_err(failed)?;
    let found = |(iteration, at): (String, i64)| Ok((name(&iteration)?, position(at)?));
    rows.into_iter().map(found).collect::<anyhow::Result<_>>().map_err(StoreError::Critical)
}

/// Indexes the next chunk of some iteration that has one; false when there is none. The locked state row
/// makes two searches that come at once share the work instead of doing it twice.
async fn index_chunk(pool: &PgPool) -> Result<bool, StoreError> {
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
    if let Some(last) = rows.last() {
        insert_words(&mut write, iteration, &rows).await?;
        sqlx::query("update search_state set indexed = $3 where tenant = $1 and iteration = $2")
            .bind(TENANT)
            .bind(iteration)
            .bind(last.try_get::<i64, _>(0).map_err(failed)?)
            .execute(&mut *write)
            .await
            .map_err(failed)?;
    }
    write.commit().await.map_err(failed)?;
    Ok(true)
}

async fn insert_words(write: &mut PgConnection, iteration: &str, rows: &[PgRow]) -> Result<(), StoreError> {
    let (mut positions, mut times, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let text = |column: usize| row.try_get::<&str, _>(column).map_err(failed);
        let words: Vec<String> =
            words::of_event(text(1)?, text(2)?, text(3)?, text(4)?).into_iter().collect();
        positions.push(row.try_get::<i64, _>(0).map_err(failed)?);
        times.push(row.try_get::<i64, _>(5).map_err(failed)?);
        texts.push(words.join(" "));
    }
    sqlx::query(
        "insert into event_text (tenant, iteration, position, recorded_at, words)
         select $1, $2, position, recorded_at, array_to_tsvector(string_to_array(words, ' '))
         from unnest($3::bigint[], $4::bigint[], $5::text[]) as w (position, recorded_at, words)
         on conflict do nothing",
    )
    .bind(TENANT)
    .bind(iteration)
    .bind(positions)
    .bind(times)
    .bind(texts)
    .execute(write)
    .await
    .map(|_| ())
    .map_err(failed)
}
