//! `mission verdict`: may we deploy, by exit code, with reasons, what is missing, and what would help.

mod duration;
mod explained;
mod words;

use super::Context;
use super::ask::{Asker, iteration_path, question_query};
use super::failure::{Code, Failure};
use super::place::PlaceFlags;
use super::print::{Out, say};
use crate::board::Question;
use clap::Args;
use shared::explain::Explanation;
use shared::id::Name;
use shared::verdict::{Verdict, VerdictName};
use std::time::Duration;
use tokio::time::{Instant, sleep};

pub(super) use duration::duration;
pub(super) use words::{criteria, deployable_if, headline, streams};

/// How often a verdict that is awaited is asked for.
const ASK_EVERY: Duration = Duration::from_millis(300);

/// Says whether an iteration may be deployed.
#[derive(Debug, Args)]
pub(super) struct Ask {
    /// Iteration to judge
    #[arg(long, value_name = "I", value_parser = Name::iteration)]
    iteration: Name,
    #[command(flatten)]
    clocks: Clocks,
    /// Wait until the verdict is no longer pending
    #[arg(long)]
    wait: bool,
    /// Longest wait, such as 90s, 10m or 1h30m; then exit 7 with the last verdict
    #[arg(long, value_name = "D", value_parser = duration, requires = "wait")]
    timeout: Option<Duration>,
    /// Ignore an override
    #[arg(long)]
    no_override: bool,
    /// Also take the verdict at its word: which reasons are needed, what the changes would lead to
    #[arg(long, conflicts_with = "wait")]
    explain: bool,
    #[command(flatten)]
    place: PlaceFlags,
}

/// `--valid` and `--known`.
#[derive(Debug, Clone, Args)]
pub(super) struct Clocks {
    /// What had happened by then (RFC 3339) [default: now]
    #[arg(long, value_name = "T", value_parser = valid)]
    valid: Option<String>,
    /// What we knew by then (RFC 3339), or at this log position [default: now]
    #[arg(long, value_name = "K", value_parser = known)]
    known: Option<String>,
}

fn valid(text: &str) -> Result<String, String> {
    Question::parse(Some(text), None).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn known(text: &str) -> Result<String, String> {
    Question::parse(None, Some(text)).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

impl Clocks {
    /// The question as a query, empty for now.
    pub(super) fn query(&self) -> String {
        question_query(self.valid.as_deref(), self.known.as_deref())
    }
}

/// A verdict and the text it came as.
struct Told {
    text: String,
    verdict: Verdict,
}

impl Ask {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        let mut asker = Asker::open(&self.place, context).await?;
        if !self.wait {
            let told = self.ask(&mut asker).await?;
            if self.explain {
                self.print_explained(&told, &mut asker, context).await?;
            } else {
                self.print(&told, context)?;
            }
            return Ok(self.code(&told));
        }
        self.wait(&mut asker, context).await
    }

    async fn ask(&self, asker: &mut Asker) -> Result<Told, Failure> {
        let path = iteration_path(&self.iteration, &format!("/verdict{}", self.clocks.query()));
        let (text, verdict): (String, Verdict) = asker.get_as(&path).await?;
        if !self.no_override || verdict.r#override.is_none() {
            return Ok(Told { text, verdict });
        }
        let verdict = verdict.without_override();
        Ok(Told { text: verdict.to_json(&self.iteration).to_string(), verdict })
    }

    /// Asks until the verdict is decided, an override is in force, or the time is over.
    async fn wait(&self, asker: &mut Asker, context: &Context) -> Result<u8, Failure> {
        let until = self.timeout.map(|timeout| Instant::now() + timeout);
        let mut last: Option<Told> = None;
        loop {
            match self.ask(asker).await {
                Ok(told) if self.code(&told) != VerdictName::Pending.exit_code() => {
                    self.print(&told, context)?;
                    return Ok(self.code(&told));
                }
                Ok(told) => last = Some(told),
                Err(failure) if failure.code == Code::NotFound => {}
                // A server that has answered before may be on its way back.
                Err(failure) if failure.code == Code::Store && last.is_some() => {}
                Err(failure) => return Err(failure),
            }
            if until.is_some_and(|until| Instant::now() + ASK_EVERY > until) {
                break;
            }
            sleep(ASK_EVERY).await;
        }
        match last {
            Some(told) => self.print(&told, context)?,
            None => say(&format!("iteration {} not found yet", self.iteration)),
        }
        let waited = self.timeout.unwrap_or_default().as_secs_f64();
        Err(Failure::new(Code::TimedOut, format!("timed out after {waited} s: the verdict is still pending")))
    }

    fn code(&self, told: &Told) -> u8 {
        told.verdict.exit_code(self.no_override)
    }

    /// Prints the verdict with its explanation, of the same question as it was resolved.
    async fn print_explained(
        &self,
        told: &Told,
        asker: &mut Asker,
        context: &Context,
    ) -> Result<(), Failure> {
        let as_of = told.verdict.as_of;
        let query = question_query(Some(&as_of.valid.to_string()), Some(&as_of.known.to_string()));
        let path = iteration_path(&self.iteration, &format!("/verdict/explanation{query}"));
        let (_, explanation): (String, Explanation) = asker.get_as(&path).await?;
        let mut out = Out::new();
        if context.json {
            let mut record = told.verdict.to_json(&self.iteration);
            record["explanation"] = serde_json::json!(explanation);
            out.json(&record)?;
        } else {
            words::print(&told.verdict, &self.iteration, &mut out)?;
            explained::print(&explanation, &mut out)?;
        }
        out.flush()
    }

    fn print(&self, told: &Told, context: &Context) -> Result<(), Failure> {
        let mut out = Out::new();
        if context.json {
            out.line(&told.text)?;
        } else {
            words::print(&told.verdict, &self.iteration, &mut out)?;
        }
        out.flush()
    }
}
