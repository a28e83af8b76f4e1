//! `mission golden`: asks the golden sets inside this binary their questions and compares the answers.

use super::Context;
use super::failure::{Code, Failure};
use super::print::{Out, count, harmless};
use crate::cli::ask::blocking;
use crate::golden::{self, GoldenError};
use clap::Args;
use serde_json::json;

/// Checks the golden sets.
#[derive(Debug, Args)]
pub(super) struct Golden {
    /// Only these sets [default: all]
    #[arg(value_name = "CASE")]
    cases: Vec<String>,
    /// Print the names of all sets instead
    #[arg(long, conflicts_with = "cases")]
    list: bool,
}

impl From<GoldenError> for Failure {
    fn from(error: GoldenError) -> Self {
        let code = match error {
            GoldenError::Unknown(..) => Code::NotFound,
            _ => Code::Failed,
        };
        Self::new(code, error.to_string())
    }
}

impl Golden {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        let mut out = Out::new();
        let names = if self.cases.is_empty() { golden::cases() } else { self.cases };
        if self.list {
            for name in names {
                out.line(name)?;
            }
            out.flush()?;
            return Ok(0);
        }
        let all = names.len() as u64;
        let mut failed = 0;
        for name in names {
            failed += u64::from(!check(name, context.json, &mut out).await?);
            out.flush()?;
        }
        let passed = all - failed;
        let cases = count(all, "case", "cases");
        if !context.json {
            out.line(format!("{cases}: {passed} passed, {failed} failed"))?;
            out.flush()?;
        }
        if failed > 0 {
            let words = count(failed, "golden set answers", "golden sets answer");
            return Err(Failure::new(Code::Failed, format!("{words} otherwise than expected")));
        }
        Ok(0)
    }
}

/// Checks one set, prints what came of it, and says whether all is as expected.
async fn check(name: String, as_json: bool, out: &mut Out) -> Result<bool, Failure> {
    let (case, differences) = blocking(move || {
        let case = golden::load(&name)?;
        let differences = case.check()?;
        Ok((case, differences))
    })
    .await?;
    let passed = differences.is_empty();
    if as_json {
        out.json(&json!({"case": case.name, "passed": passed, "differences": differences}))?;
        return Ok(passed);
    }
    let word = if passed { "PASS" } else { "FAIL" };
    out.line(format!("{word}  {}  {}", case.name, harmless(&case.expectations.about)))?;
    for difference in &differences {
        let (question, path) = (harmless(&difference.question), harmless(&difference.path));
        out.line(format!("  {question}: {path}"))?;
        out.line(format!("    expected {}", harmless(&difference.expected)))?;
        out.line(format!("    found    {}", harmless(&difference.found)))?;
    }
    Ok(passed)
}
