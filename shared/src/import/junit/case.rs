//! One test case with its re-runs, and the order in which its tries ran.

use super::super::cases::{COLLECTION, Case, Try, told};
use super::super::clean;
use crate::event::Outcome;
use crate::time::Time;

/// How pytest calls an error after the test itself was over.
const TEARDOWN: &str = "failed on teardown";

/// A result element while its text is read.
pub(super) struct Content {
    pub(super) line: u64,
    /// Elements around it.
    pub(super) depth: usize,
    pub(super) kind: Kind,
    pub(super) message: String,
    pub(super) exception: String,
    pub(super) started_at: Option<Time>,
    pub(super) lasted: Option<i64>,
    text: Clipped,
    output: Clipped,
    /// Elements around the captured output in it that is being read.
    muted: Option<usize>,
}

/// Kinds of result elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Skipped,
    Failure,
    Error,
    FlakyFailure,
    FlakyError,
    RerunFailure,
    RerunError,
}

impl Kind {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "skipped" => Kind::Skipped,
            "failure" => Kind::Failure,
            "error" => Kind::Error,
            "flakyFailure" => Kind::FlakyFailure,
            "flakyError" => Kind::FlakyError,
            "rerunFailure" => Kind::RerunFailure,
            "rerunError" => Kind::RerunError,
            _ => return None,
        })
    }

    /// Whether it may stand outside of a case.
    pub(super) fn is_of_suites_too(self) -> bool {
        matches!(self, Kind::Failure | Kind::Error)
    }

    const fn word(self) -> &'static str {
        match self {
            Kind::Skipped => "skipped",
            Kind::Failure | Kind::FlakyFailure | Kind::RerunFailure => "failure",
            Kind::Error | Kind::FlakyError | Kind::RerunError => "error",
        }
    }

    const fn outcome(self) -> Outcome {
        match self {
            Kind::Skipped => Outcome::Skipped,
            Kind::Failure | Kind::FlakyFailure | Kind::RerunFailure => Outcome::Failed,
            Kind::Error | Kind::FlakyError | Kind::RerunError => Outcome::Error,
        }
    }
}

/// Text that grows no further than anybody reads.
#[derive(Debug, Default)]
pub(super) struct Clipped(String);

impl Clipped {
    pub(super) fn push(&mut self, part: &str) {
        self.0.push_str(clean::clip(part, clean::ERROR_BYTES_MAX.saturating_sub(self.0.len())));
    }

    pub(super) fn prose(&self) -> Option<String> {
        clean::prose(&self.0, clean::ERROR_BYTES_MAX)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Content {
    pub(super) fn of(line: u64, depth: usize, kind: Kind) -> Self {
        Self {
            line,
            depth,
            kind,
            message: String::new(),
            exception: String::new(),
            started_at: None,
            lasted: None,
            text: Clipped::default(),
            output: Clipped::default(),
            muted: None,
        }
    }

    /// An element opens within.
    pub(super) fn enter(&mut self, name: &str, depth: usize) {
        if self.muted.is_none() && is_output(name) {
            self.muted = Some(depth);
        }
    }

    /// An element closes within: true if it was this one.
    pub(super) fn leave(&mut self, depth: usize) -> bool {
        if self.muted == Some(depth) {
            self.muted = None;
        }
        depth == self.depth
    }

    pub(super) fn text(&mut self, part: &str) {
        if self.muted.is_some() { self.output.push(part) } else { self.text.push(part) }
    }

    /// What went wrong, at most `bytes_max` bytes.
    pub(super) fn error(&self, bytes_max: usize) -> Option<String> {
        told(&self.message, self.text.as_str(), &self.exception, bytes_max)
    }

    /// Why it did not run: the message, where there is one.
    fn reason(&self) -> Option<String> {
        clean::prose(&self.message, clean::REASON_BYTES_MAX)
            .or_else(|| told("", self.text.as_str(), &self.exception, clean::REASON_BYTES_MAX))
    }

    pub(super) fn into_try(self) -> Try {
        Try {
            started_at: self.started_at,
            lasted: self.lasted,
            error: self.error(clean::ERROR_BYTES_MAX),
            output: self.output.prose(),
            ..Try::of(self.line, self.kind.outcome())
        }
    }
}

/// Whether an element holds what was written while a test ran.
pub(super) fn is_output(name: &str) -> bool {
    matches!(name, "system-out" | "system-err")
}

/// A test case while it is read.
pub(super) struct Reported {
    pub(super) line: u64,
    pub(super) depth: usize,
    pub(super) case: Case,
    pub(super) started_at: Option<Time>,
    pub(super) lasted: Option<i64>,
    /// What an attribute says of it, where no element does.
    pub(super) status: Status,
    /// Its own results: the worst one, and all kinds there are.
    worst: Option<Box<Content>>,
    kinds: Vec<Kind>,
    /// Tries before its own, and after it.
    before: Vec<Content>,
    after: Vec<Content>,
    pub(super) output: Clipped,
    /// `system-out` elements directly in it.
    pub(super) outputs: u64,
}

/// A case with its tries in the order they ran.
pub(super) struct Tries {
    pub(super) case: Case,
    pub(super) before: Vec<Content>,
    pub(super) own: Try,
    pub(super) after: Vec<Content>,
}

/// What an attribute says of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// It ran, or nothing is said.
    Ran,
    /// It did not run.
    NotRun,
    /// It ran and failed.
    Failed,
}

impl Status {
    pub(super) fn of(word: &str) -> Self {
        match word {
            "notrun" | "disabled" | "skipped" | "suppressed" | "ignored" => Status::NotRun,
            "fail" | "failed" | "failure" | "error" | "errored" => Status::Failed,
            _ => Status::Ran,
        }
    }
}

impl Reported {
    pub(super) fn of(line: u64, depth: usize, case: Case) -> Self {
        Self {
            line,
            depth,
            case,
            started_at: None,
            lasted: None,
            status: Status::Ran,
            worst: None,
            kinds: Vec::new(),
            before: Vec::new(),
            after: Vec::new(),
            output: Clipped::default(),
            outputs: 0,
        }
    }

