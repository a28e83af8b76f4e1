//! The mission page around its lenses: top bar, rail, stage, inspector, scrubber, and what lies over them.
//!
//! Every control that leads somewhere is a plain link, so that the page works before (and without) its script;
//! in the browser the links of this iteration are followed without a request.
//!
//! Not here: what lenses draw, how time moves, browser APIs.

mod files;
mod help;
mod rail;
mod stage;
mod tabs;
mod topbar;

use crate::inspector::Inspector;
use crate::palette::Palette;
use crate::scrubber::Scrubber;
use crate::state::{Mission, Overlay};
use files::Files;
use help::Help;
use leptos::prelude::*;
use rail::Rail;
use stage::Stage;
pub(crate) use stage::one;
use tabs::open_panel;
use topbar::TopBar;

/// The whole page of an iteration.
#[component]
pub fn Shell(
    /// The state.
    mission: Mission,
) -> impl IntoView {
    let lens = move || mission.place.with(|place| place.page.lens().map_or("mission", |lens| lens.as_str()));
    let log = ["/api/v1/iterations/", mission.iteration.get_value().as_str(), "/events/"].concat();
    let closed = move || !mission.inspector.get();
    view! {
        <div class="mission" data-lens=lens data-inspector=move || if closed() { "closed" } else { "open" }>
            <a class="skip" href="#stage">"Skip to the lenses"</a>
            <TopBar mission />
            <Rail mission />
            <main class="stage" id="stage" data-lens=lens data-panel=move || open_panel(mission).as_str() tabindex="-1">
                <Notices mission />
                <Files mission />
                <Stage mission />
            </main>
            <aside class="inspector" aria-label="Inspector" hidden=closed>
                <Inspector analysis=mission.analysis.into() focus=mission.focus log />
            </aside>
            <Scrubber mission />
            {move || match mission.overlay.get() {
                Overlay::None => ().into_any(),
                Overlay::Palette => view! { <Palette mission /> }.into_any(),
                Overlay::Help => view! { <Help mission /> }.into_any(),
            }}
            <div class="toasts" role="status" aria-live="polite">
                {move || mission.toast.get().map(|text| view! { <p class="toast">{text}</p> })}
            </div>
        </div>
    }
}

/// What was wrong with the address.
#[component]
fn Notices(mission: Mission) -> impl IntoView {
    move || {
        let notices = mission.place.with(|place| place.notices.clone());
        (!notices.is_empty()).then(|| {
            let lines = notices.into_iter().map(|notice| view! { <p>{notice}</p> }).collect_view();
            view! { <div class="notice" role="alert">{lines}</div> }
        })
    }
}
