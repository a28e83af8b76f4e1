//! Graph algorithms on index graphs: components, witness cycles, cuts, orders, metrics, and all of them kept up to
//! date edge by edge.
//!
//! In: an [`IndexGraph`]: nodes 0..n (the caller numbers its entities in id order, so that ties break by name)
//! and weighted edges, sorted. Every function is pure, iterative (no recursion over outside data) and
//! deterministic: the same graph gives the same answer everywhere. [`Architecture`] puts them together over a tree
//! of folders: one [`Level`] for all modules and one for the children of every folder.
//!
//! Not here: entities, rules, what a result means (`lens`).

mod architecture;
mod components;
mod condensed;
mod cut;
mod cycle;
mod level;
mod martin;
mod reach;
mod schedule;
mod tree;

pub use architecture::Architecture;
pub use components::{Components, components};
pub use condensed::{Change, Condensed, block_triangular_order, ranks};
pub use cut::{Arrangement, EXACT_NODES_MAX, arrange, is_acyclic_without, minimal_cut};
pub use cycle::{CYCLE_VISITS_MAX, shortest_cycle};
pub use level::{Knot, Level, Link, Weights};
pub use martin::{Coupling, coupling, instability_millionths};
pub use reach::{Reach, balanced_tree_ccd, reach};
pub use schedule::{Schedule, schedule};
pub use tree::Tree;

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
    /// O(V + E).
    #[must_use]
    pub fn new(nodes: u32, edges: impl IntoIterator<Item = Edge>) -> Self {
        let inside: Vec<Edge> =
            edges.into_iter().filter(|&(from, to, _)| from != to && from < nodes && to < nodes).collect();
        let sorted = by_ends(nodes, inside, |edge| (edge.0, edge.1));
        let mut merged: Vec<Edge> = Vec::with_capacity(sorted.len());
        for edge in sorted {
            match merged.last_mut() {
                Some(last) if (last.0, last.1) == (edge.0, edge.1) => last.2 = last.2.saturating_add(edge.2),
                _ => merged.push(edge),
            }
        }
        Self { first: firsts(nodes, merged.iter().map(|edge| edge.0)), edges: merged }
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

    /// Where the edges that leave `node` stand in [`IndexGraph::edges`].
    fn places_from(&self, node: u32) -> std::ops::Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }

    /// Where an edge stands, or where it would.
    fn place(&self, from: u32, to: u32) -> Result<usize, usize> {
        let places = self.places_from(from);
        let found = self.edges[places.clone()].binary_search_by_key(&to, |edge| edge.1);
        found.map(|at| places.start + at).map_err(|at| places.start + at)
    }

    /// The weight of an edge; 0 where there is none. O(log degree).
    #[must_use]
    pub fn weight(&self, from: u32, to: u32) -> u64 {
        self.place(from, to).map_or(0, |at| self.edges[at].2)
    }

    /// Gives an edge this weight, 0 to take it away; its weight before. O(V + E) moves at worst.
    ///
    /// Self-loops and edges that leave 0..n are ignored.
    pub fn set(&mut self, from: u32, to: u32, weight: u64) -> u64 {
        if from == to || from.max(to) >= self.nodes() {
            return 0;
        }
        let (before, step) = match (self.place(from, to), weight) {
            (Ok(at), 0) => (self.edges.remove(at).2, -1),
            (Ok(at), weight) => (std::mem::replace(&mut self.edges[at].2, weight), 0),
            (Err(_), 0) => (0, 0),
            (Err(at), weight) => {
                self.edges.insert(at, (from, to, weight));
                (0, 1)
            }
        };
        for first in &mut self.first[from as usize + 1..] {
            *first = first.wrapping_add_signed(step);
        }
        before
    }

    /// The graph with every edge turned round. O(V + E).
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

/// `items` sorted by their ends, which are below `nodes`: counted and placed, first by one end, then by the other.
/// Stable, O(V + E).
fn by_ends<T: Copy>(nodes: u32, items: Vec<T>, ends: impl Fn(&T) -> (u32, u32)) -> Vec<T> {
    if items.is_sorted_by_key(&ends) {
        return items;
    }
    let by = |items: &[T], end: &dyn Fn(&T) -> u32| {
        let mut next = firsts(nodes, items.iter().map(end));
        let mut placed = items.to_vec();
        for item in items {
            let at = &mut next[end(item) as usize];
            placed[*at as usize] = *item;
            *at += 1;
        }
        placed
    };
    by(&by(&items, &|item| ends(item).1), &|item| ends(item).0)
}

/// For every node, and one beyond, where its edges begin when edges are sorted by these ends.
fn firsts(nodes: u32, ends: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut first = vec![0u32; nodes as usize + 1];
    for end in ends {
        first[end as usize + 1] += 1;
    }
    for i in 0..nodes as usize {
        first[i + 1] += first[i];
    }
    first
}
