//! From chunks of events to the log, the closing event of a batch in the last one.

use super::source::{Chunk, Source};
use crate::cli::ask::{Asker, blocking, iteration_path};
use crate::cli::failure::{Code, Failure};
use crate::cli::remote::Remote;
use crate::ingest::{BodyKind, Ingest, Receipt};
use crate::store::Writer;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use shared::id::Name;
use shared::import::{Issue, Report};
use shared::time::Position;
use std::sync::Arc;

/// Pages of the log looked through for a picture that replaced this one.
const PAGES_MAX: usize = 64;

/// Who takes events in.
enum Way {
    Store(Ingest, Writer),
    Server(Arc<Remote>),
}

/// Sends what `source` holds and completes its report.
pub(super) async fn send(asker: &mut Asker, iteration: &Name, mut source: Source) -> Result<Report, Failure> {
    let way = match (asker.server(), asker.service()) {
        (Some(remote), _) => Way::Server(remote),
        (None, Some(service)) => {
            let ingest = service.ingest.clone();
            let writer = ingest.writer(asker.user(), false);
            Way::Store(ingest, writer)
        }
        (None, None) => return Err(Failure::new(Code::Store, "there is no store")),
    };
    let mut chunks = source.chunks(matches!(way, Way::Server(_)));
    let mut report = source.report.clone();
    let (mut sent, mut last) = (0, None);
    while let Some(chunk) = chunks.recv().await {
        sent += (chunk.events.len() + chunk.refused.len()) as u64;
        last = chunk.events.last().map(|event| event.data.to_json()).or(last);
        let closing = way.chunk(chunk, iteration, &mut report).await?;
        report.position = report.position.max(closing.unwrap_or(0));
        source.progress.say("storing", || format!("{} %", sent * 100 / source.pieces.max(1)));
    }
    if sent != source.pieces {
        return Err(Failure::new(Code::Failed, "the file was not read to its end again"));
    }
    if let (true, Some(own)) = (repeats_a_picture(&report), last)
        && let Some(other) = replaced_by(asker, iteration, &own, report.position).await?
    {
        let reason = format!(
            "this picture was imported before and another one replaced it at position {other}: \
             it stays replaced; give --run or --at to import it anew"
        );
        report.issues.push(Issue { line: 0, reason });
    }
    // What is about the file as a whole comes last.
    report.issues.sort_by_key(|issue| (issue.line == 0, issue.line));
    Ok(report)
}

/// Enters what became of the events of a chunk. Which of them were duplicates is not told one by one: what an
/// interrupted import left is its beginning, so the first ones were.
fn settle(report: &mut Report, carries: &[u64], lines: &[u64], receipt: &Receipt) {
    let mut duplicates = receipt.duplicates;
    let mut errors = receipt.errors.iter().peekable();
    for (n, items) in carries.iter().enumerate() {
        if let Some(error) = errors.next_if(|error| error.index == n as u64) {
            report.rejected += items;
            let line = lines.get(n).copied().unwrap_or(0);
            report.issues.push(Issue { line, reason: error.reason.clone() });
        } else if duplicates > 0 {
            duplicates -= 1;
            report.duplicates += items;
        } else {
            report.accepted += items;
        }
    }
}

impl Way {
    /// Sends one chunk and enters what became of it; the last position of its events in `iteration`.
    async fn chunk(
        &self,
        chunk: Chunk,
        iteration: &Name,
        report: &mut Report,
    ) -> Result<Option<Position>, Failure> {
        self.bury(&chunk.refused, iteration).await?;
        if chunk.events.is_empty() {
            return Ok(None);
        }
        let receipt = match self {
            Way::Store(ingest, writer) => ingest.events(chunk.events, writer.clone()).await?,
            Way::Server(remote) => post(remote, chunk.body).await?,
        };
        settle(report, &chunk.carries, &chunk.lines, &receipt);
        Ok(receipt.positions.get(iteration).copied())
    }

    /// Has refused events of our own kept as dead letters, as if they had been sent one by one.
    async fn bury(&self, refused: &[String], iteration: &Name) -> Result<(), Failure> {
        if refused.is_empty() {
            return Ok(());
        }
        let body: String = refused.iter().map(|text| of_iteration(text, iteration)).collect();
        match self {
            Way::Store(ingest, writer) => {
                ingest.bytes(Bytes::from(body), BodyKind::LINES, writer.clone()).await?;
            }
            Way::Server(remote) => {
                post(remote, body).await?;
            }
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
fn repeats_a_picture(report: &Report) -> bool {
    report.format.row().picture && report.accepted == 0 && report.duplicates > 0
}

/// Position at which another picture of the scope of `own`, a closing event's data, closed after `position`, if one
/// did.
async fn replaced_by(
    asker: &mut Asker,
    iteration: &Name,
    own: &Value,
    position: Position,
) -> Result<Option<Position>, Failure> {
    #[derive(Deserialize)]
    struct Line {
        position: Position,
        r#type: String,
        data: Value,
    }
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
    fn a_refused_event_is_kept_for_the_iteration_it_was_imported_into() {
        let name = Name::iteration("I").expect("a name");
        assert_eq!(of_iteration("{\"iteration\":\"other\"}", &name), "{\"iteration\":\"I\"}\n");
        assert_eq!(of_iteration("{oops\n}", &name), "{oops }\n");
    }
}
