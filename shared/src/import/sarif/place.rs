//! Where results are: files relative to what the tool calls its roots, or names of code.

use super::super::clean;
use super::super::document::parse;
use super::log::{Artifact, ArtifactLocation, Location, LogicalLocation, Region, Run, at};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Bases of bases, and names around names, that are followed.
const HOPS_MAX: usize = 64;
/// Kinds of logical locations that are units of architecture.
const UNITS: [&str; 3] = ["module", "package", "namespace"];

/// Where a result is.
#[derive(Default)]
pub(super) struct Place {
    /// File, relative to its root where one is known.
    pub(super) path: Option<String>,
    /// Fully qualified name of the code.
    pub(super) name: Option<String>,
    pub(super) region: Region,
}

impl Place {
    /// The key of the module: the file, else the name.
    pub(super) fn module(&self) -> Option<&str> {
        self.path.as_deref().or(self.name.as_deref())
    }
}

/// What a run says about its places.
pub(super) struct Places<'r, 'a> {
    bases: BTreeMap<&'r str, &'r ArtifactLocation<'a>>,
    /// Absolute folders that paths are cut to, shortest first.
    roots: Vec<String>,
    artifacts: &'r [&'a RawValue],
    names: &'r [&'a RawValue],
}

impl<'r, 'a> Places<'r, 'a> {
    pub(super) fn of(run: &'r Run<'a>) -> Self {
        let bases: BTreeMap<&str, &ArtifactLocation<'_>> =
            run.original_uri_base_ids.iter().flatten().map(|(id, base)| (&**id, base)).collect();
        let mapped = run.version_control_provenance.iter().flatten().filter_map(|it| it.mapped_to.as_ref());
        let worked = run.invocations.iter().flatten().filter_map(|it| it.working_directory.as_ref());
        let mut roots: Vec<String> = bases
            .values()
            .copied()
            .chain(mapped)
            .chain(worked)
            .filter_map(|location| location.uri.as_deref())
            .filter(|uri| is_absolute(uri))
            .map(|uri| format!("{}/", normal(uri).trim_end_matches('/')))
            .filter(|root| root.len() > 1)
            .collect();
        roots.sort_by_key(String::len);
        Self {
            bases,
            roots,
            artifacts: run.artifacts.as_deref().unwrap_or(&[]),
            names: run.logical_locations.as_deref().unwrap_or(&[]),
        }
    }

    /// The place of a location.
    pub(super) fn place(&self, location: Option<&Location<'_>>) -> Place {
        let Some(location) = location else { return Place::default() };
        let physical = location.physical_location.as_ref();
        let path = physical.and_then(|it| it.artifact_location.as_ref()).and_then(|it| self.path(it));
        let logical = location.logical_locations.as_deref().unwrap_or(&[]);
        let is_unit =
            |it: &&LogicalLocation<'_>| it.kind.as_deref().is_some_and(|kind| UNITS.contains(&kind));
        let logical = logical.iter().find(is_unit).or(logical.first());
        Place {
            path,
            name: logical.and_then(|it| self.name(it)).and_then(|name| clean::key(&name)),
            region: physical.and_then(|it| it.region).unwrap_or_default(),
        }
    }

    /// The path of a file: relative to its base's place in the project, cut to the roots if absolute.
    fn path(&self, location: &ArtifactLocation<'_>) -> Option<String> {
        let Some(uri) = location.uri.as_deref() else {
            let artifact = parse::<Artifact<'_>>(at(self.artifacts, location.index)?.get()).ok()?.location?;
            // An artifact that names another one by index says nothing.
            return artifact.uri.is_some().then(|| self.path(&artifact)).flatten();
        };
        let mut whole = uri.to_owned();
        let mut base = location.uri_base_id.as_deref();
        for _ in 0..HOPS_MAX {
            let Some(around) = base.and_then(|id| self.bases.get(id)) else { break };
            let Some(folder) = around.uri.as_deref().filter(|uri| !is_absolute(uri)) else { break };
            whole = format!("{}/{whole}", folder.trim_end_matches('/'));
            base = around.uri_base_id.as_deref();
        }
        let path = normal(&whole);
        let inner = self.roots.iter().find_map(|root| path.strip_prefix(root.as_str()));
        clean::key(inner.unwrap_or(&path))
    }

    /// Fully qualified name; built from the names around where nobody gave it.
    fn name(&self, location: &LogicalLocation<'_>) -> Option<String> {
        let cached = |index| parse::<LogicalLocation<'_>>(at(self.names, index)?.get()).ok();
        if let Some(name) = &location.fully_qualified_name {
            return Some(name.to_string());
        }
        let held = cached(location.index);
        if let Some(name) = held.as_ref().and_then(|it| it.fully_qualified_name.as_deref()) {
            return Some(name.to_owned());
        }
        let own = location.name.as_deref().or(held.as_ref().and_then(|it| it.name.as_deref()))?;
        let mut parts = vec![own.to_owned()];
        let mut next = location.parent_index.or(held.as_ref().and_then(|it| it.parent_index));
        while let Some(around) = cached(next).filter(|_| parts.len() < HOPS_MAX) {
            parts.push(around.name.as_deref().unwrap_or("?").to_owned());
            next = around.parent_index;
        }
        parts.reverse();
        Some(parts.join("."))
    }
}

fn is_absolute(uri: &str) -> bool {
    let scheme = uri.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    });
    scheme || uri.starts_with('/')
}

/// A path with plain slashes, without `file://`, percent signs, `.` and `..`; other schemes stay.
fn normal(uri: &str) -> String {
    let (prefix, path) = match uri.strip_prefix("file://") {
        // `file:///C:/x` is `C:/x`, `file:///x` is `/x`.
        Some(path) if path.as_bytes().get(2) == Some(&b':') => ("", path.trim_start_matches('/')),
        Some(path) => ("", path),
        None => uri.split_once("://").map_or(("", uri), |(scheme, _)| uri.split_at(scheme.len() + 3)),
    };
    let path = unescaped(path.split(['?', '#']).next().unwrap_or(path)).replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let root = if prefix.is_empty() && path.starts_with('/') { "/" } else { "" };
    format!("{prefix}{root}{}", parts.join("/"))
}

/// `%20` and its kind as what they stand for; what is no code stays.
fn unescaped(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut n = 0;
    while n < bytes.len() {
        let code = bytes.get(n + 1..n + 3).filter(|_| bytes[n] == b'%');
        let code = code.and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                n += 3;
            }
            None => {
                out.push(bytes[n]);
                n += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_become_paths() {
        for (uri, path) in [
            ("src/a%20b.c", "src/a b.c"),
            ("./src//x/../a.c", "src/a.c"),
            ("file:///C:/code/io/kb.c", "C:/code/io/kb.c"),
            ("file:///home/me/a.c", "/home/me/a.c"),
            ("src\\win.c#L3", "src/win.c"),
            ("https://example.org/a/./b", "https://example.org/a/b"),
            ("100%.c", "100%.c"),
            ("../../up.c", "../../up.c"),
        ] {
            assert_eq!(normal(uri), path, "{uri}");
        }
    }
}
