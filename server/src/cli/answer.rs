//! What was answered, whoever was asked: a server over HTTP, or the same routes within this process.
//!
//! Says which exit code an answer means that is none; asking is `remote`'s and `ask`'s business.

use super::failure::{Code, Failure};
use axum::http::{HeaderMap, header};
use serde::Deserialize;

/// Largest answer, in bytes: a page of the log has about 32 MiB, a lens of a large iteration more.
pub(super) const ANSWER_BYTES_MAX: usize = 512 << 20;
/// Longest part of a foreign answer that is shown, in characters.
const SHOWN_CHARS_MAX: usize = 200;

/// What was answered, whatever it was.
#[derive(Debug)]
pub(super) struct Answer {
    /// Who answered, for messages.
    pub(super) whom: String,
    /// HTTP status.
    pub(super) status: u16,
    /// Whether the body is a problem (RFC 9457): then it is one of ours.
    pub(super) is_problem: bool,
    /// The body.
    pub(super) body: Vec<u8>,
}

/// Whether the headers are those of a problem (RFC 9457).
pub(super) fn is_problem(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/problem+json"))
}

impl Answer {
    /// The body of an answer that is one.
    ///
    /// # Errors
    /// It is none; the exit code tells why.
    pub(super) fn ok(self) -> Result<Vec<u8>, Failure> {
        if matches!(self.status, 200 | 201) {
            return Ok(self.body);
        }
        Err(self.failure())
    }

    /// Why this is no answer.
    pub(super) fn failure(&self) -> Failure {
        #[derive(Deserialize)]
        struct Problem {
            detail: String,
        }
        let problem = if self.is_problem { serde_json::from_slice::<Problem>(&self.body).ok() } else { None };
        let code = match (self.status, &problem) {
            (401 | 403, _) => Code::Auth,
            (404, Some(_)) => Code::NotFound,
            (400 | 422, Some(_)) => Code::Usage,
            _ => Code::Store,
        };
        let whom = &self.whom;
        let message = match problem {
            Some(Problem { detail }) if self.status == 401 => format!("{whom} refuses: {detail}"),
            Some(Problem { detail }) if code == Code::Store => format!("{whom}: {detail}"),
            Some(Problem { detail }) => detail,
            None => {
                let text = String::from_utf8_lossy(&self.body);
                let words: Vec<&str> = text.split_whitespace().collect();
                let shown: String = words.join(" ").chars().take(SHOWN_CHARS_MAX).collect();
                format!("{whom} answers with status {}, is it a mission server? {shown}", self.status)
            }
        };
        Failure::new(code, message.trim_end())
    }
}
