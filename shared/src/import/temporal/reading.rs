//! What a history says of its tasks, try by try.

use super::budget::Budget;
use super::history::{History, What};
use crate::event::{Outcome, Provenance};
use crate::id::Kind;
use crate::import::batch::Writer;
use crate::import::clean;
use crate::import::execution::{Executions, Why};
use crate::time::Time;
use std::collections::BTreeMap;

impl History {
    /// States what was scheduled, in the order in which it was.
    pub(super) fn tasks(
        &self,
        run: &str,
        counts_from_zero: bool,
        executions: &mut Executions,
        budget: &mut Budget,
        writer: &mut Writer<'_>,
    ) {
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        for (id, scheduled) in &self.scheduled {
            let key = match &self.workflow {
                Some(workflow) => format!("{workflow}/{}", scheduled.name),
                None => scheduled.name.clone(),
            };
            let key = clean::key(&key).unwrap_or_else(|| scheduled.name.clone());
            let count = seen.entry(key.clone()).or_default();
            *count += 1;
            let (key, name) = match *count {
                1 => (key, scheduled.name.clone()),
                n => (format!("{key} #{n}"), format!("{} #{n}", scheduled.name)),
            };
            let unit = executions.unit(scheduled.line, Kind::Task, &key);
            unit.name.hear(scheduled.at, clean::name(&name));
            unit.group.hear(scheduled.at, self.workflow.clone());
            unit.tags.extend(scheduled.queue.as_ref().map(|queue| format!("queue:{queue}")));
            match scheduled.what {
                What::Activity => {}
                What::Nexus => _ = unit.tags.insert("nexus".to_owned()),
                What::Child => _ = unit.tags.insert("child-workflow".to_owned()),
                What::Timer => _ = unit.tags.insert("timer".to_owned()),
            }
            let number = self.starts.get(id).map_or(1, |started| {
                let number = started.attempt.saturating_add(u64::from(counts_from_zero)).max(1);
                u32::try_from(number).unwrap_or(u32::MAX)
            });
            let mut first = number;
            if let Some(started) = self.starts.get(id).filter(|_| number > 1) {
                first = number - budget.take(started.line, number - 1);
                for earlier in first..number {
                    let error = started.before.as_deref().filter(|_| earlier == number - 1);
                    let why =
                        Why::error(error).because(Some("not recorded: only that a later try was needed"));
                    let span = executions.attempt(started.line, Kind::Task, &key, run, earlier);
                    span.ended(Some(started.at), Outcome::Failed, why);
                    span.seen_as(Provenance::Unrecorded);
                }
            }
            if first == 1 {
                let span = executions.attempt(scheduled.line, Kind::Task, &key, run, 1);
                match scheduled.what {
                    What::Timer => span.started(scheduled.at),
                    _ => span.queued(scheduled.at),
                }
            }
            let span = executions.attempt(scheduled.line, Kind::Task, &key, run, number);
            if let Some(started) = self.starts.get(id) {
                span.also_on(started.line);
                span.started(started.at);
            }
            if let Some(ended) = self.ends.get(id) {
                span.also_on(ended.line);
                span.ended(Some(ended.at), ended.outcome, ended.why.clone());
            } else if let Some(end) = &self.end {
                // What a closed workflow has left open nobody hears of again.
                let needless = scheduled.what == What::Timer || end.outcome == Outcome::Passed;
                let outcome = if needless { Outcome::Skipped } else { Outcome::Cancelled };
                span.ended(
                    Some(end.at),
                    outcome,
                    Why::default().because(Some("the workflow ended before it did")),
                );
                span.seen_as(Provenance::Inferred);
            }
        }
        self.strays(writer);
    }

    /// Reports starts and ends of what this history never scheduled.
    fn strays(&self, writer: &mut Writer<'_>) {
        let starts = self.starts.iter().map(|(id, started)| (id, started.line, started.at));
        let ends = self.ends.iter().map(|(id, ended)| (id, ended.line, ended.at));
        for (id, line, at) in starts.chain(ends).filter(|(id, ..)| !self.scheduled.contains_key(id)) {
            let at: Time = at;
            let clause = format!(
                "what event {id} scheduled is not in this history, so what befell it at {at} is lost"
            );
            writer.issues.flaw(line, clause);
        }
    }
}
