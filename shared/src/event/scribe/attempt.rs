//! Facts of the tries of tasks and scenarios.

use super::Scribe;
use crate::event::data::AttemptFinished;
use crate::event::{Facet, Outcome, Provenance, Subject, Value};
use crate::id::{AttemptId, EntityId, Kind};
use crate::time::Time;

impl Scribe {
    /// The attempt's subject, and evidence that the thing tried is there.
    fn attempt(&mut self, kind: Kind, key: &str, run: &str, try_number: u32, valid: Time) -> Subject {
        let of = EntityId::new(kind, key);
        self.exists(&Subject::Entity(of.clone()), "attempt", valid, true);
        Subject::Attempt(AttemptId { of, run: run.to_owned(), try_number })
    }

    pub(super) fn queued(&mut self, kind: Kind, key: &str, run: &str, try_number: u32) {
        let at = self.occurrence();
        let subject = self.attempt(kind, key, run, try_number, at);
        self.queued_at(&subject, at);
    }

    fn queued_at(&mut self, subject: &Subject, at: Time) {
        self.put_ranked(subject, Facet::Outcome, "", at, 0, Value::Outcome(Outcome::Queued));
        self.put(subject, Facet::QueuedAt, at, Value::Time(at));
    }

    pub(super) fn started(&mut self, kind: Kind, key: &str, run: &str, try_number: u32) {
        let at = self.occurrence();
        let subject = self.attempt(kind, key, run, try_number, at);
        self.started_at(&subject, at);
    }

    fn started_at(&mut self, subject: &Subject, at: Time) {
        self.put_ranked(subject, Facet::Outcome, "", at, 1, Value::Outcome(Outcome::Running));
        self.put(subject, Facet::StartedAt, at, Value::Time(at));
    }

    pub(super) fn finished(&mut self, kind: Kind, d: &AttemptFinished) {
        let timed = self.time.is_some();
        let at = self.occurrence();
        let queued = d.queued_at.map(|time| self.clamp(time));
        let started = d.started_at.map(|time| self.clamp(time));
        let first = [queued, started, Some(at)].into_iter().flatten().min().unwrap_or(at);
        let subject = self.attempt(kind, &d.key, &d.run, d.r#try.unwrap_or(1), first);
        if let Some(queued) = queued {
            self.queued_at(&subject, queued);
        }
        if let Some(started) = started {
            self.started_at(&subject, started);
        }
        self.put_ranked(&subject, Facet::Outcome, "", at, 2, Value::Outcome(d.outcome));
        let seen = if timed { Provenance::Recorded } else { Provenance::Inferred };
        self.put(&subject, Facet::Provenance, at, Value::Provenance(d.provenance.unwrap_or(seen)));
        self.text(&subject, Facet::Error, at, d.error.as_ref());
        self.text(&subject, Facet::Reason, at, d.reason.as_ref());
        self.text(&subject, Facet::Commit, at, d.commit.as_ref());
    }
}
