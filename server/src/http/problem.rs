//! Problems: every error answer of the server as RFC 9457 `application/problem+json`, whoever raised it.
//!
//! Never here: internals. What is broken inside goes to the server's log, the client learns that it is.

use crate::board::{BoardError, QuestionError};
use crate::ingest::{BodyError, IngestError};
use crate::store::StoreError;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use shared::id::IdError;
use std::any::Any;

const PROBLEM_JSON: &str = "application/problem+json";
/// Longest plain text of another layer that becomes the detail of a problem, in bytes.
const DETAIL_BYTES_MAX: usize = 4096;

/// An error answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    detail: String,
    retry_after_s: Option<u32>,
    more: Map<String, Value>,
}

impl Problem {
    /// A problem of `kind`, a stable word that ends its `type`, with a sentence for people.
    #[must_use]
    pub fn new(status: StatusCode, kind: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind, detail: detail.into(), retry_after_s: None, more: Map::new() }
    }

    /// 400: the request says nothing we understand.
    #[must_use]
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", detail)
    }

    /// 404: there is no such thing.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", detail)
    }

    /// 401: who are you?
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "send a token: Authorization: Bearer TOKEN")
    }

    /// 403: not that way.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// 500, and the reason in the server's log only.
    #[must_use]
    pub fn internal(reason: &dyn std::fmt::Display) -> Self {
        tracing::error!(%reason, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something is broken in the server; see its log",
        )
    }

    /// 503: come again.
    #[must_use]
    pub fn unavailable(detail: impl Into<String>, retry_after_s: u32) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail);
        Self { retry_after_s: Some(retry_after_s), ..problem }
    }

    /// Adds members beside the standard ones.
    #[must_use]
    pub fn with(mut self, more: Map<String, Value>) -> Self {
        self.more.extend(more);
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The sentence for people.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = self.more;
        body.insert("type".to_owned(), json!(format!("/problems/{}", self.kind)));
        body.insert("title".to_owned(), json!(self.status.canonical_reason().unwrap_or("Error")));
        body.insert("status".to_owned(), json!(self.status.as_u16()));
        body.insert("detail".to_owned(), json!(self.detail));
        let mut response = (self.status, Value::Object(body).to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert("www-authenticate", HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<IdError> for Problem {
    fn from(error: IdError) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<QuestionError> for Problem {
    fn from(error: QuestionError) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(_) => Self::not_found(error.to_string()),
            StoreError::Transient(_) => {
                tracing::warn!(reason = %error, "the store is out of reach");
                Self::unavailable("the store is out of reach", 1)
            }
            error => Self::internal(&error),
        }
    }
}

impl From<BoardError> for Problem {
    fn from(error: BoardError) -> Self {
        match error {
            BoardError::NotFound(_) => Self::not_found(error.to_string()),
            BoardError::Store(error) => error.into(),
            error => Self::internal(&error),
        }
    }
}

impl From<IngestError> for Problem {
    fn from(error: IngestError) -> Self {
        let detail = error.to_string();
        match error {
            IngestError::Body(BodyError::Unsupported(_)) => {
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail)
            }
            IngestError::Body(BodyError::TooLarge(_)) => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
            }
            IngestError::Body(BodyError::Undecodable(_)) => {
                Self::new(StatusCode::BAD_REQUEST, "undecodable", detail)
            }
            IngestError::Busy { retry_after_s } => {
                let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "busy", detail);
                Self { retry_after_s: Some(retry_after_s), ..problem }
            }
            IngestError::Unavailable { retry_after_s, .. } => {
                tracing::warn!(reason = %detail, "ingest is unavailable");
                Self::unavailable("the events could not be stored; send the same again", retry_after_s)
            }
            IngestError::Broken(error) => error.into(),
        }
    }
}

/// The answer where no route matches.
pub(super) async fn no_route() -> Problem {
    Problem::not_found("there is nothing at this address")
}

/// The answer when a handler panics. The reason goes to the server's log.
pub(super) fn from_panic(panic: Box<dyn Any + Send>) -> Response {
    let reason = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    Problem::internal(&reason).into_response()
}

/// Turns errors that other layers wrote as plain text, or without any body, into problems.
pub(super) async fn dress(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || !is_plain(&response) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, DETAIL_BYTES_MAX).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let (kind, words) = words_of(status);
    let detail = if text.trim().is_empty() { words } else { text.trim() };
    let mut dressed = Problem::new(status, kind, detail).into_response();
    for name in [ALLOW, RETRY_AFTER] {
        if let Some(value) = parts.headers.get(&name) {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    dressed
}

fn is_plain(response: &Response<Body>) -> bool {
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_none_or(|text| text.starts_with("text/plain"))
}

fn words_of(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => ("method-not-allowed", "this address does not take this method"),
        StatusCode::PAYLOAD_TOO_LARGE => ("too-large", "the request is too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("unsupported-media-type", "this content type is not understood")
        }
        StatusCode::NOT_FOUND => ("not-found", "there is nothing at this address"),
        StatusCode::REQUEST_TIMEOUT => ("timeout", "the request took too long"),
        status if status.is_client_error() => ("bad-request", "the request is not understood"),
        _ => ("internal", "something is broken in the server; see its log"),
    }
}
