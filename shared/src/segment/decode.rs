//! From bytes to entries. Every count is checked against the bytes that stand for it before anything is built.

use super::bytes::{Budget, Reader};
use super::columns::{
    ALWAYS, AS_HAPPENED, CLAMPED, CLOSES, COLUMNS, Columns, IN_BATCH, LAGS, NAMES, NUMBER, OWN_TIME, STEWARD,
    Shape, TEXT, TEXTS, TIME, TIME_IS_VALID, small_value,
};
use super::dictionary::{length, read_subjects, read_text, read_texts};
use super::{MAGIC, SegmentError};
use crate::event::{Closing, Entry, Facet, Fact, Hash128, Naming, RANK_MAX, Subject, Value};
use crate::id::Stream;
use crate::time::Time;

/// Decodes a segment or a live frame. O(bytes + what it builds).
///
/// # Errors
/// [`SegmentError`] naming the byte.
pub fn decode(bytes: &[u8]) -> Result<Vec<Entry>, SegmentError> {
    let mut all = Reader::new(bytes);
    if all.raw(MAGIC.len())? != MAGIC {
        return Reader::new(bytes).refuse("the mark of a segment");
    }
    let mut budget = Budget::of(bytes);
    let texts = read_texts(&mut all.section()?, &mut budget)?;
    let subjects = read_subjects(&mut all.section()?, &texts, &mut budget)?;
    let shapes = read_shapes(&mut all.section()?, texts.len())?;
    let mut columns = [Reader::new(&[]); COLUMNS];
    for column in &mut columns {
        *column = all.section()?;
    }
    all.finish()?;
    let mut reading = Reading {
        columns: Columns::from_array(columns),
        texts,
        subjects,
        shapes,
        position: 0,
        recorded: 0,
        subject: 0,
        budget,
    };
    let mut entries = Vec::new();
    while reading.columns.flags.left() > 0 {
        entries.push(reading.entry()?);
    }
    for column in reading.columns.into_array() {
        column.finish()?;
    }
    Ok(entries)
}

fn read_shapes(section: &mut Reader<'_>, n_texts: usize) -> Result<Vec<Shape>, SegmentError> {
    let mut shapes: Vec<Shape> = Vec::new();
    while section.left() > 0 {
        let shape = Shape {
            facet: Facet::ALL[section.index(Facet::ALL.len(), "a facet")?],
            rank: section.byte()?,
            qualifier: section.index(n_texts, "the number of a text")? as u32,
            time: section.byte()?,
            value: section.byte()?,
        };
        if shape.rank > RANK_MAX || shape.time > OWN_TIME {
            return section.refuse("a rank and a kind of time");
        }
        if shape.value > TEXTS && small_value(shape.value).is_none() {
            return section.refuse("a kind of value");
        }
        if shapes.last().is_some_and(|before| *before >= shape) {
            return section.refuse("shapes in ascending order");
        }
        shapes.push(shape);
    }
    Ok(shapes)
}

struct Reading<'a> {
    columns: Columns<Reader<'a>>,
    texts: Vec<String>,
    subjects: Vec<Subject>,
    shapes: Vec<Shape>,
    position: u64,
    recorded: i64,
    subject: i64,
    budget: Budget,
}

