//! Configuration: what the command line does not have to say every time.
//!
//! Four layers, each key by itself: flags over `MISSION_*` over the file over what is built in. The file is the one
//! that `--config` or `MISSION_CONFIG` names, else `mission.toml` in the user's configuration folder if it is
//! there. A key that is not known, or says nothing sound, is refused with its place.
//!
//! Not here: flags themselves (`cli`), opening what is configured. Secrets are never printed.

mod file;
mod place;

pub use place::{Bearer, Origin, Place, read_bearer, server_url, store_address};

use secrecy::SecretString;
use shared::id::{DEFAULT_PROJECT, Name};
use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tracing_subscriber::EnvFilter;

/// Where `serve` and `demo` listen if nothing says otherwise.
pub const LISTEN: &str = "127.0.0.1:8000";
/// Name of the configuration file in the user's folder.
pub const FILE_NAME: &str = "mission.toml";
/// Name of the store in the user's data folder.
pub const STORE_NAME: &str = "mission.db";

/// What can be configured; the same keys in the file and, upper-case behind `MISSION_`, in the environment.
pub const KEYS: [(&str, &str); 8] = [
    ("store", "sqlite:PATH or postgres://…"),
    ("to", "URL of a running server to ask instead of a store"),
    ("listen", "address and port of serve and demo"),
    ("token_file", "tokens that serve lets in; the first one is sent to a server"),
    ("project", "project of imported iterations"),
    ("user", "who writes where no token says it"),
    ("log", "what is logged: info, debug, server=debug,…"),
    ("log_format", "text or json"),
];

/// Why there is no configuration: where, which key, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {reason}")]
pub struct ConfigError {
    /// `FILE:LINE`, or the name of the variable.
    pub at: String,
    /// What is wrong, naming the key.
    pub reason: String,
}

impl ConfigError {
    fn new(at: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { at: at.into(), reason: reason.into() }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl std::str::FromStr for LogFormat {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(format!("{other:?} is no log format; text or json")),
        }
    }
}

/// One layer: what it says, key by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Layer {
    store: Option<String>,
    to: Option<String>,
    listen: Option<SocketAddr>,
    token_file: Option<PathBuf>,
    project: Option<Name>,
    user: Option<String>,
    log: Option<String>,
    log_format: Option<LogFormat>,
}

impl Layer {
    /// Sets `key` to `value`.
    ///
    /// # Errors
    /// What is wrong with the value, or that there is no such key.
    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "store" => self.store = Some(place::store_address(value)?),
            "to" => self.to = Some(place::server_url(value)?),
            "listen" => self.listen = Some(listen_address(value)?),
            "token_file" => self.token_file = Some(PathBuf::from(value)),
            "project" => self.project = Some(Name::new(value).map_err(|error| error.to_string())?),
            "user" => self.user = Some(user_name(value)?),
            "log" => self.log = Some(log_filter(value)?),
            "log_format" => self.log_format = Some(value.parse()?),
            _ => {
                let known: Vec<&str> = KEYS.iter().map(|(key, _)| *key).collect();
                return Err(format!("unknown key; known are {}", known.join(", ")));
            }
        }
        Ok(())
    }

    fn place(&self, origin: Origin) -> Result<Option<Place>, ConfigError> {
        match (&self.store, &self.to) {
            (Some(_), Some(_)) => Err(ConfigError::new(
                match origin {
                    Origin::Environment => "MISSION_STORE and MISSION_TO".to_owned(),
                    _ => "store and to".to_owned(),
                },
                "name either a store or a server, not both",
            )),
            (Some(store), None) => Ok(Some(Place::Store { address: store.clone(), origin })),
            (None, Some(url)) => Ok(Some(Place::Server(url.clone()))),
            (None, None) => Ok(None),
        }
    }
}

/// Reads an address to listen on.
///
/// # Errors
/// A sentence that says what one looks like.
pub fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let text =
        text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse().map_err(|_| format!("{text:?} is no address; give IP:PORT, such as {LISTEN}"))
}

/// Reads a filter for log lines.
///
/// # Errors
/// What the filter's own parser says.
pub fn log_filter(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|error| format!("{text:?}: {error}"))
}

fn user_name(text: &str) -> Result<String, String> {
    if text.is_empty() || text.len() > 128 || text.chars().any(char::is_control) {
        return Err("a user has 1 to 128 bytes and no control characters".to_owned());
    }
    Ok(text.to_owned())
}

/// The environment and the file; flags come on top, at each question.
#[derive(Debug, Clone)]
pub struct Config {
    environment: Layer,
    file: Layer,
    token: Option<SecretString>,
}

