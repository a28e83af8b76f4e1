//! The list of iterations in the browser: asks again every few seconds while it is seen.

use super::cards::cards;
use super::files;
use crate::browser;
use crate::list::ListPage;
use leptos::prelude::*;
use shared::time::Time;
use shared::verdict::Card;

/// Milliseconds between two looks.
const LOOK_EVERY_MS: u64 = 3_000;

/// Takes the list over.
pub(super) async fn live(served_at: Time) {
    let skew = served_at.0.saturating_sub(browser::local_now().0);
    let first = loop {
        match cards().await {
            Ok(cards) => break cards,
            Err(error) => browser::warn(&error.to_string()),
        }
        browser::sleep(LOOK_EVERY_MS).await;
    };
    browser::swap(move |root| {
        let handle = leptos::mount::mount_to(root, move || {
            let cards = RwSignal::new(first);
            let now = RwSignal::new(browser::local_now().plus(skew));
            browser::every(1_000, move || now.set(browser::local_now().plus(skew)));
            let opened = StoredValue::new(false);
            files::hear_first(opened);
            wasm_bindgen_futures::spawn_local(look(cards, opened));
            view! { <ListPage cards=cards.into() now=now.into() origin=browser::origin() /> }
        });
        handle.forget();
    });
    browser::taken_over();
}

/// Looks for news until another page is `opened` in the place of the list.
async fn look(shown: RwSignal<Vec<Card>>, opened: StoredValue<bool>) {
    loop {
        browser::sleep(LOOK_EVERY_MS).await;
        if opened.get_value() {
            return;
        }
        if !browser::is_visible() {
            continue;
        }
        match cards().await {
            Ok(cards) if shown.with_untracked(|shown| *shown != cards) => shown.set(cards),
            Ok(_) => {}
            Err(error) => browser::warn(&error.to_string()),
        }
    }
}
