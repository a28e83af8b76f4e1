//! `POST /api/v1/events`: one CloudEvent, a JSON batch or lines, each plain, gzip or zstd, and CloudEvents'
//! binary mode (attributes as `ce-` headers, data as body).
//!
//! A list is answered with its receipt even if every event was refused; one event alone that is refused is a
//! problem that carries the receipt.

use super::rest::ProblemBody;
use super::{Actor, HttpState, Problem};
use crate::ingest::{BODY_BYTES_MAX, BodyError, BodyFormat, BodyKind, IngestError, Receipt};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use serde_json::{Map, Value};
use std::time::Duration;

/// Longest time a body may take to come.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);
/// Bytes beyond the limit that are read and thrown away, so that the sender gets to read the answer.
const DRAIN_BYTES_MAX: usize = 256 << 20;

/// Takes events in and answers what became of each.
#[utoipa::path(post, path = "/events", tag = "log", operation_id = "take_in",
    request_body(content(
        (serde_json::Value = "application/cloudevents+json"),
        (Vec<serde_json::Value> = "application/cloudevents-batch+json"),
        (String = "application/x-ndjson"),
    )),
    responses((status = 200, body = Receipt), (status = 503, description = "Come again after Retry-After"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn take_in(
    State(state): State<HttpState>,
    actor: Actor,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Receipt>, Problem> {
    let ingest = &state.service.ingest;
    let admission = ingest.admit()?;
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_binary = headers.contains_key("ce-specversion");
    let content_type = if is_binary { None } else { header(CONTENT_TYPE) };
    let mut kind =
        BodyKind::from_headers(content_type, header(CONTENT_ENCODING)).map_err(IngestError::from)?;
    let declared = header(CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    let mut bytes = tokio::time::timeout(BODY_TIMEOUT, read(body, declared)).await.map_err(|_| slow())??;
    if is_binary {
        bytes = ingest.envelope(attributes(&headers), bytes, kind.coding).map_err(IngestError::from)?;
        kind = BodyKind { format: BodyFormat::Event, ..BodyKind::LINES };
    }
    let (receipt, single) = ingest.admitted(admission, bytes, kind, state.writer(&actor)).await?;
    match receipt.errors.first() {
        Some(error) if single => {
            let detail = error.reason.clone();
            let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "refused-event", detail);
            match serde_json::to_value(&receipt) {
                Ok(Value::Object(members)) => Err(problem.with(members)),
                _ => Err(problem),
            }
        }
        _ => Ok(Json(receipt)),
    }
}

/// Reads a body of at most [`BODY_BYTES_MAX`] bytes.
async fn read(body: Body, declared: Option<usize>) -> Result<Bytes, Problem> {
    let mut kept = BytesMut::with_capacity(declared.unwrap_or(0).min(BODY_BYTES_MAX));
    let mut seen = 0_usize;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| Problem::bad_request(format!("the body broke off: {error}")))?;
        seen += chunk.len();
        if seen <= BODY_BYTES_MAX {
            kept.extend_from_slice(&chunk);
        } else if seen > DRAIN_BYTES_MAX {
            break;
        }
    }
    if seen > BODY_BYTES_MAX {
        let reason = format!("at most {BODY_BYTES_MAX} bytes a request, before and after decompression");
        return Err(IngestError::from(BodyError::TooLarge(reason)).into());
    }
    Ok(kept.freeze())
}

fn slow() -> Problem {
    let seconds = BODY_TIMEOUT.as_secs();
    Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout", format!("the body did not come within {seconds} s"))
}

/// The CloudEvents attributes of binary mode.
fn attributes(headers: &HeaderMap) -> Map<String, Value> {
    let mut attributes = Map::new();
    for (name, value) in headers {
        let Some(attribute) = name.as_str().strip_prefix("ce-") else { continue };
        let text = String::from_utf8_lossy(value.as_bytes());
        attributes.insert(attribute.to_owned(), Value::String(percent_decoded(&text)));
    }
    attributes
}

/// Undoes the percent-encoding that the HTTP binding asks for; what is no escape stays as it is.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escape = (first == b'%').then(|| after.get(..2)).flatten();
        let decoded = escape
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match decoded {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_is_undone_where_it_is_one() {
        assert_eq!(percent_decoded("a%20b%e2%82%ac"), "a b€");
        assert_eq!(percent_decoded("100%"), "100%");
        assert_eq!(percent_decoded("%zz%4"), "%zz%4");
    }
}
