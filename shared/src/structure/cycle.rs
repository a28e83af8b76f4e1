//! The shortest witness cycle of a strongly connected component, by breadth-first search.

use super::IndexGraph;

/// Edge visits after which no further start is tried; the cycle found by then is the witness.
///
/// Reached only by components of thousands of modules whose shortest cycle is long.
pub const CYCLE_VISITS_MAX: u64 = 20_000_000;

/// A shortest cycle of `graph`, without repeating its first node; empty if there is none.
///
/// Searches from every node in turn, among greater nodes only (cycles through smaller ones are known by then) and
/// never deeper than the best cycle so far; among equally short ones the first found wins (smallest start). Begins
/// with its smallest node. O(V·E), bounded by [`CYCLE_VISITS_MAX`].
#[must_use]
pub fn shortest_cycle(graph: &IndexGraph) -> Vec<u32> {
    let mut best: Vec<u32> = mutual(graph);
    let mut search = Search {
        depth: vec![0; graph.nodes() as usize],
        parent: vec![0; graph.nodes() as usize],
        queue: Vec::new(),
        visits: 0,
    };
    for start in 0..graph.nodes() {
        if best.len() == 2 || (search.visits > CYCLE_VISITS_MAX && !best.is_empty()) {
            break;
        }
        let limit = u32::try_from(best.len()).unwrap_or(u32::MAX).wrapping_sub(1);
        if let Some(cycle) = search.through(graph, start, limit) {
            best = cycle;
        }
    }
    best
}

/// The first two nodes that use each other.
fn mutual(graph: &IndexGraph) -> Vec<u32> {
    let back = |edge: &&super::Edge| edge.0 < edge.1 && graph.weight(edge.1, edge.0) > 0;
    graph.edges().iter().find(back).map_or_else(Vec::new, |edge| vec![edge.0, edge.1])
}

struct Search {
    /// Distance from the start plus one; 0 for unseen.
    depth: Vec<u32>,
    parent: Vec<u32>,
    /// Nodes seen, in the order they are searched from.
    queue: Vec<u32>,
    visits: u64,
}

impl Search {
    /// A shortest cycle through `start` and greater nodes, of at most `limit` nodes.
    fn through(&mut self, graph: &IndexGraph, start: u32, limit: u32) -> Option<Vec<u32>> {
        for node in self.queue.drain(..) {
            self.depth[node as usize] = 0;
        }
        self.depth[start as usize] = 1;
        self.queue.push(start);
        let mut at = 0;
        while let Some(&node) = self.queue.get(at) {
            at += 1;
            if self.depth[node as usize] > limit {
                return None;
            }
            for &(_, to, _) in graph.edges_from(node) {
                self.visits += 1;
                if to == start {
                    return Some(self.path_to(node, start));
                }
                if to > start && self.depth[to as usize] == 0 {
                    self.depth[to as usize] = self.depth[node as usize] + 1;
                    self.parent[to as usize] = node;
                    self.queue.push(to);
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
