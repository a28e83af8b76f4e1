//! Queries: iterations, one iteration at an `AsOf`, its lenses, its log, the difference of two answers.

use super::coded;
use super::types::{AsOf, AsOfInput, Kpi, LensName, Link, Node, Verdict, Violation, nodes};
use crate::board::{Answer, BoardError};
use crate::service::Service;
use async_graphql::{Context, Json, Object, Result, SimpleObject};
use serde_json::Value;
use shared::explain::compare;
use shared::id::Name;

/// Most events one query returns.
const EVENTS_MAX: u32 = 500;
/// Most iterations one query returns.
const ITERATIONS_MAX: usize = 200;

/// The root of all queries.
pub struct Query;

/// An iteration's row.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
struct IterationRow {
    /// Its project.
    project: String,
    /// Its name.
    name: String,
    /// Last position of its log.
    head: u64,
    /// When its first event was recorded.
    opened_at: String,
    /// When its last event was recorded.
    recorded_at: String,
}

#[async_graphql::ComplexObject]
impl IterationRow {
    /// Its verdict of now.
    #[graphql(complexity = "5 + child_complexity")]
    async fn verdict(&self, ctx: &Context<'_>) -> Result<Verdict> {
        Ok(Verdict::from(&answer(ctx, &self.name, None).await?))
    }
}

/// An iteration at an `AsOf`.
struct Iteration(Answer);

#[Object]
impl Iteration {
    /// Its project.
    async fn project(&self) -> String {
        self.0.project.to_string()
    }

    /// Its name.
    async fn name(&self) -> String {
        self.0.iteration.to_string()
    }

    /// The question as it was resolved.
    async fn as_of(&self) -> AsOf {
        AsOf { valid: self.0.as_of.valid.to_string(), known: self.0.as_of.known }
    }

    /// Last position of its log.
    async fn head(&self) -> u64 {
        self.0.head
    }

    /// Its verdict.
    async fn verdict(&self) -> Verdict {
        Verdict::from(&self.0)
    }

    /// Key figures of all lenses.
    #[graphql(complexity = "20 + child_complexity")]
    async fn kpis(&self) -> Vec<Kpi> {
        self.0.analysis.convergence.kpis.iter().map(Kpi::from).collect()
    }

    /// Tasks and scenarios with their tries; only those with `status`, if given.
    #[graphql(complexity = "50 + 10 * child_complexity")]
    async fn nodes(&self, status: Option<String>) -> Vec<Node> {
        let wanted = |node: &Node| status.as_deref().is_none_or(|status| node.status == status);
        nodes(&self.0).into_iter().filter(wanted).collect()
    }

    /// Violations, unsuppressed errors first.
    #[graphql(complexity = "20 + 5 * child_complexity")]
    async fn violations(&self) -> Vec<Violation> {
        self.0
            .analysis
            .acc
            .violations
            .iter()
            .map(<Violation as From<&shared::lens::acc::Violation>>::from)
            .collect()
    }

    /// Links between entities with confidence, state and one sentence each; with `likeness` also those that texts
    /// suggest, which count for nothing until somebody confirms them by declaring them.
    #[graphql(complexity = "if likeness { 150 } else { 50 } + 2 * child_complexity")]
    async fn links(&self, #[graphql(default)] likeness: bool) -> Result<Vec<Link>> {
        let analysis = self.0.analysis.clone();
        let links = tokio::task::spawn_blocking(move || analysis.all_links(likeness)).await;
        let links = links.map_err(|error| coded("INTERNAL", error.to_string()))?;
        Ok(links.iter().map(<Link as From<&shared::lens::convergence::SpineLink>>::from).collect())
    }

    /// A whole lens, as `mission lens --json` prints it.
    #[graphql(complexity = 100)]
    async fn lens(&self, name: LensName) -> Result<Json<Value>> {
        let analysis = &self.0.analysis;
        let json = match name {
            LensName::Dde => serde_json::to_value(&analysis.dde),
            LensName::Bdv => serde_json::to_value(&analysis.bdv),
            LensName::Acc => serde_json::to_value(&analysis.acc),
            LensName::Convergence => serde_json::to_value(&analysis.convergence),
        };
        json.map(Json).map_err(|error| {
            tracing::error!(%error, "cannot write a lens");
            coded("INTERNAL", "something is broken in the server; see its log")
        })
    }
}

