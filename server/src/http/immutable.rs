//! Answers that never change: what is named by its hash, in the best coding the client takes, cached for a year.
//!
//! A client that has it already is told so without a body. Not here: what lies behind a name (`assets`, `segments`).

use crate::segments::Coding;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

/// For whom an answer may be kept: a year, in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeper {
    /// Anybody on the way.
    Anybody,
    /// This client alone, because every request is authorised.
    Client,
}

/// One thing that is named by its hash.
pub(super) struct Immutable<'a> {
    /// The hash it is named by.
    pub(super) hash: &'a str,
    /// Its content type.
    pub(super) kind: &'static str,
    /// For whom it may be kept.
    pub(super) keeper: Keeper,
    /// The coding of `body`.
    pub(super) coding: Coding,
    /// Its bytes, coded.
    pub(super) body: Bytes,
}

impl Immutable<'_> {
    /// The answer to a request with these headers. Another coding has another tag (RFC 9110, section 8.8.3.3).
    pub(super) fn answer(self, headers: &HeaderMap) -> Response {
        let tag = format!("\"{}-{}\"", self.hash, self.coding.token().unwrap_or("plain"));
        let mut response = match is_held(headers, &tag) {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => self.body.into_response(),
        };
        let cache = match self.keeper {
            Keeper::Anybody => "public, immutable, max-age=31536000",
            Keeper::Client => "private, immutable, max-age=31536000",
        };
        let sent = response.headers_mut();
        sent.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        sent.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
        sent.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            sent.insert(ETAG, tag);
        }
        if let Some(token) = self.coding.token() {
            sent.insert(CONTENT_ENCODING, HeaderValue::from_static(token));
        }
        response
    }
}

/// The best coding that the client of these headers takes.
pub(super) fn coding(headers: &HeaderMap) -> Coding {
    Coding::negotiated(text(headers, ACCEPT_ENCODING))
}

/// Whether the client has what `tag` names.
pub(super) fn is_held(headers: &HeaderMap, tag: &str) -> bool {
    text(headers, IF_NONE_MATCH).split(',').any(|one| one.trim() == tag)
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
}
