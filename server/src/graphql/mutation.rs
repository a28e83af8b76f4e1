//! Mutations: override, suppress, quarantine, replay. Each appends one event and tells its position.

use super::coded;
use super::query::{failed, parse, service};
use crate::ingest::Receipt;
use crate::record::{OverrideRequest, Place, QuarantineRequest, SuppressionRequest, checked};
use crate::store::Writer;
use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use shared::event::Event;
use shared::id::Stream;
use shared::time::Time;

/// The root of all mutations.
pub struct Mutation;

/// A stream an override covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum StreamName {
    /// Execution.
    Dde,
    /// Behaviour.
    Bdv,
    /// Architecture.
    Acc,
}

impl From<StreamName> for Stream {
    fn from(name: StreamName) -> Self {
        match name {
            StreamName::Dde => Stream::Dde,
            StreamName::Bdv => Stream::Bdv,
            StreamName::Acc => Stream::Acc,
        }
    }
}

/// A record that was added.
#[derive(Debug, Clone, SimpleObject)]
struct Recorded {
    /// Its id.
    id: String,
    /// Position of its event.
    position: u64,
}

/// What became of a replay.
#[derive(Debug, Clone, SimpleObject)]
struct Replayed {
    /// Whether the letter is gone, because its event is in the log now.
    settled: bool,
    /// Why it is not.
    reason: Option<String>,
}

#[Object]
impl Mutation {
    /// Takes responsibility for deploying against the computed verdict.
    async fn r#override(
        &self,
        ctx: &Context<'_>,
        iteration: String,
        reason: String,
        expires_at: String,
        #[graphql(default)] scope: Vec<StreamName>,
        id: Option<String>,
    ) -> Result<Recorded> {
        let scope = scope.into_iter().map(Stream::from).collect();
        let request = OverrideRequest { id, reason, expires_at: time(&expires_at)?, scope, actor: None };
        add(ctx, place(ctx, &iteration).await?.override_event(request)).await
    }

    /// Keeps a violation, or all of a rule (or only where it begins in some modules), from blocking for a while.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the mutation")]
    async fn suppress(
        &self,
        ctx: &Context<'_>,
        iteration: String,
        reason: String,
        violation: Option<String>,
        rule: Option<String>,
        #[graphql(default)] modules: Vec<String>,
        owner: Option<String>,
        expires_at: Option<String>,
        id: Option<String>,
    ) -> Result<Recorded> {
        let expires_at = expires_at.as_deref().map(time).transpose()?;
        let request = SuppressionRequest { id, reason, violation, rule, modules, owner, expires_at };
        add(ctx, place(ctx, &iteration).await?.suppression_event(request)).await
    }

    /// Keeps a flaky scenario from gating for a while.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the mutation")]
    async fn quarantine(
        &self,
        ctx: &Context<'_>,
        iteration: String,
        scenario: String,
        reason: String,
        expires_at: String,
        owner: Option<String>,
        ticket: Option<String>,
        id: Option<String>,
    ) -> Result<Recorded> {
        let expires_at = time(&expires_at)?;
        let request = QuarantineRequest { id, scenario, reason, owner, ticket, expires_at };
        add(ctx, place(ctx, &iteration).await?.quarantine_event(request)).await
    }

    /// Sends a dead letter through ingest again.
    async fn replay(&self, ctx: &Context<'_>, id: i64) -> Result<Replayed> {
        let writer = ctx.data::<Writer>()?.clone();
        let receipt = service(ctx)?.ingest.replay(id, writer).await.map_err(|error| refused(&error))?;
        let receipt = receipt.ok_or_else(|| coded("NOT_FOUND", format!("no dead letter {id}")))?;
        let reason = receipt.errors.first().map(|error| error.reason.clone());
        Ok(Replayed { settled: reason.is_none(), reason })
    }
}

fn time(text: &str) -> Result<Time> {
    Time::parse(text).map_err(|error| coded("BAD_REQUEST", error.to_string()))
}

async fn place(ctx: &Context<'_>, iteration: &str) -> Result<Place> {
    let iteration = parse(iteration)?;
    let board = &service(ctx)?.board;
    let (project, _) = board.head(&iteration).await.map_err(failed)?;
    let now = board.now(&iteration).await.map_err(failed)?;
    Ok(Place { project, iteration, now })
}

/// Appends one event of a person.
async fn add(ctx: &Context<'_>, event: Event) -> Result<Recorded> {
    let id = event.identity.id.clone();
    let event = checked(&event).map_err(|refusal| coded("REFUSED", refusal.to_string()))?;
    let writer = ctx.data::<Writer>()?.clone();
    let receipt = service(ctx)?.ingest.events(vec![event], writer).await.map_err(|error| refused(&error))?;
    let position = position(&receipt)?;
    Ok(Recorded { id, position })
}

fn position(receipt: &Receipt) -> Result<u64> {
    match (receipt.errors.first(), receipt.positions.values().next()) {
        (Some(error), _) => Err(coded("REFUSED", error.reason.clone())),
        (None, Some(position)) => Ok(*position),
        (None, None) => Err(coded("INTERNAL", "an append gave no position")),
    }
}

fn refused(error: &crate::ingest::IngestError) -> async_graphql::Error {
    tracing::warn!(%error, "a mutation failed");
    coded("UNAVAILABLE", "nothing was stored; try again")
}
