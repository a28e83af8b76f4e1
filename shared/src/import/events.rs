//! Our own CloudEvents: one, an array, or one a line, as `mission events` prints them.
//!
//! Envelopes are kept, batches and closings included; only the iteration (and a project that is not the
//! default one) is the importer's. Positions and recording times in the file are not read: restoring them is
//! a store's business.

use super::clean::clip;
use super::document::{Broken, each_document};
use super::format::Format;
use super::issues::Issues;
use super::look::{Fit, Look};
use super::report::{ImportOptions, Piece, Report};
use crate::event::{EVENT_BYTES_MAX, decode};
use crate::id::DEFAULT_PROJECT;

/// Longest part of a refused event that is handed on; one that is too large stays so.
const REFUSED_BYTES_MAX: usize = EVENT_BYTES_MAX + 4;

/// Whether a file holds CloudEvents of our own types.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    let kind = match look {
        Look::Json(keys) => keys.text("type").unwrap_or(""),
        _ => "",
    };
    look.json(&["specversion", "id", "source", "type"], &[]).and(kind.starts_with("mission."), || {
        format!(
            "its CloudEvents are of type {kind:?}, ours of mission.…; --format events reports line by line"
        )
    })
}

pub(super) fn read(
    text: &str,
    options: &ImportOptions,
    take: &mut dyn FnMut(Piece),
) -> Result<Report, Broken> {
    let mut issues = Issues::default();
    each_document(text, |line, json| {
        let bytes = json.as_ref().map_or(0, |json| json.len());
        let decoded = json.and_then(|json| {
            decode(json.as_bytes(), Some(&options.iteration)).map_err(|refusal| {
                take(Piece::Refused(clip(json, REFUSED_BYTES_MAX).to_owned()));
                refusal.to_string()
            })
        });
        match decoded {
            Ok(mut event) => {
                if options.project.as_str() != DEFAULT_PROJECT {
                    event.project = options.project.clone();
                }
                issues.use_one();
                take(Piece::Event { event: Box::new(event), carries: 1, line: Some(line), bytes });
            }
            Err(reason) => issues.reject(line, reason),
        }
    })?;
    if let Some(issue) = issues.first_bad().filter(|_| options.strict) {
        return Err(Broken::at(issue.line, format!("strict: {}", issue.reason)));
    }
    Ok(issues.report(Format::Events, String::new()))
}
