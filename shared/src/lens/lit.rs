//! What lights up around a selection, over all lenses: how near everything is to the selected entity.
//!
//! In: an [`Analysis`] and the selected id. Out: [`Lit`]. Direct are the other ends of its links; near are what
//! those are linked to, and everything up and down its thread (requirement → spec → task → artifact → module),
//! which never turns back, so a hub does not light the whole page. Imports and waiting count for the first step
//! only. O(L log L) over all links.
//!
//! Not here: what being lit looks like.

use super::Analysis;
use crate::id::{EntityId, Kind, LinkKind};
use crate::order::{Map, Set};

/// How near an entity is to the selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// It is the selection.
    Selected,
    /// A link joins it to the selection.
    Direct,
    /// Two links away, or on the selection's thread.
    Near,
    /// None of these.
    Far,
}

/// Everything near the selection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lit {
    selected: Option<EntityId>,
    near: Map<EntityId, Nearness>,
}

impl Lit {
    /// What lights up when `selected` is; nothing is lit or dimmed without a selection, or with one that is not
    /// there at this `AsOf`.
    #[must_use]
    pub fn of(analysis: &Analysis, selected: Option<&EntityId>) -> Self {
        let Some(selected) = selected.filter(|id| analysis.scene.entities.contains_key(*id)) else {
            return Self::default();
        };
        let around = Around::of(analysis);
        let mut near: Map<&EntityId, Nearness> = Map::new();
        for (id, _) in around.of_id(selected) {
            near.entry(id).or_insert(Nearness::Direct);
        }
        let direct: Vec<&EntityId> = near.keys().copied().collect();
        for id in direct {
            for (next, kind) in around.of_id(id) {
                if !matches!(kind, LinkKind::Imports | LinkKind::DependsOn) {
                    near.entry(next).or_insert(Nearness::Near);
                }
            }
        }
        for id in around.thread(selected) {
            near.entry(id).or_insert(Nearness::Near);
        }
        near.insert(selected, Nearness::Selected);
        Self {
            selected: Some(selected.clone()),
            near: near.into_iter().map(|(id, nearness)| (id.clone(), nearness)).collect(),
        }
    }

    /// The selection, if it is there.
    #[must_use]
    pub fn selected(&self) -> Option<&EntityId> {
        self.selected.as_ref()
    }

    /// How near `id` is; `None` while nothing is selected.
    #[must_use]
    pub fn nearness(&self, id: &EntityId) -> Option<Nearness> {
        self.selected.as_ref()?;
        Some(self.near.get(id).copied().unwrap_or(Nearness::Far))
    }

    /// Whether a link between the two is part of what lights up.
    #[must_use]
    pub fn joins(&self, from: &EntityId, to: &EntityId) -> bool {
        self.near.contains_key(from) && self.near.contains_key(to)
    }
}

/// Both ends of every link, by either end.
struct Around<'a> {
    ends: Vec<(&'a EntityId, &'a EntityId, LinkKind)>,
    violations: Vec<(EntityId, &'a EntityId)>,
}

impl<'a> Around<'a> {
    fn of(analysis: &'a Analysis) -> Self {
        let mut ends = Vec::with_capacity(analysis.links.len() * 2);
        for link in &analysis.links {
            ends.push((&link.id.from, &link.id.to, link.id.kind));
            ends.push((&link.id.to, &link.id.from, link.id.kind));
        }
        crate::order::sort(&mut ends);
        // A violation names its modules by key; not every producer declares the link too.
        let mut violations = Vec::new();
        for violation in &analysis.acc.violations {
            let named = std::iter::once(violation.from.as_str()).chain(violation.to.as_deref());
            violations.extend(named.map(|key| (EntityId::new(Kind::Module, key), &violation.id)));
        }
        Self { ends, violations }
    }

    /// What is linked to `id`.
    fn of_id(&self, id: &EntityId) -> Vec<(&EntityId, LinkKind)> {
        let start = self.ends.partition_point(|(from, _, _)| *from < id);
        let own = self.ends[start..].iter().take_while(|(from, _, _)| *from == id);
        let mut found: Vec<(&EntityId, LinkKind)> = own.map(|(_, to, kind)| (*to, *kind)).collect();
        for (module, violation) in &self.violations {
            if module == id {
                found.push((*violation, LinkKind::Breaks));
            } else if *violation == id {
                found.push((module, LinkKind::Breaks));
            }
        }
        found
    }

    /// Everything reached from `id` by going only left, or only right, along the spine.
    fn thread(&self, id: &EntityId) -> Set<&EntityId> {
        let mut found = Set::new();
        for right in [false, true] {
            let mut open: Vec<&EntityId> =
                self.ends.iter().map(|(from, _, _)| *from).find(|from| *from == id).into_iter().collect();
            while let Some(at) = open.pop() {
                for (next, _) in self.of_id(at) {
                    let (here, there) = (column(at.kind), column(next.kind));
                    let onwards = here
                        .zip(there)
                        .is_some_and(|(here, there)| if right { there > here } else { there < here });
                    if onwards && found.insert(next) {
                        open.push(next);
                    }
                }
            }
        }
        found
    }
}

/// Place along the spine; a scenario stands beside its spec.
fn column(kind: Kind) -> Option<u8> {
    match kind {
        Kind::Requirement => Some(0),
        Kind::Spec => Some(1),
        Kind::Scenario => Some(2),
        Kind::Task => Some(3),
        Kind::Artifact => Some(4),
        Kind::Module => Some(5),
        _ => None,
    }
}
