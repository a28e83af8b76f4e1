//! `mission import --restore`: the output of `mission events` put back with its positions and recording times.
//!
//! Into an empty iteration of a store only, whole or not at all.

use super::Import;
use super::input::Input;
use super::progress::Progress;
use super::report;
use crate::cli::Context;
use crate::cli::ask::blocking;
use crate::cli::failure::{Code, Failure};
use crate::cli::place::open;
use crate::cli::print::Out;
use shared::event::{EVENT_BYTES_MAX, Logged, decode_logged};
use shared::id::Name;
use shared::import::{Format, Report};

/// Largest line: an event, with what the store has added to it.
const LINE_BYTES_MAX: usize = 2 * EVENT_BYTES_MAX;

/// Restores every file.
pub(super) async fn run(import: &Import, context: &Context, out: &mut Out) -> Result<(), Failure> {
    for file in &import.files {
        let (path, iteration, project) = (file.clone(), import.iteration.clone(), import.project.clone());
        let logged = blocking(move || read(&path, &iteration, project.as_ref())).await?;
        let read = logged.len() as u64;
        let position = logged.last().map_or(0, |event| event.position);
        let place = context.config.store(import.place.store.as_deref())?;
        let service = open(&place).await?;
        service.store.restore(logged).await.map_err(|error| {
            let failure = Failure::from(error);
            Failure { message: format!("refused, nothing is stored: {}", failure.message), ..failure }
        })?;
        let report = Report {
            format: Format::Events,
            read,
            accepted: read,
            duplicates: 0,
            rejected: 0,
            unknown: 0,
            batch: String::new(),
            position,
            issues: Vec::new(),
        };
        report::print(&report, &Input::shown(file), import.files.len() > 1, context.json, out)?;
    }
    Ok(())
}

/// Reads a whole log; its iteration, and its project if one is given, are the importer's.
fn read(file: &str, iteration: &Name, project: Option<&Name>) -> Result<Vec<Logged>, Failure> {
    let shown = Input::shown(file);
    let bytes = Input::read(file, &mut Progress::of(file))?;
    let mut logged = Vec::new();
    for (n, line) in (1_u64..).zip(bytes.split(|byte| *byte == b'\n')) {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let mut event = decode(line).map_err(|reason| {
            Failure::new(Code::Refused, format!("refused, nothing is stored: {shown}:{n}: {reason}"))
        })?;
        event.event.iteration = iteration.clone();
        if let Some(project) = project {
            event.event.project = project.clone();
        }
        logged.push(event);
    }
    if logged.is_empty() {
        return Err(Failure::new(Code::Refused, format!("refused, nothing is stored: {shown}: no events")));
    }
    Ok(logged)
}

fn decode(line: &[u8]) -> Result<Logged, String> {
    if line.len() > LINE_BYTES_MAX {
        return Err(format!("{} bytes, at most {LINE_BYTES_MAX}", line.len()));
    }
    let value = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    decode_logged(value).map_err(|refusal| refusal.to_string())
}
