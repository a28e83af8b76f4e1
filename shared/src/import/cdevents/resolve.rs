//! The end of a file: which tries are of which task, under which run and number, and what links say of them.

use super::identity::run_of;
use super::link::Node;
use super::reading::{Place, Placed, Reading};
use super::retry::Retries;
use crate::id::Kind;
use crate::import::batch::Writer;
use crate::import::clean;
use crate::import::execution::Executions;
use crate::time::Time;
use std::collections::BTreeMap;

impl Reading {
    /// States everything.
    pub(super) fn close(mut self, writer: &mut Writer<'_>) {
        let mut places: BTreeMap<Place, Vec<Placed>> = BTreeMap::new();
        let mut task_of: BTreeMap<String, String> = BTreeMap::new();
        let (mut strays, mut nameless) = (Strays::default(), Strays::default());
        let mut retries = Retries::of(&self);
        for ((kind, id), mut seen) in std::mem::take(&mut self.tries) {
            let (own, own_number) = run_of(&id);
            let within = seen.within.get().map(|within| run_of(within));
            let group_kind = if kind == Kind::Task { Kind::Workflow } else { Kind::Spec };
            let whole = within.as_ref().and_then(|(run, _)| self.wholes.get(&(group_kind, run.clone())));
            let group = whole.and_then(|whole| whole.key.get()).cloned();
            strays.add(seen.span.line(), within.is_some() && group.is_none());
            nameless.add(seen.span.line(), seen.key.get().is_none());
            let key = seen.key.get().cloned().unwrap_or_else(|| own.clone());
            let key = if kind == Kind::Task { within_pipeline(group.as_deref(), key) } else { key };
            let number = own_number.or(within.as_ref().and_then(|(_, number)| *number));
            let counted = number.is_some() || kind == Kind::Scenario;
            let run = within.filter(|_| counted).map_or(own, |(run, _)| run);
            let unit = self.executions.unit(seen.span.line(), kind, &key);
            unit.name.hear_all(std::mem::take(&mut seen.name));
            unit.group.hear(Time::ALWAYS, group);
            if kind == Kind::Task {
                task_of.insert(id.clone(), key.clone());
            }
            let placed = Placed { id, number, seen };
            if retries.concern(kind, &placed.id) {
                retries.hold((kind, placed.id.clone()), key, run, placed);
            } else {
                // Mostly one; a list makes room for four.
                places.entry((kind, key, run)).or_insert_with(|| Vec::with_capacity(1)).push(placed);
            }
        }
        for (place, placed) in retries.resolve(writer) {
            places.entry(place).or_default().push(placed);
        }
        strays.note(writer, "name a pipeline or suite run that is not in this file or has no name");
        nameless.note(writer, "have neither a task nor a case name and are known by their own ids");
        for ((kind, key, run), tries) in places {
            place(&mut self.executions, kind, &key, &run, tries, writer);
        }
        self.follow_links(&task_of, writer);
        self.executions.close(writer);
    }

    /// Turns links into dependencies and makers; artifacts without a maker are made by nobody known.
    fn follow_links(&mut self, task_of: &BTreeMap<String, String>, writer: &mut Writer<'_>) {
        let mut makers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let (mut outside, mut unused) = (Strays::default(), Strays::default());
        for (cause, line) in std::mem::take(&mut self.causes) {
            let one =
                |id| self.events.get(id).filter(|nodes| nodes.len() == 1).and_then(|nodes| nodes.first());
            let (Some(later), Some(earlier)) = (one(&cause.later), one(&cause.earlier)) else {
                outside.add(line, true);
                continue;
            };
            match (later, earlier) {
                (Node::Task(later, _), Node::Task(earlier, true)) => {
                    if let (Some(later), Some(earlier)) = (task_of.get(later), task_of.get(earlier)) {
                        self.executions.wait(line, later, earlier, cause.rule, cause.evidence);
                    }
                }
                (Node::Artifact(artifact), Node::Task(task, _)) => {
                    let task = task_of.get(task).cloned();
                    makers.entry(artifact.clone()).or_default().extend(task);
                }
                _ => unused.add(line, true),
            }
        }
        outside.note_links(writer, "lead to events that are not in this file, or share their id with others");
        unused.note_links(writer, "connect events between which nothing is drawn");
        for ((artifact, at), (line, made)) in std::mem::take(&mut self.made) {
            let by = makers.get(&artifact).map_or(&[][..], Vec::as_slice);
            if by.is_empty() {
                self.executions.made(line, &artifact, None, at, made.clone());
            }
            for task in by {
                self.executions.made(line, &artifact, Some(task), at, made.clone());
            }
        }
    }
}

/// A task's key within its pipeline; names that start with the pipeline's stay as they are.
fn within_pipeline(pipeline: Option<&str>, task: String) -> String {
    match pipeline {
        Some(pipeline) if !task.strip_prefix(pipeline).is_some_and(|rest| rest.starts_with('/')) => {
            clean::key(&format!("{pipeline}/{task}")).unwrap_or(task)
        }
        _ => task,
    }
}

/// Puts the tries of one task in one run where they belong.
///
/// Test cases without a number are counted by time, after those that have one. Two tries that claim one number
/// are kept apart under runs of their own.
fn place(
    executions: &mut Executions,
    kind: Kind,
    key: &str,
    run: &str,
    mut tries: Vec<Placed>,
    writer: &mut Writer<'_>,
) {
    tries.sort_by(|a, b| (a.seen.span.first_seen(), &a.id).cmp(&(b.seen.span.first_seen(), &b.id)));
    let mut next = tries.iter().filter_map(|it| it.number).max().unwrap_or(0);
    let mut claims: BTreeMap<u32, u32> = BTreeMap::new();
    for placed in &mut tries {
        if placed.number.is_none() {
            next = next.saturating_add(1);
            placed.number = Some(next);
        }
        *claims.entry(placed.number.unwrap_or(1)).or_default() += 1;
    }
    for Placed { id, number, seen } in tries {
        let number = number.unwrap_or(1);
        if claims.get(&number).is_some_and(|claims| *claims > 1) {
            let clause = format!("{key}: several runs claim try {number} of run {run}; kept as {id}");
            writer.issues.note(seen.span.line(), clause);
            executions.place(kind, key, &id, 1, seen.span);
        } else {
            executions.place(kind, key, run, number, seen.span);
        }
    }
}

/// Items of which one sentence is said for all: how many, and the first line.
#[derive(Debug, Default)]
struct Strays {
    count: u64,
    line: u64,
}

impl Strays {
    fn add(&mut self, line: u64, is_one: bool) {
        if is_one {
            self.line = if self.count == 0 { line } else { self.line.min(line) };
            self.count += 1;
        }
    }

    fn note(&self, writer: &mut Writer<'_>, what: &str) {
        if self.count > 0 {
            writer.issues.note(self.line, format!("{} task or case runs {what}; the first here", self.count));
        }
    }

    fn note_links(&self, writer: &mut Writer<'_>, what: &str) {
        if self.count > 0 {
            writer.issues.note(self.line, format!("{} links {what}; the first here", self.count));
        }
    }
}
