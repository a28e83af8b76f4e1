//! `mission links`: every link of an iteration in one sentence, and those that texts suggest.

use super::Context;
use super::ask::{Asker, iteration_path};
use super::failure::Failure;
use super::place::PlaceFlags;
use super::print::{Out, count, harmless};
use super::verdict::Clocks;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::event::Hash128;
use shared::id::{EntityId, Name};
use shared::lens::convergence::SpineLink;
use shared::time::{AsOf, Time};

/// Source of the events that confirm suggestions.
const SOURCE: &str = "mission:links";

/// Lists links with confidence, state and one sentence each.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Iteration to look at
    #[arg(long, value_name = "I", value_parser = Name::iteration)]
    iteration: Name,
    /// Only links of this entity, KIND:KEY
    #[arg(long, value_name = "ENTITY")]
    of: Option<EntityId>,
    /// Also what texts that are alike suggest; it counts for nothing until it is confirmed
    #[arg(long)]
    likeness: bool,
    /// Print the events that confirm the suggestions instead: keep those that are right, pipe them into mission import
    #[arg(long, requires = "likeness")]
    confirm: bool,
    #[command(flatten)]
    clocks: Clocks,
    #[command(flatten)]
    place: PlaceFlags,
}

/// What the route answers.
#[derive(Deserialize)]
struct Answered {
    iteration: Name,
    as_of: AsOf,
    now: Time,
    items: Vec<SpineLink>,
}

impl List {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        let mut asker = Asker::open(&self.place, context).await?;
        let mut query = self.clocks.query();
        if self.likeness {
            query.push_str(if query.is_empty() { "?likeness=true" } else { "&likeness=true" });
        }
        let path = iteration_path(&self.iteration, &format!("/links{query}"));
        let (text, mut answered): (String, Answered) = asker.get_as(&path).await?;
        let mut out = Out::new();
        if let Some(of) = &self.of {
            answered.items.retain(|link| link.from == *of || link.to == *of);
        }
        if self.confirm {
            for link in answered.items.iter().filter(|link| link.suggested) {
                out.json(&confirmation(link, &answered))?;
            }
        } else if context.json && self.of.is_none() {
            out.line(&text)?;
        } else if context.json {
            out.json(&answered.items)?;
        } else {
            print(&answered, &mut out)?;
        }
        out.flush()?;
        Ok(0)
    }
}

/// The event that makes a suggestion evidence.
fn confirmation(link: &SpineLink, answered: &Answered) -> Value {
    let name = format!("{} {} {}", link.kind.as_str(), link.from, link.to);
    json!({
        "specversion": "1.0",
        "id": Hash128::of_text(&name).to_string(),
        "source": SOURCE,
        "type": "mission.link.declared.v1",
        "time": answered.now,
        "iteration": answered.iteration,
        "data": link.confirmation(),
    })
}

fn print(answered: &Answered, out: &mut Out) -> Result<(), Failure> {
    let Answered { iteration, as_of, items, .. } = answered;
    out.line(format!("Links of {iteration} as of {}, position {}", as_of.valid, as_of.known))?;
    let told = |suggested: bool| items.iter().filter(move |link| link.suggested == suggested);
    let (there, suggested) = (told(false).count() as u64, told(true).count() as u64);
    out.line(count(there, "link", "links"))?;
    for link in told(false) {
        line(link, out)?;
    }
    if suggested > 0 {
        out.line("")?;
        out.line(format!("{} of texts that are alike", count(suggested, "suggestion", "suggestions")))?;
    }
    for link in told(true) {
        line(link, out)?;
    }
    Ok(())
}

/// State, then the sentence, which says how sure it is.
fn line(link: &SpineLink, out: &mut Out) -> Result<(), Failure> {
    let state = match (link.state, link.suggested) {
        (_, true) => "suggested",
        (Some(state), _) => state.word(),
        (None, _) => "",
    };
    out.line(format!("  {state:<10} {}", harmless(&link.explanation())))
}
