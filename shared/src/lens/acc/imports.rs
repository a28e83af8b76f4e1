//! Modules and imports as numbered graphs, one over all kinds and one over normal and build imports.

use super::Import;
use crate::event::Dependency;
use crate::graph::{DeclaredLink, Entity, Scene};
use crate::id::{EntityId, Kind, LinkKind};
use crate::order::Map;
use crate::structure::IndexGraph;

/// Makes the minimal cut prefer any number of dev imports to one that counts.
const COUNTS: u64 = 1 << 40;

/// An import between numbered modules.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbered {
    pub from: u32,
    pub to: u32,
    pub kind: Dependency,
    pub weight: u32,
}

/// Modules in id order, and what they use. Imports of which an end is missing wait.
pub(super) struct Imports<'a> {
    pub modules: Vec<&'a Entity>,
    pub imports: Vec<Numbered>,
    /// Normal and build imports; weights are references.
    pub hard: IndexGraph,
    /// All imports; weights make dev imports light.
    pub all: IndexGraph,
    links: Map<(u32, u32), &'a DeclaredLink>,
}

impl<'a> Imports<'a> {
    pub fn of(scene: &'a Scene) -> Self {
        let modules: Vec<&Entity> = scene.of_kind(Kind::Module).collect();
        let number: Map<&EntityId, u32> = (0u32..).zip(&modules).map(|(i, module)| (&module.id, i)).collect();
        let (mut imports, mut links) = (Vec::new(), Map::new());
        for link in scene.links.iter().filter(|link| link.id.kind == LinkKind::Imports) {
            let (Some(&from), Some(&to)) = (number.get(&link.id.from), number.get(&link.id.to)) else {
                continue;
            };
            links.insert((from, to), link);
            imports.extend(kinds_of(link).map(|(kind, weight)| Numbered { from, to, kind, weight }));
        }
        crate::order::sort_by_key(&mut imports, |import| (import.from, import.to, import.kind));
        let nodes = u32::try_from(modules.len()).unwrap_or(u32::MAX);
        let counts = |import: &&Numbered| import.kind != Dependency::Dev;
        let edge = |import: &Numbered| (import.from, import.to, u64::from(import.weight));
        let hard = IndexGraph::new(nodes, imports.iter().filter(counts).map(edge));
        let all = IndexGraph::new(
            nodes,
            imports.iter().map(|import| {
                let weight = u64::from(import.weight);
                (import.from, import.to, if counts(&import) { weight + COUNTS } else { weight })
            }),
        );
        Self { modules, imports, hard, all, links }
    }

    /// The imports for people, by from, to, kind.
    pub fn listed(&self) -> Vec<Import> {
        let listed = self.imports.iter().map(|import| Import {
            from: self.id(import.from),
            to: self.id(import.to),
            kind: import.kind,
            weight: import.weight,
        });
        listed.collect()
    }

    pub fn id(&self, module: u32) -> EntityId {
        self.modules[module as usize].id.clone()
    }

    /// Single references behind an import, over all kinds.
    pub fn references(&self, from: u32, to: u32) -> u32 {
        let start = self.imports.partition_point(|import| (import.from, import.to) < (from, to));
        let same = self.imports[start..].iter().take_while(|import| (import.from, import.to) == (from, to));
        same.fold(0, |sum, import| sum.saturating_add(import.weight))
    }

    /// Positions of the facts that state an import.
    pub fn positions(&self, from: u32, to: u32) -> Vec<u64> {
        let evidence = self.links.get(&(from, to)).map(|link| link.evidence.as_slice());
        evidence.into_iter().flatten().flat_map(|piece| piece.rests_on.iter().copied()).collect()
    }
}

/// Kinds and weights of an import; one plain reference where nobody counted.
fn kinds_of(link: &DeclaredLink) -> impl Iterator<Item = (Dependency, u32)> + '_ {
    let known = [("normal", Dependency::Normal), ("build", Dependency::Build), ("dev", Dependency::Dev)];
    let counted: Vec<(Dependency, u32)> =
        known.into_iter().filter_map(|(name, kind)| Some((kind, *link.weights.get(name)?))).collect();
    if counted.is_empty() { vec![(Dependency::Normal, 1)] } else { counted }.into_iter()
}