impl Reading<'_> {
    fn entry(&mut self) -> Result<Entry, SegmentError> {
        let columns = &mut self.columns;
        let flags = columns.flags.byte()?;
        let has = |bit: u8| flags & bit != 0;
        self.position = self.position.wrapping_add(columns.position.number()?).wrapping_add(1);
        self.recorded = self.recorded.wrapping_add(columns.recorded.signed()?);
        let happened = match has(LAGS) {
            true => self.recorded.wrapping_sub(columns.lag.signed()?),
            false => self.recorded,
        };
        if has(LAGS) && happened == self.recorded {
            return columns.lag.refuse("a lag that is not zero");
        }
        let texts = &self.texts;
        let mut entry = Entry {
            position: self.position,
            recorded_at: Time(self.recorded),
            source: read_text(&mut columns.source, texts)?,
            identity: Hash128(columns.hashes.hash()?),
            content: Hash128(columns.hashes.hash()?),
            steward: has(STEWARD),
            clamped: has(CLAMPED),
            stream: (flags & 3).checked_sub(1).map(|index| Stream::ALL[usize::from(index)]),
            happened_at: Time(happened),
            batch: None,
            closing: None,
            naming: None,
            facts: Vec::new(),
        };
        if has(IN_BATCH) {
            entry.batch = Some(read_text(&mut columns.batch, texts)?);
        }
        if has(NAMES) {
            let named = Hash128(columns.naming.hash()?);
            entry.naming = Some(Naming { named, source: read_text(&mut columns.naming, texts)? });
        }
        if has(CLOSES) {
            entry.closing = Some(read_closing(&mut columns.closing, texts)?);
        }
        let n_facts = columns.facts.number()?;
        if n_facts > columns.shape.left() as u64 {
            return columns.facts.refuse("as many facts as there are shapes");
        }
        self.budget.spend(size_of::<Entry>() + texts_length(&entry), &self.columns.flags)?;
        for _ in 0..n_facts {
            let fact = self.fact(entry.happened_at)?;
            entry.facts.push(fact);
        }
        Ok(entry)
    }

    fn fact(&mut self, happened_at: Time) -> Result<Fact, SegmentError> {
        let shape = self.shapes[self.columns.shape.index(self.shapes.len(), "the number of a shape")?];
        self.subject = self.subject.wrapping_add(self.columns.subject.signed()?);
        let subject = usize::try_from(self.subject).ok().and_then(|index| self.subjects.get(index));
        let Some(subject) = subject else { return self.columns.subject.refuse("the number of a subject") };
        let qualifier = &self.texts[shape.qualifier as usize];
        let cost = size_of::<Fact>() + length(subject) + qualifier.len();
        self.budget.spend(cost, &self.columns.shape)?;
        let (subject, qualifier) = (subject.clone(), qualifier.clone());
        let valid = match shape.time {
            ALWAYS => Time::ALWAYS,
            AS_HAPPENED => happened_at,
            _ => Time(happened_at.0.wrapping_sub(self.columns.content.signed()?)),
        };
        let canonical = match shape.time {
            ALWAYS => true,
            AS_HAPPENED => valid != Time::ALWAYS,
            _ => valid != Time::ALWAYS && valid != happened_at,
        };
        if !canonical {
            return self.columns.content.refuse("a time in its shortest form");
        }
        let value = self.value(shape, valid)?;
        Ok(Fact { subject, facet: shape.facet, qualifier, valid, rank: shape.rank, value })
    }

    fn value(&mut self, shape: Shape, valid: Time) -> Result<Value, SegmentError> {
        let content = &mut self.columns.content;
        Ok(match shape.value {
            NUMBER => Value::Number(content.signed()?),
            TIME_IS_VALID => Value::Time(valid),
            TIME => match Time(valid.0.wrapping_add(content.signed()?)) {
                time if time == valid => return content.refuse("a time in its shortest form"),
                time => Value::Time(time),
            },
            TEXT => Value::Text(self.text()?),
            TEXTS => {
                let count = content.number()?;
                if count > content.left() as u64 {
                    return content.refuse("as many texts as there are bytes, at most");
                }
                Value::Texts((0..count).map(|_| self.text()).collect::<Result<_, _>>()?)
            }
            small => match small_value(small) {
                Some(value) => value,
                None => return content.refuse("a kind of value"),
            },
        })
    }

    fn text(&mut self) -> Result<String, SegmentError> {
        let index = self.columns.content.index(self.texts.len(), "the number of a text")?;
        self.budget.spend(self.texts[index].len() + size_of::<String>(), &self.columns.content)?;
        Ok(self.texts[index].clone())
    }
}

fn read_closing(column: &mut Reader<'_>, texts: &[String]) -> Result<Closing, SegmentError> {
    let batch = read_text(column, texts)?;
    let count = column.u32()?;
    let digest = Hash128(column.hash()?);
    let scope = column.index(texts.len() + 1, "the number of a text, or none")?;
    let scope = scope.checked_sub(1).map(|index| texts[index].clone());
    let valid = Time(column.signed()?);
    let stream = column.index(Stream::ALL.len() + 1, "a stream, or none")?;
    let stream = stream.checked_sub(1).map(|index| Stream::ALL[index]);
    Ok(Closing { batch, count, digest, scope, valid, stream })
}

/// Bytes of text in an entry outside of its facts.
fn texts_length(entry: &Entry) -> usize {
    let closing = entry.closing.iter().flat_map(|closing| [Some(&closing.batch), closing.scope.as_ref()]);
    let others = [entry.batch.as_ref(), entry.naming.as_ref().map(|naming| &naming.source)];
    entry.source.len() + closing.chain(others).flatten().map(String::len).sum::<usize>()
}
