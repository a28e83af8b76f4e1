//! The order of the columns, and how a fact's shape is told: shared by both directions.

use crate::event::{ContractState, Facet, Outcome, Provenance, Severity, Value};

/// Number of columns; their order is the order of the fields in [`Columns`].
pub(super) const COLUMNS: usize = 13;

/// One writer or reader for each field of entries and facts.
#[derive(Debug)]
pub(super) struct Columns<T> {
    pub(super) flags: T,
    pub(super) position: T,
    pub(super) recorded: T,
    pub(super) lag: T,
    pub(super) source: T,
    pub(super) hashes: T,
    pub(super) batch: T,
    pub(super) closing: T,
    pub(super) naming: T,
    pub(super) facts: T,
    pub(super) shape: T,
    pub(super) subject: T,
    pub(super) content: T,
}

impl<T> Columns<T> {
    pub(super) fn from_array(columns: [T; COLUMNS]) -> Self {
        let [
            flags,
            position,
            recorded,
            lag,
            source,
            hashes,
            batch,
            closing,
            naming,
            facts,
            shape,
            subject,
            content,
        ] = columns;
        Self {
            flags,
            position,
            recorded,
            lag,
            source,
            hashes,
            batch,
            closing,
            naming,
            facts,
            shape,
            subject,
            content,
        }
    }

    pub(super) fn into_array(self) -> [T; COLUMNS] {
        [
            self.flags,
            self.position,
            self.recorded,
            self.lag,
            self.source,
            self.hashes,
            self.batch,
            self.closing,
            self.naming,
            self.facts,
            self.shape,
            self.subject,
            self.content,
        ]
    }
}

/// Bits of the flags column; the lowest two are the stream.
pub(super) const STEWARD: u8 = 1 << 2;
pub(super) const CLAMPED: u8 = 1 << 3;
pub(super) const IN_BATCH: u8 = 1 << 4;
pub(super) const CLOSES: u8 = 1 << 5;
pub(super) const NAMES: u8 = 1 << 6;
pub(super) const LAGS: u8 = 1 << 7;

/// How a fact's valid time is written.
pub(super) const ALWAYS: u8 = 0;
pub(super) const AS_HAPPENED: u8 = 1;
pub(super) const OWN_TIME: u8 = 2;

/// What of a fact few facts differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape {
    pub(super) facet: Facet,
    pub(super) rank: u8,
    /// Number of the qualifier's text.
    pub(super) qualifier: u32,
    /// One of [`ALWAYS`], [`AS_HAPPENED`], [`OWN_TIME`].
    pub(super) time: u8,
    /// One of the value shapes below, or a small value itself.
    pub(super) value: u8,
}

pub(super) const NUMBER: u8 = 0;
pub(super) const TIME_IS_VALID: u8 = 1;
pub(super) const TIME: u8 = 2;
pub(super) const TEXT: u8 = 3;
pub(super) const TEXTS: u8 = 4;
/// Value shapes from here on are the value itself.
const SMALL: u8 = 5;

const SMALL_VALUES: [Value; 20] = [
    Value::Flag(false),
    Value::Flag(true),
    Value::Outcome(Outcome::Passed),
    Value::Outcome(Outcome::Failed),
    Value::Outcome(Outcome::Error),
    Value::Outcome(Outcome::Cancelled),
    Value::Outcome(Outcome::TimedOut),
    Value::Outcome(Outcome::Skipped),
    Value::Outcome(Outcome::Running),
    Value::Outcome(Outcome::Queued),
    Value::Outcome(Outcome::Unknown),
    Value::Provenance(Provenance::Recorded),
    Value::Provenance(Provenance::Inferred),
    Value::Provenance(Provenance::Unrecorded),
    Value::Severity(Severity::Error),
    Value::Severity(Severity::Warn),
    Value::Severity(Severity::Info),
    Value::Contract(ContractState::Proposed),
    Value::Contract(ContractState::Locked),
    Value::Contract(ContractState::Broken),
];

/// The shape that is this small value itself.
pub(super) fn small_shape(value: &Value) -> Option<u8> {
    let index = match value {
        Value::Flag(flag) => u8::from(*flag),
        Value::Outcome(outcome) => 2 + *outcome as u8,
        Value::Provenance(provenance) => 11 + *provenance as u8,
        Value::Severity(severity) => 14 + *severity as u8,
        Value::Contract(contract) => 17 + *contract as u8,
        _ => return None,
    };
    Some(SMALL + index)
}

/// The small value that this shape is.
pub(super) fn small_value(shape: u8) -> Option<Value> {
    SMALL_VALUES.get(usize::from(shape.checked_sub(SMALL)?)).cloned()
}
