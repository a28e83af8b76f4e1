//! A request body as items: content type and coding, decompression under a limit, and where each event lies.
//!
//! Refuses whole bodies that cannot be read to their end: broken compression, more bytes than allowed after
//! decompression, invalid UTF-8, a JSON text that is no object or array. What is wrong inside of one item is
//! not found here.

use bytes::Bytes;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::io::Read;
use std::ops::Range;

/// Largest body, in bytes, before and after decompression.
pub const BODY_BYTES_MAX: usize = 20 << 20;
/// Most events in one body.
pub const BODY_EVENTS_MAX: usize = 131_072;

/// How the events lie in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFormat {
    /// One CloudEvent as a JSON object.
    Event,
    /// A JSON array of CloudEvents.
    Batch,
    /// One CloudEvent a line.
    Lines,
    /// Told by the body: an array, one object, or lines.
    Told,
}

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyCoding {
    /// Not at all.
    Plain,
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyKind {
    /// How the events lie in it.
    pub format: BodyFormat,
    /// How it is compressed.
    pub coding: BodyCoding,
}

/// Why a body cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Neither content type nor coding say what it could be.
    #[error("{0}")]
    Unsupported(String),
    /// Too many bytes or events.
    #[error("{0}")]
    TooLarge(String),
    /// It cannot be read to its end.
    #[error("{0}")]
    Undecodable(String),
}

impl BodyKind {
    /// Lines, not compressed: what `mission import` sends.
    pub const LINES: BodyKind = BodyKind { format: BodyFormat::Lines, coding: BodyCoding::Plain };

    /// Reads `Content-Type` and `Content-Encoding`.
    ///
    /// # Errors
    /// [`BodyError::Unsupported`] naming what is understood.
    pub fn from_headers(content_type: Option<&str>, coding: Option<&str>) -> Result<Self, BodyError> {
        let media = content_type.unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        let format = match media.as_str() {
            "application/cloudevents+json" => BodyFormat::Event,
            "application/cloudevents-batch+json" => BodyFormat::Batch,
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/x-jsonlines" => BodyFormat::Lines,
            "" | "application/json" | "application/octet-stream" => BodyFormat::Told,
            _ => {
                return Err(BodyError::Unsupported(format!(
                    "content type {media:?}; send application/cloudevents+json, \
                     application/cloudevents-batch+json, application/json or application/x-ndjson"
                )));
            }
        };
        let coding = match coding.unwrap_or("").trim().to_ascii_lowercase().as_str() {
            "" | "identity" => BodyCoding::Plain,
            "gzip" | "x-gzip" => BodyCoding::Gzip,
            "zstd" => BodyCoding::Zstd,
            other => {
                return Err(BodyError::Unsupported(format!(
                    "content encoding {other:?}; send identity, gzip or zstd"
                )));
            }
        };
        Ok(Self { format, coding })
    }
}

/// A body read to its end, with the places of its items.
#[derive(Debug)]
pub(super) struct Items {
    /// The decompressed bytes, valid UTF-8.
    text: Bytes,
    /// Where each item lies.
    ranges: Vec<Range<usize>>,
    /// Whether it was one event, no list.
    pub(super) single: bool,
}

impl Items {
    /// Number of items.
    pub(super) fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Each item's bytes, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.ranges.iter().map(|range| &self.text[range.clone()])
    }
}

/// Decompresses `body` and finds its items.
pub(super) fn items_of(body: Bytes, kind: BodyKind) -> Result<Items, BodyError> {
    let bytes = decompressed(body, kind.coding)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| BodyError::Undecodable(format!("not UTF-8 at byte {}", error.valid_up_to())))?;
    let (ranges, single) = match kind.format {
        BodyFormat::Event => (vec![object_in(text)?], true),
        BodyFormat::Batch => (batch_in(text)?, false),
        BodyFormat::Lines => (lines_in(text)?, false),
        BodyFormat::Told => match text.trim_start().as_bytes().first() {
            Some(b'[') => (batch_in(text)?, false),
            _ => match object_in(text) {
                Ok(whole) => (vec![whole], true),
                // Several lines are no JSON text; one line that is broken is a broken event.
                Err(error) if text.trim().lines().count() < 2 => return Err(error),
                Err(_) => (lines_in(text)?, false),
            },
        },
    };
    Ok(Items { text: bytes, ranges, single })
}

