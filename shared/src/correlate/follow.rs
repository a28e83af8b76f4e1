//! Correlation that keeps up with single events: what one event touches is derived anew, the rest stays.
//!
//! [`Correlation::apply`] after any number of changes holds exactly the links of [`correlate`](super::correlate)
//! (a property test compares them), but one event costs what differs: entities, keys and links have numbers; of
//! what an entity asks and offers only the part that is another than before is looked up, and only the links that
//! this part speaks for are derived. Where an entity rests on other events and says what it said, its links get
//! the new positions and keep their sentences. Memory: keys of all entities, once by entity and once by key.
//!
//! Not in a browser's first page, which asks about one moment at a time; a server that watches an iteration, or
//! whatever wants to know which links an event changed, uses this.

mod keys;
mod spoken;

use super::{IN_FOLDER, Link, Side, direction, keep, piece, rests_on};
use crate::event::{Facet, Subject};
use crate::graph::{CellId, Entity, Evidence, Graph, Scene};
use crate::id::{EntityId, LinkId, LinkKind};
use crate::time::Position;
use keys::Keys;
use spoken::{Common, Spoken};
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

/// A link by the numbers of its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    kind: LinkKind,
    from: u32,
    to: u32,
}

/// What is kept of a pair; never nothing.
#[derive(Debug, Clone, Default)]
struct Kept {
    /// What producers say, whether both ends are there or not.
    declared: Vec<Evidence>,
    link: Option<Link>,
}

/// An entity that is there, or that a declared link waits for.
#[derive(Debug, Clone)]
struct End {
    id: EntityId,
    known: Option<Known>,
    pairs: BTreeSet<Pair>,
}

/// What is kept of an entity that is there: what its links are made of.
#[derive(Debug, Clone, Default)]
struct Known {
    rests_on: Vec<Position>,
    spoken: Spoken,
    /// Numbers of the keys it asks for, in the order in which it does.
    asks: Vec<u32>,
    /// Numbers of the keys it offers, in the order in which it does.
    offers: Vec<u32>,
}

/// What is to be done about a pair; of two the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// Only the events it rests on are others.
    Positions,
    /// Everything may be another.
    All,
}

type Agenda = BTreeMap<Pair, Due>;

/// The links of a scene, kept up to date.
#[derive(Debug, Clone, Default)]
pub struct Correlation {
    numbers: BTreeMap<EntityId, u32>,
    ends: Vec<End>,
    free: Vec<u32>,
    keys: Keys,
    pairs: BTreeMap<Pair, Kept>,
    n_links: usize,
    /// What an entity says now, before it is compared with what it said.
    heard: Spoken,
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

    /// All links, sorted by id. O(L log L): they are put in order when they are asked for.
    pub fn links(&self) -> impl ExactSizeIterator<Item = &Link> {
        let mut links: Vec<&Link> = Vec::with_capacity(self.n_links);
        links.extend(self.pairs.values().filter_map(|kept| kept.link.as_ref()));
        crate::order::sort_by(&mut links, |a, b| a.id.cmp(&b.id));
        links.into_iter()
    }

    /// Takes in what `touched` names, as `scene` has it now, and returns the links that came, went or changed, sorted.
    pub fn apply(&mut self, scene: &Scene, touched: &Touched) -> Vec<LinkId> {
        let mut agenda = Agenda::new();
        for id in &touched.entities {
            match scene.entities.get(id) {
                Some(entity) => self.hear(entity, &mut agenda),
                None => self.forget(id, &mut agenda),
            }
        }
        for id in &touched.links {
            let at = scene.links.binary_search_by(|link| link.id.cmp(id)).ok();
            self.declare(id, at.map(|at| &*scene.links[at].evidence), &mut agenda);
        }
        let mut changed: Vec<LinkId> = Vec::new();
        for (pair, due) in agenda {
            let is_other = match due {
                Due::Positions => self.move_positions(pair),
                Due::All => self.relink(pair),
            };
            if is_other {
                changed.push(self.id(pair));
            }
            self.tidy(pair);
        }
        for id in &touched.entities {
            self.release(id);
        }
        crate::order::sort(&mut changed);
        changed
    }

    /// Notes what an entity says now, and the links that may be others for it.
    fn hear(&mut self, entity: &Entity, agenda: &mut Agenda) {
        let number = self.number(&entity.id);
        self.heard.refill(entity);
        let end = &mut self.ends[number as usize];
        let Some(known) = &mut end.known else {
            agenda.extend(end.pairs.iter().map(|pair| (*pair, Due::All)));
            end.known = Some(Known { rests_on: entity.rests_on.clone(), ..Known::default() });
            return self.learn(number, agenda);
        };
        if known.rests_on != entity.rests_on {
            known.rests_on.clone_from(&entity.rests_on);
            for pair in &end.pairs {
                agenda.entry(*pair).or_insert(Due::Positions);
            }
        }
        if known.spoken != self.heard {
            self.learn(number, agenda);
        }
    }

