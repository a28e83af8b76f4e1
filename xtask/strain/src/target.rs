//! What is put under strain: every importer of the table of formats, and the other doors that take foreign bytes.

use anyhow::{Result, bail};
use shared::import::{FORMATS, Format};
use std::fmt;

/// A function that takes foreign bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Importing as this format.
    Import(Format),
    /// Importing as whatever it looks like.
    Auto,
    /// Decoding one event at the border.
    Event,
    /// Decoding a segment.
    Segment,
    /// Reading a policy.
    Policy,
}

const OTHERS: [(Target, &str); 4] = [
    (Target::Auto, "auto"),
    (Target::Event, "event"),
    (Target::Segment, "segment"),
    (Target::Policy, "policy"),
];

impl Target {
    /// Every target, formats first.
    pub fn all() -> Vec<Self> {
        let formats = FORMATS.iter().map(|row| Self::Import(row.format));
        formats.chain(OTHERS.map(|(target, _)| target)).collect()
    }

    /// The target called `name`.
    ///
    /// # Errors
    /// There is none; the message names all.
    pub fn parse(name: &str) -> Result<Self> {
        let all = Self::all();
        if let Some(target) = all.iter().find(|target| target.to_string() == name) {
            return Ok(*target);
        }
        let names: Vec<String> = all.iter().map(Self::to_string).collect();
        bail!("unknown target {name:?}; known are {}", names.join(", "))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Import(format) => write!(f, "{format}"),
            other => {
                let name = OTHERS.iter().find(|(target, _)| target == other).map_or("", |(_, name)| *name);
                f.write_str(name)
            }
        }
    }
}
