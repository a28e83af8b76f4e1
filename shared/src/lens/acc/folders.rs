//! The folders and crates that modules lie in.

use crate::graph::Entity;
use crate::structure::Tree;
use std::collections::BTreeMap;

/// Folders within folders that are counted.
const DEPTH_MAX: usize = 64;

/// Folders by path, and which modules lie in them.
pub(super) struct Folders {
    /// Paths, ascending; the first is empty, that of the outermost.
    pub paths: Vec<String>,
    /// Every module in its group, else its own folder.
    pub homes: Tree,
    /// The same, but a module that is named as a folder lies in that.
    pub nested: Tree,
}

impl Folders {
    /// The folders of `modules`. O(V · depth · log V).
    pub fn of(modules: &[&Entity]) -> Self {
        let chains: Vec<Vec<&str>> = modules.iter().map(|module| chain(module)).collect();
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::from([("", 0)]);
        for chain in &chains {
            // Innermost first; the folders around a known one are known.
            let mut folders = chain.iter();
            while folders.next().is_some_and(|folder| numbers.insert(folder, 0).is_none()) {}
        }
        for (number, folder) in numbers.values_mut().zip(0..) {
            *number = folder;
        }
        let mut parents = vec![0; numbers.len()];
        for chain in &chains {
            for pair in chain.windows(2) {
                parents[numbers[pair[0]] as usize] = numbers[pair[1]];
            }
        }
        let homes: Vec<u32> =
            chains.iter().map(|chain| chain.first().map_or(0, |folder| numbers[folder])).collect();
        let named = modules.iter().zip(&homes).map(|(module, home)| {
            let names = [module.id.key.as_str(), stem(&module.id.key)];
            let paths = module.path.as_deref().map(stem);
            let mut folders = names.into_iter().chain(paths).filter_map(|name| numbers.get(name).copied());
            folders.find(|folder| *folder > 0).unwrap_or(*home)
        });
        let nested: Vec<u32> = named.collect();
        Self {
            homes: Tree::new(&parents, &homes),
            nested: Tree::new(&parents, &nested),
            paths: numbers.into_keys().map(ToOwned::to_owned).collect(),
        }
    }
}

/// A module's group and the folders around it, innermost first; its own folder where nobody named a group.
fn chain(module: &Entity) -> Vec<&str> {
    let mut chain = Vec::new();
    let own = || folder_of(module.path.as_deref().unwrap_or(&module.id.key));
    let mut next = module.group.as_deref().or_else(own);
    while let Some(folder) = next.filter(|folder| !folder.is_empty() && chain.len() < DEPTH_MAX) {
        chain.push(folder);
        next = folder_of(folder);
    }
    chain
}

/// What stands before the last `/` or `::`.
fn folder_of(name: &str) -> Option<&str> {
    let at = name.rfind('/').max(name.rfind("::"))?;
    Some(&name[..at])
}

/// A file's name without its ending.
fn stem(path: &str) -> &str {
    let name = path.rfind('/').map_or(0, |at| at + 1);
    path[name..].rfind('.').map_or(path, |at| &path[..name + at])
}
