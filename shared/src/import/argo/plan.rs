//! What `spec` plans: tasks and what they wait for, group by group, as far as groups have been reached.

use super::depends::tasks_of;
use super::message::{Template, Workflow};
use super::nodes::Nodes;
use super::path::path_of;
use crate::id::Kind;
use crate::import::batch::Writer;
use crate::import::clean;
use crate::import::execution::Executions;
use std::collections::{BTreeMap, BTreeSet};

/// Rule of the edges that the plan says.
const RULE: &str = "argo.spec";
/// Edges stated of one group of steps; wider steps are reported instead.
const STEP_EDGES_MAX: usize = 10_000;

/// The templates of a workflow by name, from wherever the resource keeps them.
fn templates<'w>(workflow: &'w Workflow<'_>) -> BTreeMap<&'w str, &'w Template<'w>> {
    let status = workflow.status.as_ref();
    let specs = [workflow.spec.as_ref(), status.and_then(|it| it.stored_workflow_template_spec.as_ref())];
    let of_specs = specs.into_iter().flatten().flat_map(|spec| spec.templates.iter().flatten());
    let stored = status.and_then(|it| it.stored_templates.as_ref()).into_iter().flatten().map(|(_, it)| it);
    let mut by_name = BTreeMap::new();
    for template in of_specs.chain(stored) {
        if let Some(name) = template.name.as_deref() {
            by_name.entry(name).or_insert(template);
        }
    }
    by_name
}

/// Declares the planned tasks and their order; the answer is their keys.
pub(super) fn declare(
    line: u64,
    workflow: &Workflow<'_>,
    nodes: &Nodes<'_>,
    executions: &mut Executions,
    writer: &mut Writer<'_>,
) -> BTreeSet<String> {
    let templates = templates(workflow);
    let status = workflow.status.as_ref();
    let specs = [workflow.spec.as_ref(), status.and_then(|it| it.stored_workflow_template_spec.as_ref())];
    let entrypoint = specs.into_iter().flatten().find_map(|spec| spec.entrypoint.as_deref());
    let root = workflow.metadata.name.as_ref();
    let mut planned = BTreeSet::new();
    // A group is entered when a node of it exists, so that templates that call themselves come to an end.
    let mut groups: Vec<(String, &str)> =
        entrypoint.map(|name| (root.to_owned(), name)).into_iter().collect();
    groups.extend(nodes.groups().map(|(node, template)| (node.to_owned(), template)));
    let mut entered = BTreeSet::new();
    for (node, template) in groups {
        let path = path_of(&node, root);
        if !entered.insert((path.task, template)) {
            continue;
        }
        let Some(template) = templates.get(template) else { continue };
        let mut group =
            Group { line, node: &node, nodes, executions: &mut *executions, planned: &mut planned };
        if let Some(dag) = &template.dag {
            group.dag(dag, writer);
        } else if let Some(steps) = &template.steps {
            group.steps(steps, writer);
        }
    }
    planned
}

/// One DAG or list of steps, at a node.
struct Group<'g, 'n> {
    line: u64,
    node: &'g str,
    nodes: &'g Nodes<'n>,
    executions: &'g mut Executions,
    planned: &'g mut BTreeSet<String>,
}

impl Group<'_, '_> {
    fn key(&self, below: &str) -> Option<String> {
        self.nodes.key_of(&format!("{}{below}", self.node))
    }

    fn plan(&mut self, key: &str, name: &str) {
        let unit = self.executions.unit(self.line, Kind::Task, key);
        unit.planned = true;
        unit.name.hear(crate::time::Time::ALWAYS, clean::name(name));
        unit.group.hear(crate::time::Time::ALWAYS, Some(self.nodes.group_of(self.node)));
        self.planned.insert(key.to_owned());
    }

    fn dag(&mut self, dag: &super::message::Dag<'_>, writer: &mut Writer<'_>) {
        let names: BTreeSet<&str> = dag.tasks.iter().map(|task| task.name.as_ref()).collect();
        for task in &dag.tasks {
            let Some(key) = self.key(&format!(".{}", task.name)) else { continue };
            self.plan(&key, &task.name);
            let field = format!("dag.tasks[{}].depends", clean::clip(&task.name, 80));
            let mut others: BTreeSet<&str> = task.dependencies.iter().flatten().map(AsRef::as_ref).collect();
            let mut evidence = "dependencies of the DAG".to_owned();
            if let Some(depends) = task.depends.as_deref().filter(|it| !it.trim().is_empty()) {
                evidence = format!("depends: {}", clean::clip(depends.trim(), 200));
                match tasks_of(depends) {
                    Ok(tasks) => others.extend(tasks),
                    Err(reason) => writer.issues.flaw(self.line, format!("{field}: {reason}")),
                }
            }
            for other in others {
                match self.key(&format!(".{other}")).filter(|_| names.contains(other)) {
                    Some(other) => self.executions.wait(self.line, &key, &other, RULE, evidence.clone()),
                    None => writer.issues.flaw(self.line, format!("{field}: no task {other:?} in this DAG")),
                }
            }
        }
    }

    fn steps(&mut self, steps: &[Vec<super::message::Step<'_>>], writer: &mut Writer<'_>) {
        let mut before: Vec<String> = Vec::new();
        let mut edges = 0;
        for (n, parallel) in steps.iter().enumerate() {
            let named = parallel.iter().map(|step| step.name.as_ref());
            let keys: Vec<(String, &str)> =
                named.filter_map(|name| Some((self.key(&format!("[{n}].{name}"))?, name))).collect();
            edges += keys.len() * before.len();
            for (key, name) in &keys {
                self.plan(key, name);
                for other in before.iter().filter(|_| edges <= STEP_EDGES_MAX) {
                    let evidence = format!("step {n} comes after step {}", n - 1);
                    self.executions.wait(self.line, key, other, RULE, evidence);
                }
            }
            before = keys.into_iter().map(|(key, _)| key).collect();
        }
        if edges > STEP_EDGES_MAX {
            let clause =
                format!("steps of {}: more than {STEP_EDGES_MAX} edges, the rest is left out", self.node);
            writer.issues.flaw(self.line, clause);
        }
    }
}
