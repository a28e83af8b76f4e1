//! JUnit XML and its dialects: surefire and nextest re-runs, nested suites, repeated cases.
//!
//! Attempts come in the order they ran: `flakyFailure`s before the case's own result, `rerunFailure`s after
//! it, a repeated case after the one before. Counters in the file are not read: dialects disagree on what
//! they count. Only an attempt's own timestamp dates it; without one it is untimed, never dated by its suite.
//! Entities of a DTD are not expanded.

mod case;
mod element;
mod reading;

use super::batch::Writer;
use super::document::{Broken, Lines};
use super::look::{Fit, Look};
use element::text_of_reference;
use quick_xml::Reader;
use quick_xml::events::Event;
use reading::Reading;

/// Whether a file is JUnit XML.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.xml(&["testsuites", "testsuite"])
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    let mut xml = Reader::from_str(text);
    let mut lines = Lines::of(text);
    let mut reading = Reading::default();
    loop {
        let line = lines.line(usize::try_from(xml.buffer_position()).unwrap_or(usize::MAX));
        let event = xml.read_event().map_err(|error| {
            Broken::at(
                lines.line(usize::try_from(xml.error_position()).unwrap_or(usize::MAX)),
                error.to_string(),
            )
        })?;
        match event {
            Event::Start(start) => reading.open(line, &start, writer)?,
            Event::Empty(start) => {
                reading.open(line, &start, writer)?;
                reading.shut(writer);
            }
            Event::End(_) => reading.shut(writer),
            Event::Text(part) => reading.text(&String::from_utf8_lossy(&part)),
            Event::CData(part) => reading.text(&String::from_utf8_lossy(&part)),
            Event::GeneralRef(name) => reading.text(&text_of_reference(&String::from_utf8_lossy(&name))),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    reading.close(lines.line(text.len()), writer)
}
