//! What `status` says happened: tries of tasks, who contains whom, what ran after what, what was made.

use super::message::{AS_JSON, Node, Workflow};
use super::nodes::{Items, Nodes, Placed, is_group, outcome_of_phase};
use super::path::{Path, path_of};
use super::plan;
use crate::event::{Outcome, Provenance};
use crate::id::{Kind, Stream};
use crate::import::batch::Writer;
use crate::import::clean;
use crate::import::document::{Lines, parse};
use crate::import::execution::{Clock, Executions, Made, Why};
use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet};

/// Rule of the edges that nodes show.
const RULE: &str = "argo.status";
/// Logs, which the controller archives beside what tasks make.
const LOGS: &str = "main-logs";

/// Takes one resource in, or says why it cannot.
pub(super) fn take(
    line: u64,
    workflow: &Workflow<'_>,
    lines: &mut Lines<'_>,
    executions: &mut Executions,
    writer: &mut Writer<'_>,
) -> Result<(), String> {
    if let Some(kind) = workflow.kind.as_deref().filter(|kind| *kind != "Workflow") {
        writer.issues.skip(line, &clean::name(kind).unwrap_or_default());
        return Ok(());
    }
    let root = clean::key(&workflow.metadata.name).ok_or("metadata.name: empty")?;
    let key = workflow_key(workflow).unwrap_or_else(|| root.clone());
    let mut nodes = Nodes { workflow: key, root, single: None, by_id: BTreeMap::new() };
    let raw = workflow.status.as_ref().and_then(|status| status.nodes.as_ref());
    for (id, raw) in raw.into_iter().flatten() {
        let at = lines.line_of(raw.get());
        match parse::<Node<'_>>(raw.get()) {
            Ok(node) if node.name.is_empty() => {
                writer.issues.reject(at, format!("status.nodes[{}].name: empty", clean::clip(id, 80)));
            }
            Ok(node) => {
                let path = path_of(&node.name, &nodes.root);
                nodes.by_id.insert(id.clone(), Placed { line: at, node, path });
                writer.use_one();
            }
            Err((below, reason)) => {
                writer.issues.reject(at + below, format!("status.nodes[{}].{reason}", clean::clip(id, 80)));
            }
        }
    }
    writer.use_one();
    nodes.find_single(entrypoint_of(workflow));
    let mut reading = Reading { line, nodes, executions, clock: Clock::default() };
    let planned = plan::declare(line, workflow, &reading.nodes, reading.executions, writer);
    reading.run(workflow, &planned, writer);
    Ok(())
}

/// What the workflow was made from: a template, a schedule, a prefix for names; `None` for its own name.
fn workflow_key(workflow: &Workflow<'_>) -> Option<String> {
    let label = |name: &str| {
        let labels = workflow.metadata.labels.as_ref()?;
        let raw = labels.get(&format!("workflows.argoproj.io/{name}"))?.get();
        raw.strip_prefix('"')?.strip_suffix('"')
    };
    let template = workflow.spec.as_ref().and_then(|spec| spec.workflow_template_ref.as_ref());
    let generated = workflow.metadata.generate_name.as_deref().map(|name| name.trim_end_matches('-'));
    let named = [
        template.and_then(|it| it.name.as_deref()),
        label("workflow-template"),
        label("cluster-workflow-template"),
        label("cron-workflow"),
        generated,
    ];
    named.into_iter().flatten().find_map(clean::key)
}

/// One workflow while it is read.
struct Reading<'r, 'n> {
    line: u64,
    nodes: Nodes<'n>,
    executions: &'r mut Executions,
    clock: Clock,
}

impl Reading<'_, '_> {
    fn time(&mut self, line: u64, field: &str, text: Option<&str>, writer: &mut Writer<'_>) -> Option<Time> {
        let read = self.clock.read_if_any(line, field, text, writer);
        read.unwrap_or_else(|reason| {
            writer.issues.flaw(line, reason);
            None
        })
    }

