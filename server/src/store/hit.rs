//! Hits: what a search answers of the rows it found. Pure: no database, no clock.

use super::row::{LogRow, column, position};
use anyhow::Context as _;
use serde_json::value::RawValue;
use shared::event::Logged;
use shared::id::Name;
use shared::time::Position;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Type of events that hold many facts.
pub(super) const PACKED: &str = "mission.facts.v1";
/// An answer takes no further hit in once its events have this many bytes.
pub(super) const ANSWER_BYTES_MAX: usize = 4 << 20;

/// A fact that holds all words asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The event that states it; of packed facts it holds this one alone.
    pub logged: Logged,
    /// Its number among packed facts, from 0; none if the event states one.
    pub item: Option<u32>,
}

/// Facts found, in the order of the answer, and which event each stands in.
pub(super) struct Found {
    /// Event and number of the fact in it.
    pub facts: Vec<(Name, Position, u32)>,
}

impl Found {
    /// Iterations and positions of the events, each once, in the order of the answer.
    pub fn events(&self) -> Vec<(&str, i64)> {
        let mut seen = BTreeSet::new();
        let events = self.facts.iter().map(|(iteration, at, _)| (iteration.as_str(), column(*at)));
        events.filter(|event| seen.insert(*event)).collect()
    }
}

/// Events read for an answer, from which hits are made.
#[derive(Default)]
pub(super) struct Events(BTreeMap<(Name, Position), Row>);

/// An event, its body apart.
struct Row {
    bare: LogRow,
    body: String,
    project: Name,
}

impl Events {
    /// Takes the row of an event of `project` in.
    pub fn put(&mut self, mut row: LogRow, iteration: Name, project: Name) -> anyhow::Result<()> {
        let body = std::mem::take(&mut row.body);
        self.0.insert((iteration, position(row.position)?), Row { bare: row, body, project });
        Ok(())
    }

    /// Hits of what was found, in that order, until they have [`ANSWER_BYTES_MAX`].
    ///
    /// # Errors
    /// As [`LogRow::logged`]; or a fact is not where the index says.
    pub fn hits(&self, found: &Found) -> anyhow::Result<Vec<Hit>> {
        let mut packs = BTreeMap::new();
        let (mut hits, mut n_bytes) = (Vec::new(), 0);
        for (iteration, at, item) in &found.facts {
            let key = (iteration.clone(), *at);
            // The bytes that may be read were spent on those before.
            let Some(row) = self.0.get(&key) else { break };
            let packed = row.bare.kind == PACKED;
            let body = if packed {
                let pack = match packs.entry(key) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => new.insert(Pack::of(&row.body)?),
                };
                pack.only(*item).with_context(|| format!("no fact {item} at {iteration}:{at}"))?
            } else {
                row.body.clone()
            };
            n_bytes += body.len() + row.bare.blob_body.as_ref().map_or(0, Vec::len);
            let logged = LogRow { body, ..row.bare.clone() }.logged(iteration, &row.project)?;
            hits.push(Hit { logged, item: packed.then_some(*item) });
            if n_bytes >= ANSWER_BYTES_MAX {
                break;
            }
        }
        Ok(hits)
    }
}

/// A map of JSON, cut but not read.
type Cut<'b> = BTreeMap<&'b str, &'b RawValue>;

/// The body of packed facts.
struct Pack<'b> {
    items: Vec<&'b RawValue>,
    scope: Option<&'b RawValue>,
    rest: Cut<'b>,
}

impl<'b> Pack<'b> {
    fn of(body: &'b str) -> anyhow::Result<Self> {
        let cut = || -> serde_json::Result<Option<Self>> {
            let mut rest: Cut<'b> = serde_json::from_str(body)?;
            let Some(data) = rest.remove("data") else { return Ok(None) };
            let data: Cut<'b> = serde_json::from_str(data.get())?;
            let Some(items) = data.get("items") else { return Ok(None) };
            Ok(Some(Self {
                items: serde_json::from_str(items.get())?,
                scope: data.get("scope").copied(),
                rest,
            }))
        };
        cut().context("packed facts")?.context("packed facts without items")
    }

    /// The same body with that fact alone.
    fn only(&self, item: u32) -> Option<String> {
        let fact = self.items.get(item as usize)?.get();
        let scope = self.scope.map_or_else(String::new, |scope| format!(",\"scope\":{}", scope.get()));
        let mut body = format!("{{\"data\":{{\"items\":[{fact}]{scope}}}");
        for (key, value) in &self.rest {
            body.push_str(&format!(",\"{key}\":{}", value.get()));
        }
        body.push('}');
        Some(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_keeps_one_fact_and_what_stands_around_them() {
        let body = r#"{"data":{"items":[{"a":[1]},{"b":"]"}],"scope":"x"},"subject":"s \" t"}"#;
        let pack = Pack::of(body).expect("a pack");
        let only = r#"{"data":{"items":[{"b":"]"}],"scope":"x"},"subject":"s \" t"}"#;
        assert_eq!(pack.only(1).as_deref(), Some(only));
        assert_eq!(pack.only(2), None);
        for broken in ["", "{}", r#"{"data":{}}"#, r#"{"data":[]}"#] {
            assert!(Pack::of(broken).is_err(), "{broken}");
        }
    }
}
