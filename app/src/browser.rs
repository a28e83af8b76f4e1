//! The browser: everything that touches it, so that nothing else does. On the server each of these does nothing.
//!
//! Small verbs only; what they are for is decided by whoever calls them.

#[cfg(feature = "hydrate")]
mod hear;
#[cfg(feature = "hydrate")]
mod net;
#[cfg(feature = "hydrate")]
mod page;
#[cfg(feature = "hydrate")]
mod start;
#[cfg(feature = "hydrate")]
mod swap;
#[cfg(feature = "hydrate")]
mod time;
#[cfg(feature = "hydrate")]
pub(crate) use {hear::*, net::*, page::*, swap::swap, time::*};

#[cfg(not(feature = "hydrate"))]
mod none;
#[cfg(not(feature = "hydrate"))]
pub(crate) use none::*;
