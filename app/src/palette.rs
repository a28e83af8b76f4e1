//! The command palette: entities, commands, times and iterations, found by a few letters.
//!
//! Prefixes narrow it: `>` commands, `#` scenarios, `@` modules, `:` times. Arrows move, Enter takes, Esc leaves.
//! Every choice is a link or a command with a name; nothing can be done here only.

mod choice;
mod search;

use crate::browser;
use crate::state::{Mission, Overlay};
pub use choice::{Choice, choices};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

/// The palette, over the page.
#[component]
pub fn Palette(
    /// The state.
    mission: Mission,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        let moment = mission.moment.get();
        mission.others.with(|others| {
            mission.analysis.with(|analysis| text.with(|text| choices(text, analysis, &moment, others)))
        })
    });
    let field = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = field.get() {
            // Only a field that is gone cannot be focused.
            let _focused = input.focus();
        }
    });
    let take = move |index: usize| {
        let choice = found.with(|found| found.get(index).map(|row| row.choice.clone()));
        if let Some(choice) = choice {
            mission.overlay.set(Overlay::None);
            choice::take(mission, choice);
        }
    };
    let press = move |event: KeyboardEvent| {
        let count = found.with(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => take(at.get()),
            "Escape" => mission.overlay.set(Overlay::None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
        browser::show(&format!("palette-{}", at.get()));
    };
    view! {
        <div class="backdrop" on:click=move |_| mission.overlay.set(Overlay::None)></div>
        <div class="palette" role="dialog" aria-modal="true" aria-label="Find anything" on:keydown=press>
            <input type="text" node_ref=field role="combobox" aria-expanded="true" aria-controls="palette-list"
                aria-label="Find task, scenario, module, time" autocomplete="off" spellcheck="false"
                placeholder="Find task, scenario, module, time   > commands   # scenarios   @ modules   : time"
                aria-activedescendant=move || format!("palette-{}", at.get())
                on:input=move |event| { text.set(event_target_value(&event)); at.set(0); } />
            <ul id="palette-list" role="listbox" aria-label="Found">
                {move || found.with(|found| found.iter().enumerate().map(|(index, row)| view! {
                    <li id=format!("palette-{index}") role="option" aria-selected=move || (at.get() == index).to_string()
                        on:click=move |_| take(index)>
                        <span class="palette-kind">{row.kind}</span>
                        <span class="palette-name">{row.name.clone()}</span>
                        <span class="palette-hint">{row.hint.clone()}</span>
                    </li>
                }).collect_view())}
            </ul>
            {move || found.with(Vec::is_empty).then(|| view! { <p class="empty">"Nothing by that name at this moment."</p> })}
        </div>
    }
}
