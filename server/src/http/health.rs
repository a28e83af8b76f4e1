//! Is it alive, is it ready, and what does it count.

use super::{HttpState, Problem};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use std::time::Duration;

/// Longest wait for the store.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// `GET /livez`: the process answers.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: the store answers and the server is not closing.
pub(super) async fn ready(State(state): State<HttpState>) -> Result<&'static str, Problem> {
    if state.config.closing.is_cancelled() {
        return Err(Problem::unavailable("the server is closing", 5));
    }
    match tokio::time::timeout(PING_TIMEOUT, state.service.store.ping()).await {
        Ok(Ok(())) => Ok("ready\n"),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(Problem::unavailable("the store does not answer", 2)),
    }
}

/// `GET /metrics`: the Prometheus text format.
pub(super) async fn metrics(State(state): State<HttpState>) -> impl IntoResponse {
    let text = state.service.metrics.text();
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
}
