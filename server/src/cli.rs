//! The command line of `mission`: one file a command, data on stdout, messages on stderr, an exit code for scripts.
//!
//! Commands that read ask over REST, whether of a running server (`--to`) or of a store (`--store`), where the
//! same routes answer within this process: both print the same bytes.
//!
//! Not here: what answers mean (`board`), how events are taken in (`ingest`), the server's life (`serve`).

mod answer;
mod ask;
mod context;
mod demo;
mod diff;
mod dlq;
mod events;
mod export;
mod failure;
mod golden;
mod import;
mod lens;
mod links;
mod log;
mod place;
mod print;
mod rebuild;
mod remote;
mod serve;
mod verdict;
mod verify;

use crate::config::Config;
use clap::{Parser, Subcommand};
use failure::{Code, Failure};
use std::path::PathBuf;
use std::process::ExitCode;

const AFTER_HELP: &str = "\
Exit codes:
  0 done; for verdict: deployable, or an override is in force
  10 design gap   11 tech debt   12 pipeline issue   13 mixed failure   20 systemic failure   30 pending
  2 usage   3 configuration   4 store or network   5 not allowed   6 not found   7 timed out
  8 import refused   1 a check failed   130 interrupted

Configuration, each key by itself: flags, then MISSION_STORE, MISSION_TO, MISSION_LISTEN, MISSION_TOKEN_FILE,
MISSION_PROJECT, MISSION_USER, MISSION_LOG, MISSION_LOG_FORMAT, then the same keys in lower case in a TOML file
(--config, MISSION_CONFIG, or mission.toml in your configuration folder). MISSION_TOKEN is sent to a server.
Without any, events are kept in a SQLite file in your data folder.";

const IMPORT_INTERRUPTED: &str =
    "interrupted: a batch that is not closed counts for nothing; run the same command again to finish";

/// Tri-modal mission control: may we deploy, if not why, and what did we know when.
#[derive(Debug, Parser)]
#[command(name = "mission", version, about, after_help = AFTER_HELP, max_term_width = 100)]
struct Cli {
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Print JSON, one document a line
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the golden sets from a store of its own, one of them played in live
    Demo(demo::Demo),
    /// Serve the web page and the API over a store
    Serve(serve::Serve),
    /// Read evidence of other tools into an iteration
    Import(import::Import),
    /// Show one of the four lenses
    Lens(lens::Show),
    /// List links with confidence, state and one sentence each, also what texts suggest
    Links(links::List),
    /// Say whether an iteration may be deployed, by exit code too
    Verdict(verdict::Ask),
    /// Say what changed between two moments, and which event flipped what
    Diff(diff::Compare),
    /// Put a policy or rules in force, or accept violations into the baseline
    Context(context::Set),
    /// Print the log of an iteration as NDJSON
    Events(events::Print),
    /// Print an answer in the format of another tool, or as an evidence bundle
    Export(export::Export),
    /// Check an evidence bundle again, offline
    Verify(verify::Verify),
    /// Check the golden sets inside this program
    Golden(golden::Golden),
    /// Drop and rebuild all projections
    Rebuild(rebuild::Rebuild),
    /// List, show, replay or discard dead letters
    Dlq(dlq::Dlq),
}

/// What every command is given beside its own arguments.
struct Context {
    config: Config,
    json: bool,
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    // Usage errors and help end here: clap prints and exits with 2 or 0.
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return end(&Failure::new(Code::Failed, format!("cannot start: {error}"))),
    };
    let ended = runtime.block_on(run(cli));
    // A thread may still wait for standard input: it must not keep the process.
    runtime.shutdown_background();
    match ended {
        Ok(code) => ExitCode::from(code),
        Err(failure) => end(&failure),
    }
}

/// Says why there is no answer and gives the exit code.
fn end(failure: &Failure) -> ExitCode {
    print::say(&failure.message);
    ExitCode::from(failure.code as u8)
}

async fn run(cli: Cli) -> Result<u8, Failure> {
    let context = Context { config: Config::load(cli.config.as_deref())?, json: cli.json };
    match cli.command {
        Command::Demo(demo) => demo.run(&context).await,
        Command::Serve(serve) => serve.run(&context).await,
        command => {
            log::start(&context.config, None, None, "warn");
            let hint = match command {
                Command::Import(_) => IMPORT_INTERRUPTED,
                _ => "interrupted",
            };
            tokio::select! {
                ended = finish(command, &context) => ended,
                () = interrupted() => Err(Failure::new(Code::Interrupted, hint)),
            }
        }
    }
}

/// Ends on Ctrl-C.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // It cannot be heard; then the system ends the process itself.
        std::future::pending::<()>().await;
    }
}

/// Runs a command that ends by itself.
async fn finish(command: Command, context: &Context) -> Result<u8, Failure> {
    match command {
        Command::Import(import) => import.run(context).await,
        Command::Lens(lens) => lens.run(context).await,
        Command::Links(links) => links.run(context).await,
        Command::Verdict(verdict) => verdict.run(context).await,
        Command::Diff(diff) => diff.run(context).await,
        Command::Context(set) => set.run(context).await,
        Command::Events(events) => events.run(context).await,
        Command::Export(export) => export.run(context).await,
        Command::Verify(verify) => verify.run(context).await,
        Command::Golden(golden) => golden.run(context).await,
        Command::Rebuild(rebuild) => rebuild.run(context).await,
        Command::Dlq(dlq) => dlq.run(context).await,
        Command::Demo(demo) => demo.run(context).await,
        Command::Serve(serve) => serve.run(context).await,
    }
}
