//! The modules of this workspace and what uses what, as DOT: read from the sources by a parser, so it is what the
//! compiler sees but for macros.
//!
//! In: every `src` folder. Out: an edge a pair of modules, weighted by the number of paths from one into the
//! other. Left out: tests, and edges between a module and one that contains it, because containing is no use.

use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use syn::visit::{self, Visit};

/// Crates of this workspace, those that nothing depends on last.
const CRATES: [&str; 4] = ["shared", "app", "server", "xtask"];

/// A module's file and what it names, each as `crate::module::…`.
struct Source {
    module: String,
    file: syn::File,
}

/// The graph as DOT.
pub fn dot(root: &Path) -> Result<String> {
    let sources = sources(root)?;
    let modules: BTreeSet<&str> = sources.iter().map(|source| source.module.as_str()).collect();
    let mut text = "digraph modules {\n".to_owned();
    for module in &modules {
        writeln!(text, "  \"{module}\";")?;
    }
    for ((from, to), weight) in edges(&sources, &modules) {
        writeln!(text, "  \"{from}\" -> \"{to}\" [weight={weight}];")?;
    }
    text.push_str("}\n");
    Ok(text)
}

fn edges<'a>(sources: &'a [Source], modules: &BTreeSet<&'a str>) -> BTreeMap<(&'a str, &'a str), u32> {
    let mut edges = BTreeMap::new();
    for source in sources {
        let mut paths = Paths { module: &source.module, found: Vec::new() };
        paths.visit_file(&source.file);
        for path in paths.found {
            let Some(to) = longest(&path, modules) else { continue };
            if !contains(to, &source.module) && !contains(&source.module, to) {
                *edges.entry((source.module.as_str(), to)).or_insert(0) += 1;
            }
        }
    }
    edges
}

/// The module that `path` leads into.
fn longest<'a>(path: &[String], modules: &BTreeSet<&'a str>) -> Option<&'a str> {
    (1..=path.len()).rev().find_map(|n| modules.get(path[..n].join("::").as_str()).copied())
}

/// Whether `outer` is `inner` or an ancestor of it.
fn contains(outer: &str, inner: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn sources(root: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for name in CRATES {
        let folder = root.join(name).join("src");
        let mut folders = vec![folder.clone()];
        while let Some(inner) = folders.pop() {
            for entry in fs::read_dir(&inner).with_context(|| format!("cannot list {}", inner.display()))? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    sources.push(source(name, &folder, &path)?);
                }
            }
        }
    }
    sources.sort_by(|a, b| a.module.cmp(&b.module));
    Ok(sources)
}

fn source(name: &str, folder: &Path, path: &Path) -> Result<Source> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = syn::parse_file(&text).with_context(|| format!("cannot parse {}", path.display()))?;
    let inner = path.strip_prefix(folder)?.with_extension("");
    let mut module = vec![name.to_owned()];
    module.extend(inner.iter().map(|part| part.to_string_lossy().into_owned()));
    if module.len() == 2 && ["lib", "main"].contains(&module[1].as_str()) {
        // A binary's root beside a library's is the same room here: its front door.
        module.truncate(if module[1] == "lib" || name == "xtask" { 1 } else { 2 });
    }
    Ok(Source { module: module.join("::"), file })
}

/// Collects the paths in a module, made absolute.
struct Paths<'a> {
    module: &'a str,
    found: Vec<Vec<String>>,
}

