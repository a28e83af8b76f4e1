//! `mission export`: an answer in the format of another tool, or with its evidence, on standard output.

use super::Context;
use super::ask::{Asker, iteration_path};
use super::failure::Failure;
use super::place::PlaceFlags;
use super::print::Out;
use super::verdict::Clocks;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use shared::export::table::TABLES;
use shared::id::Name;

/// Prints an answer for another tool.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// What to print: a document, or a table of a lens as CSV (JSON with --json)
    ///
    /// In CSV the values of a list are joined by ";", with a "\" before a ";" or "\" of a value's own.
    #[arg(value_parser = PossibleValuesParser::new(whats()))]
    what: String,
    /// Iteration to look at
    #[arg(long, value_name = "I", value_parser = Name::iteration)]
    iteration: Name,
    #[command(flatten)]
    clocks: Clocks,
    #[command(flatten)]
    place: PlaceFlags,
}

/// Answers that are documents of their own, and what they are; all else is a table.
const DOCUMENTS: [(&str, &str); 4] = [
    ("sarif", "Violations as SARIF 2.1.0"),
    ("junit", "Scenarios with every try as JUnit XML"),
    ("statement", "The verdict as an in-toto statement, unsigned"),
    ("bundle", "Log, verdict and statement, for mission verify"),
];

/// Everything there is to print, with a word on it.
fn whats() -> Vec<PossibleValue> {
    let tables = TABLES.iter().map(|table| (table.name, table.words));
    DOCUMENTS.into_iter().chain(tables).map(|(name, words)| PossibleValue::new(name).help(words)).collect()
}

impl Export {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        let mut asker = Asker::open(&self.place, context).await?;
        let (what, query) = (&self.what, self.clocks.query());
        let path = if DOCUMENTS.iter().any(|(document, _)| document == what) {
            format!("/{what}{query}")
        } else {
            let format = if context.json { "json" } else { "csv" };
            let separator = if query.is_empty() { '?' } else { '&' };
            format!("/export/{what}{query}{separator}format={format}")
        };
        let body = asker.get(&iteration_path(&self.iteration, &path)).await?;
        let mut out = Out::new();
        out.bytes(&body)?;
        if !body.ends_with(b"\n") {
            out.line("")?;
        }
        out.flush()?;
        Ok(0)
    }
}
