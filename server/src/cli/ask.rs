//! Asking over REST: a running server, or the same routes over a store within this process.
//!
//! A store that is not there yet has no iterations; it is opened as soon as it appears, and never made.

use super::Context;
use super::answer::{ANSWER_BYTES_MAX, Answer, is_problem};
use super::failure::{Code, Failure};
use super::place::{PlaceFlags, open, presence};
use super::remote::Remote;
use crate::config::Place;
use crate::http::{HttpConfig, router};
use crate::service::Service;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::request::Builder;
use serde::Deserialize;
use shared::id::Name;
use std::sync::Arc;
use tower::ServiceExt;

/// Whom to ask.
pub(super) struct Asker {
    place: Place,
    user: String,
    way: Way,
}

/// How something is sent, with the media type of its body.
#[derive(Debug, Clone, Copy)]
pub(super) enum Method {
    Put(&'static str),
    Post(&'static str),
}

enum Way {
    /// The store is not there yet.
    Nothing,
    Store {
        router: Router,
        service: Service,
    },
    Server(Arc<Remote>),
}

impl Asker {
    /// Finds out whom the flags and the configuration name, and opens what is there.
    pub(super) async fn open(flags: &PlaceFlags, context: &Context) -> Result<Self, Failure> {
        let config = &context.config;
        let place = config.place(flags.store.as_deref(), flags.to.as_deref())?;
        let way = match &place {
            Place::Server(url) => {
                let bearer = config.bearer(flags.token_file.as_deref())?;
                Way::Server(Arc::new(Remote::new(url.clone(), bearer)))
            }
            Place::Store { .. } => Way::Nothing,
        };
        let mut asker = Self { place, user: config.user(), way };
        if matches!(asker.way, Way::Nothing) && presence(&asker.place)? {
            asker.open_store().await?;
        }
        Ok(asker)
    }

    /// Opens the store, which is made if it is not there: for what writes.
    pub(super) async fn open_store(&mut self) -> Result<(), Failure> {
        let service = open(&self.place).await?;
        let router = router(service.clone(), HttpConfig::local(self.user.clone()));
        self.way = Way::Store { router, service };
        Ok(())
    }

    /// Who writes where no token says it.
    pub(super) fn user(&self) -> &str {
        &self.user
    }

    /// The server, if one is asked.
    pub(super) fn server(&self) -> Option<Arc<Remote>> {
        match &self.way {
            Way::Server(remote) => Some(Arc::clone(remote)),
            _ => None,
        }
    }

    /// The service over the store, once it is open.
    pub(super) fn service(&self) -> Option<&Service> {
        match &self.way {
            Way::Store { service, .. } => Some(service),
            _ => None,
        }
    }

    /// Asks for `path` under `/api/v1`.
    ///
    /// # Errors
    /// The answer is none, with the exit code that tells why.
    pub(super) async fn get(&mut self, path: &str) -> Result<Vec<u8>, Failure> {
        if matches!(self.way, Way::Nothing) && presence(&self.place)? {
            self.open_store().await?;
        }
        let answer = match &self.way {
            Way::Nothing => {
                let file = self.place.file().map(|file| file.display().to_string()).unwrap_or_default();
                return Err(Failure::new(
                    Code::NotFound,
                    format!("not found: there is no store at {file} yet"),
                ));
            }
            Way::Server(remote) => {
                let (remote, path) = (Arc::clone(remote), path.to_owned());
                blocking(move || remote.get(&path)).await?
            }
            Way::Store { router, .. } => within(router, Request::builder(), path, Body::empty()).await?,
        };
        answer.ok()
    }

    /// Sends `body` to `path` under `/api/v1`; a store that is not there yet is made.
    ///
    /// # Errors
    /// It was not taken, with the exit code that tells why.
    pub(super) async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, Failure> {
        if matches!(self.way, Way::Nothing) {
            self.open_store().await?;
        }
        let (put, media) = match method {
            Method::Put(media) => (true, media),
            Method::Post(media) => (false, media),
        };
        let answer = match &self.way {
            Way::Nothing => return Err(Failure::new(Code::Store, "there is no store")),
            Way::Server(remote) => {
                let (remote, path) = (Arc::clone(remote), path.to_owned());
                blocking(move || remote.send(put, &path, media, &body)).await?
            }
            Way::Store { router, .. } => {
                let method = if put { "PUT" } else { "POST" };
                let request = Request::builder().method(method).header("content-type", media);
                within(router, request, path, Body::from(body)).await?
            }
        };
        answer.ok()
    }

    /// Asks for `path` under `/api/v1` and reads the answer as `T`.
    ///
    /// # Errors
    /// As [`Asker::get`], or the answer is no such thing.
    pub(super) async fn get_as<T: for<'de> Deserialize<'de>>(
        &mut self,
        path: &str,
    ) -> Result<(String, T), Failure> {
        let body = self.get(path).await?;
        let strange = |why: String| Failure::new(Code::Store, format!("the answer is not understood: {why}"));
        let text = String::from_utf8(body).map_err(|error| strange(error.to_string()))?;
        let read = serde_json::from_str(&text).map_err(|error| strange(error.to_string()))?;
        Ok((text, read))
    }
}

/// Asks the routes within this process.
async fn within(router: &Router, request: Builder, path: &str, body: Body) -> Result<Answer, Failure> {
    let broken = |error: &dyn std::fmt::Display| Failure::new(Code::Store, error.to_string());
    let request = request.uri(format!("/api/v1{path}")).body(body).map_err(|error| broken(&error))?;
    let response = router.clone().oneshot(request).await.map_err(|error| broken(&error))?;
    let status = response.status().as_u16();
    let is_problem = is_problem(response.headers());
    let body = to_bytes(response.into_body(), ANSWER_BYTES_MAX).await.map_err(|error| broken(&error))?;
    Ok(Answer { whom: "the store".to_owned(), status, is_problem, body: body.to_vec() })
}

/// Runs what blocks beside the async threads.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Failure::new(Code::Failed, format!("abandoned: {error}")))?
}

/// The path of an iteration under `/api/v1`.
pub(super) fn iteration_path(iteration: &Name, rest: &str) -> String {
    format!("/iterations/{}{rest}", percent_encoded(iteration.as_str()))
}

/// The query of a question, empty for now.
pub(super) fn question_query(valid: Option<&str>, known: Option<&str>) -> String {
    let mut query = String::new();
    for (name, text) in [("v", valid), ("k", known)] {
        if let Some(text) = text {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(&format!("{name}={}", percent_encoded(text)));
        }
    }
    query
}

/// `text` as a part of a path or query.
pub(super) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_of_times_survive_the_query() {
        let query = question_query(Some("2026-11-17T09:00:00+01:00"), Some("17"));
        assert_eq!(query, "?v=2026-11-17T09:00:00%2B01:00&k=17");
        assert_eq!(question_query(None, None), "");
        let name = Name::iteration("@a+b").expect("a name");
        assert_eq!(iteration_path(&name, "/x"), "/iterations/@a%2Bb/x");
    }
}
