//! When the verdict of one iteration changed, as far as it was looked for (`search`), and kept.
//!
//! As known then, what stood on screen never changes, so a change that is found is found for ever.

use shared::verdict::ribbon::Ribbon;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The changes found so far.
#[derive(Default)]
pub(super) struct Changes {
    found: Mutex<Ribbon>,
    /// Held by the one search of the iteration.
    pub(super) searching: Arc<tokio::sync::Mutex<()>>,
}

impl Changes {
    /// Begins anew.
    pub(super) fn forget(&self) {
        *self.lock() = Ribbon::default();
    }

    /// What is found. A ribbon is whole after every step, so a panic elsewhere leaves nothing half done.
    pub(super) fn lock(&self) -> MutexGuard<'_, Ribbon> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
