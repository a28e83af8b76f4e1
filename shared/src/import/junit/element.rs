//! XML details: attributes, references, and the text of a result element without captured output.

use super::super::clean;
use super::super::document::Broken;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::BytesStart;
use std::collections::BTreeMap;

/// Attributes of one element by local name.
pub(super) struct Attributes(BTreeMap<String, String>);

impl Attributes {
    /// Reads all attributes; a malformed or repeated one breaks the container.
    pub(super) fn of(line: u64, start: &BytesStart<'_>) -> Result<Self, Broken> {
        let mut map = BTreeMap::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| Broken::at(line, error.to_string()))?;
            let name = String::from_utf8_lossy(attribute.key.local_name().as_ref()).into_owned();
            let raw = String::from_utf8_lossy(&attribute.value);
            // References that name nothing stay as they are written.
            let value = unescape(&raw).map_or_else(|_| raw.clone().into_owned(), |text| text.into_owned());
            map.insert(name, value);
        }
        Ok(Self(map))
    }

    /// The attribute of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// What `&name;` stands for; an unknown one stays as it is written.
pub(super) fn text_of_reference(name: &str) -> String {
    let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    });
    match (number.and_then(char::from_u32), resolve_predefined_entity(name)) {
        (Some(c), _) => c.to_string(),
        (None, Some(text)) => text.to_owned(),
        (None, None) => format!("&{name};"),
    }
}

/// A result element (`failure`, `skipped`, `flakyError`, …) while its text is read.
pub(super) struct Content {
    pub(super) line: u64,
    pub(super) kind: String,
    pub(super) attributes: Attributes,
    text: String,
    /// Elements open within it; true for those whose text does not count.
    inner: Vec<bool>,
}

impl Content {
    pub(super) fn of(line: u64, kind: &str, attributes: Attributes) -> Self {
        Self { line, kind: kind.to_owned(), attributes, text: String::new(), inner: Vec::new() }
    }

    /// An element opens within.
    pub(super) fn enter(&mut self, name: &str) {
        let muted = self.inner.last().copied().unwrap_or(false);
        self.inner.push(muted || matches!(name, "system-out" | "system-err"));
    }

    /// An element closes: true if it was this one.
    pub(super) fn leave(&mut self) -> bool {
        self.inner.pop().is_none()
    }

    /// More text; captured output does not count, nor does what is beyond any use.
    pub(super) fn text(&mut self, part: &str) {
        let room = clean::ERROR_BYTES_MAX.saturating_sub(self.text.len());
        if !self.inner.last().copied().unwrap_or(false) {
            self.text.push_str(clean::clip(part, room));
        }
    }

    /// Message and text as one, the message not repeated, at most `bytes_max` bytes; else the type.
    pub(super) fn error(&self, bytes_max: usize) -> Option<String> {
        let message = self.attributes.get("message").unwrap_or("").trim();
        let text = self.text.trim();
        let both = match (message.is_empty(), text.is_empty()) {
            (false, false) if text.contains(message) => text.to_owned(),
            (false, false) => format!("{message}\n{text}"),
            (false, true) => message.to_owned(),
            (true, _) => text.to_owned(),
        };
        clean::prose(&both, bytes_max).or_else(|| clean::prose(self.attributes.get("type")?, bytes_max))
    }
}
