//! Appending to and restoring into PostgreSQL: the only code that writes the log.
//!
//! Rows travel as one array per column. A transaction that the database gives up for another one's sake
//! (40001, 40P01) is tried again.

use super::{beside, clock, failed};
use crate::store::plan::{Fate, Head, Plan, Taken, decide};
use crate::store::queue::Commit;
use crate::store::restore::{Whole, whole_logs};
use crate::store::row::{Row, column, hash, name, position};
use crate::store::{Appended, Logged, StoreError, TENANT};
use async_trait::async_trait;
use shared::id::Name;
use shared::time::{Position, Time};
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgPool, PgRow};
use std::collections::{BTreeMap, BTreeSet, HashMap};

const ATTEMPTS_MAX: u32 = 5;
/// Rows sent at once; bounds what a whole log takes in memory on its way.
const STATEMENT_ROWS: usize = 2_000;

/// Writes groups of the append queue.
pub(super) struct Appender {
    pool: PgPool,
}

impl Appender {
    pub(super) fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    async fn attempt(&self, rows: &[Row]) -> Result<Vec<Appended>, StoreError> {
        let mut write = self.pool.begin().await.map_err(failed)?;
        let names: BTreeSet<&Name> = rows.iter().map(|row| &row.iteration).collect();
        let heads = lock_heads(&mut write, &names).await?;
        // After the locks: whoever held them before has stamped earlier.
        let now = clock(&mut write).await?;
        let taken = taken(&mut write, rows).await?;
        let plan = decide(rows, &heads, &taken, now);
        write_plan(&mut write, rows, &plan).await?;
        let numbers = beside::insert_letters(&mut write, &plan.letters, now).await?;
        write.commit().await.map_err(failed)?;
        Ok(plan.answers(rows, &numbers))
    }
}

#[async_trait]
impl Commit for Appender {
    async fn commit(&self, rows: &[Row]) -> Result<Vec<Appended>, StoreError> {
        let mut n_attempts = 1;
        loop {
            match self.attempt(rows).await {
                Err(error) if n_attempts < ATTEMPTS_MAX && gave_way(&error) => n_attempts += 1,
                result => return result,
            }
        }
    }
}

/// Whether the database rolled back because of another transaction, and another try is due.
fn gave_way(error: &StoreError) -> bool {
    let StoreError::Transient(cause) = error else { return false };
    let database = cause.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
    let code = database.and_then(|error| error.code().map(|code| code.into_owned()));
    matches!(code.as_deref(), Some("40001" | "40P01"))
}

/// Locks the head rows, in order of their names so that no two appends wait for each other, and answers
/// those of iterations that are open. Iterations to be opened get a row with head 0 to lock.
async fn lock_heads(
    write: &mut PgConnection,
    names: &BTreeSet<&Name>,
) -> Result<BTreeMap<Name, Head>, StoreError> {
    let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    sqlx::query(
        "insert into iteration (tenant, iteration, project, head, opened_at, recorded_at)
         select $1, w.iteration, '', 0, 0, 0 from unnest($2::text[]) with ordinality as w (iteration, n)
         where not exists (select from iteration i where i.tenant = $1 and i.iteration = w.iteration)
         order by w.n on conflict do nothing",
    )
    .bind(TENANT)
    .bind(&names)
    .execute(&mut *write)
    .await
    .map_err(failed)?;
    let rows = sqlx::query(
        "select iteration, project, head, opened_at, recorded_at from iteration
         where tenant = $1 and iteration = any($2::text[]) order by iteration for update",
    )
    .bind(TENANT)
    .bind(&names)
    .fetch_all(write)
    .await
    .map_err(failed)?;
    let open = rows.iter().filter(|row| row.try_get::<i64, _>(2).is_ok_and(|head| head > 0));
    open.map(head_of).collect::<anyhow::Result<_>>().map_err(StoreError::Critical)
}

fn head_of(row: &PgRow) -> anyhow::Result<(Name, Head)> {
    let head = Head {
        project: name(row.try_get(1)?)?,
        head: position(row.try_get(2)?)?,
        opened_at: Time(row.try_get(3)?),
        recorded_at: Time(row.try_get(4)?),
    };
    Ok((name(row.try_get(0)?)?, head))
}

/// Which identities are in the log already, by index of their row. The locked heads keep it true.
async fn taken(write: &mut PgConnection, rows: &[Row]) -> Result<HashMap<usize, Taken>, StoreError> {
    let found = sqlx::query(
        "select w.n, i.position, i.content
         from unnest($2::text[], $3::text[], $4::text[]) with ordinality as w (iteration, source, id, n)
         join event_identity i
             on i.tenant = $1 and i.iteration = w.iteration and i.source = w.source and i.id = w.id",
    )
    .bind(TENANT)
    .bind(rows.iter().map(|row| row.iteration.as_str()).collect::<Vec<&str>>())
    .bind(rows.iter().map(|row| sendable(&row.identity.source)).collect::<Vec<&str>>())
    .bind(rows.iter().map(|row| sendable(&row.identity.id)).collect::<Vec<&str>>())
    .fetch_all(write)
    .await
    .map_err(failed)?;
    found.iter().map(taken_of).collect::<anyhow::Result<_>>().map_err(StoreError::Critical)
}

/// What cannot be in the table is not asked for; the plan refuses it.
fn sendable(text: &str) -> &str {
    if text.contains('\0') { "" } else { text }
}

fn taken_of(row: &PgRow) -> anyhow::Result<(usize, Taken)> {
    let index = usize::try_from(row.try_get::<i64, _>(0)? - 1)?;
    Ok((index, Taken { position: position(row.try_get(1)?)?, content: hash(row.try_get(2)?)? }))
}

