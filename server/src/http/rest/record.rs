//! What people add: policies, rules, what a baseline accepts, overrides, suppressions, quarantines, decisions, and the end of them.

use super::ask::{AsOfQuery, ProblemBody};
use crate::board::{BoardError, Question};
use crate::http::{Actor, Asked, HttpState, IterationName, Problem};
use crate::ingest::{Grown, GrowthError, Receipt};
use crate::record::{OverrideRequest, Place, QuarantineRequest, SuppressionRequest, checked};
use crate::service::Service;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::event::data::Topic;
use shared::event::{Book, Event};
use shared::id::{Name, PROJECT_LOG_PREFIX, Stream};
use shared::time::Time;
use shared::verdict::context::Context;
use shared::verdict::policy::Policy;
use utoipa::ToSchema;

/// What an added record answers with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Recorded {
    /// Id of the record; revoke it by this.
    id: String,
    /// Position of its event.
    position: u64,
}

/// Puts a policy in force from now on. The body is the TOML document.
#[utoipa::path(put, path = "/iterations/{iteration}/policy", tag = "convergence", operation_id = "set_policy",
    params(("iteration" = String, Path)), request_body(content = String, content_type = "application/toml"),
    responses((status = 201, body = Recorded),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn set_policy(
    State(state): State<HttpState>,
    actor: Actor,
    IterationName(iteration): IterationName,
    body: String,
) -> Result<(StatusCode, Json<Recorded>), Problem> {
    Policy::parse(&body).map_err(|error| unprocessable(error.to_string()))?;
    let place = place(&state.service, &iteration).await?;
    add(&state, &actor, place.context_event(Topic::Policy, body)).await
}

/// Puts rules of the architecture in force from now on. The body is the TOML document.
#[utoipa::path(put, path = "/iterations/{iteration}/rules", tag = "architecture", operation_id = "set_rules",
    params(("iteration" = String, Path, description = "An iteration, or `@PROJECT` for all of a project that are open or to come")),
    request_body(content = String, content_type = "application/toml"),
    responses((status = 201, body = Recorded),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn set_rules(
    State(state): State<HttpState>,
    actor: Actor,
    IterationName(iteration): IterationName,
    body: String,
) -> Result<(StatusCode, Json<Recorded>), Problem> {
    shared::rules::parse(&body).map_err(|error| unprocessable(error.to_string()))?;
    let place = place(&state.service, &iteration).await?;
    add(&state, &actor, place.context_event(Topic::Rules, body)).await
}

/// Violations to accept into the baseline of the iteration's project.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAcceptance {
    /// Why.
    reason: String,
    /// Their keys; all that block now if empty.
    #[serde(default)]
    violations: Vec<String>,
}

/// What a baseline grew by.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Accepted {
    /// Keys of the violations it accepts now and did not before.
    added: Vec<String>,
    /// Position of its event in the project's log.
    position: u64,
}

/// Accepts violations that are there: they no longer block, here and in iterations of the project that are open or to
/// come. A baseline shrinks by itself and grows only so.
#[utoipa::path(post, path = "/iterations/{iteration}/baseline", tag = "architecture",
    operation_id = "grow_baseline", params(("iteration" = String, Path)), request_body = NewAcceptance,
    responses((status = 201, body = Accepted),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn grow_baseline(
    State(state): State<HttpState>,
    actor: Actor,
    IterationName(iteration): IterationName,
    Json(new): Json<NewAcceptance>,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    let writer = state.writer(&actor);
    let grown = state.service.ingest.grow_baseline(&iteration, &new.reason, &new.violations, &writer).await;
    match grown {
        Ok(Grown { added, position }) => Ok((StatusCode::CREATED, Json(Accepted { added, position }))),
        Err(GrowthError::Refused(reason)) => Err(unprocessable(reason)),
        Err(GrowthError::Board(error)) => Err(error.into()),
        Err(GrowthError::Ingest(error)) => Err(error.into()),
    }
}

/// An override to add.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOverride {
    /// Id of the record; derived if absent. With an id the request can be repeated safely.
    id: Option<String>,
    /// Why.
    reason: String,
    /// Until when.
    expires_at: Time,
    /// Streams it covers; all if empty.
    #[serde(default)]
    scope: Vec<Stream>,
    /// Who answers for it; the writer if absent.
    actor: Option<String>,
}

