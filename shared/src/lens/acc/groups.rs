//! Folders and crates as groups of modules: how they are coupled, how abstract they are.

use super::Group;
use super::module_graph::{ModuleGraph, modules};
use crate::graph::{Entity, Scene};
use crate::lens::kpi::quantised;
use crate::structure::{Coupling, instability_millionths};

/// Groups by path. A module counts in its folder and in every folder around that; an import crosses the border of
/// every folder that holds just one of its ends. O((V + E) · depth).
pub(super) fn groups(scene: &Scene, graph: &ModuleGraph) -> Vec<Group> {
    let homes = graph.homes();
    let mut found = vec![Folder::default(); homes.folders() as usize];
    for (module, number) in modules(scene).zip(homes.folders()..) {
        let mut folder = homes.parent(number);
        while folder > 0 {
            found[folder as usize].take(module);
            folder = homes.parent(folder);
        }
    }
    for &(from, to, _) in graph.architecture().modules().hard().graph().edges() {
        let (meeting, _, _) = homes.meet(from, to);
        let mut around = meeting;
        while around > 0 {
            found[around as usize].relations += 1;
            around = homes.parent(around);
        }
        for (end, is_user) in [(from, true), (to, false)] {
            let mut folder = homes.parent(end + homes.folders());
            while folder != meeting {
                let coupling = &mut found[folder as usize].coupling;
                if is_user {
                    coupling.ce += 1
                } else {
                    coupling.ca += 1
                }
                folder = homes.parent(folder);
            }
        }
    }
    let named = graph.folders().iter().zip(found).skip(1);
    named.map(|(path, folder)| folder.named(path)).collect()
}

#[derive(Debug, Clone, Copy, Default)]
struct Folder {
    modules: u32,
    coupling: Coupling,
    /// Imports between modules in it.
    relations: u32,
    /// Abstract and all types, if somebody counted.
    types: Option<(u64, u64)>,
}

impl Folder {
    fn take(&mut self, module: &Entity) {
        self.modules += 1;
        if let (Some(types), Some(abstract_types)) = (module.types, module.abstract_types) {
            let (sum_abstract, sum) = self.types.unwrap_or_default();
            self.types = Some((sum_abstract + u64::from(abstract_types), sum + u64::from(types)));
        }
    }

    fn named(self, path: &str) -> Group {
        let instability = f64::from(instability_millionths(self.coupling)) / 1e6;
        let types = self.types.filter(|(_, types)| *types > 0);
        let abstractness = types.map(|(part, types)| quantised(part as f64 / types as f64));
        Group {
            id: path.to_owned(),
            ca: self.coupling.ca,
            ce: self.coupling.ce,
            instability,
            abstractness,
            distance: abstractness.map(|a| quantised((a + instability - 1.0).abs())),
            modules: self.modules,
            cohesion: quantised((f64::from(self.relations) + 1.0) / f64::from(self.modules.max(1))),
        }
    }
}
