//! How many unrecorded tries are stated: a number in a file must not decide how much is held.

use crate::import::batch::Writer;

/// Unrecorded tries stated of one task; of more, the last ones.
const UNRECORDED_A_TASK: u32 = 100;
/// Unrecorded tries stated of one file.
const UNRECORDED_A_FILE: u32 = 10_000;

/// How many unrecorded tries may still be stated, and what was left out.
#[derive(Debug)]
pub(super) struct Budget {
    left: u32,
    left_out: u64,
    line: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left: UNRECORDED_A_FILE, left_out: 0, line: 0 }
    }
}

impl Budget {
    /// How many of `wanted` tries, told of on `line`, are stated.
    pub(super) fn take(&mut self, line: u64, wanted: u32) -> u32 {
        let granted = wanted.min(UNRECORDED_A_TASK).min(self.left);
        self.left -= granted;
        if granted < wanted {
            self.line = if self.left_out == 0 { line } else { self.line.min(line) };
            self.left_out += u64::from(wanted - granted);
        }
        granted
    }

    /// Says what was left out.
    pub(super) fn report(&self, writer: &mut Writer<'_>) {
        if self.left_out > 0 {
            let clause = format!(
                "{} unrecorded tries are left out: at most {UNRECORDED_A_TASK} of a task and \
                 {UNRECORDED_A_FILE} of a file are stated; the first here",
                self.left_out
            );
            writer.issues.flaw(self.line, clause);
        }
    }
}