#[Object]
impl Query {
    /// All iterations, in the order they opened; those of `project`, if given.
    #[graphql(complexity = "10 + 20 * child_complexity")]
    async fn iterations(&self, ctx: &Context<'_>, project: Option<String>) -> Result<Vec<IterationRow>> {
        let rows = service(ctx)?.store.iterations().await.map_err(|error| failed(error.into()))?;
        let wanted = |row: &crate::store::IterationRow| {
            project.as_deref().is_none_or(|project| row.project.as_str() == project)
        };
        let row = |row: crate::store::IterationRow| IterationRow {
            project: row.project.to_string(),
            name: row.iteration.to_string(),
            head: row.head,
            opened_at: row.opened_at.to_string(),
            recorded_at: row.recorded_at.to_string(),
        };
        Ok(rows.into_iter().filter(wanted).take(ITERATIONS_MAX).map(row).collect())
    }

    /// One iteration at an `AsOf`; now without.
    async fn iteration(
        &self,
        ctx: &Context<'_>,
        name: String,
        as_of: Option<AsOfInput>,
    ) -> Result<Iteration> {
        answer(ctx, &name, as_of).await.map(Iteration)
    }

    /// Events after a position, as `mission events` prints them; at most 500.
    #[graphql(complexity = 200)]
    async fn events(
        &self,
        ctx: &Context<'_>,
        iteration: String,
        #[graphql(default)] after: u64,
        #[graphql(default = 100)] limit: u32,
    ) -> Result<Vec<Json<Value>>> {
        let iteration = parse(&iteration)?;
        let service = service(ctx)?;
        service.board.head(&iteration).await.map_err(failed)?;
        let logged = service.store.read(&iteration, after, limit.clamp(1, EVENTS_MAX)).await;
        let logged = logged.map_err(|error| failed(error.into()))?;
        Ok(logged.iter().map(|event| Json(event.to_json())).collect())
    }

    /// What differs between two answers: what was learned later, what happened later, which event flipped what.
    #[graphql(complexity = 200)]
    async fn diff(
        &self,
        ctx: &Context<'_>,
        iteration: String,
        from: Option<AsOfInput>,
        to: Option<AsOfInput>,
    ) -> Result<Json<Value>> {
        let from = answer(ctx, &iteration, from).await?.as_of;
        let to = answer(ctx, &iteration, to).await?.as_of;
        let graph =
            service(ctx)?.board.with_graph(&parse(&iteration)?, Clone::clone).await.map_err(failed)?;
        let comparison = tokio::task::spawn_blocking(move || compare(&graph, from, to)).await;
        let internal = |error: String| coded("INTERNAL", error);
        let json = serde_json::to_value(comparison.map_err(|error| internal(error.to_string()))?);
        json.map(Json).map_err(|error| internal(error.to_string()))
    }
}

/// The service behind the schema.
pub(super) fn service<'a>(ctx: &Context<'a>) -> Result<&'a Service> {
    ctx.data::<Service>()
}

/// A name from outside.
pub(super) fn parse(name: &str) -> Result<Name> {
    Name::iteration(name).map_err(|error| coded("BAD_REQUEST", error.to_string()))
}

/// Asks the board.
pub(super) async fn answer(ctx: &Context<'_>, iteration: &str, as_of: Option<AsOfInput>) -> Result<Answer> {
    let (iteration, question) = (parse(iteration)?, AsOfInput::question(as_of)?);
    service(ctx)?.board.answer(&iteration, &question).await.map_err(failed)
}

/// What a failed question tells the client: whose fault it is, nothing internal.
pub(super) fn failed(error: BoardError) -> async_graphql::Error {
    match error {
        BoardError::NotFound(_) => coded("NOT_FOUND", error.to_string()),
        BoardError::Store(crate::store::StoreError::Transient(_)) => {
            tracing::warn!(%error, "the store is out of reach");
            coded("UNAVAILABLE", "the store is out of reach")
        }
        error => {
            tracing::error!(%error, "a question failed");
            coded("INTERNAL", "something is broken in the server; see its log")
        }
    }
}
