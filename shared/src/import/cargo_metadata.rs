//! `cargo metadata --format-version 1`: packages as modules, dependencies as imports, by kind.
//!
//! Package ids are opaque and change their form; a module is known by its package name, with the version where
//! a name occurs twice. Kinds stay apart, because dev-dependencies make legal cycles. With `--no-deps` there is
//! no resolution: then the dependencies among the workspace's own packages count. Paths of the machine the file
//! was written on are cut to the workspace.

use super::batch::Writer;
use super::clean;
use super::document::{Broken, Lines, check_whole, parse};
use super::look::{Fit, Look};
use crate::event::data::{ImportDeclared, ModuleDeclared};
use crate::event::{Data, Dependency};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    packages: Vec<&'a RawValue>,
    workspace_members: Vec<Cow<'a, str>>,
    #[serde(default)]
    workspace_root: Cow<'a, str>,
    resolve: Option<Resolve<'a>>,
}

#[derive(Deserialize)]
struct Resolve<'a> {
    #[serde(borrow)]
    nodes: Vec<&'a RawValue>,
    root: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Package<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default)]
    version: Cow<'a, str>,
    id: Cow<'a, str>,
    source: Option<Cow<'a, str>>,
    #[serde(default)]
    dependencies: Vec<Wanted<'a>>,
    #[serde(default)]
    manifest_path: Cow<'a, str>,
}

/// A dependency as a manifest writes it.
#[derive(Deserialize)]
struct Wanted<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    kind: Option<Cow<'a, str>>,
    rename: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Node<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(default)]
    deps: Vec<Resolved<'a>>,
}

#[derive(Deserialize)]
struct Resolved<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    pkg: Cow<'a, str>,
    #[serde(default)]
    dep_kinds: Vec<Kind<'a>>,
}

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(borrow)]
    kind: Option<Cow<'a, str>>,
}

/// A package as we know it.
struct Module<'a> {
    key: String,
    package: Package<'a>,
}

/// Whether a file is cargo's metadata.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.json(&["packages", "workspace_members"], &[])
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    check_whole(text)?;
    let metadata: Metadata<'_> = parse(text)
        .map_err(|(line, reason)| Broken::at(line + 1, format!("not cargo metadata: {reason}")))?;
    let mut lines = Lines::of(text);
    let modules = modules(&metadata, &mut lines, writer);
    writer.picture(&scope(&metadata, &modules));
    let members: BTreeSet<&str> = metadata.workspace_members.iter().map(AsRef::as_ref).collect();
    for module in modules.values() {
        let package = &module.package;
        let internal = members.contains(package.id.as_ref()) || package.source.is_none();
        let data = ModuleDeclared {
            module: module.key.clone(),
            name: clean::name(&package.name),
            path: if internal { folder(&package.manifest_path, &metadata.workspace_root) } else { None },
            group: Some(if internal { "workspace" } else { "external" }.to_owned()),
            external: !internal,
            types: None,
            abstract_types: None,
            tags: vec![],
        };
        writer.state(1, None, &Data::ModuleDeclared(data));
    }
    match &metadata.resolve {
        Some(resolve) => resolved(resolve, &modules, &mut lines, writer),
        None => {
            writer
                .issues
                .note(1, "resolve: null (--no-deps), so only dependencies among these packages count");
            wanted(&modules, writer);
        }
    }
    Ok(())
}

/// Packages by id, in the order of their ids; each has a key of its own.
fn modules<'a>(
    metadata: &Metadata<'a>,
    lines: &mut Lines<'_>,
    writer: &mut Writer<'_>,
) -> BTreeMap<String, Module<'a>> {
    let mut modules = BTreeMap::new();
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    for raw in &metadata.packages {
        let package = parse::<Package<'_>>(raw.get()).and_then(|package| match clean::key(&package.name) {
            Some(_) => Ok(package),
            None => Err((0, "name: empty".to_owned())),
        });
        match package {
            Ok(package) => {
                writer.use_one();
                *names.entry(package.name.to_string()).or_insert(0) += 1;
                modules.insert(package.id.to_string(), Module { key: String::new(), package });
            }
            Err((line, reason)) => {
                let line = lines.line_of(raw.get()) + line;
                writer.issues.reject(line, format!("package: {reason}"));
            }
        }
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for module in modules.values_mut() {
        let package = &module.package;
        let several = names.get(package.name.as_ref()).is_some_and(|count| *count > 1);
        let plain =
            if several { format!("{}@{}", package.name, package.version) } else { package.name.to_string() };
        let numbered = (2_u32..).map(|n| format!("{plain}~{n}"));
        let mut candidates = std::iter::once(plain.clone()).chain(numbered).filter_map(|it| clean::key(&it));
        module.key = candidates.find(|key| !taken.contains(key)).unwrap_or(plain);
        taken.insert(module.key.clone());
    }
    modules
}

