//! The keys of a first JSON document, three objects deep, and the short texts among their values.

use super::super::document::json_reason;
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
    /// Why there are none.
    lack: Option<String>,
}

impl Keys {
    /// The keys of the first document in `body`; whatever breaks behind them is not looked at.
    pub(super) fn of(body: &str) -> Self {
        let mut keys = Self::default();
        let mut json = serde_json::Deserializer::from_str(body);
        // Stops with an error of our own once enough was seen; whatever was read until then counts.
        let read = Gather { keys: &mut keys, path: "", depth: 0 }.deserialize(&mut json);
        keys.lack = match read {
            _ if !keys.names.is_empty() => None,
            Err(error) if error.is_data() => Some(format!("JSON, but {}", json_reason(&error))),
            Err(error) => Some(format!("it looks like JSON, but its first document cannot be read: {error}")),
            Ok(()) => Some("JSON, but no object with keys".to_owned()),
        };
        keys
    }

    /// Why the document has no keys, if it has none.
    pub(in super::super) fn lack(&self) -> Option<&str> {
        self.lack.as_deref()
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
            return Err(A::Error::custom("no object with keys first in its array"));
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
