//! Who asks: bearer tokens, the browser's cookie, and the guards of a server without tokens.
//!
//! With tokens every request but those of the login page bears one. Without tokens the server listens on
//! loopback only; then names that resolve there (DNS rebinding) and other sites' forms are kept out by `Host`
//! and `Origin`. Tokens are compared in constant time and never printed.

use super::{HttpState, Problem};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{ACCEPT, AUTHORIZATION, COOKIE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use std::fmt;
use std::path::Path;

/// Cookie that bears a browser's token.
pub(super) const COOKIE_NAME: &str = "mission_token";
/// Shortest token, in bytes.
const TOKEN_BYTES_MIN: usize = 16;
/// Most lines of a token file.
const TOKENS_MAX: usize = 4096;

/// Why a token file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It cannot be read.
    #[error("cannot read the token file: {0}")]
    Io(#[from] std::io::Error),
    /// A line is no token. The line itself is not shown.
    #[error("token file, line {line}: {reason}; a line is NAME:TOKEN or NAME:TOKEN:steward")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// It has none.
    #[error("the token file has no token")]
    Empty,
}

/// Who may come in. Holds hashes, not tokens.
#[derive(Clone)]
pub struct Tokens(Vec<(blake3::Hash, Actor)>);

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tokens({})", self.0.len())
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Token name, or the local user.
    pub name: String,
    /// Whether it may name events of other sources.
    pub steward: bool,
}

impl Tokens {
    /// Reads a token file: a `NAME:TOKEN` or `NAME:TOKEN:steward` a line; blank lines and `#` lines do not count.
    ///
    /// # Errors
    /// [`TokenError`], never with a token in it.
    pub fn read(path: &Path) -> Result<Self, TokenError> {
        Self::parse(&std::fs::read_to_string(path)?)
    }

    /// As [`Tokens::read`], from the text itself.
    ///
    /// # Errors
    /// As [`Tokens::read`].
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let mut tokens = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let refuse = |reason| TokenError::Line { line, reason };
            let mut parts = text.split(':');
            let (Some(name), Some(token)) = (parts.next(), parts.next()) else {
                return Err(refuse("no colon"));
            };
            let steward = match (parts.next(), parts.next()) {
                (None, _) => false,
                (Some("steward"), None) => true,
                _ => return Err(refuse("more than a name, a token and steward")),
            };
            if name.is_empty() || name.len() > 128 || name.chars().any(char::is_control) {
                return Err(refuse("the name must have 1 to 128 bytes"));
            }
            if token.len() < TOKEN_BYTES_MIN || !token.bytes().all(|b| b.is_ascii_graphic() && b != b';') {
                return Err(refuse("the token must have at least 16 printable ASCII characters, no ; or :"));
            }
            if tokens.len() == TOKENS_MAX {
                return Err(refuse("too many tokens"));
            }
            tokens.push((blake3::hash(token.as_bytes()), Actor { name: name.to_owned(), steward }));
        }
        if tokens.is_empty() { Err(TokenError::Empty) } else { Ok(Self(tokens)) }
    }

    /// Whose token this is. Looks at all of them, each compared in constant time.
    #[must_use]
    pub fn actor(&self, token: &str) -> Option<&Actor> {
        let hash = blake3::hash(token.as_bytes());
        let mut found = None;
        for (known, actor) in &self.0 {
            if *known == hash {
                found = found.or(Some(actor));
            }
        }
        found
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Actor>().cloned().ok_or_else(Problem::unauthorized)
    }
}

/// Lets a request through if it may come in, with its [`Actor`].
pub(super) async fn guard(State(state): State<HttpState>, mut request: Request, next: Next) -> Response {
    match check(&state, &request) {
        Ok(actor) => {
            if let Some(actor) = actor {
                request.extensions_mut().insert(actor);
            }
            next.run(request).await
        }
        Err(problem) if problem.status() == StatusCode::UNAUTHORIZED && wants_page(&request) => {
            Redirect::to(&login_address(&request)).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

/// Whether a person's browser asks for a page.
fn wants_page(request: &Request) -> bool {
    let accept = header(request.headers(), ACCEPT.as_str());
    request.method() == Method::GET && accept.is_some_and(|types| types.contains("text/html"))
}

/// The login page that leads back to where the request wanted to go.
fn login_address(request: &Request) -> String {
    let wanted = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut address = "/login?next=".to_owned();
    for byte in wanted.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}

fn check(state: &HttpState, request: &Request) -> Result<Option<Actor>, Problem> {
    let headers = request.headers();
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let upgrades = headers.contains_key("upgrade");
    if (changes || upgrades) && is_cross_origin(headers) {
        return Err(Problem::forbidden("requests of other sites are refused"));
    }
    match &state.config.tokens {
        Some(tokens) => {
            let actor = borne(headers).and_then(|token| tokens.actor(token));
            match actor {
                Some(actor) => Ok(Some(actor.clone())),
                None if request.uri().path() == "/login" => Ok(None),
                None => Err(Problem::unauthorized()),
            }
        }
        None => {
            let host = request.uri().host().or_else(|| header(headers, HOST.as_str()));
            match host {
                Some(host) if !is_local(host) => Err(Problem::forbidden(
                    "this server answers to localhost only; Host names something else",
                )),
                _ => Ok(Some(Actor { name: state.config.local_user.clone(), steward: false })),
            }
        }
    }
}

/// The token of the `Authorization` header, else of the cookie.
fn borne(headers: &HeaderMap) -> Option<&str> {
    if let Some(value) = header(headers, AUTHORIZATION.as_str()) {
        let (scheme, token) = value.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| token.trim());
    }
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE_NAME).then_some(value))
}

/// Whether a browser says that another site sends this. Other programs send no `Origin`.
fn is_cross_origin(headers: &HeaderMap) -> bool {
    match header(headers, ORIGIN.as_str()) {
        None => header(headers, "sec-fetch-site").is_some_and(|site| site == "cross-site"),
        Some(origin) => {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.is_none() || authority != header(headers, HOST.as_str())
        }
    }
}

/// Whether a `Host` (with or without port) is this machine by a name nobody else can give.
fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split(':').next().unwrap_or(host),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_file_is_read_line_by_line_and_never_shown() {
        let text = "# who\nci:0123456789abcdef\n\nmia:fedcba9876543210:steward\n";
        let tokens = Tokens::parse(text).unwrap();
        assert_eq!(
            tokens.actor("0123456789abcdef").map(|a| (a.name.as_str(), a.steward)),
            Some(("ci", false))
        );
        assert!(tokens.actor("fedcba9876543210").unwrap().steward);
        assert_eq!(tokens.actor("0123456789abcdeF"), None);
        for bad in ["ci", "ci:short", "ci:0123456789abcdef:admin", ":0123456789abcdef", "", "#x"] {
            let error = Tokens::parse(bad).unwrap_err().to_string();
            assert!(!error.contains("0123456789abcdef"), "{error}");
        }
        assert!(!format!("{tokens:?}").contains("ci"));
    }

    #[test]
    fn only_names_nobody_else_can_give_are_local() {
        for good in ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "127.8.9.1"] {
            assert!(is_local(good), "{good}");
        }
        for bad in ["localhost.evil.org", "127.0.0.1.nip.io", "10.0.0.1", "[::2]", "evil", ""] {
            assert!(!is_local(bad), "{bad}");
        }
    }
}
