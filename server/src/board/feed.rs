//! How a graph is fed: in order, without gaps, each entry once, whoever brings it first.
//!
//! Appends of one process come back in any order, and other processes append too. Entries that come before
//! their turn wait, up to a bound; what does not come at all is read from the log.

use super::BoardError;
use super::frames::{Frame, entries_from_logged, frame_of};
use super::live::Live;
use crate::store::Store;
use shared::event::Entry;
use shared::graph::Graph;
use shared::segment::SEGMENT_EVENTS;
use shared::time::Position;
use std::collections::BTreeMap;

/// Entries read from the log at a time.
const READ_EVENTS: u32 = 4096;
/// Entries that may wait for their turn; beyond that they are dropped and read from the log later.
const WAITING_MAX: usize = 65_536;

impl Live {
    /// Reads the whole log, unless that has happened. True if it has now.
    pub(super) async fn load(&self, store: &dyn Store) -> Result<bool, BoardError> {
        let mut first = false;
        self.loaded
            .get_or_try_init(|| async {
                first = true;
                self.catch_up(store).await
            })
            .await?;
        Ok(first)
    }

    /// Takes `entries` in, those whose turn has come at once.
    pub(super) async fn offer(&self, store: &dyn Store, entries: Vec<Entry>) -> Result<(), BoardError> {
        let mut waiting = self.feed.waiting.lock().await;
        let head = self.head();
        if waiting.is_empty() && follow(&entries, head) {
            return self.push(entries);
        }
        waiting.extend(entries.into_iter().filter(|e| e.position > head).map(|e| (e.position, e)));
        self.push_ready(&mut waiting)?;
        if waiting.len() > WAITING_MAX {
            waiting.clear();
            drop(waiting);
            return self.catch_up(store).await;
        }
        Ok(())
    }

    /// Reads and folds what the log has beyond the graph.
    pub(super) async fn catch_up(&self, store: &dyn Store) -> Result<(), BoardError> {
        let mut waiting = self.feed.waiting.lock().await;
        loop {
            let logged = store.read(&self.iteration, self.head(), READ_EVENTS).await?;
            if logged.is_empty() {
                return Ok(());
            }
            let entries = entries_from_logged(logged).await?;
            waiting.extend(entries.into_iter().map(|entry| (entry.position, entry)));
            self.push_ready(&mut waiting)?;
            let head = self.head();
            waiting.retain(|position, _| *position > head);
        }
    }

    /// Puts `fresh` in place of the graph and folds what it lacks. Whoever watches goes on watching.
    pub(super) async fn replace(&self, fresh: Graph, store: &dyn Store) -> Result<(), BoardError> {
        {
            let _nobody_else_pushes = self.feed.waiting.lock().await;
            let head = fresh.head();
            *self.graph_mut() = fresh;
            self.forget_answers();
            self.pulse.send_modify(|pulse| pulse.head = head);
        }
        self.catch_up(store).await
    }

    /// Pushes those that wait and follow the head without a gap.
    fn push_ready(&self, waiting: &mut BTreeMap<Position, Entry>) -> Result<(), BoardError> {
        let head = self.head();
        let mut ready = Vec::new();
        while let Some(entry) = waiting.remove(&(head + 1 + ready.len() as u64)) {
            ready.push(entry);
        }
        self.push(ready)
    }

    /// Folds entries that follow the head without a gap, and tells whoever watches.
    fn push(&self, ready: Vec<Entry>) -> Result<(), BoardError> {
        let Some(last) = ready.last().map(|entry| entry.position) else {
            return Ok(());
        };
        if self.watchers() > 0 {
            for chunk in ready.chunks(SEGMENT_EVENTS as usize) {
                self.feed.remember(frame_of(chunk));
            }
        } else {
            self.feed.forget();
        }
        {
            let mut graph = self.graph_mut();
            for entry in ready {
                graph.push(entry).map_err(|gap| BoardError::Gap(self.iteration.clone(), gap))?;
            }
        }
        self.pulse.send_modify(|pulse| pulse.head = last);
        Ok(())
    }

    /// What follows `after`, at most one segment's worth and never beyond the head.
    ///
    /// Frames end where commits ended, so a reader that has caught up once finds the next one ready.
    pub(super) async fn frame(
        &self,
        store: &dyn Store,
        after: Position,
    ) -> Result<Option<Frame>, BoardError> {
        let head = self.head();
        if after >= head {
            return Ok(None);
        }
        if let Some(frame) = self.feed.recent_after(after) {
            return Ok(Some(frame));
        }
        let limit = (head - after).min(u64::from(READ_EVENTS));
        let logged = store.read(&self.iteration, after, u32::try_from(limit).unwrap_or(READ_EVENTS)).await?;
        let entries = entries_from_logged(logged).await?;
        Ok(frame_of(&entries))
    }
}

/// Whether `entries` are the next ones after `head`, without a gap.
fn follow(entries: &[Entry], head: Position) -> bool {
    entries.iter().zip(head + 1..).all(|(entry, expected)| entry.position == expected)
}
