//! Nx project graphs: projects as modules, dependencies as imports, `npm:` nodes as external modules.
//!
//! What `nx graph --file=graph.json` writes (a `graph` with `nodes` and `dependencies`), and the graph by itself, as
//! Nx keeps it in its cache. Static, dynamic and implicit dependencies are imports alike; several of one pair sum up.
//! Not read: tasks, plans, targets, files.

use super::batch::Writer;
use super::clean;
use super::document::{Broken, Entries, Lines, Text, check_depth, parse};
use super::look::{Fit, Look};
use super::modules::Modules;
use crate::event::Dependency;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    graph: Option<Graph<'a>>,
    nodes: Option<Entries<'a>>,
    #[serde(rename = "externalNodes")]
    external_nodes: Option<Entries<'a>>,
    dependencies: Option<Entries<'a>>,
    tasks: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Graph<'a> {
    #[serde(borrow)]
    nodes: Entries<'a>,
    #[serde(rename = "externalNodes")]
    external_nodes: Option<Entries<'a>>,
    dependencies: Entries<'a>,
}

#[derive(Deserialize)]
struct Node<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    data: Option<Details<'a>>,
}

#[derive(Deserialize)]
struct Details<'a> {
    #[serde(borrow)]
    root: Option<Text<'a>>,
    #[serde(rename = "packageName")]
    package_name: Option<Text<'a>>,
    tags: Option<Vec<Text<'a>>>,
}

#[derive(Deserialize)]
struct Edge<'a> {
    #[serde(borrow)]
    source: Option<Text<'a>>,
    target: Text<'a>,
}

/// Whether a file is a project graph of Nx.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.json(&["graph.nodes", "graph.dependencies"], &[])
        .or(look.json(&["nodes", "dependencies"], &["externalNodes", "version"]))
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    check_depth(text)?;
    let file: File<'_> = parse(text)
        .map_err(|(line, reason)| Broken::at(line + 1, format!("not a project graph of Nx: {reason}")))?;
    if file.tasks.is_some() {
        writer.issues.note(1, "tasks: not read");
    }
    let graph = match (file.graph, file.nodes, file.dependencies) {
        (Some(graph), ..) => graph,
        (None, Some(nodes), Some(dependencies)) => {
            Graph { nodes, external_nodes: file.external_nodes, dependencies }
        }
        _ => {
            return Err(Broken::at(1, "not a project graph of Nx: neither graph nor nodes and dependencies"));
        }
    };
    writer.picture("nx");
    let (mut lines, mut modules) = (Lines::of(text), Modules::default());
    for (name, raw) in &graph.nodes.0 {
        node(name, raw, false, &mut modules, &mut lines, writer);
    }
    for (name, raw) in graph.external_nodes.iter().flat_map(|nodes| &nodes.0) {
        node(name, raw, true, &mut modules, &mut lines, writer);
    }
    for (source, raw) in &graph.dependencies.0 {
        let line = lines.line_of(raw.get());
        match parse::<Vec<&RawValue>>(raw.get()) {
            Ok(edges) => {
                for edge in edges {
                    let line = lines.line_of(edge.get());
                    if let Err((offset, reason)) = import(line, source, edge, &mut modules) {
                        writer.issues.reject(line + offset, format!("dependencies: {reason}"));
                    } else {
                        writer.use_one();
                    }
                }
            }
            Err((offset, reason)) => {
                let source = clean::clip(source, 80);
                writer.issues.reject(line + offset, format!("dependencies of {source:?}: {reason}"));
            }
        }
    }
    modules.state(writer);
    Ok(())
}

fn node(
    name: &str,
    raw: &RawValue,
    external: bool,
    modules: &mut Modules,
    lines: &mut Lines<'_>,
    writer: &mut Writer<'_>,
) {
    let line = lines.line_of(raw.get());
    let (key, node) = match (clean::key(name), parse::<Node<'_>>(raw.get())) {
        (Some(key), Ok(node)) => (key, node),
        (None, _) => return writer.issues.reject(line, "node: no name"),
        (_, Err((offset, reason))) => {
            let name = clean::clip(name, 80);
            return writer.issues.reject(line + offset, format!("node {name:?}: {reason}"));
        }
    };
    let number = modules.number(line, &key);
    if let Some(module) = modules.module(number) {
        module.external = external || is_package(&key) || node.kind.as_deref() == Some("npm");
        if let Some(details) = node.data {
            module.name = details.package_name.as_deref().and_then(clean::name).filter(|name| *name != key);
            let root = details.root.as_deref().filter(|_| !module.external);
            module.path = root.and_then(clean::name);
            module.tags = details.tags.iter().flatten().filter_map(|tag| clean::name(tag)).collect();
        }
    }
    writer.use_one();
}

fn is_package(name: &str) -> bool {
    name.starts_with("npm:")
}

fn import(line: u64, source: &str, raw: &RawValue, modules: &mut Modules) -> Result<(), (u64, String)> {
    let edge: Edge<'_> = parse(raw.get())?;
    let end = |field: &str, name: &str| clean::key(name).ok_or_else(|| (0, format!("{field}: empty")));
    let from = end("source", edge.source.as_deref().unwrap_or(source))?;
    let to = end("target", &edge.target)?;
    let mut number = |key: &str| {
        let number = modules.number(line, key);
        // The graph leaves packages out of its nodes where it is told to.
        if let Some(module) = modules.module(number).filter(|_| is_package(key)) {
            module.external = true;
        }
        number
    };
    let (from, to) = (number(&from), number(&to));
    modules.import(from, to, Dependency::Normal, 1);
    Ok(())
}
