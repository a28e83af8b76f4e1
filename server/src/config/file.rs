//! The configuration file: flat TOML, read key by key so that every refusal has its line.

use super::{ConfigError, Layer};
use std::ops::Range;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// Largest configuration file, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Reads the file at `path`.
///
/// # Errors
/// It cannot be read, is no TOML, or has a key that is unknown or says nothing sound.
pub(super) fn read(path: &Path) -> Result<Layer, ConfigError> {
    let shown = path.display().to_string();
    let refuse = |reason: String| ConfigError::new(&shown, reason);
    let size = std::fs::metadata(path).map_err(|error| refuse(error.to_string()))?.len();
    if size > FILE_BYTES_MAX {
        return Err(refuse(format!("{size} bytes, at most {FILE_BYTES_MAX}")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| refuse(error.to_string()))?;
    parse(&text).map_err(|(span, reason)| {
        let line = line_of(&text, span.start);
        ConfigError::new(format!("{shown}:{line}"), reason)
    })
}

fn parse(text: &str) -> Result<Layer, (Range<usize>, String)> {
    let table = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        // The parser's words may take several lines; the first says what is wrong.
        let words = error.message().lines().next().unwrap_or("not TOML").to_owned();
        (span, words)
    })?;
    let mut layer = Layer::default();
    for (key, value) in table.get_ref() {
        let name: &str = key.get_ref();
        let refuse = |reason: String| (key.span(), format!("{name}: {reason}"));
        match value.get_ref() {
            DeValue::String(said) => layer.set(name, said).map_err(refuse)?,
            _ if !super::KEYS.iter().any(|(known, _)| *known == name) => {
                layer.set(name, "").map_err(refuse)?;
            }
            _ => return Err(refuse("must be a text in quotes".to_owned())),
        }
    }
    Ok(layer)
}

/// Line of the byte at `offset`, from 1.
fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
