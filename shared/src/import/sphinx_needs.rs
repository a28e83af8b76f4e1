//! sphinx-needs' needs.json: needs as requirements, specs, scenarios and tasks with the links between them, and
//! earlier versions as history.
//!
//! Which fields are links the file says itself: in `needs_schema` by `field_type`, which also gives the defaults
//! that `needs_defaults_removed` took away. Without it, `links` are, and every field X beside an `X_back`. Back
//! links say nothing more. `ID.part` is a link to ID; a condition in brackets is evidence, not weighed here.
//!
//! Each version holds from its `created` on; the current one is the picture, and holds last. A version without that
//! time beside others is no history and not read. What kind of thing a need is stands in `trace`; status, type and
//! `external` become tags (`status:open`). Links to needs that are not in the file wait for them.
//!
//! Not read: filters, parts by themselves, constraints, layout, and whatever else is only for the page.

mod need;

use super::batch::Writer;
use super::clean;
use super::document::{Broken, Entries, Lines, Text, check_depth, parse};
use super::execution::Clock;
use super::look::{Fit, Look};
use super::trace::{Stating, Tie, Trace, Traced, kind_of};
use crate::id::{EntityId, Kind};
use crate::time::Time;
use need::{Need, Schema, target};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Fields that say of what a need is a part.
const PARENTS: [&str; 2] = ["parent_needs", "parent_need"];

/// The file, its versions read as `V`.
#[derive(Deserialize)]
struct File<'a, V> {
    #[serde(borrow)]
    current_version: Option<Text<'a>>,
    project: Option<Text<'a>>,
    versions: Entries<'a, V>,
}

#[derive(Deserialize)]
struct Version<'a> {
    #[serde(borrow)]
    created: Option<Text<'a>>,
    needs: Entries<'a>,
    needs_schema: Option<&'a RawValue>,
    needs_defaults_removed: Option<bool>,
}

/// A version as the file names it.
struct Named<'a> {
    name: Text<'a>,
    line: u64,
    /// Where it is none, the line within it and why.
    read: Result<Version<'a>, (u64, String)>,
}

/// A version with what decides its place in history.
struct Placed<'a> {
    is_current: bool,
    time: Option<Time>,
    name: Text<'a>,
    line: u64,
    version: Version<'a>,
}

/// Whether a file is a needs.json.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.json(&["versions", "current_version"], &[])
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    check_depth(text)?;
    let mut lines = Lines::of(text);
    let (current, project, versions) = versions(text, &mut lines)?;
    let project = project.as_deref().and_then(clean::key);
    writer.picture(&project.map_or_else(|| "needs".to_owned(), |project| format!("needs:{project}")));
    let mut trace = Trace::default();
    let mut placed = history(current.as_deref(), versions, writer);
    // The last one first, for the others are taken from the front.
    placed.reverse();
    while let Some(version) = placed.pop() {
        let mut stating = trace.begin(version.time, placed.is_empty());
        needs(version, &mut lines, &mut stating, writer);
        stating.close(writer);
    }
    Ok(())
}

type Texts<'a> = Option<Text<'a>>;

/// The current version, the project and all versions of a file: read in one pass where all of them can be, else each
/// by itself.
fn versions<'a>(
    text: &'a str,
    lines: &mut Lines<'_>,
) -> Result<(Texts<'a>, Texts<'a>, Vec<Named<'a>>), Broken> {
    if let Ok(file) = serde_json::from_str::<File<'a, Version<'a>>>(text) {
        let named = |(name, version): (Text<'a>, Version<'a>)| {
            let line = lines.line_of(behind_name(text, &name)?);
            Some(Named { name, line, read: Ok(version) })
        };
        if let Some(versions) = file.versions.0.into_iter().map(named).collect() {
            return Ok((file.current_version, file.project, versions));
        }
    }
    let file: File<'a, &'a RawValue> =
        parse(text).map_err(|(line, reason)| Broken::at(line + 1, format!("not a needs.json: {reason}")))?;
    let named = |(name, raw): (Text<'a>, &'a RawValue)| Named {
        name,
        line: lines.line_of(raw.get()),
        read: parse(raw.get()),
    };
    Ok((file.current_version, file.project, file.versions.0.into_iter().map(named).collect()))
}

/// The file from the value on that stands behind a member's name, if that stands in the file as it is.
fn behind_name<'a>(text: &'a str, name: &Text<'a>) -> Option<&'a str> {
    let Cow::Borrowed(name) = name.0 else { return None };
    let end = (name.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize).wrapping_add(name.len());
    let value = text.get(end..)?.strip_prefix('"')?.trim_start().strip_prefix(':')?;
    Some(value.trim_start())
}

