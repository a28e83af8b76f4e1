//! The drive: turns commands, events and time going by into what the page shows.
//!
//! The only writer of the signals that the log decides. Whatever comes between two pictures is shown at once, in
//! the next one: at most one analysis a picture.

use super::engine::Engine;
use crate::browser;
use crate::routes::{Address, Place};
use crate::state::{Hands, Link, Mission, Opening};
use leptos::prelude::*;
use shared::event::Entry;
use shared::graph::GapError;
use shared::id::Name;
use shared::playback::{Command, Mode};
use shared::time::{Position, Time};
use std::sync::Arc;

/// A stream that says nothing for so long is late, in microseconds.
const SILENT_AFTER: i64 = 10_000_000;
/// Milliseconds that background work may take of a picture.
const SPARE_MS: f64 = 9.0;
/// The same while somebody waits for it.
const URGENT_MS: f64 = 24.0;
/// Milliseconds the log and the page must be quiet before the ribbon looks for changes.
const QUIET_MS: f64 = 700.0;

/// Handle of the drive.
#[derive(Clone, Copy)]
pub(super) struct Drive {
    engine: StoredValue<Engine>,
    mission: StoredValue<Option<Mission>>,
    pace: StoredValue<Pace>,
}

/// What is due.
#[derive(Debug, Default)]
struct Pace {
    /// A picture is asked for.
    asked: bool,
    /// When the last picture was drawn while playing, monotonic.
    played_at: Option<f64>,
    /// When the last event came in, monotonic.
    fed_at: f64,
    /// When the stream last said something.
    heard_at: Option<Time>,
    /// The track shown is older than the log.
    strip_is_old: bool,
    /// When the moment last changed by hand, monotonic.
    moved_at: f64,
    /// Changes of the verdict are being looked for.
    searching: bool,
    /// What waits for them.
    wanted: Option<Command>,
}

