//! The messages we use, typed and borrowed from the line; fields we do not use are skipped unread.

use crate::event::Outcome;
use crate::time::Time;
use serde::Deserialize;
use std::borrow::Cow;

use super::clean;
use super::gherkin::{Document, Pickle};

/// The key of the envelope in `json`; `None` if it is no object that starts with a key.
pub(super) fn kind_of(json: &str) -> Option<&str> {
    let inner = json.strip_prefix('{')?.trim_start().strip_prefix('"')?;
    inner.split_once('"').map(|(kind, _)| kind)
}

/// One envelope.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Message<'a> {
    #[serde(borrow)]
    Meta(Meta<'a>),
    GherkinDocument(Document<'a>),
    ParseError(ParseError<'a>),
    Pickle(Pickle<'a>),
    TestCase(TestCase<'a>),
    TestRunStarted(RunStarted),
    TestCaseStarted(CaseStarted<'a>),
    TestStepFinished(StepFinished<'a>),
    TestCaseFinished(CaseFinished<'a>),
    TestRunHookFinished(HookFinished<'a>),
    TestRunFinished(RunFinished<'a>),
}

#[derive(Debug, Deserialize)]
pub(super) struct Meta<'a> {
    #[serde(borrow)]
    pub(super) implementation: Option<Product<'a>>,
    pub(super) ci: Option<Ci<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Product<'a> {
    #[serde(borrow, default)]
    pub(super) name: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Ci<'a> {
    #[serde(borrow)]
    pub(super) git: Option<Git<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Git<'a> {
    #[serde(borrow)]
    pub(super) revision: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ParseError<'a> {
    #[serde(borrow, default)]
    pub(super) message: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TestCase<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    pub(super) pickle_id: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RunStarted {
    pub(super) timestamp: Option<Stamp>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CaseStarted<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    pub(super) test_case_id: Cow<'a, str>,
    #[serde(default)]
    pub(super) attempt: u32,
    pub(super) timestamp: Option<Stamp>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StepFinished<'a> {
    #[serde(borrow)]
    pub(super) test_case_started_id: Cow<'a, str>,
    pub(super) test_step_result: StepResult<'a>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CaseFinished<'a> {
    #[serde(borrow)]
    pub(super) test_case_started_id: Cow<'a, str>,
    pub(super) timestamp: Option<Stamp>,
}

#[derive(Debug, Deserialize)]
pub(super) struct HookFinished<'a> {
    #[serde(borrow)]
    pub(super) result: StepResult<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RunFinished<'a> {
    #[serde(borrow)]
    pub(super) message: Option<Cow<'a, str>>,
    pub(super) success: Option<bool>,
    pub(super) timestamp: Option<Stamp>,
    pub(super) exception: Option<Exception<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StepResult<'a> {
    #[serde(default)]
    pub(super) status: Status,
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
    exception: Option<Exception<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Exception<'a> {
    #[serde(borrow)]
    pub(super) message: Option<Cow<'a, str>>,
}

impl StepResult<'_> {
    /// What went wrong, at most `bytes_max` bytes of it.
    pub(super) fn error(&self, bytes_max: usize) -> Option<String> {
        let exception = self.exception.as_ref().and_then(|it| it.message.as_deref());
        self.message.as_deref().or(exception).and_then(|text| clean::prose(text, bytes_max))
    }
}

/// Status of a step, by how bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Status {
    /// An omitted status is the protocol's zero value.
    #[default]
    Unknown,
    Passed,
    Skipped,
    Pending,
    Undefined,
    Ambiguous,
    Failed,
}

impl Status {
    /// Outcome of an attempt whose worst step this is, and the reason where the outcome alone says too little.
    pub(super) fn outcome(self) -> (Outcome, Option<&'static str>) {
        match self {
            Status::Passed => (Outcome::Passed, None),
            Status::Skipped => (Outcome::Skipped, None),
            Status::Failed => (Outcome::Failed, None),
            Status::Unknown => (Outcome::Unknown, Some("unknown")),
            Status::Pending => (Outcome::Unknown, Some("pending")),
            Status::Undefined => (Outcome::Unknown, Some("undefined")),
            Status::Ambiguous => (Outcome::Unknown, Some("ambiguous")),
        }
    }
}

/// A point in time; zero values may be left out.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Stamp {
    #[serde(default)]
    seconds: i64,
    #[serde(default)]
    nanos: i64,
}

impl Stamp {
    /// As an instant.
    pub(super) fn time(self) -> Result<Time, String> {
        let micros = self.seconds.checked_mul(1_000_000).and_then(|it| it.checked_add(self.nanos / 1_000));
        match micros {
            Some(micros)
                if (0..=Time::MAX.0).contains(&micros) && (0..1_000_000_000).contains(&self.nanos) =>
            {
                Ok(Time(micros))
            }
            _ => Err(format!(
                "timestamp: {} s and {} ns is not between the years 1970 and 9999",
                self.seconds, self.nanos
            )),
        }
    }
}
