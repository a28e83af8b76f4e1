//! The service: one store with the board and the ingest that belong to it. What every surface (HTTP, GraphQL,
//! pages, command line) is given.
//!
//! Not here: listening, routing, configuration.

use crate::board::Board;
use crate::clock::Clock;
use crate::ingest::Ingest;
use crate::metrics::Metrics;
use crate::segments::Segments;
use crate::store::{Store, StoreError};
use std::sync::Arc;

/// A store and what works on it. Cheap to clone; all clones share everything.
#[derive(Clone)]
pub struct Service {
    /// The log and what lies beside it.
    pub store: Arc<dyn Store>,
    /// Live graphs, and answers from them.
    pub board: Board,
    /// The way in.
    pub ingest: Ingest,
    /// Sealed segments of the logs.
    pub segments: Segments,
    /// What is counted and timed.
    pub metrics: Arc<Metrics>,
}

impl Service {
    /// Opens the service over `store`, with the wall clock. Must be called within a tokio runtime, because the
    /// board watches the store for what other processes write.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn open(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        Self::with_clock(store, Clock::wall()).await
    }

    /// As [`Service::open`], with a given clock.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn with_clock(store: Arc<dyn Store>, clock: Clock) -> Result<Self, StoreError> {
        store.ping().await?;
        let metrics = Arc::new(Metrics::new());
        let board = Board::new(store.clone(), clock, metrics.clone());
        let ingest = Ingest::new(store.clone(), board.clone(), metrics.clone());
        let segments = Segments::new(store.clone(), board.clone());
        Ok(Self { store, board, ingest, segments, metrics })
    }
}