    /// Takes a result element in.
    pub(super) fn take(&mut self, content: Content) {
        match content.kind {
            Kind::FlakyFailure | Kind::FlakyError => self.before.push(content),
            Kind::RerunFailure | Kind::RerunError => self.after.push(content),
            kind => {
                if !self.kinds.contains(&kind) {
                    self.kinds.push(kind);
                }
                if self.worst.as_ref().is_none_or(|worst| kind > worst.kind) {
                    self.worst = Some(Box::new(content));
                }
            }
        }
    }

    /// How its own try ended.
    pub(super) fn outcome(&self) -> Outcome {
        match (&self.worst, self.status) {
            (Some(own), _) if own.kind == Kind::Error && own.message.trim() == COLLECTION => Outcome::Unknown,
            (Some(own), _) => own.kind.outcome(),
            (None, Status::Ran) => Outcome::Passed,
            (None, Status::NotRun) => Outcome::Skipped,
            (None, Status::Failed) => Outcome::Failed,
        }
    }

    /// Whether it only says how the try before it ended after all.
    pub(super) fn amends(&self) -> bool {
        let alone = self.before.is_empty() && self.after.is_empty() && self.kinds.len() == 1;
        let error = self.worst.as_ref().filter(|own| alone && own.kind == Kind::Error);
        error.is_some_and(|own| own.message.starts_with(TEARDOWN))
    }

    /// Tries that the elements of this case stand for.
    pub(super) fn n_tries(&self) -> usize {
        self.before.len() + 1 + self.after.len()
    }

    /// What there is to say about several results in one case.
    pub(super) fn remark(&self) -> Option<String> {
        let worst = self.worst.as_ref().filter(|_| self.kinds.len() > 1)?;
        let words: Vec<&str> = self.kinds.iter().map(|kind| kind.word()).collect();
        let name = clean::clip(&self.case.name, 80);
        Some(format!("testcase {name:?}: {} in one case, counts as {}", words.join(", "), worst.kind.word()))
    }

    /// What it is, and its tries.
    pub(super) fn into_tries(self) -> Tries {
        let outcome = self.outcome();
        let worst = self.worst.as_deref();
        let reason = match outcome {
            Outcome::Skipped => worst.map_or_else(|| Some("not run".to_owned()), |own| own.reason()),
            Outcome::Unknown => Some(COLLECTION.to_owned()),
            Outcome::Failed if worst.is_none() => Some("its status says so".to_owned()),
            _ => None,
        };
        let is_bad = outcome.is_bad() || outcome == Outcome::Unknown;
        let error = worst.filter(|_| is_bad).and_then(|own| own.error(clean::ERROR_BYTES_MAX));
        let mut output = self.output;
        if let Some(own) = worst {
            output.push(own.output.as_str());
        }
        let own = Try {
            started_at: self.started_at,
            lasted: self.lasted,
            error,
            output: output.prose().filter(|_| is_bad),
            reason,
            ..Try::of(self.line, outcome)
        };
        Tries { case: self.case, before: self.before, own, after: self.after }
    }
}
