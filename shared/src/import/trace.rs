//! What requirement tools trace: items of a type and ties between them, as requirements, specs, scenarios and tasks.
//!
//! | type | is a |
//! |---|---|
//! | `spec`, `specification`, `dsn`, `design` | spec |
//! | `test`, `testcase`, `test_case`, `tc`, `utest`, `itest`, `stest` | scenario: not in a spec, so it need not report |
//! | `impl`, `implementation`, `code` | task, not planned: work that is claimed |
//! | any other | requirement |
//!
//! What a tie means follows from the kinds of its ends, whichever names the other: specs specify requirements,
//! scenarios verify, tasks implement; what refines a thing of its kind is part of it; anything else depends on it.
//! Type, status and their kin are tags (`type:req`), so that a later version can take them back.
//!
//! Several versions are history: a later one states what is new or other in it and what is gone. Not here: how a
//! format spells items, and which version is the newest.

use super::batch::Writer;
use super::clean;
use crate::event::data::{
    EntityRemoved, LinkDeclared, LinkRemoved, RequirementDeclared, ScenarioDeclared, SpecDeclared,
    TaskDeclared,
};
use crate::event::{Data, Hash128};
use crate::id::{EntityId, Kind, LinkId, LinkKind};
use crate::time::Time;
use std::collections::BTreeMap;

/// An item as its tool holds it.
#[derive(Debug)]
pub(super) struct Traced {
    /// Where it stands in the file.
    pub(super) line: u64,
    /// What it is to us.
    pub(super) id: EntityId,
    /// Title.
    pub(super) name: Option<String>,
    /// Prose.
    pub(super) text: Option<String>,
    /// Version.
    pub(super) version: Option<String>,
    /// File it stands in.
    pub(super) path: Option<String>,
    /// Tags; at least one, or a later version cannot take them back.
    pub(super) tags: Vec<String>,
}

/// One item names another.
#[derive(Debug)]
pub(super) struct Tie {
    /// Where it stands in the file.
    pub(super) line: u64,
    /// The one that names.
    pub(super) from: EntityId,
    /// The one that is named.
    pub(super) to: EntityId,
    /// The tool's word for it.
    pub(super) rule: String,
    /// Whether it says that one refines the other.
    pub(super) refines: bool,
    /// In millionths, if it is less than certain.
    pub(super) confidence: Option<u32>,
    /// What it rests on.
    pub(super) evidence: String,
}

/// What the versions so far have stated.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// With whether it had a text, which takes an empty one to be taken back.
    items: BTreeMap<EntityId, (Hash128, bool)>,
    ties: BTreeMap<(LinkId, String), Hash128>,
}

/// Most bytes of what a tie rests on.
const EVIDENCE_BYTES_MAX: usize = 200;

/// What an item of that type is to us.
pub(super) fn kind_of(kind: &str) -> Kind {
    match kind.trim().to_ascii_lowercase().as_str() {
        "spec" | "specification" | "dsn" | "design" => Kind::Spec,
        "test" | "testcase" | "test_case" | "test-case" | "tc" | "utest" | "itest" | "stest" => {
            Kind::Scenario
        }
        "impl" | "implementation" | "code" => Kind::Task,
        _ => Kind::Requirement,
    }
}

/// The link that a tie is.
fn link_of(tie: &Tie) -> LinkId {
    use Kind::{Requirement, Scenario, Spec, Task};
    let forward = |from: &EntityId, to: &EntityId| match (from.kind, to.kind) {
        (Spec, Requirement) => Some(LinkKind::Specifies),
        (Scenario, Requirement | Spec | Task) => Some(LinkKind::Verifies),
        (Task, Requirement | Spec) => Some(LinkKind::Implements),
        _ => None,
    };
    let (from, to) = (tie.from.clone(), tie.to.clone());
    match (forward(&from, &to), forward(&to, &from)) {
        (Some(kind), _) => LinkId { kind, from, to },
        (None, Some(kind)) => LinkId { kind, from: to, to: from },
        (None, None) => {
            let kind = if tie.refines { LinkKind::PartOf } else { LinkKind::DependsOn };
            LinkId { kind, from, to }
        }
    }
}

/// One version while it is stated.
pub(super) struct Stating<'t> {
    trace: &'t mut Trace,
    time: Option<Time>,
    is_last: bool,
    gone: BTreeMap<EntityId, (Hash128, bool)>,
    ties: BTreeMap<(LinkId, String), Tie>,
}

impl Trace {
    /// Begins a version that holds from `time` on: of it is stated what is new or other, and what is gone with it.
    ///
    /// Without a time it holds always; then it must be the only one. Nothing is remembered of the last one.
    pub(super) fn begin(&mut self, time: Option<Time>, is_last: bool) -> Stating<'_> {
        let gone = std::mem::take(&mut self.items);
        Stating { trace: self, time, is_last, gone, ties: BTreeMap::new() }
    }
}

