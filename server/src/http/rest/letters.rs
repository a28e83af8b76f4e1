//! Dead letters: what could not be taken in, to look at, send again or forget.

use super::ask::ProblemBody;
use crate::http::{Actor, HttpState, Parsed, Problem};
use crate::ingest::Receipt;
use crate::store::DeadLetter;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Most dead letters one page holds.
const PAGE_MAX: u32 = 200;

/// Which dead letters.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LettersQuery {
    /// Only letters with a higher number.
    after: Option<i64>,
    /// At most so many, 1 to 200 (the default).
    limit: Option<u32>,
}

/// Dead letters, oldest first.
#[utoipa::path(get, path = "/dead-letters", tag = "log", operation_id = "dead_letters", params(LettersQuery),
    responses((status = 200, body = Vec<DeadLetter>),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(state): State<HttpState>,
    Parsed(query): Parsed<LettersQuery>,
) -> Result<Json<Vec<DeadLetter>>, Problem> {
    let limit = query.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    Ok(Json(state.service.store.dead_letters(query.after.unwrap_or(0), limit).await?))
}

/// One dead letter, with its body.
#[utoipa::path(get, path = "/dead-letters/{id}", tag = "log", operation_id = "dead_letter",
    params(("id" = i64, Path)),
    responses((status = 200, body = DeadLetter),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn get(
    State(state): State<HttpState>,
    Path(id): Path<i64>,
) -> Result<Json<DeadLetter>, Problem> {
    let letter = state.service.store.dead_letter(id).await?;
    letter.map(Json).ok_or_else(|| Problem::not_found(format!("no dead letter {id}")))
}

/// Forgets a dead letter.
#[utoipa::path(delete, path = "/dead-letters/{id}", tag = "log", operation_id = "discard_dead_letter",
    params(("id" = i64, Path)),
    responses((status = 204),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn discard(
    State(state): State<HttpState>,
    Path(id): Path<i64>,
) -> Result<StatusCode, Problem> {
    match state.service.store.discard(id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found(format!("no dead letter {id}"))),
    }
}

/// What became of a replay.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Replayed {
    /// Whether the letter is gone, because its event is in the log now.
    pub settled: bool,
    /// What ingest said.
    pub receipt: Receipt,
}

/// Sends a dead letter through ingest again. Accepted or already there: the letter goes; refused: it stays.
#[utoipa::path(post, path = "/dead-letters/{id}/replay", tag = "log", operation_id = "replay_dead_letter",
    params(("id" = i64, Path)),
    responses((status = 200, body = Replayed),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn replay(
    State(state): State<HttpState>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Json<Replayed>, Problem> {
    let replayed = state.service.ingest.replay(id, state.writer(&actor)).await?;
    let replayed = replayed.ok_or_else(|| Problem::not_found(format!("no dead letter {id}")))?;
    Ok(Json(Replayed { settled: replayed.rejected == 0, receipt: replayed }))
}
