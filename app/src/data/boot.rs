//! Where the script begins: reads which page this is, brings what it needs, and takes the page over once.

use super::drive::Drive;
use super::engine::Engine;
use super::{PageData, address, files, list, load, stream};
use crate::action::perform;
use crate::browser;
use crate::embed::Embed;
use crate::keys::{self, Act};
use crate::routes::{Page, Place};
use crate::shell::Shell;
use crate::state::{Mission, Overlay};
use leptos::prelude::*;
use shared::id::Name;
use shared::time::Position;
use shared::verdict::VerdictName;
use wasm_bindgen_futures::spawn_local;

/// Milliseconds until the log is asked for again after it did not come.
const AGAIN_MS: u64 = 3_000;
/// Milliseconds a message stays.
const TOAST_MS: u64 = 4_000;

/// Starts the page.
pub(crate) fn start() {
    let Some(data) = browser::page_data().and_then(|text| serde_json::from_str::<PageData>(&text).ok())
    else {
        return;
    };
    spawn_local(async move {
        match data.iteration {
            None => list::live(data.now).await,
            Some(iteration) => mission(iteration, &data.changes, data.searched).await,
        }
    });
}

/// Takes a page of an iteration over. Until the log is here, the served page stays as it is.
async fn mission(iteration: Name, changes: &[(Position, VerdictName)], searched: Position) {
    let mut engine = loop {
        match load::log(&iteration).await {
            Ok(engine) => break engine,
            Err(error) => browser::warn(&format!("the log did not come, trying again: {error}")),
        }
        browser::sleep(AGAIN_MS).await;
    };
    engine.remember(changes, searched);
    let (path, query) = browser::address();
    let Ok(place) = Place::parse(&path, &query) else { return };
    let name = iteration.clone();
    open(engine, place, iteration, move |drive| {
        spawn_local(stream::listen(drive, name));
        files::hear(drive);
    });
}

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
                if let Ok(names) = list::names().await {
                    mission.others.set(names);
                }
            });
        }
        overlay
    });
}
