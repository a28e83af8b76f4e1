//! What is said about a file: refused items, kinds not used, and remarks, in bounded memory.

use super::format::Format;
use super::report::{Issue, Report};
use std::collections::BTreeMap;

/// Most issues a report lists; a last line says how many were left out.
pub(super) const ISSUES_MAX: usize = 1_000;
const KINDS_MAX: usize = 100;

/// Counts and reasons, gathered while a file is read.
#[derive(Debug, Default)]
pub(super) struct Issues {
    used: u64,
    rejected: u64,
    unknown: u64,
    kinds: BTreeMap<String, (u64, u64)>,
    listed: Vec<Issue>,
    left_out: u64,
    first_bad: Option<Issue>,
}

impl Issues {
    /// One more item was read and used.
    pub(super) fn use_one(&mut self) {
        self.used += 1;
    }

    /// An item was refused.
    pub(super) fn reject(&mut self, line: u64, reason: impl Into<String>) {
        self.rejected += 1;
        self.flaw(line, reason);
    }

    /// A part of a used item is lost: no count, but `strict` refuses the file.
    pub(super) fn flaw(&mut self, line: u64, reason: impl Into<String>) {
        let issue = Issue { line, reason: reason.into() };
        self.first_bad.get_or_insert_with(|| issue.clone());
        self.list(issue);
    }

    /// Something was read in one of several possible ways.
    pub(super) fn note(&mut self, line: u64, reason: impl Into<String>) {
        self.list(Issue { line, reason: reason.into() });
    }

    /// An item of a kind we do not use.
    pub(super) fn skip(&mut self, line: u64, kind: &str) {
        self.unknown += 1;
        if let Some((_, count)) = self.kinds.get_mut(kind) {
            *count += 1;
            return;
        }
        let kind = if self.kinds.len() < KINDS_MAX { kind } else { "others" };
        let kind: String = kind.chars().take(80).collect();
        self.kinds.entry(kind).or_insert((line, 0)).1 += 1;
    }

    fn list(&mut self, issue: Issue) {
        if self.listed.len() < ISSUES_MAX {
            self.listed.push(issue);
        } else {
            self.left_out += 1;
        }
    }

    /// Items used so far.
    pub(super) fn used(&self) -> u64 {
        self.used
    }

    /// The first thing that `strict` refuses a file for.
    pub(super) fn first_bad(&self) -> Option<&Issue> {
        self.first_bad.as_ref()
    }

    /// Whether every item was refused.
    pub(super) fn nothing_but_rejected(&self) -> bool {
        self.rejected > 0 && self.used == 0 && self.unknown == 0
    }

    /// Counts and issues, by line, as the report of a file of `format` whose events are `batch`.
    pub(super) fn report(mut self, format: Format, batch: String) -> Report {
        for (kind, (line, count)) in &self.kinds {
            let reason = match count {
                1 => format!("{kind}: 1 item of a kind that is not used"),
                n => format!("{kind}: {n} items of a kind that is not used, the first here"),
            };
            self.listed.push(Issue { line: *line, reason });
        }
        self.listed.sort_by_key(|issue| issue.line);
        let over = self.listed.len().saturating_sub(ISSUES_MAX);
        self.listed.truncate(ISSUES_MAX);
        let left_out = self.left_out + over as u64;
        if left_out > 0 {
            self.listed.push(Issue { line: 0, reason: format!("{left_out} more issues left out") });
        }
        Report {
            format,
            read: self.used + self.rejected + self.unknown,
            accepted: 0,
            duplicates: 0,
            rejected: self.rejected,
            unknown: self.unknown,
            batch,
            position: 0,
            issues: self.listed,
        }
    }
}
