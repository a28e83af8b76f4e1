//! What the elements say together: nodes, edges, the graphs they lie in.
//!
//! An edge may stand before its nodes and a node within a node, so all of them wait for the end of the file.

use super::super::batch::Writer;
use super::super::clean;
use super::super::document::Broken;
use super::super::modules::{Modules, nested};
use super::super::table::Numbers;
use super::super::xml::{Element, Visit};
use super::value::{Keys, Meaning, weight};
use crate::event::{Dependency, Hash128};
use std::collections::BTreeSet;

/// Longest text of a value that is read.
const TEXT_BYTES_MAX: usize = 2_048;

/// An open element.
enum Open {
    Key(String),
    Default,
    /// Whether its edges have a direction.
    Graph {
        directed: bool,
    },
    Node(u32),
    Edge(u32),
    /// Data of the node or edge around it.
    Data(Meaning),
    /// The text that yEd shows on a node.
    NodeLabel,
    Other,
}

#[derive(Default)]
struct Node {
    line: u64,
    id: String,
    label: Option<String>,
    group: Option<String>,
    path: Option<String>,
    external: bool,
    /// The node it lies in.
    around: Option<u32>,
    holds_nodes: bool,
}

struct Edge {
    line: u64,
    from: u32,
    to: u32,
    weight: u32,
}

/// What the elements so far have said.
pub(super) struct Reading<'w, 'o> {
    writer: &'w mut Writer<'o>,
    open: Vec<Open>,
    keys: Keys,
    name: Option<String>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Nodes by id, named by an edge or declared (then with a line).
    by_id: Numbers,
    text: String,
    undirected: u64,
    unused: BTreeSet<String>,
}

impl<'w, 'o> Reading<'w, 'o> {
    pub(super) fn of(writer: &'w mut Writer<'o>) -> Self {
        Self {
            writer,
            open: Vec::new(),
            keys: Keys::default(),
            name: None,
            nodes: Vec::new(),
            edges: Vec::new(),
            by_id: Numbers::default(),
            text: String::new(),
            undirected: 0,
            unused: BTreeSet::new(),
        }
    }

    fn number(&mut self, id: &str) -> u32 {
        // Below 2^28: an id takes at least one byte of a file of 2^28 bytes.
        let next = self.nodes.len() as u32;
        let is_it = |number: u32| self.nodes[number as usize].id == id;
        let number = self.by_id.number(Hash128::of_text(id), next, is_it);
        if number != next {
            return number;
        }
        self.nodes.push(Node { id: id.to_owned(), ..Node::default() });
        number
    }

    fn node(&mut self, element: &Element<'_>) -> Open {
        let Some(id) = element.get("id").as_deref().and_then(clean::key) else {
            self.writer.issues.reject(element.line, "node: no id");
            return Open::Other;
        };
        let around = self.open.iter().rev().find_map(|open| match open {
            Open::Node(number) => Some(*number),
            _ => None,
        });
        let number = self.number(&id);
        if self.nodes[number as usize].line > 0 {
            self.writer.issues.reject(element.line, format!("node {id:?}: its id is taken"));
            return Open::Other;
        }
        let node = &mut self.nodes[number as usize];
        (node.line, node.around) = (element.line, around);
        if let Some(around) = around {
            self.nodes[around as usize].holds_nodes = true;
        }
        self.writer.use_one();
        Open::Node(number)
    }

    fn edge(&mut self, element: &Element<'_>) -> Open {
        let ends = ["source", "target"].map(|name| element.get(name).as_deref().and_then(clean::key));
        let [Some(from), Some(to)] = ends else {
            self.writer.issues.reject(element.line, "edge: no source or no target");
            return Open::Other;
        };
        let directed = self.open.iter().rev().find_map(|open| match open {
            Open::Graph { directed } => Some(*directed),
            _ => None,
        });
        let directed = match element.get("directed").as_deref() {
            Some("true") => true,
            Some("false") => false,
            _ => directed.unwrap_or(true),
        };
        if !directed {
            self.undirected += 1;
            if self.undirected == 1 {
                let said = "undirected: such edges are read from source to target (here and below)";
                self.writer.issues.note(element.line, said);
            }
        }
        let (from, to) = (self.number(&from), self.number(&to));
        let weight = self.keys.default_of(Meaning::Weight).and_then(|text| weight(text).ok()).unwrap_or(1);
        let number = self.edges.len() as u32;
        self.edges.push(Edge { line: element.line, from, to, weight });
        Open::Edge(number)
    }

    /// A value of the node or edge around it.
    fn value(&mut self, meaning: Meaning) {
        match self.open.iter().rev().find(|open| matches!(open, Open::Node(_) | Open::Edge(_))) {
            Some(Open::Node(number)) => {
                let node = &mut self.nodes[*number as usize];
                match meaning {
                    Meaning::Label => node.label = clean::name(&self.text).or(node.label.take()),
                    Meaning::Group => node.group = clean::name(&self.text),
                    Meaning::Path => node.path = clean::path(&self.text),
                    Meaning::External => node.external = matches!(self.text.trim(), "true" | "1"),
                    Meaning::Graphics => node.label = node.label.take().or_else(|| clean::name(&self.text)),
                    Meaning::Weight | Meaning::Unused => {}
                }
            }
            Some(Open::Edge(number)) if meaning == Meaning::Weight => {
                let edge = &mut self.edges[*number as usize];
                match weight(&self.text) {
                    Ok(weight) => edge.weight = weight,
                    Err(reason) => self.writer.issues.flaw(edge.line, reason),
                }
            }
            _ => {}
        }
    }

