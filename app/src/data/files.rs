//! Dropped files: a worker reads them (`files.js`, crate `reader`), and the log they make is folded here as if a
//! server had sent it. The first one takes the place of the server's log; others add to it. A reload forgets them.

use super::LOCAL_ITERATION;
use super::drive::Drive;
use super::engine::Engine;
use super::page;
use crate::browser;
use crate::routes::{Page, Place};
use leptos::prelude::*;
use shared::event::Entry;
use shared::id::Name;
use shared::segment;

/// Where a page of dropped files begins.
fn place() -> Option<(Place, Name)> {
    let name = Name::iteration(LOCAL_ITERATION).ok()?;
    let place = Place::parse(&Page::Mission(name.clone()).to_string(), "").ok()?;
    Some((place, name))
}

/// The entries of a segment that may be empty. What cannot be read becomes a line of the report.
fn entries(bytes: &[u8], report: &mut String) -> Vec<Entry> {
    if bytes.is_empty() {
        return Vec::new();
    }
    segment::decode(bytes).unwrap_or_else(|error| {
        report.push_str(&format!("\n{error}"));
        Vec::new()
    })
}

/// Hears files on the page of an iteration.
pub(super) fn hear(drive: Drive) {
    browser::on_file(move |bytes, report| take(drive, &bytes, report));
}

fn take(drive: Drive, bytes: &[u8], mut report: String) {
    let mission = drive.mission();
    let entries = entries(bytes, &mut report);
    let is_first = !mission.link.with_untracked(|link| *link == crate::state::Link::Local);
    if is_first
        && !entries.is_empty()
        && let Some((place, name)) = place()
    {
        drive.become_local(place, name);
    }
    if !entries.is_empty()
        && let Err(gap) = drive.take_in(entries)
    {
        report.push_str(&format!("\n{gap}"));
    }
    mission.files.update(|files| files.push(report));
}

/// Hears the first file on the list, and opens a page for it.
pub(super) fn hear_first(opened: StoredValue<bool>) {
    let shown: StoredValue<Option<Drive>> = StoredValue::new(None);
    browser::on_file(move |bytes, report| {
        if shown.get_value().is_none() {
            let Some((place, name)) = place() else { return };
            opened.set_value(true);
            browser::set_address(&place.href(), true);
            page::open(Engine::default(), place.clone(), name.clone(), move |drive| {
                shown.set_value(Some(drive));
                drive.become_local(place, name);
            });
        }
        if let Some(drive) = shown.get_value() {
            take(drive, &bytes, report);
        }
    });
}
