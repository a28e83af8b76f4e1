//! Scans of the architecture: pictures of all modules, imports, rules and breaches.

use super::Day;
use crate::golden::journal::Batch;
use crate::golden::product::{RULES, module};
use crate::golden::seed::Seed;
use serde_json::{Value, json};
use shared::id::Stream;

/// Scenarios of a feature whose traces are kept.
const TRACED: usize = 2;

/// The crate that does most of what an area of `features/` describes.
fn crate_of(area: &str) -> &str {
    match area {
        "checkout" => "gateway",
        other => other,
    }
}

/// A scan.
pub struct Scan<'a> {
    /// When the scanner looked.
    pub clock: &'a str,
    /// Revision it looked at.
    pub commit: String,
    /// Breaches it found.
    pub breaches: &'a [Breach],
}

/// A breach of a rule between two modules, as crate and module.
#[derive(Clone, Copy)]
pub struct Breach {
    /// The rule.
    pub rule: &'static str,
    /// How bad.
    pub severity: &'static str,
    /// Where it starts.
    pub from: (&'static str, &'static str),
    /// Where it ends.
    pub to: (&'static str, &'static str),
    /// Explanation.
    pub reason: &'static str,
}

impl Breach {
    /// Key of the violation.
    pub fn key(&self) -> String {
        format!("{}|{}|{}", self.rule, module(self.from.0, self.from.1), module(self.to.0, self.to.1))
    }
}

impl Day {
    /// Takes a picture of the modules as `self.product` has them now.
    pub fn scan(&mut self, scan: &Scan) {
        let mut facts = self.modules();
        facts.extend(RULES.iter().map(|rule| {
            let data = json!({"rule": rule.key, "severity": rule.severity, "text": rule.text});
            ("mission.rule.declared.v1", data)
        }));
        facts.extend(scan.breaches.iter().map(|breach| {
            let data = json!({
                "rule": breach.rule, "severity": breach.severity, "reason": breach.reason,
                "from": module(breach.from.0, breach.from.1), "to": module(breach.to.0, breach.to.1),
            });
            ("mission.violation.detected.v1", data)
        }));
        let valid = self.at(scan.clock);
        let batch = Batch {
            source: "acc:archscan",
            id: &format!("archscan-{}-{}", scan.commit, scan.clock.replace(':', "")),
            scope: Some("modules"),
            stream: Some(Stream::Acc),
            format: "archscan",
            valid: Some(valid),
            recorded_at: valid.plus(6_400_000),
        };
        self.journal.batch(&batch, facts);
    }

    /// What the traces of a run of the suite show: scenarios that reach modules of their area's crate.
    pub fn trace(&mut self, clock: &str, run: &str) {
        let mut facts = Vec::new();
        for feature in &self.product.features {
            let Some(of) = self.product.crates.iter().find(|of| of.name == crate_of(feature.area)) else {
                continue;
            };
            for key in self.product.scenarios_of(feature.slug).iter().take(TRACED) {
                let name = of.modules[self.seed.below(of.modules.len() as u64) as usize];
                let spans = self.seed.between(1, 40);
                let data = json!({
                    "kind": "verifies", "from": format!("scenario:{key}"),
                    "to": format!("module:{}", module(of.name, name)), "rule": "trace",
                    "confidence": 990_000 - 400_000 / (spans + 1),
                    "evidence": format!("{spans} spans of {}::{name} in the traces of {run}", of.name),
                });
                facts.push(("mission.link.declared.v1", data));
            }
        }
        let valid = self.at(clock);
        let batch = Batch {
            source: "trace:otel",
            id: &format!("traces-{run}"),
            scope: None,
            stream: None,
            format: "otel-links",
            valid: Some(valid),
            recorded_at: valid.plus(31_700_000),
        };
        self.journal.batch(&batch, facts);
    }

    fn modules(&self) -> Vec<(&'static str, Value)> {
        let mut facts = Vec::new();
        for of in &self.product.crates {
            for name in of.modules {
                let path = module(of.name, name);
                let mut seed = Seed::of(&["types", &path]);
                let types = seed.between(2, 14);
                let data = json!({
                    "module": path, "name": format!("{}::{name}", of.name), "path": path,
                    "group": format!("crates/{}/src", of.name),
                    "types": types, "abstract_types": seed.between(0, types / 3),
                });
                facts.push(("mission.module.declared.v1", data));
            }
        }
        for (name, user) in self.product.externals() {
            let data = json!({"module": name, "name": name, "external": true});
            facts.push(("mission.module.declared.v1", data));
            facts.push(("mission.import.declared.v1", json!({"from": user, "to": name})));
        }
        facts.extend(self.product.imports.iter().map(|import| {
            let data =
                json!({"from": import.from, "to": import.to, "kind": import.kind, "weight": import.weight});
            ("mission.import.declared.v1", data)
        }));
        facts
    }
}
