//! The top bar: which iteration, what verdict, how fresh, and the ways out.

use crate::browser;
use crate::chip::{LiveChip, VerdictChip};
use crate::routes::Page;
use crate::state::{Mission, Overlay};
use leptos::prelude::*;
use shared::playback::{Command, Mode};

/// The bar.
#[component]
pub(super) fn TopBar(mission: Mission) -> impl IntoView {
    let name = mission.iteration.get_value();
    let verdict = Memo::new(move |_| mission.analysis.with(|analysis| analysis.verdict.verdict));
    let overridden =
        Memo::new(move |_| mission.analysis.with(|analysis| analysis.verdict.r#override.is_some()));
    let chip = Memo::new(move |_| mission.moment.get().chip(mission.link.get()));
    // The name follows the analysis: dropped files put another iteration in the place of the first.
    let title = move || {
        let title = mission.analysis.with(|analysis| analysis.scene.iteration.title.clone());
        title.unwrap_or_else(|| mission.iteration.get_value().to_string())
    };
    let full = move || mission.here.with(|_| mission.iteration.get_value().to_string());
    let is_live = move || mission.moment.with(|moment| moment.playback.mode == Mode::Live);
    let live_href = move || {
        mission.here.with(|here| here.at((crate::routes::Valid::Now, crate::routes::Known::Now)).href())
    };
    let phone = {
        let name = name.clone();
        move || mission.here.with(|here| here.on(Page::Phone(name.clone())).href())
    };
    let embed = {
        let name = name.clone();
        move || {
            let lens =
                mission.place.with(|place| place.page.lens()).unwrap_or(crate::routes::LensName::Convergence);
            mission.here.with(|here| here.on(Page::Embed(name.clone(), lens)).href())
        }
    };
    view! {
        <header class="topbar">
            <a class="brand" href="/" aria-label="All iterations" title="All iterations">
                <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                    <path d="M10 1.5 17.5 5.8v8.4L10 18.5 2.5 14.2V5.8Z M2.5 5.8 10 10l7.5-4.2 M10 10v8.5"
                        fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"></path>
                </svg>
            </a>
            <h1 class="iteration" title=full>{title}</h1>
            <VerdictChip verdict overridden />
            <LiveChip chip />
            {move || (!is_live()).then(|| view! {
                <a class="button" href=live_href on:click=move |event| {
                    if browser::is_plain_click(&event) {
                        event.prevent_default();
                        mission.obey(Command::Live);
                    }
                }>"Go live"</a>
            })}
            <span class="spacer"></span>
            <button class="search needs-script" type="button" aria-keyshortcuts="Control+K" on:click=move |_| mission.overlay.set(Overlay::Palette)>
                <span>"Find task, scenario, module, time"</span><kbd>"⌘K"</kbd>
            </button>
            {move || (!mission.is_local()).then(|| {
                let (phone, embed) = (phone.clone(), embed.clone());
                view! {
                    <a class="button to-phone" href=phone>"Phone"</a>
                    <button class="button needs-script" type="button" on:click=move |_| browser::share(mission)>"Share"</button>
                    <a class="button" href=embed target="_blank" rel="noopener">"Embed"</a>
                }
            })}
            <button class="button needs-script" type="button" aria-label="Theme" title="Theme: auto, light, dark"
                on:click=move |_| mission.say(format!("Theme: {}", browser::next_theme()))>"◐"</button>
            <button class="button needs-script" type="button" aria-label="Help" title="Help (?)" aria-keyshortcuts="?"
                on:click=move |_| mission.overlay.set(Overlay::Help)>"?"</button>
        </header>
    }
}
