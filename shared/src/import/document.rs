//! The outer shape of files: lines, and JSON that is one document, an array, or one document a line.
//!
//! Refuses: JSON that breaks off or nests deeper than 64 levels (found by a scan, not by
//! recursion). What is inside a document is the formats' business.

use crate::event::{DEPTH_MAX, depth_exceeds};
use crate::scan;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::{Borrow, Cow};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// Why a container cannot be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// Line, from 1; 0 for the file as a whole.
    pub(super) line: u64,
    /// What is wrong.
    pub(super) reason: String,
}

impl Broken {
    pub(super) fn at(line: u64, reason: impl Into<String>) -> Self {
        Self { line, reason: reason.into() }
    }

    pub(super) fn whole(reason: impl Into<String>) -> Self {
        Self::at(0, reason)
    }

    /// A JSON error in a document that starts at `line`.
    pub(super) fn json(line: u64, error: &serde_json::Error) -> Self {
        Self::at(line + error.line().saturating_sub(1) as u64, json_reason(error))
    }
}

/// Turns ascending offsets into lines, each stretch counted once.
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// Line of the byte at `offset`, from 1. An offset before the last one counts from the start again.
    pub(super) fn line(&mut self, offset: usize) -> u64 {
        let offset = offset.min(self.text.len());
        if offset < self.at {
            (self.at, self.line) = (0, 1);
        }
        self.line += scan::count(&self.text.as_bytes()[self.at..offset], b'\n') as u64;
        self.at = offset;
        self.line
    }

    /// Line on which `part`, a slice of the text, starts.
    pub(super) fn line_of(&mut self, part: &str) -> u64 {
        self.line((part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize))
    }
}

/// What `error` says, without its place.
pub(super) fn json_reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text[..end].to_owned()
}

/// Reads one JSON document into `T`; on failure the line within it and the reason with the field's path.
pub(super) fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, (u64, String)> {
    serde_json::from_str(json).map_err(|first| {
        let mut again = serde_json::Deserializer::from_str(json);
        let reason = match serde_path_to_error::deserialize::<_, T>(&mut again) {
            Err(error) if error.path().iter().len() > 0 && error.path().to_string() != "." => {
                format!("{}: {}", error.path(), json_reason(error.inner()))
            }
            _ => json_reason(&first),
        };
        (first.line().saturating_sub(1) as u64, reason)
    })
}

fn too_deep() -> String {
    format!("nested deeper than {DEPTH_MAX} levels")
}

/// Checks the depth of one whole JSON document; its syntax is the parser's business.
pub(super) fn check_depth(text: &str) -> Result<(), Broken> {
    if depth_exceeds(text.as_bytes(), DEPTH_MAX) { Err(Broken::whole(too_deep())) } else { Ok(()) }
}

/// Checks one whole JSON document: syntax and depth.
pub(super) fn check_whole(text: &str) -> Result<(), Broken> {
    check_depth(text)?;
    serde_json::from_str::<IgnoredAny>(text).map(|_| ()).map_err(|error| Broken::json(1, &error))
}

/// Calls `take` with the line and text of every document, or the reason why one cannot be read.
///
/// One document, an array of them, or one a line. A last line that breaks off is a broken container;
/// other bad lines are bad items.
pub(super) fn each_document<'a>(
    text: &'a str,
    mut take: impl FnMut(u64, Result<&'a str, String>),
) -> Result<(), Broken> {
    let mut checked = |line: u64, json: &'a str| {
        let deep = depth_exceeds(json.as_bytes(), DEPTH_MAX);
        take(line, if deep { Err(too_deep()) } else { Ok(json) });
    };
    let body = text.trim_start();
    if body.starts_with('[') {
        let mut lines = Lines::of(text);
        let mut json = serde_json::Deserializer::from_str(text);
        let elements = Elements(|part: &'a str| checked(lines.line_of(part), part));
        json.deserialize_seq(elements).map_err(|error| Broken::json(1, &error))?;
        return json.end().map_err(|error| Broken::json(1, &error));
    }
    let first = body.lines().next().unwrap_or("").trim_end();
    let by_line = first.ends_with('}') || serde_json::from_str::<IgnoredAny>(first).is_ok();
    if !by_line || body.trim_end().len() == first.len() {
        check_whole(text)?;
        let line = Lines::of(text).line(text.len() - body.len());
        checked(line, body.trim_end());
        return Ok(());
    }
    for (n, line) in text.split('\n').enumerate() {
        let (number, json) = (n as u64 + 1, line.trim());
        if json.is_empty() {
            continue;
        }
        let is_last = line.as_bytes().as_ptr_range().end == text.as_bytes().as_ptr_range().end;
        if is_last
            && let Err(error) = serde_json::from_str::<IgnoredAny>(json)
            && error.is_eof()
        {
            return Err(Broken::at(number, format!("the file breaks off here: {}", json_reason(&error))));
        }
        checked(number, json);
    }
    Ok(())
}

/// Calls `take` with the text of every element of an array; what is wrong with it otherwise.
pub(super) fn each_element<'a>(json: &'a str, take: impl FnMut(&'a str)) -> Result<(), String> {
    let mut json = serde_json::Deserializer::from_str(json);
    json.deserialize_seq(Elements(take)).map_err(|error| json_reason(&error))
}

/// Calls `take` with every text of an array, if all of its elements are texts.
pub(super) fn each_text(json: &str, mut take: impl FnMut(&str)) -> Result<(), String> {
    parse::<Texts>(json).map_err(|(_, reason)| reason)?;
    let mut json = serde_json::Deserializer::from_str(json);
    json.deserialize_seq(EachText(&mut take)).map_err(|error| json_reason(&error))
}

/// Visits the texts of an array.
struct EachText<F>(F);

impl<'de, F: FnMut(&str)> Visitor<'de> for EachText<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while let Some(text) = seq.next_element::<Text<'de>>()? {
            (self.0)(&text);
        }
        Ok(())
    }
}

/// An array of texts, none of which is kept.
struct Texts;

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EachText(|_: &str| ())).map(|()| Texts)
    }
}

/// A JSON text that is borrowed from the file wherever nothing in it is escaped, also within options and lists
/// (where serde's `Cow` is always owned).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Read)
    }
}

/// The members of an object in the order of the file, their values as text or as what they are read as.
#[derive(Debug)]
pub(super) struct Entries<'a, V = &'a RawValue>(pub(super) Vec<(Text<'a>, V)>);

/// Members most objects have at most.
const ENTRIES: usize = 16;

impl<'de: 'a, 'a, V: Deserialize<'de>> Deserialize<'de> for Entries<'a, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Read<V> {
            type Value = Vec<(Text<'de>, V)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::with_capacity(ENTRIES);
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }
        deserializer.deserialize_map(Read(PhantomData)).map(Entries)
    }
}

/// The first element of an array; the others are skipped.
#[derive(Debug)]
pub(super) struct First<T>(pub(super) Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for First<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Read<T> {
            type Value = First<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<First<T>, A::Error> {
                let first = seq.next_element()?;
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(First(first))
            }
        }
        deserializer.deserialize_seq(Read(PhantomData))
    }
}

/// Visits the elements of an array as text.
struct Elements<F>(F);

impl<'de, F: FnMut(&'de str)> Visitor<'de> for Elements<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while let Some(element) = seq.next_element::<&'de RawValue>()? {
            (self.0)(element.get());
        }
        Ok(())
    }
}
