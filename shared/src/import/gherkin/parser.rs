//! The lines of a feature file as one feature, its rules, scenarios and rows. One pass, no look-ahead.
//!
//! What a line means depends on where it stands: before the first step of a part, lines without a keyword that
//! counts there are its description.

use super::super::document::Broken;
use super::super::scenario_key::path_of;
use super::language::{Keyword, Language};
use super::line;
use super::outline::Outline;

/// Tags that count for one scenario.
const TAGS_MAX: usize = 256;

/// Takes what is found, in the order of the file.
pub(super) trait Take {
    /// The feature begins.
    fn feature(&mut self, line: u64, name: &str, tags: &[String]);
    /// A scenario, or one of its example rows, with all tags that count for it.
    fn scenario(&mut self, line: u64, outline: &Outline, row: Option<&[String]>, tags: Vec<String>);
    /// A row is not counted.
    fn refuse(&mut self, line: u64, reason: String);
    /// A line is lost.
    fn flaw(&mut self, line: u64, reason: String);
}

/// Where the next line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the feature.
    Start,
    /// After `Feature:`, before anything in it.
    Feature,
    /// After `Rule:`, before anything in it.
    Rule,
    /// In a background or scenario, before its first step.
    Head,
    /// After a step.
    Steps,
    /// After `Examples:`, before a table.
    Examples,
    /// In the table of the examples.
    Table,
}

/// A feature file so far.
pub(super) struct Parser<T> {
    take: T,
    language: &'static Language,
    place: Place,
    feature: String,
    feature_tags: Vec<String>,
    rule: Option<String>,
    rule_tags: Vec<String>,
    /// Whether the feature or rule that is open may still have a background.
    may_have_background: bool,
    /// Line, scenario and tags; none within a background.
    scenario: Option<(u64, Outline, Vec<String>)>,
    has_examples: bool,
    example_tags: Vec<String>,
    /// Tags of what comes next, and the line of the last.
    pending: Vec<String>,
    pending_line: u64,
    /// What ends the doc string that is open, and the line of its start.
    doc_string: Option<(&'static str, u64)>,
}

impl<T: Take> Parser<T> {
    pub(super) fn new(take: T) -> Self {
        let language = Language::of("en").unwrap_or(&super::language::LANGUAGES[0]);
        Self {
            take,
            language,
            place: Place::Start,
            feature: String::new(),
            feature_tags: Vec::new(),
            rule: None,
            rule_tags: Vec::new(),
            may_have_background: false,
            scenario: None,
            has_examples: false,
            example_tags: Vec::new(),
            pending: Vec::new(),
            pending_line: 0,
            doc_string: None,
        }
    }

    /// Reads all lines of `text`.
    pub(super) fn read(mut self, text: &str) -> Result<(), Broken> {
        let mut number = 0;
        for line in text.lines() {
            number += 1;
            self.line(number, line.trim())?;
        }
        if let Some((_, line)) = self.doc_string {
            return Err(Broken::at(line, "this doc string never ends: the file breaks off within it"));
        }
        if self.place == Place::Start {
            return Err(Broken::at(
                number,
                format!("no feature in it; languages read are {}", Language::codes()),
            ));
        }
        self.close_scenario();
        if !self.pending.is_empty() {
            self.take.flaw(self.pending_line, "tag: nothing follows that it could belong to".to_owned());
        }
        Ok(())
    }

    fn line(&mut self, number: u64, text: &str) -> Result<(), Broken> {
        if let Some((end, _)) = self.doc_string {
            if text.starts_with(end) {
                self.doc_string = None;
            }
            return Ok(());
        }
        if text.is_empty() {
            return Ok(());
        }
        if text.starts_with('#') {
            return self.comment(number, text);
        }
        if text.starts_with('@') {
            self.tags(number, text);
            return Ok(());
        }
        if self.place == Place::Start {
            return self.begin(number, text);
        }
        match self.language.keyword(text).filter(|(keyword, _)| self.allows(*keyword)) {
            Some((keyword, name)) => self.open(number, keyword, name),
            None => self.other(number, text),
        }
        Ok(())
    }

    /// A comment; the first lines may name the language.
    fn comment(&mut self, number: u64, text: &str) -> Result<(), Broken> {
        if self.place != Place::Start || !self.pending.is_empty() {
            return Ok(());
        }
        if let Some(code) = line::language_header(text) {
            let unknown = || {
                let code: String = code.chars().take(40).collect();
                Broken::at(
                    number,
                    format!("language: {code} is not read here; known are {}", Language::codes()),
                )
            };
            self.language = Language::of(code).ok_or_else(unknown)?;
        }
        Ok(())
    }

