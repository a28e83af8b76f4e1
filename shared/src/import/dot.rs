//! DOT, the language of Graphviz: nodes as modules, edges as imports, clusters as groups.
//!
//! An edge's weight is the sum of its `weight` attributes over repeated edges (1 without; in a `strict` graph
//! repeats do not count). Subgraphs as ends of an edge mean every pair. Undirected edges are read from left to
//! right. Open braces lie on a stack of at most 64; ports, styles and positions are not read.

mod attribute;
mod graph;
mod token;

use super::batch::Writer;
use super::clean;
use super::document::Broken;
use super::look::{Fit, Look};
use graph::Graph;
use token::{Token, Tokens};

/// Whether a file is a graph in DOT.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.text(is_dot, "starts with graph or digraph")
}

/// Whether `text` starts like a graph.
fn is_dot(text: &str) -> bool {
    let mut tokens = Tokens::of(text);
    let mut word = || match tokens.next() {
        Ok(Some(Token::Id { text, bare: true, .. })) => text.to_ascii_lowercase(),
        _ => String::new(),
    };
    let first = word();
    let kind = if first == "strict" { word() } else { first };
    kind == "graph" || kind == "digraph"
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    let mut tokens = Tokens::of(text);
    let mut word = tokens.take_id()?.unwrap_or_default().to_ascii_lowercase();
    let mut graph = Graph::default();
    graph.is_strict = word == "strict";
    if graph.is_strict {
        word = tokens.take_id()?.unwrap_or_default().to_ascii_lowercase();
    }
    match word.as_str() {
        "digraph" => graph.is_directed = true,
        "graph" => writer.issues.note(1, "undirected: every edge is read from left to right"),
        _ => return Err(tokens.broken("a graph starts with graph or digraph")),
    }
    let name = tokens.take_id()?.unwrap_or_default();
    if !tokens.take(&Token::OpenBrace)? {
        return Err(tokens.broken("expected {"));
    }
    let name = name.rsplit(['/', '\\']).next().and_then(clean::key);
    writer.picture(&name.map_or("dot".to_owned(), |name| format!("dot:{name}")));
    graph.body(&mut tokens, writer)?;
    if tokens.next()?.is_some() {
        let line = tokens.line();
        writer.issues.flaw(line, "more after the first graph, which is not read");
    }
    graph.close(writer);
    Ok(())
}
