//! The elements of a spec document as objects with the ends of their links.

use super::super::batch::Writer;
use super::super::clean;
use super::super::document::Broken;
use super::super::xml::{Element, Visit};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Longest text of an element that is read, in bytes.
const TEXT_BYTES_MAX: usize = clean::ERROR_BYTES_MAX;
/// Ends and tags of one object, each.
const LIST_MAX: usize = 10_000;

/// A spec object as it stands in the file.
#[derive(Debug, Default)]
pub(super) struct Object {
    pub(super) line: u64,
    pub(super) doctype: String,
    pub(super) name: String,
    pub(super) version: Option<u64>,
    pub(super) title: String,
    status: String,
    /// Description, rationale and comment.
    pub(super) text: String,
    /// File it stands in, relative.
    pub(super) path: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) ends: Vec<End>,
}

/// How an object names another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Way {
    #[default]
    Covers,
    CoveredBy,
    Depends,
}

/// The other end of a link.
#[derive(Debug, Default)]
pub(super) struct End {
    pub(super) line: u64,
    pub(super) way: Way,
    pub(super) doctype: String,
    pub(super) name: String,
    pub(super) version: Option<u64>,
    pub(super) status: Option<String>,
}

impl Object {
    /// `doctype~name`.
    pub(super) fn key(&self) -> String {
        joined(&self.doctype, &self.name)
    }

    /// Gives back the room that nothing stands in.
    fn fit(&mut self) {
        for text in [&mut self.doctype, &mut self.name, &mut self.title, &mut self.status, &mut self.text] {
            text.shrink_to_fit();
        }
        self.tags.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Its status; without one it is approved, as its tool has it.
    pub(super) fn status(&self) -> &str {
        if self.status.is_empty() { "approved" } else { &self.status }
    }
}

impl End {
    /// `doctype~name`.
    pub(super) fn key(&self) -> String {
        joined(&self.doctype, &self.name)
    }

