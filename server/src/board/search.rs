//! Looks for changes of the verdict of one iteration when somebody asks, and on as the log grows.
//!
//! One search an iteration at a time, one analysis a step: events never wait for a whole search.

use super::live::Live;
use shared::lens::Analysis;
use shared::time::Position;
use shared::verdict::ribbon::{Transition, scene_at};
use std::sync::Arc;
use std::time::Duration;

/// Analyses a search may take beyond those that narrow the changes it sees: what the browser's takes, too.
const SAMPLES_MAX: u32 = 160;

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
