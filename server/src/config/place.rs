//! Where things are: stores, servers, the user's folders, and the token that opens a server.

use super::ConfigError;
use directories::ProjectDirs;
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};

/// Which layer named a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A flag.
    Flag,
    /// `MISSION_*`.
    Environment,
    /// The configuration file.
    File,
    /// Nobody: the store in the user's data folder.
    BuiltIn,
}

/// Where events are kept, or who is asked for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A store of this machine, or a database.
    Store {
        /// `sqlite:PATH` or `postgres://…`.
        address: String,
        /// Who said so.
        origin: Origin,
    },
    /// A running server, by its URL without a trailing slash.
    Server(String),
}

impl Place {
    /// File of a SQLite store.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        let Place::Store { address, .. } = self else { return None };
        let path = address.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        (path != ":memory:").then(|| Path::new(path))
    }
}

/// Checks the address of a store.
///
/// # Errors
/// A sentence that says what one looks like.
pub fn store_address(text: &str) -> Result<String, String> {
    let is_file = text.strip_prefix("sqlite:").is_some_and(|path| !path.trim_start_matches('/').is_empty());
    if is_file || text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return Ok(text.to_owned());
    }
    // An address may hold a password: of a database's only the scheme is repeated.
    let shown = text.split_once("://").map_or(text, |(scheme, _)| scheme);
    Err(format!("{shown:?} is no store; give sqlite:PATH or postgres://…"))
}

/// Checks the URL of a server and drops its trailing slash.
///
/// # Errors
/// A sentence that says what one looks like.
pub fn server_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).unwrap_or_default();
    let is_url = !rest.trim_end_matches('/').is_empty()
        && !rest.contains(['?', '#', '@'])
        && !rest.chars().any(char::is_whitespace);
    if !is_url {
        return Err(format!("{text:?} is no URL of a server; give http://HOST:PORT or https://HOST"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// A token on its way to a server; never printed.
#[derive(Clone)]
pub struct Bearer(SecretString);

impl Bearer {
    /// The token as it is.
    #[must_use]
    pub fn new(token: SecretString) -> Self {
        Self(token)
    }

    /// The value of the `Authorization` header. Use it for that only.
    #[must_use]
    pub fn header(&self) -> String {
        format!("Bearer {}", self.0.expose_secret())
    }
}

impl std::fmt::Debug for Bearer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bearer(…)")
    }
}

/// The first token of a file: a line of its own, or the `NAME:TOKEN` line of a server's token file.
///
/// # Errors
/// The file cannot be read or has no token. The token itself is never in the message.
pub fn read_bearer(path: &Path) -> Result<Bearer, ConfigError> {
    let at = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::new(&at, error.to_string()))?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let line = line.ok_or_else(|| ConfigError::new(&at, "the token file has no token"))?;
    let token = line.split(':').nth(1).unwrap_or(line);
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ConfigError::new(&at, "the token has characters that no header can bear"));
    }
    Ok(Bearer::new(SecretString::from(token.to_owned())))
}

/// Where the user's data lies.
pub(super) fn data_folder() -> Option<PathBuf> {
    ProjectDirs::from("", "", "mission").map(|folders| folders.data_dir().to_path_buf())
}

/// Where the user's configuration lies.
pub(super) fn configuration_folder() -> Option<PathBuf> {
    ProjectDirs::from("", "", "mission").map(|folders| folders.config_dir().to_path_buf())
}
