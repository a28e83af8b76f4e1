//! When the verdict of one iteration changed: looked for when somebody asks, kept, and followed as the log grows.
//!
//! As known then, what stood on screen never changes, so a change that is found is found for ever. One search an
//! iteration at a time, one analysis a step: events never wait for a whole search.

use super::live::Live;
use shared::lens::Analysis;
use shared::time::Position;
use shared::verdict::ribbon::{Ribbon, Transition, scene_at};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Analyses a search may take beyond those that narrow the changes it sees: what the browser's takes, too.
const SAMPLES_MAX: u32 = 160;

/// The changes found so far.
#[derive(Default)]
pub(super) struct Changes {
    found: Mutex<Ribbon>,
    searching: Arc<tokio::sync::Mutex<()>>,
}

impl Changes {
    /// Begins anew.
    pub(super) fn forget(&self) {
        *self.lock() = Ribbon::default();
    }

    // A ribbon is whole after every step, so a panic elsewhere leaves nothing half done.
    fn lock(&self) -> MutexGuard<'_, Ribbon> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    /// The changes and up to where they are all, after at most `patience`.
    pub(super) async fn changes_within(self: &Arc<Self>, patience: Duration) -> (Vec<Transition>, Position) {
        if self.changes.lock().searched() < self.head() {
            let live = self.clone();
            let search = async move {
                let _one_at_a_time = live.changes.searching.clone().lock_owned().await;
                tokio::task::spawn_blocking(move || while live.look_on() {}).await
            };
            // Whoever asks next sees what it has found by then.
            let _late = tokio::time::timeout(patience, tokio::spawn(search)).await;
        }
        let found = self.changes.lock();
        (found.transitions.clone(), found.searched())
    }

    /// One more analysis; false once the head is reached.
    fn look_on(&self) -> bool {
        let (position, scene) = {
            let graph = self.graph();
            let mut found = self.changes.lock();
            found.grow(graph.ticks(), SAMPLES_MAX);
            let Some(position) = found.wanted() else { return false };
            (position, scene_at(&graph, position))
        };
        let verdict = Analysis::of(scene).verdict.verdict;
        let graph = self.graph();
        let mut found = self.changes.lock();
        // Forgotten meanwhile: then another verdict is wanted.
        if found.wanted() == Some(position) {
            found.learn(graph.ticks(), verdict);
        }
        true
    }
}
