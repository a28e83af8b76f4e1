//! Tabs over the four panels, seen where there is room for one only (the style sheet decides where that is).
//!
//! Each tab is a link to the same place with its panel, so that it works without a script; arrows move as in any
//! tab list. Above them the verdict in a sentence, whichever panel is open.

use crate::browser;
use crate::routes::{LensName, Page};
use crate::state::Mission;
use crate::words::{stream_icon, stream_slug, verdict_icon};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use shared::id::Stream;
use shared::lens::Analysis;

/// The panel that is open in `mission`.
pub(super) fn open_panel(mission: Mission) -> LensName {
    mission.place.with(|place| place.panel.unwrap_or(LensName::Convergence))
}

/// The tabs.
#[component]
pub(super) fn Tabs(mission: Mission) -> impl IntoView {
    let name = mission.iteration.get_value();
    let phone = {
        let page = Page::Phone(name.clone());
        move || mission.here.with(|here| here.on(page.clone()).href())
    };
    let whole = move || {
        let page = Page::Lens(name.clone(), open_panel(mission));
        mission.here.with(|here| here.on(page).href())
    };
    let press = move |event: KeyboardEvent| {
        let at = LensName::ALL.iter().position(|lens| *lens == open_panel(mission)).unwrap_or(0);
        let next = match event.key().as_str() {
            _ if event.ctrl_key() || event.alt_key() || event.meta_key() => return,
            "ArrowRight" => (at + 1) % 4,
            "ArrowLeft" => (at + 3) % 4,
            "Home" => 0,
            "End" => 3,
            _ => return,
        };
        event.prevent_default();
        let lens = LensName::ALL[next];
        mission.place.update(|place| *place = place.showing(lens));
        browser::focus_on(tab_id(lens));
    };
    let sentence = Memo::new(move |_| mission.analysis.with(|analysis| analysis.verdict.sentence.clone()));
    view! {
        <div class="tabs">
            <p class="phone-offer"><a href=phone>"The page for phones"</a>" says it all in one column."</p>
            <p class="verdict-sentence" hidden=move || open_panel(mission) == LensName::Convergence>{sentence}</p>
            <div class="tab-row">
                <div role="tablist" aria-label="Panels" on:keydown=press>
                    {LensName::ALL.map(|lens| view! { <Tab mission lens /> }).collect_view()}
                </div>
                <a class="whole" href=whole>"Open in full"</a>
            </div>
        </div>
    }
}

#[component]
fn Tab(mission: Mission, lens: LensName) -> impl IntoView {
    let is_open = Memo::new(move |_| open_panel(mission) == lens);
    let href = move || mission.here.with(|here| here.showing(lens).href());
    let state = Memo::new(move |_| mission.analysis.with(|analysis| state_of(analysis, lens)));
    view! {
        <a role="tab" id=tab_id(lens) href=href aria-controls=lens.as_str()
            aria-selected=move || if is_open.get() { "true" } else { "false" }
            tabindex=move || if is_open.get() { "0" } else { "-1" }>
            <span class="tab-state" data-state=move || state.get().0 aria-hidden="true">{move || state.get().1}</span>
            {lens.title()}
        </a>
    }
}

/// The state a lens is in, as slug and sign.
fn state_of(analysis: &Analysis, lens: LensName) -> (&'static str, &'static str) {
    let streams = &analysis.verdict.streams;
    let stream = match lens {
        LensName::Dde => Stream::Dde,
        LensName::Bdv => Stream::Bdv,
        LensName::Acc => Stream::Acc,
        LensName::Convergence => {
            let icon = verdict_icon(analysis.verdict.verdict);
            return (if icon == "✓" { "pass" } else { "none" }, icon);
        }
    };
    let state = streams.get(stream).state;
    (stream_slug(state), stream_icon(state))
}

const fn tab_id(lens: LensName) -> &'static str {
    match lens {
        LensName::Dde => "tab-dde",
        LensName::Bdv => "tab-bdv",
        LensName::Acc => "tab-acc",
        LensName::Convergence => "tab-convergence",
    }
}
