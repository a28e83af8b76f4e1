//! The list of iterations in the browser: asks again every few seconds while it is seen.

use super::files;
use crate::browser::{self, NetError};
use crate::list::ListPage;
use leptos::prelude::*;
use shared::id::Name;
use shared::time::Time;
use shared::verdict::Card;

/// Milliseconds between two looks.
const LOOK_EVERY_MS: u64 = 3_000;
/// Iterations the server lists at once.
const PAGE: usize = 200;

/// All iterations, in the order they opened.
async fn cards() -> Result<Vec<Card>, NetError> {
    let mut all: Vec<Card> = Vec::new();
    loop {
        let after = all.last().map(|card| format!("&after={}", card.iteration)).unwrap_or_default();
        let page: Vec<Card> = browser::json(&format!("/api/v1/iterations?limit={PAGE}{after}")).await?;
        let is_last = page.len() < PAGE;
        all.extend(page);
        if is_last {
            all.retain(|card| !card.iteration.is_project_log());
            return Ok(all);
        }
    }
}

/// Names of all iterations, newest first.
pub(super) async fn names() -> Result<Vec<Name>, NetError> {
    Ok(cards().await?.into_iter().rev().map(|card| card.iteration).collect())
}

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
        match self::cards().await {
            Ok(cards) if shown.with_untracked(|shown| *shown != cards) => shown.set(cards),
            Ok(_) => {}
            Err(error) => browser::warn(&error.to_string()),
        }
    }
}
