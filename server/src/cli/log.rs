//! Log lines on stderr: for a server with time and place, for other commands only what is worth a warning.

use crate::config::{Config, LogFormat};
use tracing_subscriber::EnvFilter;

/// Starts logging as flags and configuration say, else as `built_in`. Once a process; later calls do nothing.
pub(super) fn start(config: &Config, filter: Option<&str>, format: Option<LogFormat>, built_in: &str) {
    // Checked where it was given.
    let filter =
        EnvFilter::try_new(config.log(filter, built_in)).unwrap_or_else(|_| EnvFilter::new(built_in));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.log_format(format) {
        LogFormat::Text => lines.with_ansi(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    if let Err(error) = started {
        tracing::debug!(%error, "logging has been started already");
    }
}
