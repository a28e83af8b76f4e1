//! Folders and crates: modules within, and the imports that cross their border.

use super::Group;
use super::imports::Imports;
use crate::graph::Entity;
use crate::order::Map;
use crate::structure::{Coupling, instability_millionths};

/// Folders within folders that are counted.
const DEPTH_MAX: usize = 64;

/// Groups by id. A module counts in its group and in every folder around that; an import crosses the border
/// of every group that holds just one of its ends. O(E · depth).
pub(super) fn groups(imports: &Imports) -> Vec<Group> {
    let chains: Vec<Vec<&str>> = imports.modules.iter().map(|module| chain(module)).collect();
    let mut found: Map<&str, (Coupling, u32)> = Map::new();
    for group in chains.iter().flatten() {
        found.entry(group).or_default().1 += 1;
    }
    for &(from, to, _) in imports.hard.edges() {
        let (from, to) = (&chains[from as usize], &chains[to as usize]);
        for group in from.iter().filter(|group| !to.contains(group)) {
            found.entry(group).or_default().0.ce += 1;
        }
        for group in to.iter().filter(|group| !from.contains(group)) {
            found.entry(group).or_default().0.ca += 1;
        }
    }
    found
        .into_iter()
        .map(|(id, (coupling, modules))| Group {
            id: id.to_owned(),
            ca: coupling.ca,
            ce: coupling.ce,
            instability: f64::from(instability_millionths(coupling)) / 1e6,
            modules,
        })
        .collect()
}

/// A module's group and the folders around it, innermost first; its own folder where nobody named a group.
fn chain(module: &Entity) -> Vec<&str> {
    let folder =
        || module.path.as_deref().unwrap_or(&module.id.key).rsplit_once('/').map(|(folder, _)| folder);
    let mut chain = Vec::new();
    let mut next = module.group.as_deref().or_else(folder);
    while let Some(group) = next.filter(|group| !group.is_empty() && chain.len() < DEPTH_MAX) {
        chain.push(group);
        next = group.rsplit_once('/').map(|(parent, _)| parent);
    }
    chain
}
