//! The question every read takes, and the frame its answer comes in.

use crate::board::{Answer, Question};
use crate::http::Problem;
use crate::service::Service;
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::event::Hash128;
use shared::id::Name;
use shared::time::{AsOf, Position, Time};
use utoipa::{IntoParams, ToSchema};

/// `v` and `k`: when it happened, and when we learned it.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AsOfQuery {
    /// Valid time, RFC 3339; absent or `now` for now.
    pub v: Option<String>,
    /// Known time, RFC 3339 or a log position; absent or `now` for now.
    pub k: Option<String>,
}

impl AsOfQuery {
    /// The question, or what is wrong with it.
    pub(super) fn question(&self) -> Result<Question, Problem> {
        Ok(Question::parse(self.v.as_deref(), self.k.as_deref())?)
    }
}

/// A part of an answer with the question as it was resolved.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Listed<T> {
    /// The iteration.
    pub iteration: Name,
    /// The question as resolved.
    pub as_of: AsOf,
    /// Server time when it was asked.
    pub now: Time,
    /// Last position of the log then.
    pub head: Position,
    /// The part asked for.
    pub items: T,
}

/// An iteration's name from a path.
pub(super) fn name(iteration: &str) -> Result<Name, Problem> {
    Name::iteration(iteration).map_err(|error| Problem::bad_request(error.to_string()))
}

/// Asks the board.
///
/// # Errors
/// A bad name or question, no such iteration, or a store out of reach.
pub async fn ask(service: &Service, iteration: &str, query: &AsOfQuery) -> Result<Answer, Problem> {
    Ok(service.board.answer(&name(iteration)?, &query.question()?).await?)
}

/// Asks the board and answers with the part that `pick` chooses.
pub(super) async fn part<T: Serialize>(
    service: &Service,
    iteration: &str,
    query: &AsOfQuery,
    headers: &HeaderMap,
    pick: impl FnOnce(&Answer) -> Result<T, Problem>,
) -> Result<Response, Problem> {
    let answer = ask(service, iteration, query).await?;
    let items = pick(&answer)?;
    let body = Listed {
        iteration: answer.iteration.clone(),
        as_of: answer.as_of,
        now: answer.now,
        head: answer.head,
        items,
    };
    Ok(tagged(&answer, query, headers, &body))
}

/// Answers with `body` and a validator: the same question to the same log has the same tag. A question that
/// names both instants may be kept, since its answer never changes.
pub(super) fn tagged<T: Serialize>(
    answer: &Answer,
    query: &AsOfQuery,
    headers: &HeaderMap,
    body: &T,
) -> Response {
    let fixed = query.v.is_some() && query.k.is_some();
    let seen = if fixed { 0 } else { answer.now.0 };
    let hash = Hash128::of(&[
        shared::ENGINE_VERSION.as_bytes(),
        answer.iteration.as_str().as_bytes(),
        &answer.as_of.valid.0.to_le_bytes(),
        &answer.as_of.known.to_le_bytes(),
        &answer.head.to_le_bytes(),
        &seen.to_le_bytes(),
    ]);
    let tag = format!("\"{hash}\"");
    let asked = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = if asked.is_some_and(|asked| asked.split(',').any(|one| one.trim() == tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Json(body).into_response()
    };
    if let Ok(value) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// The body of every error answer (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Stable identifier of the kind of problem.
    pub r#type: String,
    /// The status in words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What is wrong with this request.
    pub detail: String,
}
