//! One lens inside another site's page: the lens, the verdict, how fresh it is. No navigation, no writes, nothing
//! kept in the browser.

use crate::chip::{LiveChip, VerdictChip};
use crate::routes::{LensName, Page};
use crate::shell::one;
use crate::state::Mission;
use leptos::prelude::*;

/// The frame's content.
#[component]
pub fn Embed(
    /// The state.
    mission: Mission,
    /// Which lens.
    lens: LensName,
) -> impl IntoView {
    let name = mission.iteration.get_value();
    let verdict = Memo::new(move |_| mission.analysis.with(|analysis| analysis.verdict.verdict));
    let overridden =
        Memo::new(move |_| mission.analysis.with(|analysis| analysis.verdict.r#override.is_some()));
    let chip = Memo::new(move |_| mission.moment.get().chip(mission.link.get()));
    let full = {
        let name = name.clone();
        move || mission.here.with(|here| here.on(Page::Lens(name.clone(), lens)).href())
    };
    view! {
        <div class="embed" data-lens=lens.as_str()>
            <header class="embed-head">
                <span class="iteration">{name.to_string()}</span>
                <VerdictChip verdict overridden />
                <LiveChip chip />
                <span class="spacer"></span>
                <a href=full target="_blank" rel="noopener">"Open in Mission Control"</a>
            </header>
            <main class="stage" data-lens=lens.as_str()>{one(mission, lens)}</main>
        </div>
    }
}
