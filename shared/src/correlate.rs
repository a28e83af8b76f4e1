//! Correlation: links that follow from what is there, each with its evidence.
//!
//! In: a [`Scene`]. Out: [`Link`]s, declared and derived, sorted by id; evidence for one link combines by
//! noisy-or. A pure function of the scene, so any order of the same events gives the same links.
//!
//! Not here: what a link means for a verdict (`lens`, `verdict`); times of links, they have none.

use crate::graph::{Evidence, Scene};
use crate::id::LinkId;

/// A link with everything that speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it connects.
    pub id: LinkId,
    /// Noisy-or of the evidence, in millionths.
    pub confidence: u32,
    /// Every piece, sorted by rule.
    pub evidence: Vec<Evidence>,
}

/// Derives all links of `scene`.
#[must_use]
pub fn correlate(_scene: &Scene) -> Vec<Link> {
    todo!("correlation helper")
}
