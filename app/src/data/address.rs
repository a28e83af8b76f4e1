//! The URL is the state: what a person selects or opens becomes an entry of the history, time only replaces the
//! last one, and Back and Forward lead to what was there.

use super::drive::Drive;
use crate::browser;
use crate::routes::{Page, Place};
use leptos::prelude::*;

/// Selections that follow each other faster are one entry, in milliseconds.
const MERGE_MS: f64 = 500.0;
/// The address follows time no more often than this, in milliseconds.
const FOLLOW_MS: u64 = 250;

/// Keeps address and state the same, both ways.
pub(super) fn keep(drive: Drive) {
    let mission = drive.mission();
    let pushed_at = StoredValue::new(f64::NEG_INFINITY);
    let waiting = StoredValue::new(false);
    Effect::new(move |before: Option<Place>| {
        let here = mission.here.get();
        let Some(before) = before else { return here };
        if here.page != before.page {
            browser::set_title(&here.page.title());
        }
        let (path, query) = browser::address();
        let already = Place::parse(&path, &query).is_ok_and(|shown| shown.href() == here.href());
        if already {
            return here;
        }
        let turned = here.page != before.page || here.panel != before.panel;
        if turned || here.selected != before.selected {
            let now = browser::monotonic_ms();
            let apart = now - pushed_at.get_value() > MERGE_MS || turned;
            pushed_at.set_value(now);
            browser::set_address(&here.href(), apart);
        } else if !waiting.get_value() {
            waiting.set_value(true);
            browser::after(FOLLOW_MS, move || {
                waiting.set_value(false);
                browser::set_address(&mission.here.get_untracked().href(), false);
            });
        }
        here
    });
    browser::on_history(move || {
        let (path, query) = browser::address();
        match Place::parse(&path, &query) {
            Ok(place) if is_ours(drive, &place.page) => follow(drive, place),
            // Another page: its own document knows how to show it.
            _ => browser::reload(),
        }
    });
    browser::on_link(move |path, query| {
        let Ok(place) = Place::parse(path, query) else { return false };
        let ours = is_ours(drive, &place.page);
        if ours {
            follow(drive, place);
        }
        ours
    });
}

/// Whether this document can show `page`.
fn is_ours(drive: Drive, page: &Page) -> bool {
    let mission = drive.mission();
    let embedded = mission.place.with_untracked(|place| matches!(place.page, Page::Embed(..)));
    let same = page.iteration().is_some_and(|name| mission.iteration.with_value(|ours| ours == name));
    same && match page {
        Page::Mission(_) | Page::Lens(..) => !embedded,
        Page::Embed(..) => embedded,
        Page::List | Page::Phone(_) => false,
    }
}

fn follow(drive: Drive, place: Place) {
    let mission = drive.mission();
    let address = (place.valid, place.known);
    if mission.moment.with_untracked(|moment| moment.address != address) {
        drive.go(address);
    }
    mission.follow(place);
}
