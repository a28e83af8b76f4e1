//! Printing: data to stdout, messages to stderr, texts of others without what a terminal would obey.
//!
//! A reader that has gone (`| head`) ends the printing, not the command: exit codes stay what they are.

mod table;

pub(super) use table::{Align, Table};

use super::failure::{Code, Failure};
use serde::Serialize;
use std::io::{self, BufWriter, ErrorKind, StdoutLock, Write};

/// Says `message` to the person at the terminal.
pub(super) fn say(message: &str) {
    // Nobody may be listening; then there is nobody to tell.
    let _unheard = writeln!(io::stderr().lock(), "mission: {}", harmless_lines(message));
}

/// Standard output, buffered.
pub(super) struct Out {
    writer: BufWriter<StdoutLock<'static>>,
    closed: bool,
}

impl Out {
    pub(super) fn new() -> Self {
        Self { writer: BufWriter::new(io::stdout().lock()), closed: false }
    }

    /// Whether the reader has gone.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Prints bytes as they are.
    ///
    /// # Errors
    /// Standard output is broken; a reader that has gone is no error.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.attempt(|writer| writer.write_all(bytes))
    }

    /// Prints a line.
    ///
    /// # Errors
    /// As [`Out::bytes`].
    pub(super) fn line(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        self.attempt(|writer| writeln!(writer, "{}", text.as_ref()))
    }

    /// Prints a document as JSON on a line of its own.
    ///
    /// # Errors
    /// As [`Out::bytes`].
    pub(super) fn json(&mut self, document: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(document)
            .map_err(|error| Failure::new(Code::Failed, format!("cannot write JSON: {error}")))?;
        self.line(text)
    }

    /// Makes sure that everything is printed.
    ///
    /// # Errors
    /// As [`Out::bytes`].
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        self.attempt(Write::flush)
    }

    fn attempt(
        &mut self,
        write: impl FnOnce(&mut BufWriter<StdoutLock<'static>>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if self.closed {
            return Ok(());
        }
        match write(&mut self.writer) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            Err(error) => Err(Failure::new(Code::Failed, format!("cannot print: {error}"))),
            Ok(()) => Ok(()),
        }
    }
}

/// Whether a terminal would obey this character, or turn the line around with it, instead of showing it.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` on one line, without what a terminal would obey.
pub(super) fn harmless(text: &str) -> String {
    let plain = |c: char| match c {
        '\n' | '\t' | '\r' => ' ',
        c if is_harmful(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(plain).collect()
}

/// As [`harmless`], with its lines kept.
fn harmless_lines(text: &str) -> String {
    text.lines().map(harmless).collect::<Vec<_>>().join("\n")
}

/// `1 event`, `2 events`.
pub(super) fn count(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_cannot_steer_the_terminal() {
        assert_eq!(harmless("a\u{1b}[2Jb\nc\u{202e}d é 🚀"), "a\u{fffd}[2Jb c\u{fffd}d é 🚀");
        assert_eq!(harmless_lines("one\ntwo\u{7}"), "one\ntwo\u{fffd}");
    }
}
