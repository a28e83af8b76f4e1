//! HTTP: the router, what all routes share, and the rooms behind it.
//!
//! Every request passes, outermost first: panic net, security headers, problem dressing, compression, guard
//! (who asks, and may they come in at all). Errors are problem+json whoever raises them.
//!
//! Not here: what answers mean (`board`), how events are taken in (`ingest`), pages' looks (`app`).

mod ask;
mod assets;
mod auth;
mod events;
mod headers;
mod health;
mod immutable;
mod live;
mod login;
mod pages;
mod problem;
pub mod rest;
mod segments;

pub use ask::{Asked, IterationName, Parsed};
pub use auth::{Actor, TokenError, Tokens};
pub use headers::content_security_policy;
pub use problem::Problem;

use crate::service::Service;
use crate::store::Writer;
use axum::Router;
use axum::extract::FromRef;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa_axum::router::OpenApiRouter;

/// Open live streams at a time; more are told to come again.
const STREAMS_MAX: usize = 4096;

/// How the server meets the outside.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Who may come in; `None` on loopback only.
    pub tokens: Option<Tokens>,
    /// Who writes where no token says it.
    pub local_user: String,
    /// Cancelled when the server closes: streams end, readiness fails.
    pub closing: CancellationToken,
}

impl HttpConfig {
    /// For a server on loopback, without tokens.
    #[must_use]
    pub fn local(local_user: impl Into<String>) -> Self {
        Self { tokens: None, local_user: local_user.into(), closing: CancellationToken::new() }
    }
}

/// What every handler is given.
#[derive(Clone)]
pub struct HttpState {
    /// Store, board, ingest.
    pub service: Service,
    /// How the server meets the outside.
    pub config: Arc<HttpConfig>,
    /// Permits for live streams.
    pub(crate) streams: Arc<Semaphore>,
}

impl HttpState {
    /// The writer that `actor` is: the name only as a person token.
    #[must_use]
    pub fn writer(&self, actor: &Actor) -> Writer {
        self.service.ingest.writer(&actor.name, actor.steward)
    }
}

impl FromRef<HttpState> for Service {
    fn from_ref(state: &HttpState) -> Self {
        state.service.clone()
    }
}

/// The whole server as a router.
pub fn router(service: Service, config: HttpConfig) -> Router {
    let state =
        HttpState { service, config: Arc::new(config), streams: Arc::new(Semaphore::new(STREAMS_MAX)) };
    let (api, document) = OpenApiRouter::new().nest("/api/v1", rest::router()).split_for_parts();
    // Written once: a route is cloned with every connection, and the description is large.
    let document = Bytes::from(document.to_json().unwrap_or_default());
    let document = ([(CONTENT_TYPE, "application/json")], document);
    let routes = Router::new()
        .merge(api)
        .merge(crate::graphql::routes(&state))
        .merge(pages::routes())
        .route("/api/v1/openapi.json", get(|| async move { document }))
        .route("/livez", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/login", get(login::page).post(login::log_in))
        .route("/logout", post(login::log_out));
    routes
        .fallback(pages::no_route)
        .layer(from_fn_with_state(state.clone(), auth::guard))
        .layer(CompressionLayer::new())
        .layer(from_fn(problem::dress))
        .layer(from_fn(headers::secure))
        .layer(CatchPanicLayer::custom(problem::from_panic))
        .with_state(state)
}
