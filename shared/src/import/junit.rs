//! JUnit XML and its dialects: surefire and nextest re-runs, nested suites, repeated cases, pytest.
//!
//! | in the file | becomes |
//! |---|---|
//! | `testcase` | scenario `class#name`, the suite's name for a class that is not said, in the spec of that class |
//! | `flakyFailure`, `flakyError` | tries before the case's own result |
//! | `rerunFailure`, `rerunError` | tries after it |
//! | a `testcase` of the same class and name | the next try |
//! | several results in one case | one try with the worst: error, then failure, then skipped; noted |
//! | `property` named like requirement, tag, commit | what the scenario verifies, its tags, the run's commit |
//! | `system-out`, `system-err` of a try that did not pass | its output, kept beside the log |
//! | `failure`, `error` of a suite | why the run failed |
//!
//! Counters are recomputed and never believed; where they differ that is noted, since dialects disagree on what
//! they count. Only a try's own timestamp dates it; without one it is untimed, never dated by its suite. pytest
//! writes a broken collection as an error: here it is a scenario without a usable result, and an error on
//! teardown belongs to the try before it. Lines of files are not kept.

mod case;
mod reading;
mod suite;

use super::batch::Writer;
use super::document::Broken;
use super::look::{Fit, Look};
use super::xml::walk;
use reading::Reading;

/// Whether a file is JUnit XML.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.xml(&["testsuites", "testsuite"])
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    let mut reading = Reading::new(writer);
    walk(text, &mut reading)?;
    reading.close()
}
