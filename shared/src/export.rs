//! Export: answers in the formats other tools take, and bundles that prove them.
//!
//! | what | format |
//! |---|---|
//! | [`sarif`] | violations as SARIF 2.1.0, with stable fingerprints and suppressions |
//! | [`junit`] | scenarios with their tries as JUnit XML (surefire's re-run elements) |
//! | [`statement`] | the verdict as an in-toto statement, predicate SLSA verification summary v1 |
//! | [`mod@table`] | every list of the lenses as a table, JSON or CSV |
//! | [`bundle`] | log, verdict and statement in one file that [`bundle::verify`] re-checks offline |
//!
//! Pure functions of an [`Analysis`](crate::lens::Analysis): the same answer gives the same bytes. Exports of
//! evidence read back by `import` say the same again.
//!
//! Not here: signing (a statement is what gets signed), files, HTTP.

pub mod bundle;
mod junit;
mod pieces;
mod sarif;
mod statement;
pub mod table;

pub use junit::junit;
pub use pieces::{Piece, Pieces};
pub use sarif::sarif;
pub use statement::statement;
