//! `mission demo`: a server over a fresh store that holds the golden sets, with one of them played in live.
//!
//! Everything comes out of the binary. The store lies in a temporary folder, which is removed at the end.

mod play;

use super::Context;
use super::failure::{Code, Failure};
use super::print::{count, say};
use super::serve::{Listening, announce};
use super::verdict::duration;
use crate::board::Question;
use crate::golden::{self, Case, GoldenError};
use crate::serve::{ServeOptions, serve};
use crate::service::Service;
use crate::store::sqlite::SqliteStore;
use crate::store::system_clock;
use clap::Args;
use shared::event::{Entry, Logged};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinSet;

/// The golden set that is played in live.
const PLAYED: &str = "Iter-Golden-DesignGap";

/// Serves the golden sets.
#[derive(Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    listening: Listening,
    /// How long the iteration takes that is played in live
    #[arg(long, value_name = "D", value_parser = duration, default_value = "150s")]
    play: Duration,
}

impl Demo {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        self.listening.log(context, "warn");
        let listen = context.config.listen(self.listening.listen);
        if !listen.ip().is_loopback() {
            let reason = format!(
                "{listen} is not a loopback address: the demo is for this machine; use mission serve"
            );
            return Err(Failure::new(Code::Config, reason));
        }
        let folder = TempDir::with_prefix("mission-demo-")
            .map_err(|error| Failure::new(Code::Store, format!("no room for a temporary store: {error}")))?;
        let store = SqliteStore::open(&folder.path().join("demo.db"), system_clock()).await?;
        let service = Service::open(Arc::new(store)).await?;
        let mut tasks = JoinSet::new();
        let played = fill(&service, &mut tasks).await?;
        if let Some(logged) = played {
            tasks.spawn(play::play(service.ingest.clone(), logged, self.play));
        }
        let options = ServeOptions { listen, tokens: None, local_user: context.config.user() };
        let served = serve(service, options, |address| {
            announce(context, address);
            say("the demo runs until Ctrl-C; what is done in it is forgotten then");
        })
        .await;
        tasks.shutdown().await;
        drop(folder);
        served?;
        Ok(0)
    }
}

/// A golden set, read and folded into entries.
struct Ready {
    case: Case,
    entries: Vec<Entry>,
}

/// Restores every golden set, in the order their iterations opened; gives the one to be played. The first page
/// asks for every verdict, so `tasks` begin with that, from what has just been read instead of from the store.
async fn fill(service: &Service, tasks: &mut JoinSet<()>) -> Result<Option<Vec<Logged>>, Failure> {
    let names = golden::cases();
    let all = count(names.len() as u64, "golden set", "golden sets");
    let loading: Vec<_> =
        names.into_iter().map(|name| tokio::task::spawn_blocking(move || load(&name))).collect();
    let mut played = None;
    for loaded in loading {
        let loaded = loaded.await.map_err(|error| Failure::new(Code::Failed, error.to_string()))?;
        let Ready { case, entries } = loaded?;
        if case.name == PLAYED {
            played = Some(case.events.clone());
        }
        let (project, iteration) = (case.expectations.project, case.expectations.iteration);
        service.store.restore(case.events).await?;
        let board = service.board.clone();
        tasks.spawn(async move {
            let judged = async {
                board.begin(&project, &iteration, entries).await?;
                board.answer(&iteration, &Question::NOW).await
            };
            if let Err(error) = judged.await {
                tracing::warn!(%error, %iteration, "cannot be judged");
            }
        });
    }
    say(&format!("{all} restored"));
    Ok(played)
}

fn load(name: &str) -> Result<Ready, GoldenError> {
    let case = golden::load(name)?;
    let entries = case.events.iter().map(Entry::from_logged).collect();
    Ok(Ready { case, entries })
}
