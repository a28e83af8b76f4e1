//! Rules, violations, and which suppressions keep them from blocking now.

use super::{Rule, Suppression, Violation};
use crate::event::{Book, Severity, Waiver};
use crate::graph::Scene;
use crate::id::Kind;
use crate::lens::kpi::Measure;
use crate::order::Map;
use crate::verdict::context::Context;

/// What `suppressed_by` says of a violation that the baseline accepts.
const BASELINE: &str = "baseline";
/// And of one that its own tool suppresses.
const TOOL: &str = "tool";

/// Records in force by what they cover; of several the smallest id is named.
#[derive(Default)]
struct InForce<'a> {
    by_violation: Map<&'a str, Vec<(Option<&'a str>, &'a str)>>,
    by_rule: Map<&'a str, &'a str>,
}

impl<'a> InForce<'a> {
    fn of(scene: &Scene, context: &'a Context) -> Self {
        let mut found = Self::default();
        for record in context.records(Book::Suppression).filter(|record| record.in_force(scene.as_of.valid)) {
            match (record.target.as_deref(), record.rule.as_deref()) {
                (Some(key), rule) => {
                    let key = key.strip_prefix("violation:").unwrap_or(key);
                    found.by_violation.entry(key).or_default().push((rule, &record.id));
                }
                (None, Some(rule)) => {
                    found.by_rule.entry(rule).or_insert(&record.id);
                }
                // A record that covers nothing in particular covers nothing.
                (None, None) => {}
            }
        }
        found
    }

    fn covering(&self, key: &str, rule: &str) -> Option<&'a str> {
        let exact = self.by_violation.get(key).into_iter().flatten();
        let fitting =
            exact.filter(|(only, _)| only.is_none_or(|only| only == rule)).map(|(_, id)| *id).next();
        fitting.or_else(|| self.by_rule.get(rule).copied())
    }
}

/// Violations, unsuppressed errors first, and the suppression ledger by id.
pub(super) fn violations(scene: &Scene, context: &Context) -> (Vec<Violation>, Vec<Suppression>) {
    let in_force = InForce::of(scene, context);
    let mut violations: Vec<Violation> = scene
        .of_kind(Kind::Violation)
        .map(|entity| {
            let rule = entity.rule.clone().unwrap_or_default();
            let by = in_force.covering(&entity.id.key, &rule);
            let by = by.or_else(|| context.baseline.violations.contains(&entity.id.key).then_some(BASELINE));
            let by = by.or_else(|| (entity.waiver == Some(Waiver::Accepted)).then_some(TOOL));
            Violation {
                id: entity.id.clone(),
                severity: entity.severity.unwrap_or(Severity::Error),
                from: entity.from.clone().unwrap_or_default(),
                to: entity.to.clone(),
                reason: entity.reason.clone(),
                suppressed: by.is_some(),
                suppressed_by: by.map(ToOwned::to_owned),
                waiver: entity.waiver,
                justification: entity.text.clone(),
                baseline: entity.baseline,
                position: entity.rests_on.last().copied().unwrap_or(0),
                rule,
            }
        })
        .collect();
    crate::order::sort_by(&mut violations, |a, b| {
        (a.suppressed, a.severity, &a.id).cmp(&(b.suppressed, b.severity, &b.id))
    });
    let suppressions = ledger(scene, context, &violations);
    (violations, suppressions)
}

fn ledger(scene: &Scene, context: &Context, violations: &[Violation]) -> Vec<Suppression> {
    let mut covers: Map<&str, u32> = Map::new();
    for by in violations.iter().filter_map(|violation| violation.suppressed_by.as_deref()) {
        *covers.entry(by).or_default() += 1;
    }
    context
        .records(Book::Suppression)
        .map(|record| Suppression {
            id: record.id.clone(),
            violation: record.target.clone(),
            rule: record.rule.clone(),
            reason: record.reason.clone().unwrap_or_default(),
            owner: record.actor.clone(),
            since: record.since,
            expires_at: record.expires_at,
            in_force: record.in_force(scene.as_of.valid),
            covers: covers.get(record.id.as_str()).copied().unwrap_or(0),
        })
        .collect()
}

/// Rules by id, with breaches that are not suppressed.
pub(super) fn rules(scene: &Scene, violations: &[Violation]) -> Vec<Rule> {
    let mut breaches: Map<&str, u32> = Map::new();
    for violation in violations.iter().filter(|violation| !violation.suppressed) {
        *breaches.entry(violation.rule.as_str()).or_default() += 1;
    }
    scene
        .of_kind(Kind::Rule)
        .map(|entity| Rule {
            id: entity.id.clone(),
            severity: entity.severity.unwrap_or(Severity::Error),
            text: entity.text.clone(),
            violations: breaches.get(entity.id.key.as_str()).copied().unwrap_or(0),
        })
        .collect()
}

impl Violation {
    /// Whether it blocks: an error that nothing suppresses.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Error && !self.suppressed
    }
}

pub(super) fn blocking(violations: &[Violation], seen: bool) -> Measure {
    let blocking = || violations.iter().filter(|violation| violation.blocks());
    Measure {
        name: "acc.blocking_violations",
        numerator: i64::try_from(blocking().count()).unwrap_or(i64::MAX),
        denominator: i64::from(seen),
        evidence: blocking().map(|violation| violation.position).collect(),
    }
}
