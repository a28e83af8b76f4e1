//! Argo Workflow resources as JSON: one, a list of them, or one a line.
//!
//! A workflow is known by the template or the name it was generated from, a task by its path below that, a run
//! by the resource's uid. Nodes of type Retry are folded: their children are the tries of one task, and so are
//! the nodes inside a retried group. Groups (DAG, Steps, TaskGroup) are tasks and, where nodes have them as their
//! boundary, workflows of their own. The plan is what `spec` says: tasks of a DAG wait by `dependencies` and
//! `depends`, steps for all steps before; what ran adds the edges that `status.nodes` shows. Inferred are: a task
//! that a failed workflow never started (skipped), a loop of steps (as its items), a daemon that was stopped with
//! its workflow (passed).
//!
//! Not read: YAML, packed (`compressedNodes`) and offloaded nodes, each with a word on how to get JSON. A node
//! in `Pending` counts as queued; after that the time in the cluster's queue cannot be told from the work.

mod depends;
mod message;
mod nodes;
mod path;
mod plan;
mod status;

use super::batch::Writer;
use super::document::{Broken, Lines, each_document, parse};
use super::execution::Executions;
use super::look::{Fit, Look};
use message::{AS_JSON, List, Workflow};

/// Whether a file holds workflows; YAML is recognised, so that it can be refused with a word on how to get JSON.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    let is_text = |path: &str, wanted: fn(&str) -> bool| match look {
        Look::Json(keys) => keys.text(path).is_some_and(wanted),
        _ => false,
    };
    let of_argo = |at: &str| {
        is_text(&format!("{at}apiVersion"), |version| version.starts_with("argoproj.io/"))
            && is_text(&format!("{at}kind"), |kind| kind == "Workflow")
    };
    let why = || "is of apiVersion argoproj.io/… and kind Workflow".to_owned();
    let is_yaml = |line: &str| line.trim_start().starts_with("apiVersion: argoproj.io/");
    match look {
        Look::Text(body) if body.lines().take(64).any(is_yaml) => Fit::Yes(1),
        _ => look
            .json(&["apiVersion", "kind", "metadata.name"], &[])
            .and(of_argo(""), why)
            .or(look.json(&["items.apiVersion", "items.kind"], &[]).and(of_argo("items."), why)),
    }
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    if !text.trim_start().starts_with(['{', '[']) {
        return Err(Broken::at(1, format!("Argo workflows are not read as YAML; {AS_JSON}")));
    }
    let mut executions = Executions::default();
    let mut lines = Lines::of(text);
    let mut take = |line: u64, json: &str, writer: &mut Writer<'_>| {
        writer.has_read_to(text, json);
        let workflow = parse::<Workflow<'_>>(json);
        let taken = workflow.and_then(|workflow| {
            status::take(line, &workflow, &mut lines, &mut executions, writer).map_err(|reason| (0, reason))
        });
        if let Err((below, reason)) = taken {
            writer.issues.reject(line + below, reason);
        }
    };
    let mut starts = Lines::of(text);
    each_document(text, |line, json| match json.map(|json| (json, parse::<List<'_>>(json))) {
        Ok((_, Ok(List { items: Some(items) }))) => {
            for item in items {
                take(starts.line_of(item.get()), item.get(), writer);
            }
        }
        Ok((json, _)) => take(line, json, writer),
        Err(reason) => writer.issues.reject(line, reason),
    })?;
    executions.close(writer);
    Ok(())
}