    /// An entity is not there any more.
    fn forget(&mut self, id: &EntityId, agenda: &mut Agenda) {
        let Some(&number) = self.numbers.get(id) else { return };
        if self.ends[number as usize].known.is_some() {
            self.heard = Spoken::default();
            self.learn(number, agenda);
            let end = &mut self.ends[number as usize];
            agenda.extend(end.pairs.iter().map(|pair| (*pair, Due::All)));
            end.known = None;
        }
    }

    /// Replaces what an entity that is there said by what was heard of it.
    fn learn(&mut self, number: u32, agenda: &mut Agenda) {
        let now = std::mem::take(&mut self.heard);
        let mut known = self.ends[number as usize].known.take().unwrap_or_default();
        let before = std::mem::replace(&mut known.spoken, now);
        let now = &known.spoken;
        let (asks, offers) = (before.common_asks(now), before.common_offers(now));
        let new_asks = between(asks, now.n_asks()).map(|at| now.ask(at));
        let new_asks: Vec<u32> = new_asks.map(|ask| self.keys.number(ask.space, ask.key)).collect();
        let new_offers = between(offers, now.n_offers()).map(|at| now.offer(at));
        let new_offers: Vec<u32> = new_offers.map(|(space, key)| self.keys.number(space, key)).collect();
        let old_asks: Vec<u32> =
            known.asks.splice(between(asks, known.asks.len()), new_asks.iter().copied()).collect();
        let old_offers: Vec<u32> =
            known.offers.splice(between(offers, known.offers.len()), new_offers.iter().copied()).collect();
        for key in old_offers.iter().filter(|key| !known.offers.contains(key)) {
            self.offer(*key, number, false, agenda);
        }
        for key in &new_offers {
            self.offer(*key, number, true, agenda);
        }
        let mut crowds: Vec<(u32, bool)> = Vec::new();
        for (at, key) in between(asks, before.n_asks()).zip(&old_asks) {
            self.note_offers(number, *key, agenda);
            if !known.asks.contains(key) {
                self.keys.key_mut(*key).asked.remove(&number);
            }
            crowds.extend(before.is_folder(at).then_some((*key, false)));
        }
        for (at, key) in between(asks, now.n_asks()).zip(&new_asks) {
            self.keys.key_mut(*key).asked.insert(number);
            self.note_offers(number, *key, agenda);
            crowds.extend(now.is_folder(at).then_some((*key, true)));
        }
        for (key, more) in crowds {
            self.crowd(key, more, agenda);
        }
        for (at, key) in between(asks, before.n_asks()).zip(&old_asks) {
            let ask = before.ask(at);
            self.keys.release(ask.space, ask.key, *key);
        }
        for (at, key) in between(offers, before.n_offers()).zip(&old_offers) {
            let (space, text) = before.offer(at);
            self.keys.release(space, text, *key);
        }
        self.ends[number as usize].known = Some(known);
        // Its memory serves the next one.
        self.heard = before;
    }

    /// Notes the links to everybody who offers `key`, for which `number` asks, or asked.
    fn note_offers(&self, number: u32, key: u32, agenda: &mut Agenda) {
        let key = self.keys.key(key);
        // What says nothing to anybody said nothing before, or this is noted where it ceased to.
        if key.says() {
            agenda
                .extend(key.offered.iter().filter_map(|other| Some((self.pair(number, *other)?, Due::All))));
        }
    }

    /// Notes all links that `key` may speak for.
    fn note_all(&self, key: u32, agenda: &mut Agenda) {
        let key = self.keys.key(key);
        for asker in &key.asked {
            agenda
                .extend(key.offered.iter().filter_map(|other| Some((self.pair(*asker, *other)?, Due::All))));
        }
    }

    /// `number` offers `key` from now on, or no longer. Whoever asks for it may be linked otherwise, and where a key
    /// begins or ceases to say something, to everybody who offers it.
    fn offer(&mut self, key: u32, number: u32, offers: bool, agenda: &mut Agenda) {
        let slot = self.keys.key_mut(key);
        let before = slot.says();
        let is_other = if offers { slot.offered.insert(number) } else { slot.offered.remove(&number) };
        if !is_other {
            return;
        }
        if before != slot.says() {
            self.note_all(key, agenda);
        }
        if before || self.keys.key(key).says() {
            let askers = self.keys.key(key).asked.iter();
            agenda.extend(askers.filter_map(|asker| Some((self.pair(*asker, number)?, Due::All))));
        }
    }

    /// One more lies in the folder `key`, or one fewer.
    fn crowd(&mut self, key: u32, more: bool, agenda: &mut Agenda) {
        let slot = self.keys.key_mut(key);
        let before = slot.says_as_folder();
        slot.crowd(more);
        if before != slot.says_as_folder() {
            self.note_all(key, agenda);
        }
    }

    /// What producers say of a link from now on; `None` if they say nothing any more.
    fn declare(&mut self, id: &LinkId, evidence: Option<&[Evidence]>, agenda: &mut Agenda) {
        if evidence.is_none() && !(self.numbers.contains_key(&id.from) && self.numbers.contains_key(&id.to)) {
            return;
        }
        let pair = Pair { kind: id.kind, from: self.number(&id.from), to: self.number(&id.to) };
        let said = evidence.unwrap_or_default();
        if self.pairs.get(&pair).map_or(&[][..], |kept| &kept.declared) != said {
            self.keep_pair(pair).declared = said.to_vec();
            agenda.insert(pair, Due::All);
        }
    }

