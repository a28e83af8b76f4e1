//! Appending to and restoring into SQLite: the only code that writes the log.
//!
//! One statement inserts many rows, because each statement is a hop to the connection's thread. Statements
//! come in a few fixed sizes so that they stay prepared.

use super::{Writer, begin, beside, failed};
use crate::store::plan::{Fate, Head, Plan, Taken, decide};
use crate::store::queue::Commit;
use crate::store::restore::{Whole, whole_logs};
use crate::store::row::{Row, column, hash, name, position};
use crate::store::{Appended, Clock, Logged, StoreError, TENANT};
use async_trait::async_trait;
use shared::id::Name;
use shared::time::{Position, Time};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

/// Rows per statement, largest first; the last must be 1.
const SIZES: [usize; 3] = [128, 16, 1];

/// Writes groups of the append queue.
pub(super) struct Appender {
    writer: Writer,
    clock: Clock,
}

impl Appender {
    pub(super) fn new(writer: Writer, clock: Clock) -> Self {
        Self { writer, clock }
    }
}

#[async_trait]
impl Commit for Appender {
    async fn commit(&self, rows: &[Row]) -> Result<Vec<Appended>, StoreError> {
        let mut connection = self.writer.lock().await;
        let mut write = begin(&mut connection).await?;
        let heads = heads(&mut write, rows).await?;
        let taken = taken(&mut write, rows, &heads).await?;
        let now = (self.clock)();
        let plan = decide(rows, &heads, &taken, now);
        write_plan(&mut write, rows, &plan).await?;
        let numbers = beside::insert_letters(&mut write, &plan.letters, now).await?;
        write.commit().await.map_err(failed)?;
        Ok(plan.answers(rows, &numbers))
    }
}

/// The head rows of every iteration among `rows` that exists.
async fn heads(write: &mut SqliteConnection, rows: &[Row]) -> Result<BTreeMap<Name, Head>, StoreError> {
    let names: BTreeSet<&Name> = rows.iter().map(|row| &row.iteration).collect();
    let mut heads = BTreeMap::new();
    for iteration in names {
        if let Some(head) = head(write, iteration).await? {
            heads.insert(iteration.clone(), head);
        }
    }
    Ok(heads)
}

async fn head(write: &mut SqliteConnection, iteration: &Name) -> Result<Option<Head>, StoreError> {
    let row = sqlx::query(
        "select project, head, opened_at, recorded_at from iteration where tenant = ?1 and iteration = ?2",
    )
    .bind(TENANT)
    .bind(iteration.as_str())
    .fetch_optional(write)
    .await
    .map_err(failed)?;
    row.map(|row| head_of(&row)).transpose().map_err(StoreError::Critical)
}

fn head_of(row: &SqliteRow) -> anyhow::Result<Head> {
    Ok(Head {
        project: name(row.try_get(0)?)?,
        head: position(row.try_get(1)?)?,
        opened_at: Time(row.try_get(2)?),
        recorded_at: Time(row.try_get(3)?),
    })
}

/// Rows of one iteration, by index.
fn by_iteration(rows: &[Row]) -> BTreeMap<&Name, Vec<usize>> {
    let mut indices: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        indices.entry(&row.iteration).or_default().push(index);
    }
    indices
}

/// Which identities are in the log already, by index of their row.
async fn taken(
    write: &mut SqliteConnection,
    rows: &[Row],
    heads: &BTreeMap<Name, Head>,
) -> Result<HashMap<usize, Taken>, StoreError> {
    let mut taken = HashMap::new();
    for (iteration, indices) in by_iteration(rows) {
        if !heads.contains_key(iteration) {
            continue;
        }
        for (chunk, statement) in chunks(&indices, &LOOK_UP) {
            let mut query = sqlx::query(statement);
            for &index in chunk {
                let identity = &rows[index].identity;
                query = query.bind(index as i64).bind(identity.source.as_str()).bind(identity.id.as_str());
            }
            query = query.bind(TENANT).bind(iteration.as_str());
            for row in query.fetch_all(&mut *write).await.map_err(failed)? {
                let (index, found) = taken_of(&row).map_err(StoreError::Critical)?;
                taken.insert(index, found);
            }
        }
    }
    Ok(taken)
}

fn taken_of(row: &SqliteRow) -> anyhow::Result<(usize, Taken)> {
    let index = usize::try_from(row.try_get::<i64, _>(0)?)?;
    Ok((index, Taken { position: position(row.try_get(1)?)?, content: hash(row.try_get(2)?)? }))
}

