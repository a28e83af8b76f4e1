//! The report as it stands in the file, typed and borrowed; fields we do not use are skipped unread.

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What the report says of the whole.
#[derive(Deserialize)]
pub(super) struct Head<'a> {
    #[serde(borrow)]
    pub(super) created: Option<&'a RawValue>,
    pub(super) duration: Option<&'a RawValue>,
    pub(super) exitcode: Option<i64>,
    pub(super) environment: Option<&'a RawValue>,
    pub(super) collectors: Option<&'a RawValue>,
    pub(super) tests: Option<&'a RawValue>,
}

/// A node of the collection.
#[derive(Deserialize)]
pub(super) struct Collector<'a> {
    #[serde(borrow, default)]
    pub(super) nodeid: Cow<'a, str>,
    pub(super) outcome: Cow<'a, str>,
    pub(super) longrepr: Option<Cow<'a, str>>,
}

/// One test.
#[derive(Deserialize)]
pub(super) struct Test<'a> {
    #[serde(borrow)]
    pub(super) nodeid: Cow<'a, str>,
    pub(super) outcome: Cow<'a, str>,
    pub(super) setup: Option<Stage<'a>>,
    pub(super) call: Option<Stage<'a>>,
    pub(super) teardown: Option<Stage<'a>>,
    pub(super) metadata: Option<&'a RawValue>,
    pub(super) user_properties: Option<&'a RawValue>,
}

/// Setup, call or teardown of a test.
#[derive(Deserialize)]
pub(super) struct Stage<'a> {
    #[serde(borrow, default)]
    pub(super) outcome: Cow<'a, str>,
    pub(super) crash: Option<Crash<'a>>,
    pub(super) longrepr: Option<Cow<'a, str>>,
    pub(super) stdout: Option<Cow<'a, str>>,
    pub(super) stderr: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
pub(super) struct Crash<'a> {
    #[serde(borrow, default)]
    pub(super) message: Cow<'a, str>,
}