    /// Takes `type~name~version`, or an older spelling of it.
    fn name_whole(&mut self, whole: &str) {
        let mut parts = whole.rsplitn(2, '~');
        match (parts.next().map(str::parse), parts.next()) {
            (Some(Ok(version)), Some(rest)) => {
                self.version = Some(version);
                let (doctype, name) = rest.split_once('~').unwrap_or(("", rest));
                (self.doctype, self.name) = (doctype.to_owned(), name.to_owned());
            }
            _ => whole.clone_into(&mut self.name),
        }
    }
}

/// A version, for people.
pub(super) fn shown(version: Option<u64>) -> String {
    version.map_or_else(|| "none".to_owned(), |version| version.to_string())
}

fn joined(doctype: &str, name: &str) -> String {
    if doctype.is_empty() || name.is_empty() { name.to_owned() } else { format!("{doctype}~{name}") }
}

/// A name without the type that older files write before it (`dsn:name`), which counts where there is no other.
fn split_type(doctype: &mut String, name: &mut String) {
    let letters = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if let Some((prefix, rest)) = name.split_once(':').filter(|(_, rest)| !rest.is_empty()) {
        let first = prefix.split('~').next().unwrap_or("");
        if prefix.split('~').all(letters) {
            if doctype.is_empty() {
                first.clone_into(doctype);
            }
            *name = rest.to_owned();
        }
    }
}

/// What is open around an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Objects,
    Object,
    Coverage,
    List,
    Ends(Way),
    End,
    Id,
    Version,
    Title,
    Status,
    File,
    Prose,
    /// A word that becomes a tag with that in front.
    Tag(&'static str),
    EndId,
    EndVersion,
    EndType,
    EndStatus,
    Whole,
    /// Anything that is not read.
    Other,
}

impl Place {
    fn within(around: Place, name: &str) -> Place {
        match (around, name) {
            (Place::Root, "specobjects") => Place::Objects,
            (Place::Objects, "specobject") => Place::Object,
            (Place::Object, "id") => Place::Id,
            (Place::Object, "version") => Place::Version,
            (Place::Object, "shortdesc") => Place::Title,
            (Place::Object, "status") => Place::Status,
            (Place::Object, "sourcefile") => Place::File,
            (Place::Object, "description" | "rationale" | "comment") => Place::Prose,
            (Place::Object, "coverage") => Place::Coverage,
            (Place::Object | Place::Coverage, "needscoverage")
            | (Place::Object, "tags")
            | (Place::Coverage, "uncoveredTypes") => Place::List,
            (Place::Object, "providescoverage" | "covering") => Place::Ends(Way::Covers),
            (Place::Object, "dependencies") => Place::Ends(Way::Depends),
            (Place::Coverage, "coveringSpecObjects") => Place::Ends(Way::CoveredBy),
            (Place::Coverage, "shallowCoverageStatus") => Place::Tag("shallow:"),
            (Place::Coverage, "deepCoverageStatus") => Place::Tag("deep:"),
            (Place::List, "needsobj") => Place::Tag("needs:"),
            (Place::List, "uncoveredType") => Place::Tag("uncovered:"),
            (Place::List, "tag") => Place::Tag(""),
            (Place::Ends(_), "provcov" | "coveredType" | "dependsOnSpecObject" | "coveringSpecObject") => {
                Place::End
            }
            (Place::Ends(_), "dependson") => Place::Whole,
            (Place::End, "linksto" | "id") => Place::EndId,
            (Place::End, "dstversion" | "version") => Place::EndVersion,
            (Place::End, "doctype") => Place::EndType,
            (Place::End, "coveringStatus") => Place::EndStatus,
            _ => Place::Other,
        }
    }
}

/// The document so far.
pub(super) struct Reading<'w, 'o> {
    writer: &'w mut Writer<'o>,
    /// The objects so far by key, the newest version of each.
    pub(super) objects: BTreeMap<String, Object>,
    open: Vec<(Place, u64)>,
    doctype: String,
    object: Object,
    end: End,
    text: String,
    saw_absolute: bool,
}

impl<'w, 'o> Reading<'w, 'o> {
    pub(super) fn of(writer: &'w mut Writer<'o>) -> Self {
        Self {
            writer,
            objects: BTreeMap::new(),
            open: Vec::new(),
            doctype: String::new(),
            object: Object::default(),
            end: End::default(),
            text: String::new(),
            saw_absolute: false,
        }
    }
}

impl Visit for Reading<'_, '_> {
    fn open(&mut self, element: &Element<'_>, _: usize) -> Result<(), Broken> {
        let (name, line) = (element.name, element.line);
        let place = match self.open.last() {
            None if name == "specdocument" => Place::Root,
            None => return Err(Broken::at(line, format!("<{name}> is no <specdocument>"))),
            Some((around, _)) => Place::within(*around, name),
        };
        match (place, self.open.last()) {
            (Place::Objects, _) => {
                self.doctype = element.get("doctype").unwrap_or_default().trim().to_owned()
            }
            (Place::Object, _) => {
                self.object = Object { line, doctype: self.doctype.clone(), ..Object::default() };
            }
            (Place::End | Place::Whole, Some((Place::Ends(way), _))) => {
                self.end = End { line, way: *way, ..End::default() };
            }
            _ => {}
        }
        self.text.clear();
        self.open.push((place, line));
        Ok(())
    }

    fn text(&mut self, part: &str) {
        let room = TEXT_BYTES_MAX.saturating_sub(self.text.len());
        self.text.push_str(clean::clip(part, room));
    }

