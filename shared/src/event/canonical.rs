//! Canonical JSON: the one text of a value that hashes are taken of. Keys sorted, nothing between tokens.
//!
//! The data of an event is written straight to text, field by field in the order of their keys, which is found when
//! this is compiled: no tree of values, no sorting, no copy. [`Json`] is such a text kept as a value.

use super::data::{Item, Topic};
use super::{Baseline, Dependency, Outcome, Provenance, Severity, Waiver};
use crate::id::{EntityId, LinkKind, Name, Stream};
use crate::scan;
use crate::time::Time;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::fmt::{Display, Write};

/// A field of the data `T`.
pub(crate) struct Field<T: 'static> {
    /// Its key as it stands behind the first quote: `name":`.
    key: &'static str,
    /// Appends key and value with a comma behind them; nothing for a field that is left out.
    put: fn(&T, &'static str, &mut String),
}

impl<T> Clone for Field<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Field<T> {}

impl<T> Field<T> {
    /// The field whose `key` has the name in Rust.
    pub(crate) const fn of(key: &'static str, put: fn(&T, &'static str, &mut String)) -> Self {
        let key = match key.as_bytes() {
            [b'r', b'#', ..] => key.split_at(2).1,
            _ => key,
        };
        Self { key, put }
    }
}

/// A field of the data around it, written where the condition holds of its value.
macro_rules! field {
    ($field:ident, |$value:pat_param| $said:expr) => {
        $crate::event::canonical::Field::of(concat!(stringify!($field), "\":"), |data: &Self, key, out| {
            let $value = &data.$field;
            if $said {
                $crate::event::canonical::put(out, key, &data.$field);
            }
        })
    };
}
pub(crate) use field;

/// The data of an event as the fields it has.
pub(crate) trait Fields: Sized + 'static {
    /// Sorted by key.
    const SORTED: &'static [Field<Self>];
}

/// `fields` by their keys.
pub(crate) const fn sorted<T, const N: usize>(mut fields: [Field<T>; N]) -> [Field<T>; N] {
    let mut n = 1;
    while n < N {
        let mut at = n;
        while at > 0 && is_before(fields[at].key.as_bytes(), fields[at - 1].key.as_bytes()) {
            (fields[at], fields[at - 1]) = (fields[at - 1], fields[at]);
            at -= 1;
        }
        n += 1;
    }
    fields
}

const fn is_before(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return a[at] < b[at];
        }
        at += 1;
    }
    a.len() < b.len()
}

/// Appends the object of `data` to `out`.
pub(crate) fn write_object<T: Fields>(out: &mut String, data: &T) {
    out.push('{');
    let start = out.len();
    for field in T::SORTED {
        (field.put)(data, field.key, out);
    }
    if out.len() > start {
        out.pop();
    }
    out.push('}');
}

/// Appends a field of an object, with a comma behind it.
pub(crate) fn put<V: Canonical>(out: &mut String, key: &'static str, value: &V) {
    // Names of fields need no escapes.
    out.push('"');
    out.push_str(key);
    value.write_to(out);
    out.push(',');
}

/// Writes itself as canonical JSON.
pub(crate) trait Canonical {
    /// Appends itself to `out`.
    fn write_to(&self, out: &mut String);
}

impl Canonical for String {
    fn write_to(&self, out: &mut String) {
        out.push('"');
        escaped(out, self);
        out.push('"');
    }
}

impl<V: Canonical> Canonical for Option<V> {
    fn write_to(&self, out: &mut String) {
        match self {
            Some(value) => value.write_to(out),
            None => out.push_str("null"),
        }
    }
}

impl<V: Canonical> Canonical for Vec<V> {
    fn write_to(&self, out: &mut String) {
        out.push('[');
        for (n, value) in self.iter().enumerate() {
            if n > 0 {
                out.push(',');
            }
            value.write_to(out);
        }
        out.push(']');
    }
}

