//! XML as a walk: elements open, text comes, elements close. What they mean is the formats' business.
//!
//! Refuses: what is not well-formed, and elements nested deeper than 64 levels, more
//! than 256 attributes. Lenient where writers are
//! careless: characters that XML 1.0 does not allow pass, as themselves and as references; a reference that
//! stands for nothing stays as it is written, the entities of a DTD among them. Prefixes are dropped.
//! Cost: one pass, nothing held but the names of the open elements.

use super::document::{Broken, Lines};
use crate::event::DEPTH_MAX;
use crate::scan;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
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
    attributes: &'e [Attribute<'e>],
}

/// An attribute as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Attribute<'t> {
    /// Its name with the prefix.
    key: &'t str,
    /// The name without.
    local: &'t str,
    /// What stands between the quotes.
    raw: &'t str,
}

impl Element<'_> {
    /// The attribute of that name; of several (with different prefixes) the first.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.attributes.iter().find(|attribute| attribute.local == name).map(|attribute| plain(attribute.raw))
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
    let mut open: Vec<&str> = Vec::new();
    let mut attributes = Vec::with_capacity(ATTRIBUTES);
    loop {
        let start = xml.buffer_position();
        let event = xml
            .read_event()
            .map_err(|error| Broken::at(lines.line(offset(xml.error_position())), error.to_string()))?;
        match event {
            Event::Start(ref tag) | Event::Empty(ref tag) => {
                let line = lines.line(offset(start));
                let name = element(line, text, tag, &mut attributes)?;
                if open.len() >= DEPTH_MAX {
                    return Err(Broken::at(line, format!("nested deeper than {DEPTH_MAX} levels")));
                }
                visit.open(&Element { name, line, attributes: &attributes }, open.len())?;
                if matches!(event, Event::Start(_)) {
                    open.push(name);
                } else {
                    visit.shut(name, open.len())?;
                }
            }
            Event::End(_) => {
                // The reader refuses an end without a start.
                let name = open.pop().unwrap_or("");
                visit.shut(name, open.len())?;
            }
            Event::Text(part) => visit.text(piece(text, &part)),
            Event::CData(part) => visit.text(piece(text, &part)),
            Event::GeneralRef(name) => visit.text(&reference(piece(text, &name))),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    let line = lines.line(text.len());
    match open.last() {
        Some(name) => Err(Broken::at(line, format!("the file breaks off within <{name}>"))),
        None => Ok(line),
    }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// `part`, a slice of the bytes of `text`, as text: the reader hands out nothing else, and cuts at ASCII only.
fn piece<'t>(text: &'t str, part: &[u8]) -> &'t str {
    let start = (part.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    text.get(start..start.wrapping_add(part.len())).unwrap_or("")
}

/// Reads name and attributes; a malformed or repeated attribute breaks the container.
fn element<'t>(
    line: u64,
    text: &'t str,
    tag: &BytesStart<'_>,
    attributes: &mut Vec<Attribute<'t>>,
) -> Result<&'t str, Broken> {
    let full = piece(text, tag.name().into_inner());
    let name = local(full);
    let broken = |reason: String| Broken::at(line, format!("<{name}>: {reason}"));
    attributes.clear();
    if plainly(piece(text, tag).get(full.len()..).unwrap_or(""), attributes).map_err(broken)? {
        return Ok(name);
    }
    attributes.clear();
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| broken(error.to_string()))?;
        let (key, raw) = (piece(text, attribute.key.into_inner()), piece(text, &attribute.value));
        add(key, raw, attributes).map_err(broken)?;
    }
    Ok(name)
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.bytes().position(|byte| byte == b':').map_or(name, |at| &name[at + 1..])
}

/// One more attribute; what is wrong with it, if anything.
fn add<'t>(key: &'t str, raw: &'t str, attributes: &mut Vec<Attribute<'t>>) -> Result<(), String> {
    if attributes.iter().any(|other| other.key == key) {
        return Err(format!("the attribute {key} stands there twice"));
    }
    if attributes.len() == ATTRIBUTES_MAX {
        return Err(format!("more than {ATTRIBUTES_MAX} attributes"));
    }
    attributes.push(Attribute { key, local: local(key), raw });
    Ok(())
}

/// Bytes of names as most writers choose them.
const IS_KEY: [bool; 256] = {
    let mut is_key = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        is_key[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.');
        byte += 1;
    }
    is_key
};

/// Reads attributes as most writers write them, ` key="value"` again and again. False if there is anything else,
/// which is for the reader to judge.
fn plainly<'t>(tag: &'t str, attributes: &mut Vec<Attribute<'t>>) -> Result<bool, String> {
    let mut rest = tag;
    loop {
        let spaces = rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count();
        let behind = &rest[spaces..];
        if behind.is_empty() {
            return Ok(true);
        }
        let (key, value) =
            behind.split_at(behind.bytes().take_while(|byte| IS_KEY[usize::from(*byte)]).count());
        let Some(value) = value.strip_prefix("=\"").filter(|_| spaces > 0 && !key.is_empty()) else {
            return Ok(false);
        };
        let Some(end) = scan::first(value.as_bytes(), |byte| byte == b'"') else { return Ok(false) };
        add(key, &value[..end], attributes)?;
        rest = &value[end + 1..];
    }
}

/// `raw` with its references resolved.
pub(super) fn plain(raw: &str) -> Cow<'_, str> {
    let Some(first) = scan::first(raw.as_bytes(), |byte| byte == b'&') else {
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
    use super::*;

    #[test]
    fn attributes_are_those_the_reader_finds() {
        let tags = [
            "<a/>",
            "<n:a b=\"1\" n:c-d.e='2' f = \"&lt;'\"\n\tg=\"ü>\"/>",
            "<a b=\"1\"c=\"2\"/>",
            "<a b=\"\"  />",
            "<a b/>",
            "<a b=1/>",
            "<a =\"1\"/>",
            "<a b=\"1\" b=\"2\" c/>",
            "<a b=\"1\" c d=\"2\"/>",
            "<a n:b=\"1\" b=\"2\"/>",
        ];
        for tag in tags {
            let mut xml = Reader::from_str(tag);
            let Ok(Event::Empty(start)) = xml.read_event() else { panic!("{tag} is no element") };
            let mut expected = Vec::new();
            let mut refused = None;
            for attribute in start.attributes() {
                match attribute {
                    Ok(it) => expected.push((lossy(it.key.into_inner()), lossy(&it.value))),
                    Err(error) => {
                        refused.get_or_insert(error.to_string());
                    }
                }
            }
            let mut found = Vec::new();
            match (element(1, tag, &start, &mut found), refused) {
                (Ok(name), None) => {
                    assert_eq!(name, "a");
                    let found: Vec<_> =
                        found.iter().map(|it| (it.key.to_owned(), it.raw.to_owned())).collect();
                    assert_eq!(found, expected, "{tag}");
                }
                (Err(_), Some(_)) => {}
                (ours, theirs) => panic!("{tag}: {ours:?} where the reader says {theirs:?}"),
            }
        }
    }

    fn lossy(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    #[test]
    fn references_are_resolved_one_by_one() {
        assert_eq!(plain("a &lt; b &#x26; c&#10;"), "a < b & c\n");
        assert_eq!(plain("&#0; &#x1b;[0m &lt;"), "\u{0} \u{1b}[0m <");
        assert_eq!(plain("&nbsp; &#xD800; &#99999999999; &gt;"), "&nbsp; &#xD800; &#99999999999; >");
        assert_eq!(plain("R&D & more & &amp;"), "R&D & more & &");
    }
}