/// One event from its attributes and its data, which may be empty.
pub(super) fn envelope(
    mut attributes: Map<String, Value>,
    data: Bytes,
    coding: BodyCoding,
) -> Result<Bytes, BodyError> {
    let data = decompressed(data, coding)?;
    let text = std::str::from_utf8(&data)
        .map_err(|error| BodyError::Undecodable(format!("not UTF-8 at byte {}", error.valid_up_to())))?;
    attributes.remove("data");
    let mut event = Value::Object(attributes).to_string();
    if !text.trim().is_empty() {
        // The data goes in as it is, whatever its depth: it is checked with the event.
        let range = object_in(text)?;
        event.pop();
        event.push_str(",\"data\":");
        event.push_str(&text[range]);
        event.push('}');
    }
    Ok(event.into())
}

fn decompressed(body: Bytes, coding: BodyCoding) -> Result<Bytes, BodyError> {
    if body.len() > BODY_BYTES_MAX {
        return Err(too_large());
    }
    match coding {
        BodyCoding::Plain => Ok(body),
        BodyCoding::Gzip => read_bounded(flate2::read::MultiGzDecoder::new(body.as_ref()), "gzip"),
        BodyCoding::Zstd => {
            let decoder = zstd::stream::read::Decoder::with_buffer(body.as_ref())
                .map_err(|error| undecodable("zstd", &error))?;
            read_bounded(decoder, "zstd")
        }
    }
}

fn read_bounded(reader: impl Read, coding: &str) -> Result<Bytes, BodyError> {
    let mut bytes = Vec::new();
    let limit = BODY_BYTES_MAX as u64 + 1;
    reader.take(limit).read_to_end(&mut bytes).map_err(|error| undecodable(coding, &error))?;
    if bytes.len() > BODY_BYTES_MAX {
        return Err(too_large());
    }
    Ok(bytes.into())
}

fn undecodable(coding: &str, error: &std::io::Error) -> BodyError {
    BodyError::Undecodable(format!("the body is not whole {coding}: {error}"))
}

fn too_large() -> BodyError {
    BodyError::TooLarge(format!("at most {BODY_BYTES_MAX} bytes a request, before and after decompression"))
}

fn too_many() -> BodyError {
    BodyError::TooLarge(format!("at most {BODY_EVENTS_MAX} events a request"))
}

/// The one JSON value `text` is. Reading a raw value does not recurse, however deep it is.
fn object_in(text: &str) -> Result<Range<usize>, BodyError> {
    let value: &RawValue =
        serde_json::from_str(text).map_err(|error| BodyError::Undecodable(format!("not JSON: {error}")))?;
    Ok(range_in(text, value.get()))
}

fn batch_in(text: &str) -> Result<Vec<Range<usize>>, BodyError> {
    let values: Vec<&RawValue> = serde_json::from_str(text)
        .map_err(|error| BodyError::Undecodable(format!("not a JSON array: {error}")))?;
    if values.len() > BODY_EVENTS_MAX {
        return Err(too_many());
    }
    Ok(values.into_iter().map(|value| range_in(text, value.get())).collect())
}

/// Every line that is not blank.
fn lines_in(text: &str) -> Result<Vec<Range<usize>>, BodyError> {
    let mut ranges = Vec::new();
    for line in text.split('\n') {
        let line = line.trim_matches([' ', '\t', '\r']);
        if line.is_empty() {
            continue;
        }
        if ranges.len() == BODY_EVENTS_MAX {
            return Err(too_many());
        }
        ranges.push(range_in(text, line));
    }
    Ok(ranges)
}

/// Where `part`, a slice of `text`, lies in it.
fn range_in(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    start..start + part.len()
}
