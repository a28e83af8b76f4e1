//! Facts of modules, imports, rules and violations. True if the data was one of them.

use super::Scribe;
use crate::event::{Data, Dependency, Facet, Subject, Value};
use crate::id::{EntityId, Kind, LinkId, LinkKind};

impl Scribe {
    pub(super) fn write_architecture(&mut self, data: &Data) -> bool {
        match data {
            Data::ModuleDeclared(d) => {
                let at = self.structure();
                let subject = self.entity(Kind::Module, &d.module, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.text(&subject, Facet::Path, at, d.path.as_ref());
                self.text(&subject, Facet::Group, at, d.group.as_ref());
                self.tags(&subject, at, &d.tags);
                if d.external {
                    self.put(&subject, Facet::External, at, Value::Flag(true));
                }
                for (facet, count) in [(Facet::Types, d.types), (Facet::AbstractTypes, d.abstract_types)] {
                    if let Some(count) = count {
                        self.put(&subject, facet, at, Value::Number(i64::from(count)));
                    }
                }
            }
            Data::ImportDeclared(d) => {
                let at = self.structure();
                let (from, to) = (EntityId::new(Kind::Module, &d.from), EntityId::new(Kind::Module, &d.to));
                let subject = Subject::Link(LinkId { kind: LinkKind::Imports, from, to });
                let kind = match d.kind {
                    Dependency::Normal => "normal",
                    Dependency::Build => "build",
                    Dependency::Dev => "dev",
                };
                self.exists(&subject, kind, at, true);
                self.put_ranked(&subject, Facet::Weight, kind, at, 0, Value::Number(i64::from(d.weight)));
            }
            Data::RuleDeclared(d) => {
                let at = self.structure();
                let rule = EntityId::new(Kind::Rule, &d.rule);
                let subject = self.entity(Kind::Rule, &d.rule, at);
                self.put(&subject, Facet::Severity, at, Value::Severity(d.severity));
                self.text(&subject, Facet::Text, at, d.text.as_ref());
                for governed in &d.governs {
                    self.link(LinkKind::Governs, rule.clone(), governed.clone(), at);
                }
            }
            Data::ViolationDetected(d) => {
                let at = self.structure();
                let key = known_as(&d.rule, &d.from, d.to.as_deref(), d.fingerprint.as_deref());
                let subject = self.entity(Kind::Violation, &key, at);
                self.put(&subject, Facet::Severity, at, Value::Severity(d.severity));
                self.text(&subject, Facet::Rule, at, Some(&d.rule));
                self.text(&subject, Facet::From, at, Some(&d.from));
                self.text(&subject, Facet::To, at, d.to.as_ref());
                self.text(&subject, Facet::Reason, at, d.reason.as_ref());
                self.text(&subject, Facet::Text, at, d.justification.as_ref());
                if let Some(waiver) = d.waiver {
                    self.put(&subject, Facet::Waiver, at, Value::Text(waiver.as_str().to_owned()));
                }
                if let Some(baseline) = d.baseline {
                    self.put(&subject, Facet::Baseline, at, Value::Text(baseline.as_str().to_owned()));
                }
                let violation = EntityId::new(Kind::Violation, key);
                self.link(LinkKind::Breaks, violation.clone(), EntityId::new(Kind::Rule, &d.rule), at);
                self.link(LinkKind::Breaks, violation, EntityId::new(Kind::Module, &d.from), at);
            }
            Data::ViolationResolved(d) => {
                let at = self.occurrence();
                let key = known_as(&d.rule, &d.from, d.to.as_deref(), d.fingerprint.as_deref());
                self.exists(&Subject::Entity(EntityId::new(Kind::Violation, key)), "", at, false);
            }
            _ => return false,
        }
        true
    }
}

/// The natural key of a violation.
#[must_use]
pub fn violation_key(rule: &str, from: &str, to: Option<&str>) -> String {
    format!("{rule}|{from}|{}", to.unwrap_or(""))
}

/// The natural key of a violation that its tool knows by `fingerprint`, wherever it moves.
#[must_use]
pub fn fingerprint_key(rule: &str, fingerprint: &str) -> String {
    format!("{rule}|#{fingerprint}")
}

fn known_as(rule: &str, from: &str, to: Option<&str>, fingerprint: Option<&str>) -> String {
    match fingerprint {
        Some(fingerprint) => fingerprint_key(rule, fingerprint),
        None => violation_key(rule, from, to),
    }
}
