//! One test or collection: its key, how it ended, in which stage and why.

use super::super::cases::{COLLECTION, Case, Try, told};
use super::super::clean;
use super::super::property::{Meaning, add_all};
use super::report::{Collector, Stage, Test};
use crate::event::Outcome;
use serde_json::Value;
use serde_json::value::RawValue;

/// The suite that pytest's JUnit XML puts into a place without a class.
const SUITE: &str = "pytest";

/// What a node id stands for, named as pytest's JUnit XML names it.
///
/// `tests/test_dock.py::TestDock::test_latch[a::b]` is `test_latch[a::b]` in `tests.test_dock.TestDock`.
pub(super) fn case_of(nodeid: &str) -> Case {
    let (address, parameters) = nodeid.split_at(nodeid.find('[').unwrap_or(nodeid.len()));
    let (file, inner) = address.split_once("::").map_or((address, None), |(file, rest)| (file, Some(rest)));
    let module = file.replace('/', ".");
    let module = module.strip_suffix(".py").unwrap_or(&module);
    let (group, name) = match inner.map(|inner| inner.rsplit_once("::").unwrap_or(("", inner))) {
        None => (SUITE.to_owned(), module),
        Some(("", name)) => (module.to_owned(), name),
        Some((classes, name)) => (format!("{module}.{}", classes.replace("::", ".")), name),
    };
    let name = if name.is_empty() { String::new() } else { format!("{name}{parameters}") };
    Case { name, group: clean::key(&group), path: clean::path(file), ..Case::default() }
}

impl Collector<'_> {
    /// What there is to say of it as a try; nothing if it was collected.
    pub(super) fn attempt(&self, line: u64) -> Option<Try> {
        let text = self.longrepr.as_deref().unwrap_or("");
        match self.outcome.as_ref() {
            "failed" => Some(Try {
                error: told(COLLECTION, text, "", clean::ERROR_BYTES_MAX),
                reason: Some(COLLECTION.to_owned()),
                ..Try::of(line, Outcome::Unknown)
            }),
            "skipped" => {
                Some(Try { reason: Some("collection skipped".to_owned()), ..Try::of(line, Outcome::Skipped) })
            }
            _ => None,
        }
    }
}

impl Test<'_> {
    /// Its tries; more than one where it was run again.
    pub(super) fn tries(&self, line: u64) -> Result<Vec<Try>, String> {
        let of = |outcome| Try::of(line, outcome);
        let strict =
            |reason: &Option<String>| reason.as_ref().is_some_and(|it| it.starts_with("[XPASS(strict)]"));
        Ok(match self.outcome.as_ref() {
            "passed" => vec![of(Outcome::Passed)],
            "xpassed" => {
                let reason = Some("passed although it was expected to fail".to_owned());
                vec![Try { reason, ..of(Outcome::Passed) }]
            }
            "skipped" => vec![Try { reason: self.skip_reason(), ..of(Outcome::Skipped) }],
            "xfailed" => vec![of(Outcome::Skipped)],
            "failed" | "error" => {
                let bad =
                    self.bad(line, if self.outcome == "error" { Outcome::Error } else { Outcome::Failed });
                let reason = "passed although it must not".to_owned();
                let reason = strict(&bad.error).then_some(reason);
                vec![Try { reason, ..bad }]
            }
            "rerun" => {
                let reason = Some("run again; how often and why is not recorded".to_owned());
                vec![Try { reason, unrecorded: true, ..of(Outcome::Failed) }, self.last(line)]
            }
            other => return Err(format!("outcome: unknown {:?}", clean::clip(other, 40))),
        })
    }

    /// The last try by its stages.
    fn last(&self, line: u64) -> Try {
        let is = |stage: &Option<Stage<'_>>, word: &str| stage.as_ref().is_some_and(|it| it.outcome == word);
        if is(&self.setup, "failed") || is(&self.teardown, "failed") {
            self.bad(line, Outcome::Error)
        } else if is(&self.call, "failed") || is(&self.call, "rerun") {
            self.bad(line, Outcome::Failed)
        } else if is(&self.setup, "skipped") || is(&self.call, "skipped") {
            Try { reason: self.skip_reason(), ..Try::of(line, Outcome::Skipped) }
        } else {
            Try::of(line, Outcome::Passed)
        }
    }

    /// A try that ended badly: what broke in the stage that counts, and what all stages wrote.
    fn bad(&self, line: u64, outcome: Outcome) -> Try {
        let failed = |stage: &&(&str, &Option<Stage<'_>>)| {
            stage.1.as_ref().is_some_and(|it| matches!(it.outcome.as_ref(), "failed" | "rerun"))
        };
        let mut stages = [("setup", &self.setup), ("teardown", &self.teardown), ("call", &self.call)];
        if outcome == Outcome::Failed {
            stages.rotate_right(1);
        }
        let error = stages.iter().find(failed).and_then(|(name, stage)| error_of(name, stage.as_ref()?));
        let mut output = String::new();
        for stage in [&self.setup, &self.call, &self.teardown].into_iter().flatten() {
            for part in [&stage.stdout, &stage.stderr].into_iter().flatten() {
                output.push_str(clean::clip(part, clean::ERROR_BYTES_MAX.saturating_sub(output.len())));
            }
        }
        Try { error, output: clean::prose(&output, clean::ERROR_BYTES_MAX), ..Try::of(line, outcome) }
    }

    /// The reason that was given for skipping.
    fn skip_reason(&self) -> Option<String> {
        let stages = [&self.setup, &self.call, &self.teardown];
        let skipped = stages.into_iter().flatten().find(|stage| stage.outcome == "skipped");
        let text = skipped.and_then(|stage| stage.longrepr.as_deref())?;
        // The text of a Python tuple: ('tests/test_dock.py', 47, 'Skipped: no crew')
        let inner = text.split_once("Skipped: ").map_or(text, |(_, reason)| reason);
        let inner = inner.strip_suffix(')').map_or(inner, |inner| inner.trim_end_matches(['\'', '"']));
        clean::prose(inner, clean::REASON_BYTES_MAX)
    }

    /// Adds the requirements and tags that its properties name.
    pub(super) fn properties(&self, case: &mut Case) {
        let objects = [self.metadata, self.user_properties].into_iter().flatten();
        for value in objects.filter_map(|raw: &RawValue| serde_json::from_str::<Value>(raw.get()).ok()) {
            match value {
                Value::Array(list) => list.iter().for_each(|one| properties_of(one, case)),
                one => properties_of(&one, case),
            }
        }
    }
}

