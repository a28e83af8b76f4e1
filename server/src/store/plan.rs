//! The decision of an append: which rows get which position, which are duplicates, which clash.
//!
//! Both stores read heads and taken identities inside their transaction, ask here, and write what comes out.
//! Pure, so that it cannot differ between them.

use super::row::Row;
use super::{Appended, DeadLetter};
use shared::event::Hash128;
use shared::id::{DEFAULT_PROJECT, Name};
use shared::time::{Position, Time};
use std::collections::{BTreeMap, HashMap};

/// The head row of an iteration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// Its project.
    pub project: Name,
    /// Last position; 0 for an iteration that is about to open.
    pub head: Position,
    /// When it opened.
    pub opened_at: Time,
    /// When its last event was recorded.
    pub recorded_at: Time,
}

impl Head {
    /// The head of an iteration that opens now.
    pub fn new(project: Name, now: Time) -> Self {
        Self { project, head: 0, opened_at: now, recorded_at: now }
    }
}

/// Where an identity lies already, and with what content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    /// Its position.
    pub position: Position,
    /// Its content hash.
    pub content: Hash128,
}

/// What becomes of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// To be written at this position.
    Write(Position),
    /// Already there.
    Duplicate(Position),
    /// Refused: the dead letter with this index.
    Letter(usize),
}

/// What to write, and what to answer.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// One for each row, in order.
    pub fates: Vec<Fate>,
    /// To be buried in the same transaction.
    pub letters: Vec<DeadLetter>,
    /// Heads after the append, of the iterations that grew; new ones have 0 as their old head.
    pub heads: BTreeMap<Name, (Position, Head)>,
}

/// Decides for all rows in order. `taken` knows, by row index, the identities that are in the log already;
/// `heads` knows every iteration that exists. `now` is the database clock.
pub(super) fn decide(
    rows: &[Row],
    heads: &BTreeMap<Name, Head>,
    taken: &HashMap<usize, Taken>,
    now: Time,
) -> Plan {
    let mut plan = Plan::default();
    let mut fresh: HashMap<(&Name, Hash128), Taken> = HashMap::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let key = (&row.iteration, row.identity_hash);
        let fate = match taken.get(&index).or_else(|| fresh.get(&key)) {
            Some(there) if there.content == row.content => Fate::Duplicate(there.position),
            Some(there) => plan.refuse(row, conflict(row, there)),
            None => {
                let known = plan.heads.get(&row.iteration).map(|(_, head)| head);
                let head = known.or_else(|| heads.get(&row.iteration));
                match unsound(row).or_else(|| head.and_then(|head| foreign(row, head))) {
                    Some(reason) => plan.refuse(row, reason),
                    None => {
                        let position = plan.place(row, heads, now);
                        fresh.insert(key, Taken { position, content: row.content });
                        Fate::Write(position)
                    }
                }
            }
        };
        plan.fates.push(fate);
    }
    plan
}

impl Plan {
    /// The next position of the row's iteration.
    fn place(&mut self, row: &Row, heads: &BTreeMap<Name, Head>, now: Time) -> Position {
        if !self.heads.contains_key(&row.iteration) {
            let head = heads.get(&row.iteration).cloned();
            let mut head = head.unwrap_or_else(|| Head::new(row.project.clone(), now));
            head.recorded_at = head.recorded_at.max(now);
            self.heads.insert(row.iteration.clone(), (head.head, head));
        }
        let head = self.heads.get_mut(&row.iteration).map(|(_, head)| head);
        head.map_or(0, |head| {
            head.head += 1;
            head.head
        })
    }

    fn refuse(&mut self, row: &Row, reason: String) -> Fate {
        self.letters.push(row.letter(reason));
        Fate::Letter(self.letters.len() - 1)
    }

    /// When the rows written to `iteration` are recorded.
    pub fn recorded_at(&self, iteration: &Name) -> Time {
        self.heads.get(iteration).map_or(Time::default(), |(_, head)| head.recorded_at)
    }

    /// The answers, once the letters have their numbers.
    pub fn answers(self, rows: &[Row], numbers: &[i64]) -> Vec<Appended> {
        let answer = |(fate, row): (&Fate, &Row)| match fate {
            Fate::Write(position) => Appended::Accepted(*position, self.recorded_at(&row.iteration)),
            Fate::Duplicate(position) => Appended::Duplicate(*position),
            Fate::Letter(index) => Appended::Conflict {
                letter: numbers.get(*index).copied().unwrap_or(0),
                reason: self.letters.get(*index).map_or_else(String::new, |letter| letter.reason.clone()),
            },
        };
        self.fates.iter().zip(rows).map(answer).collect()
    }
}

fn conflict(row: &Row, there: &Taken) -> String {
    format!(
        "identity taken at position {} by other content: stored {}, sent {}",
        there.position, there.content, row.content
    )
}

/// Decoding refuses control characters; events that came another way are refused here, because not every
/// database can hold them and one must not take its neighbours down.
fn unsound(row: &Row) -> Option<String> {
    let batch = row.batch.as_deref().unwrap_or("");
    let attributes = [("source", row.identity.source.as_str()), ("id", &row.identity.id), ("batch", batch)];
    let (name, _) = attributes.into_iter().find(|(_, text)| text.bytes().any(|b| b.is_ascii_control()))?;
    Some(format!("{name}: holds a control character"))
}

/// Why the row does not belong into this iteration. An event that names no project belongs to any.
fn foreign(row: &Row, head: &Head) -> Option<String> {
    let named = row.project.as_str() != DEFAULT_PROJECT && row.project != head.project;
    named.then(|| {
        format!("iteration {} belongs to project {}, not to {}", row.iteration, head.project, row.project)
    })
}
