//! The log: events as they stand in it, what lies beside them, an entity's versions, search.

use super::ask::ProblemBody;
use crate::board::BoardError;
use crate::http::{Actor, HttpState, IterationName, Parsed, Problem};
use crate::store;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::event::{CATALOGUE, Facet};
use shared::id::{EntityId, Name, Stream};
use shared::time::{Position, Time};
use utoipa::{IntoParams, ToSchema};

/// Most events one page of the log holds.
const PAGE_MAX: u32 = 4096;
/// Most hits of a search.
const HITS_MAX: u32 = 200;
/// Longest words to search for, in bytes.
const WORDS_BYTES_MAX: usize = 200;

/// Which part of the log.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// Events after this position; from the first without.
    after: Option<Position>,
    /// At most so many, 1 to 4096 (the default).
    limit: Option<u32>,
}

/// The log as NDJSON, as `mission events` prints it: pipe it back into `mission import`.
#[utoipa::path(get, path = "/iterations/{iteration}/events", tag = "log", operation_id = "events",
    params(("iteration" = String, Path), PageQuery),
    responses((status = 200, body = String, content_type = "application/x-ndjson"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn events(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Parsed(query): Parsed<PageQuery>,
) -> Result<Response, Problem> {
    let row = state.service.store.iteration(&iteration).await?;
    let row = row.ok_or_else(|| BoardError::NotFound(iteration.clone()))?;
    let limit = query.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let logged = state.service.store.read(&iteration, query.after.unwrap_or(0), limit).await?;
    let last = logged.last().map(|event| event.position);
    let mut lines = String::new();
    for event in &logged {
        lines.push_str(&event.to_json().to_string());
        lines.push('\n');
    }
    let mut response = ([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response();
    if let Some(last) = last.filter(|last| *last < row.head) {
        let next =
            format!("</api/v1/iterations/{iteration}/events?after={last}&limit={limit}>; rel=\"next\"");
        if let Ok(value) = HeaderValue::from_str(&next) {
            response.headers_mut().insert(header::LINK, value);
        }
    }
    Ok(response)
}

/// One event by its position.
#[utoipa::path(get, path = "/iterations/{iteration}/events/{position}", tag = "log", operation_id = "event",
    params(("iteration" = String, Path), ("position" = u64, Path)),
    responses((status = 200, body = Value),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn event(
    State(state): State<HttpState>,
    Path((iteration, position)): Path<(Name, Position)>,
) -> Result<Json<Value>, Problem> {
    let after = position.checked_sub(1).ok_or_else(|| Problem::not_found("positions start at 1"))?;
    let logged = state.service.store.read(&iteration, after, 1).await?;
    let event = logged.first().filter(|event| event.position == position);
    let event = event.ok_or_else(|| Problem::not_found(format!("{iteration} has no event {position}")))?;
    Ok(Json(event.to_json()))
}

/// Something kept beside the log: long text, or the name behind a token.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct DetailRow {
    /// Field within the event's data, or the token.
    field: String,
    /// Whether it is a person's name.
    personal: bool,
    /// The value.
    value: String,
}

/// What lies beside one event. For stewards and the local user; never cached.
#[utoipa::path(get, path = "/iterations/{iteration}/events/{position}/details", tag = "log",
    operation_id = "event_details", params(("iteration" = String, Path), ("position" = u64, Path)),
    responses((status = 200, body = Vec<DetailRow>),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn details(
    State(state): State<HttpState>,
    actor: Actor,
    Path((iteration, position)): Path<(Name, Position)>,
) -> Result<Response, Problem> {
    if state.config.tokens.is_some() && !actor.steward {
        return Err(Problem::forbidden("details are for stewards"));
    }
    let details = state.service.store.details(&iteration, position).await?;
    let row = |detail: shared::event::Detail| DetailRow {
        field: detail.field,
        personal: detail.personal,
        value: detail.value,
    };
    let rows: Vec<DetailRow> = details.into_iter().map(row).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(rows)).into_response())
}

/// A row of the catalogue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct TypeInfo {
    /// CloudEvents `type`.
    name: &'static str,
    /// Its stream, if it has one.
    stream: Option<Stream>,
    /// What it states.
    meaning: &'static str,
    /// Its data fields, optional ones in brackets.
    fields: &'static str,
}

/// Every event type there is.
#[utoipa::path(get, path = "/event-types", tag = "log", operation_id = "event_types",
    responses((status = 200, body = Vec<TypeInfo>)))]
