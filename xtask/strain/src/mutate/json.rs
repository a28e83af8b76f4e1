//! Changes to JSON as a tree: fields gone, twice, of another type, deeper, swapped, or of another file.
//!
//! NDJSON is changed one document at a time. Order and repeated keys are kept; what is no JSON is left to others.

use super::{Mutator, odd};
use crate::chance::Chance;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Longest list that grows out of one change, in elements.
const REPEATED_MAX_LOG2: usize = 11;

/// A JSON value; scalars stand as they are written.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Scalar(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// One change.
pub fn change(case: &[u8], mutator: &Mutator<'_>, chance: &mut Chance) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(case).ok()?;
    if let Some(mut tree) = parse(text) {
        alter(&mut tree, mutator, chance);
        return Some(tree.text().into_bytes());
    }
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = chance.below(lines.len());
    let line = lines.get_mut(at)?;
    let mut tree = parse(line)?;
    alter(&mut tree, mutator, chance);
    *line = tree.text();
    Some((lines.join("\n") + "\n").into_bytes())
}

fn parse(text: &str) -> Option<Node> {
    serde_json::from_str(text).ok()
}

fn alter(tree: &mut Node, mutator: &Mutator<'_>, chance: &mut Chance) {
    let size = tree.size();
    let other = tree.at(chance.below(size)).cloned();
    let node = match tree.at(chance.below(size)) {
        Some(node) => node,
        None => return,
    };
    match chance.below(9) {
        0 | 1 => *node = Node::Scalar(chance.pick(odd::JSON).copied().unwrap_or("null").to_owned()),
        2 => *node = other.unwrap_or(Node::Array(Vec::new())),
        3 => *node = foreign(mutator, chance).unwrap_or(Node::Object(Vec::new())),
        4 => deepen(node, chance),
        5 => reword(node, mutator, chance),
        _ => among_children(node, other, mutator, chance),
    }
}

/// Some value of another seed.
fn foreign(mutator: &Mutator<'_>, chance: &mut Chance) -> Option<Node> {
    let text = std::str::from_utf8(mutator.seed(chance)).ok()?;
    let lines: Vec<&str> = text.lines().collect();
    let mut tree = parse(text).or_else(|| parse(chance.pick(&lines)?))?;
    let size = tree.size();
    tree.at(chance.below(size)).cloned()
}

fn deepen(node: &mut Node, chance: &mut Chance) {
    let levels = if chance.one_in(4) { 40 + chance.below(40) } else { 1 + chance.below(3) };
    let by_array = chance.one_in(2);
    for _ in 0..levels {
        let inner = std::mem::replace(node, Node::Scalar("null".to_owned()));
        *node = if by_array { Node::Array(vec![inner]) } else { Node::Object(vec![("a".to_owned(), inner)]) };
    }
}

/// Changes a text: a word of the seeds, cut, doubled, or made long.
fn reword(node: &mut Node, mutator: &Mutator<'_>, chance: &mut Chance) {
    let Node::Scalar(text) = node else { return };
    let inner = text.trim_matches('"').to_owned();
    let word = String::from_utf8_lossy(mutator.word(chance)).into_owned();
    let half: String = inner.chars().take(inner.chars().count() / 2).collect();
    let half = half.trim_end_matches('\\');
    *text = match chance.below(6) {
        0 => format!("\"{word}\""),
        1 => format!("\"{half}\""),
        2 => format!("\"{half}{word}\""),
        3 => format!("\"{half}{}\"", "ü".repeat(1 << chance.below(16))),
        4 => inner,
        _ => format!("\"{inner}{inner}\""),
    };
}