impl Canonical for bool {
    fn write_to(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

impl Canonical for u32 {
    fn write_to(&self, out: &mut String) {
        shown(out, self);
    }
}

impl Canonical for Time {
    fn write_to(&self, out: &mut String) {
        out.push('"');
        shown(out, self);
        out.push('"');
    }
}

impl Canonical for EntityId {
    fn write_to(&self, out: &mut String) {
        out.push('"');
        out.push_str(self.kind.as_str());
        out.push(':');
        escaped(out, &self.key);
        out.push('"');
    }
}

impl Canonical for serde_json::Value {
    fn write_to(&self, out: &mut String) {
        // Maps of values are sorted by key.
        shown(out, self);
    }
}

impl Canonical for Item {
    fn write_to(&self, out: &mut String) {
        out.push_str("{\"data\":");
        out.push_str(self.data.as_str());
        if let Some(time) = &self.time {
            out.push_str(",\"time\":");
            time.write_to(out);
        }
        out.push_str(",\"type\":\"");
        escaped(out, &self.kind);
        out.push_str("\"}");
    }
}

/// Values that are one word each.
macro_rules! words {
    ($($of:ident: |$value:ident| $word:expr;)*) => {$(
        impl Canonical for $of {
            fn write_to(&self, out: &mut String) {
                let $value = self;
                out.push('"');
                out.push_str($word);
                out.push('"');
            }
        }
    )*};
}
words! {
    Name: |name| name.as_str();
    Topic: |topic| topic.as_str();
    Stream: |stream| stream.as_str();
    LinkKind: |kind| kind.as_str();
    Outcome: |outcome| outcome.as_str();
    Waiver: |waiver| waiver.as_str();
    Baseline: |baseline| baseline.as_str();
    Dependency: |kind| match kind {
        Dependency::Normal => "normal",
        Dependency::Build => "build",
        Dependency::Dev => "dev",
    };
    Provenance: |provenance| match provenance {
        Provenance::Recorded => "recorded",
        Provenance::Inferred => "inferred",
        Provenance::Unrecorded => "unrecorded",
    };
    Severity: |severity| match severity {
        Severity::Error => "error",
        Severity::Warn => "warn",
        Severity::Info => "info",
    };
}

fn shown(out: &mut String, value: &impl Display) {
    // Writing to a text cannot fail.
    let _ = write!(out, "{value}");
}

/// Appends `text` as it stands between the quotes of a JSON text.
pub(crate) fn escaped(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = scan::first(rest.as_bytes(), |byte| (byte < 0x20) | (byte == b'"') | (byte == b'\\'))
    {
        let (plain, odd) = rest.split_at(at);
        out.push_str(plain);
        match odd.as_bytes()[0] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0c => out.push_str("\\f"),
            control => {
                let _ = write!(out, "\\u{control:04x}");
            }
        }
        rest = &odd[1..];
    }
    out.push_str(rest);
}

/// JSON in canonical form, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json(Box<str>);

impl Json {
    /// Takes a text that [`write_object`] wrote.
    pub(crate) fn of_canonical(text: &str) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&serde_json::Value> for Json {
    fn from(value: &serde_json::Value) -> Self {
        // Maps of values are sorted by key.
        Self(value.to_string().into())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_json::Value::deserialize(deserializer).map(|value| Self::from(&value))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Data;
    use super::super::data::*;
    use super::*;
    use crate::id::Kind;
    use proptest::prelude::*;

    #[test]
    fn words_are_those_of_the_wire() {
        fn same<V: Canonical + Serialize>(values: &[V]) {
            for value in values {
                let mut text = String::new();
                value.write_to(&mut text);
                assert_eq!(text, serde_json::to_string(value).expect("a word"));
            }
        }
        same(&Stream::ALL);
        same(&LinkKind::ALL);
        same(&[Topic::Policy, Topic::Rules, Topic::Baseline, Topic::Ledger, Topic::History]);
        same(&[Dependency::Normal, Dependency::Build, Dependency::Dev]);
        same(&[Provenance::Recorded, Provenance::Inferred, Provenance::Unrecorded]);
        same(&[Severity::Error, Severity::Warn, Severity::Info]);
        same(&[Waiver::Accepted, Waiver::UnderReview, Waiver::Rejected, Waiver::Absent]);
        same(&[Baseline::New, Baseline::Unchanged, Baseline::Updated]);
        same(&[Time::ALWAYS, Time(0), Time(-1), Time::MAX, Time(1_794_906_000_123_000)]);
    }

    proptest! {
        #[test]
        fn data_is_written_as_its_tree_of_values_is(
            text in "\\PC{0,40}|[\\x00-\\x7f]{0,40}", more in proptest::collection::vec("[\\x00-\\x7fü]{0,20}", 0..3),
            number in proptest::option::of(any::<u32>()), flag in any::<bool>(),
        ) {
            let time = number.map(|n| Time(i64::from(n)));
            let all = [
                Data::ScenarioFinished(AttemptFinished {
                    key: text.clone(), run: text.clone(), outcome: Outcome::TimedOut, r#try: number,
                    queued_at: time, started_at: None, error: Some(text.clone()), output: None, reason: None,
                    commit: None, provenance: Some(Provenance::Inferred),
                }),
                Data::ScenarioDeclared(ScenarioDeclared {
                    scenario: text.clone(), name: None, spec: Some(text.clone()), path: None, tags: vec![],
                    verifies: more.iter().map(|key| EntityId::new(Kind::Contract, key)).collect(), planned: flag,
                }),
                Data::ImportDeclared(ImportDeclared {
                    from: text.clone(), to: text.clone(), kind: Dependency::Dev, weight: number.unwrap_or(0),
                }),
                Data::DecisionRecorded(DecisionRecorded {
                    decision: text.clone(), record: serde_json::json!({"z": number, "a": [flag, text.clone()]}),
                }),
                Data::TaskDeclared(TaskDeclared {
                    task: text.clone(), name: Some(text.clone()), workflow: None, depends_on: more.clone(),
                    implements: vec![], paths: more.clone(), tags: more.clone(), planned: flag,
                }),
            ];
            let items = all.iter().map(|data| Item { data: data.packed(), time, kind: data.type_name().into() });
            let facts = Data::Facts(Facts { items: items.collect(), scope: Some(text.clone()) });
            for data in all.iter().chain([&facts]) {
                prop_assert_eq!(data.canonical_json(), data.to_json().to_string());
            }
        }
    }
}