/// The root package's name, else that of the workspace's folder; never a path.
fn scope(metadata: &Metadata<'_>, modules: &BTreeMap<String, Module<'_>>) -> String {
    let root = metadata.resolve.as_ref().and_then(|resolve| resolve.root.as_deref());
    let root = root.and_then(|id| modules.get(id)).map(|module| module.key.as_str());
    let folder = metadata.workspace_root.rsplit(['/', '\\']).find(|part| !part.is_empty());
    format!("cargo-metadata:{}", root.or(folder).unwrap_or("workspace"))
}

/// Folder of a manifest within the workspace; `None` if it lies elsewhere.
fn folder(manifest: &str, root: &str) -> Option<String> {
    let (manifest, root) = (manifest.replace('\\', "/"), root.replace('\\', "/"));
    let inner = manifest.strip_prefix(root.trim_end_matches('/'))?.strip_prefix('/')?;
    let folder = inner.rsplit_once('/').map_or(".", |(folder, _)| folder);
    clean::name(folder)
}

fn kind_of(kind: Option<&str>) -> Dependency {
    match kind {
        Some("dev") => Dependency::Dev,
        Some("build") => Dependency::Build,
        _ => Dependency::Normal,
    }
}

fn resolved(
    resolve: &Resolve<'_>,
    modules: &BTreeMap<String, Module<'_>>,
    lines: &mut Lines<'_>,
    writer: &mut Writer<'_>,
) {
    for raw in &resolve.nodes {
        let line = lines.line_of(raw.get());
        let node = match parse::<Node<'_>>(raw.get()) {
            Ok(node) => node,
            Err((offset, reason)) => {
                writer.issues.reject(line + offset, format!("resolve.nodes: {reason}"));
                continue;
            }
        };
        let Some(from) = modules.get(node.id.as_ref()) else {
            writer.issues.reject(line, format!("resolve.nodes: no package {:?}", clean::clip(&node.id, 200)));
            continue;
        };
        let mut edges: BTreeMap<(&str, Dependency), u32> = BTreeMap::new();
        for dependency in &node.deps {
            let Some(to) = modules.get(dependency.pkg.as_ref()) else {
                let package = clean::clip(&dependency.pkg, 200);
                writer.issues.reject(line, format!("resolve.nodes.deps: no package {package:?}"));
                continue;
            };
            for kind in kinds(dependency, &from.package, &to.package) {
                *edges.entry((&to.key, kind)).or_insert(0) += 1;
            }
        }
        state(line, &from.key, &edges, writer);
    }
}

/// Kinds of a resolved dependency; files of old versions have them in the manifest's list only.
fn kinds(dependency: &Resolved<'_>, from: &Package<'_>, to: &Package<'_>) -> Vec<Dependency> {
    if !dependency.dep_kinds.is_empty() {
        return dependency.dep_kinds.iter().map(|it| kind_of(it.kind.as_deref())).collect();
    }
    let fits = |wanted: &&Wanted<'_>| match &wanted.rename {
        Some(rename) => rename.replace('-', "_") == dependency.name,
        None => wanted.name == to.name,
    };
    let found: Vec<_> =
        from.dependencies.iter().filter(fits).map(|wanted| kind_of(wanted.kind.as_deref())).collect();
    if found.is_empty() { vec![Dependency::Normal] } else { found }
}

/// Dependencies by name among the packages of the file.
fn wanted(modules: &BTreeMap<String, Module<'_>>, writer: &mut Writer<'_>) {
    let by_name: BTreeMap<&str, &str> =
        modules.values().map(|module| (module.package.name.as_ref(), module.key.as_str())).collect();
    for from in modules.values() {
        let mut edges: BTreeMap<(&str, Dependency), u32> = BTreeMap::new();
        for wanted in &from.package.dependencies {
            if let Some(to) = by_name.get(wanted.name.as_ref()) {
                *edges.entry((to, kind_of(wanted.kind.as_deref()))).or_insert(0) += 1;
            }
        }
        state(1, &from.key, &edges, writer);
    }
}

fn state(line: u64, from: &str, edges: &BTreeMap<(&str, Dependency), u32>, writer: &mut Writer<'_>) {
    for ((to, kind), weight) in edges {
        let data =
            ImportDeclared { from: from.to_owned(), to: (*to).to_owned(), kind: *kind, weight: *weight };
        writer.state(line, None, &Data::ImportDeclared(data));
    }
}
