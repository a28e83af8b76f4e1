//! The second WebAssembly module: reads dropped files in a worker, so that the first page carries no importer.
//!
//! In: a file's name or its path within a folder that was dropped, its bytes and the local time. Out: a report, and what came of it as a segment, which the
//! page folds as if a server had sent it. Everything stays in this browser.
//!
//! Not here: the formats and the log (`shared::import`), the worker's messages (`files.js`).

use js_sys::Uint8Array;
use shared::import::{FILE_BYTES_MAX, Local, LocalReport};
use shared::time::Time;
use wasm_bindgen::prelude::wasm_bindgen;

/// Reads files one after the other into one log.
#[wasm_bindgen]
#[derive(Default)]
pub struct Reader {
    log: Local,
}

/// What came of a file.
#[wasm_bindgen]
pub struct Told {
    segment: Vec<u8>,
    report: String,
}

/// Lines of a report that are told.
const LINES_MAX: usize = 40;

#[wasm_bindgen]
impl Reader {
    /// A reader whose log is empty.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Largest file, in bytes.
    #[must_use]
    pub fn bytes_max() -> usize {
        FILE_BYTES_MAX
    }

    /// Goes on behind `segment`, which another reader made; before any file is read.
    ///
    /// # Errors
    /// It is no segment.
    pub fn resume(&mut self, segment: &[u8]) -> Result<(), String> {
        let entries = shared::segment::decode(segment).map_err(|error| error.to_string())?;
        self.log.resume(&entries);
        Ok(())
    }

    /// Reads the file `name` at `now_ms` (milliseconds since 1970).
    #[must_use]
    pub fn read(&mut self, name: &str, bytes: &[u8], now_ms: f64) -> Told {
        // A clock in milliseconds, far within the range.
        let now = Time((now_ms * 1_000.0) as i64);
        let (entries, report) = self.log.take(name, bytes, now);
        let segment = if entries.is_empty() { Vec::new() } else { shared::segment::encode(&entries) };
        Told { segment, report: words(&report) }
    }
}

#[wasm_bindgen]
impl Told {
    /// New entries as a segment; empty where nothing is new.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn segment(&self) -> Uint8Array {
        Uint8Array::from(self.segment.as_slice())
    }

    /// The report for people: a summary, then a line for each issue.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn report(&self) -> String {
        self.report.clone()
    }
}

/// The file in a line, and a line for each issue.
fn words(told: &LocalReport) -> String {
    let file = &told.file;
    let Some(report) = &told.report else {
        let why = told.refused.as_deref().unwrap_or("unread");
        return format!("{file}: refused, nothing of it counts\n{why}");
    };
    let mut head = format!("{file}: {}, {} read, {} used", report.format, report.read, report.accepted);
    for (count, word) in [
        (report.duplicates, "there already"),
        (report.rejected, "rejected"),
        (report.unknown, "of no use here"),
    ] {
        if count > 0 {
            head.push_str(&format!(", {count} {word}"));
        }
    }
    for issue in report.issues.iter().take(LINES_MAX) {
        head.push_str(&match issue.line {
            0 => format!("\n{}", issue.reason),
            line => format!("\nline {line}: {}", issue.reason),
        });
    }
    let more = report.issues.len().saturating_sub(LINES_MAX);
    if more > 0 {
        head.push_str(&format!("\nand {more} more"));
    }
    head
}