/// Writes what the plan says, heads last.
async fn write_plan(write: &mut SqliteConnection, rows: &[Row], plan: &Plan) -> Result<(), StoreError> {
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
        insert_log(write, iteration, &placed, |_| head.recorded_at).await?;
        beside::insert_beside(write, iteration, &placed).await?;
        beside::put_head(write, iteration, *before, head).await?;
    }
    let refused = rows.iter().zip(&plan.fates).filter(|(_, fate)| matches!(fate, Fate::Letter(_)));
    for (row, _) in refused {
        beside::insert_people(write, &row.details).await?;
    }
    Ok(())
}

/// Log and identities of rows whose positions follow each other.
async fn insert_log(
    write: &mut SqliteConnection,
    iteration: &Name,
    placed: &[(Position, &Row)],
    recorded_at: impl Fn(usize) -> Time,
) -> Result<(), StoreError> {
    let (Some((first, _)), Some((last, _))) = (placed.first(), placed.last()) else { return Ok(()) };
    let mut n_done = 0;
    for (chunk, statement) in chunks(placed, &INSERT_LOG) {
        let mut query = sqlx::query(statement);
        for (position, row) in chunk {
            query = query
                .bind(TENANT)
                .bind(iteration.as_str())
                .bind(column(*position))
                .bind(recorded_at(n_done).0)
                .bind(row.identity.source.as_str())
                .bind(row.identity.id.as_str())
                .bind(row.kind)
                .bind(row.time.map(|time| time.0))
                .bind(row.batch.as_deref())
                .bind(row.actor.as_deref())
                .bind(row.steward)
                .bind(row.content.0.as_slice())
                .bind(row.blob.as_ref().map(|digest| digest.0.as_slice()))
                .bind(row.body.as_str());
            n_done += 1;
        }
        query.execute(&mut *write).await.map_err(failed)?;
    }
    sqlx::query(
        "insert into event_identity (tenant, iteration, source, id, position, content)
         select tenant, iteration, source, id, position, content from event_log
         where tenant = ?1 and iteration = ?2 and position between ?3 and ?4",
    )
    .bind(TENANT)
    .bind(iteration.as_str())
    .bind(column(*first))
    .bind(column(*last))
    .execute(write)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Restores whole logs, each in its own transaction, after checking all of them.
pub(super) async fn restore(
    writer: &Writer,
    logged: Vec<Logged>,
) -> Result<BTreeMap<Name, Position>, StoreError> {
    let logs = whole_logs(logged)?;
    let mut connection = writer.lock().await;
    for iteration in logs.keys() {
        if head(&mut connection, iteration).await?.is_some() {
            return Err(StoreError::NotEmpty(iteration.clone()));
        }
    }
    let mut restored = BTreeMap::new();
    for (iteration, log) in logs {
        let Whole { head: new, rows, recorded_at } = log;
        let mut write = begin(&mut connection).await?;
        if head(&mut write, &iteration).await?.is_some() {
            return Err(StoreError::NotEmpty(iteration));
        }
        let placed: Vec<(Position, &Row)> = (1..).zip(&rows).collect();
        insert_log(&mut write, &iteration, &placed, |index| recorded_at[index]).await?;
        beside::insert_beside(&mut write, &iteration, &placed).await?;
        beside::put_head(&mut write, &iteration, 0, &new).await?;
        write.commit().await.map_err(failed)?;
        restored.insert(iteration, new.head);
    }
    Ok(restored)
}

/// Cuts `items` into the sizes for which there are statements.
fn chunks<'a, T>(items: &'a [T], statements: &'static [String]) -> Vec<(&'a [T], &'static str)> {
    let mut chunks = Vec::new();
    let mut rest = items;
    for (size, statement) in SIZES.into_iter().zip(statements) {
        while rest.len() >= size {
            let (chunk, others) = rest.split_at(size);
            chunks.push((chunk, statement.as_str()));
            rest = others;
        }
    }
    chunks
}

/// `head values (?,…),(?,…) tail` in all sizes. Numbered parameters would read better, but SQLite finds the
/// name of each by going through all of them.
fn with_values(head: &str, n_columns: usize, tail: &str) -> Vec<String> {
    let row = format!("({})", vec!["?"; n_columns].join(","));
    let statement = |size: usize| format!("{head} values {} {tail}", vec![row.as_str(); size].join(","));
    SIZES.into_iter().map(statement).collect()
}

static INSERT_LOG: LazyLock<Vec<String>> = LazyLock::new(|| {
    with_values(
        "insert into event_log (tenant, iteration, position, recorded_at, source, id, type, time, batch, \
         actor, steward, content, blob, body)",
        14,
        "",
    )
});

/// Cross join, so that the few wanted rows drive the search and not the table.
static LOOK_UP: LazyLock<Vec<String>> = LazyLock::new(|| {
    with_values(
        "with wanted (n, source, id) as (",
        3,
        ") select w.n, i.position, i.content from wanted w cross join event_identity i \
         where i.tenant = ? and i.iteration = ? and i.source = w.source and i.id = w.id",
    )
});
