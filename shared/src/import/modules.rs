//! A module graph while it is read: modules by key, imports summed over repeated edges.
//!
//! Formats that say the same come to the same facts through here. Modules stand in the order in which they were
//! first named, imports by from, to and kind. Not here: how a format names its modules.

use super::batch::Writer;
use super::clean;
use super::table::Numbers;
use crate::event::data::{ImportDeclared, ModuleDeclared};
use crate::event::{Data, Dependency, Hash128};

/// Most modules a graph may have: their numbers are 32 bits, and a file has at most 2^28 bytes.
type Number = u32;

/// Modules and imports so far.
#[derive(Debug, Default)]
pub(super) struct Modules {
    nodes: Vec<(u64, ModuleDeclared)>,
    by_key: Numbers,
    /// Imports with their weights; the same one may stand there again until they are summed.
    imports: Vec<(Import, u32)>,
    /// How many of them have been summed, and stand sorted before all others.
    summed: usize,
}

type Import = (Number, Number, Dependency);
/// Imports that are kept before they are summed for the first time.
const UNSUMMED: usize = 1 << 12;

impl Modules {
    /// The number of the module of that key, which is first named on `line`. The key is clean.
    pub(super) fn number(&mut self, line: u64, key: &str) -> Number {
        // Below 2^28: a node takes at least one byte of a file of 2^28 bytes.
        let next = self.nodes.len() as Number;
        let is_it = |number: Number| self.nodes[number as usize].1.module == key;
        let number = self.by_key.number(Hash128::of_text(key), next, is_it);
        if number != next {
            return number;
        }
        let module = ModuleDeclared {
            module: key.to_owned(),
            name: None,
            path: None,
            group: None,
            external: false,
            types: None,
            abstract_types: None,
            tags: vec![],
        };
        self.nodes.push((line, module));
        number
    }

    /// What is known of a module.
    pub(super) fn module(&mut self, number: Number) -> Option<&mut ModuleDeclared> {
        self.nodes.get_mut(number as usize).map(|(_, module)| module)
    }

    /// Another `weight` references.
    pub(super) fn import(&mut self, from: Number, to: Number, kind: Dependency, weight: u32) {
        self.imports.push(((from, to, kind), weight));
        // Summed each time they have doubled: what is held stays in step with what is different.
        if self.imports.len() >= UNSUMMED.max(2 * self.summed) {
            self.sum();
        }
    }

    /// Makes one of imports that are the same; sorts them.
    fn sum(&mut self) {
        self.imports.sort_unstable();
        self.imports.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            is_same
        });
        self.summed = self.imports.len();
    }

    /// States modules and imports. The items of the file have been counted by who read them.
    pub(super) fn state(mut self, writer: &mut Writer<'_>) {
        self.sum();
        let mut keys = Vec::with_capacity(self.nodes.len());
        drop(self.by_key);
        for (line, module) in self.nodes {
            let data = Data::ModuleDeclared(module);
            writer.state(line, None, &data);
            if let Data::ModuleDeclared(module) = data {
                keys.push((line, module.module));
            }
        }
        for ((from, to, kind), weight) in self.imports {
            let (Some((line, from)), Some((_, to))) = (keys.get(from as usize), keys.get(to as usize)) else {
                continue; // every number was handed out above
            };
            let data = ImportDeclared { from: from.clone(), to: to.clone(), kind, weight };
            writer.state(*line, None, &Data::ImportDeclared(data));
        }
    }
}

/// A group within a group, as a path, so that the outer one holds what the inner one does. Labels that repeat the
/// path so far are paths already.
pub(super) fn nested(outer: Option<&str>, label: &str) -> String {
    match outer {
        Some(outer) if label.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/')) => {
            label.to_owned()
        }
        Some(outer) => {
            let mut path = format!("{outer}/{label}");
            path.truncate(clean::clip(&path, clean::NAME_BYTES_MAX).len());
            path
        }
        None => label.to_owned(),
    }
}
