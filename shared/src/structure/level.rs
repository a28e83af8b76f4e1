//! One level of an architecture: nodes, what they use by kind, and what is found about their cycles.
//!
//! A node is a module, or a folder with everything below it. Links have three kinds (normal, build, dev); a cycle
//! that needs a dev link is legal. So components are found twice: over normal and build links, and over all of them;
//! of the latter only those are knots that are not the former already.
//!
//! Not here: names, and which imports are behind a link between folders (`architecture` adds them up).

use super::cut::arrange;
use super::{Change, Condensed, Edge, IndexGraph, components, shortest_cycle};
use std::collections::BTreeMap;

/// Single references by kind: normal, build, dev.
pub type Weights = [u32; 3];

/// Makes the minimal cut prefer any number of dev references to a link that counts.
const COUNTS: u64 = 1 << 40;

/// Sets of kinds, a bit a kind, that a component may need; the first that suffices wins, so legal ones come last.
const NEEDS: [u8; 7] = [0b001, 0b010, 0b011, 0b100, 0b101, 0b110, 0b111];

/// What a node uses another one for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The user.
    pub from: u32,
    /// The used.
    pub to: u32,
    /// References by kind, not all 0.
    pub weights: Weights,
}

/// A component of more than one node, and what is found about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knot {
    /// Whether it needs a dev link: then it is no cyclic dependency.
    pub is_legal: bool,
    /// Kinds of link it needs, a bit a kind: normal, build, dev.
    pub kinds: u8,
    /// Its nodes, ascending.
    pub members: Vec<u32>,
    /// Links inside it.
    pub n_links: u32,
    /// A shortest cycle, from its smallest node.
    pub cycle: Vec<u32>,
    /// Its nodes so that few links lead backward.
    pub order: Vec<u32>,
    /// Links whose removal leaves no cycle, those that lead backward in `order`.
    pub cut: Vec<(u32, u32)>,
    /// Whether no lighter cut exists.
    pub is_minimal: bool,
}

/// A level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Sorted by from, to.
    links: Vec<Link>,
    hard: Condensed,
    all: Condensed,
    /// By whether it is legal, then its smallest node.
    knots: BTreeMap<(bool, u32), Knot>,
}

fn hard_weight(weights: Weights) -> u64 {
    u64::from(weights[0]) + u64::from(weights[1])
}

/// Weight of a link among all kinds: dev references are light.
fn weight(weights: Weights) -> u64 {
    let hard = hard_weight(weights);
    hard + u64::from(weights[2]) + if hard > 0 { COUNTS } else { 0 }
}

impl Level {
    /// The level of `nodes` with `links` sorted by from and to, without parallel ones.
    ///
    /// O(V + E) and the cuts of its components.
    #[must_use]
    pub fn new(nodes: u32, links: Vec<Link>) -> Self {
        let edges = |weight: fn(Weights) -> u64| {
            let weighed = links.iter().map(|link| (link.from, link.to, weight(link.weights)));
            Condensed::new(IndexGraph::new(nodes, weighed.filter(|edge| edge.2 > 0).collect::<Vec<_>>()))
        };
        let (hard, all) = (edges(hard_weight), edges(weight));
        let mut level = Self { links, hard, all, knots: BTreeMap::new() };
        for name in level.hard.cyclic().keys().copied().collect::<Vec<_>>() {
            level.knots.insert((false, name), level.knot(false, name));
        }
        for name in level.all.cyclic().keys().copied().collect::<Vec<_>>() {
            level.tie_legal(name);
        }
        level
    }

    /// What is found about the components, by whether they are legal, then by smallest node.
    pub fn knots(&self) -> impl Iterator<Item = &Knot> {
        self.knots.values()
    }

    /// The links, sorted.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// Normal and build links: what counts.
    #[must_use]
    pub fn hard(&self) -> &Condensed {
        &self.hard
    }

    /// All links.
    #[must_use]
    pub fn all(&self) -> &Condensed {
        &self.all
    }

    fn place(&self, from: u32, to: u32) -> Result<usize, usize> {
        self.links.binary_search_by_key(&(from, to), |link| (link.from, link.to))
    }

