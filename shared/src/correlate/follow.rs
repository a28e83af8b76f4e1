//! Correlation that keeps up with single events: what one event touches is derived anew, the rest stays.
//!
//! [`Correlation::apply`] after any number of changes holds exactly the links of [`correlate`](super::correlate)
//! (a property test compares them), but one event costs what the touched entities' own keys and links cost, not
//! what the iteration holds. Memory: keys of all entities, once by entity and once by key.
//!
//! Not in a browser's first page, which asks about one moment at a time; a server that watches an iteration, or
//! whatever wants to know which links an event changed, uses this.

use super::key::{Ask, Space};
use super::{Link, asks, keep, link_between, offers, piece};
use crate::event::{Facet, Subject};
use crate::graph::{CellId, Entity, Evidence, Graph, Scene};
use crate::id::{EntityId, LinkId};
use std::collections::{BTreeMap, BTreeSet};

/// What an event touched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touched {
    /// Entities that came, went, or say something else; also such as only their tries changed.
    pub entities: BTreeSet<EntityId>,
    /// Declared links that came, went, or rest on something else.
    pub links: BTreeSet<LinkId>,
}

impl Touched {
    /// What the changed `cells`, as [`Graph::step`] returns them, are about. `scene` is the one after the step.
    ///
    /// O(cells), and O(entities) when a run's commit is among them: it is that of all its tries.
    #[must_use]
    pub fn by(graph: &Graph, cells: &[CellId], scene: &Scene) -> Self {
        let mut touched = Self::default();
        for cell in cells {
            match graph.subject(*cell) {
                Subject::Entity(id) => drop(touched.entities.insert(id.clone())),
                Subject::Attempt(attempt) => drop(touched.entities.insert(attempt.of.clone())),
                Subject::Link(id) => drop(touched.links.insert(id.clone())),
                Subject::Run(_, run) if graph.facet(*cell) == Facet::Commit => {
                    let in_run = |entity: &&Entity| entity.attempts.iter().any(|a| a.id.run == *run);
                    touched.entities.extend(scene.entities.values().filter(in_run).map(|e| e.id.clone()));
                }
                Subject::Run(..) | Subject::Iteration | Subject::Ledger(..) => {}
            }
        }
        touched
    }
}

/// What is kept of an entity: what its links are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    /// Without tries, names and texts.
    stub: Entity,
    asks: Vec<KnownAsk>,
    offers: BTreeSet<Key>,
}

type Key = (Space, String);

/// An [`Ask`] that outlives its entity.
#[derive(Debug, Clone, PartialEq, Eq)]
struct KnownAsk {
    key: Key,
    rule: super::Rule,
    word: String,
    against: Option<String>,
}

impl Known {
    fn of(entity: &Entity) -> Self {
        let mut known = Self {
            stub: Entity { rests_on: entity.rests_on.clone(), ..Entity::named(entity.id.clone()) },
            asks: Vec::new(),
            offers: BTreeSet::new(),
        };
        asks(entity, &mut |ask| {
            known.asks.push(KnownAsk {
                key: (ask.space, ask.key.to_owned()),
                rule: ask.rule,
                word: ask.word.to_owned(),
                against: ask.against.map(ToOwned::to_owned),
            });
        });
        offers(entity, &mut |space, key| {
            known.offers.insert((space, key.to_owned()));
        });
        known
    }
}

/// The links of a scene, kept up to date.
#[derive(Debug, Clone, Default)]
pub struct Correlation {
    known: BTreeMap<EntityId, Known>,
    asked: BTreeMap<Key, BTreeSet<EntityId>>,
    offered: BTreeMap<Key, BTreeSet<EntityId>>,
    declared: BTreeMap<LinkId, Vec<Evidence>>,
    /// Declared links by either end, there or not.
    awaited: BTreeMap<EntityId, BTreeSet<LinkId>>,
    links: BTreeMap<LinkId, Link>,
    /// Links by either end.
    ends: BTreeMap<EntityId, BTreeSet<LinkId>>,
}

impl Correlation {
    /// The links of `scene`.
    #[must_use]
    pub fn of(scene: &Scene) -> Self {
        let touched = Touched {
            entities: scene.entities.keys().cloned().collect(),
            links: scene.links.iter().map(|link| link.id.clone()).collect(),
        };
        let mut correlation = Self::default();
        correlation.apply(scene, &touched);
        correlation
    }

    /// All links, sorted by id.
    pub fn links(&self) -> impl ExactSizeIterator<Item = &Link> {
        self.links.values()
    }

    /// Takes in what `touched` names, as `scene` has it now, and returns the links that came, went or changed.
    pub fn apply(&mut self, scene: &Scene, touched: &Touched) -> Vec<LinkId> {
        let mut anew: BTreeSet<LinkId> = BTreeSet::new();
        for id in &touched.entities {
            self.renew(id, scene.entities.get(id).map(Known::of), &mut anew);
        }
        for id in &touched.links {
            let at = scene.links.binary_search_by(|link| link.id.cmp(id)).ok();
            let evidence = at.map(|at| &scene.links[at].evidence);
            if self.declared.get(id) != evidence {
                self.declare(id, evidence.cloned());
                anew.insert(id.clone());
            }
        }
        anew.retain(|id| self.relink(id));
        anew.into_iter().collect()
    }

