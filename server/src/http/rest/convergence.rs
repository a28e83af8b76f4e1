//! The verdict and what it rests on: key figures, reasons, history, links with their evidence, the spine.

use super::ask::{AsOfQuery, Listed, ProblemBody, framed, part, tagged};
use crate::board::Question;
use crate::http::{Asked, HttpState, IterationName, Parsed, Problem};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use shared::correlate::{Link, Standing};
use shared::explain::{Explanation, explain};
use shared::id::EntityId;
use shared::lens::Kpi;
use shared::lens::convergence::{Spine, SpineLink};
use shared::verdict::StreamStates;
use shared::verdict::ribbon::{Transition, transitions};
use utoipa::{IntoParams, ToSchema};

/// Most instants a verdict history looks at; changes between two of them are narrowed to the event.
const SAMPLES_MAX: u32 = 64;

read! {
    /// Key figures of all lenses with target and exit criterion.
    kpis, "convergence", "kpis", "/iterations/{iteration}/kpis",
    Vec<Kpi>, |analysis| analysis.convergence.kpis.clone()
}
read! {
    /// The three streams with their reasons and what is missing.
    reasons, "convergence", "verdict_reasons", "/iterations/{iteration}/verdict/reasons",
    StreamStates, |analysis| analysis.convergence.streams.clone()
}
read! {
    /// Requirement → spec → task → artifact → module, with the places where the thread breaks.
    spine, "convergence", "spine", "/iterations/{iteration}/spine",
    Spine, |analysis| analysis.convergence.spine.clone()
}

/// At what instant, and whether texts are compared.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LinksQuery {
    /// Valid time, RFC 3339; absent or `now` for now.
    #[serde(alias = "valid")]
    v: Option<String>,
    /// Known time, RFC 3339 or a log position; absent or `now` for now.
    #[serde(alias = "known")]
    k: Option<String>,
    /// Whether to add the links that texts suggest, each `suggested`; they count for nothing until somebody confirms
    /// them by declaring them.
    #[serde(default)]
    likeness: bool,
}

/// All links, declared and derived, with confidence, state, evidence and one sentence each; also such as wait for an
/// end, and, if asked for, those that texts suggest.
#[utoipa::path(get, path = "/iterations/{iteration}/links", tag = "convergence", operation_id = "links",
    params(("iteration" = String, Path, description = "Name of the iteration"), LinksQuery),
    responses((status = 200, body = Listed<Vec<SpineLink>>),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn links(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Parsed(query): Parsed<LinksQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let question = Question::parse(query.v.as_deref(), query.k.as_deref())?;
    let answer = state.service.board.answer(&iteration, &question).await?;
    let (analysis, likeness) = (answer.analysis.clone(), query.likeness);
    // Texts of a large iteration take seconds to compare.
    let items = tokio::task::spawn_blocking(move || analysis.all_links(likeness)).await;
    let items = items.map_err(|error| Problem::internal(&error))?;
    Ok(framed(&answer, &question, &headers, items))
}

/// The verdict record, as `mission verdict --json` prints it.
#[utoipa::path(get, path = "/iterations/{iteration}/verdict", tag = "convergence", operation_id = "verdict",
    params(("iteration" = String, Path), AsOfQuery),
    responses((status = 200, body = serde_json::Value),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn verdict(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Asked(question): Asked,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let answer = state.service.board.answer(&iteration, &question).await?;
    let record = answer.analysis.verdict.to_json(&answer.iteration);
    Ok(tagged(&answer, &question, &headers, &record))
}

/// The verdict taken at its word: which reasons are needed, and what applying the counterfactual leads to.
#[utoipa::path(get, path = "/iterations/{iteration}/verdict/explanation", tag = "convergence",
    operation_id = "explanation", params(("iteration" = String, Path), AsOfQuery),
    responses((status = 200, body = Explanation),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn explanation(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Asked(question): Asked,
) -> Result<Json<Explanation>, Problem> {
    let analysis = state.service.board.answer(&iteration, &question).await?.analysis;
    let explanation = tokio::task::spawn_blocking(move || explain(&analysis)).await;
    Ok(Json(explanation.map_err(|error| Problem::internal(&error))?))
}

/// A verdict's history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct History {
    /// Changes as they were known then, oldest first.
    transitions: Vec<Transition>,
}

/// When the verdict changed, as it was known then.
#[utoipa::path(get, path = "/iterations/{iteration}/verdict/history", tag = "convergence",
    operation_id = "verdict_history", params(("iteration" = String, Path)),
    responses((status = 200, body = History),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn history(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
) -> Result<Json<History>, Problem> {
    // A copy, so that events need not wait for some hundred analyses.
    let graph = state.service.board.with_graph(&iteration, Clone::clone).await?;
    let transitions = tokio::task::spawn_blocking(move || transitions(&graph, SAMPLES_MAX))
        .await
        .map_err(|error| Problem::internal(&error))?;
    Ok(Json(History { transitions }))
}

/// Which link is meant.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LinkQuery {
    /// Entity at one end, `kind:key`.
    #[param(value_type = String)]
    from: EntityId,
    /// Entity at the other end, `kind:key`.
    #[param(value_type = String)]
    to: EntityId,
    /// Valid time.
    v: Option<String>,
    /// Known time.
    k: Option<String>,
}

/// Why two entities are linked: every piece of evidence, with the events it rests on.
#[utoipa::path(get, path = "/iterations/{iteration}/links/evidence", tag = "convergence",
    operation_id = "link_evidence", params(("iteration" = String, Path), LinkQuery),
    responses((status = 200, body = Listed<Vec<SpineLink>>),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn evidence(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Parsed(query): Parsed<LinkQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let question = Question::parse(query.v.as_deref(), query.k.as_deref())?;
    part(&state.service, &iteration, &question, &headers, |answer| {
        let between = |(link, _): &(&Link, &Standing)| {
            (link.id.from == query.from && link.id.to == query.to)
                || (link.id.from == query.to && link.id.to == query.from)
        };
        let links = answer.analysis.links.iter().zip(&answer.analysis.standings).filter(between);
        let found: Vec<SpineLink> = links.map(|(link, standing)| SpineLink::of(link, standing)).collect();
        if found.is_empty() {
            return Err(Problem::not_found(format!("no link between {} and {}", query.from, query.to)));
        }
        Ok(found)
    })
    .await
}
