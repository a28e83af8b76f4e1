//! Martin's couplings: afferent (Ca), efferent (Ce), instability I = Ce / (Ca + Ce), and the distance |A + I − 1| from
//! his main sequence.

use super::IndexGraph;

/// Couplings of one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coupling {
    /// Nodes that use it.
    pub ca: u32,
    /// Nodes it uses.
    pub ce: u32,
}

/// Couplings of every node, each neighbour counted once. O(V + E).
#[must_use]
pub fn coupling(graph: &IndexGraph) -> Vec<Coupling> {
    let mut couplings = vec![Coupling::default(); graph.nodes() as usize];
    for &(from, to, _) in graph.edges() {
        couplings[from as usize].ce += 1;
        couplings[to as usize].ca += 1;
    }
    couplings
}

/// Ce / (Ca + Ce) in millionths, rounded half up; 0 where both are 0.
#[must_use]
pub fn instability_millionths(coupling: Coupling) -> u32 {
    let (ca, ce) = (u64::from(coupling.ca), u64::from(coupling.ce));
    let all = ca + ce;
    if all == 0 {
        return 0;
    }
    u32::try_from((ce * 2_000_000 + all) / (2 * all)).unwrap_or(1_000_000)
}
