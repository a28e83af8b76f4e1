//! Aligned columns for people. Widths are counted in characters; long cells are cut with an ellipsis.

use super::{Out, harmless};
use crate::cli::failure::Failure;

/// Longest cell, in characters; the whole text is in `--json`.
const CELL_CHARS_MAX: usize = 72;
const GAP: &str = "  ";

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Rows under titles.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Table {
    titles: Vec<&'static str>,
    aligns: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(in crate::cli) fn new(columns: &[(&'static str, Align)]) -> Self {
        let (titles, aligns) = columns.iter().copied().unzip();
        Self { titles, aligns, rows: Vec::new() }
    }

    /// Adds a row, a cell a column. An empty cell shows as a dash.
    pub(in crate::cli) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cell = |text: String| if text.is_empty() { "-".to_owned() } else { cut(&harmless(&text)) };
        let mut row: Vec<String> = cells.into_iter().map(cell).collect();
        row.resize(self.titles.len(), "-".to_owned());
        self.rows.push(row);
    }

    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Prints titles and rows.
    ///
    /// # Errors
    /// As [`Out::bytes`].
    pub(in crate::cli) fn print(&self, out: &mut Out) -> Result<(), Failure> {
        for line in self.lines() {
            out.line(line)?;
        }
        Ok(())
    }

    fn lines(&self) -> Vec<String> {
        let titles: Vec<String> = self.titles.iter().map(|&title| title.to_owned()).collect();
        let has_titles = titles.iter().any(|title| !title.is_empty());
        let all = || has_titles.then_some(&titles).into_iter().chain(&self.rows);
        let widths: Vec<usize> =
            (0..titles.len()).map(|n| all().map(|row| row[n].chars().count()).max().unwrap_or(0)).collect();
        all().map(|row| self.line(row, &widths)).collect()
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (n, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths[n] - cell.chars().count());
            line.push_str(if n > 0 { GAP } else { "" });
            match self.aligns[n] {
                Align::Left => line.extend([cell.as_str(), &padding]),
                Align::Right => line.extend([padding.as_str(), cell]),
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= CELL_CHARS_MAX {
        return text.to_owned();
    }
    let start: String = text.chars().take(CELL_CHARS_MAX - 1).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_their_bytes() {
        let mut table = Table::new(&[("NAME", Align::Left), ("N", Align::Right), ("WHY", Align::Left)]);
        table.row(["größe".to_owned(), "7".to_owned(), String::new()]);
        table.row(["a\nb".to_owned(), "123".to_owned(), "x".repeat(80)]);
        let lines = table.lines();
        assert_eq!(lines[0], "NAME     N  WHY");
        assert_eq!(lines[1], "größe    7  -");
        assert_eq!(lines[2], format!("a b    123  {}…", "x".repeat(71)));
    }
}
