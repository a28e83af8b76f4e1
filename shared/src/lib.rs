//! The pure core of Mission Control: from events to lenses and a verdict, the same bytes everywhere.
//!
//! Flow: [`event`] (decode, facts) → [`graph`] (bi-temporal index, snapshot, scene) → [`correlate`] (links)
//! → [`lens`] and [`verdict`]. Beside it: [`import`] (foreign formats → events), [`segment`] (wire codec),
//! [`structure`] (graph algorithms), [`flake`] (probabilities), [`layout`] (where things are drawn) and
//! [`playback`] (the scrubber as commands), [`explain`] (what an answer hangs on), [`export`] (answers for other tools), [`expect`] (what a log must answer).
//!
//! Never here: a clock, IO, async, randomness, hash order, `usize` in an encoding, a float from the
//! platform's maths library. `clippy.toml` beside this crate bans what could bring them in.

pub mod correlate;
pub mod event;
pub mod expect;
pub mod explain;
pub mod export;
pub mod flake;
pub mod graph;
pub mod id;
pub mod import;
pub mod layout;
pub mod lens;
pub mod order;
pub mod playback;
pub mod rules;
mod scan;
#[cfg(feature = "schema")]
mod schema;
pub mod segment;
pub mod structure;
pub mod time;
pub mod verdict;

/// The engine's version: part of every digest and of every verdict record.
///
/// Raise it whenever the same log may fold, correlate or judge differently than before.
pub const ENGINE_VERSION: &str = "1";
