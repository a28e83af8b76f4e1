//! By what a result is known from run to run.
//!
//! Its `fingerprints` say that two results are one, wherever they are; its `partialFingerprints` do beside the
//! place; without either, rule, place and message do. Of several versions of a fingerprint the greatest that all
//! results with it carry counts, so that one scan never compares one version with another. Lines are no part of
//! it: equal results on several lines are numbered in the order of the file.

use super::super::document::{Text, parse};
use super::log::{Fingerprints, Region, ResultOf};
use super::place::Place;
use crate::event::{Hash128, Severity};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The fingerprint that most tools and services agree on; before any other.
const WELL_KNOWN: &str = "primaryLocationLineHash";

/// How many results carry a fingerprint, and in which versions.
#[derive(Default)]
struct Carried {
    results: u64,
    versions: BTreeMap<u32, u64>,
}

/// Versions of fingerprints by name.
#[derive(Default)]
pub(super) struct Versions {
    carried: BTreeMap<String, Carried>,
}

/// The names of a result's fingerprints.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Names<'a> {
    #[serde(borrow)]
    fingerprints: Option<BTreeMap<Text<'a>, IgnoredAny>>,
    partial_fingerprints: Option<BTreeMap<Text<'a>, IgnoredAny>>,
}

impl Versions {
    /// Which versions the results carry. Looks only where several versions are in use.
    pub(super) fn of(results: &[&RawValue]) -> Self {
        let mut found = Self::default();
        for raw in results.iter().filter(|raw| raw.get().contains("ingerprints\"")) {
            let Ok(names) = parse::<Names<'_>>(raw.get()) else { continue };
            for names in [names.fingerprints, names.partial_fingerprints].into_iter().flatten() {
                found.count(names.keys().map(|name| versioned(name)));
            }
        }
        found
    }

    fn count<'n>(&mut self, names: impl Iterator<Item = (&'n str, u32)>) {
        let mut last = "";
        // Sorted, so versions of one name stand together.
        for (name, version) in names {
            if !self.carried.contains_key(name) {
                self.carried.insert(name.to_owned(), Carried::default());
            }
            if let Some(carried) = self.carried.get_mut(name) {
                carried.results += u64::from(name != last);
                *carried.versions.entry(version).or_insert(0) += 1;
            }
            last = name;
        }
    }

    /// The name and value that count: the well-known name, else the first; the greatest common version, else the
    /// greatest there is.
    fn chosen<'f>(&self, fingerprints: &'f Fingerprints<'_>) -> Option<(&'f str, &'f str)> {
        let mut best: Option<((bool, &str), u32, &str)> = None;
        for (key, value) in fingerprints {
            let (name, version) = versioned(key);
            let common = self.carried.get(name).and_then(|carried| {
                carried.versions.iter().rev().find(|(_, count)| **count == carried.results).map(|it| *it.0)
            });
            let rank = (name != WELL_KNOWN, name);
            let better = match best {
                None => true,
                Some((held, ..)) if rank != held => rank < held,
                Some((_, held, _)) => common == Some(version) || (common != Some(held) && version > held),
            };
            if better {
                best = Some((rank, version, value));
            }
        }
        best.map(|((_, name), _, value)| (name, value))
    }
}

/// `name/v2` as name and version; without one it is version 0.
fn versioned(key: &str) -> (&str, u32) {
    let split = key.rsplit_once("/v").and_then(|(name, digits)| Some((name, digits.parse().ok()?)));
    split.unwrap_or((key, 0))
}

/// How much a result weighs: first whether it counts at all, then its severity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight(bool, Reverse<Severity>);

impl Weight {
    pub(super) fn of(counts: bool, severity: Severity) -> Self {
        // Errors come first.
        Self(counts, Reverse(severity))
    }
}

/// The identities of a file so far.
#[derive(Default)]
pub(super) struct Identities {
    seen: BTreeMap<Hash128, Weight>,
    equals: BTreeMap<Hash128, u32>,
}

impl Identities {
    /// The fingerprint of a result, by `rule` at `place` with `message`. `None` if the same was told already and
    /// weighs no less: one that is suppressed does not hide the same one that is not.
    pub(super) fn fingerprint(
        &mut self,
        versions: &Versions,
        result: &ResultOf<'_>,
        (rule, place, message): (&str, &Place, &str),
        weight: Weight,
    ) -> Option<Hash128> {
        let full = result.fingerprints.as_ref().and_then(|it| versions.chosen(it));
        let part = result.partial_fingerprints.as_ref().and_then(|it| versions.chosen(it));
        let module = place.module().unwrap_or("");
        let (base, exact) = match (full, part) {
            (Some((name, value)), _) => (of(&["full", rule, name, value]), None),
            (None, Some((name, value))) => (of(&["part", rule, module, name, value]), Some(place.region)),
            (None, None) => {
                let name = place.name.as_deref().unwrap_or("");
                (of(&["place", rule, module, name, message]), Some(place.region))
            }
        };
        let spot = exact.map_or(base, |region| at_region(base, region));
        if self.seen.get(&spot).is_some_and(|told| *told >= weight) {
            return None;
        }
        let equal = self.equals.entry(base).or_insert(0);
        *equal += 1;
        let identity = if *equal == 1 { base } else { of(&[&base.to_string(), &equal.to_string()]) };
        self.seen.insert(spot, weight);
        Some(identity)
    }
}

fn of(parts: &[&str]) -> Hash128 {
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    Hash128::of(&parts)
}

fn at_region(base: Hash128, region: Region) -> Hash128 {
    let number = |part: Option<i64>| part.map_or(String::new(), |part| part.to_string());
    let parts = [
        region.start_line.map(i64::from),
        region.start_column.map(i64::from),
        region.char_offset,
        region.byte_offset,
    ];
    let parts = parts.map(number);
    of(&[&base.to_string(), &parts[0], &parts[1], &parts[2], &parts[3]])
}
