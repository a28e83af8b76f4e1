//! From bytes to text: UTF-8, UTF-16 by its byte order mark, and what an XML declaration names.
//!
//! XML is what programs under test have printed, so bytes that stand for nothing become U+FFFD there, each line said;
//! any other file is refused for them. `ISO-8859-1` is read as windows-1252, which is what its writers mean (WHATWG
//! Encoding Standard, section 4.2). `utf-16` in a file that is plainly not in it is taken for UTF-8. Any other
//! declared encoding is refused where the file is not UTF-8. Newlines stay newlines, so lines keep their numbers.
//! Borrowed wherever nothing has to change.

use super::document::Broken;
use super::report::Issue;
use std::borrow::Cow;

/// Bytes of an XML declaration that are looked at.
const DECLARATION_BYTES: usize = 256;
/// Most lines of which it is said that something in them was replaced.
const FLAWS_MAX: usize = 1_000;
/// Characters of windows-1252 from 0x80 to 0x9f.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A file as text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded<'a> {
    /// Without a byte order mark.
    pub(super) text: Cow<'a, str>,
    /// What was replaced, by line.
    pub(super) flaws: Vec<Issue>,
}

/// Decodes a file, or says where it stops being text.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, Broken> {
    let decoded = by_mark(bytes).map_or_else(|| by_declaration(bytes), Ok)?;
    match decoded.flaws.first() {
        Some(flaw) if !starts_as_xml(decoded.text.as_bytes()) => Err(Broken::at(flaw.line, "not UTF-16")),
        _ => Ok(decoded),
    }
}

/// Bytes as text whatever they are, for saying what a file is like.
pub(super) fn roughly(bytes: &[u8]) -> Cow<'_, str> {
    by_mark(bytes).map_or_else(|| String::from_utf8_lossy(bytes), |decoded| decoded.text)
}

/// What a file is that is no text; `None` of what may be text.
pub(super) fn binary(bytes: &[u8]) -> Option<String> {
    let packed = |name, how| format!("packed by {name}: unpack it first ({how})");
    let binary = |what| format!("a binary file{what}, and every format that is read here is text");
    Some(match bytes {
        [0x1f, 0x8b, ..] => packed("gzip", "gunzip FILE"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => packed("zstd", "zstd -d FILE"),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => packed("zip", "unzip FILE"),
        [b'B', b'Z', b'h', ..] => packed("bzip2", "bunzip2 FILE"),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => packed("xz", "unxz FILE"),
        [0x89, b'P', b'N', b'G', ..] => binary(" (a PNG picture)"),
        [0xff, 0xd8, 0xff, ..] => binary(" (a JPEG picture)"),
        [b'%', b'P', b'D', b'F', ..] => binary(" (PDF)"),
        [0x7f, b'E', b'L', b'F', ..] => binary(" (an ELF program)"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return None,
        _ if bytes.iter().take(512).any(|byte| *byte == 0) => binary(""),
        _ => return None,
    })
}

fn starts_as_xml(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"<")
}

/// UTF-16 by its mark, or by the two bytes that each letter of a declaration has.
fn by_mark(bytes: &[u8]) -> Option<Decoded<'_>> {
    Some(match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [b'<', 0, b'?', 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, b'<', 0, b'?', ..] => utf16(bytes, u16::from_be_bytes),
        _ => return None,
    })
}

fn by_declaration(bytes: &[u8]) -> Result<Decoded<'_>, Broken> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return utf8(rest, 3, starts_as_xml(rest));
    }
    let Some(declared) = declared(bytes) else { return utf8(bytes, 0, starts_as_xml(bytes)) };
    match declared.to_ascii_lowercase().replace('_', "-").as_str() {
        "iso-8859-1" | "iso8859-1" | "latin1" | "latin-1" | "windows-1252" | "cp1252" => {
            Ok(windows_1252(bytes))
        }
        "utf-8" | "utf8" | "utf-16" | "utf16" | "us-ascii" | "ascii" => utf8(bytes, 0, true),
        _ => utf8(bytes, 0, false).map_err(|broken| {
            let reason = format!("encoding {declared:?} is not read here: give the file in UTF-8");
            Broken::at(broken.line, reason)
        }),
    }
}

/// The encoding an XML declaration names.
fn declared(bytes: &[u8]) -> Option<&str> {
    let start = &bytes[..bytes.len().min(DECLARATION_BYTES)];
    let end = start.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(&start[..end]).ok()?.trim_start().strip_prefix("<?xml")?;
    let (_, after) = declaration.split_once("encoding")?;
    let quoted = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    quoted[1..].split_once(quote).map(|(name, _)| name)
}

/// `bytes`, which stand `before` bytes into the file, as UTF-8; `lossy` with what is none of it replaced.
fn utf8(bytes: &[u8], before: usize, lossy: bool) -> Result<Decoded<'_>, Broken> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Decoded { text: Cow::Borrowed(text), flaws: Vec::new() }),
        Err(error) => error,
    };
    if !lossy {
        let sound = &bytes[..error.valid_up_to()];
        let line = 1 + newlines(sound);
        return Err(Broken::at(line, format!("not UTF-8 at byte {}", before + error.valid_up_to())));
    }
    let mut text = String::with_capacity(bytes.len());
    let mut flaws = Flaws::default();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        flaws.line += newlines(chunk.valid().as_bytes());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            flaws.add("UTF-8");
        }
    }
    Ok(Decoded { text: Cow::Owned(text), flaws: flaws.found })
}

fn utf16<'a>(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded<'a> {
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut flaws = Flaws::default();
    let (pairs, rest) = bytes.as_chunks::<2>();
    for read in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        flaws.line += u64::from(read == Ok('\n'));
        text.push(read.unwrap_or_else(|_| {
            flaws.add("UTF-16");
            char::REPLACEMENT_CHARACTER
        }));
    }
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
        flaws.add("UTF-16");
    }
    Decoded { text: Cow::Owned(text), flaws: flaws.found }
}

fn windows_1252(bytes: &[u8]) -> Decoded<'_> {
    let flaws = Vec::new();
    if bytes.is_ascii() {
        return Decoded { text: String::from_utf8_lossy(bytes), flaws };
    }
    let char_of = |byte: &u8| match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(*byte),
    };
    Decoded { text: Cow::Owned(bytes.iter().map(char_of).collect()), flaws }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// Lines in which something was replaced, each once.
#[derive(Debug)]
struct Flaws {
    line: u64,
    found: Vec<Issue>,
}

impl Default for Flaws {
    fn default() -> Self {
        Self { line: 1, found: Vec::new() }
    }
}

impl Flaws {
    fn add(&mut self, encoding: &str) {
        let is_new = self.found.last().is_none_or(|last| last.line != self.line);
        if is_new && self.found.len() < FLAWS_MAX {
            let reason = format!("not {encoding}: what stands for nothing is read as U+FFFD");
            self.found.push(Issue { line: self.line, reason });
        }
    }
}
