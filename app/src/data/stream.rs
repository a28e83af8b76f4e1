//! Keeps the log fresh: a stream that resumes at the position we have, again and again, until the page closes.
//!
//! A WebSocket first; where that never opens, server-sent events in turn. Waits longer after every failure, never
//! gives up, and never touches what is being looked at.

use super::drive::Drive;
use super::load;
use crate::browser::{self, Said, Stream};
use crate::state::Link;
use leptos::prelude::Set;
use serde::Deserialize;
use shared::id::Name;
use shared::segment;
use shared::time::{Position, Time};

/// Longest wait between two attempts, in milliseconds.
const WAIT_MAX: u64 = 30_000;
/// Failures after which we ask whether the server still has the log we know.
const DOUBTS_AFTER: u32 = 3;

#[derive(Debug, Deserialize)]
struct Beat {
    head: Position,
    now: Time,
}

/// Listens for as long as the page lives.
pub(super) async fn listen(drive: Drive, iteration: Name) {
    let mut failures = 0_u32;
    let mut socket_works = true;
    loop {
        let after = drive.head();
        let opened = match socket_works || failures.is_multiple_of(4) {
            true => {
                let path = load::url(&iteration, &format!("live?after={after}"));
                Stream::socket(&format!("{}{path}", browser::socket_origin()))
            }
            false => Stream::events(&load::url(&iteration, &format!("live/events?after={after}"))),
        };
        let heard = match opened {
            Ok(stream) => hear(drive, stream).await,
            Err(error) => {
                browser::warn(&error.to_string());
                0
            }
        };
        failures = if heard > 0 { 1 } else { failures.saturating_add(1) };
        socket_works = heard > 0 || failures < 2;
        if drive.is_local() {
            return;
        }
        drive.lose_touch();
        if failures == DOUBTS_AFTER && has_less(&iteration, drive.head()).await {
            return browser::reload();
        }
        let wait = 500_u64.saturating_mul(1 << failures.min(7)).min(WAIT_MAX);
        browser::sleep(wait / 2 + (browser::local_now().0.unsigned_abs() / 1_000) % (wait / 2)).await;
    }
}

/// Takes in what `stream` says until it breaks; how many messages that were.
async fn hear(drive: Drive, mut stream: Stream) -> u32 {
    let mut heard = 0_u32;
    while let Some(said) = stream.next().await {
        heard = heard.saturating_add(1);
        if drive.is_local() {
            return heard;
        }
        match said {
            Said::Frame(bytes) => match segment::decode(&bytes) {
                Ok(entries) => {
                    if let Err(gap) = drive.take_in(entries) {
                        browser::warn(&gap.to_string());
                        return heard;
                    }
                }
                Err(error) => {
                    browser::warn(&error.to_string());
                    return 0;
                }
            },
            Said::Beat(text) => {
                let Ok(Beat { head, now }) = serde_json::from_str(&text) else { continue };
                drive.hear_clock(now);
                if head < drive.head() {
                    // Another log by the same name: what we have is worth nothing.
                    browser::reload();
                }
            }
        }
        drive.mission().link.set(Link::Open);
    }
    heard
}

/// Whether the server's log is shorter than ours: then it is another one.
async fn has_less(iteration: &Name, ours: Position) -> bool {
    load::head(iteration).await.is_ok_and(|head| head < ours)
}