    /// Derives one link anew; whether it is another one than before.
    fn relink(&mut self, pair: Pair) -> bool {
        let now = self.derive(pair);
        let before = self.pairs.get(&pair).and_then(|kept| kept.link.as_ref());
        if before == now.as_ref() {
            return false;
        }
        self.n_links = self.n_links + usize::from(now.is_some()) - usize::from(before.is_some());
        self.keep_pair(pair).link = now;
        true
    }

    /// The link as its two ends, and who declares it, have it now.
    fn derive(&self, pair: Pair) -> Option<Link> {
        let (from, to) = (self.end(pair.from), self.end(pair.to));
        let (one, other) = (from.known.as_ref()?, to.known.as_ref()?);
        let mut pieces = self.pairs.get(&pair).map(|kept| kept.declared.clone()).unwrap_or_default();
        if self.pair(pair.from, pair.to) == Some(pair) {
            let sides = [
                Side { id: &from.id, rests_on: &one.rests_on },
                Side { id: &to.id, rests_on: &other.rests_on },
            ];
            for (asker, offerer, [a, b]) in [(one, other, [0, 1]), (other, one, [1, 0])] {
                for (at, number) in
                    asker.asks.iter().enumerate().filter(|(_, key)| offerer.offers.contains(key))
                {
                    let (ask, key) = (asker.spoken.ask(at), self.keys.key(*number));
                    if key.says() && (ask.rule != IN_FOLDER || key.says_as_folder()) {
                        keep(&mut pieces, piece(sides[a], sides[b], &ask));
                    }
                }
            }
        }
        (!pieces.is_empty()).then(|| Link::of(self.id(pair), pieces))
    }

    /// Lets what is derived of a link rest on what its ends rest on now; whether that is something else.
    fn move_positions(&mut self, pair: Pair) -> bool {
        let ends = [pair.from, pair.to].map(|number| self.ends[number as usize].known.as_ref());
        let ([Some(from), Some(to)], Some(kept)) = (ends, self.pairs.get_mut(&pair)) else { return false };
        let Some(link) = &mut kept.link else { return false };
        if link.evidence.iter().all(|piece| piece.declared) {
            return false;
        }
        let positions = rests_on(&from.rests_on, &to.rests_on);
        let mut is_other = false;
        for piece in link.evidence.iter_mut().filter(|piece| !piece.declared && piece.rests_on != positions) {
            piece.rests_on.clone_from(&positions);
            is_other = true;
        }
        if is_other && link.evidence.len() > 1 {
            link.weigh();
        }
        is_other
    }

    fn keep_pair(&mut self, pair: Pair) -> &mut Kept {
        let Self { ends, pairs, .. } = self;
        pairs.entry(pair).or_insert_with(|| {
            for end in [pair.from, pair.to] {
                ends[end as usize].pairs.insert(pair);
            }
            Kept::default()
        })
    }

    /// Forgets a pair of which nothing is left.
    fn tidy(&mut self, pair: Pair) {
        if self.pairs.get(&pair).is_some_and(|kept| kept.link.is_none() && kept.declared.is_empty()) {
            self.pairs.remove(&pair);
            for number in [pair.from, pair.to] {
                let end = &mut self.ends[number as usize];
                end.pairs.remove(&pair);
                let id = end.id.clone();
                self.release(&id);
            }
        }
    }

    /// Forgets an end that is not there and that nothing waits for.
    fn release(&mut self, id: &EntityId) {
        let Some(&number) = self.numbers.get(id) else { return };
        let end = self.end(number);
        if end.known.is_none() && end.pairs.is_empty() {
            self.numbers.remove(id);
            self.free.push(number);
        }
    }

    /// The number of an end, which it has while it is there or something waits for it.
    fn number(&mut self, id: &EntityId) -> u32 {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let end = End { id: id.clone(), known: None, pairs: BTreeSet::new() };
        let number = match self.free.pop() {
            Some(number) => {
                self.ends[number as usize] = end;
                number
            }
            None => {
                self.ends.push(end);
                (self.ends.len() - 1) as u32
            }
        };
        self.numbers.insert(id.clone(), number);
        number
    }

    fn end(&self, number: u32) -> &End {
        &self.ends[number as usize]
    }

    fn id(&self, pair: Pair) -> LinkId {
        LinkId { kind: pair.kind, from: self.end(pair.from).id.clone(), to: self.end(pair.to).id.clone() }
    }

    /// What a derived link between two entities is; `None` if nothing follows.
    fn pair(&self, one: u32, other: u32) -> Option<Pair> {
        if one == other {
            return None;
        }
        let (kind, turned) = direction(self.end(one).id.kind, self.end(other).id.kind)?;
        let (from, to) = if turned { (other, one) } else { (one, other) };
        Some(Pair { kind, from, to })
    }
}

/// The places of a list of `n` that are not common.
fn between(common: Common, n: usize) -> std::ops::Range<usize> {
    common.first..n - common.last
}
