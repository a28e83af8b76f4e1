//! `mission rebuild`: drops all projections of a store and makes them anew from the log; `--verify` compares.

use super::Context;
use super::failure::{Code, Failure};
use super::place::StoreFlag;
use super::print::{Align, Out, Table, count, say};
use clap::Args;
use serde_json::json;
use shared::id::Name;

/// Rebuilds all projections.
#[derive(Debug, Args)]
pub(super) struct Rebuild {
    /// Compare each fresh graph with the one that was fed event by event; exit 1 if any differs
    #[arg(long)]
    verify: bool,
    /// Only this iteration
    #[arg(long, value_name = "I", value_parser = Name::iteration)]
    iteration: Option<Name>,
    #[command(flatten)]
    store: StoreFlag,
}

impl Rebuild {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        let service = self.store.open_existing(context).await?;
        let rebuilt = service.board.rebuild(self.iteration.as_ref(), self.verify).await?;
        let mut out = Out::new();
        let mut table = Table::new(&[
            ("ITERATION", Align::Left),
            ("PROJECT", Align::Left),
            ("EVENTS", Align::Right),
            ("DIGEST", Align::Left),
            (if self.verify { "VERIFIED" } else { "" }, Align::Left),
        ]);
        for row in &rebuilt {
            let verified = self.verify.then(|| row.is_equal());
            if context.json {
                out.json(&json!({
                    "iteration": row.iteration, "project": row.project, "position": row.head,
                    "digest": row.digest.to_string(), "verified": verified,
                }))?;
                continue;
            }
            let words = match verified {
                None => " ".to_owned(),
                Some(true) => "same".to_owned(),
                Some(false) => format!("DIFFERS: {}", row.incremental),
            };
            let (iteration, project) = (row.iteration.to_string(), row.project.to_string());
            table.row([iteration, project, row.head.to_string(), row.digest.to_string(), words]);
        }
        if !context.json && !table.is_empty() {
            table.print(&mut out)?;
        }
        out.flush()?;
        let differing = rebuilt.iter().filter(|row| !row.is_equal()).count() as u64;
        if differing > 0 {
            let words = count(differing, "iteration differs", "iterations differ");
            return Err(Failure::new(Code::Failed, format!("{words} from what was fed event by event")));
        }
        let verified = if self.verify { ", nothing differs" } else { "" };
        say(&format!("{} rebuilt{verified}", count(rebuilt.len() as u64, "iteration", "iterations")));
        Ok(0)
    }
}
