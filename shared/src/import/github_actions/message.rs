//! The payloads and the fields we use, typed and borrowed.

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use std::borrow::Cow;
use std::fmt;

#[derive(Debug, Deserialize)]
pub(super) struct Payload<'a> {
    #[serde(borrow)]
    pub(super) workflow_run: Option<WorkflowRun<'a>>,
    pub(super) workflow_job: Option<WorkflowJob<'a>>,
    pub(super) workflow: Option<Workflow<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Workflow<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) path: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WorkflowRun<'a> {
    #[serde(borrow)]
    pub(super) id: Id<'a>,
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) path: Option<Cow<'a, str>>,
    pub(super) display_title: Option<Cow<'a, str>>,
    pub(super) run_attempt: Option<u32>,
    pub(super) head_sha: Option<Cow<'a, str>>,
    pub(super) status: Option<Cow<'a, str>>,
    pub(super) conclusion: Option<Cow<'a, str>>,
    pub(super) created_at: Option<Cow<'a, str>>,
    pub(super) run_started_at: Option<Cow<'a, str>>,
    pub(super) updated_at: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WorkflowJob<'a> {
    #[serde(borrow)]
    pub(super) id: Id<'a>,
    pub(super) run_id: Id<'a>,
    pub(super) run_attempt: Option<u32>,
    pub(super) workflow_name: Option<Cow<'a, str>>,
    pub(super) name: Cow<'a, str>,
    pub(super) head_sha: Option<Cow<'a, str>>,
    pub(super) status: Option<Cow<'a, str>>,
    pub(super) conclusion: Option<Cow<'a, str>>,
    pub(super) created_at: Option<Cow<'a, str>>,
    pub(super) started_at: Option<Cow<'a, str>>,
    pub(super) completed_at: Option<Cow<'a, str>>,
    pub(super) labels: Option<Vec<Cow<'a, str>>>,
    pub(super) steps: Option<Vec<Step<'a>>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Step<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) conclusion: Option<Cow<'a, str>>,
}

/// An id, which copies of payloads hold as a number or as text.
#[derive(Debug, Clone)]
pub(super) struct Id<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Id<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrText;
        impl<'de> Visitor<'de> for NumberOrText {
            type Value = Id<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id: a whole number or a text")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Id<'de>, E> {
                Ok(Id(Cow::Owned(number.to_string())))
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Id<'de>, E> {
                Ok(Id(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Id<'de>, E> {
                Ok(Id(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_any(NumberOrText)
    }
}
