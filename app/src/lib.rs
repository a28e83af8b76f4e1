//! The web app: the lenses, folded and drawn in the browser from the same events as on the server.
//!
//! Not here: axum, sqlx, GraphQL types; browser APIs outside `browser*` and `canvas`.

pub mod inspector;
pub mod lens;
pub mod table;
