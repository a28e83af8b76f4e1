//! Modules, folders and imports of a scene by number, with everything that is found about them.
//!
//! Modules are numbered in id order, folders in the order of their paths, 0 being the outermost. Imports of which an
//! end is missing wait. A module lies in its group, else in its own folder; for the levels of the tree one that is
//! named as a folder (`graph.rs` beside `graph/`) lies in that folder, because both are one room.

use super::Import;
use super::folders::Folders;
use super::numbers::Numbers;
use crate::event::Dependency;
use crate::graph::{DeclaredLink, Entity, Scene};
use crate::id::{EntityId, Kind, LinkId, LinkKind};
use crate::structure::{Architecture, Link, Tree, Weights};

/// Kinds in the order of [`Weights`].
pub(super) const KINDS: [Dependency; 3] = [Dependency::Normal, Dependency::Build, Dependency::Dev];

/// The module graph of a scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleGraph {
    /// Ids of the modules, ascending.
    ids: Vec<EntityId>,
    /// Paths of the folders, ascending; the first is empty.
    folders: Vec<String>,
    /// Modules in the folders that they name, or lie in.
    homes: Tree,
    architecture: Architecture,
}

impl ModuleGraph {
    /// The module graph of `scene`. O(V log V + E · depth) and the cuts of all components.
    #[must_use]
    pub fn of(scene: &Scene) -> Self {
        let modules: Vec<&Entity> = modules(scene).collect();
        let Folders { paths, homes, nested } = Folders::of(&modules);
        let external = modules.iter().map(|module| module.external).collect();
        let architecture = Architecture::new(nested, external, links(scene, &modules));
        let ids = modules.into_iter().map(|module| module.id.clone()).collect();
        Self { ids, folders: paths, homes, architecture }
    }

    /// Ids of the modules, ascending.
    #[must_use]
    pub fn ids(&self) -> &[EntityId] {
        &self.ids
    }

    /// The number of a module.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<u32> {
        self.ids.binary_search_by(|id| id.key.as_str().cmp(key)).ok().and_then(|i| u32::try_from(i).ok())
    }

    /// Paths of the folders, ascending; the first is that of the outermost, empty.
    #[must_use]
    pub fn folders(&self) -> &[String] {
        &self.folders
    }

    /// Modules in the folders that hold them.
    #[must_use]
    pub fn homes(&self) -> &Tree {
        &self.homes
    }

    /// What is found about modules and imports.
    #[must_use]
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// The same, to change an import.
    pub fn architecture_mut(&mut self) -> &mut Architecture {
        &mut self.architecture
    }

    /// The name of a node of the tree: a folder's path or a module's key.
    pub(super) fn name(&self, node: u32) -> &str {
        match node.checked_sub(self.homes.folders()) {
            Some(module) => &self.ids[module as usize].key,
            None => &self.folders[node as usize],
        }
    }

    /// The imports for people, by from, to, kind.
    pub(super) fn listed(&self) -> Vec<Import> {
        let links = self.architecture.modules().links();
        let mut listed = Vec::with_capacity(links.len());
        for link in links {
            for (kind, weight) in KINDS.into_iter().zip(link.weights).filter(|(_, weight)| *weight > 0) {
                let [from, to] = [link.from, link.to].map(|module| self.ids[module as usize].clone());
                listed.push(Import { from, to, kind, weight });
            }
        }
        listed
    }

    /// Single references behind an import, over all kinds.
    pub(super) fn references(&self, from: u32, to: u32) -> u32 {
        let weights = self.architecture.modules().weights(from, to);
        weights.into_iter().fold(0, u32::saturating_add)
    }

    /// Positions of the facts that state an import.
    #[must_use]
    pub fn positions(&self, scene: &Scene, from: u32, to: u32) -> Vec<u64> {
        let [from, to] = [from, to].map(|module| self.ids[module as usize].clone());
        let id = LinkId { kind: LinkKind::Imports, from, to };
        let stated =
            scene.links.binary_search_by(|link| link.id.cmp(&id)).map(|at| &scene.links[at].evidence);
        stated.into_iter().flatten().flat_map(|piece| piece.rests_on.iter().copied()).collect()
    }
}

/// The modules of a scene, by id.
pub(super) fn modules(scene: &Scene) -> impl Iterator<Item = &Entity> {
    let from = scene.entities.range(EntityId::new(Kind::Module, "")..);
    from.map(|(_, entity)| entity).take_while(|entity| entity.id.kind == Kind::Module)
}

/// Imports by from and to, of which both ends are there.
fn links(scene: &Scene, modules: &[&Entity]) -> Vec<Link> {
    let start = scene.links.partition_point(|link| link.id.kind < LinkKind::Imports);
    let imports = scene.links[start..].iter().take_while(|link| link.id.kind == LinkKind::Imports);
    let numbers = Numbers::of(modules);
    let mut links: Vec<Link> = Vec::new();
    let mut user: (Option<&EntityId>, Option<u32>) = (None, None);
    for import in imports {
        // Sorted by their users: each is looked up once.
        if user.0 != Some(&import.id.from) {
            user = (Some(&import.id.from), numbers.get(&import.id.from));
        }
        let (Some(from), Some(to)) = (user.1, numbers.get(&import.id.to)) else { continue };
        if from != to && links.last().is_none_or(|last| (last.from, last.to) != (from, to)) {
            links.push(Link { from, to, weights: weights(import) });
        }
    }
    links
}

/// References by kind; one plain reference where nobody counted.
fn weights(link: &DeclaredLink) -> Weights {
    let mut weights = [0; 3];
    for (kind, weight) in &link.weights {
        if let Some(at) = ["normal", "build", "dev"].iter().position(|name| name == kind) {
            weights[at] = (*weight).max(1);
        }
    }
    if weights == [0; 3] { [1, 0, 0] } else { weights }
}