/// Writes what the plan says, heads last.
async fn write_plan(write: &mut PgConnection, rows: &[Row], plan: &Plan) -> Result<(), StoreError> {
    for (iteration, (before, head)) in &plan.heads {
        let placed: Vec<(Position, &Row)> = rows
            .iter()
            .zip(&plan.fates)
            .filter(|(row, _)| row.iteration == *iteration)
            .filter_map(|(row, fate)| match fate {
                Fate::Write(position) => Some((*position, row)),
                Fate::Duplicate(_) | Fate::Letter(_) => None,
            })
            .collect();
        insert_log(write, iteration, &placed, &vec![head.recorded_at; placed.len()]).await?;
        beside::insert_beside(write, iteration, &placed).await?;
        beside::put_head(write, iteration, *before, head).await?;
    }
    let refused = rows.iter().zip(&plan.fates).filter(|(_, fate)| matches!(fate, Fate::Letter(_)));
    for (row, _) in refused {
        beside::insert_people(write, &row.details).await?;
    }
    Ok(())
}

/// Log and identities of rows of one iteration.
async fn insert_log(
    write: &mut PgConnection,
    iteration: &Name,
    placed: &[(Position, &Row)],
    recorded_at: &[Time],
) -> Result<(), StoreError> {
    for (rows, times) in placed.chunks(STATEMENT_ROWS).zip(recorded_at.chunks(STATEMENT_ROWS)) {
        let columns = Columns::of(rows, times);
        columns.insert(write, iteration).await?;
    }
    Ok(())
}

/// The columns of some rows as arrays.
#[derive(Default)]
struct Columns<'a> {
    position: Vec<i64>,
    recorded_at: Vec<i64>,
    source: Vec<&'a str>,
    id: Vec<&'a str>,
    kind: Vec<&'a str>,
    time: Vec<Option<i64>>,
    batch: Vec<Option<&'a str>>,
    actor: Vec<Option<&'a str>>,
    steward: Vec<bool>,
    content: Vec<&'a [u8]>,
    blob: Vec<Option<&'a [u8]>>,
    body: Vec<&'a str>,
}

impl<'a> Columns<'a> {
    fn of(placed: &[(Position, &'a Row)], recorded_at: &[Time]) -> Self {
        let mut columns = Self::default();
        for ((position, row), time) in placed.iter().zip(recorded_at) {
            columns.position.push(column(*position));
            columns.recorded_at.push(time.0);
            columns.source.push(&row.identity.source);
            columns.id.push(&row.identity.id);
            columns.kind.push(row.kind);
            columns.time.push(row.time.map(|time| time.0));
            columns.batch.push(row.batch.as_deref());
            columns.actor.push(row.actor.as_deref());
            columns.steward.push(row.steward);
            columns.content.push(&row.content.0);
            columns.blob.push(row.blob.as_ref().map(|digest| digest.0.as_slice()));
            columns.body.push(&row.body);
        }
        columns
    }

    /// One statement for both tables, so that source, id and content travel once.
    async fn insert(self, write: &mut PgConnection, iteration: &Name) -> Result<(), StoreError> {
        sqlx::query(
            "with fresh as (
                 select * from unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[],
                     $8::bigint[], $9::text[], $10::text[], $11::boolean[], $12::bytea[], $13::bytea[], $14::text[])
                     as w (position, recorded_at, source, id, type, time, batch, actor, steward, content, blob, body)
             ), known as (
                 insert into event_identity (tenant, iteration, source, id, position, content)
                 select $1, $2, source, id, position, content from fresh
             )
             insert into event_log (tenant, iteration, position, recorded_at, source, id, type, time, batch,
                 actor, steward, content, blob, body)
             select $1, $2, position, recorded_at, source, id, type, time, batch, actor, steward, content, blob, body
             from fresh",
        )
        .bind(TENANT)
        .bind(iteration.as_str())
        .bind(self.position)
        .bind(self.recorded_at)
        .bind(self.source)
        .bind(self.id)
        .bind(self.kind)
        .bind(self.time)
        .bind(self.batch)
        .bind(self.actor)
        .bind(self.steward)
        .bind(self.content)
        .bind(self.blob)
        .bind(self.body)
        .execute(write)
        .await
        .map(|_| ())
        .map_err(failed)
    }
}

/// Restores whole logs, each in its own transaction, after checking all of them.
pub(super) async fn restore(
    pool: &PgPool,
    logged: Vec<Logged>,
) -> Result<BTreeMap<Name, Position>, StoreError> {
    let logs = whole_logs(logged)?;
    for iteration in logs.keys() {
        if super::reading::iteration(pool, iteration).await?.is_some() {
            return Err(StoreError::NotEmpty(iteration.clone()));
        }
    }
    let mut restored = BTreeMap::new();
    for (iteration, log) in logs {
        let Whole { head, rows, recorded_at } = log;
        let mut write = pool.begin().await.map_err(failed)?;
        if !lock_heads(&mut write, &BTreeSet::from([&iteration])).await?.is_empty() {
            return Err(StoreError::NotEmpty(iteration));
        }
        let placed: Vec<(Position, &Row)> = (1..).zip(&rows).collect();
        insert_log(&mut write, &iteration, &placed, &recorded_at).await?;
        beside::insert_beside(&mut write, &iteration, &placed).await?;
        beside::put_head(&mut write, &iteration, 0, &head).await?;
        write.commit().await.map_err(failed)?;
        restored.insert(iteration, head.head);
    }
    Ok(restored)
}
