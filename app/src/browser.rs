//! The browser: everything that touches it, so that nothing else does. On the server each of these does nothing.
//!
//! Small verbs only; what they are for is decided by whoever calls them.

#[cfg(feature = "hydrate")]
mod page;
#[cfg(feature = "hydrate")]
pub(crate) use page::*;

#[cfg(not(feature = "hydrate"))]
mod none;
#[cfg(not(feature = "hydrate"))]
pub(crate) use none::*;
