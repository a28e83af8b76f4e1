//! `mission events`: the log of an iteration as NDJSON, page by page, for piping back into `mission import`.

use super::Context;
use super::ask::{Asker, iteration_path};
use super::failure::{Code, Failure};
use super::place::PlaceFlags;
use super::print::Out;
use clap::Args;
use serde::Deserialize;
use serde_json::json;
use shared::event::CATALOGUE;
use shared::id::{Name, Stream};
use shared::time::Position;

/// Prints the log of an iteration as NDJSON.
#[derive(Debug, Args)]
pub(super) struct Print {
    /// Iteration, or @PROJECT for the log of a project
    #[arg(long, value_name = "I", value_parser = Name::iteration, required_unless_present = "types")]
    iteration: Option<Name>,
    /// Only events after this position
    #[arg(long, value_name = "POSITION", default_value_t = 0, hide_default_value = true)]
    after: Position,
    /// Print the catalogue of event types with their data fields instead
    #[arg(long, conflicts_with_all = ["iteration", "after"])]
    types: bool,
    #[command(flatten)]
    place: PlaceFlags,
}

/// What is read of an event to find where the next page starts.
#[derive(Deserialize)]
struct Placed {
    position: Position,
}

impl Print {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        let mut out = Out::new();
        match self.iteration {
            None => print_types(context, &mut out)?,
            Some(ref iteration) => self.pages(iteration, context, &mut out).await?,
        }
        out.flush()?;
        Ok(0)
    }

    /// Prints pages until there is nothing more, or nobody who reads.
    async fn pages(&self, iteration: &Name, context: &Context, out: &mut Out) -> Result<(), Failure> {
        let mut asker = Asker::open(&self.place, context).await?;
        let mut after = self.after;
        loop {
            let page = asker.get(&iteration_path(iteration, &format!("/events?after={after}"))).await?;
            let Some(last) =
                page.trim_ascii_end().rsplit(|byte| *byte == b'\n').next().filter(|l| !l.is_empty())
            else {
                return Ok(());
            };
            let placed: Placed = serde_json::from_slice(last).map_err(|error| {
                Failure::new(Code::Store, format!("the answer is not understood: {error}"))
            })?;
            out.bytes(&page)?;
            if out.is_closed() || placed.position <= after {
                return Ok(());
            }
            after = placed.position;
        }
    }
}

/// The catalogue: every type with its stream, its meaning and its data fields.
fn print_types(context: &Context, out: &mut Out) -> Result<(), Failure> {
    if context.json {
        for row in CATALOGUE {
            let (name, stream, fields, meaning) = (row.name, row.stream, row.fields, row.meaning);
            out.json(&json!({"name": name, "stream": stream, "fields": fields, "meaning": meaning}))?;
        }
        return Ok(());
    }
    out.line("TYPE, STREAM, MEANING; below each its data fields, optional ones in brackets")?;
    for row in CATALOGUE {
        let stream = row.stream.map_or("-", Stream::as_str);
        out.line(format!("{:<34} {stream:<4} {}", row.name, row.meaning))?;
        out.line(format!("    {}", row.fields))?;
    }
    Ok(())
}
