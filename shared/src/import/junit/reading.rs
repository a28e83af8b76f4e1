//! What the elements of a file say together: suites, cases, tries, the run.

use super::super::batch::Writer;
use super::super::cases::{Case, Cases, Run, Try, broken};
use super::super::clean;
use super::super::document::Broken;
use super::super::property::{Meaning, add_all};
use super::super::xml::{Element, Visit};
use super::case::{Clipped, Content, Kind, Reported, Status, Tries, is_output};
use super::suite::Suite;
use crate::event::Outcome;
use crate::time::Time;

/// A property while its text is read.
struct Property {
    depth: usize,
    meaning: Meaning,
    value: Clipped,
}

/// What the elements so far have said.
pub(super) struct Reading<'r, 'w> {
    writer: &'r mut Writer<'w>,
    cases: Option<Cases>,
    suites: Vec<Suite>,
    name: Option<String>,
    commit: Option<String>,
    started_at: Option<Time>,
    finished_at: Option<Time>,
    root_says_when: bool,
    case: Option<Reported>,
    content: Option<Content>,
    property: Option<Property>,
    /// Whether a property of the list that is open was used.
    used_property: bool,
    /// Elements around the captured output that is being read.
    capturing: Option<usize>,
    run_error: Option<String>,
    /// Collections of pytest that broke.
    broken: usize,
    saw_naive: bool,
}

impl<'r, 'w> Reading<'r, 'w> {
    pub(super) fn new(writer: &'r mut Writer<'w>) -> Self {
        Self {
            writer,
            cases: None,
            suites: Vec::new(),
            name: None,
            commit: None,
            started_at: None,
            finished_at: None,
            root_says_when: false,
            case: None,
            content: None,
            property: None,
            used_property: false,
            capturing: None,
            run_error: None,
            broken: 0,
            saw_naive: false,
        }
    }
}

impl Visit for Reading<'_, '_> {
    fn open(&mut self, element: &Element<'_>, depth: usize) -> Result<(), Broken> {
        let is_suite = matches!(element.name, "testsuites" | "testsuite");
        if depth == 0 {
            if !is_suite || self.cases.is_some() {
                let reason = format!("<{}> is no <testsuites> or <testsuite>", element.name);
                return Err(Broken::at(element.line, reason));
            }
            self.root(element);
        }
        if let Some(content) = &mut self.content {
            content.enter(element.name, depth);
            return Ok(());
        }
        if self.property.is_some() || self.capturing.is_some() {
            return Ok(());
        }
        match element.name {
            "testsuites" | "testsuite" if self.case.is_none() => self.suite(element, depth),
            "testcase" if self.case.is_none() => self.case = Some(self.case_of(element, depth)),
            "properties" => self.used_property = false,
            "property" => self.property(element, depth),
            name if is_output(name) && self.case.is_some() => self.capturing = Some(depth),
            name => match Kind::of(name) {
                Some(kind) if self.case.is_some() || kind.is_of_suites_too() => {
                    self.content = Some(self.content_of(element, depth, kind));
                }
                _ => self.writer.issues.skip(element.line, name),
            },
        }
        Ok(())
    }

    fn text(&mut self, part: &str) {
        if let Some(content) = &mut self.content {
            content.text(part);
        } else if let Some(property) = &mut self.property {
            property.value.push(part);
        } else if let (Some(_), Some(case)) = (self.capturing, &mut self.case) {
            case.output.push(part);
        }
    }

    fn shut(&mut self, name: &str, depth: usize) -> Result<(), Broken> {
        if let Some(content) = self.content.as_mut() {
            if content.leave(depth) {
                self.shut_content();
            }
        } else if self.property.as_ref().is_some_and(|property| property.depth == depth) {
            self.shut_property();
        } else if self.capturing == Some(depth) {
            self.capturing = None;
            if let Some(case) = &mut self.case {
                case.outputs += 1;
            }
        } else if self.case.as_ref().is_some_and(|case| case.depth == depth) {
            self.shut_case();
        } else if self.suites.last().is_some_and(|suite| suite.depth == depth) {
            self.shut_suite();
        } else if name == "properties" && !self.used_property {
            let line = self.case.as_ref().map(|case| case.line).or(self.suites.last().map(|it| it.line));
            self.writer.issues.skip(line.unwrap_or(1), name);
        }
        Ok(())
    }
}