    /// References behind a link, by kind; all 0 where there is none. O(log E).
    #[must_use]
    pub fn weights(&self, from: u32, to: u32) -> Weights {
        self.place(from, to).map_or([0; 3], |at| self.links[at].weights)
    }

    /// Gives a link these references; all 0 take it away. What that leaves equals [`Level::new`] of the same links.
    ///
    /// O(V + E) moves at worst, and the cuts of the components it concerns.
    pub fn set(&mut self, from: u32, to: u32, weights: Weights) {
        if from == to || from.max(to) >= self.all.graph().nodes() {
            return;
        }
        match self.place(from, to) {
            Ok(at) if weights == [0; 3] => drop(self.links.remove(at)),
            Ok(at) => self.links[at].weights = weights,
            Err(_) if weights == [0; 3] => return,
            Err(at) => self.links.insert(at, Link { from, to, weights }),
        }
        let hard = self.hard.set(from, to, hard_weight(weights));
        let all = self.all.set(from, to, weight(weights));
        for name in &hard.gone {
            self.knots.remove(&(false, *name));
        }
        for name in &hard.touched {
            self.knots.insert((false, *name), self.knot(false, *name));
        }
        let Change { gone, touched } = all;
        for name in &gone {
            self.knots.remove(&(true, *name));
        }
        for name in touched {
            self.tie_legal(name);
        }
    }

    /// Keeps what is found about a component over all links, unless it is one over those that count already.
    fn tie_legal(&mut self, name: u32) {
        // A component over fewer links lies within one over more: of equal size, they are the same.
        if self.hard.component(name) == name && self.hard.size(name) == self.all.size(name) {
            self.knots.remove(&(true, name));
        } else {
            self.knots.insert((true, name), self.knot(true, name));
        }
    }

    fn knot(&self, is_legal: bool, name: u32) -> Knot {
        let over = if is_legal { &self.all } else { &self.hard };
        let members = over.cyclic().get(&name).cloned().unwrap_or_default();
        let part = over.graph().induced(&members);
        let arrangement = arrange(&part);
        let named = |nodes: Vec<u32>| nodes.into_iter().map(|local| members[local as usize]).collect();
        let pair = |edge: &Edge| (members[edge.0 as usize], members[edge.1 as usize]);
        Knot {
            is_legal,
            kinds: self.needs(&members, &part),
            n_links: part.edges().len() as u32,
            cycle: named(shortest_cycle(&part)),
            order: named(arrangement.order),
            cut: arrangement.cut.iter().map(pair).collect(),
            is_minimal: arrangement.is_minimal,
            members,
        }
    }

    /// The first set of kinds over which the members all reach each other.
    fn needs(&self, members: &[u32], part: &IndexGraph) -> u8 {
        let kinds_of = |edge: &Edge| {
            let weights = self.weights(members[edge.0 as usize], members[edge.1 as usize]);
            (0..3).fold(0u8, |kinds, kind| kinds | u8::from(weights[kind] > 0) << kind)
        };
        let kinds: Vec<u8> = part.edges().iter().map(kinds_of).collect();
        let suffices = |needed: &&u8| {
            let with = part.edges().iter().zip(&kinds).filter(|(_, kinds)| *kinds & *needed > 0);
            let with = IndexGraph::new(part.nodes(), with.map(|(edge, _)| *edge).collect::<Vec<_>>());
            components(&with).members.len() == 1
        };
        *NEEDS.iter().find(suffices).unwrap_or(&NEEDS[6])
    }

    /// The nodes so that users come before what they use, except along cycles, which stay together; the order of a
    /// dependency structure matrix. O(V).
    #[must_use]
    pub fn order(&self) -> Vec<u32> {
        let mut order = Vec::with_capacity(self.all.graph().nodes() as usize);
        for name in self.all.users_first() {
            let knot = self.knots.get(&(true, name)).or_else(|| self.knots.get(&(false, name)));
            match knot.filter(|_| self.all.cyclic().contains_key(&name)) {
                Some(knot) => order.extend(&knot.order),
                None => order.push(name),
            }
        }
        order
    }
}
