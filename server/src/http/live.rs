//! The live stream of an iteration over a WebSocket, and as server-sent events where a proxy allows no upgrade.
//!
//! Binary messages are frames in the segment codec, text messages are beats. Whoever does not read for
//! [`SEND_TIMEOUT`] is cut off and comes back with the last position it has.

use super::rest::ProblemBody;
use super::segments::After;
use super::{HttpState, IterationName, Parsed, Problem};
use crate::live::{Heard, LiveError, Reader};
use crate::metrics::InFlight;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::stream::{Stream, unfold};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Longest time one message may take to be sent.
const SEND_TIMEOUT: Duration = Duration::from_secs(15);
/// Largest message a reader may send; it has nothing to say.
const HEARD_BYTES_MAX: usize = 4096;

/// One stream with all it holds while it is open.
struct Open {
    reader: Reader,
    closing: CancellationToken,
    _permit: OwnedSemaphorePermit,
    _counted: InFlight,
}

/// `GET …/live?after=N`, upgraded.
#[utoipa::path(get, path = "/iterations/{iteration}/live", tag = "log", operation_id = "live",
    params(("iteration" = String, Path), ("after" = Option<u64>, Query, description = "Last position held")),
    responses((status = 101, description = "WebSocket: binary segment frames, text heartbeats"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn socket(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Parsed(After { after }): Parsed<After>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade = upgrade.map_err(|error| Problem::new(error.status(), "no-upgrade", error.body_text()))?;
    let reader = Reader::open(state.service.board.clone(), iteration, after).await?;
    let open = open(&state, reader)?;
    let upgrade = upgrade.max_message_size(HEARD_BYTES_MAX).max_frame_size(HEARD_BYTES_MAX);
    Ok(upgrade.on_upgrade(|socket| carry(socket, open)))
}

/// `GET …/live/events?after=N`: events `frame` (base64, id = last position) and `beat`.
#[utoipa::path(get, path = "/iterations/{iteration}/live/events", tag = "log", operation_id = "live_events",
    params(("iteration" = String, Path), ("after" = Option<u64>, Query, description = "Last position held")),
    responses((status = 200, body = String, content_type = "text/event-stream"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn server_sent(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Parsed(After { after }): Parsed<After>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let after = match last {
        Some(text) => text
            .parse()
            .map_err(|_| Problem::bad_request("Last-Event-ID is the position of the last event you have"))?,
        None => after,
    };
    let reader = Reader::open(state.service.board.clone(), iteration, after).await?;
    Ok(Sse::new(told(open(&state, reader)?)).into_response())
}

fn open(state: &HttpState, reader: Reader) -> Result<Open, Problem> {
    let permit = state.streams.clone().try_acquire_owned();
    let permit = permit.map_err(|_| Problem::unavailable("too many live streams are open", 5))?;
    let counted = state.service.metrics.stream();
    Ok(Open { reader, closing: state.config.closing.clone(), _permit: permit, _counted: counted })
}

/// Sends what the reader hears until one side ends it.
async fn carry(mut socket: WebSocket, mut open: Open) {
    loop {
        let heard = tokio::select! {
            () = open.closing.cancelled() => {
                return close(socket, close_code::RESTART, "the server is closing").await;
            }
            message = socket.recv() => match message {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
            heard = open.reader.next() => heard,
        };
        let message = match heard {
            Ok(Heard::Frame(frame)) => Message::Binary(frame.bytes),
            Ok(Heard::Beat(beat)) => match serde_json::to_string(&beat) {
                Ok(text) => Message::Text(text.into()),
                Err(_) => continue,
            },
            Err(error) => {
                tracing::warn!(%error, "a live stream ends");
                return close(socket, close_code::AGAIN, "the log cannot be read now").await;
            }
        };
        if !matches!(timeout(SEND_TIMEOUT, socket.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

async fn close(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: reason.into() };
    // Whoever is gone does not need to hear it.
    let _gone = timeout(SEND_TIMEOUT, socket.send(Message::Close(Some(frame)))).await;
}

fn told(open: Open) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(open, |mut open| async move {
        let heard = tokio::select! {
            () = open.closing.cancelled() => return None,
            heard = open.reader.next() => heard.ok()?,
        };
        let event = match heard {
            Heard::Frame(frame) => {
                let data = STANDARD.encode(&frame.bytes);
                Event::default().event("frame").id(frame.last.to_string()).data(data)
            }
            Heard::Beat(beat) => Event::default().event("beat").json_data(beat).ok()?,
        };
        Some((Ok(event), open))
    })
}

impl From<LiveError> for Problem {
    fn from(error: LiveError) -> Self {
        match error {
            LiveError::Board(error) => error.into(),
            error @ LiveError::Beyond { .. } => {
                Self::new(StatusCode::CONFLICT, "beyond-head", error.to_string())
            }
        }
    }
}