impl Reading<'_, '_> {
    fn root(&mut self, element: &Element<'_>) {
        let own = element.get("uuid");
        self.cases = Some(Cases::of(self.writer.run_key(own.as_deref())));
        self.name = element.get("name").as_deref().and_then(clean::name);
    }

    fn suite(&mut self, element: &Element<'_>, depth: usize) {
        let started = self.instant(element);
        let lasted = self.duration(element);
        if let Some(started) = started.filter(|_| depth == 0 || !self.root_says_when) {
            self.root_says_when |= depth == 0;
            self.started_at = Some(self.started_at.map_or(started, |first| first.min(started)));
            let end = started.plus(lasted.unwrap_or(0)).min(Time::MAX);
            self.finished_at = self.finished_at.max(Some(end));
        }
        self.suites.push(Suite::of(element, depth));
    }

    fn case_of(&mut self, element: &Element<'_>, depth: usize) -> Reported {
        let suite = self.suites.last();
        let class = element.first(&["classname", "class"]);
        let group = class.as_deref().or(suite.map(|suite| suite.name.as_str())).and_then(clean::key);
        let path = element.get("file").as_deref().and_then(clean::path);
        let path = path.or_else(|| suite.and_then(|suite| suite.file.clone()));
        let name = element.get("name").unwrap_or_default().into_owned();
        let mut case = Reported::of(element.line, depth, Case { name, group, path, ..Case::default() });
        case.status = element.first(&["status", "result"]).map_or(Status::Ran, |word| Status::of(&word));
        case.started_at = self.instant(element);
        case.lasted = self.duration(element);
        case
    }

    fn content_of(&mut self, element: &Element<'_>, depth: usize, kind: Kind) -> Content {
        let mut content = Content::of(element.line, depth, kind);
        let text = |name: &str| element.get(name).unwrap_or_default();
        clean::clip(&text("message"), clean::ERROR_BYTES_MAX).clone_into(&mut content.message);
        clean::clip(&text("type"), clean::REASON_BYTES_MAX).clone_into(&mut content.exception);
        content.started_at = self.instant(element);
        content.lasted = self.duration(element);
        content
    }

    fn property(&mut self, element: &Element<'_>, depth: usize) {
        if let Some(meaning) = element.get("name").as_deref().and_then(Meaning::of) {
            let mut value = Clipped::default();
            value.push(&element.get("value").unwrap_or_default());
            self.used_property = true;
            self.property = Some(Property { depth, meaning, value });
        }
    }

    fn shut_property(&mut self) {
        let Some(property) = self.property.take() else {
            return;
        };
        let values = property.meaning.values(property.value.as_str());
        let (tags, requirements) = match (&mut self.case, self.suites.last_mut()) {
            (Some(reported), _) => (&mut reported.case.tags, &mut reported.case.verifies),
            (None, Some(suite)) => (&mut suite.lent.tags, &mut suite.lent.specifies),
            (None, None) => return,
        };
        match property.meaning {
            Meaning::Tags => add_all(tags, values),
            Meaning::Requirements => add_all(requirements, values),
            Meaning::Commit => self.commit = self.commit.take().or(values.into_iter().next()),
        }
    }

    fn shut_content(&mut self) {
        let Some(content) = self.content.take() else {
            return;
        };
        match &mut self.case {
            Some(case) => case.take(content),
            None => {
                let text = content.error(clean::REASON_BYTES_MAX);
                let text = text.unwrap_or_else(|| "without a message".to_owned());
                self.run_error.get_or_insert(format!("a suite reports an error: {text}"));
            }
        }
    }

