//! The nodes of a workflow: which task each is a try of, and which group it is in.

use super::message::Node;
use super::path::{Path, path_of};
use crate::import::clean;
use std::collections::BTreeMap;

/// Boundaries within boundaries that are followed.
const BOUNDARIES_MAX: usize = 64;

/// A node with its place.
pub(super) struct Placed<'n> {
    pub(super) line: u64,
    pub(super) node: Node<'n>,
    pub(super) path: Path,
}

/// The nodes of one workflow, by id.
pub(super) struct Nodes<'n> {
    /// Key of the workflow.
    pub(super) workflow: String,
    /// Name of this run of it, with which the names of all nodes start.
    pub(super) root: String,
    pub(super) by_id: BTreeMap<String, Placed<'n>>,
}

impl<'n> Nodes<'n> {
    /// Key of the task that a node of that name is a try of; `None` for the root.
    pub(super) fn key_of(&self, node: &str) -> Option<String> {
        let path = path_of(node, &self.root);
        (!path.task.is_empty()).then(|| self.key(&path)).flatten()
    }

    fn key(&self, path: &Path) -> Option<String> {
        clean::key(&format!("{}/{}", self.workflow, path.task))
    }

    /// Key of the workflow that the members of a node are in.
    pub(super) fn group_of(&self, node: &str) -> String {
        self.key_of(node).unwrap_or_else(|| self.workflow.clone())
    }

    /// Nodes that are groups, with the names of their templates.
    pub(super) fn groups(&self) -> impl Iterator<Item = (&str, &str)> {
        let groups = self.by_id.values().filter(|placed| is_group(&placed.node.kind));
        groups.filter_map(|placed| {
            let node = &placed.node;
            let of_ref = node.template_ref.as_ref().and_then(|it| it.template.as_deref());
            Some((node.name.as_ref(), node.template_name.as_deref().filter(|it| !it.is_empty()).or(of_ref)?))
        })
    }

    /// The group that a node is in.
    pub(super) fn boundary(&self, placed: &Placed<'_>) -> Option<&Placed<'n>> {
        self.by_id.get(placed.node.boundary_id.as_deref()?)
    }

    /// The node beside `child` in its boundary that `parent` is, or is inside of.
    pub(super) fn beside<'s>(&'s self, parent: &'s Placed<'n>, child: &Placed<'n>) -> Option<&'s Placed<'n>> {
        let mut parent = parent;
        for _ in 0..BOUNDARIES_MAX {
            if parent.node.boundary_id == child.node.boundary_id {
                return Some(parent);
            }
            parent = self.boundary(parent)?;
        }
        None
    }
}

/// Whether nodes of that type contain others.
pub(super) fn is_group(kind: &str) -> bool {
    matches!(kind, "DAG" | "Steps")
}
