//! A graph with its components and ranks, and both kept up to date when an edge changes.
//!
//! A component is named by its smallest node. The rank of a node is the longest path below its component in the
//! condensation: 0 for one that uses nothing. Ranks fall along every edge between components, so they are a
//! topological order that is a function of the graph alone: what [`Condensed::set`] leaves behind equals what
//! [`Condensed::new`] makes of the same graph.
//!
//! Not here: what is found about a component (`level`).

mod update;

use super::cut::arrange;
use super::{IndexGraph, components};
use std::collections::{BTreeMap, BTreeSet};

/// A graph, its components and ranks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condensed {
    graph: IndexGraph,
    reversed: IndexGraph,
    /// Smallest node of the component of every node.
    of: Vec<u32>,
    /// Rank of every node.
    rank: Vec<u32>,
    /// Components of more than one node by their smallest: members, ascending.
    cyclic: BTreeMap<u32, Vec<u32>>,
}

/// Which components a change concerns, by their smallest node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Components of more than one node that are no more.
    pub gone: BTreeSet<u32>,
    /// Components of more than one node that are new, or in which an edge changed.
    pub touched: BTreeSet<u32>,
}

impl Condensed {
    /// Components and ranks of `graph`. O(V + E).
    #[must_use]
    pub fn new(graph: IndexGraph) -> Self {
        let found = components(&graph);
        let mut of = vec![0; graph.nodes() as usize];
        let mut rank = vec![0; graph.nodes() as usize];
        let mut cyclic = BTreeMap::new();
        // Components come after everything they reach, so one pass suffices.
        for members in found.members {
            let name = members[0];
            for &member in &members {
                of[member as usize] = name;
            }
            let below = rank_over(&graph, &of, &rank, &members);
            for &member in &members {
                rank[member as usize] = below;
            }
            if members.len() > 1 {
                cyclic.insert(name, members);
            }
        }
        Self { reversed: graph.reversed(), graph, of, rank, cyclic }
    }

    /// The graph.
    #[must_use]
    pub fn graph(&self) -> &IndexGraph {
        &self.graph
    }

    /// The graph with every edge turned round.
    #[must_use]
    pub fn reversed(&self) -> &IndexGraph {
        &self.reversed
    }

    /// The component of `node`, by its smallest node.
    #[must_use]
    pub fn component(&self, node: u32) -> u32 {
        self.of[node as usize]
    }

    /// Rank of every node.
    #[must_use]
    pub fn ranks(&self) -> &[u32] {
        &self.rank
    }

    /// Components of more than one node by their smallest: members, ascending.
    #[must_use]
    pub fn cyclic(&self) -> &BTreeMap<u32, Vec<u32>> {
        &self.cyclic
    }

    /// Nodes of a component.
    #[must_use]
    pub fn size(&self, component: u32) -> usize {
        self.cyclic.get(&component).map_or(1, Vec::len)
    }

    fn members(&self, component: u32) -> Vec<u32> {
        self.cyclic.get(&component).cloned().unwrap_or_else(|| vec![component])
    }

    /// Components so that users come before what they use: by falling rank, then smallest node. O(V).
    #[must_use]
    pub fn users_first(&self) -> Vec<u32> {
        let names = (0..self.graph.nodes()).filter(|&node| self.of[node as usize] == node);
        let highest = self.rank.iter().copied().max().unwrap_or(0);
        let mut start = vec![0usize; highest as usize + 2];
        let falling = |name: u32| (highest - self.rank[name as usize]) as usize;
        for name in names.clone() {
            start[falling(name) + 1] += 1;
        }
        for i in 1..start.len() {
            start[i] += start[i - 1];
        }
        let mut order = vec![0; start[start.len() - 1]];
        for name in names {
            let at = &mut start[falling(name)];
            order[*at] = name;
            *at += 1;
        }
        order
    }
}

/// The rank of a component: one more than the highest of what it uses.
fn rank_over(graph: &IndexGraph, of: &[u32], rank: &[u32], members: &[u32]) -> u32 {
    let used = members.iter().flat_map(|&member| graph.edges_from(member)).map(|edge| edge.1);
    let outside = used.filter(|&to| of[to as usize] != of[members[0] as usize]);
    outside.map(|to| rank[to as usize] + 1).max().unwrap_or(0)
}

/// All nodes so that users come before what they use, except along cycles.
///
/// Components by falling rank, ties by smallest node; a component's members stay together, in the order of its
/// minimal cut, so that few marks lie on the wrong side. O(V + E) plus the cuts.
#[must_use]
pub fn block_triangular_order(graph: &IndexGraph) -> Vec<u32> {
    let condensed = Condensed::new(graph.clone());
    let mut order = Vec::with_capacity(graph.nodes() as usize);
    for component in condensed.users_first() {
        match condensed.cyclic.get(&component) {
            None => order.push(component),
            Some(members) => {
                let inner = arrange(&graph.induced(members)).order;
                order.extend(inner.into_iter().map(|local| members[local as usize]));
            }
        }
    }
    order
}

/// For every node the longest path below it in the condensation: 0 for a node that uses nothing. O(V + E).
///
/// Members of one component share a rank.
#[must_use]
pub fn ranks(graph: &IndexGraph) -> Vec<u32> {
    Condensed::new(graph.clone()).rank
}
