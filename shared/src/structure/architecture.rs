//! An architecture: modules in folders, their imports, and everything that is found about both, kept up to date
//! import by import.
//!
//! Every import stands in two levels: the one of all modules, and the one of the innermost folder that holds both of
//! its ends, between the children that hold one each (so that every level of the tree is looked at, and all levels
//! together have as many links as there are imports). What [`Architecture::set`] leaves behind equals what
//! [`Architecture::new`] makes of the same imports.
//!
//! Not here: names, rules, which imports a person may see.

use super::{Coupling, Level, Link, Tree, Weights, by_ends};

/// An architecture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Architecture {
    tree: Tree,
    modules: Level,
    /// By folder; none where it would say what `modules` says, or nothing.
    folders: Vec<Option<Level>>,
    external: Vec<bool>,
    /// Couplings among modules that are not external, over normal and build imports.
    own: Vec<Coupling>,
}

impl Architecture {
    /// The architecture of modules in `tree`, of which some are `external`, with `imports` sorted by from and to,
    /// without parallel ones or self-imports.
    ///
    /// O(V + E · depth) and the cuts of all components.
    #[must_use]
    pub fn new(tree: Tree, external: Vec<bool>, imports: Vec<Link>) -> Self {
        let mut own = vec![Coupling::default(); external.len()];
        let mut below: Vec<Vec<Link>> = vec![Vec::new(); tree.folders() as usize];
        for link in &imports {
            let (folder, from, to) = tree.meet(link.from, link.to);
            below[folder as usize].push(Link { from, to, weights: link.weights });
            if is_own(&external, link) {
                own[link.from as usize].ce += 1;
                own[link.to as usize].ca += 1;
            }
        }
        let mut folders = Vec::with_capacity(below.len());
        for (folder, links) in (0u32..).zip(below) {
            let children = tree.children(folder);
            let n_children = children.len() as u32;
            let modules = children.iter().filter(|child| **child >= tree.folders()).count();
            let says_more = n_children > 1 && modules < external.len();
            folders.push(says_more.then(|| Level::new(n_children, merged(n_children, links))));
        }
        let modules = Level::new(external.len() as u32, imports);
        Self { tree, modules, folders, external, own }
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The level of all modules.
    #[must_use]
    pub fn modules(&self) -> &Level {
        &self.modules
    }

    /// The level of the children of `folder`, by their places; `None` for fewer than two, and where all modules lie
    /// right in one folder.
    #[must_use]
    pub fn level(&self, folder: u32) -> Option<&Level> {
        self.folders[folder as usize].as_ref()
    }

    /// Whether a module is outside of the project.
    #[must_use]
    pub fn is_external(&self, module: u32) -> bool {
        self.external[module as usize]
    }

    /// Couplings of a module over normal and build imports, each neighbour counted once.
    #[must_use]
    pub fn coupling(&self, module: u32) -> Coupling {
        let degree = |graph: &super::IndexGraph| graph.edges_from(module).len() as u32;
        Coupling { ca: degree(self.modules.hard().reversed()), ce: degree(self.modules.hard().graph()) }
    }

    /// The same among modules that are not external.
    #[must_use]
    pub fn own_coupling(&self, module: u32) -> Coupling {
        self.own[module as usize]
    }

    /// Gives an import these references; all 0 take it away. Self-imports and unknown modules are ignored.
    ///
    /// O(V + E) moves at worst, and the cuts of the components it concerns.
    pub fn set(&mut self, from: u32, to: u32, weights: Weights) {
        if from == to || from.max(to) as usize >= self.external.len() {
            return;
        }
        let before = self.modules.weights(from, to);
        let had = is_own(&self.external, &Link { from, to, weights: before });
        let has = is_own(&self.external, &Link { from, to, weights });
        let count = |n: u32| n.wrapping_add(u32::from(has)).wrapping_sub(u32::from(had));
        self.own[from as usize].ce = count(self.own[from as usize].ce);
        self.own[to as usize].ca = count(self.own[to as usize].ca);
        self.modules.set(from, to, weights);
        let (folder, from, to) = self.tree.meet(from, to);
        if let Some(level) = &mut self.folders[folder as usize] {
            let sum = level.weights(from, to);
            let kind = |kind: usize| sum[kind].wrapping_sub(before[kind]).wrapping_add(weights[kind]);
            level.set(from, to, [kind(0), kind(1), kind(2)]);
        }
    }
}

fn is_own(external: &[bool], link: &Link) -> bool {
    let counts = link.weights[0] > 0 || link.weights[1] > 0;
    counts && !external[link.from as usize] && !external[link.to as usize]
}

/// Sorted, parallel links added up.
fn merged(nodes: u32, links: Vec<Link>) -> Vec<Link> {
    let mut merged: Vec<Link> = Vec::with_capacity(links.len());
    for link in by_ends(nodes, links, |link| (link.from, link.to)) {
        match merged.last_mut() {
            Some(last) if (last.from, last.to) == (link.from, link.to) => {
                for (sum, weight) in last.weights.iter_mut().zip(link.weights) {
                    // Wrapping like the update, so that both ways give the same; real sums stay far below.
                    *sum = sum.wrapping_add(weight);
                }
            }
            _ => merged.push(link),
        }
    }
    merged
}
