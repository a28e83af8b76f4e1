//! The stage: four lenses side by side (one at a time under tabs where there is no room), or one alone. Rebuilt only when the page changes, never by time.

use super::tabs::Tabs;
use crate::lens::{AccLens, BdvLens, ConvergenceLens, DdeLens};
use crate::routes::LensName;
use crate::state::Mission;
use leptos::prelude::*;

/// The stage.
#[component]
pub(super) fn Stage(mission: Mission) -> impl IntoView {
    let alone = Memo::new(move |_| mission.place.with(|place| place.page.lens()));
    move || match alone.get() {
        Some(lens) => one(mission, lens),
        None => {
            let (analysis, focus) = (mission.analysis.into(), mission.focus);
            view! {
                <Tabs mission />
                <DdeLens analysis focus compact=true />
                <BdvLens analysis focus compact=true />
                <AccLens analysis focus compact=true />
                <ConvergenceLens analysis focus compact=true />
            }
            .into_any()
        }
    }
}

/// One lens, filling what it is given.
pub(crate) fn one(mission: Mission, lens: LensName) -> AnyView {
    let (analysis, focus) = (mission.analysis.into(), mission.focus);
    match lens {
        LensName::Dde => view! { <DdeLens analysis focus /> }.into_any(),
        LensName::Bdv => view! { <BdvLens analysis focus /> }.into_any(),
        LensName::Acc => view! { <AccLens analysis focus /> }.into_any(),
        LensName::Convergence => view! { <ConvergenceLens analysis focus /> }.into_any(),
    }
}
