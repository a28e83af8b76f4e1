//! Links by kind and either end.

use super::Link;
use crate::id::{EntityId, LinkId, LinkKind};

/// Finds links by kind and source, or kind and target, by binary search.
#[derive(Debug, Clone)]
pub struct LinkIndex<'a> {
    links: &'a [Link],
    by_target: Vec<&'a Link>,
}

impl<'a> LinkIndex<'a> {
    /// Indexes `links`, which are sorted by id, as [`super::correlate`] returns them. O(L log L).
    #[must_use]
    pub fn new(links: &'a [Link]) -> Self {
        let mut by_target: Vec<&Link> = links.iter().collect();
        crate::order::sort_by(&mut by_target, |a, b| {
            (a.id.kind, &a.id.to, &a.id.from).cmp(&(b.id.kind, &b.id.to, &b.id.from))
        });
        Self { links, by_target }
    }

    /// All links, sorted by id.
    #[must_use]
    pub fn all(&self) -> &'a [Link] {
        self.links
    }

    /// Place of a link among all.
    #[must_use]
    pub fn place(&self, id: &LinkId) -> Option<usize> {
        self.links.binary_search_by(|link| link.id.cmp(id)).ok()
    }

    /// Links of `kind`, sorted by source, then target.
    pub fn of_kind(&self, kind: LinkKind) -> impl Iterator<Item = &'a Link> + use<'a> {
        let start = self.links.partition_point(|link| link.id.kind < kind);
        self.links[start..].iter().take_while(move |link| link.id.kind == kind)
    }

    /// Links of `kind` that start at `source`, sorted by target.
    pub fn from<'s>(
        &self,
        kind: LinkKind,
        source: &'s EntityId,
    ) -> impl Iterator<Item = &'a Link> + use<'a, 's> {
        from_source(self.links, kind, source)
    }

    /// Links of `kind` that end at `target`, sorted by source.
    pub fn to<'s>(
        &self,
        kind: LinkKind,
        target: &'s EntityId,
    ) -> impl Iterator<Item = &'a Link> + use<'a, 's> {
        let start = self.by_target.partition_point(|link| (link.id.kind, &link.id.to) < (kind, target));
        let found: Vec<&'a Link> = self.by_target[start..]
            .iter()
            .take_while(|link| link.id.kind == kind && link.id.to == *target)
            .copied()
            .collect();
        found.into_iter()
    }
}

/// Those of `links`, sorted by id, that are of `kind` and start at `source`.
pub(super) fn from_source<'a, 's>(
    links: &'a [Link],
    kind: LinkKind,
    source: &'s EntityId,
) -> impl Iterator<Item = &'a Link> + use<'a, 's> {
    let start = links.partition_point(|link| (link.id.kind, &link.id.from) < (kind, source));
    links[start..].iter().take_while(move |link| link.id.kind == kind && link.id.from == *source)
}
