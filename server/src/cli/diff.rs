//! `mission diff`: what changed between two moments, what of it was only learned later, what flipped the verdict.

use super::Context;
use super::ask::{Asker, iteration_path, percent_encoded};
use super::failure::Failure;
use super::place::PlaceFlags;
use super::print::{Align, Out, Table, count, harmless};
use crate::board::Question;
use crate::config::{server_url, store_address};
use clap::Args;
use shared::explain::{Clock, Comparison, Flip, Standing};
use shared::id::Name;
use shared::lens::diff::EntityChange;
use shared::verdict::StreamState;
use std::path::PathBuf;

/// Changes listed of each kind.
const LISTED_MAX: usize = 40;

/// Compares two answers about an iteration.
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// Iteration to look at
    #[arg(long, value_name = "I", value_parser = Name::iteration)]
    iteration: Name,
    /// The first moment: V/K, where V is RFC 3339 and K RFC 3339 or a log position, each or now; T is T/T
    #[arg(long, value_name = "AS_OF", value_parser = moment)]
    from: Moment,
    /// The second moment
    #[arg(long, value_name = "AS_OF", value_parser = moment, default_value = "now")]
    to: Moment,
    /// Store: sqlite:PATH or postgres://… [default: a SQLite file in your data folder]
    #[arg(long, value_name = "S", value_parser = store_address, conflicts_with = "server")]
    store: Option<String>,
    /// Ask a running server instead: what --to is elsewhere
    #[arg(long, value_name = "URL", value_parser = server_url)]
    server: Option<String>,
    /// File with the token for that server (else MISSION_TOKEN)
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// Both clocks of a moment, as text.
#[derive(Debug, Clone)]
struct Moment {
    valid: String,
    known: String,
}

/// `V/K`, or `T` for `T/T`.
fn moment(text: &str) -> Result<Moment, String> {
    let (valid, known) = text.split_once('/').unwrap_or((text, text));
    Question::parse(Some(valid), Some(known)).map_err(|error| error.to_string())?;
    Ok(Moment { valid: valid.to_owned(), known: known.to_owned() })
}

impl Compare {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        let place = PlaceFlags { store: self.store, to: self.server, token_file: self.token_file };
        let mut asker = Asker::open(&place, context).await?;
        let query = format!(
            "/diff?from_v={}&from_k={}&to_v={}&to_k={}",
            percent_encoded(&self.from.valid),
            percent_encoded(&self.from.known),
            percent_encoded(&self.to.valid),
            percent_encoded(&self.to.known)
        );
        let (text, found): (String, Comparison) =
            asker.get_as(&iteration_path(&self.iteration, &query)).await?;
        let mut out = Out::new();
        if context.json {
            out.line(&text)?;
        } else {
            print(&found, &self.iteration, &mut out)?;
        }
        out.flush()?;
        Ok(0)
    }
}

fn print(found: &Comparison, iteration: &Name, out: &mut Out) -> Result<(), Failure> {
    let diff = &found.diff;
    let (from, to) = (diff.verdict.from.words(), diff.verdict.to.words());
    out.line(if from == to { format!("{from}, then as now") } else { format!("{from}  →  {to}") })?;
    for (word, as_of) in [("from", diff.from), ("to", diff.to)] {
        out.line(format!("{word:<5}{iteration} as of {}, position {}", as_of.valid, as_of.known))?;
    }
    out.line("")?;
    if found.flips.is_empty() {
        out.line("Nothing is seen to flip the verdict or a stream")?;
    } else {
        out.line("What flipped it")?;
    }
    for flip in &found.flips {
        out.line(format!("  {}", flipped(flip)))?;
        out.line(format!("      {}", changed(&flip.from, &flip.to)))?;
        let about: Vec<String> = flip.entities.iter().map(|id| harmless(&id.to_string())).collect();
        if !about.is_empty() {
            out.line(format!("      {}", about.join(", ")))?;
        }
    }
    changes("LEARNED LATER", &found.learned, out)?;
    changes("HAPPENED SINCE", &found.happened, out)?;
    kpis(found, out)
}

/// When and by what.
fn flipped(flip: &Flip) -> String {
    let events: Vec<String> = flip.events.iter().map(|position| format!("#{position}")).collect();
    match flip.clock {
        Clock::Known => format!("learned with event {}", events.join(", ")),
        Clock::Valid if events.is_empty() => format!("at {}, without an event", flip.at.valid),
        Clock::Valid => format!("at {}, by event {}", flip.at.valid, events.join(", ")),
    }
}

/// What of the standing is different.
fn changed(from: &Standing, to: &Standing) -> String {
    let state = |state: StreamState| match state {
        StreamState::Pass => "pass",
        StreamState::Fail => "FAIL",
        StreamState::Undecided => "undecided",
    };
    let streams = [
        ("execution", from.dde, to.dde),
        ("behaviour", from.bdv, to.bdv),
        ("architecture", from.acc, to.acc),
    ];
    let mut parts: Vec<String> = streams
        .into_iter()
        .filter(|(_, from, to)| from != to)
        .map(|(stream, from, to)| format!("{stream} {} → {}", state(from), state(to)))
        .collect();
    if from.verdict != to.verdict {
        parts.push(format!("{} → {}", from.verdict.words(), to.verdict.words()));
    }
    match (from.overridden, to.overridden) {
        (false, true) => parts.push("an override comes into force".to_owned()),
        (true, false) => parts.push("the override ends".to_owned()),
        _ => {}
    }
    parts.join(", ")
}

fn changes(title: &'static str, changes: &[EntityChange], out: &mut Out) -> Result<(), Failure> {
    if changes.is_empty() {
        return Ok(());
    }
    let columns = [(title, Align::Left), ("WAS", Align::Left), ("IS", Align::Left), ("EVENTS", Align::Left)];
    let mut table = Table::new(&columns);
    for change in changes.iter().take(LISTED_MAX) {
        let state = |state: &Option<String>| state.as_deref().map_or_else(|| "absent".to_owned(), harmless);
        let events: Vec<String> =
            change.events.iter().take(6).map(|position| format!("#{position}")).collect();
        table.row([
            harmless(&change.id.to_string()),
            state(&change.from),
            state(&change.to),
            events.join(" "),
        ]);
    }
    out.line("")?;
    table.print(out)?;
    let more = changes.len().saturating_sub(LISTED_MAX) as u64;
    if more > 0 { out.line(format!("and {}", count(more, "more change", "more changes"))) } else { Ok(()) }
}

fn kpis(found: &Comparison, out: &mut Out) -> Result<(), Failure> {
    if found.diff.kpis.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[("KEY FIGURE", Align::Left), ("WAS", Align::Right), ("IS", Align::Right)]);
    let written = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"));
    for kpi in &found.diff.kpis {
        table.row([kpi.name.clone(), written(kpi.from), written(kpi.to)]);
    }
    out.line("")?;
    table.print(out)
}
