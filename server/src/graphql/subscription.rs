//! Subscriptions: a verdict that changed, a task or scenario whose state changed, a violation that appeared.
//!
//! Each follows one iteration by the board's pulses and compares answers: a pulse that changes nothing asked
//! for sends nothing. A slow reader skips pulses, not changes: the next comparison holds all of them.

use super::query::{failed, parse, service};
use super::types::{Node, Verdict, Violation, nodes};
use crate::board::{Answer, Board, Question, Subscription as Pulses};
use async_graphql::{Context, Result, SimpleObject};
use futures::{Stream, StreamExt};
use shared::id::Name;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The root of all subscriptions.
pub struct Subscription;

/// A verdict that changed.
#[derive(Debug, Clone, SimpleObject)]
struct VerdictChanged {
    /// The verdict before; absent in the first message, which tells where things stand.
    before: Option<String>,
    /// The verdict now.
    verdict: Verdict,
}

/// A task or scenario whose state or number of tries changed.
#[derive(Debug, Clone, SimpleObject)]
struct NodeStatusUpdated {
    /// Its state before; absent if it has just appeared.
    before: Option<String>,
    /// As it is now.
    node: Node,
}

#[async_graphql::Subscription]
impl Subscription {
    /// The verdict of an iteration: as it stands, then whenever it changes.
    async fn verdict_changed(
        &self,
        ctx: &Context<'_>,
        iteration: String,
    ) -> Result<impl Stream<Item = Result<VerdictChanged>> + use<>> {
        let mut before: Option<String> = None;
        Ok(answers(ctx, &iteration).await?.filter_map(move |answer| {
            let changed = answer.map(|answer| {
                let verdict = Verdict::from(&*answer);
                let last = before.replace(verdict.name.clone());
                (last.as_ref() != Some(&verdict.name)).then_some(VerdictChanged { before: last, verdict })
            });
            std::future::ready(changed.transpose())
        }))
    }

    /// Tasks and scenarios of an iteration whose state changes from now on.
    async fn node_status_updated(
        &self,
        ctx: &Context<'_>,
        iteration: String,
    ) -> Result<impl Stream<Item = Result<NodeStatusUpdated>> + use<>> {
        let mut before: Option<BTreeMap<String, (String, usize)>> = None;
        Ok(answers(ctx, &iteration).await?.flat_map(move |answer| {
            let updates: Vec<Result<NodeStatusUpdated>> = match answer {
                Err(error) => vec![Err(error)],
                Ok(answer) => updated(&mut before, nodes(&answer)).into_iter().map(Ok).collect(),
            };
            futures::stream::iter(updates)
        }))
    }

    /// Violations that appear in an iteration from now on.
    async fn violation_detected(
        &self,
        ctx: &Context<'_>,
        iteration: String,
    ) -> Result<impl Stream<Item = Result<Violation>> + use<>> {
        let mut known: Option<Vec<String>> = None;
        Ok(answers(ctx, &iteration).await?.flat_map(move |answer| {
            let found: Vec<Result<Violation>> = match answer {
                Err(error) => vec![Err(error)],
                Ok(answer) => appeared(&mut known, &answer).into_iter().map(Ok).collect(),
            };
            futures::stream::iter(found)
        }))
    }
}

/// Nodes that differ from `before`, which then is as they are now. The first time only remembers.
fn updated(
    before: &mut Option<BTreeMap<String, (String, usize)>>,
    nodes: Vec<Node>,
) -> Vec<NodeStatusUpdated> {
    let state = |node: &Node| (node.status.clone(), node.attempts.len());
    let now = nodes.iter().map(|node| (node.id.clone(), state(node))).collect();
    let Some(last) = before.replace(now) else { return Vec::new() };
    let differs = |node: &Node| last.get(&node.id) != Some(&state(node));
    let update =
        |node: Node| NodeStatusUpdated { before: last.get(&node.id).map(|(status, _)| status.clone()), node };
    nodes.into_iter().filter(differs).map(update).collect()
}

/// Violations that were not `known`, which then holds all of now. The first time only remembers.
fn appeared(known: &mut Option<Vec<String>>, answer: &Answer) -> Vec<Violation> {
    let violations = || {
        answer.analysis.acc.violations.iter().map(<Violation as From<&shared::lens::acc::Violation>>::from)
    };
    let mut ids: Vec<String> = violations().map(|violation| violation.id).collect();
    ids.sort();
    let Some(last) = known.replace(ids) else { return Vec::new() };
    violations().filter(|violation| last.binary_search(&violation.id).is_err()).collect()
}

/// The answer at now, and again after every pulse.
async fn answers(
    ctx: &Context<'_>,
    iteration: &str,
) -> Result<impl Stream<Item = Result<Arc<Answer>>> + use<>> {
    let iteration = parse(iteration)?;
    let board = service(ctx)?.board.clone();
    let pulses = board.subscribe(&iteration).await.map_err(failed)?;
    let start = (board, pulses, iteration, true);
    Ok(futures::stream::unfold(start, |(board, mut pulses, iteration, is_first)| async move {
        let answer = next(&board, &mut pulses, &iteration, is_first).await;
        Some((answer, (board, pulses, iteration, false)))
    }))
}

async fn next(board: &Board, pulses: &mut Pulses, iteration: &Name, is_first: bool) -> Result<Arc<Answer>> {
    if is_first {
        pulses.latest();
    } else {
        pulses.next().await;
    }
    board.answer(iteration, &Question::NOW).await.map(Arc::new).map_err(failed)
}
