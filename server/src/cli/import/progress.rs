//! How far the import of a large file is: one line on the terminal, drawn in place and gone at the end.
//!
//! Says nothing where standard error is no terminal, or for a file that is read in the twinkling of an eye.

use crate::cli::print::harmless;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// Smallest file there is a line for, in bytes.
const FILE_BYTES_MIN: usize = 1 << 20;
/// Time between two drawings.
const EVERY: Duration = Duration::from_millis(100);
/// Longest part of a name that is drawn.
const NAME_CHARS_MAX: usize = 40;

/// The line.
pub(super) struct Progress {
    name: String,
    /// Standard error is a terminal.
    is_seen: bool,
    /// Bytes of the file that are known of.
    bytes: usize,
    doing: &'static str,
    drawn_at: Option<Instant>,
}

impl Progress {
    /// None yet for `file`.
    pub(super) fn of(file: &str) -> Self {
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let name = harmless(name).chars().take(NAME_CHARS_MAX).collect();
        Self { name, is_seen: io::stderr().is_terminal(), bytes: 0, doing: "", drawn_at: None }
    }

    /// The file has at least that many bytes.
    pub(super) fn holds(&mut self, bytes: usize) {
        self.bytes = self.bytes.max(bytes);
    }

    /// Draws "NAME: `doing`, `how far`", if the last drawing is old enough or it did something else then.
    pub(super) fn say(&mut self, doing: &'static str, how_far: impl FnOnce() -> String) {
        let is_due = self.drawn_at.is_none_or(|drawn_at| drawn_at.elapsed() >= EVERY) || self.doing != doing;
        if self.is_seen && self.bytes >= FILE_BYTES_MIN && is_due {
            self.drawn_at = Some(Instant::now());
            self.doing = doing;
            draw(&format!("{}: {doing}, {}", self.name, how_far()));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.drawn_at.is_some() {
            draw("");
        }
    }
}

/// Draws `text` in place of what is on the line: back to its start, erase it (ECMA-48 EL).
fn draw(text: &str) {
    let mut stderr = io::stderr().lock();
    // Nobody may be looking; then there is nobody to tell.
    let _unseen = write!(stderr, "\r\x1b[K{text}").and_then(|()| stderr.flush());
}
