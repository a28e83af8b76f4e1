//! The end of a file: jobs as workflows and tasks, runs as their tries, Airflow's last word beside them.

use super::reading::{Edge, Job, Oracle, Reading, Run};
use crate::event::{Outcome, Provenance};
use crate::id::{Kind, Stream};
use crate::import::batch::Writer;
use crate::import::clean;
use crate::import::execution::{Executions, Made, Why, outcome_of};
use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet};

/// Tasks that stand for one mapped task, by its key.
type Mapped = BTreeMap<String, BTreeSet<String>>;

impl Reading {
    /// States everything.
    pub(super) fn close(mut self, writer: &mut Writer<'_>) {
        let mut executions = Executions::default();
        for task in self.planned.keys() {
            let after = task.downstream.clone();
            for next in after {
                let evidence = "downstream_task_ids of the DAG".to_owned();
                let edge = Edge { task: next, other: task.key.clone(), rule: "airflow.dag", evidence };
                let line = self.planned[task].0;
                let seen = self.edges.entry(edge).or_insert(line);
                *seen = (*seen).min(line);
            }
        }
        let mut mapped = Mapped::new();
        for run in self.runs.values() {
            if let (Some(job), Some(index)) = (run.job.get(), run.map_index.get()) {
                mapped.entry(job.clone()).or_default().insert(instance(job, *index));
            }
        }
        self.declare(&mapped, &mut executions);
        let tried = self.tries(&mut executions, writer);
        for (dag_run, oracle) in &self.oracles {
            self.compare(dag_run, oracle, &tried, &mapped, &mut executions, writer);
        }
        for (edge, line) in &self.edges {
            let itself = |key: &String| BTreeSet::from([key.clone()]);
            let tasks = mapped.get(&edge.task).cloned().unwrap_or_else(|| itself(&edge.task));
            let others = mapped.get(&edge.other).cloned().unwrap_or_else(|| itself(&edge.other));
            for task in &tasks {
                for other in &others {
                    executions.wait(*line, task, other, edge.rule, edge.evidence.clone());
                }
            }
        }
        executions.close(writer);
    }

    fn declare(&self, mapped: &Mapped, executions: &mut Executions) {
        for (key, job) in &self.jobs {
            let name = || job.name.get().cloned();
            if job.has_children || job.is_dag {
                executions.group(job.line, Kind::Workflow, key, Time::ALWAYS, name());
            }
            if self.is_workflow_only(key) || (job.has_children && !job.is_reported) {
                continue;
            }
            match mapped.get(key) {
                Some(instances) => {
                    for instance in instances {
                        unit(executions, instance, clean::name(instance), job);
                    }
                }
                None => unit(executions, key, name(), job),
            }
        }
        for (task, (line, dag)) in &self.planned {
            let instances = mapped.get(&task.key).cloned();
            for key in instances.unwrap_or_else(|| BTreeSet::from([task.key.clone()])) {
                let unit = executions.unit(*line, Kind::Task, &key);
                unit.planned = true;
                unit.name.hear(Time::ALWAYS, clean::name(&task.name));
                unit.group.hear(Time::ALWAYS, Some(dag.clone()));
            }
        }
    }

    /// Whether a job is a DAG, or contains others and lies in none.
    fn is_workflow_only(&self, key: &str) -> bool {
        self.jobs.get(key).is_some_and(|job| job.is_dag || (job.has_children && job.parent.get().is_none()))
    }

