//! Where rules are broken: every import, and every module, against every rule.
//!
//! A breach has an identity that does not move from one iteration to the next: rule and both ends, or for indirect
//! dependence rule and both sets. The imports it rests on stand with it, so that it says what to remove.

use super::pattern::{Pattern, any};
use super::{ModuleSet, Rule, RuleKind};
use crate::event::{fingerprint_key, violation_key};
use crate::graph::{Entity, Scene};
use crate::id::{EntityId, Kind};
use crate::lens::acc::ModuleGraph;
use crate::structure::{Coupling, Link, instability_millionths};

/// Breaches of all rules together that are looked for.
pub const BREACHES_MAX: usize = 20_000;
/// In no set.
const NONE: u32 = u32::MAX;

/// A rule broken in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The id of the violation.
    pub id: EntityId,
    /// Which of the rules.
    pub rule: usize,
    /// The module in which it begins, by number.
    pub from: u32,
    /// The module in which it ends, if it is about two.
    pub to: Option<u32>,
    /// What it is in a few words, where that is not what the rule says.
    pub reason: Option<String>,
    /// The imports it rests on, in the order of the way.
    pub imports: Vec<(u32, u32)>,
}

/// The breaches of rules in one scene.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Breaches {
    /// By rule, then place.
    pub found: Vec<Breach>,
    /// For every rule how many modules there are in each of its sets: one without says nothing.
    pub modules: Vec<Vec<u32>>,
    /// Whether there are more than [`BREACHES_MAX`]: then what is found is not all.
    pub more: bool,
}

/// Where `scene`, whose module graph is `graph`, breaks `rules`.
///
/// O(rules · (modules · patterns + imports)), for independence once a set.
#[must_use]
pub fn breaches(scene: &Scene, graph: &ModuleGraph, rules: &[Rule]) -> Breaches {
    let mut all = Breaches::default();
    if rules.is_empty() {
        return all;
    }
    let modules: Vec<&Entity> = scene.of_kind(Kind::Module).collect();
    for (number, rule) in rules.iter().enumerate() {
        let mut look = Look { modules: &modules, graph, rule, number, all: &mut all };
        let n_modules = look.at_rule();
        all.modules.push(n_modules);
    }
    all
}

struct Look<'a> {
    modules: &'a [&'a Entity],
    graph: &'a ModuleGraph,
    rule: &'a Rule,
    number: usize,
    all: &'a mut Breaches,
}

impl<'a> Look<'a> {
    /// Finds the breaches of one rule; how many modules there are in each of its sets.
    fn at_rule(&mut self) -> Vec<u32> {
        let of = self.sets();
        match self.rule.kind {
            RuleKind::Layers => self.layers(&firsts(&of)),
            RuleKind::Independence => self.independence(&firsts(&of)),
            RuleKind::Required => self.required(&of),
            _ => self.between(&of),
        }
        let within = |set: usize| of.iter().filter(|sets| **sets & (1 << set) > 0).count() as u32;
        (0..self.rule.sets.len().min(64)).map(within).collect()
    }

    /// For every module the sets it is in, a bit a set.
    fn sets(&self) -> Vec<u64> {
        let within = |module: &&Entity| {
            let is_in = |set: &ModuleSet| any(&set.patterns, &module.id.key, Some(*module));
            let sets = self.rule.sets.iter().zip(0..64).filter(|(set, _)| is_in(set));
            sets.fold(0, |bits, (_, set)| bits | 1u64 << set)
        };
        self.modules.iter().map(within).collect()
    }

