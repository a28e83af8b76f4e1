//! The root of an XML document and the names of the elements that follow.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeSet;

/// Elements that are looked at.
const ELEMENTS_MAX: usize = 256;
const NAME_CHARS_MAX: usize = 80;

/// Local names: the root's, and those of the first elements in it.
#[derive(Debug, Default)]
pub(in super::super) struct Elements {
    root: String,
    within: BTreeSet<String>,
    /// Why there is no root.
    lack: Option<String>,
}

impl Elements {
    /// What `body` starts with; whatever breaks behind the root is not looked at.
    pub(super) fn of(body: &str) -> Self {
        let mut xml = Reader::from_str(body);
        let mut found = Self::default();
        for _ in 0..ELEMENTS_MAX {
            let name = loop {
                match xml.read_event() {
                    Ok(Event::Start(start) | Event::Empty(start)) => {
                        let name = start.local_name();
                        let name = String::from_utf8_lossy(name.as_ref());
                        break Some(name.chars().take(NAME_CHARS_MAX).collect::<String>());
                    }
                    Ok(Event::Eof) => break None,
                    Ok(_) => {}
                    Err(_) if !found.root.is_empty() => break None,
                    Err(error) => {
                        found.lack = Some(format!("it looks like XML, but is none: {error}"));
                        return found;
                    }
                }
            };
            match name {
                Some(name) if found.root.is_empty() => found.root = name,
                Some(name) => {
                    found.within.insert(name);
                }
                None => break,
            }
        }
        if found.root.is_empty() {
            found.lack = Some("XML without an element".to_owned());
        }
        found
    }

    /// Why the document has no root, if it has none.
    pub(in super::super) fn lack(&self) -> Option<&str> {
        self.lack.as_deref()
    }

    /// Local name of the root.
    pub(in super::super) fn root(&self) -> &str {
        &self.root
    }

    /// Whether an element of that local name is among the first ones in the root.
    #[allow(dead_code, reason = "formats that share a root use it")]
    pub(in super::super) fn has(&self, name: &str) -> bool {
        self.within.contains(name)
    }
}

/// Single-letter edits that make one name of the other, case aside (Levenshtein). Both are short.
pub(super) fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_ascii_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.to_ascii_lowercase().chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j].min(diagonal) + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted_whatever_the_case() {
        assert_eq!(edits("testsuite", "TestSuites"), 1);
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
    }
}
