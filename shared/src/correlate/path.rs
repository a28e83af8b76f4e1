//! Paths: the same file, a folder around a file, a file and its test, a file whose folder was moved.

use super::key::{Ask, Space};
use super::{EXACT_PATH, IN_FOLDER, MOVED_PATH, TEST_FILE};
use crate::graph::Entity;
use crate::id::Kind;
use std::borrow::Cow;

/// Endings of a test file's stem, which its subject lacks.
const TEST_ENDINGS: [&str; 6] = [".test", ".spec", "_test", "-test", "_spec", ".steps"];

/// Whose paths an entity of a kind may share or stand in.
const fn around(kind: Kind) -> Option<Space> {
    match kind {
        Kind::Spec | Kind::Module => Some(Space::TASK_PATH),
        Kind::Requirement => Some(Space::SPEC_PATH),
        Kind::Scenario => Some(Space::MODULE_PATH),
        _ => None,
    }
}

pub(super) fn asks(entity: &Entity, take: &mut dyn FnMut(Ask)) {
    let (Some(space), Some(path)) = (around(entity.id.kind), path_of(entity)) else { return };
    let path = &*path;
    take(Ask::new(space, path, EXACT_PATH, path));
    around_path(space, path, take);
    match entity.id.kind {
        Kind::Scenario => {
            let subject = subject_of(path);
            if let Some(subject) = subject.as_deref() {
                take(Ask::new(Space::MODULE_STEM, subject, TEST_FILE, path));
            }
            let subject = subject.map(|subject| subject + &path[stem(path).len()..]);
            if let Some(tail) = tail(subject.as_deref().unwrap_or(path)) {
                take(Ask::new(Space::MODULE_TAIL, tail, MOVED_PATH, path));
            }
        }
        Kind::Spec | Kind::Module => {
            if let Some(tail) = tail(path) {
                take(Ask::new(Space::TASK_TAIL, tail, MOVED_PATH, path));
            }
        }
        _ => {}
    }
}

/// The folders around it, of what [`asks`] calls `take` with.
pub(super) fn folders(entity: &Entity, take: &mut dyn FnMut(Ask)) {
    if let (Some(space), Some(path)) = (around(entity.id.kind), path_of(entity)) {
        around_path(space, &path, take);
    }
}

fn around_path(space: Space, path: &str, take: &mut dyn FnMut(Ask)) {
    let mut rest = path;
    while let Some((folder, _)) = rest.rsplit_once('/') {
        take(Ask::new(space, folder, IN_FOLDER, path));
        rest = folder;
    }
}

pub(super) fn offers(entity: &Entity, take: &mut dyn FnMut(Space, &str)) {
    let spaces = match entity.id.kind {
        Kind::Task => (Space::TASK_PATH, Some(Space::TASK_TAIL)),
        Kind::Spec => (Space::SPEC_PATH, None),
        Kind::Module => (Space::MODULE_PATH, Some(Space::MODULE_TAIL)),
        _ => return,
    };
    let Some(path) = path_of(entity) else { return };
    take(spaces.0, &path);
    if let (Some(space), Some(tail)) = (spaces.1, tail(&path)) {
        take(space, tail);
    }
    if entity.id.kind == Kind::Module {
        take(Space::MODULE_STEM, stem(&path));
    }
}

/// An entity's path in one spelling; a spec's or module's key where it looks like one.
fn path_of(entity: &Entity) -> Option<Cow<'_, str>> {
    let key_is_path = matches!(entity.id.kind, Kind::Spec | Kind::Module) && entity.id.key.contains('/');
    let raw = entity.path.as_deref().or_else(|| key_is_path.then_some(entity.id.key.as_str()))?;
    if raw.contains('\\') {
        return trimmed(&raw.replace('\\', "/")).map(|path| Cow::Owned(path.to_owned()));
    }
    trimmed(raw).map(Cow::Borrowed)
}

fn trimmed(path: &str) -> Option<&str> {
    let path = path.strip_prefix("./").unwrap_or(path).trim_end_matches('/');
    (!path.is_empty() && path != ".").then_some(path)
}

fn stem(path: &str) -> &str {
    let name_at = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[name_at..].rfind('.') {
        Some(dot) if dot > 0 => &path[..name_at + dot],
        _ => path,
    }
}

/// The last folder and the file of a path at least two folders deep: what a move leaves as it was.
fn tail(path: &str) -> Option<&str> {
    let mut slashes = path.rmatch_indices('/').map(|(at, _)| at);
    let (_, before) = (slashes.next()?, slashes.next()?);
    Some(&path[before + 1..])
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
