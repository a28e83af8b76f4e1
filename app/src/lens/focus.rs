//! The one selection that runs through all lenses, as what a lens needs of it.
//!
//! The page owns the state (it is in the URL); a lens reads [`Focus::selected`] and [`Focus::lit`], gives every
//! row a plain link from [`Focus::href`], and asks for a change by [`Focus::select`].

use leptos::prelude::*;
use shared::id::EntityId;
use shared::lens::{Analysis, Lit};
use std::sync::Arc;

/// The selection as a lens sees it.
#[derive(Clone, Copy)]
pub struct Focus {
    /// The selected entity, whether it is there at this `AsOf` or not.
    pub selected: Signal<Option<EntityId>>,
    /// How near everything is to it.
    pub lit: Signal<Arc<Lit>>,
    /// Asks the page to select, or with `None` to clear.
    pub select: Callback<Option<EntityId>>,
    /// The URL of this page with that selection: time, lens and filters stay.
    pub href: Callback<Option<EntityId>, String>,
}

impl Focus {
    /// Derives `lit` from the analysis; the rest is the page's.
    #[must_use]
    pub fn new(
        analysis: Signal<Arc<Analysis>>,
        selected: Signal<Option<EntityId>>,
        select: Callback<Option<EntityId>>,
        href: Callback<Option<EntityId>, String>,
    ) -> Self {
        let lit = Memo::new(move |_| {
            analysis.with(|analysis| selected.with(|id| Arc::new(Lit::of(analysis, id.as_ref()))))
        });
        Self { selected, lit: lit.into(), select, href }
    }
}
