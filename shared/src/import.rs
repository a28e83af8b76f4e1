//! Import: foreign formats to events, wherever the file is (CLI, page, server).
//!
//! In: bytes, of which `encoding` makes text, and [`ImportOptions`]. Out: [`Imported`]: events of one batch with its
//! closing event last, and a [`Report`] of what was read, rejected and unknown, with line and reason. A container that cannot be read to
//! its end gives an [`ImportError`] and no events; bad items inside a readable one are reported and the rest
//! close together, unless `strict`. The same bytes and options give the same batch and item ids.
//!
//! A format is a module with `recognise` (is a file of it, and if not, why) and `read`, and a line in the table in
//! `format.rs`. Every reader is total: no recursion over the file, nesting capped at 64, size at
//! [`FILE_BYTES_MAX`]. Not here: files, stores, the network; what was a duplicate (the store knows).

mod argo;
mod batch;
mod cargo_metadata;
mod cases;
mod cdevents;
mod clean;
mod cucumber;
mod dependency_cruiser;
mod document;
mod dot;
mod encoding;
mod events;
mod execution;
mod format;
mod gherkin;
mod github_actions;
mod graphml;
mod issues;
mod jdepend;
mod junit;
mod local;
mod look;
mod modules;
mod nx;
mod openfasttrace;
mod openlineage;
mod property;
mod pytest_json;
mod reader;
mod report;
mod sarif;
mod scenario_key;
mod sniff;
mod sphinx_needs;
mod table;
mod temporal;
mod trace;
mod xml;

pub use batch::IMPORTER_VERSION;
pub use format::{FORMATS, Format, FormatError, FormatRow};
pub use local::{LOCAL_ITERATION, Local, LocalReport};
pub use report::{ImportError, ImportOptions, Imported, Issue, Piece, Report};

use document::Broken;

/// Largest file, in bytes.
pub const FILE_BYTES_MAX: usize = 256 << 20;

/// Reads `bytes` as `format`, or as what they look like.
///
/// # Errors
/// [`ImportError`] if no format fits, the container cannot be read to its end, or `strict` and any item is bad.
pub fn import(
    bytes: &[u8],
    format: Option<Format>,
    options: &ImportOptions,
) -> Result<Imported, ImportError> {
    let (mut events, mut carries) = (Vec::new(), Vec::new());
    let (mut lines, mut refused) = (Vec::new(), Vec::new());
    let report = import_each(bytes, format, options, &mut |piece| match piece {
        Piece::Event { event, carries: n, line, .. } => {
            events.push(*event);
            carries.push(n);
            lines.extend(line);
        }
        Piece::Refused(text) => refused.push(text),
        Piece::Read(_) => {}
    })?;
    Ok(Imported { events, carries, lines, refused, report })
}

/// [`import`] that hands on each piece as soon as it is known, and so holds at most a few times the file itself,
/// however many events come of it.
///
/// The closing event of the batch comes last. On an error there is none: whoever has stored what came before
/// has stored what counts for nothing.
///
/// # Errors
/// As [`import`].
pub fn import_each(
    bytes: &[u8],
    format: Option<Format>,
    options: &ImportOptions,
    take: &mut dyn FnMut(Piece),
) -> Result<Report, ImportError> {
    read(bytes, format, options, take).map_err(|broken| ImportError {
        file: options.file.clone(),
        line: broken.line,
        reason: broken.reason,
    })
}

fn read(
    bytes: &[u8],
    format: Option<Format>,
    options: &ImportOptions,
    take: &mut dyn FnMut(Piece),
) -> Result<Report, Broken> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Broken::whole(format!("{} bytes, at most {FILE_BYTES_MAX}", bytes.len())));
    }
    let decoded = encoding::decode(bytes).map_err(|broken| undecoded(bytes, format, broken))?;
    let format = match format {
        Some(format) => format,
        None => sniff::sniff(&decoded.text)
            .map_err(|reason| Broken::whole(encoding::binary(bytes).unwrap_or(reason)))?,
    };
    reader::read(format, bytes, &decoded, options, take)
}

/// Why a file that is no text is refused: what it is, else what it would be if it were text.
fn undecoded(bytes: &[u8], format: Option<Format>, broken: Broken) -> Broken {
    if let Some(what) = encoding::binary(bytes) {
        return Broken::whole(what);
    }
    let would_be = match format {
        Some(_) => return broken,
        None => sniff::sniff(&encoding::roughly(bytes)),
    };
    let reason = match would_be {
        Ok(format) => format!("{}; else it would be read as {format}", broken.reason),
        Err(why) => format!("{}; {why}", broken.reason),
    };
    Broken::at(broken.line, reason)
}
