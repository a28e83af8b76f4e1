//! XML as a walk: elements open, text comes, elements close. What they mean is the formats' business.
//!
//! Refuses: what is not well-formed, and elements nested deeper than 64 levels, more
//! than 256 attributes. Lenient where writers are
//! careless: characters that XML 1.0 does not allow pass, as themselves and as references; a reference that
//! stands for nothing stays as it is written, the entities of a DTD among them. Prefixes are dropped.
//! Cost: one pass, nothing held but the names of the open elements.

use super::document::{Broken, Lines, lossy};
use crate::event::DEPTH_MAX;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// Attributes most elements have at most.
const ATTRIBUTES: usize = 8;
/// Attributes an element may have.
const ATTRIBUTES_MAX: usize = 256;

/// Takes what a file says, in its order.
pub(super) trait Visit {
    /// An element opens, `depth` others around it.
    fn open(&mut self, element: &Element<'_>, depth: usize) -> Result<(), Broken>;
    /// Text directly in the innermost open element, in any number of parts.
    fn text(&mut self, part: &str);
    /// The innermost open element closes; `depth` others stay open.
    fn shut(&mut self, name: &str, depth: usize) -> Result<(), Broken>;
}

/// An element as it opens.
pub(super) struct Element<'e> {
    /// Name without prefix.
    pub(super) name: &'e str,
    /// Line on which it starts.
    pub(super) line: u64,
    /// Each with its name without prefix.
    attributes: Vec<(&'e [u8], Attribute<'e>)>,
}

impl Element<'_> {
    /// The attribute of that name; of several (with different prefixes) the first.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let (_, attribute) = self.attributes.iter().find(|(local, _)| *local == name.as_bytes())?;
        Some(match lossy(&attribute.value) {
            Cow::Borrowed(raw) => plain(raw),
            Cow::Owned(raw) => Cow::Owned(plain(&raw).into_owned()),
        })
    }

    /// The first of the attributes of those names that says anything.
    pub(super) fn first(&self, names: &[&str]) -> Option<Cow<'_, str>> {
        names.iter().filter_map(|name| self.get(name)).find(|value| !value.trim().is_empty())
    }
}

/// Walks through `text`; returns its last line.
pub(super) fn walk(text: &str, visit: &mut impl Visit) -> Result<u64, Broken> {
    let mut xml = Reader::from_str(text);
    let mut lines = Lines::of(text);
    let mut open = Names::default();
    loop {
        let line = lines.line(offset(xml.buffer_position()));
        let event = xml
            .read_event()
            .map_err(|error| Broken::at(lines.line(offset(xml.error_position())), error.to_string()))?;
        match event {
            Event::Start(start) => {
                visit.open(&element(line, &start)?, open.enter(line, &start)?)?;
            }
            Event::Empty(start) => {
                visit.open(&element(line, &start)?, open.enter(line, &start)?)?;
                let (name, depth) = open.leave();
                visit.shut(name, depth)?;
            }
            Event::End(_) => {
                let (name, depth) = open.leave();
                visit.shut(name, depth)?;
            }
            Event::Text(part) => visit.text(&lossy(&part)),
            Event::CData(part) => visit.text(&lossy(&part)),
            Event::GeneralRef(name) => visit.text(&reference(&lossy(&name))),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    let line = lines.line(text.len());
    if open.depth > 0 {
        let (name, _) = open.leave();
        return Err(Broken::at(line, format!("the file breaks off within <{name}>")));
    }
    Ok(line)
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// Names of the open elements; a place that was used keeps its memory.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    depth: usize,
}

impl Names {
    /// Another element opens: how many there are around it.
    fn enter(&mut self, line: u64, start: &BytesStart<'_>) -> Result<usize, Broken> {
        if self.depth >= DEPTH_MAX {
            return Err(Broken::at(line, format!("nested deeper than {DEPTH_MAX} levels")));
        }
        if self.names.len() == self.depth {
            self.names.push(String::new());
        }
        let name = &mut self.names[self.depth];
        name.clear();
        name.push_str(&lossy(start.local_name().as_ref()));
        self.depth += 1;
        Ok(self.depth - 1)
    }

    /// The innermost element closes; the reader refuses an end without a start.
    fn leave(&mut self) -> (&str, usize) {
        self.depth = self.depth.saturating_sub(1);
        (self.names.get(self.depth).map_or("", String::as_str), self.depth)
    }
}

/// Reads name and attributes; a malformed or repeated attribute breaks the container.
fn element<'e>(line: u64, start: &'e BytesStart<'_>) -> Result<Element<'e>, Broken> {
    let name = start.local_name().into_inner();
    let name = std::str::from_utf8(name).map_err(|error| Broken::at(line, error.to_string()))?;
    let mut attributes: Vec<(&'e [u8], Attribute<'e>)> = Vec::with_capacity(ATTRIBUTES);
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| Broken::at(line, format!("<{name}>: {error}")))?;
        if attributes.iter().any(|(_, other)| other.key == attribute.key) {
            let key = lossy(attribute.key.into_inner());
            return Err(Broken::at(line, format!("<{name}>: the attribute {key} stands there twice")));
        }
        if attributes.len() == ATTRIBUTES_MAX {
            return Err(Broken::at(line, format!("<{name}>: more than {ATTRIBUTES_MAX} attributes")));
        }
        attributes.push((attribute.key.local_name().into_inner(), attribute));
    }
    Ok(Element { name, line, attributes })
}

/// `raw` with its references resolved.
pub(super) fn plain(raw: &str) -> Cow<'_, str> {
    let Some(first) = raw.find('&') else {
        return Cow::Borrowed(raw);
    };
    let mut text = raw[..first].to_owned();
    let mut rest = &raw[first..];
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.find([';', '&']).filter(|end| rest.as_bytes()[*end] == b';') {
            Some(end) => {
                text.push_str(&reference(&rest[..end]));
                rest = &rest[end + 1..];
            }
            None => text.push('&'),
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// What `&name;` stands for; an unknown one stays as it is written.
fn reference(name: &str) -> Cow<'static, str> {
    let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    });
    match (number.and_then(char::from_u32), resolve_predefined_entity(name)) {
        (Some(c), _) => Cow::Owned(c.to_string()),
        (None, Some(text)) => Cow::Borrowed(text),
        (None, None) => Cow::Owned(format!("&{name};")),
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn references_are_resolved_one_by_one() {
        assert_eq!(plain("a &lt; b &#x26; c&#10;"), "a < b & c\n");
        assert_eq!(plain("&#0; &#x1b;[0m &lt;"), "\u{0} \u{1b}[0m <");
        assert_eq!(plain("&nbsp; &#xD800; &#99999999999; &gt;"), "&nbsp; &#xD800; &#99999999999; >");
        assert_eq!(plain("R&D & more & &amp;"), "R&D & more & &");
    }
}
