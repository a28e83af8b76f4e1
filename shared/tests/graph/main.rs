//! The bi-temporal graph against a naive filter-sort-fold over the same entries, on random logs.

mod laws;
mod logs;
mod oracle;
