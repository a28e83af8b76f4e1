//! The graph while it is read: open braces, edge chains, nodes and edges by number.

use super::super::batch::Writer;
use super::super::clean;
use super::super::document::Broken;
use super::super::modules::nested;
use super::super::table::Numbers;
use super::attribute::{attributes, kept};
use super::token::{Token, Tokens};
use crate::event::data::{ImportDeclared, ModuleDeclared};
use crate::event::{DEPTH_MAX, Data, Dependency, Hash128};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Most edges, pairs between subgraphs included.
const EDGES_MAX: u64 = 2_000_000;

/// An edge statement while it is read: `a -> b -> c`.
#[derive(Default)]
struct Chain {
    ends: Vec<u32>,
    pairs: Vec<(u32, u32)>,
    awaits_end: bool,
}

/// A subgraph that is a group.
struct Cluster<'t> {
    /// Its label, else its name.
    label: Option<Cow<'t, str>>,
    /// The cluster around it.
    around: Option<u32>,
}

/// An open brace.
#[derive(Default)]
struct Frame<'t> {
    cluster: Option<u32>,
    label: Option<Cow<'t, str>>,
    /// Nodes named in it; of the graph's own brace nobody asks.
    nodes: BTreeSet<u32>,
    edge_weight: Option<u32>,
    chain: Chain,
}

/// A node, in few bytes: there are many. A file has at most 2^28 bytes, and so lines and clusters.
struct Node<'t> {
    line: u32,
    /// The first cluster to close that names it; [`NO_CLUSTER`] if none does.
    cluster: u32,
    key: Cow<'t, str>,
    name: Option<Cow<'t, str>>,
}

const NO_CLUSTER: u32 = u32::MAX;

/// What has been read of a graph; its own brace is the first frame.
#[derive(Default)]
pub(super) struct Graph<'t> {
    pub(super) is_strict: bool,
    pub(super) is_directed: bool,
    frames: Vec<Frame<'t>>,
    clusters: Vec<Cluster<'t>>,
    nodes: Vec<Node<'t>>,
    by_key: Numbers,
    edges: BTreeMap<(u32, u32), u32>,
    edge_count: u64,
}

impl<'t> Graph<'t> {
    /// Everything from behind the graph's opening brace to the brace that closes it.
    pub(super) fn body(&mut self, tokens: &mut Tokens<'t>, writer: &mut Writer<'_>) -> Result<(), Broken> {
        self.frames.push(Frame::default());
        while let Some(token) = tokens.next()? {
            tokens.tell(writer);
            let awaits_end = self.frames.last().is_some_and(|frame| frame.chain.awaits_end);
            match token {
                Token::CloseBrace if !awaits_end => {
                    let Some(frame) = self.frames.pop() else {
                        return Ok(()); // the loop ends with the last frame
                    };
                    if self.shut(frame, tokens, writer)? {
                        return Ok(());
                    }
                }
                Token::Semicolon | Token::Comma if !awaits_end => {}
                Token::OpenBrace => self.push(None, tokens)?,
                Token::Id { text, bare: true, .. } if text.eq_ignore_ascii_case("subgraph") => {
                    let name = tokens.take_id()?;
                    if !tokens.take(&Token::OpenBrace)? {
                        return Err(tokens.broken("expected { after subgraph"));
                    }
                    self.push(name, tokens)?;
                }
                Token::Id { text, bare: true, .. } if !awaits_end && is_keyword(&text) => {
                    let attributes = attributes(tokens, writer)?;
                    if let Some(frame) = self.frames.last_mut() {
                        match text.to_ascii_lowercase().as_str() {
                            "edge" => frame.edge_weight = attributes.weight.or(frame.edge_weight),
                            "graph" => frame.label = attributes.label.or(frame.label.take()),
                            _ => {}
                        }
                    }
                }
                Token::Id { text, .. } => self.name(text, awaits_end, tokens, writer)?,
                other => return Err(tokens.broken(format!("unexpected {other:?}"))),
            }
        }
        Err(tokens.broken("the file breaks off within {"))
    }

    fn push(&mut self, name: Option<Cow<'_, str>>, tokens: &mut Tokens<'t>) -> Result<(), Broken> {
        if self.frames.len() >= DEPTH_MAX {
            return Err(tokens.broken(format!("nested deeper than {DEPTH_MAX} levels")));
        }
        let cluster = name.as_deref().and_then(|name| name.strip_prefix("cluster")).map(|rest| {
            let label = clean::name(rest.trim_start_matches(['_', '-', ' '])).map(Cow::Owned);
            let around = self.frames.iter().rev().find_map(|frame| frame.cluster);
            self.clusters.push(Cluster { label, around });
            self.clusters.len() as u32 - 1
        });
        let edge_weight = self.frames.last().and_then(|frame| frame.edge_weight);
        self.frames.push(Frame { cluster, edge_weight, ..Frame::default() });
        Ok(())
    }

    /// A brace closes: true if it was the graph's.
    fn shut(
        &mut self,
        frame: Frame<'t>,
        tokens: &mut Tokens<'t>,
        writer: &mut Writer<'_>,
    ) -> Result<bool, Broken> {
        if let Some(cluster) = frame.cluster {
            let held = &mut self.clusters[cluster as usize];
            held.label = frame.label.or(held.label.take());
            for n in &frame.nodes {
                let node = &mut self.nodes[*n as usize];
                if node.cluster == NO_CLUSTER {
                    node.cluster = cluster;
                }
            }
        }
        let is_within = self.frames.len() > 1;
        let Some(outer) = self.frames.last_mut() else {
            return Ok(true);
        };
        if is_within {
            outer.nodes.extend(&frame.nodes);
        }
        let ends = frame.nodes.into_iter().collect();
        self.end(ends, tokens, writer)?;
        Ok(false)
    }

