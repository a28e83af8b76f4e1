//! `mission serve`: the web page and the API over a store, until Ctrl-C or SIGTERM.

use super::failure::Failure;
use super::place::StoreFlag;
use super::print::{Out, say};
use super::{Context, log};
use crate::config::{LogFormat, listen_address, log_filter};
use crate::http::Tokens;
use crate::serve::{ServeError, ServeOptions, serve};
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Serves the web page and the API.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    listening: Listening,
    #[command(flatten)]
    store: StoreFlag,
    /// Tokens to let in, a NAME:TOKEN or NAME:TOKEN:steward a line; needed beyond this machine
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// How every server listens and logs.
#[derive(Debug, Clone, Args)]
pub(super) struct Listening {
    /// Address and port, port 0 lets the system choose [default: 127.0.0.1:8000]
    #[arg(long, value_name = "A", value_parser = listen_address)]
    pub(super) listen: Option<SocketAddr>,
    /// What is logged [default: info; in the demo: warn]
    #[arg(long, value_name = "FILTER", value_parser = log_filter)]
    log: Option<String>,
    /// How log lines look: text or json [default: text]
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
}

impl Listening {
    /// Starts logging.
    pub(super) fn log(&self, context: &Context, built_in: &str) {
        log::start(&context.config, self.log.as_deref(), self.log_format, built_in);
    }
}

impl Serve {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        let config = &context.config;
        self.listening.log(context, "info");
        let listen = config.listen(self.listening.listen);
        let token_file = config.token_file(self.token_file.as_deref());
        let tokens = token_file.as_deref().map(Tokens::read).transpose()?;
        if tokens.is_none() && !listen.ip().is_loopback() {
            return Err(ServeError::PublicWithoutToken(listen).into());
        }
        let service = self.store.open(context).await?;
        let options = ServeOptions { listen, tokens, local_user: config.user() };
        let place = config.store(self.store.store.as_deref())?;
        serve(service, options, |address| {
            let store =
                place.file().map_or_else(|| "a database".to_owned(), |file| file.display().to_string());
            tracing::info!(%address, store, "serving");
            announce(context, address);
        })
        .await?;
        Ok(0)
    }
}

/// Prints the URL on stdout, for scripts that let the system choose the port.
pub(super) fn announce(context: &Context, address: SocketAddr) {
    let url = format!("http://{address}");
    let mut out = Out::new();
    let printed = match context.json {
        true => out.json(&serde_json::json!({ "url": url })),
        false => out.line(&url),
    };
    if let Err(failure) = printed.and_then(|()| out.flush()) {
        say(&failure.message);
    }
}
