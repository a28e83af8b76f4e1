//! The rail: the mission page and its four lenses, as links.

use crate::routes::{LensName, Page};
use crate::state::Mission;
use leptos::prelude::*;

/// The rail.
#[component]
pub(super) fn Rail(mission: Mission) -> impl IntoView {
    let entries = std::iter::once(None).chain(LensName::ALL.into_iter().map(Some));
    view! {
        <nav class="rail" aria-label="Lenses">
            {entries.map(|lens| view! { <Entry mission lens /> }).collect_view()}
        </nav>
    }
}

#[component]
fn Entry(mission: Mission, lens: Option<LensName>) -> impl IntoView {
    let href = move || {
        mission.here.with(|here| {
            let name = mission.iteration.get_value();
            let page = match lens {
                None => Page::Mission(name),
                Some(lens) => Page::Lens(name, lens),
            };
            here.on(page).href()
        })
    };
    let current = move || mission.place.with(|place| place.page.lens()) == lens;
    let (word, key) = lens.map_or(("Mission", "0"), |lens| (lens.short(), lens.key()));
    let title = lens.map_or("All four lenses", LensName::title);
    view! {
        <a href=href aria-current=move || current().then_some("page") aria-keyshortcuts=key title=title>
            <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
                <path d=icon(lens) fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"
                    stroke-linejoin="round"></path>
            </svg>
            <span>{word}</span>
        </a>
    }
}

fn icon(lens: Option<LensName>) -> &'static str {
    match lens {
        None => "M3 3h5.5v5.5H3Z M11.5 3H17v5.5h-5.5Z M3 11.5h5.5V17H3Z M11.5 11.5H17V17h-5.5Z",
        Some(LensName::Dde) => "M3 5h6 M7 10h6 M11 15h6",
        Some(LensName::Bdv) => "M4 10.5 8.5 15 16.5 5.5",
        Some(LensName::Acc) => "M4 3v13h13 M7 12.5h3V9h4V4.5",
        Some(LensName::Convergence) => "M4 4l6 6h6.5 M4 16l6-6",
    }
}
