//! Violations as SARIF 2.1.0 (OASIS standard), for code scanning pages and other gates.
//!
//! One run; its rules are those that are broken. A result's fingerprint is its violation's key, which is
//! stable across iterations. As the standard demands, either all results say whether they are suppressed or
//! none: here all do. The list of those that block is empty, or says that their tool's own suppression is under review
//! or rejected. The same holds for how they stand to a baseline: where one is in force, all say how they stand to it,
//! and what it accepts and is gone follows as `absent`; where none is, they say how they stand to their tool's, if
//! all do. What the tool says is always in a result's properties.
//!
//! What a tool reported at a line has it here as well, and its message without it.

use crate::event::{Baseline, Hash128, Severity, Waiver};
use crate::graph::Entity;
use crate::id::{EntityId, Kind, Name};
use crate::lens::Analysis;
use crate::lens::acc::{TOOL, Violation};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Name of the fingerprint we compute.
const FINGERPRINT: &str = "missionViolation/v1";

/// The violations of `analysis` as a SARIF log.
#[must_use]
pub fn sarif(analysis: &Analysis, iteration: &Name) -> Value {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let absent = analysis.acc.baseline.iter().flat_map(|baseline| &baseline.absent);
    let absent: Vec<&str> = absent.map(|absent| absent.violation.as_str()).collect();
    for violation in &analysis.acc.violations {
        numbers.entry(&violation.rule).or_default();
    }
    for key in &absent {
        numbers.entry(parts(key).0).or_default();
    }
    for (number, index) in numbers.values_mut().zip(0..) {
        *number = index;
    }
    let rules: Vec<Value> = numbers.keys().map(|rule| rule_of(analysis, rule)).collect();
    let violations = &analysis.acc.violations;
    let all_of_tools = absent.is_empty() && violations.iter().all(|violation| violation.baseline.is_some());
    let results = violations.iter().map(|violation| {
        let index = numbers.get(violation.rule.as_str()).copied().unwrap_or(0);
        let state = violation.state.or(violation.baseline.filter(|_| all_of_tools));
        result(analysis, violation, index, state)
    });
    let gone = absent.iter().map(|key| gone(analysis, key, &numbers));
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "mission", "version": crate::ENGINE_VERSION, "rules": rules}},
            "automationDetails": {"id": format!("mission/{iteration}")},
            "columnKind": "unicodeCodePoints",
            "results": results.chain(gone).collect::<Vec<_>>(),
        }],
    })
}

fn rule_of(analysis: &Analysis, rule: &str) -> Value {
    let known = analysis.acc.rules.iter().find(|known| known.id.key == rule);
    let mut value = json!({"id": rule});
    if let Some(text) = known.and_then(|known| known.text.as_ref()) {
        value["shortDescription"] = json!({"text": text});
    }
    if let Some(known) = known {
        value["defaultConfiguration"] = json!({"level": level(known.severity)});
    }
    value
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warn => "warning",
        Severity::Info => "note",
    }
}

fn result(analysis: &Analysis, violation: &Violation, index: usize, state: Option<Baseline>) -> Value {
    let at_line = violation.reason.as_deref().and_then(|reason| line_of(reason, &violation.from));
    let message = match (&violation.reason, &violation.to) {
        (Some(reason), _) => at_line.map_or(reason.as_str(), |(_, text)| text).to_owned(),
        (None, Some(to)) => format!("{} breaks {} by using {to}.", violation.from, violation.rule),
        (None, None) => format!("{} breaks {}.", violation.from, violation.rule),
    };
    let mut place = location(analysis, &violation.from);
    if let Some((line, _)) = at_line {
        place["physicalLocation"]["region"] = json!({"startLine": line});
    }
    let mut value = json!({
        "ruleId": violation.rule,
        "ruleIndex": index,
        "level": level(violation.severity),
        "message": {"text": message},
        "locations": [place],
        "partialFingerprints": {FINGERPRINT: Hash128::of(&[violation.id.key.as_bytes()]).to_string()},
        "suppressions": suppressions(analysis, violation),
        "properties": {"violation": violation.id.key, "from": violation.from, "to": violation.to},
    });
    if let Some(to) = &violation.to {
        value["relatedLocations"] = json!([location(analysis, to)]);
    }
    if let Some(state) = state {
        value["baselineState"] = json!(state.as_str());
    }
    if let Some(state) = violation.baseline {
        value["properties"]["toolBaselineState"] = json!(state.as_str());
    }
    value
}

