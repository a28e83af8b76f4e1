//! The web app: the lenses, folded and drawn in the browser from the same events as on the server.
//!
//! Rooms: [`routes`] (the URL is the state), [`state`] (one moment, one selection, one analysis), [`shell`]
//! (the page around the lenses), [`lens`], [`inspector`], [`scrubber`], [`palette`], [`keys`]; the pages
//! [`list`], [`phone`], [`embed`], [`trouble`]; [`document`] (pages as text, on the server) and, in the browser
//! only, `data` (how events reach it and become what is shown).
//!
//! Not here: axum, sqlx, GraphQL types; browser APIs outside `browser*` and `canvas`.

#![recursion_limit = "256"]

pub mod action;
mod browser;
pub mod chip;
pub mod clock;
pub mod data;
#[cfg(feature = "ssr")]
pub mod document;
pub mod embed;
pub mod inspector;
pub mod keys;
pub mod lens;
pub mod list;
pub mod palette;
pub mod phone;
pub mod routes;
pub mod scrubber;
pub mod shell;
pub mod state;
pub mod table;
pub mod trouble;
pub mod words;