impl Stating<'_> {
    /// States an item. Each stands once in a version.
    pub(super) fn item(&mut self, mut item: Traced, writer: &mut Writer<'_>) {
        let (id, line) = (item.id.clone(), item.line);
        let before = self.gone.remove(&id);
        if before.is_some_and(|(_, had_text)| had_text) {
            item.text.get_or_insert_default();
        }
        let had_text = item.text.is_some();
        let data = declared(item);
        if before.is_none() && self.is_last {
            writer.state(line, self.time, &data);
            return;
        }
        let digest = digest_of(&data);
        if before.is_none_or(|(before, _)| before != digest) {
            writer.state(line, self.time, &data);
        }
        if !self.is_last {
            self.trace.items.insert(id, (digest, had_text));
        }
    }

    /// Takes a tie; of several that are one, the surest counts and all are its evidence.
    pub(super) fn tie(&mut self, tie: Tie) {
        gather(&mut self.ties, tie);
    }

    /// States the ties, and what is gone with this version.
    pub(super) fn close(self, writer: &mut Writer<'_>) {
        let Self { trace, time, is_last, gone, ties } = self;
        let mut loose = std::mem::take(&mut trace.ties);
        for ((link, rule), tie) in ties {
            let (line, confidence) = (tie.line, tie.confidence);
            let evidence = clean::prose(&tie.evidence, EVIDENCE_BYTES_MAX);
            let LinkId { kind, from, to } = link.clone();
            let data = Data::LinkDeclared(LinkDeclared {
                kind,
                from,
                to,
                rule: Some(rule.clone()),
                confidence,
                evidence,
                version: None,
            });
            let (at, digest) = ((link, rule), digest_of(&data));
            if loose.remove(&at) != Some(digest) {
                writer.state(line, time, &data);
            }
            if !is_last {
                trace.ties.insert(at, digest);
            }
        }
        for (LinkId { kind, from, to }, rule) in loose.into_keys() {
            writer.state(0, time, &Data::LinkRemoved(LinkRemoved { kind, from, to, rule: Some(rule) }));
        }
        for entity in gone.into_keys() {
            writer.state(0, time, &Data::EntityRemoved(EntityRemoved { entity }));
        }
    }
}

fn digest_of(data: &Data) -> Hash128 {
    Hash128::of_text(&data.canonical_json())
}

/// Adds a tie to those by the link they are.
fn gather(gathered: &mut BTreeMap<(LinkId, String), Tie>, tie: Tie) {
    match gathered.entry((link_of(&tie), tie.rule.clone())) {
        std::collections::btree_map::Entry::Vacant(free) => {
            free.insert(tie);
        }
        std::collections::btree_map::Entry::Occupied(mut taken) => {
            let known = taken.get_mut();
            known.confidence = known.confidence.zip(tie.confidence).map(|(a, b)| a.max(b));
            let room = known.evidence.len() < EVIDENCE_BYTES_MAX;
            if room && !known.evidence.split(", ").any(|piece| piece == tie.evidence) {
                known.evidence.push_str(", ");
                known.evidence.push_str(&tie.evidence);
            }
        }
    }
}

fn declared(item: Traced) -> Data {
    let Traced { id: EntityId { kind, key }, name, text, version, path, mut tags, .. } = item;
    if let Some(version) = version.as_ref().filter(|_| kind != Kind::Requirement) {
        tags.push(format!("version:{version}"));
    }
    match kind {
        Kind::Spec => {
            // Without a path: all that stands in one document would seem to belong together.
            Data::SpecDeclared(SpecDeclared { spec: key, name, path: None, tags, specifies: vec![] })
        }
        Kind::Scenario => Data::ScenarioDeclared(ScenarioDeclared {
            scenario: key,
            name,
            spec: None,
            path,
            tags,
            verifies: vec![],
            planned: false,
        }),
        Kind::Task => Data::TaskDeclared(TaskDeclared {
            task: key,
            name,
            workflow: None,
            depends_on: vec![],
            implements: vec![],
            paths: path.into_iter().collect(),
            tags,
            planned: false,
        }),
        _ => {
            let requirement = key;
            Data::RequirementDeclared(RequirementDeclared {
                requirement,
                name,
                text,
                parent: None,
                version,
                path,
                tags,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tie_means_follows_from_its_ends_whichever_names_the_other() {
        let link = |from: Kind, to: Kind, refines: bool| {
            let tie = Tie {
                line: 1,
                from: EntityId::new(from, "a"),
                to: EntityId::new(to, "b"),
                rule: "links".to_owned(),
                refines,
                confidence: None,
                evidence: String::new(),
            };
            let link = link_of(&tie);
            (link.kind, link.from.key == "a")
        };
        use Kind::{Requirement, Scenario, Spec, Task};
        assert_eq!(link(Spec, Requirement, true), (LinkKind::Specifies, true));
        assert_eq!(link(Requirement, Spec, false), (LinkKind::Specifies, false));
        assert_eq!(link(Scenario, Spec, true), (LinkKind::Verifies, true));
        assert_eq!(link(Spec, Task, false), (LinkKind::Implements, false));
        assert_eq!(link(Requirement, Requirement, true), (LinkKind::PartOf, true));
        assert_eq!(link(Requirement, Requirement, false), (LinkKind::DependsOn, true));
    }
}
