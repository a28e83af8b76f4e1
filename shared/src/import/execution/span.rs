//! One try from its place in a queue to its end.
//!
//! Times that contradict each other are left out and reported: a start after every end, a place in the queue
//! after the start. So a clock that went backwards cannot leave a try running for ever.

use super::latest::{Latest, first};
use crate::event::data::{AttemptFinished, AttemptQueued, AttemptStarted};
use crate::event::{Data, Outcome, Provenance};
use crate::id::Kind;
use crate::import::batch::Writer;
use crate::import::clean;
use crate::order::Map;
use crate::time::Time;

/// One try of a task, scenario or run.
#[derive(Debug, Default)]
pub(in crate::import) struct Span {
    pub(super) line: u64,
    queued_at: Option<Time>,
    started_at: Option<Time>,
    seen_at: Option<Time>,
    pub(super) ends: Map<(Option<Time>, Outcome), Why>,
    pub(super) commit: Latest<String>,
    provenance: Option<Provenance>,
}

/// Start and ends of a try.
pub(in crate::import) type Course = (Option<Time>, Vec<(Option<Time>, Outcome)>);

/// Why a try ended as it did.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::import) struct Why {
    /// What went wrong.
    pub(in crate::import) error: Option<String>,
    /// Why the outcome is what it is.
    pub(in crate::import) reason: Option<String>,
}

impl Why {
    /// An error, cut to what is kept of it.
    pub(in crate::import) fn error(text: Option<&str>) -> Self {
        let error = text.and_then(|text| clean::prose(text, clean::ERROR_BYTES_MAX));
        Self { error, reason: None }
    }

    /// The same with a reason, cut to what is kept of it.
    pub(in crate::import) fn because(self, text: Option<&str>) -> Self {
        let reason = text.and_then(|text| clean::prose(text, clean::REASON_BYTES_MAX));
        Self { reason, ..self }
    }
}

fn earliest(seen: &mut Option<Time>, at: Time) {
    *seen = Some(seen.map_or(at, |seen| seen.min(at)));
}

impl Span {
    /// The first line that tells of it.
    pub(in crate::import) fn line(&self) -> u64 {
        self.line
    }

    /// Told of on `line` as well.
    pub(in crate::import) fn also_on(&mut self, line: u64) {
        first(&mut self.line, line);
    }

    /// Takes in what was gathered of the same try elsewhere.
    pub(in crate::import) fn merge(&mut self, other: Span) {
        self.also_on(other.line);
        other.queued_at.into_iter().for_each(|at| self.queued(at));
        other.started_at.into_iter().for_each(|at| self.started(at));
        other.seen_at.into_iter().for_each(|at| self.running(at));
        for ((at, outcome), why) in other.ends {
            self.ended(at, outcome, why);
        }
        self.commit.hear_all(other.commit);
        self.provenance = self.provenance.max(other.provenance);
    }

    /// When it began, and when and how it ended; `None` if it has not. No second try has the same.
    pub(in crate::import) fn course(&self) -> Option<Course> {
        let ends: Vec<_> = self.ends.keys().copied().collect();
        (!ends.is_empty()).then_some((self.started_at, ends))
    }

    /// It waits since `at`.
    pub(in crate::import) fn queued(&mut self, at: Time) {
        earliest(&mut self.queued_at, at);
    }

    /// It began at `at`.
    pub(in crate::import) fn started(&mut self, at: Time) {
        earliest(&mut self.started_at, at);
    }

    /// It was running at `at`, whenever it began: counts as the start where nobody says when that was.
    pub(in crate::import) fn running(&mut self, at: Time) {
        earliest(&mut self.seen_at, at);
    }

    /// It ended at `at`; without a time nobody knows when.
    pub(in crate::import) fn ended(&mut self, at: Option<Time>, outcome: Outcome, why: Why) {
        let held = self.ends.entry((at, outcome)).or_default();
        *held = std::mem::take(held).max(why);
    }

    /// What it ran on, as said at `at`.
    pub(in crate::import) fn on_commit(&mut self, at: Time, commit: Option<String>) {
        self.commit.hear(at, commit);
    }

