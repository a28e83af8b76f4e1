//! A whole server in this process over a temporary store, with a fixed clock.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use server::clock::Clock;
use server::http::{HttpConfig, Tokens, router};
use server::service::Service;
use server::store::Store;
use server::store::sqlite::SqliteStore;
use shared::id::Name;
use shared::time::Time;
use std::sync::Arc;
use tower::ServiceExt;

/// When everything here is recorded.
pub const NOW: &str = "2026-11-17T12:00:00Z";

/// A server and the ways into it.
pub struct Place {
    pub service: Service,
    pub router: Router,
}

/// An answer, read to its end.
pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answered {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{error}: {}", String::from_utf8_lossy(&self.body));
        })
    }

    /// Asserts that it is a problem with `status` whose detail holds `words`.
    pub fn is_problem(&self, status: u16, words: &str) -> &Self {
        let text = String::from_utf8_lossy(&self.body).into_owned();
        assert_eq!(self.status.as_u16(), status, "{text}");
        assert_eq!(self.headers["content-type"], "application/problem+json", "{text}");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert!(problem["type"].as_str().is_some_and(|kind| kind.starts_with("/problems/")), "{text}");
        assert!(
            problem["detail"].as_str().is_some_and(|detail| detail.contains(words)),
            "{words:?} in {text}"
        );
        self
    }
}

impl Place {
    pub async fn new() -> Self {
        Self::with(None).await
    }

    pub async fn with(tokens: Option<Tokens>) -> Self {
        let now = Time::parse(NOW).unwrap();
        let store = SqliteStore::open_temporary(Arc::new(move || now)).await.unwrap();
        Self::over(Arc::new(store), tokens).await
    }

    /// A server over a store that there is already, as another process would be.
    pub async fn over(store: Arc<dyn Store>, tokens: Option<Tokens>) -> Self {
        let now = Time::parse(NOW).unwrap();
        let service = Service::with_clock(store, Clock::of(move || now)).await.unwrap();
        let config = HttpConfig { tokens, ..HttpConfig::local("tester") };
        Self { router: router(service.clone(), config), service }
    }

    pub async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Answered { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Answered {
        self.send(Request::get(path).header("host", "localhost").body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, headers: &[(&str, &str)], body: impl Into<Body>) -> Answered {
        let mut request = Request::post("/api/v1/events").header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    pub async fn lines(&self, body: impl Into<Body>) -> Answered {
        self.post(&[("content-type", "application/x-ndjson")], body).await
    }

    /// Number of events in all logs, by way of the store itself.
    pub async fn stored(&self) -> u64 {
        self.service.store.heads().await.unwrap().values().sum()
    }

    /// Asserts that nothing was stored and that the server goes on: a good event is taken in.
    pub async fn is_up_and_empty(&self) {
        assert_eq!(self.stored().await, 0);
        self.is_up().await;
    }

    /// Asserts that a good event is taken in.
    pub async fn is_up(&self) {
        let before = self.stored().await;
        let answer = self.lines(task("still-up", &before.to_string()).to_string()).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["accepted"], 1);
        assert_eq!(self.get("/readyz").await.status, 200);
    }
}

/// The envelope of a task that is declared.
pub fn task(iteration: &str, id: &str) -> Value {
    json!({
        "specversion": "1.0", "source": "test", "id": id, "type": "mission.task.declared.v1",
        "iteration": iteration, "time": "2026-11-17T09:00:00Z", "data": {"task": format!("task-{id}")},
    })
}

/// `count` of them, one a line.
pub fn tasks(iteration: &str, count: usize) -> String {
    (0..count).map(|n| format!("{}\n", task(iteration, &n.to_string()))).collect()
}

pub fn name(text: &str) -> Name {
    Name::iteration(text).unwrap()
}
