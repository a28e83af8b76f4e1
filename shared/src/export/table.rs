//! The tables of the lenses, as JSON or as RFC 4180 CSV.
//!
//! Every list of the lens JSON is a table of its own, also one within a row of another: a try, a cut, a piece of
//! evidence is a row that names the row it belongs to. A table's columns are declared ([`TABLES`]), so a table without
//! rows has a header and a row without a value has an empty cell. Structs are flattened: `times.span_us`.
//!
//! In CSV a list of plain values is one cell: its values joined by `;`, with a `\` before a `;` or `\` of a value's own.
//! In JSON it stays a list. A text that a spreadsheet would run as a formula gets a `'` before it in CSV.
//!
//! Not here: what the figures mean; that stands with the lenses.

mod declared;

pub use declared::TABLES;

use crate::lens::Analysis;
use serde_json::{Map, Value};

/// Between the values of a list in one cell.
const SEPARATOR: char = ';';

/// A table of a lens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name, as one asks for it.
    pub name: &'static str,
    /// What a row is.
    pub words: &'static str,
    /// Where its rows stand in the lens JSON, the lens first: `dde.tasks.*.attempts.*`. A `*` is every item of a list or
    /// every field of an object; a path whose end is not there has no row.
    pub from: &'static [&'static str],
    /// `name`, which is also the path within the row, or `name=path`. In a path `.` alone is the row itself, `#` the
    /// place of the row in its list from 0 or its field's name, and every `^` before it leads to the row around it.
    pub columns: &'static [&'static str],
}

/// The table `name`; `None` if there is none.
#[must_use]
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

/// A row, within the rows around it.
#[derive(Clone, Copy)]
struct Row<'a> {
    value: &'a Value,
    place: &'a Value,
    around: Option<&'a Row<'a>>,
}

impl Table {
    /// Names of its columns, in order.
    pub fn headers(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|column| column.split_once('=').map_or(*column, |(name, _)| name))
    }

    /// Its rows, a value a column. O(the lens), whatever the table.
    ///
    /// # Errors
    /// The lens cannot be written as JSON, which none of ours does.
    pub fn rows(&self, analysis: &Analysis) -> serde_json::Result<Vec<Vec<Value>>> {
        let mut rows = Vec::new();
        for from in self.from {
            let (lens, path) = from.split_once('.').unwrap_or((from, ""));
            let lens = match lens {
                "dde" => serde_json::to_value(&analysis.dde)?,
                "bdv" => serde_json::to_value(&analysis.bdv)?,
                "acc" => serde_json::to_value(&analysis.acc)?,
                _ => serde_json::to_value(&analysis.convergence)?,
            };
            let steps: Vec<&str> = path.split('.').filter(|step| !step.is_empty()).collect();
            let outermost = Row { value: &lens, place: &Value::Null, around: None };
            self.walk(&lens, &steps, &outermost, &mut rows);
        }
        Ok(rows)
    }

    /// Adds every row below `value`, which lies in `row`.
    fn walk(&self, value: &Value, steps: &[&str], row: &Row<'_>, rows: &mut Vec<Vec<Value>>) {
        let Some((step, rest)) = steps.split_first() else {
            if !value.is_null() {
                let row = Row { value, ..*row };
                rows.push(self.columns.iter().map(|column| cell_of(column, &row).clone()).collect());
            }
            return;
        };
        let mut enter = |place: Value, value: &Value| {
            let inner = Row { value, place: &place, around: Some(row) };
            self.walk(value, rest, &inner, rows);
        };
        match (*step, value) {
            ("*", Value::Array(items)) => {
                items.iter().enumerate().for_each(|(place, item)| enter(place.into(), item));
            }
            ("*", Value::Object(fields)) => {
                fields.iter().for_each(|(name, field)| enter(name.as_str().into(), field));
            }
            (step, value) => {
                if let Some(value) = value.get(step) {
                    self.walk(value, rest, row, rows);
                }
            }
        }
    }

    /// Its rows as objects, a field a column.
    ///
    /// # Errors
    /// As [`Table::rows`].
    pub fn json(&self, analysis: &Analysis) -> serde_json::Result<Value> {
        let named = |row: Vec<Value>| -> Value {
            let fields = self.headers().map(str::to_owned).zip(row);
            Value::Object(fields.collect::<Map<_, _>>())
        };
        Ok(self.rows(analysis)?.into_iter().map(named).collect())
    }

    /// Its rows as RFC 4180 CSV behind a header.
    ///
    /// # Errors
    /// As [`Table::rows`].
    pub fn csv(&self, analysis: &Analysis) -> serde_json::Result<String> {
        let mut text = self.headers().collect::<Vec<_>>().join(",");
        text.push_str("\r\n");
        for row in self.rows(analysis)? {
            let cells: Vec<String> = row.iter().map(cell).collect();
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
        Ok(text)
    }
}

/// What stands in `column` of `row`; null where there is nothing.
fn cell_of<'a>(column: &str, row: &Row<'a>) -> &'a Value {
    const NOTHING: &Value = &Value::Null;
    let mut path = column.split_once('=').map_or(column, |(_, path)| path);
    let mut row = *row;
    while let Some(outer) = path.strip_prefix('^') {
        let Some(around) = row.around else { return NOTHING };
        (path, row) = (outer, *around);
    }
    match path {
        "." => row.value,
        "#" => row.place,
        path => path.split('.').try_fold(row.value, |value, step| value.get(step)).unwrap_or(NOTHING),
    }
}

/// One cell, quoted where needed. A text that a spreadsheet would run as a formula gets a quote before it.
fn cell(value: &Value) -> String {
    let mut text = written(value);
    if !value.is_number() && text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        text.insert(0, '\'');
    }
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// A value as one text: a list as its values, an object as its fields with their names.
fn written(value: &Value) -> String {
    let joined = |texts: &mut dyn Iterator<Item = String>| {
        let escaped = texts.map(|text| text.replace('\\', "\\\\").replace(SEPARATOR, "\\;"));
        escaped.collect::<Vec<_>>().join(&SEPARATOR.to_string())
    };
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => joined(&mut items.iter().map(written)),
        Value::Object(fields) => {
            joined(&mut fields.iter().map(|(name, value)| format!("{name} {}", written(value))))
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}