fn among_children(node: &mut Node, other: Option<Node>, mutator: &Mutator<'_>, chance: &mut Chance) {
    let n = node.children();
    let (at, to) = (chance.below(n), chance.below(n));
    let times = 1 << chance.below(REPEATED_MAX_LOG2);
    match node {
        Node::Scalar(_) => {}
        Node::Array(list) if !list.is_empty() => match chance.below(5) {
            0 => drop(list.remove(at)),
            1 => list.swap(at, to),
            2 => list.insert(at, other.unwrap_or(Node::Array(Vec::new()))),
            3 if list[at].text().len() < 4_096 => {
                let repeated = std::iter::repeat_n(list[at].clone(), times);
                list.splice(at..at, repeated).for_each(drop);
            }
            _ => list.insert(to, list[at].clone()),
        },
        Node::Array(list) => list.extend(other),
        Node::Object(fields) => {
            let word = String::from_utf8_lossy(mutator.word(chance)).into_owned();
            match chance.below(6) {
                _ if fields.is_empty() => fields.push((word, other.unwrap_or(Node::Array(Vec::new())))),
                0 | 1 => drop(fields.remove(at)),
                2 => fields.insert(to, fields[at].clone()),
                3 => fields[at].0 = word,
                4 => fields.swap(at, to),
                _ => fields.insert(at, (word, other.unwrap_or(Node::Array(Vec::new())))),
            }
        }
    }
}

/// `file` with its longest list, or its largest map, made longer until it has about `bytes`; lines repeated in
/// NDJSON. Repeated entries of maps get keys of their own.
pub fn grow(file: &[u8], bytes: usize, chance: &mut Chance) -> Option<Vec<u8>> {
    let mut tree = parse(std::str::from_utf8(file).ok()?)?;
    let size = tree.size();
    let longest = (0..size).max_by_key(|&n| tree.at(n).map_or(0, |node| node.children()))?;
    // Mostly the longest, else any: what is long in one file is not what hurts in another.
    let at = if chance.one_in(3) { chance.below(size) } else { longest };
    let node = tree.at(at)?;
    let one = node.text().len().max(1);
    let times = bytes / one;
    match node {
        Node::Scalar(_) => return None,
        Node::Array(list) => *list = (0..=times).flat_map(|_| list.clone()).collect(),
        Node::Object(fields) => {
            let renamed =
                |n: usize| fields.iter().map(move |(key, node)| (format!("{key}{n}"), node.clone()));
            let more: Vec<_> = (0..times).flat_map(renamed).collect();
            fields.extend(more);
        }
    }
    Some(tree.text().into_bytes())
}

impl Node {
    fn children(&self) -> usize {
        match self {
            Node::Scalar(_) => 0,
            Node::Array(list) => list.len(),
            Node::Object(fields) => fields.len(),
        }
    }

    /// Values in it, itself included.
    fn size(&self) -> usize {
        1 + match self {
            Node::Scalar(_) => 0,
            Node::Array(list) => list.iter().map(Node::size).sum(),
            Node::Object(fields) => fields.iter().map(|(_, node)| node.size()).sum::<usize>(),
        }
    }

    /// The value of that number, in the order of the file.
    fn at(&mut self, n: usize) -> Option<&mut Node> {
        if n == 0 {
            return Some(self);
        }
        let mut left = n - 1;
        let children: Vec<&mut Node> = match self {
            Node::Scalar(_) => Vec::new(),
            Node::Array(list) => list.iter_mut().collect(),
            Node::Object(fields) => fields.iter_mut().map(|(_, node)| node).collect(),
        };
        for child in children {
            let size = child.size();
            if left < size {
                return child.at(left);
            }
            left -= size;
        }
        None
    }

    fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        match self {
            Node::Scalar(scalar) => text.push_str(scalar),
            Node::Array(list) => {
                text.push('[');
                for (n, node) in list.iter().enumerate() {
                    text.push_str(if n > 0 { "," } else { "" });
                    node.write(text);
                }
                text.push(']');
            }
            Node::Object(fields) => {
                text.push('{');
                for (n, (key, node)) in fields.iter().enumerate() {
                    text.push_str(if n > 0 { "," } else { "" });
                    text.push_str(&serde_json::Value::from(key.as_str()).to_string());
                    text.push(':');
                    node.write(text);
                }
                text.push('}');
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read)
    }
}

struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Scalar(serde_json::Value::from(value).to_string()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar("null".to_owned()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Scalar(serde_json::Value::from(text).to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(node) = seq.next_element()? {
            list.push(node);
        }
        Ok(Node::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Node::Object(fields))
    }
}
