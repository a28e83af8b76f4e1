//! Strongly connected components by Tarjan's algorithm (SIAM J. Comput. 1972), with its own stack.

use super::IndexGraph;

/// A partition of the nodes into strongly connected components.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Components {
    /// Component of every node.
    pub of: Vec<u32>,
    /// Members of every component, ascending. A component comes after everything it can reach.
    pub members: Vec<Vec<u32>>,
}

impl Components {
    /// Components of more than one node: larger first, then by smallest member.
    #[must_use]
    pub fn cyclic(&self) -> Vec<&[u32]> {
        let mut cyclic: Vec<&[u32]> =
            self.members.iter().filter(|members| members.len() > 1).map(Vec::as_slice).collect();
        crate::order::sort_by_key(&mut cyclic, |members| (std::cmp::Reverse(members.len()), members[0]));
        cyclic
    }
}

const UNSEEN: u32 = u32::MAX;

/// Strongly connected components in reverse topological order. O(V + E).
#[must_use]
pub fn components(graph: &IndexGraph) -> Components {
    let n = graph.nodes() as usize;
    let mut search = Search {
        graph,
        index: vec![UNSEEN; n],
        low: vec![0; n],
        next: 0,
        open: Vec::new(),
        found: Components { of: vec![UNSEEN; n], members: Vec::new() },
    };
    for root in 0..graph.nodes() {
        if search.index[root as usize] == UNSEEN {
            search.explore(root);
        }
    }
    search.found
}

struct Search<'a> {
    graph: &'a IndexGraph,
    index: Vec<u32>,
    low: Vec<u32>,
    next: u32,
    open: Vec<u32>,
    found: Components,
}

impl Search<'_> {
    fn enter(&mut self, node: u32) {
        self.index[node as usize] = self.next;
        self.low[node as usize] = self.next;
        self.next += 1;
        self.open.push(node);
    }

    fn explore(&mut self, root: u32) {
        let mut path = vec![(root, 0usize)];
        self.enter(root);
        while let Some(&mut (node, ref mut at)) = path.last_mut() {
            let Some(&(_, to, _)) = self.graph.edges_from(node).get(*at) else {
                path.pop();
                if let Some(&(parent, _)) = path.last() {
                    self.low[parent as usize] = self.low[parent as usize].min(self.low[node as usize]);
                }
                self.close(node);
                continue;
            };
            *at += 1;
            if self.index[to as usize] == UNSEEN {
                self.enter(to);
                path.push((to, 0));
            } else if self.found.of[to as usize] == UNSEEN {
                self.low[node as usize] = self.low[node as usize].min(self.index[to as usize]);
            }
        }
    }

    /// If `node` is the root of a component, takes the component off the stack.
    fn close(&mut self, node: u32) {
        if self.low[node as usize] != self.index[node as usize] {
            return;
        }
        let component = u32::try_from(self.found.members.len()).unwrap_or(u32::MAX);
        let mut members = Vec::new();
        while let Some(member) = self.open.pop() {
            self.found.of[member as usize] = component;
            members.push(member);
            if member == node {
                break;
            }
        }
        crate::order::sort(&mut members);
        self.found.members.push(members);
    }
}
