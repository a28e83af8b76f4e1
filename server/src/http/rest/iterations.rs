//! Iterations: the list with verdicts, one with its verdict, each lens, the difference of two answers.

use super::ask::{AsOfQuery, ProblemBody, tagged};
use crate::board::Question;
use crate::http::{Asked, HttpState, IterationName, Parsed, Problem};
use crate::service::Service;
use crate::store::IterationRow;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};
use shared::explain::{Comparison, compare};
use shared::id::{Name, Stream};
use shared::time::AsOf;
use shared::verdict::Card;
use utoipa::IntoParams;

/// Most iterations one page of the list holds, each with its verdict.
const PAGE_MAX: usize = 200;

/// Which part of the list.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Only this project.
    project: Option<String>,
    /// Only iterations after this one, in the order they opened.
    after: Option<String>,
    /// At most so many, 1 to 200 (the default).
    limit: Option<usize>,
}

/// All iterations with their verdicts, in the order they opened.
#[utoipa::path(get, path = "/iterations", tag = "iterations", operation_id = "iterations", params(ListQuery),
    responses((status = 200, body = Vec<Card>),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(state): State<HttpState>,
    Parsed(query): Parsed<ListQuery>,
) -> Result<Json<Vec<Card>>, Problem> {
    let rows = state.service.store.iterations().await?;
    let wanted = |row: &&IterationRow| query.project.as_deref().is_none_or(|p| row.project.as_str() == p);
    let rows = rows.iter().filter(wanted);
    let after = |row: &&IterationRow| query.after.as_deref().is_some_and(|a| row.iteration.as_str() != a);
    let skipped = rows.clone().take_while(after).count() + usize::from(query.after.is_some());
    let limit = query.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let mut cards = Vec::new();
    for row in rows.skip(skipped).take(limit) {
        cards.push(card(&state.service, row).await?);
    }
    Ok(Json(cards))
}

/// The card of one iteration.
pub(crate) async fn card(service: &Service, row: &IterationRow) -> Result<Card, Problem> {
    let answer = service.board.answer(&row.iteration, &Question::NOW).await?;
    let verdict = &answer.analysis.verdict;
    let state = |stream| verdict.streams.get(stream).state;
    Ok(Card {
        project: row.project.clone(),
        iteration: row.iteration.clone(),
        head: answer.head,
        opened_at: row.opened_at,
        recorded_at: row.recorded_at,
        verdict: verdict.verdict,
        sentence: verdict.sentence.clone(),
        overridden: verdict.r#override.is_some(),
        dde: state(Stream::Dde),
        bdv: state(Stream::Bdv),
        acc: state(Stream::Acc),
    })
}

/// One iteration with its verdict of now.
#[utoipa::path(get, path = "/iterations/{iteration}", tag = "iterations", operation_id = "iteration",
    params(("iteration" = String, Path)),
    responses((status = 200, body = Card),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn get(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
) -> Result<Json<Card>, Problem> {
    let row = state.service.store.iteration(&iteration).await?;
    let row = row.ok_or_else(|| Problem::not_found(format!("iteration {iteration} not found")))?;
    Ok(Json(card(&state.service, &row).await?))
}

/// A lens at an `AsOf`: `dde`, `bdv`, `acc` or `convergence`, as `mission lens --json` prints it.
#[utoipa::path(get, path = "/iterations/{iteration}/lenses/{lens}", tag = "iterations", operation_id = "lens",
    params(("iteration" = String, Path), ("lens" = String, Path, description = "dde, bdv, acc or convergence"),
        AsOfQuery),
    responses((status = 200, body = Value),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn lens(
    State(state): State<HttpState>,
    Path((iteration, lens)): Path<(Name, String)>,
    Asked(question): Asked,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let answer = state.service.board.answer(&iteration, &question).await?;
    let analysis = &answer.analysis;
    let json = match lens.as_str() {
        "dde" => serde_json::to_value(&analysis.dde),
        "bdv" => serde_json::to_value(&analysis.bdv),
        "acc" => serde_json::to_value(&analysis.acc),
        "convergence" => serde_json::to_value(&analysis.convergence),
        other => return Err(Problem::not_found(format!("no lens {other:?}; dde, bdv, acc or convergence"))),
    };
    let mut json = json.map_err(|error| Problem::internal(&error))?;
    if let Some(object) = json.as_object_mut() {
        object.extend(frame(&answer.iteration, answer.as_of));
    }
    Ok(tagged(&answer, &question, &headers, &json))
}

fn frame(iteration: &Name, as_of: AsOf) -> Map<String, Value> {
    let mut frame = Map::new();
    frame.insert("iteration".to_owned(), Value::String(iteration.to_string()));
    frame.insert("as_of".to_owned(), serde_json::json!({"valid": as_of.valid, "known": as_of.known}));
    frame
}

/// Two questions.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DiffQuery {
    /// Valid time of the first.
    from_v: Option<String>,
    /// Known time of the first.
    from_k: Option<String>,
    /// Valid time of the second.
    to_v: Option<String>,
    /// Known time of the second.
    to_k: Option<String>,
}

/// What differs between two answers: what was learned later, what happened later, which event flipped what.
#[utoipa::path(get, path = "/iterations/{iteration}/diff", tag = "iterations", operation_id = "diff",
    params(("iteration" = String, Path), DiffQuery),
    responses((status = 200, body = Comparison),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn diff_answers(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Parsed(query): Parsed<DiffQuery>,
) -> Result<Json<Comparison>, Problem> {
    let from = Question::parse(query.from_v.as_deref(), query.from_k.as_deref())?;
    let to = Question::parse(query.to_v.as_deref(), query.to_k.as_deref())?;
    let board = &state.service.board;
    let (from, to) =
        (board.answer(&iteration, &from).await?.as_of, board.answer(&iteration, &to).await?.as_of);
    // A copy, so that events need not wait for some dozens of analyses.
    let graph = board.with_graph(&iteration, Clone::clone).await?;
    let comparison = tokio::task::spawn_blocking(move || compare(&graph, from, to)).await;
    Ok(Json(comparison.map_err(|error| Problem::internal(&error))?))
}
