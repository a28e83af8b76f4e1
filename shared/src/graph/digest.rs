//! The digest of a state: every winner in the natural order of its cell, nothing that a fold may number freely.

use super::rows::NONE;
use super::{Graph, State};
use crate::event::{Hash128, Subject, Value};
use crate::id::EntityId;

/// Hashes engine version, question, winners and pictures.
pub(super) fn digest(graph: &Graph, state: &State) -> Hash128 {
    let mut out = Bytes(Vec::new());
    out.text(crate::ENGINE_VERSION);
    out.int(state.as_of.valid.0);
    out.int(state.as_of.known as i64);
    for (subject, id) in graph.cells.subjects() {
        let mut cells: Vec<_> = graph
            .cells
            .of(id)
            .filter_map(|(cell, facet, qualifier)| {
                let held = graph.value(state, cell)?;
                Some((facet, graph.texts.get(qualifier).as_ref(), held))
            })
            .collect();
        if cells.is_empty() {
            continue;
        }
        crate::order::sort_by_key(&mut cells, |(facet, qualifier, _)| (*facet, *qualifier));
        out.subject(subject);
        out.int(cells.len() as i64);
        for (facet, qualifier, (value, valid, position)) in cells {
            out.byte(facet as u8);
            out.text(qualifier);
            out.int(valid.0);
            out.int(position as i64);
            out.value(&value);
        }
    }
    let pictures = graph.intake.scopes.iter().zip(&state.pictures).filter(|(_, lot)| **lot != NONE);
    let mut pictures: Vec<_> =
        pictures.map(|(scope, lot)| (scope.name.as_ref(), &graph.intake.lots[*lot as usize])).collect();
    crate::order::sort_by_key(&mut pictures, |(scope, _)| *scope);
    for (scope, lot) in pictures {
        out.text(scope);
        out.text(&graph.intake.batches[lot.batch as usize].id);
        out.int(i64::from(lot.closing));
    }
    Hash128::of(&[&out.0])
}

/// A canonical form: fixed-width little-endian numbers, texts with their length before them.
struct Bytes(Vec<u8>);

impl Bytes {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn int(&mut self, number: i64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.int(text.len() as i64);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn entity(&mut self, id: &EntityId) {
        self.byte(id.kind as u8);
        self.text(&id.key);
    }

    fn subject(&mut self, subject: &Subject) {
        match subject {
            Subject::Iteration => self.byte(0),
            Subject::Entity(id) => {
                self.byte(1);
                self.entity(id);
            }
            Subject::Attempt(attempt) => {
                self.byte(2);
                self.entity(&attempt.of);
                self.text(&attempt.run);
                self.int(i64::from(attempt.try_number));
            }
            Subject::Link(link) => {
                self.byte(3);
                self.byte(link.kind as u8);
                self.entity(&link.from);
                self.entity(&link.to);
            }
            Subject::Run(stream, run) => {
                self.byte(4);
                self.byte(*stream as u8);
                self.text(run);
            }
            Subject::Ledger(book, id) => {
                self.byte(5);
                self.byte(*book as u8);
                self.text(id);
            }
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Flag(flag) => self.pair(0, i64::from(*flag)),
            Value::Number(number) => self.pair(1, *number),
            Value::Time(time) => self.pair(2, time.0),
            Value::Text(text) => {
                self.byte(3);
                self.text(text);
            }
            Value::Texts(texts) => {
                self.pair(4, texts.len() as i64);
                texts.iter().for_each(|text| self.text(text));
            }
            Value::Outcome(outcome) => self.pair(5, *outcome as i64),
            Value::Provenance(provenance) => self.pair(6, *provenance as i64),
            Value::Severity(severity) => self.pair(7, *severity as i64),
            Value::Contract(contract) => self.pair(8, *contract as i64),
        }
    }

    fn pair(&mut self, shape: u8, content: i64) {
        self.byte(shape);
        self.int(content);
    }
}
