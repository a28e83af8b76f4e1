//! A file as chunks of events, in bounded memory: read twice, first to its end, so that a file which must be refused
//! leaves nothing behind, then once more while its chunks are sent.

use super::input::Input;
use super::progress::Progress;
use crate::cli::ask::blocking;
use crate::cli::failure::{Code, Failure};
use serde_json::Value;
use shared::event::{Event, event_json};
use shared::import::{Format, ImportError, ImportOptions, Piece, Report, import_each};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Events in one chunk.
const CHUNK_EVENTS: usize = 2048;
/// Bytes of JSON at which a chunk is full; with one more event it stays below what a request may have.
const CHUNK_BYTES: usize = 8 << 20;
/// Chunks read ahead of what is sent; the reader waits when they are there.
const CHUNKS_AHEAD: usize = 1;

/// A file that can be read to its end.
pub(super) struct Source {
    bytes: Arc<Vec<u8>>,
    format: Option<Format>,
    options: ImportOptions,
    /// What it holds, with nothing stored yet.
    pub(super) report: Report,
    /// Events and refused events in it.
    pub(super) pieces: u64,
    /// How far it is.
    pub(super) progress: Progress,
}

/// Events in order, as many as go at once.
#[derive(Default)]
pub(super) struct Chunk {
    pub(super) events: Vec<Event>,
    /// The events as lines, if they go to a server.
    pub(super) body: String,
    /// How many of the file's items each event carries.
    pub(super) carries: Vec<u64>,
    /// Line each event came from; empty where events pack many items.
    pub(super) lines: Vec<u64>,
    /// Events of our own that were refused, as they stand in the file.
    pub(super) refused: Vec<String>,
    bytes: usize,
}

impl Source {
    /// Reads `file` to its end.
    ///
    /// # Errors
    /// It is refused: it cannot be read, or no format takes it.
    pub(super) async fn open(
        file: String,
        format: Option<Format>,
        options: ImportOptions,
    ) -> Result<Self, Failure> {
        blocking(move || {
            let mut progress = Progress::of(&options.file);
            let bytes = Input::read(&file, &mut progress)?;
            let megabytes = bytes.len() / 1_000_000;
            let (mut pieces, mut items) = (0, 0);
            let report = import_each(&bytes, format, &options, &mut |piece| {
                match piece {
                    Piece::Read(millionths) => {
                        return progress
                            .say("reading", || format!("{} % of {megabytes} MB", millionths / 10_000));
                    }
                    Piece::Event { carries, .. } => items += carries,
                    Piece::Refused(_) => items += 1,
                }
                pieces += 1;
                progress.say("reading", || format!("{items} items of {megabytes} MB so far"));
            })
            .map_err(|error| refused(&error))?;
            Ok(Self { bytes: Arc::new(bytes), format, options, report, pieces, progress })
        })
        .await
    }

    /// Reads it again, beside the caller, who gets chunk after chunk; `as_lines` with their body.
    pub(super) fn chunks(&self, as_lines: bool) -> mpsc::Receiver<Chunk> {
        let (sender, receiver) = mpsc::channel(CHUNKS_AHEAD);
        let (bytes, format, options) = (Arc::clone(&self.bytes), self.format, self.options.clone());
        tokio::task::spawn_blocking(move || {
            let mut chunk = Chunk::default();
            // A caller who has gone takes no more; what is read for nobody counts for nothing.
            let send = |chunk: Chunk| drop(sender.blocking_send(chunk));
            let read = import_each(&bytes, format, &options, &mut |piece| {
                if chunk.is_full() {
                    send(std::mem::take(&mut chunk));
                }
                chunk.take(piece, as_lines);
            });
            // It was read to its end before.
            if read.is_ok() {
                send(chunk);
            }
        });
        receiver
    }
}

impl Chunk {
    fn is_full(&self) -> bool {
        self.events.len() + self.refused.len() >= CHUNK_EVENTS || self.bytes >= CHUNK_BYTES
    }

    fn take(&mut self, piece: Piece, as_line: bool) {
        match piece {
            Piece::Event { event, carries, line, bytes } => {
                if as_line {
                    self.body.push_str(&Value::Object(event_json(&event)).to_string());
                    self.body.push('\n');
                }
                self.bytes += bytes;
                self.events.push(*event);
                self.carries.push(carries);
                self.lines.extend(line);
            }
            Piece::Refused(text) => {
                self.bytes += text.len();
                self.refused.push(text);
            }
            Piece::Read(_) => {}
        }
    }
}

fn refused(error: &ImportError) -> Failure {
    let reason = match error.line {
        0 => format!("{}: {}", error.file, error.reason),
        _ => error.to_string(),
    };
    Failure::new(Code::Refused, format!("refused, nothing is stored: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: usize) -> Piece {
        Piece::Refused("x".repeat(bytes))
    }

    #[test]
    fn chunks_are_bounded_by_number_and_by_bytes() {
        let mut chunk = Chunk::default();
        (1..CHUNK_EVENTS).for_each(|_| chunk.take(text(1), false));
        assert!(!chunk.is_full());
        chunk.take(text(1), false);
        assert!(chunk.is_full());
        let mut chunk = Chunk::default();
        chunk.take(text(CHUNK_BYTES - 1), false);
        assert!(!chunk.is_full());
        chunk.take(text(1), false);
        assert!(chunk.is_full());
    }
}