    fn shut(&mut self, _: &str, _: usize) -> Result<(), Broken> {
        if let Some((place, line)) = self.open.pop() {
            let mut text = std::mem::take(&mut self.text);
            self.close(place, line, text.trim());
            // The next text takes the same room.
            text.clear();
            self.text = text;
        }
        Ok(())
    }
}

impl Reading<'_, '_> {
    fn close(&mut self, place: Place, line: u64, text: &str) {
        match place {
            Place::Id => text.clone_into(&mut self.object.name),
            Place::Version => self.object.version = self.number(line, "version", text),
            Place::Title => text.clone_into(&mut self.object.title),
            Place::Status => self.object.status = text.to_ascii_lowercase(),
            Place::File => self.file(line, text),
            Place::Prose => self.prose(text),
            Place::Tag(before) if !text.is_empty() => {
                let is_status = matches!(before, "shallow:" | "deep:");
                let text = if is_status { text.to_ascii_lowercase() } else { text.to_owned() };
                if self.object.tags.len() < LIST_MAX {
                    self.object.tags.push(format!("{before}{text}"));
                }
            }
            Place::EndId => text.clone_into(&mut self.end.name),
            Place::EndVersion => self.end.version = self.number(line, "version of a link", text),
            Place::EndType => text.clone_into(&mut self.end.doctype),
            Place::EndStatus => self.end.status = Some(text.to_owned()),
            Place::Whole => {
                self.end.name_whole(text);
                self.end(line);
            }
            Place::End => self.end(line),
            Place::Object => self.object(),
            _ => {}
        }
    }

    fn number(&mut self, line: u64, what: &str, text: &str) -> Option<u64> {
        let number = text.parse().ok();
        if number.is_none() {
            let text = clean::clip(text, 40);
            self.writer.issues.flaw(line, format!("{what}: {text:?} is no number, left out"));
        }
        number
    }

    fn file(&mut self, line: u64, text: &str) {
        let is_absolute = text.starts_with(['/', '\\']) || text.get(1..2) == Some(":");
        if !is_absolute {
            self.object.path = clean::path(text);
        } else if !std::mem::replace(&mut self.saw_absolute, true) {
            self.writer.issues.note(line, "sourcefile: absolute paths are left out (here and below)");
        }
    }

    fn prose(&mut self, text: &str) {
        let room = TEXT_BYTES_MAX.saturating_sub(self.object.text.len() + 2);
        if !self.object.text.is_empty() && !text.is_empty() {
            self.object.text.push_str("\n\n");
        }
        self.object.text.push_str(clean::clip(text, room));
    }

    fn end(&mut self, line: u64) {
        let mut end = std::mem::take(&mut self.end);
        split_type(&mut end.doctype, &mut end.name);
        if self.object.ends.len() < LIST_MAX {
            self.object.ends.push(end);
        } else {
            self.writer.issues.flaw(line, format!("more than {LIST_MAX} links of one object"));
        }
    }

    fn object(&mut self) {
        let mut object = std::mem::take(&mut self.object);
        split_type(&mut object.doctype, &mut object.name);
        if object.name.is_empty() {
            return self.writer.issues.reject(object.line, "specobject: no id");
        }
        if object.doctype.is_empty() {
            self.writer
                .issues
                .flaw(object.line, format!("specobject {}: no doctype", clean::clip(&object.name, 80)));
        }
        self.writer.use_one();
        object.fit();
        let Some(key) = clean::key(&object.key()) else { return };
        match self.objects.entry(key) {
            Entry::Vacant(free) => {
                free.insert(object);
            }
            Entry::Occupied(mut taken) => {
                let (a, b) = (shown(taken.get().version), shown(object.version));
                let remark =
                    format!("{}: stands there twice, as {a} and as {b}: the newer counts", taken.key());
                self.writer.issues.note(object.line, remark);
                if taken.get().version < object.version {
                    taken.insert(object);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_names_carry_their_type() {
        let split = |doctype: &str, name: &str| {
            let (mut doctype, mut name) = (doctype.to_owned(), name.to_owned());
            split_type(&mut doctype, &mut name);
            joined(&doctype, &name)
        };
        assert_eq!(split("dsn", "dock"), "dsn~dock");
        assert_eq!(split("", "dsn:dock"), "dsn~dock");
        assert_eq!(split("req", "dsn~x:dock"), "req~dock");
        assert_eq!(split("req", "at 7:30"), "req~at 7:30");
        let mut end = End::default();
        end.name_whole("dsn~dock.at~night~3");
        assert_eq!((end.key(), end.version), ("dsn~dock.at~night".to_owned(), Some(3)));
    }
}
