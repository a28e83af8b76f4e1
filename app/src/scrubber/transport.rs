//! Play, step, speed and typed time.

use crate::browser;
use crate::clock;
use crate::state::{Mission, Steps};
use leptos::prelude::*;
use shared::playback::{Command, Direction, Mode, Speed};

/// The controls.
#[component]
pub(super) fn Transport(mission: Mission) -> impl IntoView {
    let moving =
        move || mission.moment.with(|moment| moment.playback.playing || moment.playback.mode == Mode::Live);
    let speed = move || mission.moment.with(|moment| moment.playback.speed);
    let skips = move || mission.moment.with(|moment| moment.playback.skips_idle);
    view! {
        <div class="transport" role="group" aria-label="Move in time">
            <button class="play needs-script" type="button" aria-keyshortcuts="Space"
                aria-label=move || if moving() { "Pause" } else { "Play" }
                title=move || if moving() { "Pause (Space)" } else { "Play (Space)" }
                on:click=move |_| mission.obey(Command::TogglePlay)>
                {move || if moving() { "❚❚" } else { "▶" }}
            </button>
            <div class="steps">
                <Step mission label="Previous verdict change" sign="⇤" keys="[" lead=|steps| steps.verdict_back
                    command=Command::StepVerdict(Direction::Back) />
                <Step mission label="Previous event" sign="◂" keys="," lead=|steps| steps.event_back
                    command=Command::StepEvent(Direction::Back) />
                <Step mission label="Next event" sign="▸" keys="." lead=|steps| steps.event_forward
                    command=Command::StepEvent(Direction::Forward) />
                <Step mission label="Next verdict change" sign="⇥" keys="]" lead=|steps| steps.verdict_forward
                    command=Command::StepVerdict(Direction::Forward) />
            </div>
            <label class="speed needs-script">
                <span class="visually-hidden">"Speed"</span>
                <select on:change=move |event| {
                    let index = event_target_value(&event).parse::<usize>().ok();
                    if let Some(speed) = index.and_then(|index| Speed::ALL.get(index)) {
                        mission.obey(Command::Speed(*speed));
                    }
                }>
                    {Speed::ALL.into_iter().enumerate().map(|(index, known)| view! {
                        <option value=index.to_string() selected=move || speed() == known>{words(known)}</option>
                    }).collect_view()}
                </select>
            </label>
            <label class="skip-idle needs-script" title="Skip gaps longer than ten seconds">
                <input type="checkbox" prop:checked=skips
                    on:change=move |event| mission.obey(Command::SkipIdle(event_target_checked(&event))) />
                <span>"skip idle"</span>
            </label>
            <TypedTime mission />
        </div>
    }
}

#[component]
fn Step(
    mission: Mission,
    label: &'static str,
    sign: &'static str,
    keys: &'static str,
    lead: fn(&Steps) -> crate::routes::Address,
    command: Command,
) -> impl IntoView {
    let href = move || {
        let address = mission.moment.with(|moment| lead(&moment.steps));
        mission.here.with(|here| here.at(address).href())
    };
    view! {
        <a class="step" href=href aria-label=label title=format!("{label} ({keys})") aria-keyshortcuts=keys
            on:click=move |event| {
                if browser::is_plain_click(&event) {
                    event.prevent_default();
                    mission.obey(command);
                }
            }>{sign}</a>
    }
}

/// A form: without a script it asks the server, with one the scrubber.
#[component]
fn TypedTime(mission: Mission) -> impl IntoView {
    let wrong = RwSignal::new(false);
    let action = move || mission.place.with(|place| place.page.to_string());
    let selected = move || mission.place.with(|place| place.selected.as_ref().map(ToString::to_string));
    let known = move || {
        mission.moment.with(|moment| moment.address.1.text().filter(|_| moment.playback.mode == Mode::Paused))
    };
    let field = NodeRef::<leptos::html::Input>::new();
    let go = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(input) = field.get() else { return };
        let moment = mission.moment.get();
        match clock::typed(&input.value(), moment.as_of.valid, moment.now) {
            Some(time) => {
                wrong.set(false);
                input.set_value("");
                mission.obey(Command::SeekValid(time));
            }
            None => wrong.set(true),
        }
    };
    view! {
        <form class="typed-time" method="get" action=action on:submit=go>
            <label>
                <span class="visually-hidden">"Go to a time: 14:03, -15m or a full time, UTC"</span>
                <input name="v" node_ref=field placeholder="14:03 or -15m" size="10" autocomplete="off"
                    aria-invalid=move || wrong.get().then_some("true") />
            </label>
            {move || selected().map(|id| view! { <input type="hidden" name="sel" value=id /> })}
            <input type="hidden" name="k" value=move || known().unwrap_or_else(|| "same".to_owned()) />
            {move || wrong.get().then(|| view! { <span class="field-error" role="alert">"not a time"</span> })}
        </form>
    }
}

/// A speed in words.
fn words(speed: Speed) -> &'static str {
    match speed {
        Speed::Quarter => "0.25×",
        Speed::Half => "0.5×",
        Speed::One => "1×",
        Speed::Two => "2×",
        Speed::Five => "5×",
        Speed::Ten => "10×",
        Speed::Sixty => "60×",
        Speed::Event => "event",
    }
}
