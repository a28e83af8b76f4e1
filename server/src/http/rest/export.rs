//! Export: the tables of the lenses as CSV or JSON, as their page shows them.

use super::ask::{AsOfQuery, ProblemBody};
use crate::http::{Asked, HttpState, Parsed, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::id::Name;
use shared::lens::Analysis;
use utoipa::IntoParams;

/// The tables there are.
const TABLES: [&str; 8] =
    ["tasks", "scenarios", "requirements", "contracts", "modules", "imports", "violations", "kpis"];

/// In which form.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FormatQuery {
    /// `csv` (the default) or `json`.
    format: Option<String>,
}

/// A table of a lens. Lists within a row become their length in CSV.
#[utoipa::path(get, path = "/iterations/{iteration}/export/{table}", tag = "log", operation_id = "export",
    params(("iteration" = String, Path),
        ("table" = String, Path,
            description = "tasks, scenarios, requirements, contracts, modules, imports, violations or kpis"),
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
    let rows = rows(&answer.analysis, &table)?;
    match query.format.as_deref() {
        Some("json") => Ok(Json(rows).into_response()),
        None | Some("csv") => {
            let name = format!("attachment; filename=\"{iteration}-{table}.csv\"");
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, name),
            ];
            Ok((headers, csv(&rows)).into_response())
        }
        Some(other) => Err(Problem::bad_request(format!("format {other:?}; csv or json"))),
    }
}

fn rows(analysis: &Analysis, table: &str) -> Result<Vec<Value>, Problem> {
    fn all<T: Serialize>(rows: &[T]) -> Result<Vec<Value>, Problem> {
        rows.iter().map(|row| serde_json::to_value(row).map_err(|error| Problem::internal(&error))).collect()
    }
    match table {
        "tasks" => all(&analysis.dde.tasks),
        "contracts" => all(&analysis.dde.contracts),
        "scenarios" => all(&analysis.bdv.scenarios),
        "requirements" => all(&analysis.bdv.requirements),
        "modules" => all(&analysis.acc.modules),
        "imports" => all(&analysis.acc.dependencies),
        "violations" => all(&analysis.acc.violations),
        "kpis" => all(&analysis.convergence.kpis),
        other => Err(Problem::not_found(format!("no table {other:?}; there are {}", TABLES.join(", ")))),
    }
}

/// Rows as RFC 4180 CSV; the columns are those of the first row.
fn csv(rows: &[Value]) -> String {
    let columns: Vec<&String> =
        rows.first().and_then(Value::as_object).map_or_else(Vec::new, |o| o.keys().collect());
    let mut text = columns.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(",");
    text.push_str("\r\n");
    for row in rows {
        let cells: Vec<String> = columns.iter().map(|column| cell(&row[column.as_str()])).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// One cell, quoted where needed. A text that a spreadsheet would run as a formula gets a quote before it.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.len().to_string(),
        other => other.to_string(),
    };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
