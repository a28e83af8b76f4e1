//! Writing what lies beside the log: details, people, blobs, dead letters. And the head.

/// Functions that write within a transaction of `$connection`.
macro_rules! beside {
    ($connection:ty) => {
        use super::failed;
        use crate::store::plan::Head;
        use crate::store::row::{Row, column};
        use crate::store::{Category, DeadLetter, Detail, Name, Position, StoreError, TENANT, Time, letters};
        use anyhow::anyhow;

        /// Details, people and blobs of rows that were written.
        pub(super) async fn insert_beside(
            write: &mut $connection,
            iteration: &Name,
            placed: &[(Position, &Row)],
        ) -> Result<(), StoreError> {
            for (position, row) in placed {
                insert_people(write, &row.details).await?;
                for detail in &row.details {
                    insert_detail(write, iteration, *position, detail).await?;
                }
                if let (Some(digest), Some(body)) = (row.blob, &row.blob_body) {
                    sqlx::query(
                        "insert into blob (tenant, digest, body) values ($1, $2, $3) on conflict do nothing",
                    )
                    .bind(TENANT)
                    .bind(digest.0.as_slice())
                    .bind(body.as_bytes())
                    .execute(&mut *write)
                    .await
                    .map_err(failed)?;
                }
            }
            Ok(())
        }

        async fn insert_detail(
            write: &mut $connection,
            iteration: &Name,
            position: Position,
            detail: &Detail,
        ) -> Result<(), StoreError> {
            let value = if detail.personal { String::new() } else { letters::without_nul(&detail.value) };
            sqlx::query(
                "insert into event_detail (tenant, iteration, position, field, personal, value)
                 values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            )
            .bind(TENANT)
            .bind(iteration.as_str())
            .bind(column(position))
            .bind(detail.field.as_str())
            .bind(detail.personal)
            .bind(value)
            .execute(write)
            .await
            .map(|_| ())
            .map_err(failed)
        }

        /// Keeps the names behind the tokens in `details`.
        pub(super) async fn insert_people(
            write: &mut $connection,
            details: &[Detail],
        ) -> Result<(), StoreError> {
            for person in details.iter().filter(|detail| detail.personal) {
                sqlx::query(
                    "insert into person (tenant, token, name) values ($1, $2, $3) on conflict do nothing",
                )
                .bind(TENANT)
                .bind(person.field.as_str())
                .bind(letters::without_nul(&person.value))
                .execute(&mut *write)
                .await
                .map_err(failed)?;
            }
            Ok(())
        }

        /// Moves the head from `before`, where 0 opens the iteration. A head that is not where it was read
        /// breaks everything.
        pub(super) async fn put_head(
            write: &mut $connection,
            iteration: &Name,
            before: Position,
            head: &Head,
        ) -> Result<(), StoreError> {
            let done = sqlx::query(
                "insert into iteration (tenant, iteration, project, head, opened_at, recorded_at)
                 values ($1, $2, $3, $4, $5, $6)
                 on conflict (tenant, iteration) do update
                 set project = $3, head = $4, opened_at = $5, recorded_at = $6 where iteration.head = $7",
            )
            .bind(TENANT)
            .bind(iteration.as_str())
            .bind(head.project.as_str())
            .bind(column(head.head))
            .bind(head.opened_at.0)
            .bind(head.recorded_at.0)
            .bind(column(before))
            .execute(write)
            .await
            .map_err(failed)?;
            if done.rows_affected() == 1 {
                return Ok(());
            }
            Err(StoreError::Critical(anyhow!("head of {iteration} moved inside of an append")))
        }

        /// Erases a name: its row, and every dead letter's mention of it.
        pub(super) async fn erase_person(write: &mut $connection, token: &str) -> Result<u64, StoreError> {
            let name: Option<String> =
                sqlx::query_scalar("delete from person where tenant = $1 and token = $2 returning name")
                    .bind(TENANT)
                    .bind(token)
                    .fetch_optional(&mut *write)
                    .await
                    .map_err(failed)?;
            let Some(name) = name else { return Ok(0) };
            let scrubbed = sqlx::query(
                "update dead_letter set body = replace(body, $2, $3)
                 where tenant = $1 and replace(body, $2, $3) <> body",
            )
            .bind(TENANT)
            .bind(letters::json_text(&name))
            .bind(letters::json_text(token))
            .execute(write)
            .await
            .map_err(failed)?;
            Ok(1 + scrubbed.rows_affected())
        }

        /// Stores letters and answers their numbers; one that is there already keeps its number.
        pub(super) async fn insert_letters(
            write: &mut $connection,
            new: &[DeadLetter],
            now: Time,
        ) -> Result<Vec<i64>, StoreError> {
            let mut numbers = Vec::with_capacity(new.len());
            for letter in new {
                let letter = letters::bounded(letter);
                // The update changes nothing; only a row that was touched is returned.
                let number: i64 = sqlx::query_scalar(
                    "insert into dead_letter (tenant, fingerprint, category, iteration, identity, reason,
                         body, recorded_at, attempts)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                     on conflict (tenant, fingerprint) do update set attempts = dead_letter.attempts
                     returning id",
                )
                .bind(TENANT)
                .bind(letters::fingerprint(&letter).0.to_vec())
                .bind(letter.category.as_str())
                .bind(letter.iteration)
                .bind(letter.identity)
                .bind(letter.reason)
                .bind(letter.body)
                .bind(now.0)
                .bind(i64::from(letter.attempts))
                .fetch_one(&mut *write)
                .await
                .map_err(failed)?;
                numbers.push(number);
            }
            Ok(numbers)
        }

        /// Counts a failed replay.
        pub(super) async fn touch(
            write: &mut $connection,
            id: i64,
            category: Category,
            reason: &str,
        ) -> Result<(), StoreError> {
            let done = sqlx::query(
                "update dead_letter set attempts = attempts + 1, category = $3, reason = $4 \
                 where tenant = $1 and id = $2",
            )
            .bind(TENANT)
            .bind(id)
            .bind(category.as_str())
            .bind(letters::bounded_reason(reason))
            .execute(write)
            .await
            .map_err(failed)?;
            if done.rows_affected() == 1 {
                return Ok(());
            }
            Err(StoreError::NotFound(format!("dead letter {id}")))
        }

        /// Forgets a letter.
        pub(super) async fn discard(write: &mut $connection, id: i64) -> Result<bool, StoreError> {
            let done = sqlx::query("delete from dead_letter where tenant = $1 and id = $2")
                .bind(TENANT)
                .bind(id)
                .execute(write)
                .await
                .map_err(failed)?;
            Ok(done.rows_affected() == 1)
        }
    };
}

pub(in crate::store) use beside;