impl Drive {
    /// A drive over a loaded engine.
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine: StoredValue::new(engine),
            mission: StoredValue::new(None),
            pace: StoredValue::new(Pace::default()),
        }
    }

    /// The state of the page at `place`, and this as its hands.
    pub(super) fn open(self, place: Place, iteration: Name) -> Mission {
        let local = browser::local_now();
        let address = (place.valid, place.known);
        let opening = self.with(|engine| {
            engine.go(address, local);
            let moment = engine.moment(local);
            let analysis = engine.analysis(&moment);
            let strip = Arc::new(engine.strip());
            Opening { place, iteration, moment, analysis, strip, link: Link::Open }
        });
        browser::mark("answered");
        let hands = Hands {
            command: Callback::new(move |command| self.obey(command)),
            known_at: Callback::new(move |time| self.engine.with_value(|engine| engine.known_at(time))),
        };
        let mission = Mission::new(opening, hands);
        self.mission.set_value(Some(mission));
        browser::every(1_000, move || self.second());
        browser::on_seen(move || self.ask());
        self.search_later();
        mission
    }

    /// Leaves the server's log for one of this page alone, which is empty yet.
    pub(super) fn become_local(self, place: Place, iteration: Name) {
        let mission = self.mission();
        self.with(|engine| *engine = Engine::default());
        mission.iteration.set_value(iteration);
        mission.link.set(Link::Local);
        mission.place.set(place);
        self.with_pace(|pace| pace.strip_is_old = true);
        self.ask();
    }

    /// Whether the log is of this page alone.
    pub(super) fn is_local(self) -> bool {
        self.mission().link.get_untracked() == Link::Local
    }

    /// The state of the page.
    pub(super) fn mission(self) -> Mission {
        self.mission.get_value().expect("the drive has been opened")
    }

    fn with<T>(self, work: impl FnOnce(&mut Engine) -> T) -> T {
        self.engine.try_update_value(work).expect("the engine lives as long as the page")
    }

    /// Last position we have.
    pub(super) fn head(self) -> Position {
        self.engine.with_value(Engine::head)
    }

    /// Obeys a command in the next picture; a step to another verdict once all of them are found.
    pub(super) fn obey(self, command: Command) {
        let waits =
            matches!(command, Command::StepVerdict(_)) && !self.engine.with_value(Engine::is_searched);
        self.with_pace(|pace| {
            pace.moved_at = browser::monotonic_ms();
            pace.wanted = waits.then_some(command);
        });
        if waits {
            return self.search_later();
        }
        self.with(|engine| engine.obey(command, browser::local_now()));
        self.ask();
    }

    /// Goes where an address leads.
    pub(super) fn go(self, address: Address) {
        self.with(|engine| engine.go(address, browser::local_now()));
        self.ask();
    }

    /// Takes events in.
    pub(super) fn take_in(self, entries: Vec<Entry>) -> Result<(), GapError> {
        self.with(|engine| engine.take_in(entries))?;
        self.pace.update_value(|pace| {
            pace.fed_at = browser::monotonic_ms();
            pace.heard_at = Some(browser::local_now());
            pace.strip_is_old = true;
        });
        self.ask();
        self.search_later();
        Ok(())
    }

    /// Hears the server's clock.
    pub(super) fn hear_clock(self, server: Time) {
        let local = browser::local_now();
        self.with(|engine| engine.hear_clock(server, local));
        self.pace.update_value(|pace| pace.heard_at = Some(local));
        self.ask();
    }

    /// The stream is broken.
    pub(super) fn lose_touch(self) {
        let mission = self.mission();
        if !matches!(mission.link.get_untracked(), Link::Broken(_)) {
            let now = self.engine.with_value(|engine| engine.now(browser::local_now()));
            mission.link.set(Link::Broken(now));
        }
    }

    /// Asks for a picture, once.
    fn ask(self) {
        let asked = self.pace.try_update_value(|pace| std::mem::replace(&mut pace.asked, true));
        if asked == Some(false) {
            browser::next_frame(move |ms| self.draw(ms));
        }
    }

    /// Brings the signals up to date: one picture.
    fn draw(self, ms: f64) {
        let local = browser::local_now();
        let (elapsed, strip_is_old) = self.with_pace(|pace| {
            pace.asked = false;
            let elapsed = pace.played_at.replace(ms).map_or(0.0, |before| (ms - before).max(0.0));
            (elapsed, std::mem::take(&mut pace.strip_is_old))
        });
        let (moment, analysis, strip, playing) = self.with(|engine| {
            if engine.is_playing() {
                // Milliseconds between two pictures, never negative.
                engine.tick(elapsed as u64, local);
            }
            let moment = engine.moment(local);
            let analysis = engine.analysis(&moment);
            let strip = strip_is_old.then(|| Arc::new(engine.strip()));
            (moment, analysis, strip, engine.is_playing())
        });
        let mission = self.mission();
        if mission.moment.get_untracked() != moment {
            mission.moment.set(moment);
        }
        if !mission.analysis.with_untracked(|shown| Arc::ptr_eq(shown, &analysis)) {
            mission.analysis.set(analysis);
        }
        if let Some(strip) = strip {
            mission.strip.set(strip);
        }
        if playing {
            self.ask();
        } else {
            self.with_pace(|pace| pace.played_at = None);
        }
    }

    fn with_pace<T>(self, work: impl FnOnce(&mut Pace) -> T) -> T {
        self.pace.try_update_value(work).expect("the pace lives as long as the page")
    }

    /// Once a second: now goes on, and silence is noticed.
    fn second(self) {
        let mission = self.mission();
        let local = browser::local_now();
        let heard_at = self.pace.with_value(|pace| pace.heard_at);
        let silent = heard_at.filter(|heard| local.0.saturating_sub(heard.0) > SILENT_AFTER);
        if let (Some(heard), Link::Open) = (silent, mission.link.get_untracked()) {
            let since = self.engine.with_value(|engine| engine.now(heard));
            mission.link.set(Link::Silent(since));
        }
        if browser::is_visible() && mission.moment.with_untracked(|moment| moment.playback.mode == Mode::Live)
        {
            self.ask();
        }
    }

    /// Looks for changes of the verdict in spare time, once log and page are quiet; at once if somebody waits.
    fn search_later(self) {
        let runs = self.with_pace(|pace| std::mem::replace(&mut pace.searching, true));
        if !runs {
            browser::after(16, move || self.search());
        }
    }

    fn search(self) {
        let started = browser::monotonic_ms();
        let (urgent, quiet_since) =
            self.pace.with_value(|pace| (pace.wanted.is_some(), pace.fed_at.max(pace.moved_at)));
        if !urgent && started - quiet_since < QUIET_MS {
            return browser::after(200, move || self.search());
        }
        let spare = if urgent { URGENT_MS } else { SPARE_MS };
        while self.with(Engine::search_on) {
            if browser::monotonic_ms() - started > spare {
                return browser::after(4, move || self.search());
            }
        }
        let strip = self.with(Engine::strip);
        let wanted = self.with_pace(|pace| {
            pace.searching = false;
            pace.wanted.take()
        });
        let shown = self.mission().strip;
        if shown.with_untracked(|shown| **shown != strip) {
            shown.set(Arc::new(strip));
        }
        match wanted {
            Some(command) => self.obey(command),
            None => self.ask(),
        }
    }
}
