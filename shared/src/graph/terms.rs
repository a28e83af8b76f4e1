//! Texts, values, subjects and cells by small numbers: every payload is kept once.
//!
//! Numbers are given in order of first sight, so they depend on the log; nothing that leaves the graph does.

use super::CellId;
use crate::event::{ContractState, Facet, Outcome, Provenance, Severity, Subject, Value};
use crate::time::Time;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Texts by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    list: Vec<Arc<str>>,
    index: BTreeMap<Arc<str>, u32>,
}

impl Texts {
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        if let Some(id) = self.index.get(text) {
            return *id;
        }
        let (id, text) = (self.list.len() as u32, Arc::<str>::from(text));
        self.list.push(Arc::clone(&text));
        self.index.insert(text, id);
        id
    }

    pub(super) fn get(&self, id: u32) -> &Arc<str> {
        &self.list[id as usize]
    }
}

/// A value and its rank in 32 bits: 4 bits of shape, 2 of rank, 26 of content or of a number in a table.
pub(super) type Code = u32;

/// The rank of a code.
pub(super) fn rank_of(code: Code) -> u32 {
    (code >> CONTENT_BITS) & 3
}

const CONTENT_BITS: u32 = 26;
const CONTENT: u32 = (1 << CONTENT_BITS) - 1;
const FLAG: u32 = 0;
const SMALL_NUMBER: u32 = 1;
const NUMBER: u32 = 2;
const TIME_IS_VALID: u32 = 3;
const TIME: u32 = 4;
const TEXT: u32 = 5;
const TEXTS: u32 = 6;
const OUTCOME: u32 = 7;
const PROVENANCE: u32 = 8;
const SEVERITY: u32 = 9;
const CONTRACT: u32 = 10;

const PROVENANCES: [Provenance; 3] = [Provenance::Recorded, Provenance::Inferred, Provenance::Unrecorded];
const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warn, Severity::Info];
const CONTRACTS: [ContractState; 3] = [ContractState::Proposed, ContractState::Locked, ContractState::Broken];

/// Values by code.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    wide: Vec<i64>,
    wide_index: BTreeMap<i64, u32>,
    lists: Vec<Vec<u32>>,
    list_index: BTreeMap<Vec<u32>, u32>,
}

impl Values {
    /// The code of `value` in a fact of this valid time and rank.
    pub(super) fn encode(&mut self, texts: &mut Texts, value: &Value, valid: Time, rank: u8) -> Code {
        let (shape, content) = match value {
            Value::Flag(flag) => (FLAG, u32::from(*flag)),
            Value::Number(number) => match u32::try_from(*number) {
                Ok(small) if small <= CONTENT => (SMALL_NUMBER, small),
                _ => (NUMBER, self.wide(*number)),
            },
            Value::Time(time) if *time == valid => (TIME_IS_VALID, 0),
            Value::Time(time) => (TIME, self.wide(time.0)),
            Value::Text(text) => (TEXT, texts.intern(text)),
            Value::Texts(list) => (TEXTS, self.list(list.iter().map(|text| texts.intern(text)).collect())),
            Value::Outcome(outcome) => (OUTCOME, *outcome as u32),
            Value::Provenance(provenance) => (PROVENANCE, *provenance as u32),
            Value::Severity(severity) => (SEVERITY, *severity as u32),
            Value::Contract(contract) => (CONTRACT, *contract as u32),
        };
        assert!(content <= CONTENT, "fewer than 2^26 distinct payloads fit in the memory of a graph");
        shape << (CONTENT_BITS + 2) | u32::from(rank.min(3)) << CONTENT_BITS | content
    }

    /// The value of a code in a fact of this valid time.
    pub(super) fn decode(&self, texts: &Texts, code: Code, valid: Time) -> Value {
        let content = code & CONTENT;
        let index = content as usize;
        match code >> (CONTENT_BITS + 2) {
            FLAG => Value::Flag(content != 0),
            SMALL_NUMBER => Value::Number(i64::from(content)),
            NUMBER => Value::Number(self.wide[index]),
            TIME_IS_VALID => Value::Time(valid),
            TIME => Value::Time(Time(self.wide[index])),
            TEXT => Value::Text(texts.get(content).to_string()),
            TEXTS => Value::Texts(self.lists[index].iter().map(|id| texts.get(*id).to_string()).collect()),
            OUTCOME => Value::Outcome(Outcome::ALL[index]),
            PROVENANCE => Value::Provenance(PROVENANCES[index]),
            SEVERITY => Value::Severity(SEVERITIES[index]),
            _ => Value::Contract(CONTRACTS[index]),
        }
    }

    fn wide(&mut self, number: i64) -> u32 {
        let wide = &mut self.wide;
        *self.wide_index.entry(number).or_insert_with(|| {
            wide.push(number);
            wide.len() as u32 - 1
        })
    }

    fn list(&mut self, ids: Vec<u32>) -> u32 {
        if let Some(id) = self.list_index.get(&ids) {
            return *id;
        }
        let id = self.lists.len() as u32;
        self.lists.push(ids.clone());
        self.list_index.insert(ids, id);
        id
    }
}

/// One cell's key.
#[derive(Debug, Clone, Copy)]
pub(super) struct CellKey {
    pub(super) subject: u32,
    pub(super) facet: Facet,
    /// Number of the qualifier's text.
    pub(super) qualifier: u32,
}

/// Subjects and cells by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    subjects: Vec<Arc<Subject>>,
    subject_index: BTreeMap<Arc<Subject>, u32>,
    cells: Vec<CellKey>,
    cell_index: BTreeMap<(u32, Facet, u32), u32>,
    last_subject: u32,
}

impl Cells {
    /// The cell of this key, new or known.
    pub(super) fn intern(&mut self, subject: &Subject, facet: Facet, qualifier: u32) -> u32 {
        let subject = self.intern_subject(subject);
        let cells = &mut self.cells;
        *self.cell_index.entry((subject, facet, qualifier)).or_insert_with(|| {
            cells.push(CellKey { subject, facet, qualifier });
            cells.len() as u32 - 1
        })
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(super) fn key(&self, cell: u32) -> CellKey {
        self.cells[cell as usize]
    }

    pub(super) fn subject(&self, id: u32) -> &Subject {
        &self.subjects[id as usize]
    }

    pub(super) fn subject_id(&self, subject: &Subject) -> Option<u32> {
        self.subject_index.get(subject).copied()
    }

    /// All subjects in their natural order, which no log can change.
    pub(super) fn subjects(&self) -> impl Iterator<Item = (&Subject, u32)> {
        self.subject_index.iter().map(|(subject, id)| (subject.as_ref(), *id))
    }

    /// The cells of a subject by facet, then qualifier number.
    pub(super) fn of(&self, subject: u32) -> impl Iterator<Item = (CellId, Facet, u32)> {
        let all = (subject, Facet::Exists, 0)..(subject + 1, Facet::Exists, 0);
        self.cell_index.range(all).map(|((_, facet, qualifier), cell)| (CellId(*cell), *facet, *qualifier))
    }

    fn intern_subject(&mut self, subject: &Subject) -> u32 {
        let last = self.last_subject;
        if self.subjects.get(last as usize).is_some_and(|known| **known == *subject) {
            return last;
        }
        let id = match self.subject_index.get(subject) {
            Some(id) => *id,
            None => {
                let (id, subject) = (self.subjects.len() as u32, Arc::new(subject.clone()));
                self.subjects.push(Arc::clone(&subject));
                self.subject_index.insert(subject, id);
                id
            }
        };
        self.last_subject = id;
        id
    }
}
