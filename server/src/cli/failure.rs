//! Why a command ends without an answer: an exit code for scripts and a sentence for people.

use crate::config::ConfigError;
use crate::http::TokenError;
use crate::ingest::IngestError;
use crate::serve::ServeError;
use crate::store::StoreError;

/// Exit codes beside those of verdicts (design section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// A check failed, or something that has no code of its own.
    Failed = 1,
    /// The command line says nothing sound.
    Usage = 2,
    /// So does the configuration.
    Config = 3,
    /// The store or the server is out of reach.
    Store = 4,
    /// The server wants a token, or another one.
    Auth = 5,
    /// There is no such thing.
    NotFound = 6,
    /// It took longer than allowed.
    TimedOut = 7,
    /// An import was refused whole.
    Refused = 8,
    /// Ctrl-C.
    Interrupted = 130,
}

/// Why a command ends without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) code: Code,
    pub(super) message: String,
}

impl Failure {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(Code::Config, error.to_string())
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        Self::new(Code::Config, error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::Address(_) => Code::Usage,
            StoreError::Transient(_) | StoreError::Critical(_) => Code::Store,
            StoreError::NotEmpty(_) | StoreError::NotWhole(_) => Code::Refused,
            StoreError::NotFound(_) => Code::NotFound,
        };
        Self::new(code, chain(&error))
    }
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Broken(error) => error.into(),
            IngestError::Body(_) => Self::new(Code::Refused, error.to_string()),
            IngestError::Busy { .. } | IngestError::Unavailable { .. } => {
                Self::new(Code::Store, error.to_string())
            }
        }
    }
}

impl From<crate::board::BoardError> for Failure {
    fn from(error: crate::board::BoardError) -> Self {
        let code = match &error {
            crate::board::BoardError::NotFound(_) => Code::NotFound,
            _ => Code::Store,
        };
        Self::new(code, chain(&error))
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        let code = if error.exit_code() == 3 { Code::Config } else { Code::Store };
        Self::new(code, error.to_string())
    }
}

/// An error with what is behind it, each thing said once.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(cause) = behind {
        let words = cause.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        behind = cause.source();
    }
    text
}
