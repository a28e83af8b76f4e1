//! The readers of all formats, in the order of the table: how a file of each is recognised and read.

use super::batch::Writer;
use super::document::Broken;
use super::encoding::Decoded;
use super::format::{Format, each_format};
use super::look::{Fit, Look};
use super::report::{ImportOptions, Piece, Report};

/// How a format is read.
enum Read {
    /// Facts packed into a batch.
    Packed(fn(&str, &mut Writer<'_>) -> Result<(), Broken>),
    /// Events of its own.
    Own(ReadOwn),
}

type ReadOwn = fn(&str, &ImportOptions, &mut dyn FnMut(Piece)) -> Result<Report, Broken>;

struct Reader {
    recognise: fn(&Look<'_>) -> Fit,
    read: Read,
}

macro_rules! reader {
    ($module:ident packed) => {
        Reader { recognise: super::$module::recognise, read: Read::Packed(super::$module::read) }
    };
    ($module:ident own) => {
        Reader { recognise: super::$module::recognise, read: Read::Own(super::$module::read) }
    };
}
macro_rules! readers {
    ($($variant:ident $name:literal $module:ident $how:ident, $stream:expr, $picture:literal, $meaning:literal;)*) => {
        const READERS: &[Reader] = &[$(reader!($module $how)),*];
    };
}
each_format!(readers);

/// Whether a file that looks like `look` is of `format`.
pub(super) fn recognise(format: Format, look: &Look<'_>) -> Fit {
    (READERS[format as usize].recognise)(look)
}

/// Reads `decoded`, which is `bytes` as text, as `format`. Our own events have no flaws: they are no XML.
pub(super) fn read(
    format: Format,
    bytes: &[u8],
    decoded: &Decoded<'_>,
    options: &ImportOptions,
    take: &mut dyn FnMut(Piece),
) -> Result<Report, Broken> {
    let text = &*decoded.text;
    match READERS[format as usize].read {
        Read::Packed(read) => {
            let mut writer = Writer::new(bytes, format, options, take);
            for flaw in &decoded.flaws {
                writer.issues.flaw(flaw.line, &*flaw.reason);
            }
            read(text, &mut writer)?;
            writer.close()
        }
        Read::Own(read) => read(text, options, take),
    }
}
