//! Tries that say which try they repeat, by a `RELATION` of kind `retryOf` from an event of theirs to one of its.
//!
//! A chain of them is one run with tries 1, 2, 3 and so on, where they are of one task or case and no id counts them
//! already: then the ids count. What a link says beyond that is not followed, and said.

use super::link::Node;
use super::reading::{Place, Placed, Reading};
use crate::id::Kind;
use crate::import::batch::Writer;
use std::collections::{BTreeMap, BTreeSet};

/// A try by its subject's id.
type Subject = (Kind, String);

/// The tries that such links connect.
pub(super) struct Retries {
    /// The try that each one repeats, with the line of the link.
    before: BTreeMap<Subject, (Subject, u64)>,
    concerned: BTreeSet<Subject>,
    /// Key and run of each of them.
    held: BTreeMap<Subject, (String, String, Placed)>,
}

impl Retries {
    /// What the links of `reading` connect.
    pub(super) fn of(reading: &Reading) -> Self {
        let subject = |event| {
            let nodes = reading.events.get(event).filter(|nodes| nodes.len() == 1)?;
            match nodes.first()? {
                Node::Task(id, _) => Some((Kind::Task, id.clone())),
                Node::Case(id) => Some((Kind::Scenario, id.clone())),
                Node::Artifact(_) | Node::Other => None,
            }
        };
        let mut before: BTreeMap<Subject, (Subject, u64)> = BTreeMap::new();
        for ((later, earlier), line) in &reading.retries {
            if let (Some(later), Some(earlier)) = (subject(later), subject(earlier))
                && later != earlier
            {
                // Of several that one try claims to repeat, the one that stands last in order counts.
                let link = (earlier, *line);
                let kept = before.entry(later).or_insert_with(|| link.clone());
                *kept = (*kept).clone().max(link);
            }
        }
        let concerned = before.iter().flat_map(|(later, (earlier, _))| [later.clone(), earlier.clone()]);
        Self { concerned: concerned.collect(), before, held: BTreeMap::new() }
    }

    /// Whether a try repeats another one or is repeated.
    pub(super) fn concern(&self, kind: Kind, id: &str) -> bool {
        !self.concerned.is_empty() && self.concerned.contains(&(kind, id.to_owned()))
    }

    /// Takes in where such a try would belong if there were no links.
    pub(super) fn hold(&mut self, subject: Subject, key: String, run: String, placed: Placed) {
        self.held.insert(subject, (key, run, placed));
    }

    /// Where they belong by their links.
    pub(super) fn resolve(mut self, writer: &mut Writer<'_>) -> Vec<(Place, Placed)> {
        let mut moved: BTreeMap<Subject, (String, u32)> = BTreeMap::new();
        for (later, (earlier, line)) in &self.before {
            let (Some(a), Some(b)) = (self.held.get(later), self.held.get(earlier)) else { continue };
            if a.0 != b.0 {
                let reason = format!("retryOf leads from {} to {}: not followed", a.0, b.0);
                writer.issues.note(*line, reason);
                continue;
            }
            if a.2.number.is_some() || b.2.number.is_some() {
                continue;
            }
            match self.first(later) {
                Some((first, depth)) => {
                    let run = self.held.get(&first).map_or_else(|| b.1.clone(), |(_, run, _)| run.clone());
                    moved.entry(first).or_insert((run.clone(), 1));
                    moved.insert(later.clone(), (run, depth));
                }
                None => {
                    writer.issues.note(*line, format!("{}: retryOf leads in a circle: not followed", a.0))
                }
            }
        }
        for (subject, (run, number)) in moved {
            if let Some((_, own, placed)) = self.held.get_mut(&subject) {
                *own = run;
                placed.number = Some(number);
            }
        }
        let place =
            |((kind, _), (key, run, placed)): (Subject, (String, String, Placed))| ((kind, key, run), placed);
        self.held.into_iter().map(place).collect()
    }

    /// The first try of the chain that `last` ends, and how many there are; `None` for a circle.
    fn first(&self, last: &Subject) -> Option<(Subject, u32)> {
        let key = &self.held.get(last)?.0;
        let (mut at, mut depth) = (last, 1_u32);
        while let Some((earlier, _)) = self.before.get(at) {
            let goes_on = self
                .held
                .get(earlier)
                .is_some_and(|(other, _, placed)| other == key && placed.number.is_none());
            if !goes_on {
                break;
            }
            if depth as usize > self.before.len() {
                return None;
            }
            (at, depth) = (earlier, depth + 1);
        }
        Some((at.clone(), depth))
    }
}
