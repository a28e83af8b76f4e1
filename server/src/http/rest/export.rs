//! Export: tables as CSV or JSON, SARIF, JUnit, the in-toto statement, evidence bundles.
//!
//! What is in them is made by `shared::export`; here they get their log and their headers. A bundle is sent as
//! it is read, so its size is bounded by the log, not by memory.

use super::ask::{AsOfQuery, ProblemBody};
use crate::board::{Answer, entries_from_logged};
use crate::http::{Asked, HttpState, IterationName, Parsed, Problem};
use crate::service::Service;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::stream::{self, StreamExt, TryStreamExt};
use serde::Deserialize;
use shared::event::Logged;
use shared::export::bundle::Header;
use shared::export::{Piece, Pieces, junit, sarif, statement, table as tables};
use shared::id::Name;
use shared::time::Position;
use std::sync::Arc;
use utoipa::IntoParams;

/// Events read from the store at once.
const PAGE: u32 = 4096;

/// In which form.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FormatQuery {
    /// `csv` (the default) or `json`.
    format: Option<String>,
}

/// A table of a lens. In CSV the values of a list are joined by `;`, with a `\` before a `;` or `\` of a value's own.
#[utoipa::path(get, path = "/iterations/{iteration}/export/{table}", tag = "log", operation_id = "export",
    params(("iteration" = String, Path),
        ("table" = String, Path,
            description = "its name, as `mission export --help` and the answer to an unknown one list them"),
        AsOfQuery, FormatQuery),
    responses((status = 200, body = String, content_type = "text/csv"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn table(
    State(state): State<HttpState>,
    Path((iteration, table)): Path<(Name, String)>,
    Asked(question): Asked,
    Parsed(query): Parsed<FormatQuery>,
) -> Result<Response, Problem> {
    let answer = state.service.board.answer(&iteration, &question).await?;
    let found = tables::table(&table).ok_or_else(|| {
        let names: Vec<&str> = tables::TABLES.iter().map(|table| table.name).collect();
        Problem::not_found(format!("no table {table:?}; there are {}", names.join(", ")))
    })?;
    match query.format.as_deref() {
        Some("json") => {
            let rows = found.json(&answer.analysis).map_err(|error| Problem::internal(&error))?;
            Ok(Json(rows).into_response())
        }
        None | Some("csv") => {
            let text = found.csv(&answer.analysis).map_err(|error| Problem::internal(&error))?;
            Ok(download("text/csv; charset=utf-8", &format!("{iteration}-{table}.csv"), text))
        }
        Some(other) => Err(Problem::bad_request(format!("format {other:?}; csv or json"))),
    }
}

/// The violations as a SARIF 2.1.0 log.
#[utoipa::path(get, path = "/iterations/{iteration}/sarif", tag = "log", operation_id = "sarif",
    params(("iteration" = String, Path), AsOfQuery),
    responses((status = 200, body = Value, content_type = "application/sarif+json"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn sarif_log(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Asked(question): Asked,
) -> Result<Response, Problem> {
    let answer = state.service.board.answer(&iteration, &question).await?;
    let log = sarif(&answer.analysis, &iteration).to_string();
    Ok(download("application/sarif+json", &format!("{iteration}.sarif"), log))
}

/// The scenarios with every try as JUnit XML.
#[utoipa::path(get, path = "/iterations/{iteration}/junit", tag = "log", operation_id = "junit",
    params(("iteration" = String, Path), AsOfQuery),
    responses((status = 200, body = String, content_type = "application/xml"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn junit_report(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Asked(question): Asked,
) -> Result<Response, Problem> {
    let answer = state.service.board.answer(&iteration, &question).await?;
    let report = junit(&answer.analysis, &iteration);
    Ok(download("application/xml; charset=utf-8", &format!("{iteration}.xml"), report))
}

/// The verdict as an in-toto statement with policy and input digests, unsigned.
#[utoipa::path(get, path = "/iterations/{iteration}/statement", tag = "log", operation_id = "statement",
    params(("iteration" = String, Path), AsOfQuery),
    responses((status = 200, body = Value, content_type = "application/vnd.in-toto+json"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn verdict_statement(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Asked(question): Asked,
) -> Result<Response, Problem> {
    let answer = state.service.board.answer(&iteration, &question).await?;
    let pieces = pieces(&state.service, &answer).await?;
    let said = statement(&answer.analysis, &answer.project, &iteration, &pieces).to_string();
    Ok(download("application/vnd.in-toto+json", &format!("{iteration}.intoto.json"), said))
}

/// Log, verdict and statement in one file, which `mission verify` checks again offline.
#[utoipa::path(get, path = "/iterations/{iteration}/bundle", tag = "log", operation_id = "bundle",
    params(("iteration" = String, Path), AsOfQuery),
    responses((status = 200, body = String, content_type = "application/x-ndjson"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn evidence_bundle(
    State(state): State<HttpState>,
    IterationName(iteration): IterationName,
    Asked(question): Asked,
) -> Result<Response, Problem> {
    let answer = state.service.board.answer(&iteration, &question).await?;
    let pieces = pieces(&state.service, &answer).await?;
    let header = Header::of(&answer.analysis, &answer.project, &iteration, pieces);
    let header = serde_json::to_string(&header).map_err(|error| Problem::internal(&error))?;
    let first = stream::once(async move { Ok(Bytes::from(format!("{header}\n"))) });
    let log = pages(state.service, iteration.clone(), answer.as_of.known).map_ok(|page| {
        let lines: String = page.iter().map(|event| format!("{}\n", event.to_json())).collect();
        Bytes::from(lines)
    });
    let body = Body::from_stream(first.chain(log));
    Ok(download("application/x-ndjson", &format!("{iteration}.bundle.ndjson"), body))
}

/// The log up to `known`, page by page.
fn pages(
    service: Service,
    iteration: Name,
    known: Position,
) -> impl stream::Stream<Item = Result<Vec<Logged>, crate::store::StoreError>> {
    let service = Arc::new(service);
    stream::try_unfold(0, move |after| {
        let (service, iteration) = (Arc::clone(&service), iteration.clone());
        async move {
            let wanted = u32::try_from(known.saturating_sub(after)).unwrap_or(PAGE).min(PAGE);
            if wanted == 0 {
                return Ok(None);
            }
            let page = service.store.read(&iteration, after, wanted).await?;
            Ok(page.last().map(|last| last.position).map(|last| (page, last)))
        }
    })
}

/// The pieces of the log behind `answer`.
async fn pieces(service: &Service, answer: &Answer) -> Result<Vec<Piece>, Problem> {
    let mut pieces = Pieces::default();
    let mut pages = std::pin::pin!(pages(service.clone(), answer.iteration.clone(), answer.as_of.known));
    while let Some(page) = pages.try_next().await? {
        for entry in entries_from_logged(page).await? {
            pieces.push(entry);
        }
    }
    Ok(pieces.finish())
}

/// `body` as a file to save.
fn download(kind: &'static str, file: &str, body: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")),
    ];
    (headers, body.into()).into_response()
}
