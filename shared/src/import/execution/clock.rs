//! The times of a file, with what is odd about them said once.

use crate::import::batch::Writer;
use crate::import::clean;
use crate::time::Time;

/// Reads times and remembers which oddities it has reported.
#[derive(Debug, Default)]
pub(in crate::import) struct Clock {
    saw_naive: bool,
    saw_fine: bool,
}

impl Clock {
    /// The instant in `field`.
    pub(in crate::import) fn read(
        &mut self,
        line: u64,
        field: &str,
        text: &str,
        writer: &mut Writer<'_>,
    ) -> Result<Time, String> {
        let (time, naive) = clean::instant(text).map_err(|reason| format!("{field}: {reason}"))?;
        if naive && !std::mem::replace(&mut self.saw_naive, true) {
            writer.issues.note(line, format!("{field}: no time zone, read as UTC (here and below)"));
        }
        if has_finer_digits(text) && !std::mem::replace(&mut self.saw_fine, true) {
            writer.issues.note(line, format!("{field}: finer than a microsecond, cut (here and below)"));
        }
        Ok(time)
    }

    /// The instant in `field`, if there is one.
    pub(in crate::import) fn read_if_any(
        &mut self,
        line: u64,
        field: &str,
        text: Option<&str>,
        writer: &mut Writer<'_>,
    ) -> Result<Option<Time>, String> {
        let text = text.filter(|text| !text.trim().is_empty());
        text.map(|text| self.read(line, field, text, writer)).transpose()
    }
}

/// Whether a fraction of a second has digits, other than zeros, that an instant does not keep.
fn has_finer_digits(text: &str) -> bool {
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
    let digits = fraction.bytes().take_while(u8::is_ascii_digit);
    digits.skip(6).any(|digit| digit != b'0')
}
