//! The transition score: how often a test that passed began to fail, in a window of fixed length.
//!
//! After Buildkite's transition count. Its documentation divides *changes* by the window and prints 0.4 for
//! PFPFF in a window of five, where every change counted would give 0.6; counting only the changes from pass to
//! fail gives all five printed scores, so that is the definition here. The window's length is the divisor, not
//! the number of tries, so that one change among two tries is not half a flake.
//!
//! Buildkite counts on the default branch only; facts carry no branch, so here all tries of an iteration count.

/// Newest tries that a scenario's score looks at.
pub const TRANSITION_WINDOW: u32 = 20;

/// Changes from pass to fail among the newest `window` tries ÷ `window`; `outcomes` oldest first, true is a pass.
#[must_use]
pub fn transition_score(outcomes: &[bool], window: u32) -> f64 {
    let skipped = outcomes.len().saturating_sub(window as usize);
    let onsets = outcomes[skipped..].windows(2).filter(|pair| pair[0] && !pair[1]).count();
    if window == 0 { 0.0 } else { onsets as f64 / f64::from(window) }
}
