//! The life of the server: listen, announce, answer, and close without losing what was acknowledged.
//!
//! Refuses an address that is not loopback without tokens. On SIGTERM or Ctrl-C readiness fails at once, no
//! connection is taken any more, streams are told to come back, and what is being worked on gets time to end.

mod searchable;

use crate::http::{HttpConfig, Tokens, router};
use crate::service::Service;
use axum::serve::ListenerExt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Longest time requests get to end after the signal.
const DRAIN_FOR: Duration = Duration::from_secs(25);

/// How to serve.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Where to listen; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Who may come in; must be there unless `listen` is loopback.
    pub tokens: Option<Tokens>,
    /// Who writes where no token says it.
    pub local_user: String,
}

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Everybody could come in.
    #[error("{0} is not a loopback address: give --token-file FILE, or listen on 127.0.0.1")]
    PublicWithoutToken(SocketAddr),
    /// Nobody can come in.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The listener broke.
    #[error("the server broke: {0}")]
    Broken(#[source] io::Error),
}

impl ServeError {
    /// Exit code of the process: 3 configuration, 4 network.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            ServeError::PublicWithoutToken(_) => 3,
            ServeError::Listen { .. } | ServeError::Broken(_) => 4,
        }
    }
}

/// Serves until SIGTERM or Ctrl-C; `announce` is given the address once it listens.
///
/// # Errors
/// [`ServeError`]; an orderly end is none.
pub async fn serve(
    service: Service,
    options: ServeOptions,
    announce: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let closing = CancellationToken::new();
    let signalled = closing.clone();
    tokio::spawn(async move {
        signal().await;
        tracing::info!("closing");
        signalled.cancel();
    });
    serve_until(service, options, closing, announce).await
}

/// As [`serve`], until `closing` is cancelled instead of a signal.
///
/// # Errors
/// As [`serve`].
pub async fn serve_until(
    service: Service,
    options: ServeOptions,
    closing: CancellationToken,
    announce: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let ServeOptions { listen, tokens, local_user } = options;
    if tokens.is_none() && !listen.ip().is_loopback() {
        return Err(ServeError::PublicWithoutToken(listen));
    }
    let failed = |source| ServeError::Listen { address: listen, source };
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    tokio::spawn(searchable::keep(service.store.clone(), closing.clone()));
    let router = router(service, HttpConfig { tokens, local_user, closing: closing.clone() });
    // Small frames must not wait for larger ones.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set nodelay");
        }
    });
    announce(address);
    let drained = closing.clone();
    let server = axum::serve(listener, router).with_graceful_shutdown(closing.clone().cancelled_owned());
    tokio::select! {
        ended = server => ended.map_err(ServeError::Broken),
        () = too_long(drained) => {
            tracing::warn!("some requests did not end in time");
            Ok(())
        }
    }
}

/// Ends when draining has taken too long.
async fn too_long(closing: CancellationToken) {
    closing.cancelled().await;
    tokio::time::sleep(DRAIN_FOR).await;
}

/// Ends on SIGTERM or Ctrl-C.
async fn signal() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "cannot hear Ctrl-C");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signals) => {
                signals.recv().await;
            }
            Err(error) => {
                tracing::error!(%error, "cannot hear SIGTERM");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