    fn unused(&mut self, line: u64, what: &str) {
        if self.unused.len() < 100 && self.unused.insert(what.to_owned()) {
            self.writer.issues.note(line, format!("data {what:?}: not read (here and below)"));
        }
    }

    /// States everything.
    pub(super) fn close(self) {
        let Self { writer, nodes, edges, name, by_id, .. } = self;
        drop(by_id);
        let scope = name.filter(|name| !matches!(name.as_str(), "G" | "g" | "graph"));
        writer.picture(&scope.map_or("graphml".to_owned(), |name| format!("graphml:{name}")));
        let by_label = ids_say_nothing(&nodes);
        let key = |node: &Node| match &node.label {
            Some(label) if by_label => clean::key(label).unwrap_or_else(|| node.id.clone()),
            _ => node.id.clone(),
        };
        let mut named = vec![false; nodes.len()];
        for edge in &edges {
            named[edge.from as usize] = true;
            named[edge.to as usize] = true;
        }
        let mut modules = Modules::default();
        let mut numbers: Vec<Option<u32>> = Vec::with_capacity(nodes.len());
        for node in &nodes {
            // A node that only holds others is their group; one that edges name is a module as well.
            let is_module = node.line > 0 && (named[numbers.len()] || !node.holds_nodes);
            numbers.push(is_module.then(|| {
                let key = key(node);
                let number = modules.number(node.line, &key);
                if let Some(module) = modules.module(number) {
                    module.name = node.label.clone().filter(|label| *label != key);
                    module.group = node.group.clone().or_else(|| group_of(&nodes, node));
                    module.path.clone_from(&node.path);
                    module.external = node.external;
                }
                number
            }));
        }
        for edge in &edges {
            match (numbers[edge.from as usize], numbers[edge.to as usize]) {
                (Some(from), Some(to)) => {
                    modules.import(from, to, Dependency::Normal, edge.weight);
                    writer.use_one();
                }
                _ => {
                    let (from, to) = (&nodes[edge.from as usize].id, &nodes[edge.to as usize].id);
                    writer.issues.reject(edge.line, format!("edge: no node {from:?} or no node {to:?}"));
                }
            }
        }
        modules.state(writer);
    }
}

/// Whether all ids are mere numbers, and labels tell the nodes apart.
fn ids_say_nothing(nodes: &[Node]) -> bool {
    let mere = |id: &str| {
        let digits = id.rsplit("::").next().unwrap_or(id).trim_start_matches('n');
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut labels = BTreeSet::new();
    let declared = || nodes.iter().filter(|node| node.line > 0);
    declared().count() > 0
        && declared()
            .all(|node| mere(&node.id) && node.label.as_deref().is_some_and(|label| labels.insert(label)))
}

/// The labels of the nodes around a node, outermost first.
fn group_of(nodes: &[Node], node: &Node) -> Option<String> {
    let mut labels = Vec::new();
    let mut next = node.around;
    while let Some(around) = next.and_then(|number| nodes.get(number as usize)) {
        labels.push(around.label.as_deref().unwrap_or(&around.id));
        next = around.around;
    }
    labels.into_iter().rev().fold(None, |group, label| Some(nested(group.as_deref(), label)))
}

impl Visit for Reading<'_, '_> {
    fn open(&mut self, element: &Element<'_>, depth: usize) -> Result<(), Broken> {
        if depth == 0 && element.name != "graphml" {
            return Err(Broken::at(element.line, format!("<{}> is no <graphml>", element.name)));
        }
        let open = match (self.open.last(), element.name) {
            (_, "key") => {
                self.keys.declare(element);
                Open::Key(element.get("id").unwrap_or_default().into_owned())
            }
            (Some(Open::Key(_)), "default") => Open::Default,
            (_, "graph") => {
                if let (None, Some(id)) = (&self.name, element.get("id")) {
                    self.name = clean::key(&id);
                }
                Open::Graph { directed: element.get("edgedefault").as_deref() != Some("undirected") }
            }
            (Some(Open::Graph { .. }), "node") => self.node(element),
            (Some(Open::Graph { .. }), "edge") => self.edge(element),
            (Some(Open::Node(_) | Open::Edge(_)), "data") => {
                let id = element.get("key").unwrap_or_default();
                Open::Data(self.keys.meaning(&id))
            }
            (_, "hyperedge" | "port") => {
                self.writer.issues.skip(element.line, element.name);
                Open::Other
            }
            (_, "NodeLabel") => Open::NodeLabel,
            _ => Open::Other,
        };
        if let Open::Data(Meaning::Unused) = open {
            let id = element.get("key").unwrap_or_default();
            self.unused(element.line, clean::clip(&id, 80));
        }
        self.text.clear();
        self.open.push(open);
        Ok(())
    }

    fn text(&mut self, part: &str) {
        if matches!(self.open.last(), Some(Open::Data(_) | Open::Default | Open::NodeLabel)) {
            let room = TEXT_BYTES_MAX.saturating_sub(self.text.len());
            self.text.push_str(clean::clip(part, room));
        }
    }

    fn shut(&mut self, _: &str, _: usize) -> Result<(), Broken> {
        match self.open.pop() {
            Some(Open::Data(Meaning::Graphics)) => {}
            Some(Open::Data(meaning)) => self.value(meaning),
            Some(Open::NodeLabel) => self.value(Meaning::Graphics),
            Some(Open::Default) => {
                if let Some(Open::Key(id)) = self.open.last() {
                    self.keys.set_default(id, self.text.trim());
                }
            }
            _ => {}
        }
        self.text.clear();
        Ok(())
    }
}