    /// A name that is no keyword: `a = b`, a node, or the end of an edge.
    fn name(
        &mut self,
        text: Cow<'t, str>,
        awaits_end: bool,
        tokens: &mut Tokens<'t>,
        writer: &mut Writer<'_>,
    ) -> Result<(), Broken> {
        let line = tokens.line();
        if !awaits_end && tokens.take(&Token::Equals)? {
            let value = tokens.next()?;
            let Some(Token::Id { text: value, html, .. }) = value else {
                return Err(tokens.broken("expected a value after ="));
            };
            if text == "label"
                && !html
                && let Some(frame) = self.frames.last_mut()
            {
                frame.label = kept(value, clean::name_of);
            }
            return Ok(());
        }
        for _ in 0..2 {
            if tokens.take(&Token::Colon)? && tokens.take_id()?.is_none() {
                return Err(tokens.broken("expected a port after :"));
            }
        }
        let ends = match kept(text, clean::key_of) {
            Some(key) => vec![self.node(line, key)],
            None => {
                writer.issues.reject(line, "a node without a name");
                vec![]
            }
        };
        self.end(ends, tokens, writer)
    }

    fn node(&mut self, line: u64, key: Cow<'t, str>) -> u32 {
        // Below 2^28: a node takes at least one byte of the file.
        let next = self.nodes.len() as u32;
        let is_it = |number: u32| self.nodes[number as usize].key == key;
        let n = self.by_key.number(Hash128::of_text(&key), next, is_it);
        if n == next {
            self.nodes.push(Node { line: line as u32, cluster: NO_CLUSTER, key, name: None });
        }
        if self.frames.len() > 1
            && let Some(frame) = self.frames.last_mut()
        {
            frame.nodes.insert(n);
        }
        n
    }

    /// An end of an edge, or a lone node or subgraph; reads on to the end of the statement.
    fn end(
        &mut self,
        ends: Vec<u32>,
        tokens: &mut Tokens<'t>,
        writer: &mut Writer<'_>,
    ) -> Result<(), Broken> {
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        let chain = &mut frame.chain;
        if chain.awaits_end {
            self.edge_count += chain.ends.len() as u64 * ends.len() as u64;
            if self.edge_count > EDGES_MAX {
                return Err(tokens.broken(format!("more than {EDGES_MAX} edges")));
            }
            let pairs = chain.ends.iter().flat_map(|from| ends.iter().map(move |to| (*from, *to)));
            chain.pairs.extend(pairs);
            chain.awaits_end = false;
        }
        chain.ends = ends;
        let operator = tokens.peek()?.filter(|token| matches!(token, Token::Arrow | Token::Line)).cloned();
        if let Some(operator) = operator {
            tokens.next()?;
            if (operator == Token::Arrow) != self.is_directed {
                return Err(tokens.broken("-> is for a digraph, -- for a graph"));
            }
            chain.awaits_end = true;
            return Ok(());
        }
        let chain = std::mem::take(chain);
        let default_weight = frame.edge_weight;
        let attributes = attributes(tokens, writer)?;
        if chain.pairs.is_empty() {
            if let ([n], Some(label)) = (chain.ends.as_slice(), attributes.label) {
                self.nodes[*n as usize].name = Some(label);
            }
            return Ok(());
        }
        let weight = attributes.weight.or(default_weight).unwrap_or(1);
        for pair in chain.pairs {
            let sum = self.edges.entry(pair).or_insert(0);
            *sum = if self.is_strict { (*sum).max(weight) } else { sum.saturating_add(weight) };
        }
        Ok(())
    }

    /// The labels of a cluster and of those around it, as a path.
    fn group(&self, cluster: u32) -> Option<String> {
        let mut labels = Vec::new();
        let mut next = Some(cluster);
        while let Some(cluster) = next.and_then(|number| self.clusters.get(number as usize)) {
            labels.extend(cluster.label.as_deref());
            next = cluster.around;
        }
        labels.into_iter().rev().fold(None, |outer, label| Some(nested(outer.as_deref(), label)))
    }

    /// States nodes and edges.
    pub(super) fn close(mut self, writer: &mut Writer<'_>) {
        let groups: Vec<Option<String>> =
            (0..self.clusters.len() as u32).map(|cluster| self.group(cluster)).collect();
        self.by_key = Numbers::default();
        for node in &self.nodes {
            let name = node.name.as_deref().filter(|name| *name != node.key && *name != "\\N");
            let data = ModuleDeclared {
                module: node.key.to_string(),
                name: name.map(str::to_owned),
                path: None,
                group: groups.get(node.cluster as usize).cloned().flatten(),
                external: false,
                types: None,
                abstract_types: None,
                tags: vec![],
            };
            if writer.state(node.line.into(), None, &Data::ModuleDeclared(data)) {
                writer.use_one();
            }
        }
        for ((from, to), weight) in &self.edges {
            let (from, to) = (&self.nodes[*from as usize], &self.nodes[*to as usize]);
            let data = ImportDeclared {
                from: from.key.to_string(),
                to: to.key.to_string(),
                kind: Dependency::Normal,
                weight: *weight,
            };
            if writer.state(from.line.into(), None, &Data::ImportDeclared(data)) {
                writer.use_one();
            }
        }
    }
}

fn is_keyword(text: &str) -> bool {
    ["graph", "node", "edge"].iter().any(|word| text.eq_ignore_ascii_case(word))
}
