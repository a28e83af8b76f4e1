//! Rules, violations, which suppressions keep them from blocking now, and how they stand to the baseline.

use super::module_graph::ModuleGraph;
use super::{Absent, Accepted, Cut, Rule, Suppression, Violation};
use crate::event::{Baseline, Book, Severity, Waiver};
use crate::graph::{Entity, LedgerRecord, Scene};
use crate::id::{EntityId, Kind, Stream};
use crate::lens::kpi::Measure;
use crate::order::{Map, Set};
use crate::rules::{Breach, Breaches, Pattern, RuleKind, WITNESS, any};
use crate::verdict::context::Context;

/// What `suppressed_by` says of a violation that the baseline accepts.
pub const BASELINE: &str = "baseline";
/// What it says of one that its own tool suppresses.
pub const TOOL: &str = "tool";

/// What is known of rules and violations.
pub(super) struct Found<'a> {
    pub scene: &'a Scene,
    pub graph: &'a ModuleGraph,
    pub context: &'a Context,
    pub breaches: &'a Breaches,
}

/// Records in force by what they cover; of several the smallest id is named.
#[derive(Default)]
struct InForce<'a> {
    by_violation: Map<&'a str, Vec<&'a LedgerRecord>>,
    by_rule: Map<&'a str, Vec<(&'a LedgerRecord, Vec<Pattern>)>>,
}

impl<'a> InForce<'a> {
    fn of(scene: &Scene, context: &'a Context) -> Self {
        let mut found = Self::default();
        for record in context.records(Book::Suppression).filter(|record| record.in_force(scene.as_of.valid)) {
            match (record.target.as_deref(), record.rule.as_deref()) {
                (Some(key), _) => {
                    let key = key.strip_prefix("violation:").unwrap_or(key);
                    found.by_violation.entry(key).or_default().push(record);
                }
                (None, Some(rule)) => {
                    let within = record.scope.iter().filter_map(|text| Pattern::new(text).ok()).collect();
                    found.by_rule.entry(rule).or_default().push((record, within));
                }
                // A record that covers nothing in particular covers nothing.
                (None, None) => {}
            }
        }
        found
    }

    fn covering(&self, scene: &Scene, violation: &Entity) -> Option<&'a str> {
        let rule = violation.rule.as_deref().unwrap_or_default();
        let exact = self.by_violation.get(violation.id.key.as_str()).into_iter().flatten().copied();
        let mut exact = exact.filter(|record| record.rule.as_deref().is_none_or(|only| only == rule));
        let from = violation.from.as_deref().unwrap_or_default();
        let within = |(record, patterns): &(&'a LedgerRecord, Vec<Pattern>)| {
            let module = || scene.entities.get(&EntityId::new(Kind::Module, from));
            (record.scope.is_empty() || any(patterns, from, module())).then_some(*record)
        };
        let by_rule = || self.by_rule.get(rule).into_iter().flatten().find_map(within);
        exact.next().or_else(by_rule).map(|record| record.id.as_str())
    }
}

