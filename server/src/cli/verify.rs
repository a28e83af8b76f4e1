//! `mission verify`: checks evidence bundles again, with nothing but the file.

use super::Context;
use super::ask::blocking;
use super::failure::{Code, Failure};
use super::import::Input;
use super::print::{Out, harmless};
use clap::Args;
use serde_json::json;
use shared::export::bundle::{Checked, verify};

/// Checks evidence bundles.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Bundles as mission export bundle prints them, plain, gzip or zstd; - for standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,
}

impl Verify {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        let mut out = Out::new();
        let mut sound = true;
        for file in self.files {
            let shown = Input::shown(&file);
            let checked = blocking(move || check(&file)).await?;
            sound &= checked.differences.is_empty();
            print(&shown, &checked, context, &mut out)?;
        }
        out.flush()?;
        if sound { Ok(0) } else { Ok(Code::Failed as u8) }
    }
}

fn check(file: &str) -> Result<Checked, Failure> {
    let refuse = |reason: String| Failure::new(Code::Refused, reason);
    let bytes = Input::bytes(file).map_err(refuse)?;
    let within = |reason: &dyn std::fmt::Display| refuse(format!("{}: {reason}", Input::shown(file)));
    let text = std::str::from_utf8(&bytes).map_err(|error| within(&error))?;
    verify(text).map_err(|error| within(&error))
}

fn print(shown: &str, checked: &Checked, context: &Context, out: &mut Out) -> Result<(), Failure> {
    let Checked { header, events, differences } = checked;
    let verdict = header.verdict.get("verdict").and_then(|verdict| verdict.as_str()).unwrap_or("no verdict");
    if context.json {
        return out.json(&json!({
            "file": shown, "sound": differences.is_empty(), "iteration": header.iteration,
            "as_of": header.as_of, "events": events, "verdict": verdict, "differences": differences,
        }));
    }
    let word = if differences.is_empty() { "SOUND" } else { "NOT SOUND" };
    out.line(format!("{word}  {}", harmless(shown)))?;
    let as_of = header.as_of;
    out.line(format!(
        "  {} as of {}, position {}: {} from {events} events, engine {}",
        header.iteration,
        as_of.valid,
        as_of.known,
        harmless(verdict),
        harmless(&header.engine_version)
    ))?;
    for difference in differences {
        out.line(format!("  {}", harmless(difference)))?;
    }
    Ok(())
}