    /// Replaces what is known of an entity and notes the links that may be others now.
    fn renew(&mut self, id: &EntityId, now: Option<Known>, anew: &mut BTreeSet<LinkId>) {
        if self.known.get(id) == now.as_ref() {
            return;
        }
        anew.extend(self.ends.get(id).into_iter().flatten().cloned());
        anew.extend(self.awaited.get(id).into_iter().flatten().cloned());
        let before = self.known.remove(id);
        let keys =
            |known: &Option<Known>| known.as_ref().map(|known| known.offers.clone()).unwrap_or_default();
        let (had, has) = (keys(&before), keys(&now));
        for key in had.difference(&has) {
            self.offer(key, id, false, anew);
        }
        for key in has.difference(&had) {
            self.offer(key, id, true, anew);
        }
        for ask in before.iter().flat_map(|known| &known.asks) {
            leave(&mut self.asked, &ask.key, id);
        }
        let Some(now) = now else { return };
        for ask in &now.asks {
            self.asked.entry(ask.key.clone()).or_default().insert(id.clone());
            let others = self.offered.get(&ask.key).into_iter().flatten();
            anew.extend(others.filter_map(|other| link_between(id, other)));
        }
        self.known.insert(id.clone(), now);
    }

    /// `id` offers `key` from now on, or no longer. Whoever asks for it may be linked otherwise, and where a key
    /// begins or ceases to say something, to everybody who offers it.
    fn offer(&mut self, key: &Key, id: &EntityId, offers: bool, anew: &mut BTreeSet<LinkId>) {
        let count = |correlation: &Self| correlation.offered.get(key).map_or(0, BTreeSet::len);
        let before = count(self);
        if offers {
            self.offered.entry(key.clone()).or_default().insert(id.clone());
        } else {
            leave(&mut self.offered, key, id);
        }
        let limit = key.0.fan_max();
        let turned = (before <= limit) != (count(self) <= limit);
        for asker in self.asked.get(key).into_iter().flatten() {
            anew.extend(link_between(asker, id));
            if turned {
                let others = self.offered.get(key).into_iter().flatten();
                anew.extend(others.filter_map(|other| link_between(asker, other)));
            }
        }
    }

    fn declare(&mut self, id: &LinkId, evidence: Option<Vec<Evidence>>) {
        let ends = [&id.from, &id.to];
        match evidence {
            Some(evidence) => {
                self.declared.insert(id.clone(), evidence);
                for end in ends {
                    self.awaited.entry(end.clone()).or_default().insert(id.clone());
                }
            }
            None => {
                self.declared.remove(id);
                ends.into_iter().for_each(|end| leave(&mut self.awaited, end, id));
            }
        }
    }

    /// Derives one link anew; whether it is another one than before.
    fn relink(&mut self, id: &LinkId) -> bool {
        let now = self.derive(id);
        if self.links.get(id) == now.as_ref() {
            return false;
        }
        for end in [&id.from, &id.to] {
            match now {
                Some(_) => drop(self.ends.entry(end.clone()).or_default().insert(id.clone())),
                None => leave(&mut self.ends, end, id),
            }
        }
        match now {
            Some(link) => drop(self.links.insert(id.clone(), link)),
            None => drop(self.links.remove(id)),
        }
        true
    }

    /// The link as its two ends, and who declares it, have it now.
    fn derive(&self, id: &LinkId) -> Option<Link> {
        let (from, to) = (self.known.get(&id.from)?, self.known.get(&id.to)?);
        let mut pieces = self.declared.get(id).cloned().unwrap_or_default();
        if link_between(&id.from, &id.to).as_ref() == Some(id) {
            for (asker, other) in [(from, to), (to, from)] {
                for ask in
                    asker.asks.iter().filter(|ask| other.offers.contains(&ask.key) && self.says(&ask.key))
                {
                    let asked = Ask {
                        space: ask.key.0,
                        key: &ask.key.1,
                        rule: ask.rule,
                        word: &ask.word,
                        against: ask.against.as_deref(),
                    };
                    keep(&mut pieces, piece(&asker.stub, &other.stub, &asked));
                }
            }
        }
        (!pieces.is_empty()).then(|| Link::of(id.clone(), pieces))
    }

    /// Whether few enough offer a key for it to say something.
    fn says(&self, key: &Key) -> bool {
        self.offered.get(key).is_some_and(|others| others.len() <= key.0.fan_max())
    }
}

/// Takes `member` out of a set, and the set out of the map when it is empty.
fn leave<K: Ord, V: Ord>(sets: &mut BTreeMap<K, BTreeSet<V>>, key: &K, member: &V) {
    if let Some(set) = sets.get_mut(key) {
        set.remove(member);
        if set.is_empty() {
            sets.remove(key);
        }
    }
}
