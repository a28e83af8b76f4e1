//! From events to the log, in bounded chunks, the closing event of a batch in the last one.

use crate::cli::ask::{Asker, blocking, iteration_path};
use crate::cli::failure::{Code, Failure};
use crate::cli::remote::Remote;
use crate::ingest::{BodyKind, Ingest, Receipt};
use crate::store::Writer;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use shared::event::{Event, event_json};
use shared::id::Name;
use shared::import::{Imported, Issue, Report};
use shared::time::Position;
use std::sync::Arc;

/// Events in one chunk.
const CHUNK_EVENTS: usize = 2048;
/// Bytes of JSON at which a chunk is full; with one more event it stays below what a request may have.
const CHUNK_BYTES: usize = 8 << 20;
/// Pages of the log looked through for a picture that replaced this one.
const PAGES_MAX: usize = 64;

/// Who takes events in.
enum Way {
    Store(Ingest, Writer),
    Server(Arc<Remote>),
}

/// Sends what was read and completes its report.
pub(super) async fn send(
    asker: &mut Asker,
    iteration: &Name,
    mut imported: Imported,
) -> Result<Report, Failure> {
    let way = match (asker.server(), asker.service()) {
        (Some(remote), _) => Way::Server(remote),
        (None, Some(service)) => {
            let ingest = service.ingest.clone();
            let writer = ingest.writer(asker.user(), false);
            Way::Store(ingest, writer)
        }
        (None, None) => return Err(Failure::new(Code::Store, "there is no store")),
    };
    way.bury(&imported.refused, iteration).await?;
    let lines: Vec<String> = match way {
        Way::Server(_) => imported.events.iter().map(line).collect(),
        Way::Store(..) => Vec::new(),
    };
    let mut closing = None;
    let mut first = 0;
    while first < imported.events.len() {
        let end = chunk_end(first, imported.events.len(), &lines);
        let receipt = way.chunk(&imported.events[first..end], lines.get(first..end).unwrap_or(&[])).await?;
        settle(&mut imported, first, end, &receipt);
        closing = receipt.positions.get(iteration).copied();
        imported.report.position = imported.report.position.max(closing.unwrap_or(0));
        first = end;
    }
    if let (Some(position), true) = (closing, repeats_a_picture(&imported))
        && let Some(other) = replaced_by(asker, iteration, &imported, position).await?
    {
        let reason = format!(
            "this picture was imported before and another one replaced it at position {other}: \
             it stays replaced; give --run or --at to import it anew"
        );
        imported.report.issues.push(Issue { line: 0, reason });
    }
    // What is about the file as a whole comes last.
    imported.report.issues.sort_by_key(|issue| (issue.line == 0, issue.line));
    Ok(imported.report)
}

/// Where the chunk that starts at `first` ends.
fn chunk_end(first: usize, len: usize, lines: &[String]) -> usize {
    let (mut end, mut bytes) = (first, 0);
    while end < len && end - first < CHUNK_EVENTS && bytes < CHUNK_BYTES {
        bytes += lines.get(end).map_or(0, String::len);
        end += 1;
    }
    end
}

fn line(event: &Event) -> String {
    let mut line = Value::Object(event_json(event)).to_string();
    line.push('\n');
    line
}

/// Enters what became of events `first..end`. Which of them were duplicates is not told one by one: what an
/// interrupted import left is its beginning, so the first ones were.
fn settle(imported: &mut Imported, first: usize, end: usize, receipt: &Receipt) {
    let mut duplicates = receipt.duplicates;
    let mut errors = receipt.errors.iter().peekable();
    for n in first..end {
        if let Some(error) = errors.next_if(|error| error.index == (n - first) as u64) {
            let report = &mut imported.report;
            report.rejected += imported.carries.get(n).copied().unwrap_or(0);
            let line = imported.lines.get(n).copied().unwrap_or(0);
            report.issues.push(Issue { line, reason: error.reason.clone() });
            continue;
        }
        imported.settle(n, duplicates > 0);
        duplicates = duplicates.saturating_sub(1);
    }
}

