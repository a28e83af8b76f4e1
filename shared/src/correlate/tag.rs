//! Tags that name an entity (`@R-12`, `@req:R-12`, `@task:build`, `req~R-12~3` with the version it was written
//! against), or a trace (`trace:4bf92f3577b34da6a3ce929d0e0e4736`, or a whole `traceparent`); and commits, which
//! name what was tried on them.

use super::key::{Ask, Space};
use super::{COMMIT, TAG, TRACE};
use crate::graph::Entity;
use crate::id::Kind;
use crate::order::Set;

/// Kinds a tag without a prefix may name.
const BARE: [Kind; 2] = [Kind::Requirement, Kind::Contract];

pub(super) fn asks(entity: &Entity, take: &mut dyn FnMut(Ask)) {
    for word in tags(entity) {
        let tag = word.strip_prefix('@').unwrap_or(word);
        for kind in BARE {
            take(Ask::new(Space::id(kind), tag, TAG, word));
        }
        if let Some((prefix, key)) = tag.split_once(':')
            && let Some(kind) = kind_of(prefix)
        {
            take(Ask::new(Space::id(kind), key, TAG, word));
        }
        versioned(tag, word, take);
        if let (Kind::Scenario, Some(trace)) = (entity.id.kind, trace_of(tag)) {
            take(Ask::new(Space::TRACE, trace, TRACE, word));
        }
    }
    if let (Kind::Artifact, Some(commit)) = (entity.id.kind, entity.commit.as_deref()) {
        take(Ask::new(Space::COMMIT, commit, COMMIT, commit));
    }
}

pub(super) fn offers(entity: &Entity, take: &mut dyn FnMut(Space, &str)) {
    if entity.id.kind != Kind::Task {
        return;
    }
    for trace in tags(entity).filter_map(|word| trace_of(word.strip_prefix('@').unwrap_or(word))) {
        take(Space::TRACE, trace);
    }
    let commits: Set<&str> = entity.attempts.iter().filter_map(|attempt| attempt.commit.as_deref()).collect();
    for commit in commits {
        take(Space::COMMIT, commit);
    }
}

/// `KEY~3` and `KIND~KEY~3`: a key and the version it was written against.
fn versioned(tag: &str, word: &str, take: &mut dyn FnMut(Ask)) {
    let Some((name, version)) = tag.rsplit_once('~') else { return };
    if version.is_empty() || !version.bytes().all(|b| b.is_ascii_digit()) {
        return;
    }
    let typed = name.split_once(['~', ':']).and_then(|(prefix, key)| Some((kind_of(prefix)?, key)));
    let (kinds, key) = match &typed {
        Some((kind, key)) => (std::slice::from_ref(kind), *key),
        None => (&BARE[..], name),
    };
    for kind in kinds {
        take(Ask { against: Some(version), ..Ask::new(Space::id(*kind), key, TAG, word) });
    }
}

fn tags(entity: &Entity) -> impl Iterator<Item = &str> {
    let tagged = matches!(entity.id.kind, Kind::Requirement | Kind::Spec | Kind::Scenario | Kind::Task);
    entity.tags.iter().filter(move |_| tagged).map(String::as_str)
}

/// The trace id of `trace:ID`: that of a `traceparent` without its version, span and flags.
fn trace_of(tag: &str) -> Option<&str> {
    let id = tag.strip_prefix("trace:")?;
    let is_parent = id.len() == 55 && id.bytes().filter(|b| *b == b'-').count() == 3;
    if is_parent { id.get(3..35) } else { Some(id).filter(|id| !id.is_empty()) }
}

/// The kind a tag's prefix stands for: its name, or a usual short form.
fn kind_of(prefix: &str) -> Option<Kind> {
    match prefix {
        "req" => Some(Kind::Requirement),
        "feature" => Some(Kind::Spec),
        _ => Kind::ALL.into_iter().find(|kind| kind.as_str() == prefix),
    }
}
