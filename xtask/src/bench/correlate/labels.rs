//! The labelled links as they lie in the tree, and predictions held against them.

use anyhow::{Context, Result};
use shared::correlate::Link;
use shared::event::{Entry, decode_logged};
use shared::graph::{Graph, Scene};
use shared::time::{AsOf, Time};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The set.
pub struct Labels {
    graph: Graph,
    /// Half of every source.
    halves: BTreeMap<String, String>,
    /// True links as `kind from to`.
    links: BTreeSet<(String, String)>,
}

/// A link that was found.
pub struct Prediction {
    /// Its confidence in millionths.
    pub confidence: u32,
    /// Whether it is true.
    pub right: bool,
}

impl Labels {
    /// Reads the committed set.
    ///
    /// # Errors
    /// A file is missing or cannot be read.
    pub fn read(root: &Path) -> Result<Self> {
        let folder = root.join(crate::golden::LABELLED);
        let file = |name: &str| -> Result<String> {
            let path = folder.join(name);
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok(String::from_utf8(zstd::stream::decode_all(bytes.as_slice())?)?)
        };
        let mut graph = Graph::default();
        for line in file("events.ndjson.zst")?.lines() {
            graph.push(Entry::from_logged(&decode_logged(serde_json::from_str(line)?)?))?;
        }
        graph.settle();
        let (mut halves, mut links) = (BTreeMap::new(), BTreeSet::new());
        for line in file("links.tsv.zst")?.lines() {
            let [half, kind, from, to] = line.split('\t').collect::<Vec<_>>()[..] else {
                anyhow::bail!("{line:?} is no labelled link");
            };
            halves.insert(from.to_owned(), half.to_owned());
            if kind != "-" {
                links.insert((half.to_owned(), format!("{kind} {from} {to}")));
            }
        }
        Ok(Self { graph, halves, links })
    }

    /// Everything that is there.
    pub fn scene(&self) -> Scene {
        self.graph.scene(&self.graph.snapshot(AsOf { valid: Time::MAX, known: self.graph.head() }))
    }

    /// How many links of a half are true.
    pub fn true_links(&self, half: &str) -> usize {
        self.links.iter().filter(|(of, _)| of == half).count()
    }

    /// Half of the source of a link; `None` for a source that is in none.
    pub fn half(&self, from: &str) -> Option<&str> {
        self.halves.get(from).map(String::as_str)
    }

    /// Whether a link is true.
    pub fn is_true(&self, half: &str, link: &str) -> bool {
        self.links.contains(&(half.to_owned(), link.to_owned()))
    }

    /// Links of a half that were found, containment aside: it is declared, not derived.
    pub fn predictions(&self, half: &str, links: &[Link]) -> Vec<Prediction> {
        let of_half = links
            .iter()
            .filter(|link| link.is_derived() && self.half(&link.id.from.to_string()) == Some(half));
        let held = of_half.map(|link| {
            let name = format!("{} {} {}", link.id.kind.as_str(), link.id.from, link.id.to);
            Prediction { confidence: link.confidence, right: self.is_true(half, &name) }
        });
        held.collect()
    }
}