impl Config {
    /// Reads the environment, and the file at `path`, or the one the environment or the user's folder has.
    ///
    /// # Errors
    /// [`ConfigError`] naming file and line, or variable, and key.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        Self::from(path, &|name| env::var_os(name))
    }

    fn from(
        path: Option<&Path>,
        variable: &dyn Fn(&str) -> Option<std::ffi::OsString>,
    ) -> Result<Self, ConfigError> {
        let read = |name: &str| match variable(name).map(std::ffi::OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Some(Err(_)) => Err(ConfigError::new(name, "not UTF-8")),
        };
        let mut environment = Layer::default();
        for (key, _) in KEYS {
            let name = format!("MISSION_{}", key.to_ascii_uppercase());
            if let Some(text) = read(&name)? {
                environment.set(key, &text).map_err(|reason| ConfigError::new(name, reason))?;
            }
        }
        let named = path.map(Path::to_path_buf).map_or_else(
            || read("MISSION_CONFIG").map(|text| text.map(PathBuf::from)),
            |path| Ok(Some(path)),
        )?;
        let file = match named {
            Some(path) => file::read(&path)?,
            None => match place::configuration_folder().map(|folder| folder.join(FILE_NAME)) {
                Some(path) if path.is_file() => file::read(&path)?,
                _ => Layer::default(),
            },
        };
        let token = read("MISSION_TOKEN")?.map(SecretString::from);
        Ok(Self { environment, file, token })
    }

    /// Where events are kept or asked for: of the flags the one that is given, else the first layer that says.
    ///
    /// # Errors
    /// A layer names both, or there is no folder for a store of the user's own.
    pub fn place(&self, store: Option<&str>, to: Option<&str>) -> Result<Place, ConfigError> {
        if let Some(url) = to {
            return Ok(Place::Server(url.to_owned()));
        }
        self.store_or(store, true)
    }

    /// As [`Config::place`] for what works on a store only.
    ///
    /// # Errors
    /// As [`Config::place`].
    pub fn store(&self, store: Option<&str>) -> Result<Place, ConfigError> {
        self.store_or(store, false)
    }

    fn store_or(&self, flag: Option<&str>, may_be_server: bool) -> Result<Place, ConfigError> {
        if let Some(address) = flag {
            return Ok(Place::Store { address: address.to_owned(), origin: Origin::Flag });
        }
        for (layer, origin) in [(&self.environment, Origin::Environment), (&self.file, Origin::File)] {
            match layer.place(origin)? {
                Some(Place::Server(_)) if !may_be_server => {}
                Some(place) => return Ok(place),
                None => {}
            }
        }
        let folder = place::data_folder();
        let folder =
            folder.ok_or_else(|| ConfigError::new("store", "there is no home folder; give --store"))?;
        let address = format!("sqlite:{}", folder.join(STORE_NAME).display());
        Ok(Place::Store { address, origin: Origin::BuiltIn })
    }

    /// Where to listen.
    #[must_use]
    pub fn listen(&self, flag: Option<SocketAddr>) -> SocketAddr {
        let built_in = SocketAddr::from(([127, 0, 0, 1], 8000));
        flag.or(self.environment.listen).or(self.file.listen).unwrap_or(built_in)
    }

    /// The file of tokens.
    #[must_use]
    pub fn token_file(&self, flag: Option<&Path>) -> Option<PathBuf> {
        let flag = flag.map(Path::to_path_buf);
        flag.or_else(|| self.environment.token_file.clone()).or_else(|| self.file.token_file.clone())
    }

    /// The token to send to a server: of the flag's file, else `MISSION_TOKEN`, else of a configured file.
    ///
    /// # Errors
    /// The file cannot be read or has no token.
    pub fn bearer(&self, flag: Option<&Path>) -> Result<Option<Bearer>, ConfigError> {
        if let (None, Some(token)) = (flag, &self.token) {
            return Ok(Some(Bearer::new(token.clone())));
        }
        self.token_file(flag).map(|path| read_bearer(&path)).transpose()
    }

    /// Project of what is imported.
    ///
    /// # Panics
    /// Never: the built-in project is a name.
    #[must_use]
    pub fn project(&self, flag: Option<Name>) -> Name {
        let named = flag.or_else(|| self.environment.project.clone()).or_else(|| self.file.project.clone());
        named.unwrap_or_else(|| Name::new(DEFAULT_PROJECT).expect("the default project is a name"))
    }

    /// Who writes where no token says it: configured, else as the system calls the user.
    #[must_use]
    pub fn user(&self) -> String {
        let configured = self.environment.user.clone().or_else(|| self.file.user.clone());
        let system = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| env::var(name).ok());
        let sound = |name: String| user_name(&name).ok();
        configured.or_else(|| system().and_then(sound)).unwrap_or_else(|| "local".to_owned())
    }

    /// What is logged.
    #[must_use]
    pub fn log(&self, flag: Option<&str>, built_in: &str) -> String {
        let flag = flag.map(str::to_owned);
        let configured = flag.or_else(|| self.environment.log.clone()).or_else(|| self.file.log.clone());
        configured.unwrap_or_else(|| built_in.to_owned())
    }

    /// How log lines look.
    #[must_use]
    pub fn log_format(&self, flag: Option<LogFormat>) -> LogFormat {
        flag.or(self.environment.log_format).or(self.file.log_format).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn config(file: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("m.toml");
        std::fs::write(&path, file).expect("a file");
        let variable = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(*value))
        };
        Config::from(Some(&path), &variable).map_err(|mut error| {
            error.at = error.at.replace(&format!("{}/", folder.path().display()), "");
            error
        })
    }

    fn address(place: Place) -> String {
        match place {
            Place::Store { address, .. } => address,
            Place::Server(url) => url,
        }
    }

    #[test]
    fn flags_win_over_environment_over_file_over_what_is_built_in() {
        let text = "store = \"sqlite:file.db\"\nlisten = \"127.0.0.1:3\"\nproject = \"file\"\n";
        let both = config(text, &[("MISSION_STORE", "sqlite:env.db"), ("MISSION_LISTEN", "127.0.0.1:2")]);
        let both = both.expect("sound");
        let flag = both.place(Some("sqlite:flag.db"), None).expect("a place");
        assert_eq!(address(flag), "sqlite:flag.db");
        assert_eq!(address(both.place(None, None).expect("a place")), "sqlite:env.db");
        assert_eq!(both.listen(None).port(), 2);
        assert_eq!(both.listen(Some(([127, 0, 0, 1], 1).into())).port(), 1);
        assert_eq!(both.project(None).as_str(), "file");
        let only_file = config(text, &[("MISSION_STORE", "")]).expect("an empty variable is none");
        assert_eq!(address(only_file.place(None, None).expect("a place")), "sqlite:file.db");
        let nothing = config("", &[]).expect("sound");
        assert_eq!(
            (nothing.listen(None).to_string().as_str(), nothing.project(None).as_str()),
            (LISTEN, "default")
        );
    }

    #[test]
    fn a_higher_layer_decides_between_store_and_server() {
        let mixed =
            config("to = \"http://127.0.0.1:1\"", &[("MISSION_STORE", "sqlite:env.db")]).expect("sound");
        assert_eq!(address(mixed.place(None, None).expect("a place")), "sqlite:env.db");
        let only_server = config("to = \"http://127.0.0.1:1\"", &[]).expect("sound");
        assert_eq!(address(only_server.place(None, None).expect("a place")), "http://127.0.0.1:1");
        assert!(matches!(only_server.store(None), Ok(Place::Store { origin: Origin::BuiltIn, .. })));
        let both =
            config("", &[("MISSION_STORE", "sqlite:a"), ("MISSION_TO", "http://localhost:1")]).expect("read");
        assert!(both.place(None, None).is_err());
        assert!(both.place(Some("sqlite:b"), None).is_ok());
    }

    #[test]
    fn a_bad_file_is_refused_with_its_line_and_key() {
        for (text, at, words) in [
            ("store = \"sqlite:a\"\nstor = 1\n", "m.toml:2", "stor: unknown key"),
            ("\n\nlisten = \"nowhere\"", "m.toml:3", "listen: \"nowhere\" is no address"),
            ("listen = 8000", "m.toml:1", "listen: must be a text"),
            ("store = \"mysql:x\"", "m.toml:1", "store: \"mysql:x\" is no store"),
            ("project = \"../x\"", "m.toml:1", "project: a name must match"),
            ("log = \"=\"\n", "m.toml:1", "log: "),
            ("log_format = \"xml\"", "m.toml:1", "log_format: \"xml\" is no log format"),
            ("a = \"b\"\nlisten = \"x", "m.toml:2", ""),
            ("[serve]\nlisten = \"127.0.0.1:1\"", "m.toml:1", "serve: unknown key"),
        ] {
            let error = config(text, &[]).expect_err(text);
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.reason.starts_with(words), "{text}: {error}");
        }
        let variable = config("", &[("MISSION_LISTEN", "x")]).expect_err("no address");
        assert_eq!(variable.at, "MISSION_LISTEN");
    }
}
