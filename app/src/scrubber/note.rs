//! What the mode means, in a sentence, with the way to the other one.

use crate::browser;
use crate::clock;
use crate::state::Mission;
use leptos::prelude::*;
use shared::playback::{Command, Mode};

/// The note.
#[component]
pub(super) fn Note(mission: Mission) -> impl IntoView {
    let mode = Memo::new(move |_| mission.moment.with(|moment| moment.playback.mode));
    let href = move || {
        let address = mission.moment.with(|moment| moment.steps.hindsight);
        mission.here.with(|here| here.at(address).href())
    };
    let toggle = move |event: leptos::ev::MouseEvent| {
        if browser::is_plain_click(&event) {
            event.prevent_default();
            mission.obey(Command::ToggleHindsight);
        }
    };
    view! {
        <div class="moment" aria-live="off">
            <h2>{move || title(mode.get())}</h2>
            <p>
                {move || mission.moment.with(|moment| {
                    let at = clock::short(moment.as_of.valid, moment.now);
                    sentence(moment.playback.mode, &at, moment.as_of.known, moment.head)
                })}
                " "
                {move || link(mode.get()).map(|text| view! { <a href=href on:click=toggle>{text}</a> })}
            </p>
            <p class="hints" aria-hidden="true">
                <kbd>"L"</kbd>" live " <kbd>"K"</kbd>" then " <kbd>","</kbd><kbd>"."</kbd>" event " <kbd>"?"</kbd>" help"
            </p>
        </div>
    }
}

fn title(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "Live",
        Mode::Paused => "Paused",
        Mode::Then => "As known then",
        Mode::Hindsight => "Hindsight",
    }
}

fn sentence(mode: Mode, at: &str, known: u64, head: u64) -> String {
    match mode {
        Mode::Live => format!("What is true now, with all {head} events."),
        Mode::Paused => format!("What was true at {at}, with the first {known} of {head} events."),
        Mode::Then => format!("What the screen showed at {at}: {known} of {head} events."),
        Mode::Hindsight => format!("What was true at {at}, with all we know now."),
    }
}

fn link(mode: Mode) -> Option<&'static str> {
    match mode {
        Mode::Live => None,
        Mode::Paused | Mode::Then => Some("With hindsight"),
        Mode::Hindsight => Some("As known then"),
    }
}
