//! The dictionaries of a segment: texts and subjects, sorted, so that the same entries give the same numbers.

use super::SegmentError;
use super::bytes::{Budget, Reader, Writer};
use crate::event::{Book, Subject};
use crate::id::{AttemptId, EntityId, Kind, LinkId, LinkKind, Stream};
use std::collections::BTreeMap;

/// Longest prefix a text may share with the one before: what bounds the size of the decoded dictionary.
const PREFIX_MAX: usize = 63;

/// Texts being collected, then numbered.
#[derive(Debug, Default)]
pub(super) struct Texts<'a>(BTreeMap<&'a str, u32>);

impl<'a> Texts<'a> {
    pub(super) fn add(&mut self, text: &'a str) {
        self.0.insert(text, 0);
    }

    pub(super) fn add_subject(&mut self, subject: &'a Subject) {
        match subject {
            Subject::Iteration => {}
            Subject::Entity(id) => self.add(&id.key),
            Subject::Attempt(attempt) => {
                self.add(&attempt.of.key);
                self.add(&attempt.run);
            }
            Subject::Link(link) => {
                self.add(&link.from.key);
                self.add(&link.to.key);
            }
            Subject::Run(_, text) | Subject::Ledger(_, text) => self.add(text),
        }
    }

    /// Numbers the texts in their order and writes them.
    pub(super) fn write(&mut self) -> Writer {
        let mut out = Writer::default();
        out.number(self.0.len() as u64);
        let mut before = "";
        for ((text, number), next) in self.0.iter_mut().zip(0..) {
            *number = next;
            let both = before.bytes().zip(text.bytes());
            let shared = both.take(PREFIX_MAX).take_while(|(a, b)| a == b).count();
            out.number(shared as u64);
            out.number((text.len() - shared) as u64);
            out.raw(&text.as_bytes()[shared..]);
            before = text;
        }
        out
    }

    /// The number of a text that was added.
    pub(super) fn number(&self, text: &str) -> u32 {
        *self.0.get(text).expect("the first pass over the entries has added every text of the second")
    }
}

/// Reads the texts that [`Texts::write`] has written.
pub(super) fn read_texts(section: &mut Reader<'_>, budget: &mut Budget) -> Result<Vec<String>, SegmentError> {
    let count = section.number()?;
    if count > section.left() as u64 {
        return section.refuse("as many texts as there are bytes, at most");
    }
    let mut texts: Vec<String> = Vec::new();
    for _ in 0..count {
        let before = texts.last().map_or(&b""[..], String::as_bytes);
        let shared = section.index(before.len().min(PREFIX_MAX) + 1, "a prefix of the text before")?;
        let length = section.number()?;
        let Ok(length) = usize::try_from(length) else { return section.refuse("a text that fits") };
        let rest = section.raw(length)?;
        budget.spend(size_of::<String>() + shared + rest.len(), section)?;
        let text = [&before[..shared], rest].concat();
        if !texts.is_empty() && *text <= *before {
            return section.refuse("texts in ascending order");
        }
        match String::from_utf8(text) {
            Ok(text) => texts.push(text),
            Err(_) => return section.refuse("UTF-8"),
        }
    }
    section.finish()?;
    Ok(texts)
}

/// Writes one subject.
pub(super) fn write_subject(out: &mut Writer, subject: &Subject, texts: &Texts<'_>) {
    let text = |out: &mut Writer, text: &str| out.number(u64::from(texts.number(text)));
    let entity = |out: &mut Writer, id: &EntityId| {
        out.byte(id.kind as u8);
        text(out, &id.key);
    };
    match subject {
        Subject::Iteration => out.byte(0),
        Subject::Entity(id) => {
            out.byte(1);
            entity(out, id);
        }
        Subject::Attempt(attempt) => {
            out.byte(2);
            entity(out, &attempt.of);
            text(out, &attempt.run);
            out.number(u64::from(attempt.try_number));
        }
        Subject::Link(link) => {
            out.byte(3);
            out.byte(link.kind as u8);
            entity(out, &link.from);
            entity(out, &link.to);
        }
        Subject::Run(stream, key) => {
            out.byte(4);
            out.byte(*stream as u8);
            text(out, key);
        }
        Subject::Ledger(book, id) => {
            out.byte(5);
            out.byte(*book as u8);
            text(out, id);
        }
    }
}

/// Reads the subjects of a segment.
pub(super) fn read_subjects(
    section: &mut Reader<'_>,
    texts: &[String],
    budget: &mut Budget,
) -> Result<Vec<Subject>, SegmentError> {
    let mut subjects: Vec<Subject> = Vec::new();
    while section.left() > 0 {
        let subject = read_subject(section, texts)?;
        budget.spend(size_of::<Subject>() + length(&subject), section)?;
        if subjects.last().is_some_and(|before| *before >= subject) {
            return section.refuse("subjects in ascending order");
        }
        subjects.push(subject);
    }
    Ok(subjects)
}

fn read_subject(section: &mut Reader<'_>, texts: &[String]) -> Result<Subject, SegmentError> {
    Ok(match section.byte()? {
        0 => Subject::Iteration,
        1 => Subject::Entity(read_entity(section, texts)?),
        2 => {
            let of = read_entity(section, texts)?;
            let run = read_text(section, texts)?;
            Subject::Attempt(AttemptId { of, run, try_number: section.u32()? })
        }
        3 => {
            let kind = LinkKind::ALL[section.index(LinkKind::ALL.len(), "a link kind")?];
            let (from, to) = (read_entity(section, texts)?, read_entity(section, texts)?);
            Subject::Link(LinkId { kind, from, to })
        }
        4 => {
            let stream = Stream::ALL[section.index(Stream::ALL.len(), "a stream")?];
            Subject::Run(stream, read_text(section, texts)?)
        }
        5 => {
            let book = Book::ALL[section.index(Book::ALL.len(), "a ledger")?];
            Subject::Ledger(book, read_text(section, texts)?)
        }
        _ => return section.refuse("a subject"),
    })
}

fn read_entity(section: &mut Reader<'_>, texts: &[String]) -> Result<EntityId, SegmentError> {
    let kind = Kind::ALL[section.index(Kind::ALL.len(), "an entity kind")?];
    Ok(EntityId::new(kind, read_text(section, texts)?))
}

/// Reads the number of a text.
pub(super) fn read_text(section: &mut Reader<'_>, texts: &[String]) -> Result<String, SegmentError> {
    let index = section.index(texts.len(), "the number of a text")?;
    Ok(texts[index].clone())
}

/// Bytes of text in a subject.
pub(super) fn length(subject: &Subject) -> usize {
    match subject {
        Subject::Iteration => 0,
        Subject::Entity(id) => id.key.len(),
        Subject::Attempt(attempt) => attempt.of.key.len() + attempt.run.len(),
        Subject::Link(link) => link.from.key.len() + link.to.key.len(),
        Subject::Run(_, text) | Subject::Ledger(_, text) => text.len(),
    }
}
