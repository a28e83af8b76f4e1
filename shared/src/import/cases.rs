//! Test cases of one run, whatever report they stand in: declared once, tried in order, counted at the end.
//!
//! Reports of one run in several formats come to the same facts through here. A case is remembered by the hash
//! of its key, some 40 bytes each. Not here: how a format spells a case.

use super::batch::Writer;
use super::clean;
use super::table::Table;
use crate::event::data::{AttemptFinished, RunFinished, RunStarted, ScenarioDeclared, SpecDeclared};
use crate::event::{Data, Hash128, Outcome, Provenance};
use crate::id::{EntityId, KEY_BYTES_MAX, Kind, Stream};
use crate::time::Time;

/// How pytest calls a collection that broke: the tests in it are not known, so nothing is decided.
pub(super) const COLLECTION: &str = "collection failure";

/// A test case as a report names it.
#[derive(Debug, Default)]
pub(super) struct Case {
    /// Its own name.
    pub(super) name: String,
    /// Class, module or suite it lies in.
    pub(super) group: Option<String>,
    /// Its file.
    pub(super) path: Option<String>,
    /// Tags.
    pub(super) tags: Vec<String>,
    /// Keys of the requirements it proves.
    pub(super) verifies: Vec<String>,
}

impl Case {
    /// Its key: `group#name`; `None` without a name.
    pub(super) fn key(&self) -> Option<CaseKey> {
        let name = clean::key_of(&self.name)?;
        let text = match &self.group {
            Some(group) => {
                let text = [group.as_str(), "#", &name].concat();
                // Of two clean keys, so mostly one itself.
                let is_clean = text.len() <= KEY_BYTES_MAX && text.trim().len() == text.len();
                if is_clean { text } else { clean::key(&text)? }
            }
            None => name.into_owned(),
        };
        let hash = hash(&text);
        Some(CaseKey { text, hash })
    }
}

/// What a case is known by, hashed once.
#[derive(Debug)]
pub(super) struct CaseKey {
    pub(super) text: String,
    hash: Hash128,
}

/// What a suite says of the specs in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Lent {
    /// Tags.
    pub(super) tags: Vec<String>,
    /// Keys of requirements they give meaning to.
    pub(super) specifies: Vec<String>,
}

/// One try, in our words.
#[derive(Debug)]
pub(super) struct Try {
    /// Line it stands on.
    pub(super) line: u64,
    /// How it ended.
    pub(super) outcome: Outcome,
    /// When it started, if the report says so.
    pub(super) started_at: Option<Time>,
    /// How long it took, in microseconds.
    pub(super) lasted: Option<i64>,
    /// What went wrong.
    pub(super) error: Option<String>,
    /// What it wrote.
    pub(super) output: Option<String>,
    /// Why it ended so.
    pub(super) reason: Option<String>,
    /// That nobody recorded it, only a later try says so.
    pub(super) unrecorded: bool,
}

impl Try {
    /// One without any times and texts.
    pub(super) fn of(line: u64, outcome: Outcome) -> Self {
        Self {
            line,
            outcome,
            started_at: None,
            lasted: None,
            error: None,
            output: None,
            reason: None,
            unrecorded: false,
        }
    }
}

/// How often a case was tried, and how the last try ended.
#[derive(Debug, Clone, Copy)]
struct Known {
    tries: u32,
    last: Outcome,
}

impl Default for Known {
    fn default() -> Self {
        Self { tries: 0, last: Outcome::Unknown }
    }
}

/// The cases of a run so far.
#[derive(Debug)]
pub(super) struct Cases {
    run: String,
    known: Table<Known>,
    specs: Table<()>,
    /// The spec of the last case, mostly that of the next one, too.
    last_spec: String,
    last_end: Option<Time>,
}

impl Cases {
    /// No cases, of the run with that key.
    pub(super) fn of(run: String) -> Self {
        Self {
            run,
            known: Table::default(),
            specs: Table::default(),
            last_spec: String::new(),
            last_end: None,
        }
    }

    /// Whether the case has not been tried yet.
    pub(super) fn is_new(&self, key: &CaseKey) -> bool {
        self.known.get(key.hash).is_none()
    }

    /// Whether its last try passed.
    pub(super) fn passed(&self, key: &CaseKey) -> bool {
        self.known.get(key.hash).is_some_and(|known| known.last == Outcome::Passed)
    }

    /// States that there is `case`, and its spec with what that lends, if this is the first case in it.
    pub(super) fn declare(
        &mut self,
        line: u64,
        key: &CaseKey,
        case: Case,
        lent: Lent,
        writer: &mut Writer<'_>,
    ) {
        if let Some(spec) = case.group.as_ref().filter(|spec| self.is_new_spec(spec)) {
            let data = SpecDeclared {
                spec: spec.clone(),
                name: clean::name(spec),
                path: case.path.clone(),
                tags: lent.tags,
                specifies: lent.specifies,
            };
            writer.state(line, None, &Data::SpecDeclared(data));
        }
        let verifies = case.verifies.into_iter().map(|key| EntityId::new(Kind::Requirement, key));
        let data = ScenarioDeclared {
            scenario: key.text.clone(),
            name: clean::name(&case.name),
            spec: case.group,
            path: case.path,
            tags: case.tags,
            verifies: verifies.collect(),
            planned: false,
        };
        writer.state(line, None, &Data::ScenarioDeclared(data));
    }