    fn run(&mut self, workflow: &Workflow<'_>, planned: &BTreeSet<String>, writer: &mut Writer<'_>) {
        let (line, metadata) = (self.line, &workflow.metadata);
        let run = metadata.uid.as_deref().and_then(clean::key).unwrap_or_else(|| self.nodes.root.clone());
        let created = metadata.creation_timestamp.as_deref();
        let created = self.time(line, "metadata.creationTimestamp", created, writer);
        let status = workflow.status.as_ref();
        let started = status.and_then(|it| it.started_at.as_deref());
        let started = self.time(line, "status.startedAt", started, writer).or(created);
        let finished = status.and_then(|it| it.finished_at.as_deref());
        let finished = self.time(line, "status.finishedAt", finished, writer);
        if started.is_none() {
            writer.issues.flaw(line, "status.startedAt: missing, and so is metadata.creationTimestamp");
        }
        let at = started.or(finished).unwrap_or(Time::ALWAYS);
        let phase = status.and_then(|it| it.phase.as_deref()).unwrap_or("");
        let outcome = outcome_of_phase(phase).unwrap_or_else(|reason| {
            writer.issues.flaw(line, format!("status.phase: {reason}"));
            None
        });
        let ended = outcome.filter(|outcome| outcome.is_final());
        let name = clean::name(&metadata.name);
        let span = self.executions.run(line, Stream::Dde, &run, 1, at, name);
        started.into_iter().for_each(|at| span.started(at));
        if let Some(outcome) = ended {
            let why = Why::error(status.and_then(|it| it.message.as_deref()));
            span.ended(finished.or(started), outcome, why);
        }
        let key = self.nodes.workflow.clone();
        self.executions.group(line, Kind::Workflow, &key, at, Some(key.clone()));
        if let Some(status) = status {
            let packed = status.compressed_nodes.is_some();
            let away = status.offload_node_status_version.is_some();
            if (packed || away) && self.nodes.by_id.is_empty() {
                let field = if packed { "compressedNodes" } else { "offloadNodeStatusVersion" };
                let how = if packed { "packed (base64 of gzip)" } else { "kept in a database" };
                let clause =
                    format!("status.{field}: the nodes are {how} and cannot be read here; {AS_JSON}");
                writer.issues.flaw(line, clause);
            }
        }
        let mut reported = self.tries(&run, finished.filter(|_| ended.is_some()), writer);
        reported.extend(self.loops(planned, &reported, &run));
        self.order();
        let stopped = ended.is_some_and(|outcome| outcome != Outcome::Passed);
        let unstarted = planned.difference(&reported).filter(|_| stopped && !self.nodes.by_id.is_empty());
        for key in unstarted {
            let span = self.executions.attempt(line, Kind::Task, key, &run, 1);
            let why = Why::default().because(Some("the workflow ended without starting it"));
            span.ended(finished.or(started), Outcome::Skipped, why);
            span.seen_as(Provenance::Inferred);
        }
    }

    /// States the tries of every task; the answer is the keys of tasks that have one.
    /// `end` is that of the workflow, if it has ended.
    fn tries(&mut self, run: &str, end: Option<Time>, writer: &mut Writer<'_>) -> BTreeSet<String> {
        let mut of_task: BTreeMap<String, Vec<(Path, String)>> = BTreeMap::new();
        for (id, placed) in &self.nodes.by_id {
            let node = &placed.node;
            let folded = node.kind == "Retry" && node.children.iter().flatten().next().is_some();
            if let Some(key) = self.nodes.task_of(placed).filter(|_| node.kind != "StepGroup" && !folded) {
                of_task.entry(key).or_default().push((placed.path.clone(), id.clone()));
            }
        }
        for (key, tries) in &mut of_task {
            tries.sort_by(|a, b| (&a.0.retries, &a.1).cmp(&(&b.0.retries, &b.1)));
            for (number, (_, id)) in (1..).zip(tries) {
                self.attempt((key, run, number), id, end, writer);
            }
        }
        of_task.into_keys().collect()
    }

    /// States loops of steps, which have no node of their own: each is as far as its items are, by inference.
    fn loops(&mut self, planned: &BTreeSet<String>, reported: &BTreeSet<String>, run: &str) -> Vec<String> {
        let mut found = Vec::new();
        for key in planned.difference(reported) {
            let Some(items) = self.nodes.items_of(key) else { continue };
            let span = self.executions.attempt(self.line, Kind::Task, key, run, 1);
            match items {
                Items { open: true, began: Some(began), .. } => span.running(began),
                Items { worst: Some(worst), ended, .. } => {
                    span.ended(ended, worst, Why::default().because(Some("as its items")));
                    span.seen_as(Provenance::Inferred);
                }
                _ => {}
            }
            found.push(key.clone());
        }
        found
    }

