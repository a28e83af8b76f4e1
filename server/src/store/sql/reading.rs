//! Reading: each statement on a committed state.

/// Functions that read, for the driver types `$pool` and `$row`.
macro_rules! reading {
    ($pool:ty, $row:ty) => {
        use super::failed;
        use crate::store::row::{LogRow, column, name, position};
        use crate::store::{
            Category, DeadLetter, Detail, IterationRow, Logged, Name, Position, READ_BYTES_MAX, StoreError,
            TENANT, Time,
        };
        use anyhow::anyhow;
        use futures::TryStreamExt as _;
        use sqlx::Row as _;
        use std::collections::BTreeMap;

        /// Events after `after`, until there are `limit` or they get too many bytes.
        pub(super) async fn read(
            readers: &$pool,
            iteration: &Name,
            after: Position,
            limit: u32,
        ) -> Result<Vec<Logged>, StoreError> {
            let Some(row) = self::iteration(readers, iteration).await? else { return Ok(Vec::new()) };
            let mut rows = sqlx::query(
                "select l.position, l.recorded_at, l.source, l.id, l.type, l.time, l.batch, l.actor, l.steward, l.body,
                        b.body
                 from event_log l left join blob b on b.tenant = l.tenant and b.digest = l.blob
                 where l.tenant = $1 and l.iteration = $2 and l.position > $3 order by l.position limit $4",
            )
            .bind(TENANT)
            .bind(iteration.as_str())
            .bind(column(after))
            .bind(i64::from(limit))
            .fetch(readers);
            let mut logged = Vec::new();
            let mut n_bytes = 0;
            while let Some(next) = rows.try_next().await.map_err(failed)? {
                let next = log_row(&next).map_err(failed)?;
                n_bytes += next.body.len() + next.blob_body.as_ref().map_or(0, Vec::len);
                logged.push(next.logged(iteration, &row.project).map_err(StoreError::Critical)?);
                if n_bytes >= READ_BYTES_MAX {
                    break;
                }
            }
            Ok(logged)
        }

        /// The row of an event: the columns that [`read`] selects, in that order, first.
        pub(super) fn log_row(row: &$row) -> Result<LogRow, sqlx::Error> {
            Ok(LogRow {
                position: row.try_get(0)?,
                recorded_at: row.try_get(1)?,
                source: row.try_get(2)?,
                id: row.try_get(3)?,
                kind: row.try_get(4)?,
                time: row.try_get(5)?,
                batch: row.try_get(6)?,
                actor: row.try_get(7)?,
                steward: row.try_get(8)?,
                body: row.try_get(9)?,
                blob_body: row.try_get(10)?,
            })
        }

        /// The row of one iteration.
        pub(super) async fn iteration(
            readers: &$pool,
            iteration: &Name,
        ) -> Result<Option<IterationRow>, StoreError> {
            let row = sqlx::query(
                "select project, iteration, head, opened_at, recorded_at from iteration
                 where tenant = $1 and iteration = $2 and head > 0",
            )
            .bind(TENANT)
            .bind(iteration.as_str())
            .fetch_optional(readers)
            .await
            .map_err(failed)?;
            row.map(|row| iteration_row(&row)).transpose().map_err(StoreError::Critical)
        }

        /// All iterations as they opened.
        pub(super) async fn iterations(readers: &$pool) -> Result<Vec<IterationRow>, StoreError> {
            let rows = sqlx::query(
                "select project, iteration, head, opened_at, recorded_at from iteration
                 where tenant = $1 and head > 0 order by opened_at, ordinal",
            )
            .bind(TENANT)
            .fetch_all(readers)
            .await
            .map_err(failed)?;
            let all = rows.iter().map(iteration_row).collect::<anyhow::Result<Vec<IterationRow>>>();
            let mut all = all.map_err(StoreError::Critical)?;
            all.retain(|row| !row.iteration.is_project_log());
            Ok(all)
        }

        fn iteration_row(row: &$row) -> anyhow::Result<IterationRow> {
            Ok(IterationRow {
                project: name(row.try_get(0)?)?,
                iteration: name(row.try_get(1)?)?,
                head: position(row.try_get(2)?)?,
                opened_at: Time(row.try_get(3)?),
                recorded_at: Time(row.try_get(4)?),
            })
        }

        /// Where each log stands.
        pub(super) async fn heads(readers: &$pool) -> Result<BTreeMap<Name, Position>, StoreError> {
            let rows: Vec<(String, i64)> = sqlx::query_as("select iteration, head from iteration where tenant = $1 and head > 0")
                .bind(TENANT)
                .fetch_all(readers)
                .await
                .map_err(failed)?;
            let head = |(iteration, head): (String, i64)| Ok((name(&iteration)?, position(head)?));
            rows.into_iter().map(head).collect::<anyhow::Result<_>>().map_err(StoreError::Critical)
        }

        /// When the newest event of all was recorded; the beginning of time without one.
        pub(super) async fn newest(readers: &$pool) -> Result<Time, StoreError> {
            let newest: Option<i64> = sqlx::query_scalar("select max(recorded_at) from iteration where tenant = $1 and head > 0")
                .bind(TENANT)
                .fetch_one(readers)
                .await
                .map_err(failed)?;
            Ok(newest.map_or(Time::ALWAYS, Time))
        }

        /// Details of one event, names put in for those who are not erased.
        pub(super) async fn details(
            readers: &$pool,
            iteration: &Name,
            position: Position,
        ) -> Result<Vec<Detail>, StoreError> {
            let rows: Vec<(String, bool, String)> = sqlx::query_as(
                "select d.field, d.personal, coalesce(p.name, d.value)
                 from event_detail d left join person p on d.personal and p.tenant = d.tenant and p.token = d.field
                 where d.tenant = $1 and d.iteration = $2 and d.position = $3 and (not d.personal or p.name is not null)
                 order by d.field",
            )
            .bind(TENANT)
            .bind(iteration.as_str())
            .bind(column(position))
            .fetch_all(readers)
            .await
            .map_err(failed)?;
            Ok(rows.into_iter().map(|(field, personal, value)| Detail { field, personal, value }).collect())
        }

        /// Letters after a number, until there are `limit` or they get too many bytes.
        pub(super) async fn dead_letters(
            readers: &$pool,
            after: i64,
            limit: u32,
        ) -> Result<Vec<DeadLetter>, StoreError> {
            let mut rows = sqlx::query(
                "select id, category, iteration, identity, reason, body, recorded_at, attempts from dead_letter
                 where tenant = $1 and id > $2 order by id limit $3",
            )
            .bind(TENANT)
            .bind(after)
            .bind(i64::from(limit))
            .fetch(readers);
            let mut letters: Vec<DeadLetter> = Vec::new();
            let mut n_bytes = 0;
            while let Some(next) = rows.try_next().await.map_err(failed)? {
                let letter = letter(&next).map_err(StoreError::Critical)?;
                n_bytes += letter.body.len();
                letters.push(letter);
                if n_bytes >= READ_BYTES_MAX {
                    break;
                }
            }
            Ok(letters)
        }

        /// One letter.
        pub(super) async fn dead_letter(readers: &$pool, id: i64) -> Result<Option<DeadLetter>, StoreError> {
            let row = sqlx::query(
                "select id, category, iteration, identity, reason, body, recorded_at, attempts from dead_letter
                 where tenant = $1 and id = $2",
            )
            .bind(TENANT)
            .bind(id)
            .fetch_optional(readers)
            .await
            .map_err(failed)?;
            row.map(|row| letter(&row)).transpose().map_err(StoreError::Critical)
        }

        fn letter(row: &$row) -> anyhow::Result<DeadLetter> {
            let category: &str = row.try_get(1)?;
            Ok(DeadLetter {
                id: row.try_get(0)?,
                category: Category::parse(category).ok_or_else(|| anyhow!("unknown category {category:?}"))?,
                iteration: row.try_get(2)?,
                identity: row.try_get(3)?,
                reason: row.try_get(4)?,
                body: row.try_get(5)?,
                recorded_at: Time(row.try_get(6)?),
                attempts: u32::try_from(row.try_get::<i64, _>(7)?)?,
            })
        }

        /// Whether the file answers.
        pub(super) async fn ping(readers: &$pool) -> Result<(), StoreError> {
            sqlx::query("select 1").execute(readers).await.map(|_| ()).map_err(failed)
        }
    };
}

pub(in crate::store) use reading;