impl Way {
    /// Sends one chunk.
    async fn chunk(&self, events: &[Event], lines: &[String]) -> Result<Receipt, Failure> {
        match self {
            Way::Store(ingest, writer) => Ok(ingest.events(events.to_vec(), writer.clone()).await?),
            Way::Server(remote) => post(remote, lines.concat()).await,
        }
    }

    /// Has refused events of our own kept as dead letters, as if they had been sent one by one.
    async fn bury(&self, refused: &[String], iteration: &Name) -> Result<(), Failure> {
        let lines: Vec<String> = refused.iter().map(|text| of_iteration(text, iteration)).collect();
        let mut first = 0;
        while first < lines.len() {
            let end = chunk_end(first, lines.len(), &lines);
            let body = lines[first..end].concat();
            match self {
                Way::Store(ingest, writer) => {
                    ingest.bytes(Bytes::from(body), BodyKind::LINES, writer.clone()).await?;
                }
                Way::Server(remote) => {
                    post(remote, body).await?;
                }
            }
            first = end;
        }
        Ok(())
    }
}

/// A refused event as a line, of `iteration` where it is an object at all.
fn of_iteration(text: &str, iteration: &Name) -> String {
    let mut line = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(mut map)) => {
            map.insert("iteration".to_owned(), Value::String(iteration.to_string()));
            Value::Object(map).to_string()
        }
        _ => text.replace(['\n', '\r'], " "),
    };
    line.push('\n');
    line
}

async fn post(remote: &Arc<Remote>, body: String) -> Result<Receipt, Failure> {
    let remote = Arc::clone(remote);
    let body = blocking(move || remote.post_lines(body.as_bytes())?.ok()).await?;
    serde_json::from_slice(&body)
        .map_err(|error| Failure::new(Code::Store, format!("the answer is not understood: {error}")))
}

/// Whether this is a picture whose every event was there already.
fn repeats_a_picture(imported: &Imported) -> bool {
    imported.report.format.row().picture && imported.report.accepted == 0 && imported.report.duplicates > 0
}

/// Position at which another picture of the same scope closed after `position`, if one did.
async fn replaced_by(
    asker: &mut Asker,
    iteration: &Name,
    imported: &Imported,
    position: Position,
) -> Result<Option<Position>, Failure> {
    #[derive(Deserialize)]
    struct Line {
        position: Position,
        r#type: String,
        data: Value,
    }
    let own = imported.events.last().map(|event| event.data.to_json()).unwrap_or_default();
    let mut after = position;
    for _ in 0..PAGES_MAX {
        let page = asker.get(&iteration_path(iteration, &format!("/events?after={after}"))).await?;
        let before = after;
        for line in page.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let Ok(line) = serde_json::from_slice::<Line>(line) else { continue };
            after = line.position;
            let closes = line.r#type == "mission.batch.closed.v1";
            if closes && line.data["scope"] == own["scope"] && line.data["batch"] != own["batch"] {
                return Ok(Some(line.position));
            }
        }
        if after == before {
            break;
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_bounded_by_number_and_by_bytes() {
        assert_eq!(chunk_end(0, 10, &[]), 10);
        assert_eq!(chunk_end(0, 5_000, &[]), CHUNK_EVENTS);
        assert_eq!(chunk_end(4_096, 5_000, &[]), 5_000);
        let lines = vec!["x".repeat(CHUNK_BYTES / 2); 5];
        assert_eq!(chunk_end(0, 5, &lines), 2);
        assert_eq!(chunk_end(4, 5, &lines), 5);
    }

    #[test]
    fn a_refused_event_is_kept_for_the_iteration_it_was_imported_into() {
        let name = Name::iteration("I").expect("a name");
        assert_eq!(of_iteration("{\"iteration\":\"other\"}", &name), "{\"iteration\":\"I\"}\n");
        assert_eq!(of_iteration("{oops\n}", &name), "{oops }\n");
    }
}
