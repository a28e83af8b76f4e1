//! How events reach this browser and become what is shown.
//!
//! [`engine`] is pure: the folded log, the scrubber, the analysis of the moment. Around it, in the browser only:
//! `load` brings the log (sealed segments, then the tail), `stream` keeps it fresh, `drive` turns commands and
//! events into what the page shows, `address` keeps the URL the state, `boot` decides which page this is.
//!
//! `files` puts a log made of dropped files in the place of the server's.
//!
//! After loading nothing here asks the server for an answer: lenses are computed from the log.

pub mod engine;

use serde::{Deserialize, Serialize};
use shared::id::Name;
use shared::time::{Position, Time};
use shared::verdict::VerdictName;

#[cfg(feature = "hydrate")]
mod address;
#[cfg(feature = "hydrate")]
pub(crate) mod boot;
#[cfg(feature = "hydrate")]
mod cards;
#[cfg(feature = "hydrate")]
mod drive;
#[cfg(feature = "hydrate")]
mod files;
#[cfg(feature = "hydrate")]
mod list;
#[cfg(feature = "hydrate")]
mod load;
#[cfg(feature = "hydrate")]
mod page;
#[cfg(feature = "hydrate")]
mod stream;

/// The iteration that dropped files are read into: one page's own, which no server has.
pub use shared::import::LOCAL_ITERATION;

/// What the script needs to take a page over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PageData {
    /// The iteration; none on the list.
    pub iteration: Option<Name>,
    /// Server time when the page was made.
    pub now: Time,
    /// Changes of the verdict that the server knows of, oldest first.
    #[serde(default)]
    pub changes: Vec<(Position, VerdictName)>,
    /// Up to where these are all.
    #[serde(default)]
    pub searched: Position,
}
