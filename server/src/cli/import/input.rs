//! The bytes of a file or of standard input, decompressed, bounded before and after.

use super::progress::Progress;
use crate::cli::failure::{Code, Failure};
use shared::import::FILE_BYTES_MAX;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// First bytes of RFC 1952 and RFC 8878.
const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Bytes that are read between two words on how far it is.
const PART_BYTES: u64 = 1 << 20;

/// Where bytes come from.
pub(in crate::cli) struct Input;

impl Input {
    /// How `file` is called in messages.
    pub(in crate::cli) fn shown(file: &str) -> String {
        if file == "-" { "(standard input)".to_owned() } else { file.to_owned() }
    }

    /// How `file` is known to what it holds: by its path from the current folder, wherever that is. Results name
    /// feature files so.
    pub(super) fn named(file: &str) -> String {
        let shown = Self::shown(file);
        let here = std::env::current_dir().ok();
        let within =
            here.and_then(|here| Path::new(&shown).strip_prefix(here).ok()?.to_str().map(str::to_owned));
        within.filter(|path| !path.is_empty()).unwrap_or(shown)
    }

    /// Reads `file` for an import, and lets `progress` say how far it is.
    ///
    /// # Errors
    /// As [`Input::bytes`].
    pub(super) fn read(file: &str, progress: &mut Progress) -> Result<Vec<u8>, Failure> {
        let refuse = |reason| Failure::new(Code::Refused, format!("refused, nothing is stored: {reason}"));
        let mut say = |doing, bytes| {
            progress.holds(bytes);
            progress.say(doing, || format!("{} MB so far", bytes / 1_000_000));
        };
        Self::bytes_of(file, &mut say).map_err(refuse)
    }

    /// Reads `file`, or standard input for `-`, and decompresses what is compressed.
    ///
    /// # Errors
    /// It cannot be read to its end, or is too large.
    pub(in crate::cli) fn bytes(file: &str) -> Result<Vec<u8>, String> {
        Self::bytes_of(file, &mut |_, _| {})
    }

    /// [`Input::bytes`] that tells `say` what it does, and how many bytes have come of it.
    fn bytes_of(file: &str, say: &mut dyn FnMut(&'static str, usize)) -> Result<Vec<u8>, String> {
        let shown = Self::shown(file);
        let refuse = |reason: String| format!("{shown}: {reason}");
        let raw = match file {
            "-" => bounded(io::stdin().lock(), &mut |bytes| say("loading", bytes)),
            path => File::open(path).and_then(|file| bounded(file, &mut |bytes| say("loading", bytes))),
        };
        let mut unpacked = |bytes| say("unpacking", bytes);
        let raw = raw.map_err(|error| refuse(format!("cannot be read: {error}")))?;
        let (coding, whole) = if raw.starts_with(&GZIP) {
            ("gzip", bounded(flate2::read::MultiGzDecoder::new(raw.as_slice()), &mut unpacked))
        } else if raw.starts_with(&ZSTD) {
            let decoder = zstd::stream::read::Decoder::new(raw.as_slice());
            ("zstd", decoder.and_then(|decoder| bounded(decoder, &mut unpacked)))
        } else {
            return within(raw).map_err(refuse);
        };
        let whole = whole.map_err(|error| refuse(format!("not whole {coding}: {error}")))?;
        within(whole).map_err(refuse)
    }
}

/// Reads to the end, or one byte beyond the limit; tells `say` how many bytes there are, part by part.
fn bounded(reader: impl Read, say: &mut dyn FnMut(usize)) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut reader = reader.take(FILE_BYTES_MAX as u64 + 1);
    while reader.by_ref().take(PART_BYTES).read_to_end(&mut bytes)? > 0 {
        say(bytes.len());
    }
    Ok(bytes)
}

fn within(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(format!("more than {FILE_BYTES_MAX} bytes, before or after decompression"));
    }
    Ok(bytes)
}
