//! JDepend XML: analysed packages as modules with their classes counted, what they depend upon as imports, and
//! packages that were only referenced as external ones.
//!
//! Not read: couplings, distances and cycles, which follow from the graph; `UsedBy`, which is `DependsUpon` seen
//! from the other end; the names of classes.

use super::batch::Writer;
use super::clean;
use super::document::Broken;
use super::look::{Fit, Look};
use super::modules::Modules;
use super::xml::{Element, Visit, walk};
use crate::event::Dependency;

/// Longest text of an element that is read.
const TEXT_BYTES_MAX: usize = 2_048;

/// Whether a file is JDepend's XML.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.xml(&["JDepend"])
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    writer.picture("jdepend");
    let mut reading =
        Reading { writer, modules: Modules::default(), open: Vec::new(), package: None, text: String::new() };
    walk(text, &mut reading)?;
    reading.modules.state(reading.writer);
    Ok(())
}

/// What is open around an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Packages,
    /// A package that is described.
    Package,
    Stats,
    Total,
    Abstract,
    Depends,
    /// A package that another one depends upon.
    Target,
    Failed,
    /// Anything that is not read.
    Other,
}

struct Reading<'w, 'o> {
    writer: &'w mut Writer<'o>,
    modules: Modules,
    open: Vec<(Place, u64)>,
    /// The package that is described.
    package: Option<u32>,
    text: String,
}

impl Visit for Reading<'_, '_> {
    fn open(&mut self, element: &Element<'_>, _: usize) -> Result<(), Broken> {
        let around = self.open.last().map(|(place, _)| *place);
        let place = match (around, element.name) {
            (None, "JDepend") => Place::Root,
            (None, name) => return Err(Broken::at(element.line, format!("<{name}> is no <JDepend>"))),
            (Some(Place::Root), "Packages") => Place::Packages,
            (Some(Place::Packages), "Package") => self.package(element),
            (Some(Place::Package), "Stats") => Place::Stats,
            (Some(Place::Package), "DependsUpon") => Place::Depends,
            (Some(Place::Package), "error") => Place::Failed,
            (Some(Place::Stats), "TotalClasses") => Place::Total,
            (Some(Place::Stats), "AbstractClasses") => Place::Abstract,
            (Some(Place::Depends), "Package") => Place::Target,
            _ => Place::Other,
        };
        self.text.clear();
        self.open.push((place, element.line));
        Ok(())
    }

    fn text(&mut self, part: &str) {
        let room = TEXT_BYTES_MAX.saturating_sub(self.text.len());
        self.text.push_str(clean::clip(part, room));
    }

    fn shut(&mut self, _: &str, _: usize) -> Result<(), Broken> {
        if let (Some((place, line)), Some(number)) = (self.open.pop(), self.package) {
            match place {
                Place::Total | Place::Abstract => self.count(line, place, number),
                Place::Target => self.target(line, number),
                Place::Failed => {
                    if let Some(module) = self.modules.module(number) {
                        module.external = true;
                    }
                }
                Place::Package => self.package = None,
                _ => {}
            }
        }
        self.text.clear();
        Ok(())
    }
}

impl Reading<'_, '_> {
    fn package(&mut self, element: &Element<'_>) -> Place {
        let line = element.line;
        let Some(key) = element.get("name").as_deref().and_then(clean::key) else {
            self.writer.issues.reject(line, "Package: no name");
            return Place::Other;
        };
        let number = self.named(line, &key);
        self.package = Some(number);
        self.writer.use_one();
        Place::Package
    }

    /// The module of a package; its group is the package around it.
    fn named(&mut self, line: u64, key: &str) -> u32 {
        let number = self.modules.number(line, key);
        if let Some(module) = self.modules.module(number) {
            module.group = key.rsplit_once('.').map(|(around, _)| around.to_owned());
        }
        number
    }

    fn count(&mut self, line: u64, place: Place, number: u32) {
        let text = self.text.trim();
        match (text.parse(), self.modules.module(number)) {
            (Ok(count), Some(module)) if place == Place::Total => module.types = Some(count),
            (Ok(count), Some(module)) => module.abstract_types = Some(count),
            _ => {
                let name = if place == Place::Total { "TotalClasses" } else { "AbstractClasses" };
                let text = clean::clip(text, 40).to_owned();
                self.writer.issues.flaw(line, format!("{name}: {text:?} is no count, left out"));
            }
        }
    }

    fn target(&mut self, line: u64, from: u32) {
        let Some(key) = clean::key(&self.text) else {
            return self.writer.issues.reject(line, "DependsUpon: a package without a name");
        };
        let to = self.named(line, &key);
        self.modules.import(from, to, Dependency::Normal, 1);
        self.writer.use_one();
    }
}
