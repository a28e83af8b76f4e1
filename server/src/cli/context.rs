//! `mission context`: puts a policy or rules in force, and lets a baseline grow.
//!
//! Over REST like all else, so that the same checks hold and the log tells who did it.

use super::Context;
use super::ask::{Asker, Method, blocking, iteration_path};
use super::failure::{Code, Failure};
use super::import::Input;
use super::place::PlaceFlags;
use super::print::Out;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use shared::id::Name;

/// Sets what an answer depends on besides evidence.
#[derive(Debug, Args)]
pub(super) struct Set {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Put a document in force, for one iteration or for all of a project that are open or to come
    Set {
        /// What the document is
        topic: Topic,
        /// The document (TOML); - for standard input
        #[arg(value_name = "FILE")]
        file: String,
        /// Iteration it is for [default: the project's, open and to come]
        #[arg(long, value_name = "I", value_parser = Name::iteration)]
        iteration: Option<Name>,
        /// Project it is for
        #[arg(long, value_name = "P", value_parser = Name::new, conflicts_with = "iteration")]
        project: Option<Name>,
        #[command(flatten)]
        place: PlaceFlags,
    },
    /// Accept violations into the project's baseline: they no longer block
    Accept {
        /// Iteration in which they are
        #[arg(long, value_name = "I", value_parser = Name::iteration)]
        iteration: Name,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Keys of violations, RULE|FROM|TO [default: all that block now]
        #[arg(value_name = "KEY")]
        violations: Vec<String>,
        #[command(flatten)]
        place: PlaceFlags,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Topic {
    /// Thresholds, required streams and evidence
    Policy,
    /// Rules of the architecture
    Rules,
}

impl Set {
    pub(super) async fn run(self, context: &Context) -> Result<u8, Failure> {
        let (place, method, path, body, document) = match self.what {
            What::Set { topic, file, iteration, project, place } => {
                let document = Some(Input::shown(&file));
                let project = || Name::project_log(&context.config.project(project));
                let iteration = iteration.unwrap_or_else(project);
                // The server checks it and says what is wrong.
                let name = if topic == Topic::Policy { "/policy" } else { "/rules" };
                let refuse = |reason| Failure::new(Code::Refused, reason);
                let body = blocking(move || Input::bytes(&file).map_err(refuse)).await?;
                (place, Method::Put("application/toml"), iteration_path(&iteration, name), body, document)
            }
            What::Accept { iteration, reason, violations, place } => {
                let body = json!({"reason": reason, "violations": violations}).to_string().into_bytes();
                (place, Method::Post("application/json"), iteration_path(&iteration, "/baseline"), body, None)
            }
        };
        let mut asker = Asker::open(&place, context).await?;
        let answer = asker.send(method, &path, body).await.map_err(|failure| match document {
            Some(file) if failure.code == Code::Usage => {
                Failure { message: format!("{file}: {}", failure.message), ..failure }
            }
            _ => failure,
        })?;
        let mut out = Out::new();
        if context.json {
            out.bytes(&answer)?;
            out.line("")?;
        } else {
            let answer: Value = serde_json::from_slice(&answer).map_err(|error| {
                Failure::new(Code::Store, format!("the answer is not understood: {error}"))
            })?;
            for key in answer["added"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                out.line(format!("accepted {}", super::print::harmless(key)))?;
            }
            out.line(format!("in force from position {}", answer["position"]))?;
        }
        out.flush()?;
        Ok(0)
    }
}
