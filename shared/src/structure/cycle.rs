//! The shortest witness cycle of a strongly connected component, by breadth-first search.

use super::IndexGraph;
use std::collections::VecDeque;

/// Edge visits after which no further start is tried; the cycle found by then is the witness.
///
/// Reached only by components of thousands of modules whose shortest cycle is long.
pub const CYCLE_VISITS_MAX: u64 = 20_000_000;

/// A shortest cycle of `graph`, without repeating its first node; empty if there is none.
///
/// Starts from every node in turn, never deeper than the best cycle so far; among equally short ones the
/// first found wins (smallest start). Begins with its smallest node. O(V·E), bounded by [`CYCLE_VISITS_MAX`].
#[must_use]
pub fn shortest_cycle(graph: &IndexGraph) -> Vec<u32> {
    let mut best: Vec<u32> = Vec::new();
    let mut visits = 0u64;
    let mut search =
        Search { depth: vec![0; graph.nodes() as usize], parent: vec![0; graph.nodes() as usize] };
    for start in 0..graph.nodes() {
        if best.len() == 2 || (visits > CYCLE_VISITS_MAX && !best.is_empty()) {
            break;
        }
        let limit =
            if best.is_empty() { u32::MAX } else { u32::try_from(best.len()).unwrap_or(u32::MAX) - 1 };
        if let Some(cycle) = search.through(graph, start, limit, &mut visits) {
            best = cycle;
        }
    }
    let smallest = best.iter().enumerate().min_by_key(|&(_, node)| node).map_or(0, |(i, _)| i);
    best.rotate_left(smallest);
    best
}

struct Search {
    /// Distance from the start plus one; 0 for unseen.
    depth: Vec<u32>,
    parent: Vec<u32>,
}

impl Search {
    /// A shortest cycle through `start` of at most `limit` nodes.
    fn through(&mut self, graph: &IndexGraph, start: u32, limit: u32, visits: &mut u64) -> Option<Vec<u32>> {
        self.depth.fill(0);
        self.depth[start as usize] = 1;
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            if self.depth[node as usize] > limit {
                return None;
            }
            for &(_, to, _) in graph.edges_from(node) {
                *visits += 1;
                if to == start {
                    return Some(self.path_to(node, start));
                }
                if self.depth[to as usize] == 0 {
                    self.depth[to as usize] = self.depth[node as usize] + 1;
                    self.parent[to as usize] = node;
                    queue.push_back(to);
                }
            }
        }
        None
    }

    fn path_to(&self, end: u32, start: u32) -> Vec<u32> {
        let mut path = vec![end];
        let mut node = end;
        while node != start {
            node = self.parent[node as usize];
            path.push(node);
        }
        path.reverse();
        path
    }
}
