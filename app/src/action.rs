//! What keys and palette ask for, done.

use crate::browser;
use crate::keys::Act;
use crate::routes::Page;
use crate::state::{Mission, Overlay};
use leptos::prelude::*;

/// Does `act`.
pub fn perform(mission: Mission, act: Act) {
    match act {
        Act::Time(command) => mission.obey(command),
        Act::Lens(lens) => {
            let name = mission.iteration.get_value();
            mission.go(match lens {
                None => Page::Mission(name),
                Some(lens) => Page::Lens(name, lens),
            });
        }
        Act::Inspector => mission.inspector.update(|shown| *shown = !*shown),
        Act::Palette => mission.overlay.set(Overlay::Palette),
        Act::Help => mission.overlay.set(Overlay::Help),
        Act::Escape => match mission.overlay.get_untracked() {
            Overlay::None => mission.focus.select.run(None),
            _ => mission.overlay.set(Overlay::None),
        },
        Act::Share => browser::share(mission),
        Act::Theme => mission.say(format!("Theme: {}", browser::next_theme())),
    }
}