    /// How much of it was seen, where that is not plain from its times.
    pub(in crate::import) fn seen_as(&mut self, provenance: Provenance) {
        self.provenance = self.provenance.max(Some(provenance));
    }

    /// How its last end went, if it has ended.
    pub(in crate::import) fn outcome(&self) -> Option<Outcome> {
        self.ends.keys().next_back().map(|(_, outcome)| *outcome)
    }

    /// When it last ended well, if it did.
    pub(in crate::import) fn passed_at(&self) -> Option<Time> {
        self.ends.keys().rev().find(|(_, outcome)| *outcome == Outcome::Passed).and_then(|(at, _)| *at)
    }

    /// What it ran on.
    pub(in crate::import) fn commit(&self) -> Option<&String> {
        self.commit.get()
    }

    /// When anything is first known of it.
    pub(in crate::import) fn first_seen(&self) -> Option<Time> {
        let ends = self.ends.keys().filter_map(|(at, _)| *at);
        [self.queued_at, self.started_at, self.seen_at].into_iter().flatten().chain(ends).min()
    }

    /// Its start, unless it ended before.
    fn start(&self, of: &str, writer: &mut Writer<'_>) -> Option<Time> {
        let start = self.started_at.or(self.seen_at)?;
        let end = self.ends.keys().filter_map(|(at, _)| *at).next_back();
        if let Some(end) = end.filter(|end| *end < start) {
            let clause = format!("{of}: started at {start}, after it ended at {end}; the start is left out");
            writer.issues.flaw(self.line, clause);
            return None;
        }
        Some(start)
    }

    /// When a run began: it is open from its place in the queue on.
    pub(super) fn began(&self, of: &str, writer: &mut Writer<'_>) -> Option<Time> {
        let start = self.start(of, writer);
        let queued =
            self.queued_at.filter(|at| self.ends.keys().all(|(end, _)| end.is_none_or(|end| *at <= end)));
        start.or(queued)
    }

    /// States the try.
    pub(super) fn state_try(&self, kind: Kind, key: &str, run: &str, number: u32, writer: &mut Writer<'_>) {
        let start = self.start(key, writer);
        let latest = start.or(self.ends.keys().filter_map(|(at, _)| *at).next_back());
        let queued = self.queued_at.filter(|at| latest.is_none_or(|latest| *at <= latest));
        if let (Some(at), None, Some(latest)) = (self.queued_at, queued, latest) {
            let clause = format!("{key}: queued at {at}, after {latest}, when it ran; the queue is left out");
            writer.issues.flaw(self.line, clause);
        }
        let (key, run) = (key.to_owned(), run.to_owned());
        if self.ends.is_empty() {
            if let Some(at) = queued {
                let data = AttemptQueued { key: key.clone(), run: run.clone(), r#try: number };
                writer.state(
                    self.line,
                    Some(at),
                    &of_kind(kind, Data::ScenarioQueued, Data::TaskQueued, data),
                );
            }
            if let Some(at) = start {
                let data = AttemptStarted { key, run, r#try: number };
                writer.state(
                    self.line,
                    Some(at),
                    &of_kind(kind, Data::ScenarioStarted, Data::TaskStarted, data),
                );
            }
            return;
        }
        for ((at, outcome), why) in &self.ends {
            let before = |time: &Time| at.is_none_or(|at| *time <= at);
            let data = AttemptFinished {
                key: key.clone(),
                run: run.clone(),
                outcome: *outcome,
                r#try: (number != 1).then_some(number),
                queued_at: queued.filter(before),
                started_at: start.filter(before),
                error: why.error.clone(),
                output: None,
                reason: why.reason.clone(),
                commit: self.commit.get().cloned(),
                provenance: self.provenance,
            };
            writer.state(self.line, *at, &of_kind(kind, Data::ScenarioFinished, Data::TaskFinished, data));
        }
    }
}

fn of_kind<T>(kind: Kind, scenario: fn(T) -> Data, task: fn(T) -> Data, data: T) -> Data {
    if kind == Kind::Scenario { scenario(data) } else { task(data) }
}
