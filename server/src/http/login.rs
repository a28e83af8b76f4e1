//! The way in for browsers: a form that turns a token into a cookie no script can read.

use super::auth::COOKIE_NAME;
use super::{HttpState, Parsed, Problem};
use axum::Form;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

/// Seconds a browser stays logged in: thirty days.
const COOKIE_AGE_S: u32 = 30 * 24 * 3600;

/// Where to go after logging in.
#[derive(Deserialize)]
pub(super) struct Onward {
    next: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct LogIn {
    token: String,
    next: Option<String>,
}

/// `GET /login`: the form.
pub(super) async fn page(Parsed(onward): Parsed<Onward>) -> Html<String> {
    Html(form(&onward.next.unwrap_or_default(), ""))
}

/// `POST /login`: a good token becomes a cookie; a bad one the form again.
pub(super) async fn log_in(
    State(state): State<HttpState>,
    form_data: Result<Form<LogIn>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Problem> {
    let Form(sent) = form_data.map_err(|error| Problem::bad_request(error.body_text()))?;
    let next = sent.next.unwrap_or_default();
    let known = state.config.tokens.as_ref().is_none_or(|tokens| tokens.actor(&sent.token).is_some());
    if !known {
        let body = form(&next, "This token is not known.");
        return Ok((StatusCode::UNAUTHORIZED, Html(body)).into_response());
    }
    with_cookie(&sent.token, COOKIE_AGE_S, local_path(&next))
}

/// `POST /logout`: forgets the cookie.
pub(super) async fn log_out() -> Result<Response, Problem> {
    with_cookie("", 0, "/login")
}

fn with_cookie(token: &str, age_s: u32, onward: &str) -> Result<Response, Problem> {
    let cookie = format!("{COOKIE_NAME}={token}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Strict");
    let cookie = HeaderValue::from_str(&cookie)
        .map_err(|_| Problem::bad_request("a token has printable ASCII characters only"))?;
    let mut response = Redirect::to(onward).into_response();
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

/// A path of this server; anything else becomes `/`.
fn local_path(next: &str) -> &str {
    let local = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if local { next } else { "/" }
}

fn form(next: &str, message: &str) -> String {
    let next = if local_path(next) == next { escape(next) } else { "/".to_owned() };
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Mission Control</title>\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <style>body{{font:16px system-ui;max-width:22rem;margin:20vh auto;padding:0 1rem;\
         color-scheme:light dark}}input,button{{font:inherit;width:100%;box-sizing:border-box;\
         padding:.6rem;margin:.3rem 0}}</style>\
         <main><h1>Mission Control</h1><p role=\"alert\">{message}</p>\
         <form method=\"post\" action=\"/login\"><input type=\"hidden\" name=\"next\" value=\"{next}\">\
         <label>Token<input type=\"password\" name=\"token\" autocomplete=\"current-password\" required \
         autofocus></label><button>Log in</button></form></main></html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_leads_nowhere_else() {
        assert_eq!(local_path("/i/a/dde?v=1"), "/i/a/dde?v=1");
        for bad in ["//evil.org", "https://evil.org", "/\\evil.org", "", "/a\r\nSet-Cookie: x=y"] {
            assert_eq!(local_path(bad), "/", "{bad:?}");
        }
        assert!(!form("/\"><script>", "").contains("\"><script>"));
    }
}
