//! Help: every key, what the modes mean, and the switch that turns keys off.

use crate::browser;
use crate::keys::BINDINGS;
use crate::state::{Mission, Overlay};
use leptos::prelude::*;

/// The dialog.
#[component]
pub(super) fn Help(mission: Mission) -> impl IntoView {
    let rows = BINDINGS.iter().map(|binding| {
        view! { <tr><td><kbd>{binding.shown}</kbd></td><td>{binding.words}</td></tr> }
    });
    let close = move |_| mission.overlay.set(Overlay::None);
    view! {
        <div class="backdrop" on:click=close></div>
        <div class="help" role="dialog" aria-modal="true" aria-labelledby="help-title">
            <header class="panel-head">
                <h2 id="help-title">"Help"</h2>
                <button class="button" type="button" autofocus on:click=close>"Close"</button>
            </header>
            <p>
                "Two clocks: " <b>"valid"</b> " is when something happened, " <b>"known"</b>
                " is when we learned it. Scrubbing back shows what was known then; with hindsight, what we know now of it."
            </p>
            <p>
                "Drop files of your tools anywhere on the page: this browser reads them and shows their lenses, and sends                  nothing. "
                <button class="button" type="button" data-open-files="" on:click=close>"Open files"</button>
            </p>
            <label>
                <input type="checkbox" prop:checked=move || mission.shortcuts.get()
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        mission.shortcuts.set(on);
                        browser::keep("shortcuts", if on { "on" } else { "off" });
                    } />
                " Keyboard shortcuts"
            </label>
            <table>
                <thead><tr><th scope="col">"Key"</th><th scope="col">"What it does"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