    /// States the next try of a case.
    pub(super) fn add(&mut self, key: &CaseKey, attempt: Try, writer: &mut Writer<'_>) {
        let number = self.next(key, attempt.outcome);
        self.state(key.text.clone(), number, attempt, writer);
    }

    /// [`Cases::add`] for the last try that is known of a case.
    pub(super) fn add_last(&mut self, key: CaseKey, attempt: Try, writer: &mut Writer<'_>) {
        let number = self.next(&key, attempt.outcome);
        self.state(key.text, number, attempt, writer);
    }

    /// The number of the next try of a case, which ended `outcome`.
    fn next(&mut self, key: &CaseKey, outcome: Outcome) -> u32 {
        let known = self.known.entry(key.hash);
        known.tries = known.tries.saturating_add(1);
        known.last = outcome;
        known.tries
    }

    /// States the last try of a case anew, or its first.
    pub(super) fn amend(&mut self, key: &CaseKey, attempt: Try, writer: &mut Writer<'_>) {
        let known = self.known.entry(key.hash);
        known.tries = known.tries.max(1);
        known.last = attempt.outcome;
        let number = known.tries;
        self.state(key.text.clone(), number, attempt, writer);
    }

    /// Whether no case of that spec has been declared; from now on one has.
    fn is_new_spec(&mut self, spec: &str) -> bool {
        if self.last_spec == spec {
            return false;
        }
        spec.clone_into(&mut self.last_spec);
        let hash = hash(spec);
        let is_new = self.specs.get(hash).is_none();
        self.specs.entry(hash);
        is_new
    }

    fn state(&mut self, key: String, number: u32, attempt: Try, writer: &mut Writer<'_>) {
        let lasted = attempt.lasted.unwrap_or(0);
        let at = attempt.started_at.map(|start| start.plus(lasted).min(Time::MAX));
        self.last_end = self.last_end.max(at);
        let provenance = match (attempt.unrecorded, at) {
            (true, _) => Some(Provenance::Unrecorded),
            (false, None) => Some(Provenance::Inferred),
            (false, Some(_)) => None,
        };
        let data = AttemptFinished {
            key,
            run: self.run.clone(),
            outcome: attempt.outcome,
            r#try: Some(number),
            queued_at: None,
            started_at: attempt.started_at,
            error: attempt.error,
            output: attempt.output,
            reason: attempt.reason,
            commit: None,
            provenance,
        };
        writer.state(attempt.line, at, &Data::ScenarioFinished(data));
    }

    /// How many cases there are.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// How many of them ended badly.
    pub(super) fn failed(&self) -> usize {
        self.known.values().filter(|known| known.last.is_bad()).count()
    }

    /// Why the run failed, if a case of it did.
    pub(super) fn reason(&self) -> Option<String> {
        match self.failed() {
            0 => None,
            n => Some(format!("{n} of {} test cases failed", self.len())),
        }
    }

    /// States the run, which ended `run.outcome`, at the earliest with its last try.
    pub(super) fn close(self, line: u64, run: Run, writer: &mut Writer<'_>) {
        let Run { outcome, reason, name, commit, started_at, finished_at } = run;
        let stream = Stream::Bdv;
        if let Some(started_at) = started_at {
            let data = RunStarted { stream, run: self.run.clone(), name, commit: commit.clone() };
            writer.state(line, Some(started_at), &Data::RunStarted(data));
        }
        let finished_at = finished_at.map(|end| end.max(self.last_end.unwrap_or(end)));
        let data = RunFinished { stream, run: self.run, outcome, started_at: None, reason, commit };
        writer.state(line, finished_at, &Data::RunFinished(data));
    }
}

/// What a report says of its run as a whole.
#[derive(Debug)]
pub(super) struct Run {
    /// How it ended.
    pub(super) outcome: Outcome,
    /// Why.
    pub(super) reason: Option<String>,
    /// Human name.
    pub(super) name: Option<String>,
    /// Source revision.
    pub(super) commit: Option<String>,
    /// When it started.
    pub(super) started_at: Option<Time>,
    /// When it ended.
    pub(super) finished_at: Option<Time>,
}

fn hash(key: &str) -> Hash128 {
    Hash128::of_text(key)
}

/// Why a run says nothing certain of which `n` collections broke.
pub(super) fn broken(n: usize) -> String {
    match n {
        1 => "1 collection broke".to_owned(),
        n => format!("{n} collections broke"),
    }
}

/// Message and text as one, the message not repeated, at most `bytes_max` bytes; else the type.
pub(super) fn told(message: &str, text: &str, kind: &str, bytes_max: usize) -> Option<String> {
    let (message, text) = (message.trim(), text.trim());
    let both = match (message.is_empty(), text.is_empty()) {
        (false, false) if !text.contains(message) => clean::prose(&format!("{message}\n{text}"), bytes_max),
        (false, true) => clean::prose(message, bytes_max),
        _ => clean::prose(text, bytes_max),
    };
    both.or_else(|| clean::prose(kind, bytes_max))
}
