//! Tries of earlier iterations, summarised so that a project's history fits into one context document.
//!
//! Written as one text: how many codes came first on which the scenario only passed, then the newest codes with
//! their tries, oldest first: `17 4f2a91c0b3de:PP 8e01:FP :P`. A code without a commit (a run) is never the same
//! as another one. Commits are cut to [`COMMIT_BYTES_MAX`] bytes, tries to the newest [`TRIES_MAX`] of a code,
//! codes to the newest [`CODES_MAX`]; of more the oldest are forgotten, clean ones among them counted.

use super::Version;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Codes kept one by one once one of them failed.
pub const CODES_MAX: usize = 20;
/// Newest codes kept one by one although they only passed: the next iteration may try them again.
pub const CLEAN_CODES_MAX: usize = 3;
/// Tries kept of one code.
pub const TRIES_MAX: usize = 20;
/// First bytes of a commit that tell it from others.
pub const COMMIT_BYTES_MAX: usize = 12;
/// Clean codes that are counted; more of them say nothing more.
const CLEAN_MAX: u32 = 1_000;

/// Why a text is no summary of tries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no summary of tries: {0:?}; it is a number, then COMMIT:TRIES with tries of F and P")]
pub struct PastError(String);

/// One code of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastCode {
    /// The commit's first bytes; empty if none was recorded.
    pub commit: String,
    /// How its tries ended, oldest first; true is a pass.
    pub tries: Vec<bool>,
}

/// What is remembered of one scenario.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PastTries {
    /// Codes before the others on which it only passed.
    pub clean: u32,
    /// The newest codes, oldest first.
    pub codes: Vec<PastCode>,
}

impl PastTries {
    /// Remembers tries on the code `commit` (empty if unknown) that were made after all others.
    pub fn add(&mut self, commit: &str, tries: &[bool]) {
        if tries.is_empty() {
            return;
        }
        let commit = short(commit);
        let at = self.codes.iter().position(|code| !commit.is_empty() && code.commit == commit);
        let code = match at {
            Some(at) => self.codes.remove(at),
            None => PastCode { commit, tries: Vec::new() },
        };
        self.codes.push(code);
        if let Some(code) = self.codes.last_mut() {
            code.tries.extend_from_slice(tries);
            let surplus = code.tries.len().saturating_sub(TRIES_MAX);
            code.tries.drain(..surplus);
        }
        self.forget();
    }

    fn forget(&mut self) {
        while let Some(oldest) = self.codes.first() {
            let clean = oldest.tries.iter().all(|passed| *passed);
            if self.codes.len() <= if clean { CLEAN_CODES_MAX } else { CODES_MAX } {
                return;
            }
            self.clean = (self.clean + u32::from(clean)).min(CLEAN_MAX);
            self.codes.remove(0);
        }
    }

    /// Whether it ever failed, as far as is remembered.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.codes.iter().any(|code| code.tries.contains(&false))
    }

    /// The tries on `commit`, if any are remembered.
    #[must_use]
    pub fn on(&self, commit: &str) -> Option<Version> {
        let commit = short(commit);
        let found = self.codes.iter().find(|code| !commit.is_empty() && code.commit == commit)?;
        Some(Version::of(found.tries.iter().copied()))
    }
}

/// A commit as it is remembered: no white space, at most [`COMMIT_BYTES_MAX`] bytes.
#[must_use]
pub fn short(commit: &str) -> String {
    let mut short: String = commit.chars().filter(|c| !c.is_whitespace()).collect();
    let end = (0..=COMMIT_BYTES_MAX.min(short.len())).rev().find(|&at| short.is_char_boundary(at));
    short.truncate(end.unwrap_or(0));
    short
}

impl fmt::Display for PastTries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.clean)?;
        for code in &self.codes {
            write!(f, " {}:", code.commit)?;
            for passed in &code.tries {
                f.write_str(if *passed { "P" } else { "F" })?;
            }
        }
        Ok(())
    }
}

impl From<PastTries> for String {
    fn from(past: PastTries) -> Self {
        past.to_string()
    }
}

impl TryFrom<String> for PastTries {
    type Error = PastError;
    fn try_from(text: String) -> Result<Self, PastError> {
        read(&text).ok_or_else(|| PastError(text.chars().take(80).collect()))
    }
}

fn read(text: &str) -> Option<PastTries> {
    let mut words = text.split(' ');
    let mut past = PastTries { clean: words.next()?.parse().ok()?, codes: Vec::new() };
    for word in words.take(CODES_MAX + 1) {
        let (commit, tries) = word.rsplit_once(':')?;
        let passed = |letter: u8| match letter {
            b'P' => Some(true),
            b'F' => Some(false),
            _ => None,
        };
        let tries: Option<Vec<bool>> = tries.bytes().map(passed).collect();
        past.codes.push(PastCode { commit: commit.to_owned(), tries: tries? });
    }
    (past.clean <= CLEAN_MAX && past.codes.len() <= CODES_MAX).then_some(past)
}
