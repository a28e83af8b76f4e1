//! The nodes of a workflow: which task each is a try of, and which group it is in.

use super::message::Node;
use super::path::{Path, closing, path_of};
use crate::event::Outcome;
use crate::import::clean;
use crate::time::Time;
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
    /// Key of its only task, where it is no group.
    pub(super) single: Option<String>,
    pub(super) by_id: BTreeMap<String, Placed<'n>>,
}

impl<'n> Nodes<'n> {
    /// Key of the task that a node of that name is a try of; `None` for the root.
    pub(super) fn key_of(&self, node: &str) -> Option<String> {
        let path = path_of(node, &self.root);
        (!path.task.is_empty()).then(|| self.key(&path)).flatten()
    }

    /// Key of the task that a node is a try of; `None` for a root that is a group.
    pub(super) fn task_of(&self, placed: &Placed<'_>) -> Option<String> {
        match placed.path.task.is_empty() {
            true => self.single.clone(),
            false => self.key(&placed.path),
        }
    }

    /// Finds the only task of a workflow whose root does the work itself, and names it by `entrypoint`.
    pub(super) fn find_single(&mut self, entrypoint: Option<&str>) {
        let works = |node: &Node<'_>| !matches!(node.kind.as_ref(), "DAG" | "Steps" | "Retry" | "StepGroup");
        let root = self.by_id.values().find(|placed| placed.path.task.is_empty() && works(&placed.node));
        let name = root.map(|placed| placed.node.template_name.as_deref().or(entrypoint).unwrap_or("main"));
        self.single = name.and_then(|name| clean::key(&format!("{}/{name}", self.workflow)));
    }

    /// How far the items of a loop are; `None` if it has none.
    pub(super) fn items_of(&self, key: &str) -> Option<Items> {
        let mut items = Items::default();
        let mut found = false;
        for placed in self.by_id.values().filter(|placed| placed.path.retries.is_empty()) {
            let own = self.key(&placed.path);
            let item =
                own.as_deref().and_then(|own| own.strip_prefix(key)).filter(|item| item.starts_with('('));
            if item.is_none_or(|item| closing(item) != Some(item.len() - 1)) {
                continue;
            }
            found = true;
            let time =
                |text: Option<&str>| text.and_then(|text| clean::instant(text).ok()).map(|(time, _)| time);
            let began = time(placed.node.started_at.as_deref());
            let ended = time(placed.node.finished_at.as_deref());
            items.began = [items.began, began].into_iter().flatten().min();
            items.ended = items.ended.max(ended);
            match outcome_of_phase(placed.node.phase.as_deref().unwrap_or("")).ok().flatten() {
                Some(outcome) if outcome.is_final() => {
                    let ranks = |it: Outcome| (it.is_bad(), it == Outcome::Passed, it);
                    let worse = items.worst.is_none_or(|worst| ranks(worst) < ranks(outcome));
                    items.worst = if worse { Some(outcome) } else { items.worst };
                }
                _ => items.open = true,
            }
        }
        found.then_some(items)
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

/// The items of a loop, taken together.
#[derive(Debug, Default)]
pub(super) struct Items {
    /// When the first began.
    pub(super) began: Option<Time>,
    /// When the last ended.
    pub(super) ended: Option<Time>,
    /// How the worst ended; skipped only if all were.
    pub(super) worst: Option<Outcome>,
    /// Whether any has not ended.
    pub(super) open: bool,
}

/// Whether nodes of that type contain others.
pub(super) fn is_group(kind: &str) -> bool {
    matches!(kind, "DAG" | "Steps")
}

/// The outcome a phase means; `None` for a node that has not begun.
pub(super) fn outcome_of_phase(phase: &str) -> Result<Option<Outcome>, String> {
    Ok(Some(match phase {
        "" => return Ok(None),
        "Pending" => Outcome::Queued,
        "Running" => Outcome::Running,
        "Succeeded" => Outcome::Passed,
        "Failed" => Outcome::Failed,
        "Error" => Outcome::Error,
        "Skipped" | "Omitted" => Outcome::Skipped,
        other => return Err(format!("unknown {:?}", clean::clip(other, 40))),
    }))
}