    /// States runs of workflows and tries of tasks; the answer is the last outcome by DAG run and task.
    fn tries(
        &mut self,
        executions: &mut Executions,
        writer: &mut Writer<'_>,
    ) -> BTreeMap<(String, String), Option<Outcome>> {
        let mut slots: BTreeMap<(String, String, u32), Vec<(String, Run)>> = BTreeMap::new();
        let mut tried: BTreeMap<(String, String), (u32, Option<Outcome>)> = BTreeMap::new();
        for (id, run) in std::mem::take(&mut self.runs) {
            let Some(job) = run.job.get().cloned() else { continue };
            if self.is_workflow_only(&job) {
                let name = self.jobs.get(&job).and_then(|job| job.name.get().cloned());
                let at = run.span.first_seen().unwrap_or(Time::ALWAYS);
                executions.run(run.span.line(), Stream::Dde, &id, 1, at, name).merge(run.span);
                continue;
            }
            let key = run.map_index.get().map_or_else(|| job.clone(), |index| instance(&job, *index));
            let parent = run.parent.get().cloned();
            if let Some(parent) = &parent {
                let number = run.number.get().copied().unwrap_or(1);
                let seen = tried.entry((parent.clone(), key.clone())).or_default();
                *seen = (*seen).max((number, run.span.outcome()));
            }
            let slot = match (parent, run.number.get()) {
                (Some(parent), Some(number)) => (key, parent, *number),
                _ => (key, id.clone(), 1),
            };
            // Mostly one; a list makes room for four.
            slots.entry(slot).or_insert_with(|| Vec::with_capacity(1)).push((id, run));
        }
        for ((key, within, number), runs) in slots {
            let alone = runs.len() == 1;
            for (id, run) in runs {
                if alone {
                    state(executions, &key, &within, number, run);
                } else {
                    let clause =
                        format!("{key}: several runs claim try {number} of run {within}; kept as {id}");
                    writer.issues.note(run.span.line(), clause);
                    state(executions, &key, &id, 1, run);
                }
            }
        }
        tried.into_iter().map(|(place, (_, outcome))| (place, outcome)).collect()
    }

    /// Holds Airflow's last word against the tasks' events, and takes it where no event can come.
    fn compare(
        &self,
        dag_run: &str,
        oracle: &Oracle,
        tried: &BTreeMap<(String, String), Option<Outcome>>,
        mapped: &Mapped,
        executions: &mut Executions,
        writer: &mut Writer<'_>,
    ) {
        let silent: BTreeSet<&str> =
            self.planned.keys().filter(|task| !task.sends_events).map(|task| task.key.as_str()).collect();
        for (task, state) in &oracle.states {
            if mapped.contains_key(task) {
                continue; // one word for many tasks says nothing of any
            }
            let said = outcome_of(state);
            let seen = tried.get(&(dag_run.to_owned(), task.clone()));
            match (seen, said) {
                (Some(seen), said) if *seen != said => {
                    let seen = seen.map_or("still running", Outcome::as_str);
                    let clause =
                        format!("airflowState: {task} is {state:?}, but by its own events it is {seen}");
                    writer.issues.note(oracle.line, clause);
                }
                (Some(_), _) => {}
                (None, Some(outcome)) if outcome == Outcome::Skipped || silent.contains(task.as_str()) => {
                    let span = executions.attempt(oracle.line, Kind::Task, task, dag_run, 1);
                    let reason = format!("airflowState: {state}; the task sends no events");
                    span.ended(Some(oracle.at), outcome, Why::default().because(Some(&reason)));
                    span.seen_as(Provenance::Inferred);
                }
                (None, _) => {
                    let clause =
                        format!("airflowState: {task} is {state:?}, but no event of it is in this file");
                    writer.issues.note(oracle.line, clause);
                }
            }
        }
    }
}

/// Key of one instance of a mapped task.
fn instance(task: &str, index: i64) -> String {
    clean::key(&format!("{task}[{index}]")).unwrap_or_else(|| task.to_owned())
}

fn unit(executions: &mut Executions, key: &str, name: Option<String>, job: &Job) {
    let unit = executions.unit(job.line, Kind::Task, key);
    unit.name.hear(Time(i64::MIN + 1), name);
    unit.group.hear(Time(i64::MIN + 1), job.parent.get().cloned());
    unit.tags.extend(job.tags.iter().cloned());
}

/// States one try of a task, what it made and what it checked.
fn state(executions: &mut Executions, key: &str, within: &str, number: u32, run: Run) {
    let line = run.span.line();
    if let Some(at) = run.span.passed_at() {
        let commit = run.span.commit().cloned();
        for artifact in &run.outputs {
            let made = Made { commit: commit.clone(), ..Made::default() };
            executions.made(line, artifact, Some(key), at, made);
        }
    }
    for (at, checks) in run.checks {
        executions.group(line, Kind::Spec, key, at, clean::name(&format!("Checks of {key}")));
        for check in checks {
            let Some(scenario) = clean::key(&format!("{key}/{}", check.name)) else { continue };
            let unit = executions.unit(line, Kind::Scenario, &scenario);
            unit.name.hear(at, clean::name(&check.name));
            unit.group.hear(at, Some(key.to_owned()));
            let span = executions.attempt(line, Kind::Scenario, &scenario, within, number);
            span.ended(Some(at), check.outcome, check.why);
        }
    }
    executions.place(Kind::Task, key, within, number, run.span);
}