    fn shut_suite(&mut self) {
        let Some(suite) = self.suites.pop() else {
            return;
        };
        if let Some(remark) = suite.remark() {
            self.writer.issues.note(suite.line, remark);
        }
        if let Some(around) = self.suites.last_mut() {
            around.counted.add(suite.counted);
        }
    }

    fn shut_case(&mut self) {
        let Some(reported) = self.case.take() else {
            return;
        };
        let (line, outcome, outputs) = (reported.line, reported.outcome(), reported.outputs);
        if let Some(suite) = self.suites.last_mut() {
            suite.counted.note(outcome, reported.n_tries());
        }
        let (Some(key), Some(cases)) = (reported.case.key(), self.cases.as_mut()) else {
            if outcome.is_bad() {
                self.run_error.get_or_insert_with(|| "a test case without a name failed".to_owned());
            }
            self.writer.issues.reject(line, "testcase: no name");
            return;
        };
        self.writer.use_one();
        if let Some(remark) = reported.remark() {
            self.writer.issues.note(line, remark);
        }
        if !outcome.is_bad() && outcome != Outcome::Unknown {
            (0..outputs)
                .for_each(|_| self.writer.issues.skip(line, "system-out of a case that did not fail"));
        }
        self.broken += usize::from(outcome == Outcome::Unknown);
        let (is_new, amends) = (cases.is_new(&key), reported.amends());
        if !is_new && !amends && self.suites.iter().any(|suite| suite.name == "pytest") && cases.passed(&key)
        {
            // pytest runs only failures again, and writes them as cases without a result.
            let reason = Some("run again; why is not recorded".to_owned());
            cases.amend(&key, Try { reason, ..Try::of(line, Outcome::Failed) }, self.writer);
        }
        let Tries { case, before, own, after } = reported.into_tries();
        if is_new {
            let lent = self.suites.last().map(|suite| suite.lent.clone()).unwrap_or_default();
            cases.declare(line, &key, case, lent, self.writer);
        }
        if amends {
            return cases.amend(&key, own, self.writer);
        }
        before.into_iter().for_each(|earlier| cases.add(&key, earlier.into_try(), self.writer));
        if after.is_empty() {
            return cases.add_last(key, own, self.writer);
        }
        cases.add(&key, own, self.writer);
        after.into_iter().for_each(|later| cases.add(&key, later.into_try(), self.writer));
    }

    fn instant(&mut self, element: &Element<'_>) -> Option<Time> {
        let line = element.line;
        match element.first(&["timestamp"]).as_deref().map(clean::instant)? {
            Ok((time, naive)) => {
                if naive && !self.saw_naive {
                    self.saw_naive = true;
                    let remark = "timestamp: no time zone, read as UTC (here and below)";
                    self.writer.issues.note(line, remark);
                }
                Some(time)
            }
            Err(reason) => {
                self.writer.issues.flaw(line, format!("timestamp: {reason}"));
                None
            }
        }
    }

    /// A duration; one that is none is an issue, and then the try has no length.
    fn duration(&mut self, element: &Element<'_>) -> Option<i64> {
        match element.first(&["time"]).as_deref().map(clean::seconds)? {
            Ok(micros) => Some(micros),
            Err(reason) => {
                self.writer.issues.flaw(element.line, format!("time: {reason}"));
                None
            }
        }
    }

    /// The file ends: states the run.
    pub(super) fn close(self) -> Result<(), Broken> {
        let Some(cases) = self.cases else {
            return Err(Broken::whole("no element in it, so no <testsuites> or <testsuite>"));
        };
        let (outcome, reason) = match (self.run_error.or_else(|| cases.reason()), self.broken) {
            (Some(reason), _) => (Outcome::Failed, Some(reason)),
            (None, 0) => (Outcome::Passed, None),
            (None, n) => (Outcome::Unknown, Some(broken(n))),
        };
        let run = Run {
            outcome,
            reason,
            name: self.name,
            commit: self.commit,
            started_at: self.started_at,
            finished_at: self.finished_at,
        };
        cases.close(1, run, self.writer);
        Ok(())
    }
}
