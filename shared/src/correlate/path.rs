//! Paths: the same file, a folder around a file, a file and its test.

use super::{EXACT_PATH, FAN_MAX, FUZZY_PATH, Found, called};
use crate::graph::Entity;
use crate::id::Kind;
use crate::order::Map;

/// Pairs of kinds whose paths are compared: the first may stand in the second's file or folder.
const INSIDE: [(Kind, Kind); 4] = [
    (Kind::Spec, Kind::Task),
    (Kind::Requirement, Kind::Spec),
    (Kind::Scenario, Kind::Module),
    (Kind::Module, Kind::Task),
];

/// Endings of a test file's stem, which its subject lacks.
const TEST_ENDINGS: [&str; 6] = [".test", ".spec", "_test", "-test", "_spec", ".steps"];

type ByPath<'a> = Map<String, Vec<&'a Entity>>;

pub(super) fn derive(found: &mut Found) {
    let mut indexes: Map<Kind, ByPath> = Map::new();
    for kind in [Kind::Task, Kind::Spec, Kind::Module] {
        let index = indexes.entry(kind).or_default();
        for entity in found.of_kind(kind) {
            if let Some(path) = path_of(entity) {
                index.entry(path).or_default().push(entity);
            }
        }
        index.retain(|_, entities| entities.len() <= FAN_MAX);
    }
    for (inner_kind, outer_kind) in INSIDE {
        for inner in found.of_kind(inner_kind) {
            if let Some(path) = path_of(inner) {
                compare(found, &indexes[&outer_kind], inner, &path);
            }
        }
    }
    let subjects = by_subject(found);
    for scenario in found.of_kind(Kind::Scenario) {
        let Some(subject) = path_of(scenario).as_deref().and_then(subject_of) else {
            continue;
        };
        for module in subjects.get(&subject).into_iter().flatten() {
            let text = format!("{} is by its name the test file of {}.", called(scenario), called(module));
            found.add(scenario, module, FUZZY_PATH, text);
        }
    }
}

/// Links `inner` to what stands at its own path (exact) and at every folder around it (fuzzy).
fn compare(found: &mut Found, outer: &ByPath, inner: &Entity, path: &str) {
    for other in outer.get(path).into_iter().flatten() {
        let text = format!("{} and {} share the path {path}.", called(inner), called(other));
        found.add(inner, other, EXACT_PATH, text);
    }
    let mut rest = path;
    while let Some((folder, _)) = rest.rsplit_once('/') {
        for other in outer.get(folder).into_iter().flatten() {
            let text = format!("{path} of {} lies in {folder} of {}.", called(inner), called(other));
            found.add(inner, other, FUZZY_PATH, text);
        }
        rest = folder;
    }
}

/// An entity's path in one spelling; a spec's or module's key where it looks like one.
fn path_of(entity: &Entity) -> Option<String> {
    let key_is_path = matches!(entity.id.kind, Kind::Spec | Kind::Module) && entity.id.key.contains('/');
    let raw = entity.path.as_deref().or_else(|| key_is_path.then_some(entity.id.key.as_str()))?;
    let path = raw.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path).trim_end_matches('/');
    (!path.is_empty() && path != ".").then(|| path.to_owned())
}

/// Modules by folder and stem.
fn by_subject<'a>(found: &Found<'a>) -> ByPath<'a> {
    let mut index = ByPath::new();
    for module in found.of_kind(Kind::Module) {
        if let Some(path) = path_of(module) {
            index.entry(stem(&path).to_owned()).or_default().push(module);
        }
    }
    index.retain(|_, modules| modules.len() <= FAN_MAX);
    index
}

fn stem(path: &str) -> &str {
    let name_at = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[name_at..].rfind('.') {
        Some(dot) if dot > 0 => &path[..name_at + dot],
        _ => path,
    }
}

/// Folder and stem of what a test file tests, beside it or outside of its `tests` folder.
fn subject_of(path: &str) -> Option<String> {
    let stem = stem(path);
    TEST_ENDINGS.iter().find_map(|ending| stem.strip_suffix(ending)).map(|subject| {
        ["/__tests__/", "/tests/", "/test/"]
            .iter()
            .find_map(|folder| subject.rsplit_once(folder))
            .map_or_else(|| subject.to_owned(), |(before, after)| format!("{before}/{after}"))
    })
}