    /// Imports of the kinds the rule looks at, by from and to, without exceptions.
    fn imports(&self) -> Vec<&'a Link> {
        let looked_at = |link: &&Link| {
            let mut kinds = self.rule.dependencies.iter().zip(link.weights);
            kinds.any(|(looks, weight)| *looks && weight > 0) && !self.excepted(link.from, Some(link.to))
        };
        self.graph.architecture().modules().links().iter().filter(looked_at).collect()
    }

    fn excepted(&self, from: u32, to: Option<u32>) -> bool {
        let is_in = |patterns: &[Pattern], number: u32| {
            let module = self.modules[number as usize];
            any(patterns, &module.id.key, Some(module))
        };
        let covers =
            |[froms, tos]: &[Vec<Pattern>; 2]| is_in(froms, from) && to.is_none_or(|to| is_in(tos, to));
        self.rule.except.iter().any(covers)
    }

    fn key(&self, number: u32) -> &'a str {
        &self.modules[number as usize].id.key
    }

    fn found(&mut self, from: u32, to: Option<u32>, reason: Option<String>) {
        let key = violation_key(&self.rule.name, self.key(from), to.map(|to| self.key(to)));
        let imports = to.map(|to| (from, to)).into_iter().collect();
        self.push(key, (from, to), reason, imports);
    }

    fn push(
        &mut self,
        key: String,
        ends: (u32, Option<u32>),
        reason: Option<String>,
        imports: Vec<(u32, u32)>,
    ) {
        self.all.more |= self.all.found.len() >= BREACHES_MAX;
        if self.all.more {
            return;
        }
        let (from, to) = ends;
        let id = EntityId::new(Kind::Violation, key);
        self.all.found.push(Breach { id, rule: self.number, from, to, reason, imports });
    }

    /// Rules about imports from one set to the other.
    fn between(&mut self, of: &[u64]) {
        let stable = self.rule.kind == RuleKind::StableDependencies;
        for link in self.imports() {
            let (from, to) = (of[link.from as usize] & 1 > 0, of[link.to as usize] & 2 > 0);
            let (to, is_broken) = match self.rule.kind {
                RuleKind::Allowed => (!to, true),
                _ => (to, !stable || self.is_less_stable(link.from, link.to)),
            };
            if from && to && is_broken {
                let reason = stable.then(|| {
                    [self.per_cent(link.from), self.per_cent(link.to)].join(" unstable uses ") + " unstable"
                });
                self.found(link.from, Some(link.to), reason);
            }
        }
    }

    fn coupling(&self, number: u32) -> Coupling {
        self.graph.architecture().coupling(number)
    }

    /// Whether I(user) < I(used), multiplied across; one that nothing couples has 0 of 1.
    fn is_less_stable(&self, user: u32, used: u32) -> bool {
        let (user, used) = (self.coupling(user), self.coupling(used));
        let all = |one: Coupling| (u64::from(one.ca) + u64::from(one.ce)).max(1);
        u64::from(user.ce) * all(used) < u64::from(used.ce) * all(user)
    }

    fn per_cent(&self, number: u32) -> String {
        let rounded = (instability_millionths(self.coupling(number)) + 5_000) / 10_000;
        rounded.to_string() + " %"
    }

    fn required(&mut self, of: &[u64]) {
        let mut satisfied = vec![false; of.len()];
        for link in self.imports() {
            satisfied[link.from as usize] |= of[link.to as usize] & 2 > 0;
        }
        for ((module, sets), satisfied) in (0u32..).zip(of).zip(satisfied) {
            if sets & 1 > 0 && !satisfied && !self.excepted(module, None) {
                self.found(module, None, None);
            }
        }
    }

    fn set_name(&self, set: u32) -> &'a str {
        &self.rule.sets[set as usize].name
    }

    fn layers(&mut self, of: &[u32]) {
        for link in self.imports() {
            let (from, to) = (of[link.from as usize], of[link.to as usize]);
            if from == NONE || to == NONE || from == to || (from < to && !(self.rule.strict && to > from + 1))
            {
                continue;
            }
            let way = if from > to { " lies below " } else { " lies more than one layer above " };
            let reason = [self.set_name(from), self.set_name(to)].join(way);
            self.found(link.from, Some(link.to), Some(reason));
        }
    }

    /// Imports from set to set; where there is none between two, the shortest way by modules in no set.
    fn independence(&mut self, of: &[u32]) {
        let imports = self.imports();
        let n_sets = self.rule.sets.len();
        let mut direct = vec![false; n_sets * n_sets];
        for link in &imports {
            let (from, to) = (of[link.from as usize], of[link.to as usize]);
            if from != NONE && to != NONE && from != to {
                direct[from as usize * n_sets + to as usize] = true;
                self.found(link.from, Some(link.to), None);
            }
        }
        for (set, direct) in (0u32..).zip(direct.chunks(n_sets.max(1))) {
            self.indirect(set, direct.to_vec(), of, &imports);
        }
    }

    /// Breadth first from all modules of a set at once, through modules in no set.
    fn indirect(&mut self, set: u32, mut reached: Vec<bool>, of: &[u32], imports: &[&Link]) {
        reached[set as usize] = true;
        let mut before = vec![NONE; of.len()];
        let mut queue: Vec<u32> = (0u32..).zip(of).filter(|(_, of)| **of == set).map(|(n, _)| n).collect();
        let mut at = 0;
        while let Some(&node) = queue.get(at) {
            at += 1;
            let first = imports.partition_point(|link| link.from < node);
            for link in imports[first..].iter().take_while(|link| link.from == node) {
                let (to, of) = (link.to as usize, of[link.to as usize]);
                if of == NONE && before[to] == NONE {
                    before[to] = node;
                    queue.push(link.to);
                } else if of != NONE && !reached[of as usize] {
                    reached[of as usize] = true;
                    self.found_way((set, of), vec![link.to, node], &before);
                }
            }
        }
    }

    /// `way` has its last two modules, the last one first.
    fn found_way(&mut self, sets: (u32, u32), mut way: Vec<u32>, before: &[u32]) {
        let to = way[0];
        while let Some(&node) = way.last().map(|node| &before[*node as usize]).filter(|node| **node != NONE) {
            way.push(node);
        }
        way.reverse();
        let key = fingerprint_key(&self.rule.name, &[self.set_name(sets.0), self.set_name(sets.1)].join(">"));
        let names: Vec<&str> = way.iter().map(|node| self.key(*node)).collect();
        let imports = way.windows(2).map(|pair| (pair[0], pair[1])).collect();
        self.push(key, (way[0], Some(to)), Some(names.join(" → ")), imports);
    }
}

/// The first set of every module.
fn firsts(of: &[u64]) -> Vec<u32> {
    of.iter().map(|sets| if *sets == 0 { NONE } else { sets.trailing_zeros() }).collect()
}
