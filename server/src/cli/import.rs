//! `mission import`: evidence of other tools, read here and taken in by a store or a server, with a report each.
//!
//! A file is read to its end before anything of it is sent; what closes its batch goes last, so whatever is interrupted
//! counts for nothing and can be repeated. A file that is refused leaves nothing behind. Several files are several
//! batches: one that is refused does not keep the others out. What is held of a file is its bytes, what its reader
//! needs, and two chunks of events.
//!
//! Not here: the formats (`shared::import`).

mod input;
mod progress;
mod report;
mod restore;
mod send;
mod source;

use super::Context;
use super::ask::Asker;
use super::failure::{Code, Failure};
use super::place::PlaceFlags;
use super::print::{Out, say};
use clap::Args;
pub(super) use input::Input;
use shared::id::{Name, check_key};
use shared::import::{FORMATS, Format, ImportOptions};
use shared::time::Time;
use source::Source;
use std::str::FromStr;

/// Reads evidence of other tools into an iteration.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// Iteration the evidence is about
    #[arg(long, value_name = "I", value_parser = Name::iteration)]
    iteration: Name,
    /// Project of that iteration [default: default]
    #[arg(long, value_name = "P")]
    project: Option<Name>,
    #[arg(long, value_name = "FORMAT", default_value = "auto", help = formats())]
    format: Choice,
    /// Source of the events [default: import:FORMAT]
    #[arg(long, value_name = "NAME", value_parser = source_name)]
    source: Option<String>,
    /// Key of the run, if the file does not say it
    #[arg(long, value_name = "KEY", value_parser = run_key)]
    run: Option<String>,
    /// When it happened, for what has no time of its own (RFC 3339)
    #[arg(long, value_name = "T", value_parser = Time::parse)]
    at: Option<Time>,
    /// Refuse the whole file if anything in it is bad
    #[arg(long)]
    strict: bool,
    /// Put the output of `mission events` back, with its positions, into an empty iteration of a store
    #[arg(long, conflicts_with_all = ["to", "source", "run", "at"])]
    restore: bool,
    /// Files to read, plain or as gzip or zstd; - for standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,
    #[command(flatten)]
    place: PlaceFlags,
}

/// A format, or whatever the file looks like.
#[derive(Debug, Clone, Copy)]
struct Choice(Option<Format>);

impl FromStr for Choice {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self(None)),
            text => {
                Format::parse(text).map(|format| Self(Some(format))).map_err(|error| format!("{error}, auto"))
            }
        }
    }
}

/// What `--format` takes.
fn formats() -> String {
    let names: Vec<&str> = FORMATS.iter().map(|row| row.name).collect();
    format!("auto, which looks at the file, or one of {}", names.join(", "))
}

fn source_name(text: &str) -> Result<String, String> {
    if text.is_empty() || text.len() > 512 || text.chars().any(char::is_control) {
        return Err("a source has 1 to 512 bytes and no control characters".to_owned());
    }
    Ok(text.to_owned())
}

fn run_key(text: &str) -> Result<String, String> {
    check_key(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

impl Import {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        if self.files.iter().filter(|file| *file == "-").count() > 1 {
            return Err(Failure::new(Code::Usage, "standard input can be read once only"));
        }
        if self.restore && !matches!(self.format.0, None | Some(Format::Events)) {
            return Err(Failure::new(Code::Usage, "--restore reads the output of mission events only"));
        }
        let mut out = Out::new();
        if self.restore {
            restore::run(&self, context, &mut out).await?;
            out.flush()?;
            return Ok(0);
        }
        let mut target = None;
        let mut code = 0;
        for file in &self.files {
            let source = match self.open(file, context).await {
                Ok(source) => source,
                Err(failure) if failure.code == Code::Refused => {
                    say(&failure.message);
                    code = Code::Refused as u8;
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            if target.is_none() {
                let mut asker = Asker::open(&self.place, context).await?;
                if asker.server().is_none() && asker.service().is_none() {
                    asker.open_store().await?;
                }
                target = Some(asker);
            }
            if let Some(asker) = target.as_mut() {
                let report = send::send(asker, &self.iteration, source).await?;
                let named = self.files.len() > 1;
                report::print(&report, &Input::shown(file), named, context.json, &mut out)?;
                out.flush()?;
            }
        }
        Ok(code)
    }

    /// Reads `file` to its end.
    async fn open(&self, file: &str, context: &Context) -> Result<Source, Failure> {
        let options = ImportOptions {
            iteration: self.iteration.clone(),
            project: context.config.project(self.project.clone()),
            file: Input::named(file),
            source: self.source.clone(),
            run: self.run.clone(),
            at: self.at,
            strict: self.strict,
        };
        Source::open(file.to_owned(), self.format.0, options).await
    }
}
