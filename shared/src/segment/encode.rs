//! From entries to bytes, in two passes: one collects the dictionaries, one writes the columns.

use super::MAGIC;
use super::bytes::Writer;
use super::columns::{
    ALWAYS, AS_HAPPENED, CLAMPED, CLOSES, Columns, IN_BATCH, LAGS, NAMES, NUMBER, OWN_TIME, STEWARD, Shape,
    TEXT, TEXTS, TIME, TIME_IS_VALID, small_shape,
};
use super::dictionary::{Texts, write_subject};
use crate::event::{Closing, Entry, Fact, Subject, Value};
use crate::time::Time;
use std::collections::BTreeMap;

/// Encodes consecutive entries. O(facts · log).
#[must_use]
pub fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut texts = collect_texts(entries);
    let text_section = texts.write();
    let mut subjects: BTreeMap<&Subject, u32> = subjects(entries).map(|subject| (subject, 0)).collect();
    let fact_shapes = shapes(entries, &texts);
    let mut shapes: BTreeMap<Shape, u32> = BTreeMap::new();
    for shape in &fact_shapes {
        shapes.insert(*shape, 0);
    }
    let mut subject_section = Writer::default();
    for ((subject, number), next) in subjects.iter_mut().zip(0..) {
        *number = next;
        write_subject(&mut subject_section, subject, &texts);
    }
    let mut shape_section = Writer::default();
    for ((shape, number), next) in shapes.iter_mut().zip(0..) {
        *number = next;
        shape_section.byte(shape.facet as u8);
        shape_section.byte(shape.rank);
        shape_section.number(u64::from(shape.qualifier));
        shape_section.byte(shape.time);
        shape_section.byte(shape.value);
    }
    let mut scribe = Scribe {
        columns: Columns::from_array(std::array::from_fn(|_| Writer::default())),
        texts,
        subjects,
        shapes,
        fact_shapes: fact_shapes.into_iter(),
        position: 0,
        recorded: 0,
        subject: None,
    };
    entries.iter().for_each(|entry| scribe.entry(entry));
    let mut out = Writer(MAGIC.to_vec());
    for section in [&text_section, &subject_section, &shape_section] {
        out.section(section);
    }
    for column in scribe.columns.into_array() {
        out.section(&column);
    }
    out.0
}

/// The subjects of all facts in order, each run of the same one once: most events state several facts of one.
fn subjects(entries: &[Entry]) -> impl Iterator<Item = &Subject> {
    let mut last = None;
    let facts = entries.iter().flat_map(|entry| &entry.facts);
    facts.map(|fact| &fact.subject).filter(move |subject| last.replace(*subject) != Some(*subject))
}

fn collect_texts(entries: &[Entry]) -> Texts<'_> {
    let mut texts = Texts::default();
    subjects(entries).for_each(|subject| texts.add_subject(subject));
    for entry in entries {
        texts.add(&entry.source);
        entry.batch.iter().for_each(|batch| texts.add(batch));
        entry.naming.iter().for_each(|naming| texts.add(&naming.source));
        if let Some(closing) = &entry.closing {
            texts.add(&closing.batch);
            closing.scope.iter().for_each(|scope| texts.add(scope));
        }
        for fact in &entry.facts {
            texts.add(&fact.qualifier);
            match &fact.value {
                Value::Text(text) => texts.add(text),
                Value::Texts(list) => list.iter().for_each(|text| texts.add(text)),
                _ => {}
            }
        }
    }
    texts
}

/// The shape of each fact, in order.
fn shapes(entries: &[Entry], texts: &Texts<'_>) -> Vec<Shape> {
    let mut shapes = Vec::with_capacity(entries.iter().map(|entry| entry.facts.len()).sum());
    // Most facts have the empty qualifier, as the one before.
    let mut qualifier: Option<(&str, u32)> = None;
    for entry in entries {
        for fact in &entry.facts {
            let number = match qualifier {
                Some((text, number)) if text == fact.qualifier => number,
                _ => texts.number(&fact.qualifier),
            };
            qualifier = Some((&fact.qualifier, number));
            shapes.push(shape(entry, fact, number));
        }
    }
    shapes
}

