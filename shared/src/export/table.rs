//! The tables of the lenses: rows as JSON, or as RFC 4180 CSV.

use crate::lens::Analysis;
use serde::Serialize;
use serde_json::Value;

/// The tables there are, by name.
pub const TABLES: [&str; 8] =
    ["tasks", "scenarios", "requirements", "contracts", "modules", "imports", "violations", "kpis"];

/// Rows of the table `name`, as the lens JSON has them; `None` if there is no such table.
///
/// # Errors
/// A row cannot be written as JSON, which none of ours does.
#[must_use]
pub fn rows(analysis: &Analysis, name: &str) -> Option<serde_json::Result<Vec<Value>>> {
    fn all<T: Serialize>(rows: &[T]) -> Option<serde_json::Result<Vec<Value>>> {
        Some(rows.iter().map(serde_json::to_value).collect())
    }
    match name {
        "tasks" => all(&analysis.dde.tasks),
        "contracts" => all(&analysis.dde.contracts),
        "scenarios" => all(&analysis.bdv.scenarios),
        "requirements" => all(&analysis.bdv.requirements),
        "modules" => all(&analysis.acc.modules),
        "imports" => all(&analysis.acc.dependencies),
        "violations" => all(&analysis.acc.violations),
        "kpis" => all(&analysis.convergence.kpis),
        _ => None,
    }
}

/// Rows as RFC 4180 CSV; the columns are those of the first row, lists become their length.
#[must_use]
pub fn csv(rows: &[Value]) -> String {
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
