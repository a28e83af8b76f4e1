//! The browser's data path: the manifest, sealed segments that are cached for ever, and the tail.

use super::immutable::{Immutable, Keeper, coding};
use super::rest::ProblemBody;
use super::{HttpState, IterationName, Parsed, Problem};
use crate::segments::Manifest;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use shared::event::Hash128;
use shared::id::Name;
use shared::time::Position;

/// Content type of segments and frames.
const SEGMENT_TYPE: &str = "application/vnd.mission.segment";

/// `GET …/segments`: names and places of all sealed segments.
#[utoipa::path(get, path = "/iterations/{iteration}/segments", tag = "log", operation_id = "segments",
    params(("iteration" = String, Path)),
    responses((status = 200, body = serde_json::Value),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn manifest(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
) -> Result<Json<Manifest>, Problem> {
    Ok(Json(state.service.segments.manifest(&iteration).await?))
}

/// `GET …/segments/{hash}`: one sealed segment in the best coding the client takes.
#[utoipa::path(get, path = "/iterations/{iteration}/segments/{hash}", tag = "log", operation_id = "segment",
    params(("iteration" = String, Path), ("hash" = String, Path, description = "32 hexadecimal digits")),
    responses((status = 200, body = Vec<u8>, content_type = "application/vnd.mission.segment"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn segment(
    State(state): State<HttpState>,
    Path((iteration, hash)): Path<(Name, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let hash = Hash128::parse(&hash)
        .ok_or_else(|| Problem::bad_request("a segment's name is 32 hexadecimal digits"))?;
    let coding = coding(&headers);
    let body = state.service.segments.body(&iteration, hash, coding).await?;
    let body = body.ok_or_else(|| Problem::not_found(format!("{iteration} has no segment {hash}")))?;
    let hash = &hash.to_string();
    Ok(Immutable { hash, kind: SEGMENT_TYPE, keeper: Keeper::Client, coding, body }.answer(&headers))
}

/// Where a reader stands.
#[derive(Debug, Deserialize)]
pub(super) struct After {
    /// The last position it has; 0 for none.
    #[serde(default)]
    pub(super) after: Position,
}

/// `GET …/tail?after=N`: one frame of what follows, at most 4,096 events; 204 at the head.
#[utoipa::path(get, path = "/iterations/{iteration}/tail", tag = "log", operation_id = "tail",
    params(("iteration" = String, Path), ("after" = Option<u64>, Query, description = "Last position held")),
    responses((status = 200, body = Vec<u8>, content_type = "application/vnd.mission.segment"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn tail(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Parsed(After { after }): Parsed<After>,
) -> Result<Response, Problem> {
    let Some(frame) = state.service.board.frame(&iteration, after).await? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let mut response = frame.bytes.into_response();
    let sent = response.headers_mut();
    sent.insert(CONTENT_TYPE, HeaderValue::from_static(SEGMENT_TYPE));
    sent.insert("mission-first", HeaderValue::from(frame.first));
    sent.insert("mission-last", HeaderValue::from(frame.last));
    Ok(response)
}
