//! The history of an entity: every version its cells have had, for the inspector and the log.

use super::rows::NONE;
use super::{CellId, Graph, State};
use crate::event::{Facet, Subject, Value};
use crate::id::EntityId;
use crate::time::{Position, Time};

/// One version of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// What it is about: the entity, or a try of it.
    pub subject: Subject,
    /// Which side of it.
    pub facet: Facet,
    /// Evidence, rule or kind, as in [`Fact`](crate::event::Fact).
    pub qualifier: String,
    /// From when it holds.
    pub valid: Time,
    /// Position of its event.
    pub position: Position,
    /// Position from which it counts: its own, or that of its batch's closing.
    pub known_from: Position,
    /// Position from which it no longer counts, whatever the question.
    pub dead_from: Option<Position>,
    /// Scope of the picture it is part of: it counts only while that picture wins.
    pub scope: Option<String>,
    /// What it holds.
    pub value: Value,
}

impl Graph {
    /// Every version of the entity's cells and of its tries' cells that ever counted, by position.
    ///
    /// Events named before they counted never show. O(subjects + versions · log).
    #[must_use]
    pub fn history(&self, entity: &EntityId) -> Vec<Version> {
        let of_entity = |subject: &Subject| match subject {
            Subject::Entity(id) => id == entity,
            Subject::Attempt(attempt) => attempt.of == *entity,
            _ => false,
        };
        let subjects = self.cells.subjects().filter(|(subject, _)| of_entity(subject));
        let mut versions: Vec<Version> = subjects.flat_map(|(_, id)| self.versions_of(id)).collect();
        crate::order::sort_by_key(&mut versions, |version| (version.position, version.known_from));
        versions
    }

    /// Every version of one subject that ever counted, by position: a run's, a link's, a record's history.
    #[must_use]
    pub fn history_of(&self, subject: &Subject) -> Vec<Version> {
        let mut versions: Vec<Version> =
            self.cells.subject_id(subject).map(|id| self.versions_of(id)).unwrap_or_default();
        crate::order::sort_by_key(&mut versions, |version| (version.position, version.known_from));
        versions
    }

    /// What a cell holds in `state`: its value, valid time and position.
    #[must_use]
    pub fn value(&self, state: &State, cell: CellId) -> Option<(Value, Time, Position)> {
        let row = state.winners.get(cell.0 as usize).copied().filter(|row| *row != NONE)?;
        let valid = Time(self.rows.valid_of_winner(row, state.as_of.valid.0));
        let value = self.values.decode(&self.texts, self.rows.code(row), valid);
        Some((value, valid, Position::from(self.rows.position(row))))
    }

    fn versions_of(&self, subject: u32) -> Vec<Version> {
        let mut versions = Vec::new();
        for (cell, facet, qualifier) in self.cells.of(subject) {
            let mut rows = self.rows.versions(cell.0);
            rows.sort_unstable();
            for (row, valid, gate) in rows {
                let gate = self.rows.gate(gate);
                let scope = self.intake.scopes.get(gate.scope as usize).map(|scope| scope.name.to_string());
                let known_from = self.row_first.partition_point(|first| *first <= row) as Position;
                versions.push(Version {
                    subject: self.cells.subject(subject).clone(),
                    facet,
                    qualifier: self.texts.get(qualifier).to_string(),
                    valid: Time(valid),
                    position: Position::from(self.rows.position(row)),
                    known_from,
                    dead_from: (gate.dead != NONE).then_some(Position::from(gate.dead)),
                    scope,
                    value: self.values.decode(&self.texts, self.rows.code(row), Time(valid)),
                });
            }
        }
        versions
    }
}
