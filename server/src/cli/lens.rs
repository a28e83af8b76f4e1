//! `mission lens`: one of the four lenses as tables in the terminal, or as its JSON.

mod acc;
mod bdv;
mod convergence;
mod dde;

use super::Context;
use super::ask::{Asker, iteration_path};
use super::failure::{Code, Failure};
use super::place::PlaceFlags;
use super::print::Out;
use super::verdict::{Clocks, criteria};
use clap::{Args, ValueEnum};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::event::Outcome;
use shared::id::{EntityId, Name};
use shared::lens::dde::AttemptView;
use shared::time::AsOf;

/// Longest list of keys, in characters, so that a cell keeps the number of the rest.
const KEYS_CHARS_MAX: usize = 60;

/// Shows one of the four lenses.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// Which lens
    lens: LensName,
    /// Iteration to look at
    #[arg(long, value_name = "I", value_parser = Name::iteration)]
    iteration: Name,
    #[command(flatten)]
    clocks: Clocks,
    #[command(flatten)]
    place: PlaceFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LensName {
    /// Execution: tasks, attempts, contracts, artifacts
    Dde,
    /// Behaviour: scenarios, attempts, flakes, requirements
    Bdv,
    /// Architecture: modules, imports, cycles, violations
    Acc,
    /// The verdict, key figures, the spine
    Convergence,
}

/// The frame around every lens.
#[derive(Deserialize)]
struct Framed {
    iteration: Name,
    as_of: AsOf,
}

impl Show {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        let mut asker = Asker::open(&self.place, context).await?;
        let name = match self.lens {
            LensName::Dde => "dde",
            LensName::Bdv => "bdv",
            LensName::Acc => "acc",
            LensName::Convergence => "convergence",
        };
        let path = iteration_path(&self.iteration, &format!("/lenses/{name}{}", self.clocks.query()));
        let (text, framed): (String, Framed) = asker.get_as(&path).await?;
        let mut out = Out::new();
        if context.json {
            out.line(&text)?;
            out.flush()?;
            return Ok(0);
        }
        let title = |lens: &str| {
            let AsOf { valid, known } = framed.as_of;
            format!("{lens} of {} as of {valid}, position {known}", framed.iteration)
        };
        match self.lens {
            LensName::Dde => dde::print(&read(&text)?, &title("Execution"), &mut out)?,
            LensName::Bdv => bdv::print(&read(&text)?, &title("Behaviour"), &mut out)?,
            LensName::Acc => acc::print(&read(&text)?, &title("Architecture"), &mut out)?,
            LensName::Convergence => convergence::print(&read(&text)?, &title("Convergence"), &mut out)?,
        }
        out.flush()?;
        Ok(0)
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::new(Code::Store, format!("the answer is not understood: {error}")))
}

/// Outcomes of all tries in order: `failed × 2, passed`.
fn tries(attempts: &[AttemptView]) -> String {
    let runs = attempts.chunk_by(|one, next| one.outcome == next.outcome).map(|run| match run.len() {
        1 => outcome(run[0].outcome),
        n => format!("{} × {n}", outcome(run[0].outcome)),
    });
    runs.collect::<Vec<_>>().join(", ")
}

fn outcome(outcome: Outcome) -> String {
    outcome.as_str().replace('_', " ")
}

/// Time between the start and the end of the last try, if both are known.
fn duration(attempts: &[AttemptView]) -> String {
    let Some(last) = attempts.last() else { return String::new() };
    match (last.started_at, last.finished_at) {
        (Some(start), Some(end)) if end >= start => millis(end.millis_since(start)),
        _ => String::new(),
    }
}

/// Milliseconds as people write them.
fn millis(ms: i64) -> String {
    match ms {
        ..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        60_000..3_600_000 => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
        _ => format!("{} h {} min", ms / 3_600_000, ms % 3_600_000 / 60_000),
    }
}

/// A share with two decimals.
fn share(value: f64) -> String {
    format!("{value:.2}")
}

/// Natural keys, at most `max` of them.
fn keys(ids: &[EntityId], max: usize) -> String {
    let mut text = ids.iter().take(max).map(|id| id.key.as_str()).collect::<Vec<_>>().join(", ");
    if ids.len() > max {
        text.push_str(&format!(" and {} more", ids.len() - max));
    }
    text
}

/// As [`keys`], no more of them than fit in a cell, one at least: the number of the rest is not cut off.
fn keys_in_cell(ids: &[EntityId], max: usize) -> String {
    let fits = |n: &usize| keys(&ids[..*n], max).chars().count() <= KEYS_CHARS_MAX;
    let max = (2..=ids.len().min(max)).take_while(fits).last().unwrap_or(1);
    keys(ids, max)
}

/// `yes`, or nothing.
fn yes(is: bool) -> String {
    if is { "yes".to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_lists_read_well() {
        let said: Vec<String> = [0, 999, 1_250, 61_000, 3_660_000].into_iter().map(millis).collect();
        assert_eq!(said, ["0 ms", "999 ms", "1.2 s", "1 min 1 s", "1 h 1 min"]);
        let ids: Vec<EntityId> =
            ["task:a", "task:b", "task:c"].iter().map(|id| id.parse().expect("an id")).collect();
        assert_eq!(keys(&ids, 2), "a, b and 1 more");
        assert_eq!(keys(&ids[..2], 2), "a, b");
        let long = EntityId::new(shared::id::Kind::Task, "x".repeat(50));
        let (ids, one) = (vec![long.clone(), long], "x".repeat(50));
        assert_eq!(keys_in_cell(&ids, 2), format!("{one} and 1 more"));
        assert_eq!(keys_in_cell(&ids[..1], 2), one);
        assert_eq!(keys_in_cell(&[], 2), "");
    }
}
