//! What a file looks like, by its first bytes and first keys; never by its name.
//!
//! A file of no known format is refused with what it seems to be and the nearest formats with what each misses.

use super::{FORMATS, Format, cucumber, dot};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Keys that make a JSON document one of a format: all of the first list and one of the second.
const JSON_FORMATS: [(Format, &[&str], &[&str]); 4] = [
    (Format::Events, &["specversion", "id", "source", "type"], &[]),
    (Format::Openlineage, &["eventTime"], &["run", "job", "dataset"]),
    (Format::CargoMetadata, &["packages", "workspace_members"], &[]),
    (Format::DependencyCruiser, &["modules", "summary"], &[]),
];
/// Formats we tell apart but do not read.
const FOREIGN: [(&str, &[&str]); 10] = [
    ("a CDEvents event", &["context", "subject"]),
    ("a SARIF log", &["version", "runs"]),
    ("a sphinx-needs needs.json", &["versions", "current_version"]),
    ("a GitHub workflow_run payload", &["workflow_run", "repository"]),
    ("a GitHub workflow_job payload", &["workflow_job", "repository"]),
    ("a pytest-json-report", &["exitcode", "tests"]),
    ("a list of known dependency-cruiser violations", &["rule", "from", "to"]),
    ("an Nx project graph", &["graph"]),
    ("a deptrac report", &["Report", "files"]),
    ("a Temporal history", &["events"]),
];
const KEYS_MAX: usize = 64;

/// The format of `text`, or why it is none that we read.
pub(super) fn sniff(text: &str) -> Result<Format, String> {
    let body = text.trim_start();
    match body.chars().next() {
        None => Err("the file is empty".to_owned()),
        Some('<') => sniff_xml(body),
        Some('{' | '[') => sniff_json(body),
        Some(_) if dot::is_dot(body) => Ok(Format::Dot),
        Some(first) => Err(format!(
            "no format that is read here: it starts with {first:?}, and looked for were < (junit), {{ or [ ({}), and graph or digraph (dot)",
            json_names()
        )),
    }
}

fn json_names() -> String {
    let is_json = |format: Format| !matches!(format, Format::Junit | Format::Dot);
    let names: Vec<&str> = FORMATS.iter().filter(|row| is_json(row.format)).map(|row| row.name).collect();
    names.join(", ")
}

fn sniff_xml(body: &str) -> Result<Format, String> {
    let mut xml = Reader::from_str(body);
    loop {
        let name = match xml.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                String::from_utf8_lossy(start.local_name().as_ref()).into_owned()
            }
            Ok(Event::Eof) => {
                return Err(
                    "XML without an element; junit starts with <testsuites> or <testsuite>".to_owned()
                );
            }
            Ok(_) => continue,
            Err(error) => return Err(format!("looks like XML, but is none: {error}")),
        };
        return match name.as_str() {
            "testsuites" | "testsuite" => Ok(Format::Junit),
            other => Err(format!(
                "no format that is read here: XML that starts with <{}>; junit starts with <testsuites> or <testsuite>",
                other.chars().take(80).collect::<String>()
            )),
        };
    }
}

/// Keys of the first document, and the text of its `type`.
#[derive(Default)]
struct Keys {
    names: Vec<String>,
    kind: Option<String>,
}

fn sniff_json(body: &str) -> Result<Format, String> {
    let mut keys = Keys::default();
    let mut json = serde_json::Deserializer::from_str(body);
    // Stops with an error of our own once enough was seen; whatever was read until then counts.
    let read = json.deserialize_any(Gather(&mut keys));
    if keys.names.is_empty() {
        let why = read.err().map_or_else(|| "no object with keys".to_owned(), |error| error.to_string());
        return Err(format!("looks like JSON, but its first document cannot be read: {why}"));
    }
    if keys.names.len() == 1 && cucumber::is_envelope(&keys.names[0]) {
        return Ok(Format::Cucumber);
    }
    let has = |key: &&&str| keys.names.iter().any(|name| name == **key);
    let fits = |(_, all, any): &&(Format, &[&str], &[&str])| {
        all.iter().all(|key| has(&key)) && (any.is_empty() || any.iter().any(|key| has(&key)))
    };
    match JSON_FORMATS.iter().find(fits) {
        Some((Format::Events, ..)) => match keys.kind.as_deref() {
            Some(kind) if kind.starts_with("mission.") => return Ok(Format::Events),
            kind => {
                let kind: String = kind.unwrap_or("").chars().take(80).collect();
                return Err(format!(
                    "CloudEvents of type {kind:?}, which is not one of ours (mission.…); --format events reports line by line"
                ));
            }
        },
        Some((format, ..)) => return Ok(*format),
        None => {}
    }
    let foreign = FOREIGN.iter().find(|(_, wanted)| wanted.iter().all(|key| has(&key)));
    let seems = foreign.map_or_else(
        || {
            format!(
                "its first keys are {}",
                keys.names.iter().take(6).cloned().collect::<Vec<_>>().join(", ")
            )
        },
        |(name, _)| format!("it seems to be {name}"),
    );
    Err(format!("no format that is read here: {seems}; nearest are {}", nearest(&keys)))
}

/// The three formats that miss the least, with what they miss.
fn nearest(keys: &Keys) -> String {
    let has = |key: &str| keys.names.iter().any(|name| name == key);
    let mut rows: Vec<(usize, usize, String)> = JSON_FORMATS
        .iter()
        .enumerate()
        .map(|(n, (format, all, any))| {
            let mut missing: Vec<String> =
                all.iter().filter(|key| !has(key)).map(|&key| key.to_owned()).collect();
            if !any.is_empty() && !any.iter().any(|key| has(key)) {
                missing.push(any.join(" or "));
            }
            (missing.len(), n, format!("{format} (misses {})", missing.join(", ")))
        })
        .collect();
    rows.push((1, JSON_FORMATS.len(), "cucumber (misses an only key like pickle)".to_owned()));
    rows.sort();
    let names: Vec<String> = rows.into_iter().take(3).map(|(_, _, text)| text).collect();
    names.join(", ")
}

struct Gather<'k>(&'k mut Keys);

impl<'de> Visitor<'de> for Gather<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            self.0.names.push(key.chars().take(80).collect());
            if self.0.names.len() >= KEYS_MAX {
                return Err(A::Error::custom("enough keys"));
            }
            match key.as_str() {
                "type" => self.0.kind = map.next_value::<serde_json::Value>()?.as_str().map(str::to_owned),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        seq.next_element_seed(First(self.0))?;
        Err(A::Error::custom("no object in the array"))
    }
}

/// The first element of an array.
struct First<'k>(&'k mut Keys);

impl<'de> serde::de::DeserializeSeed<'de> for First<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(Gather(self.0))
    }
}
