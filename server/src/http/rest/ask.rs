//! The question every read takes, and the frame its answer comes in.

use crate::board::{Answer, Question};
use crate::http::Problem;
use crate::http::immutable::is_held;
use crate::service::Service;
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::event::Hash128;
use shared::id::Name;
use shared::time::{AsOf, Position, Time};
use utoipa::{IntoParams, ToSchema};

/// How [`crate::http::Asked`] is described: when it happened, and when we learned it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described, `Asked` reads it")]
pub struct AsOfQuery {
    /// Valid time, RFC 3339; absent or `now` for now.
    v: Option<String>,
    /// Known time, RFC 3339 or a log position; absent or `now` for now.
    k: Option<String>,
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

/// Asks the board and answers with the part that `pick` chooses.
pub(super) async fn part<T: Serialize>(
    service: &Service,
    iteration: &Name,
    question: &Question,
    headers: &HeaderMap,
    pick: impl FnOnce(&Answer) -> Result<T, Problem>,
) -> Result<Response, Problem> {
    let answer = service.board.answer(iteration, question).await?;
    let items = pick(&answer)?;
    Ok(framed(&answer, question, headers, items))
}

/// Answers with `items` in the frame of `answer`.
pub(super) fn framed<T: Serialize>(
    answer: &Answer,
    question: &Question,
    headers: &HeaderMap,
    items: T,
) -> Response {
    let body = Listed {
        iteration: answer.iteration.clone(),
        as_of: answer.as_of,
        now: answer.now,
        head: answer.head,
        items,
    };
    tagged(answer, question, headers, &body)
}

/// Answers with `body` and a validator: the same question to the same log has the same tag. An answer to a
/// question that names both instants never changes, so its tag leaves out when it was asked.
pub(super) fn tagged<T: Serialize>(
    answer: &Answer,
    question: &Question,
    headers: &HeaderMap,
    body: &T,
) -> Response {
    let is_fixed = question.valid.is_some() && question.known.is_some();
    let asked = if is_fixed { (0, 0) } else { (answer.now.0, answer.head) };
    let hash = Hash128::of(&[
        shared::ENGINE_VERSION.as_bytes(),
        answer.iteration.as_str().as_bytes(),
        &answer.as_of.valid.0.to_le_bytes(),
        &answer.as_of.known.to_le_bytes(),
        &asked.0.to_le_bytes(),
        &asked.1.to_le_bytes(),
    ]);
    let tag = format!("\"{hash}\"");
    let mut response = match is_fixed && is_held(headers, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Json(body).into_response(),
    };
    if let (true, Ok(value)) = (is_fixed, HeaderValue::from_str(&tag)) {
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