impl Found<'_> {
    /// Violations, unsuppressed errors first.
    pub fn violations(&self) -> Vec<Violation> {
        let in_force = InForce::of(self.scene, self.context);
        let breaches: Map<&EntityId, &Breach> =
            self.breaches.found.iter().map(|breach| (&breach.id, breach)).collect();
        let accepted = &self.context.baseline.violations;
        let mut violations: Vec<Violation> = self
            .scene
            .of_kind(Kind::Violation)
            .map(|entity| {
                let is_accepted = accepted.contains(&entity.id.key);
                let by = in_force.covering(self.scene, entity);
                let by = by.or(is_accepted.then_some(BASELINE));
                let by = by.or((entity.waiver == Some(Waiver::Accepted)).then_some(TOOL));
                let state = if is_accepted { Baseline::Unchanged } else { Baseline::New };
                let breach = breaches.get(&entity.id).copied();
                Violation {
                    id: entity.id.clone(),
                    rule: entity.rule.clone().unwrap_or_default(),
                    kind: breach.map(|breach| self.context.rules[breach.rule].kind),
                    state: self.has_baseline().then_some(state),
                    imports: breach.map_or_else(Vec::new, |breach| self.imports(breach)),
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
                }
            })
            .collect();
        crate::order::sort_by(&mut violations, |a, b| {
            (a.suppressed, a.severity, &a.id).cmp(&(b.suppressed, b.severity, &b.id))
        });
        violations
    }

    fn imports(&self, breach: &Breach) -> Vec<Cut> {
        let id = |module: u32| self.graph.ids()[module as usize].clone();
        let import = |&(from, to): &(u32, u32)| Cut {
            from: id(from),
            to: id(to),
            weight: self.graph.references(from, to),
        };
        breach.imports.iter().map(import).collect()
    }

    fn has_baseline(&self) -> bool {
        self.scene.context.get(BASELINE).is_some()
    }

    /// The suppression ledger by id.
    pub fn suppressions(&self, violations: &[Violation]) -> Vec<Suppression> {
        let mut covers: Map<&str, u32> = Map::new();
        for by in violations.iter().filter_map(|violation| violation.suppressed_by.as_deref()) {
            *covers.entry(by).or_default() += 1;
        }
        let record = |record: &LedgerRecord| Suppression {
            id: record.id.clone(),
            violation: record.target.clone(),
            rule: record.rule.clone(),
            modules: record.scope.clone(),
            reason: record.reason.clone().unwrap_or_default(),
            owner: record.actor.clone(),
            since: record.since,
            expires_at: record.expires_at,
            in_force: record.in_force(self.scene.as_of.valid),
            covers: covers.get(record.id.as_str()).copied().unwrap_or(0),
        };
        self.context.records(Book::Suppression).map(record).collect()
    }

    /// Which rule of the rules in force has this name.
    fn rule(&self, name: &str) -> Option<usize> {
        self.context.rules.binary_search_by(|rule| rule.name.as_str().cmp(name)).ok()
    }

    fn modules_of(&self, rule: usize) -> &[u32] {
        self.breaches.modules.get(rule).map_or(&[], Vec::as_slice)
    }

    /// Rules by id, with breaches that are not suppressed.
    pub fn rules(&self, violations: &[Violation]) -> Vec<Rule> {
        let mut breaches: Map<&str, u32> = Map::new();
        for violation in violations.iter().filter(|violation| !violation.suppressed) {
            *breaches.entry(violation.rule.as_str()).or_default() += 1;
        }
        let rule = |entity: &Entity| {
            let evaluated = self.rule(&entity.id.key);
            let kind = |rule: usize| -> RuleKind { self.context.rules[rule].kind };
            Rule {
                id: entity.id.clone(),
                severity: entity.severity.unwrap_or(Severity::Error),
                text: entity.text.clone(),
                violations: breaches.get(entity.id.key.as_str()).copied().unwrap_or(0),
                kind: evaluated.map(kind),
                modules: evaluated.map_or_else(Vec::new, |rule| self.modules_of(rule).to_vec()),
            }
        };
        self.scene.of_kind(Kind::Rule).map(rule).collect()
    }

    /// What the baseline in force accepts, and what of it is not there any more.
    pub fn baseline(&self) -> Option<Accepted> {
        if !self.has_baseline() {
            return None;
        }
        let accepted = &self.context.baseline;
        let pictures = self.scene.pictures.iter().filter(|picture| picture.stream == Some(Stream::Acc));
        let pictures: Set<&str> = pictures.map(|picture| picture.scope.as_str()).collect();
        let is_gone =
            |key: &&String| !self.scene.entities.contains_key(&EntityId::new(Kind::Violation, *key));
        let absent = accepted
            .violations
            .iter()
            .filter(is_gone)
            .map(|key| Absent { violation: key.clone(), resolved: self.is_looked_at(key, &pictures) });
        Some(Accepted {
            violations: accepted.violations.len() as u32,
            reason: accepted.reason.clone(),
            actor: accepted.actor.clone(),
            absent: absent.collect(),
        })
    }

    /// Whether a closed picture would show the violation `key`: one that states its rule, or any where the rule is
    /// evaluated here and speaks of some module.
    fn is_looked_at(&self, key: &str, pictures: &Set<&str>) -> bool {
        let name = key.split('|').next().unwrap_or(key);
        let Some(rule) = self.scene.entities.get(&EntityId::new(Kind::Rule, name)) else { return false };
        let speaks = || self.rule(name).is_some_and(|rule| self.modules_of(rule).iter().any(|n| *n > 0));
        rule.witnesses.iter().any(|witness| match witness.as_str() {
            WITNESS => pictures.first().is_some() && speaks() && !self.breaches.more,
            scope => pictures.contains(scope),
        })
    }
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
