//! Reachability: Lakos' cumulative component dependency (CCD), MacCormack's visibility and propagation cost.
//!
//! All are counts over the reachability matrix with its diagonal: a node depends on itself. The propagation cost is
//! its density, which is Lakos' RACD. NCCD compares with a balanced binary tree of as many nodes (the discrete tree,
//! not the closed form).

use super::{Condensed, IndexGraph};

/// What can be reached from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// For every node how many nodes it reaches, itself included: Lakos' DependsOn, the fan-out visibility.
    pub depends_on: Vec<u32>,
    /// For every node how many nodes reach it, itself included: the fan-in visibility.
    pub used_by: Vec<u32>,
    /// The sum of either.
    pub ccd: u64,
}

impl Reach {
    /// CCD / n², the propagation cost (and RACD), in millionths; 0 for an empty graph.
    #[must_use]
    pub fn propagation_cost_millionths(&self) -> u32 {
        let n = self.depends_on.len() as u128;
        u32::try_from(millionths(self.ccd, n * n)).unwrap_or(1_000_000)
    }

    /// CCD / n in millionths: how many nodes one depends on, on average (ACD); 0 for an empty graph.
    #[must_use]
    pub fn acd_millionths(&self) -> u64 {
        millionths(self.ccd, self.depends_on.len() as u128)
    }

    /// CCD over that of a balanced binary tree of as many nodes, in millionths (NCCD); 0 for an empty graph.
    #[must_use]
    pub fn nccd_millionths(&self) -> u64 {
        let tree = balanced_tree_ccd(u32::try_from(self.depends_on.len()).unwrap_or(u32::MAX));
        millionths(self.ccd, u128::from(tree))
    }
}

/// numerator / denominator in millionths, rounded half up; 0 over 0.
fn millionths(numerator: u64, denominator: u128) -> u64 {
    if denominator == 0 {
        return 0;
    }
    u64::try_from((u128::from(numerator) * 2_000_000 + denominator) / (2 * denominator)).unwrap_or(u64::MAX)
}

/// What can be reached in `graph`, see [`Condensed::reach`].
#[must_use]
pub fn reach(graph: &IndexGraph) -> Reach {
    Condensed::new(graph.clone()).reach()
}

impl Condensed {
    /// What can be reached, by bit rows over the condensation, 1,024 columns at a time.
    ///
    /// O(C·R / 64) time and 128 bytes a component, where C is the number of components and R that of the links
    /// between them that no longer way makes superfluous.
    #[must_use]
    pub fn reach(&self) -> Reach {
        let order = self.users_first();
        let mut number = vec![0u32; self.graph().nodes() as usize];
        for (component, place) in order.iter().rev().zip(0u32..) {
            number[*component as usize] = place;
        }
        let of: Vec<u32> =
            (0..self.graph().nodes()).map(|node| number[self.component(node) as usize]).collect();
        let mut sizes = vec![0u32; order.len()];
        of.iter().for_each(|&component| sizes[component as usize] += 1);
        let last = order.len().saturating_sub(1) as u32;
        let edges = self.graph().edges().iter().map(|edge| (of[edge.0 as usize], of[edge.1 as usize]));
        let forth = closure(&sizes, edges.clone());
        sizes.reverse();
        let back = closure(&sizes, edges.map(|(from, to)| (last - to, last - from)));
        let depends_on: Vec<u32> = of.iter().map(|&component| forth[component as usize]).collect();
        let used_by = of.iter().map(|&component| back[(last - component) as usize]).collect();
        Reach { ccd: depends_on.iter().map(|&count| u64::from(count)).sum(), depends_on, used_by }
    }
}

/// Words of a row that are computed at a time, to bound memory and stay in the processor's cache.
const WORDS: usize = 16;
const COLUMNS: usize = WORDS * 64;

/// For every node of an acyclic graph the summed sizes of those it reaches, itself included. Edges lead to smaller
/// numbers; others are ignored.
fn closure(sizes: &[u32], edges: impl Iterator<Item = (u32, u32)>) -> Vec<u32> {
    let down = edges.filter(|(from, to)| from > to);
    let graph = IndexGraph::new(sizes.len() as u32, down.map(|(from, to)| (from, to, 1)).collect::<Vec<_>>());
    let mut superfluous = vec![false; graph.edges().len()];
    let mut reached = vec![0u32; sizes.len()];
    let n_blocks = sizes.len().div_ceil(COLUMNS);
    let mut rows = vec![[0u64; WORDS]; sizes.len()];
    // Highest columns first: whether an edge is superfluous shows where its target's own column is.
    for block in (0..n_blocks).rev().map(|block| block * COLUMNS) {
        let columns = block..(block + COLUMNS).min(sizes.len());
        let large = large(&sizes[columns.clone()]);
        for node in block..sizes.len() {
            let mut row = [0u64; WORDS];
            if columns.contains(&node) {
                row[(node - block) / 64] |= 1 << ((node - block) % 64);
            }
            // Greatest targets first: what the node reaches through one of them need not be looked at again.
            for place in graph.places_from(node as u32).rev() {
                let to = graph.edges()[place].1 as usize;
                if to < block {
                    break;
                }
                if superfluous[place] {
                    continue;
                }
                if to < columns.end && row[(to - block) / 64] & (1 << ((to - block) % 64)) != 0 {
                    superfluous[place] = true;
                    continue;
                }
                for (word, other) in row.iter_mut().zip(&rows[to]) {
                    *word |= other;
                }
            }
            rows[node] = row;
            reached[node] += weigh(&row, &large);
        }
    }
    reached
}

/// Columns of more than one node: word, bit, and how many more.
fn large(sizes: &[u32]) -> Vec<(usize, u64, u32)> {
    let columns = sizes.iter().enumerate().filter(|(_, size)| **size > 1);
    columns.map(|(column, size)| (column / 64, 1 << (column % 64), size - 1)).collect()
}

/// Number of nodes in the columns whose bits are set.
fn weigh(row: &[u64; WORDS], large: &[(usize, u64, u32)]) -> u32 {
    let columns: u32 = row.iter().map(|word| word.count_ones()).sum();
    let more = large.iter().filter(|(word, bit, _)| row[*word] & bit != 0).map(|(_, _, more)| more);
    columns + more.sum::<u32>()
}

/// CCD of a balanced (complete, heap-ordered) binary tree of `n` nodes, by which NCCD normalises. O(n).
#[must_use]
pub fn balanced_tree_ccd(n: u32) -> u64 {
    let n = n as usize;
    let mut size = vec![1u64; n + 1];
    let mut ccd = 0;
    for node in (1..=n).rev() {
        ccd += size[node];
        if node > 1 {
            size[node / 2] += size[node];
        }
    }
    ccd
}
