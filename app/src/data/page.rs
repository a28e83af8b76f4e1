//! The living page: puts it in the place of what is shown, and hears keys, messages that go away, focus that comes
//! back. Whoever opens it brings the events (`stream`, `files`).

use super::drive::Drive;
use super::engine::Engine;
use super::{address, cards};
use crate::action::perform;
use crate::browser;
use crate::embed::Embed;
use crate::keys::{self, Act};
use crate::routes::{Page, Place};
use crate::shell::Shell;
use crate::state::{Mission, Overlay};
use leptos::prelude::*;
use shared::id::Name;
use wasm_bindgen_futures::spawn_local;

/// Milliseconds a message stays.
const TOAST_MS: u64 = 4_000;

/// Puts a page over `engine` in the place of what is shown; `feed` brings it more.
pub(super) fn open(engine: Engine, place: Place, iteration: Name, feed: impl FnOnce(Drive) + 'static) {
    browser::swap(move |root| {
        let handle = leptos::mount::mount_to(root, move || {
            let drive = Drive::new(engine);
            let page = place.page.clone();
            let mission = drive.open(place, iteration);
            mission.shortcuts.set(browser::kept("shortcuts").as_deref() != Some("off"));
            address::keep(drive);
            feed(drive);
            match page {
                Page::Embed(_, lens) => view! { <Embed mission lens /> }.into_any(),
                _ => {
                    listen(mission);
                    view! { <Shell mission /> }.into_any()
                }
            }
        });
        handle.forget();
    });
    browser::taken_over();
}

/// Keys, messages that go away, focus that comes back.
fn listen(mission: Mission) {
    browser::on_key(move |key| {
        let overlay = mission.overlay.get_untracked();
        if overlay != Overlay::None && key.key == "Tab" {
            return browser::keep_focus_in("[role=dialog]", key.shift);
        }
        match keys::act(key) {
            Some(Act::Escape)
                if overlay == Overlay::None
                    && mission.place.with_untracked(|place| place.selected.is_none()) =>
            {
                false
            }
            Some(act @ (Act::Escape | Act::Palette)) => {
                perform(mission, act);
                true
            }
            Some(act) if overlay == Overlay::None && mission.shortcuts.get_untracked() => {
                perform(mission, act);
                true
            }
            _ => false,
        }
    });
    let shown = StoredValue::new(0_u32);
    Effect::new(move |_| {
        if mission.toast.with(Option::is_some) {
            let mine = shown.try_update_value(|shown| {
                *shown += 1;
                *shown
            });
            browser::after(TOAST_MS, move || {
                if Some(shown.get_value()) == mine {
                    mission.toast.set(None);
                }
            });
        }
    });
    let focused = StoredValue::new_local(None);
    Effect::new(move |before: Option<Overlay>| {
        let overlay = mission.overlay.get();
        match (before.unwrap_or_default(), overlay) {
            (Overlay::None, Overlay::None) => {}
            (Overlay::None, _) => focused.set_value(browser::focused()),
            (_, Overlay::None) => {
                if let Some(element) = focused.get_value() {
                    browser::focus(&element);
                }
            }
            _ => {}
        }
        if overlay == Overlay::Palette && mission.others.with_untracked(Vec::is_empty) {
            spawn_local(async move {
                if let Ok(names) = cards::names().await {
                    mission.others.set(names);
                }
            });
        }
        overlay
    });
}
