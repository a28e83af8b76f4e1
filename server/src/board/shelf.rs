//! Which graphs are in memory, and which go first.

use super::live::Live;
use shared::id::Name;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most graphs in memory.
const GRAPHS_MAX: usize = 256;
/// Most events in all graphs in memory together; about 64 bytes each and their values.
const EVENTS_MAX: u64 = 4_000_000;

/// Live graphs by iteration, each with the turn it was last used in.
#[derive(Default)]
pub(super) struct Shelf {
    lives: BTreeMap<Name, (u64, Arc<Live>)>,
    turn: u64,
}

impl Shelf {
    /// The graph of `iteration`, now the most recently used one.
    pub(super) fn take(&mut self, iteration: &Name) -> Option<Arc<Live>> {
        self.turn += 1;
        let (turn, live) = self.lives.get_mut(iteration)?;
        *turn = self.turn;
        Some(live.clone())
    }

    /// Whether the graph of `iteration` is here.
    pub(super) fn holds(&self, iteration: &Name) -> bool {
        self.lives.contains_key(iteration)
    }

    /// Puts `live` there unless its iteration already has one; returns the one that is there.
    pub(super) fn put(&mut self, live: Live) -> Arc<Live> {
        self.turn += 1;
        let turn = self.turn;
        let slot = self.lives.entry(live.iteration.clone()).or_insert_with(|| (turn, Arc::new(live)));
        slot.0 = turn;
        slot.1.clone()
    }

    /// All graphs in memory.
    pub(super) fn all(&self) -> Vec<Arc<Live>> {
        self.lives.values().map(|(_, live)| live.clone()).collect()
    }

    /// Drops graphs, the longest unused first, until the bounds hold; those that somebody watches stay.
    /// Returns how many graphs and events are left.
    pub(super) fn evict(&mut self) -> (u64, u64) {
        self.evict_to(GRAPHS_MAX, EVENTS_MAX)
    }

    fn evict_to(&mut self, graphs_max: usize, events_max: u64) -> (u64, u64) {
        let mut events: u64 = self.lives.values().map(|(_, live)| live.head()).sum();
        if self.lives.len() > graphs_max || events > events_max {
            let mut idle: Vec<(u64, Name)> = self
                .lives
                .values()
                .filter(|(_, live)| live.watchers() == 0)
                .map(|(turn, live)| (*turn, live.iteration.clone()))
                .collect();
            idle.sort_unstable();
            // The most recently used one is what somebody is about to read.
            idle.retain(|(turn, _)| *turn != self.turn);
            for (_, iteration) in idle {
                if self.lives.len() <= graphs_max && events <= events_max {
                    break;
                }
                if let Some((_, live)) = self.lives.remove(&iteration) {
                    events = events.saturating_sub(live.head());
                }
            }
        }
        (self.lives.len() as u64, events)
    }
}