impl Paths<'_> {
    /// `segments` as seen from the crate's root; `None` for what lies outside this workspace.
    fn absolute(&self, segments: &[String]) -> Option<Vec<String>> {
        let own = || self.module.split("::").map(str::to_owned);
        let first = segments.first()?.as_str();
        let mut path: Vec<String> = match first {
            "crate" => own().take(1).collect(),
            "self" => own().collect(),
            "super" => own().collect(),
            name if CRATES.contains(&name) => vec![name.to_owned()],
            _ => return None,
        };
        let n_up = segments.iter().take_while(|segment| *segment == "super").count();
        path.truncate(path.len().saturating_sub(n_up));
        path.extend(segments.iter().skip(n_up.max(1)).cloned());
        Some(path)
    }

    fn take(&mut self, segments: &[String]) {
        self.found.extend(self.absolute(segments));
    }

    /// Every leaf of a `use` tree, iteratively.
    fn take_use(&mut self, tree: &syn::UseTree) {
        let mut open = vec![(Vec::new(), tree)];
        while let Some((prefix, tree)) = open.pop() {
            let with = |ident: &syn::Ident| {
                let mut path: Vec<String> = prefix.clone();
                path.push(ident.to_string());
                path
            };
            match tree {
                syn::UseTree::Path(path) => open.push((with(&path.ident), &path.tree)),
                syn::UseTree::Name(name) => self.take(&with(&name.ident)),
                syn::UseTree::Rename(rename) => self.take(&with(&rename.ident)),
                syn::UseTree::Glob(_) => self.take(&prefix),
                syn::UseTree::Group(group) => {
                    open.extend(group.items.iter().map(|tree| (prefix.clone(), tree)));
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_test = item.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
        if !(is_test && item.ident == "tests") {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.take_use(&item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.take(&segments);
        }
        visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(module: &str, text: &str) -> Source {
        Source { module: module.to_owned(), file: syn::parse_file(text).expect("Rust") }
    }

    #[test]
    fn paths_become_weighted_edges_between_rooms_and_containing_is_none() {
        let sources = [
            source("shared", "pub mod graph; pub mod id; use crate::graph::Graph;"),
            source("shared::graph", "use crate::id::{Name, self}; mod rows; fn f() { rows::Row::new() }"),
            source("shared::graph::rows", "use super::super::id::Name; use super::Graph;"),
            source("shared::id", "use std::fmt; #[cfg(test)] mod tests { use crate::graph::Graph; }"),
            source("app", "fn f(g: shared::graph::rows::Row) {}"),
        ];
        let modules = sources.iter().map(|source| source.module.as_str()).collect();
        let found: Vec<_> = edges(&sources, &modules).into_iter().collect();
        let expected = [
            (("app", "shared::graph::rows"), 1),
            (("shared::graph", "shared::id"), 2),
            (("shared::graph::rows", "shared::id"), 1),
        ];
        assert_eq!(found, expected);
    }

    /// Modules that use each other, cycle by cycle, as our own record would show them.
    fn cycles(dot: &str) -> Vec<Vec<String>> {
        let quoted =
            |line: &str| -> Vec<String> { line.split('"').skip(1).step_by(2).map(str::to_owned).collect() };
        let lines: Vec<Vec<String>> = dot.lines().map(quoted).collect();
        let names: BTreeSet<&String> = lines.iter().flatten().collect();
        let names: Vec<&String> = names.into_iter().collect();
        let index = |name: &String| {
            let found = names.binary_search(&name).expect("a name of the graph");
            u32::try_from(found).expect("few modules")
        };
        let edges = lines.iter().filter(|line| line.len() == 2);
        let edges: Vec<_> = edges.map(|edge| (index(&edge[0]), index(&edge[1]), 1)).collect();
        let n_names = u32::try_from(names.len()).expect("few modules");
        let components = shared::structure::components(&shared::structure::IndexGraph::new(n_names, edges));
        let named = |members: &[u32]| members.iter().map(|&member| names[member as usize].clone()).collect();
        components.cyclic().into_iter().map(named).collect()
    }

    #[test]
    fn no_modules_of_this_workspace_use_each_other() {
        assert_eq!(cycles("\"a\";\n\"a\" -> \"b\" [weight=1];\n\"b\" -> \"a\" [weight=2];"), [["a", "b"]]);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace");
        let found = cycles(&dot(root).expect("a graph"));
        assert!(found.is_empty(), "move what both need to where it belongs: {found:?}");
    }

    #[test]
    fn this_workspace_is_read_whole() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace");
        let text = dot(root).expect("a graph");
        assert!(text.contains("\"shared::graph\" -> \"shared::event\""), "{text}");
        assert!(text.lines().count() > 100, "{text}");
    }
}
