//! OpenFastTrace and ReqM2: spec objects from XML, as they are written (`providescoverage`) and as the aspec report
//! has traced them (`covering`, coverage statuses).
//!
//! A spec object is known as `doctype~id` without its version, so that the next version is the same thing; of
//! several versions in one file the newest counts. What kind of thing it is stands in `trace`; status, what it
//! needs, what of that is missing and how it is covered become tags (`status:approved`, `needs:impl`,
//! `uncovered:impl`, `deep:uncovered`).
//!
//! A link names a version. If that is not the one there is, or the report says so, its evidence is the rule
//! `outdated` at half certainty, which shows it as suspect; what the report calls unexpected, or comes from an
//! object that is not approved, is as uncertain. Without the other end in the file the link waits for it.
//!
//! Absolute paths are left out. Not read: creation dates, `fulfilledby`, which is seen from the other end.

mod reading;

use super::batch::Writer;
use super::clean;
use super::document::Broken;
use super::look::{Fit, Look};
use super::trace::{Stating, Tie, Trace, Traced, kind_of};
use super::xml::walk;
use crate::id::EntityId;
use reading::{End, Object, Reading, Way, shown};
use std::collections::BTreeMap;

/// Confidence of a link that covers the wrong version, or is not accepted, in millionths.
const HALF: u32 = 500_000;
/// Rule of a link to another version than there is.
const OUTDATED: &str = "outdated";

/// Whether a file holds spec objects.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.xml(&["specdocument"])
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    writer.picture("openfasttrace");
    let mut reading = Reading::of(writer);
    walk(text, &mut reading)?;
    let mut objects = reading.objects;
    let mut trace = Trace::default();
    let mut stating = trace.begin(None, true);
    for (key, object) in &mut objects {
        // What only its item says is not held on to.
        stating.item(item(key, object), writer);
    }
    Document::of(&objects).ties(&mut stating, writer);
    stating.close(writer);
    Ok(())
}

/// The objects by key, the newest version of each.
struct Document<'d> {
    objects: &'d BTreeMap<String, Object>,
    /// Keys by name, for links that name no type; an empty one where several have the name.
    by_name: BTreeMap<&'d str, &'d str>,
}

/// What a link rests on, told from either of its ends.
#[derive(Default)]
struct Claim {
    line: u64,
    /// Versions of the other end that it names.
    versions: Vec<u64>,
    /// What the report says of it.
    status: Option<String>,
}

impl<'d> Document<'d> {
    fn of(objects: &'d BTreeMap<String, Object>) -> Self {
        let mut by_name: BTreeMap<&str, &str> = BTreeMap::new();
        let names_no_type = |object: &Object| object.ends.iter().any(|end| end.doctype.is_empty());
        if objects.values().any(names_no_type) {
            for (key, object) in objects {
                let known = by_name.entry(&object.name).or_insert(key);
                if known != key {
                    *known = "";
                }
            }
        }
        Self { objects, by_name }
    }

    /// The key of what an end names.
    fn key_of(&self, end: &End) -> Option<String> {
        let named = self.by_name.get(&*end.name).filter(|key| end.doctype.is_empty() && !key.is_empty());
        named.map(|key| (*key).to_owned()).or_else(|| clean::key(&end.key()))
    }

    fn id(&self, key: &str, end: &End) -> EntityId {
        let doctype = self.objects.get(key).map_or(&end.doctype, |object| &object.doctype);
        EntityId::new(kind_of(doctype), key)
    }

    /// Hands on what the ends of all objects say.
    fn ties(&self, stating: &mut Stating<'_>, writer: &mut Writer<'_>) {
        let mut claims: BTreeMap<(EntityId, EntityId, bool), Claim> = BTreeMap::new();
        for (key, object) in self.objects {
            let own = EntityId::new(kind_of(&object.doctype), key);
            for end in &object.ends {
                let Some(other) = self.key_of(end) else {
                    writer.issues.flaw(end.line, format!("{key}: a link without an id"));
                    continue;
                };
                if !self.objects.contains_key(&other) {
                    writer.issues.note(end.line, format!("{key}: {other} is not in this file"));
                }
                let other = self.id(&other, end);
                let covers = end.way != Way::Depends;
                let at = match end.way {
                    Way::CoveredBy => (other, own.clone(), covers),
                    Way::Covers | Way::Depends => (own.clone(), other, covers),
                };
                let claim = claims.entry(at).or_default();
                claim.line = claim.line.max(end.line);
                if end.way == Way::CoveredBy {
                    claim.status = claim.status.take().or_else(|| end.status.clone());
                } else {
                    claim.versions.extend(end.version);
                }
            }
        }
        for ((from, to, covers), claim) in claims {
            stating.tie(self.tie(from, to, covers, &claim));
        }
    }

    fn tie(&self, from: EntityId, to: EntityId, covers: bool, claim: &Claim) -> Tie {
        let word = if covers { "covers" } else { "depends on" };
        let rule = if covers { "oft:covers" } else { "oft:depends" };
        let there = self.objects.get(&to.key).and_then(|object| object.version);
        let is_other =
            there.is_some_and(|there| !claim.versions.is_empty() && !claim.versions.contains(&there));
        let named = claim.versions.iter().max().map_or_else(String::new, |version| format!("~{version}"));
        let plain = format!("{word} {}{named}", to.key);
        let status = self.objects.get(&from.key).map_or("approved", Object::status);
        let (rule, confidence, evidence) = match claim.status.as_deref() {
            Some("COVERING_WRONG_VERSION" | "OUTDATED" | "PREDATED") => {
                (OUTDATED, Some(HALF), format!("{plain}, another version than there is"))
            }
            _ if is_other => {
                (OUTDATED, Some(HALF), format!("{plain}, which is at version {} now", shown(there)))
            }
            Some("UNEXPECTED") => (rule, Some(HALF), format!("{plain}, which does not ask for it")),
            _ if covers && status != "approved" => (rule, Some(HALF), format!("{plain}, but is {status}")),
            Some("UNCOVERED") => (rule, None, format!("{plain}, and is itself not covered")),
            _ => (rule, None, plain),
        };
        let rule = rule.to_owned();
        Tie { line: claim.line, from, to, rule, refines: covers, confidence, evidence }
    }
}

/// The item of an object, from which it takes what no tie asks for.
fn item(key: &str, object: &mut Object) -> Traced {
    let mut tags = vec![format!("type:{}", object.doctype), format!("status:{}", object.status())];
    tags.append(&mut std::mem::take(&mut object.tags));
    let (title, text) = (std::mem::take(&mut object.title), std::mem::take(&mut object.text));
    Traced {
        line: object.line,
        id: EntityId::new(kind_of(&object.doctype), key),
        name: clean::name(&title).or_else(|| Some(object.name.clone())),
        text: clean::prose(&text, clean::ERROR_BYTES_MAX),
        version: object.version.map(|version| version.to_string()),
        path: object.path.take(),
        tags: tags.iter().filter_map(|tag| clean::name(tag)).collect(),
    }
}