fn shape(entry: &Entry, fact: &Fact, qualifier: u32) -> Shape {
    let time = match fact.valid {
        Time::ALWAYS => ALWAYS,
        valid if valid == entry.happened_at => AS_HAPPENED,
        _ => OWN_TIME,
    };
    let value = match &fact.value {
        Value::Number(_) => NUMBER,
        Value::Time(time) if *time == fact.valid => TIME_IS_VALID,
        Value::Time(_) => TIME,
        Value::Text(_) => TEXT,
        Value::Texts(_) => TEXTS,
        small => small_shape(small).expect("every value that is not above is a small one"),
    };
    Shape { facet: fact.facet, rank: fact.rank, qualifier, time, value }
}

struct Scribe<'a> {
    columns: Columns<Writer>,
    texts: Texts<'a>,
    subjects: BTreeMap<&'a Subject, u32>,
    shapes: BTreeMap<Shape, u32>,
    /// Shapes of the facts that are still to be written.
    fact_shapes: std::vec::IntoIter<Shape>,
    position: u64,
    recorded: i64,
    /// Subject of the fact before, and its number.
    subject: Option<(&'a Subject, u32)>,
}

impl<'a> Scribe<'a> {
    fn entry(&mut self, entry: &'a Entry) {
        let text = |text: &str| u64::from(self.texts.number(text));
        let columns = &mut self.columns;
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        let lags = entry.happened_at != entry.recorded_at;
        columns.flags.byte(
            entry.stream.map_or(0, |stream| stream as u8 + 1)
                | bit(entry.steward, STEWARD)
                | bit(entry.clamped, CLAMPED)
                | bit(entry.batch.is_some(), IN_BATCH)
                | bit(entry.closing.is_some(), CLOSES)
                | bit(entry.naming.is_some(), NAMES)
                | bit(lags, LAGS),
        );
        columns.position.number(entry.position.wrapping_sub(self.position).wrapping_sub(1));
        columns.recorded.signed(entry.recorded_at.0.wrapping_sub(self.recorded));
        if lags {
            columns.lag.signed(entry.recorded_at.0.wrapping_sub(entry.happened_at.0));
        }
        columns.source.number(text(&entry.source));
        columns.hashes.raw(&entry.identity.0);
        columns.hashes.raw(&entry.content.0);
        entry.batch.iter().for_each(|batch| columns.batch.number(text(batch)));
        if let Some(naming) = &entry.naming {
            columns.naming.raw(&naming.named.0);
            columns.naming.number(text(&naming.source));
        }
        if let Some(closing) = &entry.closing {
            write_closing(&mut columns.closing, closing, &self.texts);
        }
        columns.facts.number(entry.facts.len() as u64);
        (self.position, self.recorded) = (entry.position, entry.recorded_at.0);
        entry.facts.iter().for_each(|fact| self.fact(entry, fact));
    }

    fn fact(&mut self, entry: &Entry, fact: &'a Fact) {
        let shape = self.fact_shapes.next().expect("the first pass has told the shape of every fact");
        let columns = &mut self.columns;
        columns.shape.number(u64::from(self.shapes[&shape]));
        let before = self.subject.map_or(0, |(_, number)| number);
        let subject = match self.subject {
            Some((same, number)) if *same == fact.subject => number,
            _ => self.subjects[&fact.subject],
        };
        columns.subject.signed(i64::from(subject) - i64::from(before));
        self.subject = Some((&fact.subject, subject));
        if shape.time == OWN_TIME {
            columns.content.signed(entry.happened_at.0.wrapping_sub(fact.valid.0));
        }
        match &fact.value {
            Value::Number(number) => columns.content.signed(*number),
            Value::Time(time) if shape.value == TIME => {
                columns.content.signed(time.0.wrapping_sub(fact.valid.0));
            }
            Value::Text(text) => columns.content.number(u64::from(self.texts.number(text))),
            Value::Texts(list) => {
                columns.content.number(list.len() as u64);
                list.iter().for_each(|text| columns.content.number(u64::from(self.texts.number(text))));
            }
            _ => {}
        }
    }
}

fn write_closing(out: &mut Writer, closing: &Closing, texts: &Texts<'_>) {
    out.number(u64::from(texts.number(&closing.batch)));
    out.number(u64::from(closing.count));
    out.raw(&closing.digest.0);
    out.number(closing.scope.as_deref().map_or(0, |scope| u64::from(texts.number(scope)) + 1));
    out.signed(closing.valid.0);
    out.byte(closing.stream.map_or(0, |stream| stream as u8 + 1));
}
