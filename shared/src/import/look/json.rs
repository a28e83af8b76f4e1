//! The keys of a first JSON document, three objects deep, and the short texts among their values.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// Keys of one object that are looked at; reading stops behind the last one of the document itself.
const KEYS_MAX: usize = 64;
const DEPTH_MAX: usize = 3;
const NAME_CHARS_MAX: usize = 80;

/// Keys by path (`context`, `context.id`), through the first element of arrays, with their value if it is text.
#[derive(Debug, Default)]
pub(in super::super) struct Keys {
    names: Vec<String>,
    paths: BTreeMap<String, Option<String>>,
}

impl Keys {
    /// The keys of the first document in `body`; whatever breaks behind them is not looked at.
    pub(super) fn of(body: &str) -> Result<Self, String> {
        let mut keys = Self::default();
        let mut json = serde_json::Deserializer::from_str(body);
        // Stops with an error of our own once enough was seen; whatever was read until then counts.
        let read = Gather { keys: &mut keys, path: "", depth: 0 }.deserialize(&mut json);
        if keys.names.is_empty() {
            let why = read.err().map_or_else(|| "no object with keys".to_owned(), |error| error.to_string());
            return Err(format!("looks like JSON, but its first document cannot be read: {why}"));
        }
        Ok(keys)
    }

    /// The document's own keys, in order.
    pub(in super::super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether there is a key at `path`.
    pub(in super::super) fn has(&self, path: &str) -> bool {
        self.paths.contains_key(path)
    }

    /// The text at `path`, or the first one of an array there.
    pub(in super::super) fn text(&self, path: &str) -> Option<&str> {
        self.paths.get(path)?.as_deref()
    }

    /// The key that alone makes up the document.
    pub(in super::super) fn only(&self) -> Option<&str> {
        self.names.first().filter(|_| self.names.len() == 1).map(String::as_str)
    }
}

/// Gathers the keys of a value at `path`.
struct Gather<'k> {
    keys: &'k mut Keys,
    path: &'k str,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Gather<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.depth > DEPTH_MAX {
            return deserializer.deserialize_ignored_any(IgnoredAny).map(|_| ());
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Gather<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut count = 0;
        while let Some(key) = map.next_key::<String>()? {
            count += 1;
            if count > KEYS_MAX {
                if self.path.is_empty() {
                    return Err(A::Error::custom("enough keys"));
                }
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let key: String = key.chars().take(NAME_CHARS_MAX).collect();
            let path = if self.path.is_empty() { key.clone() } else { format!("{}.{key}", self.path) };
            if self.path.is_empty() {
                self.keys.names.push(key);
            }
            self.keys.paths.insert(path.clone(), None);
            map.next_value_seed(Gather { keys: self.keys, path: &path, depth: self.depth + 1 })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let is_document = self.path.is_empty();
        seq.next_element_seed(Gather { keys: self.keys, path: self.path, depth: self.depth + 1 })?;
        if is_document {
            return Err(A::Error::custom("no object in the array"));
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if let Some(held) = self.keys.paths.get_mut(self.path) {
            *held = Some(text.chars().take(NAME_CHARS_MAX).collect());
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
