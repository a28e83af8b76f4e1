//! What lies beside the log in SQLite: details, people, dead letters.

use super::{Writer, failed};
use crate::store::row::column;
use crate::store::{DeadLetter, Detail, Name, Position, StoreError, TENANT, Time, letters};
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

/// Keeps the details of one event.
pub(super) async fn insert_details(
    write: &mut SqliteConnection,
    iteration: &Name,
    position: Position,
    details: &[Detail],
) -> Result<(), StoreError> {
    insert_people(write, details).await?;
    for detail in details {
        sqlx::query(
            "insert into event_detail (tenant, iteration, position, field, personal, value)
             values (?1, ?2, ?3, ?4, ?5, ?6) on conflict do nothing",
        )
        .bind(TENANT)
        .bind(iteration.as_str())
        .bind(column(position))
        .bind(detail.field.as_str())
        .bind(detail.personal)
        .bind(if detail.personal { "" } else { detail.value.as_str() })
        .execute(&mut *write)
        .await
        .map_err(failed)?;
    }
    Ok(())
}

/// Keeps the names behind the tokens in `details`.
pub(super) async fn insert_people(
    write: &mut SqliteConnection,
    details: &[Detail],
) -> Result<(), StoreError> {
    for person in details.iter().filter(|detail| detail.personal) {
        sqlx::query("insert into person (tenant, token, name) values (?1, ?2, ?3) on conflict do nothing")
            .bind(TENANT)
            .bind(person.field.as_str())
            .bind(person.value.as_str())
            .execute(&mut *write)
            .await
            .map_err(failed)?;
    }
    Ok(())
}

/// Erases a name: its row, and every dead letter's mention of it.
pub(super) async fn erase_person(writer: &Writer, token: &str) -> Result<u64, StoreError> {
    let mut connection = writer.lock().await;
    let mut write = connection.begin_with("begin immediate").await.map_err(failed)?;
    let name: Option<String> =
        sqlx::query_scalar("delete from person where tenant = ?1 and token = ?2 returning name")
            .bind(TENANT)
            .bind(token)
            .fetch_optional(&mut *write)
            .await
            .map_err(failed)?;
    let Some(name) = name else { return Ok(0) };
    let scrubbed = sqlx::query(
        "update dead_letter set body = replace(body, ?2, ?3) where tenant = ?1 and instr(body, ?2) > 0",
    )
    .bind(TENANT)
    .bind(letters::json_text(&name))
    .bind(letters::json_text(token))
    .execute(&mut *write)
    .await
    .map_err(failed)?;
    write.commit().await.map_err(failed)?;
    Ok(1 + scrubbed.rows_affected())
}

/// Buries letters in a transaction of their own.
pub(super) async fn bury(
    writer: &Writer,
    letters: Vec<DeadLetter>,
    now: Time,
) -> Result<Vec<i64>, StoreError> {
    let mut connection = writer.lock().await;
    let mut write = connection.begin_with("begin immediate").await.map_err(failed)?;
    let numbers = insert_letters(&mut write, &letters, now).await?;
    write.commit().await.map_err(failed)?;
    Ok(numbers)
}

/// Stores letters and answers their numbers; one that is there already keeps its number.
pub(super) async fn insert_letters(
    write: &mut SqliteConnection,
    new: &[DeadLetter],
    now: Time,
) -> Result<Vec<i64>, StoreError> {
    let mut numbers = Vec::with_capacity(new.len());
    for letter in new {
        let letter = letters::bounded(letter);
        // The update changes nothing; it is there because only a row that was touched is returned.
        let number: i64 = sqlx::query_scalar(
            "insert into dead_letter
                 (tenant, fingerprint, category, iteration, identity, reason, body, recorded_at, attempts)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             on conflict (tenant, fingerprint) do update set attempts = attempts returning id",
        )
        .bind(TENANT)
        .bind(letters::fingerprint(&letter).0.to_vec())
        .bind(letter.category.as_str())
        .bind(letter.iteration)
        .bind(letter.identity)
        .bind(letter.reason)
        .bind(letter.body)
        .bind(now.0)
        .bind(letter.attempts)
        .fetch_one(&mut *write)
        .await
        .map_err(failed)?;
        numbers.push(number);
    }
    Ok(numbers)
}

/// Counts a failed replay.
pub(super) async fn touch(writer: &Writer, id: i64, reason: &str) -> Result<(), StoreError> {
    let mut connection = writer.lock().await;
    let done = sqlx::query(
        "update dead_letter set attempts = attempts + 1, reason = ?3 where tenant = ?1 and id = ?2",
    )
    .bind(TENANT)
    .bind(id)
    .bind(letters::bounded_reason(reason))
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    Err(StoreError::NotFound(format!("dead letter {id}")))
}

/// Forgets a letter.
pub(super) async fn discard(writer: &Writer, id: i64) -> Result<bool, StoreError> {
    let mut connection = writer.lock().await;
    let done = sqlx::query("delete from dead_letter where tenant = ?1 and id = ?2")
        .bind(TENANT)
        .bind(id)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    Ok(done.rows_affected() == 1)
}