/// Takes responsibility for deploying against the computed verdict, which stays and is shown beside it.
#[utoipa::path(post, path = "/iterations/{iteration}/overrides", tag = "convergence",
    operation_id = "add_override", params(("iteration" = String, Path)), request_body = NewOverride,
    responses((status = 201, body = Recorded),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn add_override(
    State(state): State<HttpState>,
    actor: Actor,
    IterationName(iteration): IterationName,
    Json(new): Json<NewOverride>,
) -> Result<(StatusCode, Json<Recorded>), Problem> {
    let NewOverride { id, reason, expires_at, scope, actor: person } = new;
    let place = place(&state.service, &iteration).await?;
    let request = OverrideRequest { id, reason, expires_at, scope, actor: person };
    add(&state, &actor, place.override_event(request)).await
}

/// A suppression to add: of one violation, or of a rule's.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSuppression {
    /// Id of the record; derived if absent.
    id: Option<String>,
    /// Why.
    reason: String,
    /// One violation by its key, `rule|from|to`.
    violation: Option<String>,
    /// Or all of a rule.
    rule: Option<String>,
    /// Of a rule only where a violation begins in a module that one of these patterns matches.
    #[serde(default)]
    modules: Vec<String>,
    /// Who answers for it.
    owner: Option<String>,
    /// Until when; for ever if absent.
    expires_at: Option<Time>,
}

/// Keeps a violation from blocking for a while.
#[utoipa::path(post, path = "/iterations/{iteration}/suppressions", tag = "architecture",
    operation_id = "add_suppression", params(("iteration" = String, Path)), request_body = NewSuppression,
    responses((status = 201, body = Recorded),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn add_suppression(
    State(state): State<HttpState>,
    actor: Actor,
    IterationName(iteration): IterationName,
    Json(new): Json<NewSuppression>,
) -> Result<(StatusCode, Json<Recorded>), Problem> {
    let NewSuppression { id, reason, violation, rule, modules, owner, expires_at } = new;
    let place = place(&state.service, &iteration).await?;
    let request = SuppressionRequest { id, reason, violation, rule, modules, owner, expires_at };
    add(&state, &actor, place.suppression_event(request)).await
}

/// A quarantine to add.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewQuarantine {
    /// Id of the record; derived if absent.
    id: Option<String>,
    /// Scenario by its key.
    scenario: String,
    /// Why.
    reason: String,
    /// Who answers for it.
    owner: Option<String>,
    /// Where the repair is followed.
    ticket: Option<String>,
    /// Until when.
    expires_at: Time,
}

/// Keeps a flaky scenario from gating for a while.
#[utoipa::path(post, path = "/iterations/{iteration}/quarantine", tag = "behaviour",
    operation_id = "add_quarantine", params(("iteration" = String, Path)), request_body = NewQuarantine,
    responses((status = 201, body = Recorded),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn add_quarantine(
    State(state): State<HttpState>,
    actor: Actor,
    IterationName(iteration): IterationName,
    Json(new): Json<NewQuarantine>,
) -> Result<(StatusCode, Json<Recorded>), Problem> {
    let NewQuarantine { id, scenario, reason, owner, ticket, expires_at } = new;
    let place = place(&state.service, &iteration).await?;
    let request = QuarantineRequest { id, scenario, reason, owner, ticket, expires_at };
    add(&state, &actor, place.quarantine_event(request)).await
}

/// A fix to propose for a quarantined scenario.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFix {
    /// The fixing commit.
    commit: String,
    /// Passing reruns on it that prove the fix; the policy's number if absent.
    reruns: Option<u32>,
}

