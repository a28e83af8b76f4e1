//! A running server, asked over HTTP or HTTPS: bounded in time and size, patient when it says to come again.
//!
//! Blocking; call it beside the async threads. The token goes to the named server only, redirects are not followed.
//! Over HTTPS its certificate must be signed by an authority that this machine trusts, or that `SSL_CERT_FILE` names.

use super::answer::{ANSWER_BYTES_MAX, Answer, is_problem};
use super::failure::{Code, Failure};
use crate::config::Bearer;
use std::thread;
use std::time::{Duration, Instant};
use ureq::http::{HeaderMap, Response};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

/// Longest time to reach the server.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time for one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);
/// How long a server that says to come again is given.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longest wait between two tries.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(10);

/// A server by its URL.
#[derive(Debug)]
pub(super) struct Remote {
    agent: Agent,
    url: String,
    bearer: Option<Bearer>,
}

impl Remote {
    pub(super) fn new(url: String, bearer: Option<Bearer>) -> Self {
        let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let is_here = ["localhost", "127.", "[::1]"].iter().any(|here| host.starts_with(here));
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .tls_config(tls)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_global(Some(REQUEST_TIMEOUT))
            .user_agent(concat!("mission/", env!("CARGO_PKG_VERSION")));
        if is_here {
            // A proxy of the environment is for other machines.
            config = config.proxy(None);
        }
        Self { agent: config.build().into(), url, bearer }
    }

    /// Asks for `path` under `/api/v1`.
    pub(super) fn get(&self, path: &str) -> Result<Answer, Failure> {
        self.patiently(|url, bearer| {
            let mut request = self.agent.get(format!("{url}{path}"));
            if let Some(value) = bearer {
                request = request.header("authorization", value);
            }
            request.call()
        })
    }

    /// Sends `body` to `path` under `/api/v1`.
    pub(super) fn send(&self, put: bool, path: &str, media: &str, body: &[u8]) -> Result<Answer, Failure> {
        self.patiently(|url, bearer| {
            let url = format!("{url}{path}");
            let request = if put { self.agent.put(url) } else { self.agent.post(url) };
            let mut request = request.header("content-type", media);
            if let Some(value) = bearer {
                request = request.header("authorization", value);
            }
            request.send(body)
        })
    }

    /// Sends lines of events to be taken in.
    pub(super) fn post_lines(&self, lines: &[u8]) -> Result<Answer, Failure> {
        self.patiently(|url, bearer| {
            let mut request =
                self.agent.post(format!("{url}/events")).header("content-type", "application/x-ndjson");
            if let Some(value) = bearer {
                request = request.header("authorization", value);
            }
            request.send(lines)
        })
    }

    /// Sends until there is an answer other than "come again", or patience ends.
    fn patiently(
        &self,
        send: impl Fn(&str, Option<&str>) -> Result<Response<Body>, ureq::Error>,
    ) -> Result<Answer, Failure> {
        let url = format!("{}/api/v1", self.url);
        let bearer = self.bearer.as_ref().map(Bearer::header);
        let until = Instant::now() + PATIENCE;
        loop {
            let response = send(&url, bearer.as_deref()).map_err(|error| self.unreachable(&error))?;
            let status = response.status().as_u16();
            let wait = retry_after(response.headers());
            let is_problem = is_problem(response.headers());
            if matches!(status, 429 | 503) && Instant::now() + wait < until {
                thread::sleep(wait);
                continue;
            }
            let limit = ANSWER_BYTES_MAX as u64;
            let body = response.into_body().into_with_config().limit(limit).read_to_vec();
            let body = body.map_err(|error| self.unreachable(&error))?;
            return Ok(Answer { whom: self.url.clone(), status, is_problem, body });
        }
    }

    fn unreachable(&self, error: &ureq::Error) -> Failure {
        let why = error.to_string();
        // The words of rustls; what kind of error they come in depends on when the handshake fails.
        let message = match why.split_once("invalid peer certificate: ") {
            Some((_, wrong)) => format!(
                "{} has a certificate that is not trusted here: {wrong}; \
                 if it is signed by an authority of your own, name that one's PEM file in SSL_CERT_FILE",
                self.url
            ),
            None => format!("cannot reach {}: {why}", self.url),
        };
        Failure::new(Code::Store, message)
    }
}

/// How long the server wants to be left alone.
fn retry_after(headers: &HeaderMap) -> Duration {
    let seconds = headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::from_secs(seconds.unwrap_or(1)).min(RETRY_AFTER_MAX)
}
