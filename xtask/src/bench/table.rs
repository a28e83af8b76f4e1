//! The figures of a bench: printed as a table, kept as JSON, held against their bars.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// What a figure must be.
#[derive(Debug, Clone, Copy)]
pub enum Bar {
    /// Nothing: it is told for its own sake.
    None,
    /// At least this.
    Min(f64),
    /// At most this.
    Max(f64),
    /// Below this.
    Below(f64),
}

impl Bar {
    fn holds(self, figure: f64) -> bool {
        match self {
            Bar::None => true,
            Bar::Min(bar) => figure >= bar,
            Bar::Max(bar) => figure <= bar,
            Bar::Below(bar) => figure < bar,
        }
    }

    fn text(self) -> String {
        match self {
            Bar::None => String::new(),
            Bar::Min(bar) => format!("≥ {}", rounded(bar)),
            Bar::Max(bar) => format!("≤ {}", rounded(bar)),
            Bar::Below(bar) => format!("< {}", rounded(bar)),
        }
    }
}

/// One measured figure.
struct Row {
    name: String,
    figure: f64,
    unit: &'static str,
    bar: Bar,
}

/// All figures of one bench.
pub struct Table {
    name: &'static str,
    rows: Vec<Row>,
}

impl Table {
    /// An empty one for the bench called `name`.
    pub fn new(name: &'static str) -> Self {
        Self { name, rows: Vec::new() }
    }

    /// Adds a figure that has a bar.
    pub fn bar(&mut self, name: impl Into<String>, figure: f64, unit: &'static str, bar: Bar) {
        self.rows.push(Row { name: name.into(), figure, unit, bar });
    }

    /// Adds a figure that has none.
    pub fn tell(&mut self, name: impl Into<String>, figure: f64, unit: &'static str) {
        self.bar(name, figure, unit, Bar::None);
    }

    /// Prints the table, writes `target/bench/NAME.json`.
    ///
    /// # Errors
    /// A bar is missed, or the file cannot be written.
    pub fn finish(&self, root: &Path) -> Result<()> {
        println!("{}", self.text());
        let folder = root.join("target/bench");
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{}.json", self.name));
        let text = serde_json::to_string_pretty(&self.json())?;
        fs::write(&path, text + "\n").with_context(|| format!("cannot write {}", path.display()))?;
        let missed: Vec<&str> =
            self.rows.iter().filter(|row| !row.bar.holds(row.figure)).map(|row| row.name.as_str()).collect();
        if !missed.is_empty() {
            bail!("bench {}: missed {}", self.name, missed.join(", "));
        }
        Ok(())
    }

    fn text(&self) -> String {
        let width = |column: fn(&Row) -> String| {
            self.rows.iter().map(|row| column(row).chars().count()).max().unwrap_or(0)
        };
        let name = |row: &Row| row.name.clone();
        let figure = |row: &Row| rounded(row.figure);
        let unit = |row: &Row| row.unit.to_owned();
        let (names, figures, units) = (width(name), width(figure), width(unit));
        let mut text = String::new();
        for row in &self.rows {
            let verdict = match row.bar {
                Bar::None => String::new(),
                bar if bar.holds(row.figure) => format!("{}  met", bar.text()),
                bar => format!("{}  MISSED", bar.text()),
            };
            let line =
                format!("{:names$}  {:>figures$} {:units$}  {verdict}", name(row), figure(row), unit(row));
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    fn json(&self) -> Value {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                let bar = match row.bar {
                    Bar::None => Value::Null,
                    bar => json!({"bar": bar.text(), "met": bar.holds(row.figure)}),
                };
                json!({"name": row.name, "figure": row.figure, "unit": row.unit, "bar": bar})
            })
            .collect();
        json!({"bench": self.name, "figures": rows})
    }
}

/// A figure as people read it: thousands apart, three digits that matter below 100.
fn rounded(figure: f64) -> String {
    if figure.abs() >= 100.0 || figure.fract() == 0.0 {
        let digits = format!("{:.0}", figure.abs());
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        return if figure < 0.0 { format!("-{text}") } else { text };
    }
    let decimals = if figure.abs() >= 10.0 { 1 } else { 3 };
    format!("{figure:.decimals$}")
}

/// The value below which `share` (0.0 to 1.0) of `sorted` lies; 0 for none.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let at = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(at.saturating_sub(1).min(last)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_for_people() {
        assert_eq!(rounded(31_234.56), "31,235");
        assert_eq!(rounded(1_234_567.0), "1,234,567");
        assert_eq!(rounded(12.34), "12.3");
        assert_eq!(rounded(0.5678), "0.568");
        assert_eq!(rounded(4.0), "4");
    }

    #[test]
    fn percentile_is_a_measured_value() {
        let sorted: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!((percentile(&sorted, 0.5), percentile(&sorted, 0.95)), (100.0, 190.0));
        assert_eq!((percentile(&sorted, 0.99), percentile(&sorted, 1.0)), (198.0, 200.0));
        assert_eq!(percentile(&[], 0.5), 0.0);
    }
}