/// Proposes a fix for a quarantined scenario: its reruns on that commit prove or refute it.
#[utoipa::path(post, path = "/iterations/{iteration}/quarantine/{id}/fix", tag = "behaviour",
    operation_id = "propose_fix",
    params(("iteration" = String, Path), ("id" = String, Path, description = "Id of the record")),
    request_body = NewFix,
    responses((status = 201, body = Recorded),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn propose_fix(
    State(state): State<HttpState>,
    actor: Actor,
    Path((iteration, id)): Path<(Name, String)>,
    Json(NewFix { commit, reruns }): Json<NewFix>,
) -> Result<(StatusCode, Json<Recorded>), Problem> {
    let place = known(&state, Book::Quarantine, &iteration, &id).await?;
    add(&state, &actor, place.fix_event(id, commit, reruns)).await
}

/// Records the verdict of now, so that it can be shown later as it was given.
#[utoipa::path(post, path = "/iterations/{iteration}/decisions", tag = "convergence",
    operation_id = "record_decision", params(("iteration" = String, Path), AsOfQuery),
    responses((status = 201, body = Recorded),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn record_decision(
    State(state): State<HttpState>,
    actor: Actor,
    IterationName(iteration): IterationName,
    Asked(question): Asked,
) -> Result<(StatusCode, Json<Recorded>), Problem> {
    let answer = state.service.board.answer(&iteration, &question).await?;
    let place = Place { project: answer.project, iteration: answer.iteration.clone(), now: answer.now };
    let record = answer.analysis.verdict.to_json(&answer.iteration);
    add(&state, &actor, place.decision_event(None, record)).await
}

/// Defines the handler that ends a record of one book.
macro_rules! revoke {
    ($(#[$doc:meta])* $name:ident, $book:expr, $tag:tt, $id:tt, $path:tt) => {
        $(#[$doc])*
        #[utoipa::path(delete, path = $path, tag = $tag, operation_id = $id,
            params(("iteration" = String, Path), ("id" = String, Path, description = "Id of the record")),
            responses((status = 200, body = Recorded),
                (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
        pub(super) async fn $name(
            State(state): State<HttpState>,
            actor: Actor,
            Path((iteration, id)): Path<(Name, String)>,
        ) -> Result<Json<Recorded>, Problem> {
            revoke(&state, &actor, $book, &iteration, &id).await
        }
    };
}

revoke! {
    /// Ends an override before its time.
    revoke_override, Book::Override, "convergence", "revoke_override", "/iterations/{iteration}/overrides/{id}"
}
revoke! {
    /// Ends a suppression before its time.
    revoke_suppression, Book::Suppression, "architecture", "revoke_suppression",
    "/iterations/{iteration}/suppressions/{id}"
}
revoke! {
    /// Ends a quarantine before its time.
    revoke_quarantine, Book::Quarantine, "behaviour", "revoke_quarantine", "/iterations/{iteration}/quarantine/{id}"
}

async fn revoke(
    state: &HttpState,
    actor: &Actor,
    book: Book,
    iteration: &Name,
    id: &str,
) -> Result<Json<Recorded>, Problem> {
    let place = known(state, book, iteration, id).await?;
    let event = place.revocation_event(book, id, None);
    let event = event.ok_or_else(|| Problem::not_found(format!("no record {id:?} to end")))?;
    add(state, actor, event).await.map(|(_, recorded)| recorded)
}

/// Where a statement about the record `id` goes; the record must be there, or carried over.
async fn known(state: &HttpState, book: Book, iteration: &Name, id: &str) -> Result<Place, Problem> {
    let answer = state.service.board.answer(iteration, &Question::NOW).await?;
    let known = Context::of(&answer.analysis.scene).records(book).any(|record| record.id == id);
    if !known {
        return Err(Problem::not_found(format!("no record {id:?}")));
    }
    Ok(Place { project: answer.project, iteration: answer.iteration, now: answer.now })
}

/// Where a record of `iteration` goes; the iteration must be there, unless it is a project's log, which begins so.
async fn place(service: &Service, iteration: &Name) -> Result<Place, Problem> {
    let project = match service.board.head(iteration).await {
        Ok((project, _)) => project,
        Err(BoardError::NotFound(_)) if iteration.is_project_log() => {
            let project = Name::new(iteration.as_str().trim_start_matches(PROJECT_LOG_PREFIX))?;
            return Ok(Place { project, iteration: iteration.clone(), now: service.board.wall_now() });
        }
        Err(error) => return Err(error.into()),
    };
    let now = service.board.now(iteration).await?;
    Ok(Place { project, iteration: iteration.clone(), now })
}

/// Appends one event of a person, checked as if it had come from outside.
async fn add(
    state: &HttpState,
    actor: &Actor,
    event: Event,
) -> Result<(StatusCode, Json<Recorded>), Problem> {
    let id = event.identity.id.clone();
    let event = checked(&event).map_err(|refusal| unprocessable(refusal.to_string()))?;
    let receipt = state.service.ingest.events(vec![event], state.writer(actor)).await?;
    let position = position(&receipt)?;
    Ok((StatusCode::CREATED, Json(Recorded { id, position })))
}

fn unprocessable(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "refused-event", detail)
}

/// The position of the one event, or why it was refused.
fn position(receipt: &Receipt) -> Result<u64, Problem> {
    match (receipt.errors.first(), receipt.positions.values().next()) {
        (Some(error), _) => Err(unprocessable(error.reason.clone())),
        (None, Some(position)) => Ok(*position),
        (None, None) => Err(Problem::internal(&"an append gave no position")),
    }
}
