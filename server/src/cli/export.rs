//! `mission export`: an answer in the format of another tool, or with its evidence, on standard output.

use super::Context;
use super::ask::{Asker, iteration_path};
use super::failure::Failure;
use super::place::PlaceFlags;
use super::print::Out;
use super::verdict::Clocks;
use clap::{Args, ValueEnum};
use shared::id::Name;

/// Prints an answer for another tool.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// What to print
    what: What,
    /// Iteration to look at
    #[arg(long, value_name = "I", value_parser = Name::iteration)]
    iteration: Name,
    #[command(flatten)]
    clocks: Clocks,
    #[command(flatten)]
    place: PlaceFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Violations as SARIF 2.1.0
    Sarif,
    /// Scenarios with every try as JUnit XML
    Junit,
    /// The verdict as an in-toto statement, unsigned
    Statement,
    /// Log, verdict and statement, for mission verify
    Bundle,
    /// Table of tasks as CSV (JSON with --json), like all that follow
    Tasks,
    /// Table of scenarios
    Scenarios,
    /// Table of requirements
    Requirements,
    /// Table of contracts
    Contracts,
    /// Table of modules
    Modules,
    /// Table of imports
    Imports,
    /// Table of violations
    Violations,
    /// Table of key figures
    Kpis,
}

impl Export {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        let mut asker = Asker::open(&self.place, context).await?;
        let name = self.what.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        let query = self.clocks.query();
        let path = match self.what {
            What::Sarif | What::Junit | What::Statement | What::Bundle => format!("/{name}{query}"),
            _ => {
                let format = if context.json { "json" } else { "csv" };
                let separator = if query.is_empty() { '?' } else { '&' };
                format!("/export/{name}{query}{separator}format={format}")
            }
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
