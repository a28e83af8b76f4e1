//! The server side of Mission Control: makes events durable, keeps live graphs, answers over HTTP and CLI.
//!
//! Rooms: [`store`] (the log and what lies beside it), [`ingest`] (bytes → events → store), [`board`] (live
//! graphs), [`http`] (REST, pages, live frames), [`graphql`], [`cli`], [`config`].
//! The log is the truth; everything else can be thrown away and comes back byte-equal.

pub mod board;
pub mod cli;
pub mod clock;
pub mod config;
pub mod golden;
pub mod graphql;
pub mod http;
pub mod ingest;
pub mod live;
pub mod metrics;
pub mod record;
pub mod segments;
pub mod serve;
pub mod service;
pub mod store;
