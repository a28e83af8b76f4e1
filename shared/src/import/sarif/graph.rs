//! The graphs of a run as modules and imports: nodes within a node form a group.
//!
//! A node is known by the code it stands for (name, else file), else by its label, else by its id.

use super::super::batch::Writer;
use super::super::clean;
use super::super::document::{Lines, parse};
use super::super::modules::Modules;
use super::log::{Edge, Graph, Node};
use super::place::Places;
use crate::event::Dependency;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Takes all graphs of a run in.
pub(super) fn take(
    graphs: &[&RawValue],
    places: &Places<'_, '_>,
    lines: &mut Lines<'_>,
    writer: &mut Writer<'_>,
) {
    let mut modules = Modules::default();
    for (n, raw) in graphs.iter().enumerate() {
        let line = lines.line_of(raw.get());
        match parse::<Graph<'_>>(raw.get()) {
            Ok(graph) => one(&graph, places, &mut modules, lines, writer),
            Err((offset, reason)) => writer.issues.reject(line + offset, format!("graphs[{n}]: {reason}")),
        }
    }
    modules.state(writer);
}

fn one(
    graph: &Graph<'_>,
    places: &Places<'_, '_>,
    modules: &mut Modules,
    lines: &mut Lines<'_>,
    writer: &mut Writer<'_>,
) {
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    // Nodes still to be read, the next one last, each with the group it lies in.
    let mut open: Vec<(&RawValue, Option<String>)> =
        graph.nodes.iter().flatten().rev().map(|raw| (*raw, None)).collect();
    while let Some((raw, group)) = open.pop() {
        let line = lines.line_of(raw.get());
        let node = match parse::<Node<'_>>(raw.get()) {
            Ok(node) => node,
            Err((offset, reason)) => {
                writer.issues.reject(line + offset, format!("node: {reason}"));
                continue;
            }
        };
        let place = places.place(node.location.as_ref());
        let label = node.label.as_ref().and_then(|it| it.text.as_deref());
        let known = place.name.or(place.path).or_else(|| label.and_then(clean::key));
        let Some(key) = known.or_else(|| clean::key(&node.id)) else {
            writer.issues.reject(line, "node: id: empty");
            continue;
        };
        let number = modules.number(line, &key);
        if let Some(module) = modules.module(number) {
            module.name = label.and_then(clean::name).filter(|name| *name != key).or(module.name.take());
            module.group = group.or(module.group.take());
        }
        numbers.insert(node.id.to_string(), number);
        let inner = node.children.iter().flatten().rev();
        open.extend(inner.map(|raw| (*raw, Some(key.clone()))));
        writer.use_one();
    }
    for raw in graph.edges.iter().flatten() {
        let line = lines.line_of(raw.get());
        match parse::<Edge<'_>>(raw.get()) {
            Ok(edge) => {
                let ends = (numbers.get(&*edge.source_node_id), numbers.get(&*edge.target_node_id));
                let (Some(from), Some(to)) = ends else {
                    let (from, to) =
                        (clean::clip(&edge.source_node_id, 80), clean::clip(&edge.target_node_id, 80));
                    writer.issues.reject(line, format!("edge: no node {from:?} or no node {to:?}"));
                    continue;
                };
                // Within one module, which several nodes stand for, there is nothing to import.
                if from != to || edge.source_node_id == edge.target_node_id {
                    modules.import(*from, *to, Dependency::Normal, 1);
                }
                writer.use_one();
            }
            Err((offset, reason)) => writer.issues.reject(line + offset, format!("edge: {reason}")),
        }
    }
}