/// Line and text of a reason as `import` writes one that a tool reported at a line of `file`: `src/a.c:3: unused`.
fn line_of<'a>(reason: &'a str, file: &str) -> Option<(u32, &'a str)> {
    let (line, text) = reason.strip_prefix(file)?.strip_prefix(':')?.split_once(": ")?;
    Some((line.parse().ok().filter(|line| *line > 0)?, text))
}

/// Rule and place of a violation's key: `rule|from|to`, or `rule|#fingerprint`.
fn parts(key: &str) -> (&str, &str) {
    let (rule, rest) = key.split_once('|').unwrap_or((key, ""));
    (rule, rest.split('|').next().unwrap_or(rest))
}

/// What the baseline accepts and is not there any more; no more is known of it than its key.
fn gone(analysis: &Analysis, key: &str, numbers: &BTreeMap<&str, usize>) -> Value {
    let (rule, from) = parts(key);
    let known = analysis.acc.rules.iter().find(|known| known.id.key == rule);
    let mut value = json!({
        "ruleId": rule,
        "ruleIndex": numbers.get(rule).copied().unwrap_or(0),
        "level": level(known.map_or(Severity::Error, |rule| rule.severity)),
        "message": {"text": format!("A breach of {rule} is gone.")},
        "partialFingerprints": {FINGERPRINT: Hash128::of(&[key.as_bytes()]).to_string()},
        "suppressions": [],
        "baselineState": "absent",
        "properties": {"violation": key},
    });
    // A fingerprint is no place.
    if !from.is_empty() && !from.starts_with('#') {
        value["message"] = json!({"text": format!("{from} breaks {rule} no more.")});
        value["locations"] = json!([location(analysis, from)]);
        value["properties"]["from"] = json!(from);
    }
    value
}

/// Where a module is: its file if it has one, and its own name.
fn location(analysis: &Analysis, module: &str) -> Value {
    let entity: Option<&Entity> = analysis.scene.entities.get(&EntityId::new(Kind::Module, module));
    let path = entity.and_then(|entity| entity.path.clone()).unwrap_or_else(|| module.to_owned());
    json!({
        "physicalLocation": {"artifactLocation": {"uri": uri(&path)}},
        "logicalLocations": [{"fullyQualifiedName": module, "kind": "module"}],
    })
}

/// A path as a relative URI reference: what RFC 3986 does not allow in a path, percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' | b'+' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn suppressions(analysis: &Analysis, violation: &Violation) -> Value {
    let own = violation.justification.as_deref();
    let Some(by) = violation.suppressed_by.as_deref() else {
        // These suppress nothing, as SARIF has it.
        let status = match violation.waiver {
            Some(Waiver::UnderReview) => "underReview",
            Some(Waiver::Rejected) => "rejected",
            Some(Waiver::Accepted | Waiver::Absent) | None => return json!([]),
        };
        let mut asked = json!({"kind": "external", "status": status, "properties": {"record": TOOL}});
        if let Some(own) = own {
            asked["justification"] = json!(own);
        }
        return json!([asked]);
    };
    let record = analysis.acc.suppressions.iter().find(|record| record.id == by);
    let why = match record {
        Some(record) => record.reason.clone(),
        None if by == TOOL => own.unwrap_or("suppressed by its tool").to_owned(),
        None => accepted(analysis),
    };
    json!([{"kind": "external", "status": "accepted", "justification": why, "properties": {"record": by}}])
}

/// "accepted by the baseline: older than the rule".
fn accepted(analysis: &Analysis) -> String {
    let reason = analysis.acc.baseline.as_ref().and_then(|baseline| baseline.reason.as_deref());
    reason.map_or_else(
        || "accepted by the baseline".to_owned(),
        |why| format!("accepted by the baseline: {why}"),
    )
}