pub(super) async fn types() -> Json<Vec<TypeInfo>> {
    let info = |row: &shared::event::TypeRow| TypeInfo {
        name: row.name,
        stream: row.stream,
        meaning: row.meaning,
        fields: row.fields,
    };
    Json(CATALOGUE.iter().map(info).collect())
}

/// One version of one cell of an entity.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct VersionRow {
    /// Which side of the entity.
    #[schema(value_type = String)]
    facet: Facet,
    /// Evidence that keeps several cells of one facet apart.
    qualifier: String,
    /// From when it holds.
    valid: Time,
    /// Event that said it.
    position: Position,
    /// From which position it counts.
    known_from: Position,
    /// From which position it is dead, if it is.
    dead_from: Option<Position>,
    /// What it says.
    value: Value,
}

/// Everything that was ever said about an entity, with what became of it.
#[utoipa::path(get, path = "/iterations/{iteration}/entities/{entity}/history", tag = "log",
    operation_id = "entity_history",
    params(("iteration" = String, Path), ("entity" = String, Path, description = "kind:key, percent-encoded")),
    responses((status = 200, body = Vec<VersionRow>),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn history(
    State(state): State<HttpState>,
    Path((iteration, entity)): Path<(Name, String)>,
) -> Result<Json<Vec<VersionRow>>, Problem> {
    let entity: EntityId = entity.parse()?;
    let versions = state.service.board.with_graph(&iteration, |graph| graph.history(&entity)).await?;
    let row = |version: shared::graph::Version| VersionRow {
        facet: version.facet,
        qualifier: version.qualifier,
        valid: version.valid,
        position: version.position,
        known_from: version.known_from,
        dead_from: version.dead_from,
        value: serde_json::to_value(&version.value).unwrap_or(Value::Null),
    };
    Ok(Json(versions.into_iter().map(row).collect()))
}

/// What to look for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// Words that must all occur, each at least as the beginning of one.
    q: String,
    /// At most so many hits, 1 to 200 (default 50).
    limit: Option<u32>,
}

/// A fact that holds all words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Hit {
    /// Its iteration.
    iteration: Name,
    /// The position of its event.
    position: Position,
    /// Its number among packed facts, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<u32>,
    /// The event; of packed facts it holds this one alone.
    event: Value,
}

/// Facts of all iterations that hold all words (each the beginning of one of theirs), newest first. A long answer ends
/// after about 4 MiB.
#[utoipa::path(get, path = "/search", tag = "log", operation_id = "search", params(SearchQuery),
    responses((status = 200, body = Vec<Hit>),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn search(
    State(state): State<HttpState>,
    Parsed(query): Parsed<SearchQuery>,
) -> Result<Json<Vec<Hit>>, Problem> {
    if query.q.trim().is_empty() || query.q.len() > WORDS_BYTES_MAX {
        return Err(Problem::bad_request(format!("q: give 1 to {WORDS_BYTES_MAX} bytes of words")));
    }
    let found = state.service.store.search(&query.q, query.limit.unwrap_or(50).clamp(1, HITS_MAX)).await?;
    let hit = |hit: store::Hit| Hit {
        iteration: hit.logged.event.iteration.clone(),
        position: hit.logged.position,
        item: hit.item,
        event: hit.logged.to_json(),
    };
    Ok(Json(found.into_iter().map(hit).collect()))
}
