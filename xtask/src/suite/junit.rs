//! Results of Rust tests as JUnit XML: a suite a program, a case a test.
//!
//! Times are those of a whole program: a stable libtest tells no others, so cases carry none.

use super::Tally;
use anyhow::{Context, Result};
use quick_xml::Writer;
use quick_xml::events::BytesText;
use shared::time::Time;
use std::fs;
use std::path::Path;

/// One test.
pub struct Case {
    /// Path within the program: `module::test`.
    pub name: String,
    /// What went wrong.
    pub failure: Option<String>,
}

/// One test program's run.
pub struct Suite {
    /// `package::target`.
    pub name: String,
    /// When it was started.
    pub started_at: Time,
    /// How long it ran.
    pub seconds: f64,
    /// Its tests, in the order they ended.
    pub cases: Vec<Case>,
}

impl Suite {
    /// How many passed and failed.
    pub fn tally(&self) -> Tally {
        self.cases.iter().fold(Tally::default(), |tally, case| {
            let is_failed = case.failure.is_some();
            tally.plus(Tally { passed: u32::from(!is_failed), failed: u32::from(is_failed) })
        })
    }
}

/// Writes `suites` to `file`.
pub fn write(file: &Path, name: &str, suites: &[Suite]) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    let root = writer.create_element("testsuites").with_attribute(("name", name));
    root.write_inner_content(|writer| suites.iter().try_for_each(|suite| write_suite(writer, suite)))?;
    fs::write(file, writer.into_inner()).with_context(|| format!("cannot write {}", file.display()))
}

fn write_suite(writer: &mut Writer<Vec<u8>>, suite: &Suite) -> std::io::Result<()> {
    let tally = suite.tally();
    let element = writer
        .create_element("testsuite")
        .with_attribute(("name", suite.name.as_str()))
        .with_attribute(("tests", (tally.passed + tally.failed).to_string().as_str()))
        .with_attribute(("failures", tally.failed.to_string().as_str()))
        .with_attribute(("timestamp", suite.started_at.to_string().as_str()))
        .with_attribute(("time", format!("{:.3}", suite.seconds).as_str()));
    element.write_inner_content(|writer| {
        suite.cases.iter().try_for_each(|case| write_case(writer, &suite.name, case))
    })?;
    Ok(())
}

fn write_case(writer: &mut Writer<Vec<u8>>, suite: &str, case: &Case) -> std::io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attribute(("classname", suite))
        .with_attribute(("name", case.name.as_str()));
    match &case.failure {
        None => element.write_empty()?,
        Some(message) => element.write_inner_content(|writer| {
            let failure = writer.create_element("failure").with_attribute(("message", message.as_str()));
            failure.write_text_content(BytesText::new(message)).map(|_| ())
        })?,
    };
    Ok(())
}
