//! Graph algorithms on index graphs: components, witness cycles, cuts, orders, metrics.
//!
//! In: an [`IndexGraph`]: nodes 0..n (the caller numbers its entities in id order, so that ties break by name)
//! and weighted edges, sorted. Every function is pure, iterative (no recursion over outside data) and
//! deterministic: the same graph gives the same answer everywhere.
//!
//! Not here: entities, rules, what a result means (`lens`).

mod components;
mod cut;
mod cycle;
mod martin;
mod order;
mod reach;

pub use components::{Components, components};
pub use cut::{EXACT_NODES_MAX, is_acyclic_without, minimal_cut};
pub use cycle::{CYCLE_VISITS_MAX, shortest_cycle};
pub use martin::{Coupling, coupling, instability_millionths};
pub use order::{block_triangular_order, ranks};
pub use reach::{Reach, balanced_tree_ccd, reach};

/// An edge: from, to, weight.
pub type Edge = (u32, u32, u64);

/// A directed graph on 0..n with weighted edges sorted by (from, to), without parallel edges.
///
/// Self-loops are dropped: a node that uses itself says nothing about structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexGraph {
    first: Vec<u32>,
    edges: Vec<Edge>,
}

impl IndexGraph {
    /// Builds the graph; parallel edges add their weights, edges that leave 0..n are ignored.
    ///
    /// O(E log E).
    #[must_use]
    pub fn new(nodes: u32, edges: impl IntoIterator<Item = Edge>) -> Self {
        let mut sorted: Vec<Edge> =
            edges.into_iter().filter(|&(from, to, _)| from != to && from < nodes && to < nodes).collect();
        crate::order::sort_by_key(&mut sorted, |&(from, to, _)| (from, to));
        let mut merged: Vec<Edge> = Vec::with_capacity(sorted.len());
        for edge in sorted {
            match merged.last_mut() {
                Some(last) if (last.0, last.1) == (edge.0, edge.1) => last.2 = last.2.saturating_add(edge.2),
                _ => merged.push(edge),
            }
        }
        let mut first = vec![0u32; nodes as usize + 1];
        for &(from, _, _) in &merged {
            first[from as usize + 1] += 1;
        }
        for i in 0..nodes as usize {
            first[i + 1] += first[i];
        }
        Self { first, edges: merged }
    }

    /// Number of nodes.
    #[must_use]
    pub fn nodes(&self) -> u32 {
        u32::try_from(self.first.len() - 1).unwrap_or(u32::MAX)
    }

    /// All edges, sorted by (from, to).
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Edges that leave `node`, sorted by target.
    #[must_use]
    pub fn edges_from(&self, node: u32) -> &[Edge] {
        let node = node as usize;
        &self.edges[self.first[node] as usize..self.first[node + 1] as usize]
    }

    /// The graph with every edge turned round.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self::new(self.nodes(), self.edges.iter().map(|&(from, to, weight)| (to, from, weight)))
    }

    /// The part on `members` (ascending), renumbered 0..members.len() in that order.
    #[must_use]
    pub fn induced(&self, members: &[u32]) -> Self {
        let local = |node: u32| members.binary_search(&node).ok().and_then(|i| u32::try_from(i).ok());
        let edges = members
            .iter()
            .flat_map(|&member| self.edges_from(member))
            .filter_map(|&(from, to, weight)| Some((local(from)?, local(to)?, weight)));
        Self::new(u32::try_from(members.len()).unwrap_or(u32::MAX), edges.collect::<Vec<_>>())
    }
}