    fn attempt(
        &mut self,
        (key, run, number): (&str, &str, u32),
        id: &str,
        end: Option<Time>,
        writer: &mut Writer<'_>,
    ) {
        let Some(placed) = self.nodes.by_id.get(id) else { return };
        let (line, node) = (placed.line, &placed.node);
        let group = self.nodes.boundary(placed).map(|it| self.nodes.group_of(&it.node.name));
        let group = group.unwrap_or_else(|| self.nodes.workflow.clone());
        let outcome = match outcome_of_phase(node.phase.as_deref().unwrap_or("")) {
            Ok(outcome) => outcome,
            Err(reason) => {
                writer.issues.flaw(line, format!("{key}: phase: {reason}"));
                Some(Outcome::Unknown)
            }
        };
        let name = node.display_name.as_deref().filter(|_| placed.path.retries.is_empty());
        let name = name.map_or_else(|| last_name(&placed.path.task), str::to_owned);
        let message = node.message.clone();
        let outputs = node.outputs.iter().flat_map(|it| it.artifacts.iter().flatten());
        let made = outputs.filter_map(|it| clean::name(it.name.as_deref()?)).filter(|it| it != LOGS);
        let made: Vec<String> = made.collect();
        let daemon = node.daemoned == Some(true);
        let (started, finished) = (node.started_at.clone(), node.finished_at.clone());
        let is_container = is_group(&node.kind);
        let started = self.time(line, &format!("{key}: startedAt"), started.as_deref(), writer);
        let finished = self.time(line, &format!("{key}: finishedAt"), finished.as_deref(), writer);
        let at = started.or(finished).unwrap_or(Time::ALWAYS);
        if is_container {
            self.executions.group(line, Kind::Workflow, key, at, clean::name(&name));
        }
        let unit = self.executions.unit(line, Kind::Task, key);
        unit.name.hear(at, clean::name(&name));
        unit.group.hear(at, Some(group));
        let span = self.executions.attempt(line, Kind::Task, key, run, number);
        match outcome {
            Some(Outcome::Queued) => started.into_iter().for_each(|at| span.queued(at)),
            Some(Outcome::Skipped) => {}
            _ => started.into_iter().for_each(|at| span.started(at)),
        }
        if let Some(outcome) = outcome.filter(|outcome| outcome.is_final()) {
            let why = match outcome {
                Outcome::Skipped => Why::default().because(message.as_deref()),
                _ => Why::error(message.as_deref().filter(|_| outcome != Outcome::Passed)),
            };
            span.ended(finished.or(started), outcome, why);
        }
        if let Some(end) = end.filter(|_| daemon && outcome == Some(Outcome::Running)) {
            let why = Why::default().because(Some("a daemon, stopped with its workflow"));
            span.ended(Some(end), Outcome::Passed, why);
            span.seen_as(Provenance::Inferred);
        }
        for artifact in made {
            if let (Some(artifact), Some(at)) =
                (clean::key(&format!("{key}/{artifact}")), finished.or(started))
            {
                let name = artifact.rsplit('/').next().map(str::to_owned);
                self.executions.made(line, &artifact, Some(key), at, Made { name, ..Made::default() });
            }
        }
    }

    /// States what ran after what: a child after its parent, unless it is inside of it.
    fn order(&mut self) {
        let mut edges = Vec::new();
        for parent in self.nodes.by_id.values().filter(|it| it.node.kind != "StepGroup") {
            for child in self.children(parent) {
                let Some(beside) = self.nodes.beside(parent, child) else { continue };
                let inside = child.path.task.strip_prefix(&beside.path.task);
                let is_item = beside.node.kind == "TaskGroup" && inside.is_some_and(|it| it.starts_with('('));
                if let (Some(task), Some(other), false) =
                    (self.nodes.task_of(child), self.nodes.task_of(beside), is_item)
                {
                    edges.push((child.line, task, other));
                }
            }
        }
        for (line, task, other) in edges {
            self.executions.wait(line, &task, &other, RULE, "children of the node".to_owned());
        }
    }

    /// The children of a node; of a group of steps, which is no task, its own.
    fn children<'s>(&'s self, parent: &'s Placed<'_>) -> Vec<&'s Placed<'s>> {
        let children =
            parent.node.children.iter().flatten().filter_map(|id| self.nodes.by_id.get(id.as_ref()));
        let mut found = Vec::new();
        for child in children {
            if child.node.kind == "StepGroup" {
                let steps = child.node.children.iter().flatten();
                found.extend(steps.filter_map(|id| self.nodes.by_id.get(id.as_ref())));
            } else {
                found.push(child);
            }
        }
        found
    }
}

/// Name of the template a workflow starts with.
fn entrypoint_of<'w>(workflow: &'w Workflow<'_>) -> Option<&'w str> {
    workflow.spec.as_ref().and_then(|spec| spec.entrypoint.as_deref())
}

/// The last name on a path: what people call the task.
fn last_name(task: &str) -> String {
    task.rsplit('.').next().unwrap_or(task).to_owned()
}
