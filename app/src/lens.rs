//! The four lenses as components, each a whole `section.panel` with its heading and key figures: a page only
//! places them. They read one [`Analysis`](shared::lens::Analysis) and one [`Focus`], nothing else.
//!
//! `compact` is the form in the four-lens mission page; without it the component fills a page of its own.
//! Everything drawn stands in a table, list or heading too; a state is a shape, a word and a colour.
//!
//! Not here: fetching, time, routes, browser APIs, anything that writes state but `Focus::select`.

mod acc;
mod bdv;
mod convergence;
mod dde;
pub mod figure;
pub mod focus;
pub mod link;
pub mod mark;
mod panel;

pub use acc::AccLens;
pub use bdv::BdvLens;
pub use convergence::ConvergenceLens;
pub(crate) use convergence::{named, with_names, without_keys};
pub use dde::DdeLens;
pub(crate) use dde::slack;
pub use focus::Focus;

use figure::Figure;
use leptos::prelude::{Memo, Signal, With};
use shared::id::{EntityId, Kind};
use shared::lens::{Analysis, Kpi};
use std::sync::Arc;

/// Figures of a panel's heading that follow the analysis.
fn figures_of(analysis: Signal<Arc<Analysis>>, kpis: fn(&Analysis) -> &[Kpi]) -> Memo<Vec<Figure>> {
    Memo::new(move |_| analysis.with(|analysis| kpis(analysis).iter().map(Figure::of).collect()))
}

/// Something of the analysis that is true or not.
fn holds(analysis: Signal<Arc<Analysis>>, test: fn(&Analysis) -> bool) -> Memo<bool> {
    Memo::new(move |_| analysis.with(|analysis| test(analysis)))
}

/// What an entity is called: its name, a violation's ends, else its key.
pub(crate) fn name_of(analysis: &Analysis, id: &EntityId) -> String {
    let Some(entity) = analysis.scene.entities.get(id) else { return id.key.clone() };
    let ends = || {
        let from = module_name(analysis, entity.from.as_deref()?);
        let to = entity.to.as_deref().map(|to| module_name(analysis, to));
        Some(to.map_or_else(|| from.clone(), |to| [&from, " → ", to.as_str()].concat()))
    };
    entity.name.clone().or_else(ends).unwrap_or_else(|| id.key.clone())
}

/// What the module with `key` is called; the end of its key where nobody named it.
pub(crate) fn module_name(analysis: &Analysis, key: &str) -> String {
    let entity = analysis.scene.entities.get(&EntityId::new(Kind::Module, key));
    entity.and_then(|entity| entity.name.clone()).unwrap_or_else(|| figure::tail(key, 32))
}