/// The versions in the order in which they hold, the current one last.
fn history<'a>(current: Option<&str>, versions: Vec<Named<'a>>, writer: &mut Writer<'_>) -> Vec<Placed<'a>> {
    let (mut clock, mut placed) = (Clock::default(), Vec::new());
    for Named { name, line, read } in versions {
        let version = match read {
            Ok(version) => version,
            Err((offset, reason)) => {
                let name = clean::clip(&name, 80);
                writer.issues.reject(line + offset, format!("version {name:?}: {reason}"));
                continue;
            }
        };
        let time = clock.read_if_any(line, "created", version.created.as_deref(), writer);
        let time = time.unwrap_or_else(|reason| {
            writer.issues.flaw(line, reason);
            None
        });
        let is_current = current.is_some_and(|current| current == &*name);
        placed.push(Placed { is_current, time, name, line, version });
    }
    if !placed.iter().any(|it| it.is_current) && !placed.is_empty() {
        writer.issues.note(1, "current_version: no such version, the newest counts");
    }
    // Stable: what the file has last counts last.
    placed.sort_by_key(|it| (it.is_current, it.time));
    let Some(mut last) = placed.pop() else { return placed };
    placed.retain(|it| {
        if it.time.is_none() {
            let name = clean::clip(&it.name, 80);
            writer
                .issues
                .flaw(it.line, format!("version {name:?}: not read: without created it is no history"));
        }
        it.time.is_some()
    });
    if let Some(newest) = placed.iter().filter_map(|it| it.time).max().filter(|it| Some(*it) > last.time) {
        let name = clean::clip(&last.name, 80);
        let remark =
            format!("version {name:?} is the current one, and not the newest: it holds from {newest} on");
        writer.issues.note(last.line, remark);
        last.time = Some(newest);
    }
    placed.push(last);
    placed
}

/// A need of a version, for the links that name it and that it names.
struct Found<'a> {
    line: u64,
    kind: Kind,
    /// It, if it names any; to be read again.
    names_some: Option<&'a RawValue>,
}

/// Needs and links of a version.
fn needs(placed: Placed<'_>, lines: &mut Lines<'_>, stating: &mut Stating<'_>, writer: &mut Writer<'_>) {
    let version = placed.version;
    let schema = Schema::of(version.needs_schema, version.needs_defaults_removed == Some(true));
    let schema = schema.unwrap_or_else(|reason| {
        writer.issues.flaw(placed.line, format!("needs_schema: {reason}"));
        Schema::default()
    });
    let mut found: BTreeMap<String, Found<'_>> = BTreeMap::new();
    for (key, raw) in version.needs.0 {
        let line = lines.line_of(raw.get());
        let read = clean::key(&key).ok_or_else(|| "id: empty".to_owned());
        match read.and_then(|id| Need::of(raw.get()).map(|need| (id, need))) {
            Ok((id, need)) if !found.contains_key(&id) => {
                let item = item(line, &id, &need, &schema, writer);
                let names_some = (!need.link_fields(&schema).is_empty()).then_some(raw);
                found.insert(id, Found { line, kind: item.id.kind, names_some });
                writer.use_one();
                stating.item(item, writer);
            }
            Ok((id, _)) => writer.issues.reject(line, format!("needs.{id}: stands there twice")),
            Err(reason) => {
                let key = clean::clip(&key, 80);
                writer.issues.reject(line, format!("needs.{key}: {reason}"));
            }
        }
    }
    for (id, own) in &found {
        let Some(Ok(need)) = own.names_some.map(|raw| Need::of(raw.get())) else { continue };
        for field in need.link_fields(&schema) {
            let read = need.each_text(field, &schema, |named| {
                let to = target(named, |id| found.contains_key(id));
                let Some(to) = clean::key(to) else { return };
                let known = found.get(&to).map(|found| found.kind);
                if known.is_none() {
                    let to = clean::clip(&to, 80);
                    writer.issues.note(own.line, format!("{id}.{field}: {to:?} is no need of this file"));
                }
                stating.tie(Tie {
                    line: own.line,
                    from: EntityId::new(own.kind, id),
                    to: EntityId::new(known.unwrap_or(Kind::Requirement), to),
                    rule: format!("needs:{field}"),
                    refines: PARENTS.contains(&field),
                    confidence: None,
                    evidence: format!("{field}: {}", clean::clip(named, 100)),
                });
            });
            told(own.line, id, read.map(Some), writer);
        }
    }
}

/// What a field says; a value of another form is lost, and said.
fn told<T>(line: u64, id: &str, read: Result<Option<T>, String>, writer: &mut Writer<'_>) -> Option<T> {
    read.unwrap_or_else(|reason| {
        writer.issues.flaw(line, format!("{}.{reason}", clean::clip(id, 80)));
        None
    })
}

fn item<'a>(line: u64, id: &str, need: &Need<'a>, schema: &Schema<'a>, writer: &mut Writer<'_>) -> Traced {
    let mut text =
        |field: &str| told(line, id, need.text(field, schema), writer).filter(|text| !text.is_empty());
    let kind = text("type").unwrap_or(Cow::Borrowed("need"));
    let (title, status) = (text("title"), text("status"));
    let prose = text("content").or_else(|| text("description"));
    let path = text("docname").map(|name| name + text("doctype").unwrap_or_default());
    let mut tags = Vec::new();
    let read = need.each_text("tags", schema, |tag| tags.extend(clean::name(tag)));
    told(line, id, read.map(Some), writer);
    tags.extend(clean::name(&format!("type:{kind}")));
    tags.extend(status.and_then(|status| clean::name(&format!("status:{status}"))));
    if told(line, id, need.flag("is_external", schema), writer) == Some(true) {
        tags.push("external".to_owned());
    }
    if told(line, id, need.flag("has_dead_links", schema), writer) == Some(true) {
        tags.push("dead_links".to_owned());
    }
    Traced {
        line,
        id: EntityId::new(kind_of(&kind), id),
        name: title.as_deref().and_then(clean::name).or_else(|| Some(id.to_owned())),
        text: prose.and_then(|prose| clean::prose(&prose, clean::ERROR_BYTES_MAX)),
        version: None,
        path: path.as_deref().and_then(clean::path),
        tags,
    }
}
