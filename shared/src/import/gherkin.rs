//! Gherkin feature files: the feature as a spec, its scenarios and example rows as declared scenarios.
//!
//! A file does not say its own path, and scenarios are known by it: the file's name as it was given counts, so
//! give the path that the results name (`features/dock.feature` from the folder in which Cucumber runs). It is
//! part of the batch's id, and each file is a picture of itself: what was taken out of it is gone.
//!
//! Key, name and tags of a scenario are those that Cucumber Messages give it. Tags of feature, rule and examples
//! are its tags too; `@R-7` and `@req:R-7` then mean requirement R-7 (see `correlate`). A declared scenario must
//! report. Steps, doc strings, tables of steps and descriptions are walked over, not kept.
//!
//! Languages: those of [`language::LANGUAGES`]; a header that names another one refuses the file. Refused too: a
//! doc string that never ends, a file without a feature. Rows and tags that Gherkin does not allow, and lines
//! where it expects a step, are reported. Markdown with Gherkin in it is not read.

mod language;
mod line;
mod outline;
mod parser;

use super::batch::Writer;
use super::clean;
use super::document::Broken;
use super::look::{Fit, Look};
use super::scenario_key::{ScenarioKeys, row_of, spec_key};
use crate::event::Data;
use crate::event::data::{ScenarioDeclared, SpecDeclared};
use language::Language;
use outline::Outline;
use parser::{Parser, Take};

/// Lines before the feature that are looked through.
const LINES_BEFORE: usize = 500;

/// Whether a file is a feature file.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.text(is_gherkin, "starts with Feature: or its word in another language")
}

/// Whether `text` comes to a feature through nothing but comments and tags.
fn is_gherkin(text: &str) -> bool {
    for text in text.lines().take(LINES_BEFORE).map(str::trim) {
        if line::language_header(text).is_some() {
            return true;
        }
        if !text.is_empty() && !text.starts_with(['#', '@']) {
            return Language::all().any(|language| language.feature(text).is_some());
        }
    }
    false
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    let spec = spec_key(plain_name(writer.file()));
    let scope = format!("gherkin:{}", spec.as_deref().unwrap_or(""));
    writer.picture(&scope);
    if spec.as_deref().is_none_or(|spec| spec.starts_with(['/', '('])) {
        let remark =
            "the path of this file is not relative: results that name it otherwise are of other scenarios";
        writer.issues.note(0, remark);
    }
    let reading = Reading { writer, spec, keys: ScenarioKeys::default() };
    Parser::new(reading).read(text)
}

/// The name of a file without that of its compression.
fn plain_name(file: &str) -> &str {
    file.strip_suffix(".gz").or_else(|| file.strip_suffix(".zst")).unwrap_or(file)
}

/// Turns what the parser finds into facts.
struct Reading<'r, 'w> {
    writer: &'r mut Writer<'w>,
    spec: Option<String>,
    keys: ScenarioKeys,
}

impl Take for Reading<'_, '_> {
    fn feature(&mut self, line: u64, name: &str, tags: &[String]) {
        let Some(spec) = self.spec.clone() else {
            return;
        };
        let path = Some(spec.clone());
        let data =
            SpecDeclared { spec, name: clean::name(name), path, tags: tags.to_vec(), specifies: vec![] };
        self.writer.state(line, None, &Data::SpecDeclared(data));
    }

    fn scenario(&mut self, line: u64, outline: &Outline, row: Option<&[String]>, tags: Vec<String>) {
        let cells = row.map(|cells| row_of(cells.iter().map(String::as_str)));
        let Some(scenario) = self.keys.next(self.spec.as_deref(), &outline.path, cells.as_deref()) else {
            self.writer.issues.reject(line, "scenario: neither a name nor a file");
            return;
        };
        let data = ScenarioDeclared {
            scenario,
            name: clean::name(&outline.name_with(row)),
            spec: self.spec.clone(),
            path: self.spec.clone(),
            tags,
            verifies: vec![],
            planned: false,
        };
        if self.writer.state(line, None, &Data::ScenarioDeclared(data)) {
            self.writer.use_one();
        }
    }

    fn refuse(&mut self, line: u64, reason: String) {
        self.writer.issues.reject(line, reason);
    }

    fn flaw(&mut self, line: u64, reason: String) {
        self.writer.issues.flaw(line, reason);
    }
}