    fn tags(&mut self, number: u64, text: &str) {
        self.pending_line = number;
        for tag in line::tags(text) {
            match tag {
                Ok(tag) if self.pending.len() < TAGS_MAX => self.pending.push(tag),
                Ok(_) => self.take.flaw(number, format!("tag: more than {TAGS_MAX} on one thing")),
                Err(reason) => self.take.flaw(number, reason),
            }
        }
    }

    fn begin(&mut self, number: u64, text: &str) -> Result<(), Broken> {
        let Some(name) = self.language.feature(text) else {
            let text: String = text.chars().take(40).collect();
            return Err(Broken::at(
                number,
                format!("{text:?} where a feature must begin ({})", self.language.code),
            ));
        };
        name.clone_into(&mut self.feature);
        self.feature_tags = std::mem::take(&mut self.pending);
        self.take.feature(number, name, &self.feature_tags);
        self.place = Place::Feature;
        self.may_have_background = true;
        Ok(())
    }

    /// Whether `keyword` means anything where the next line stands.
    fn allows(&self, keyword: Keyword) -> bool {
        match keyword {
            Keyword::Background => self.may_have_background && self.pending.is_empty(),
            Keyword::Rule | Keyword::Scenario => true,
            Keyword::Examples => self.scenario.is_some(),
        }
    }

    fn open(&mut self, number: u64, keyword: Keyword, name: &str) {
        let tags = std::mem::take(&mut self.pending);
        if keyword == Keyword::Examples {
            self.has_examples = true;
            self.example_tags = tags;
            self.place = Place::Examples;
            if let Some((_, outline, _)) = &mut self.scenario {
                outline.columns.clear();
            }
            return;
        }
        self.close_scenario();
        match keyword {
            Keyword::Rule => {
                self.rule = Some(name.to_owned());
                self.rule_tags = tags;
                self.place = Place::Rule;
                self.may_have_background = true;
            }
            Keyword::Background => {
                self.place = Place::Head;
                self.may_have_background = false;
            }
            Keyword::Scenario | Keyword::Examples => {
                let path = match &self.rule {
                    Some(rule) => path_of(&[&self.feature, rule], name),
                    None => path_of(&[&self.feature], name),
                };
                let outline = Outline { path, name: name.to_owned(), columns: Vec::new() };
                self.scenario = Some((number, outline, tags));
                self.has_examples = false;
                self.place = Place::Head;
                self.may_have_background = false;
            }
        }
    }

    /// A line without a keyword that counts here.
    fn other(&mut self, number: u64, text: &str) {
        match self.place {
            Place::Start | Place::Feature | Place::Rule => {}
            Place::Head if self.language.is_step(text) => self.place = Place::Steps,
            Place::Head => {}
            Place::Steps if self.language.is_step(text) || text.starts_with('|') => {}
            Place::Steps => match ["\"\"\"", "```"].into_iter().find(|mark| text.starts_with(mark)) {
                Some(mark) => self.doc_string = Some((mark, number)),
                None => self.unexpected(number, text, "a step"),
            },
            Place::Examples | Place::Table if text.starts_with('|') => self.row(number, text),
            Place::Examples => {}
            Place::Table => self.unexpected(number, text, "a row"),
        }
    }

    fn unexpected(&mut self, number: u64, text: &str, wanted: &str) {
        let text: String = text.chars().take(40).collect();
        self.take.flaw(number, format!("{text:?} where {wanted} is expected ({})", self.language.code));
    }

    /// A row of the examples: the first one names the columns.
    fn row(&mut self, number: u64, text: &str) {
        let cells = line::cells(text);
        let Some((_, outline, tags)) = &mut self.scenario else {
            return;
        };
        if self.place == Place::Examples {
            self.place = Place::Table;
            outline.columns = cells;
            return;
        }
        if cells.len() != outline.columns.len() {
            let (n, columns) = (cells.len(), outline.columns.len());
            self.take.refuse(number, format!("examples: {n} cells in a table of {columns}"));
            return;
        }
        let lists = [&self.feature_tags, &self.rule_tags, tags, &self.example_tags];
        let tags = lists.into_iter().flatten().cloned().collect();
        self.take.scenario(number, outline, Some(&cells), tags);
    }

    /// States a scenario that has no examples; one that has them was stated row by row.
    fn close_scenario(&mut self) {
        let Some((line, outline, tags)) = self.scenario.take() else {
            return;
        };
        if !self.has_examples {
            let lists = [&self.feature_tags, &self.rule_tags, &tags];
            let tags = lists.into_iter().flatten().cloned().collect();
            self.take.scenario(line, &outline, None, tags);
        }
    }
}
