//! The bytes of a file or of standard input, decompressed, bounded before and after.

use crate::cli::failure::{Code, Failure};
use shared::import::FILE_BYTES_MAX;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// First bytes of RFC 1952 and RFC 8878.
const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

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

    /// Reads `file` for an import.
    ///
    /// # Errors
    /// As [`Input::bytes`].
    pub(super) fn read(file: &str) -> Result<Vec<u8>, Failure> {
        let refuse = |reason| Failure::new(Code::Refused, format!("refused, nothing is stored: {reason}"));
        Self::bytes(file).map_err(refuse)
    }

    /// Reads `file`, or standard input for `-`, and decompresses what is compressed.
    ///
    /// # Errors
    /// It cannot be read to its end, or is too large.
    pub(in crate::cli) fn bytes(file: &str) -> Result<Vec<u8>, String> {
        let shown = Self::shown(file);
        let refuse = |reason: String| format!("{shown}: {reason}");
        let raw = match file {
            "-" => bounded(io::stdin().lock()),
            path => File::open(path).and_then(bounded),
        };
        let raw = raw.map_err(|error| refuse(format!("cannot be read: {error}")))?;
        let (coding, whole) = if raw.starts_with(&GZIP) {
            ("gzip", bounded(flate2::read::MultiGzDecoder::new(raw.as_slice())))
        } else if raw.starts_with(&ZSTD) {
            ("zstd", zstd::stream::read::Decoder::new(raw.as_slice()).and_then(bounded))
        } else {
            return within(raw).map_err(refuse);
        };
        let whole = whole.map_err(|error| refuse(format!("not whole {coding}: {error}")))?;
        within(whole).map_err(refuse)
    }
}

/// Reads to the end, or one byte beyond the limit.
fn bounded(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn within(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(format!("more than {FILE_BYTES_MAX} bytes, before or after decompression"));
    }
    Ok(bytes)
}
