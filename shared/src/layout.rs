//! Where things are drawn: lens values in, integer geometry out. Deterministic, so it can be compared byte by byte.
//!
//! Horizontal measures are in ten-thousandths of the width ([`FULL`]), because the page decides how wide a panel
//! is; vertical measures are pixels or row numbers. Components only draw what stands here.
//!
//! Not here: colours, words, text measuring, anything that depends on a screen.

pub mod axis;
pub mod behaviour;
pub mod execution;
pub mod matrix;
pub mod spine;
pub mod track;

/// The full width of whatever is laid out.
pub const FULL: i32 = 10_000;
