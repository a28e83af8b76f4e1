//! The engine: a folded log, where the scrubber stands on it, and what there is to say then. Pure.
//!
//! Time comes in as local time; the engine knows how far the server's clock is from it. Analyses are computed only
//! when the answer can differ: another K, another V, or `next_change` reached while live.

use crate::routes::{Address, playback};
use crate::state::{Moment, Strip};
use shared::event::Entry;
use shared::graph::{GapError, Graph, State, Tick};
use shared::layout::track::{Track, track};
use shared::lens::Analysis;
use shared::playback::{Command, Mode, Playback, Timeline};
use shared::time::{AsOf, Position, Time};
use shared::verdict::VerdictName;
use shared::verdict::ribbon::{Ribbon, Transition};
use std::sync::Arc;

/// Analyses the ribbon may take beyond those that narrow its changes.
const SAMPLES_MAX: u32 = 160;
/// Most events the track is drawn from; more are thinned out evenly.
const TICKS_MAX: usize = 100_000;

/// The engine of one iteration.
#[derive(Debug, Default)]
pub struct Engine {
    graph: Graph,
    state: Option<State>,
    shown: Option<Arc<Analysis>>,
    playback: Playback,
    /// Server time minus local time, in microseconds.
    skew: i64,
    track: Option<Track>,
    track_head: Position,
    ribbon: Ribbon,
    /// Where the ribbon's changes are.
    changes: Vec<Position>,
}

impl Engine {
    /// Takes new entries in; what is already there is skipped.
    ///
    /// # Errors
    /// Some between are missing: the log must be read on from [`Engine::head`].
    pub fn take_in(&mut self, entries: Vec<Entry>) -> Result<(), GapError> {
        let head = self.graph.head();
        entries.into_iter().filter(|entry| entry.position > head).try_for_each(|entry| self.graph.push(entry))
    }

    /// Sorts everything, after loading.
    pub fn settle(&mut self) {
        self.graph.settle();
    }

    /// Takes over the changes of the verdict that the server has found up to `searched`.
    pub fn remember(&mut self, changes: &[(Position, VerdictName)], searched: Position) {
        let transition = |&(position, verdict): &(Position, VerdictName)| {
            let recorded_at = self.graph.recorded_at(position)?;
            Some(Transition { position, recorded_at, verdict })
        };
        // Of another log than this one, they say nothing here.
        if searched <= self.head()
            && let Some(known) = changes.iter().map(transition).collect::<Option<Vec<_>>>()
        {
            self.ribbon = Ribbon::resume(known, searched);
            self.changes.clear();
            self.mark_changes();
        }
    }

    /// Last position.
    #[must_use]
    pub fn head(&self) -> Position {
        self.graph.head()
    }

    /// Hears the server's clock.
    pub fn hear_clock(&mut self, server: Time, local: Time) {
        self.skew = server.0.saturating_sub(local.0);
    }

    /// Server time, not before the newest event.
    #[must_use]
    pub fn now(&self, local: Time) -> Time {
        let newest = self.graph.recorded_at(self.graph.head());
        newest.map_or(local.plus(self.skew), |newest| newest.max(local.plus(self.skew)))
    }

    fn timeline(&self, local: Time) -> Timeline<'_> {
        Timeline { ticks: self.graph.ticks(), now: self.now(local), changes: &self.changes }
    }

    /// Goes where an address leads.
    pub fn go(&mut self, (valid, known): Address, local: Time) {
        let (speed, skips_idle) = (self.playback.speed, self.playback.skips_idle);
        let timeline = self.timeline(local);
        let there = playback(valid, known, &timeline);
        let there =
            there.apply(Command::Speed(speed), &timeline).apply(Command::SkipIdle(skips_idle), &timeline);
        self.playback = there;
    }

    /// Obeys a command. Steps to another verdict go by the changes that [`Engine::search_on`] has found.
    pub fn obey(&mut self, command: Command, local: Time) {
        self.playback = self.playback.apply(command, &self.timeline(local));
    }

    /// Lets time go by.
    pub fn tick(&mut self, elapsed_ms: u64, local: Time) {
        self.playback = self.playback.tick(elapsed_ms, &self.timeline(local));
    }

    /// Whether time moves by itself, other than now does.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.playback.playing && self.playback.mode != Mode::Live
    }

    /// Where the scrubber stands.
    #[must_use]
    pub fn moment(&self, local: Time) -> Moment {
        Moment::of(self.playback, &self.timeline(local))
    }

    /// The last position recorded by `time`.
    #[must_use]
    pub fn known_at(&self, time: Time) -> Position {
        self.graph.known_at(time)
    }

    /// Everything there is to say at `moment`: the analysis before, if it still holds.
    pub fn analysis(&mut self, moment: &Moment) -> Arc<Analysis> {
        if let Some(shown) = self.shown.as_ref().filter(|shown| still_holds(shown, moment)) {
            return shown.clone();
        }
        let state = match self.state.take() {
            Some(mut state) => {
                self.graph.step(&mut state, moment.as_of);
                state
            }
            None => self.graph.snapshot(moment.as_of),
        };
        let analysis = Arc::new(Analysis::of(self.graph.scene(&state)));
        self.state = Some(state);
        self.shown = Some(analysis.clone());
        analysis
    }

    /// What the scrubber runs along.
    pub fn strip(&mut self) -> Strip {
        let head = self.graph.head();
        if self.track_head != head || self.track.is_none() {
            let stride = self.graph.ticks().len() / TICKS_MAX + 1;
            let ticks: Vec<Tick> = self.graph.ticks().iter().step_by(stride).collect();
            self.track = track(&ticks);
            self.track_head = head;
        }
        let searched = self.ribbon.searched();
        let searched_until =
            (searched < head).then(|| self.graph.recorded_at(searched).unwrap_or(Time::ALWAYS));
        Strip {
            track: self.track.clone(),
            transitions: self.ribbon.transitions.clone(),
            searched,
            searched_until,
        }
    }

    /// Whether all changes of the verdict up to the head are found.
    #[must_use]
    pub fn is_searched(&self) -> bool {
        self.ribbon.searched() == self.graph.head()
    }

    /// Looks on for changes of the verdict, one analysis at most; false once all up to the head are found.
    pub fn search_on(&mut self) -> bool {
        self.ribbon.grow(self.graph.ticks(), SAMPLES_MAX);
        let goes_on = self.ribbon.advance(&self.graph);
        self.mark_changes();
        goes_on
    }

    fn mark_changes(&mut self) {
        let fresh = self.ribbon.transitions.iter().skip(self.changes.len());
        self.changes.extend(fresh.map(|change| change.position));
    }
}

/// Whether the analysis shown answers `moment` too: the same question, or live with nothing new. No fact is valid
/// after it was recorded, so from the newest recording on only `next_change` changes an answer.
fn still_holds(shown: &Analysis, moment: &Moment) -> bool {
    let AsOf { valid, known } = shown.scene.as_of;
    let asked = moment.as_of;
    let floats = moment.playback.mode == Mode::Live
        && moment.known_at <= valid
        && valid <= asked.valid
        && shown.verdict.next_change.is_none_or(|change| asked.valid < change);
    known == asked.known && (valid == asked.valid || floats)
}