/// The error of a stage as pytest's JUnit XML words it.
fn error_of(name: &str, stage: &Stage<'_>) -> Option<String> {
    let text = stage.longrepr.as_deref().unwrap_or("");
    let crash = stage.crash.as_ref().map_or("", |crash| crash.message.as_ref());
    let message = match (name, crash) {
        ("call", crash) => crash.to_owned(),
        (_, "") => format!("failed on {name} with \"{text}\""),
        (_, crash) => format!("failed on {name} with \"{crash}\""),
    };
    told(&message, text, "", clean::ERROR_BYTES_MAX)
}

/// Takes the members of one object by their names.
fn properties_of(object: &Value, case: &mut Case) {
    for (name, value) in object.as_object().into_iter().flatten() {
        let Some(meaning) = Meaning::of(name) else {
            continue;
        };
        let list = match meaning {
            Meaning::Requirements => &mut case.verifies,
            Meaning::Tags => &mut case.tags,
            Meaning::Commit => continue,
        };
        match value {
            Value::String(text) => add_all(list, meaning.values(text)),
            Value::Number(number) => add_all(list, meaning.values(&number.to_string())),
            Value::Array(values) => {
                let texts = values.iter().filter_map(Value::as_str);
                texts.for_each(|text| add_all(list, meaning.values(text)));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::case_of;

    #[test]
    fn node_ids_are_spelled_as_junit_spells_them() {
        let key = |nodeid: &str| case_of(nodeid).key().map(|key| key.text);
        let some = |key: &str| Some(key.to_owned());
        assert_eq!(
            key("tests/test_m.py::TestC::test_x[a::b/c.py]"),
            some("tests.test_m.TestC#test_x[a::b/c.py]")
        );
        assert_eq!(key("test_m.py::test_x"), some("test_m#test_x"));
        assert_eq!(key("t/test_m.py::A::B::test_x"), some("t.test_m.A.B#test_x"));
        assert_eq!(key("t/test_m.py"), some("pytest#t.test_m"));
        assert_eq!(key("docs/x.rst::x.rst"), some("docs.x.rst#x.rst"));
        assert_eq!((key(""), key("::"), key("[1]")), (None, None, None));
        assert_eq!(case_of("t/test_m.py::test_x").path.as_deref(), Some("t/test_m.py"));
    }
}
