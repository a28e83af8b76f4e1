//! Explain: what an answer hangs on, checked by changing it.
//!
//! [`explain`] takes a verdict at its word: it does to the scene what the counterfactual says and judges again,
//! with everything repaired and with all but one reason repaired. [`compare`] says how the answer got from one
//! `AsOf` to another: what was learned later, what happened later, and the very event that flipped it.
//!
//! In: a [`Scene`](crate::graph::Scene) or a [`Graph`](crate::graph::Graph). Out: values. Nothing is recorded,
//! nothing remembered; each judgement costs one [`Analysis`](crate::lens::Analysis).
//!
//! Not here: judging (`verdict`), the counterfactual's choice of changes (`verdict::counterfactual`), words for
//! a terminal.

mod apply;
mod check;
mod compare;

pub use apply::{Applied, apply};
pub use check::{ChangesChecked, Explanation, ReasonChecked, explain};
pub use compare::{Clock, Comparison, FLIPS_MAX, Flip, Standing, compare};
