//! Reachability: Lakos' cumulative component dependency (CCD) and MacCormack's propagation cost.
//!
//! Both are the density of the reachability matrix with its diagonal: a node depends on itself. NCCD compares
//! with a balanced binary tree of as many nodes (the discrete tree, not the closed form).

use super::{IndexGraph, components};

/// What can be reached from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// For every node how many nodes it reaches, itself included (Lakos' DependsOn).
    pub depends_on: Vec<u32>,
    /// Their sum.
    pub ccd: u64,
}

impl Reach {
    /// CCD / n², the propagation cost (and RACD), in millionths; 0 for an empty graph.
    #[must_use]
    pub fn propagation_cost_millionths(&self) -> u32 {
        let n = self.depends_on.len() as u128;
        if n == 0 {
            return 0;
        }
        let pairs = n * n;
        u32::try_from((u128::from(self.ccd) * 2_000_000 + pairs) / (2 * pairs)).unwrap_or(1_000_000)
    }
}

/// Columns of the matrix that are computed at a time, to bound memory.
const COLUMN_WORDS: usize = 64;

/// Reachability by bit rows over the condensation, 4,096 columns at a time.
///
/// O(C·E / 64) time and 512 bytes a component, where C is the number of components.
#[must_use]
pub fn reach(graph: &IndexGraph) -> Reach {
    let found = components(graph);
    let n = found.members.len();
    let mut reached = vec![0u32; n];
    let mut rows = vec![[0u64; COLUMN_WORDS]; n];
    for block in (0..n).step_by(COLUMN_WORDS * 64) {
        let columns = block..(block + COLUMN_WORDS * 64).min(n);
        // A component reaches only components before it: rows before the block's first column stay empty.
        for component in block..n {
            let mut row = [0u64; COLUMN_WORDS];
            if columns.contains(&component) {
                let bit = component - block;
                row[bit / 64] |= 1 << (bit % 64);
            }
            for &member in &found.members[component] {
                for &(_, to, _) in graph.edges_from(member) {
                    let to = found.of[to as usize] as usize;
                    if to != component && to >= block {
                        for (word, other) in row.iter_mut().zip(&rows[to]) {
                            *word |= other;
                        }
                    }
                }
            }
            rows[component] = row;
            reached[component] += weigh(&row, block, &found.members);
        }
    }
    let depends_on: Vec<u32> = found.of.iter().map(|&component| reached[component as usize]).collect();
    let ccd = depends_on.iter().map(|&count| u64::from(count)).sum();
    Reach { depends_on, ccd }
}

/// Number of nodes in the components whose bits are set.
fn weigh(row: &[u64], block: usize, members: &[Vec<u32>]) -> u32 {
    let mut nodes = 0;
    for (word_idx, &word) in row.iter().enumerate() {
        let mut rest = word;
        while rest != 0 {
            let bit = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            nodes += members[block + word_idx * 64 + bit].len();
        }
    }
    u32::try_from(nodes).unwrap_or(u32::MAX)
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
