//! The way to the server: bytes, JSON, and the live stream by socket or as server-sent events.

use futures::StreamExt;
use gloo_net::eventsource::futures::{EventSource, EventSourceSubscription};
use gloo_net::http::{Request, Response};
use gloo_net::websocket::Message;
use gloo_net::websocket::futures::WebSocket;
use leptos::prelude::window;
use serde::de::DeserializeOwned;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NetError {
    /// The server says no.
    #[error("{url}: status {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// What it said.
        status: u16,
    },
    /// Nobody answers, or what they say makes no sense.
    #[error("{0}")]
    Broken(String),
}

/// The body at `url`; `None` for 204.
pub(crate) async fn bytes(url: &str) -> Result<Option<Vec<u8>>, NetError> {
    let response = get(url).await?;
    if response.status() == 204 {
        return Ok(None);
    }
    response.binary().await.map(Some).map_err(broken)
}

/// The JSON at `url`.
pub(crate) async fn json<T: DeserializeOwned>(url: &str) -> Result<T, NetError> {
    let text = get(url).await?.text().await.map_err(broken)?;
    serde_json::from_str(&text).map_err(|error| NetError::Broken(format!("{url}: {error}")))
}

async fn get(url: &str) -> Result<Response, NetError> {
    let response = Request::get(url).send().await.map_err(broken)?;
    match response.ok() {
        true => Ok(response),
        false => Err(NetError::Status { url: url.to_owned(), status: response.status() }),
    }
}

fn broken(error: impl std::fmt::Display) -> NetError {
    NetError::Broken(error.to_string())
}

/// What a stream says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// A frame of events.
    Frame(Vec<u8>),
    /// A beat, as JSON.
    Beat(String),
}

/// A live stream, whatever carries it.
pub(crate) enum Stream {
    /// A WebSocket.
    Socket(Box<WebSocket>),
    /// Server-sent events. The source must be kept: dropping it ends them.
    Events { frames: Box<EventSourceSubscription>, beats: Box<EventSourceSubscription>, _source: EventSource },
}

impl Stream {
    /// A socket at `url` (`ws:` or `wss:`).
    pub(crate) fn socket(url: &str) -> Result<Self, NetError> {
        WebSocket::open(url).map(|socket| Stream::Socket(Box::new(socket))).map_err(broken)
    }

    /// Server-sent events at `url`.
    pub(crate) fn events(url: &str) -> Result<Self, NetError> {
        let mut source = EventSource::new(url).map_err(broken)?;
        let frames = Box::new(source.subscribe("frame").map_err(broken)?);
        let beats = Box::new(source.subscribe("beat").map_err(broken)?);
        Ok(Stream::Events { frames, beats, _source: source })
    }

    /// What it says next; `None` once it is broken.
    pub(crate) async fn next(&mut self) -> Option<Said> {
        match self {
            Stream::Socket(socket) => match socket.next().await?.ok()? {
                Message::Bytes(bytes) => Some(Said::Frame(bytes)),
                Message::Text(text) => Some(Said::Beat(text)),
            },
            Stream::Events { frames, beats, .. } => {
                let (frames, beats) = (frames.next(), beats.next());
                match futures::future::select(frames, beats).await {
                    futures::future::Either::Left((frame, _)) => {
                        let (_, message) = frame?.ok()?;
                        let text = message.data().as_string()?;
                        Some(Said::Frame(from_base64(&text)?))
                    }
                    futures::future::Either::Right((beat, _)) => {
                        let (_, message) = beat?.ok()?;
                        Some(Said::Beat(message.data().as_string()?))
                    }
                }
            }
        }
    }
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    // One character a byte, by the definition of `atob`.
    let binary = window().atob(text).ok()?;
    Some(binary.chars().map(|letter| letter as u8).collect())
}
