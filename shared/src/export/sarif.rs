//! Violations as SARIF 2.1.0 (OASIS standard), for code scanning pages and other gates.
//!
//! One run; its rules are those that are broken. A result's fingerprint is its violation's key, which is
//! stable across iterations. As the standard demands, either all results say whether they are suppressed or
//! none: here all do, with an empty list for those that block. The same holds for how they stand to a baseline:
//! where one is in force, all do, and what it accepts and is gone follows as `absent`.

use crate::event::{Hash128, Severity};
use crate::graph::Entity;
use crate::id::{EntityId, Kind, Name};
use crate::lens::Analysis;
use crate::lens::acc::Violation;
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
    let results = analysis.acc.violations.iter().map(|violation| {
        let index = numbers.get(violation.rule.as_str()).copied().unwrap_or(0);
        result(analysis, violation, index)
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

fn result(analysis: &Analysis, violation: &Violation, index: usize) -> Value {
    let message = match (&violation.reason, &violation.to) {
        (Some(reason), _) => reason.clone(),
        (None, Some(to)) => format!("{} breaks {} by using {to}.", violation.from, violation.rule),
        (None, None) => format!("{} breaks {}.", violation.from, violation.rule),
    };
    let mut value = json!({
        "ruleId": violation.rule,
        "ruleIndex": index,
        "level": level(violation.severity),
        "message": {"text": message},
        "locations": [location(analysis, &violation.from)],
        "partialFingerprints": {FINGERPRINT: Hash128::of(&[violation.id.key.as_bytes()]).to_string()},
        "suppressions": suppressions(analysis, violation),
        "properties": {"violation": violation.id.key, "from": violation.from, "to": violation.to},
    });
    if let Some(to) = &violation.to {
        value["relatedLocations"] = json!([location(analysis, to)]);
    }
    if let Some(state) = violation.state {
        value["baselineState"] = json!(state.as_str());
    }
    value
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
    json!({
        "ruleId": rule,
        "ruleIndex": numbers.get(rule).copied().unwrap_or(0),
        "level": level(known.map_or(Severity::Error, |rule| rule.severity)),
        "message": {"text": format!("{from} breaks {rule} no more.")},
        "locations": [location(analysis, from)],
        "partialFingerprints": {FINGERPRINT: Hash128::of(&[key.as_bytes()]).to_string()},
        "suppressions": [],
        "baselineState": "absent",
        "properties": {"violation": key, "from": from},
    })
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
    let Some(by) = &violation.suppressed_by else {
        return json!([]);
    };
    let record = analysis.acc.suppressions.iter().find(|record| record.id == *by);
    let why = record.map_or_else(|| format!("accepted by the {by}"), |record| record.reason.clone());
    json!([{"kind": "external", "status": "accepted", "justification": why, "properties": {"record": by}}])
}
