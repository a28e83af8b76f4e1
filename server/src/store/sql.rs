//! The SQL that reads the same in SQLite and PostgreSQL, written once.
//!
//! Macros rather than generics: the bounds of a function over any sqlx database are longer than the function.
//! Each store's `reading` and `beside` rooms are these, with the types of its driver.

mod beside;
mod reading;

pub(super) use beside::beside;
pub(super) use reading::reading;
