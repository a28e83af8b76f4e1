//! The `test` facet: checks of a job as scenarios.

use super::message::facet;
use crate::event::Outcome;
use crate::import::clean;
use crate::import::execution::{Why, outcome_of};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
struct TestFacet<'a> {
    #[serde(borrow)]
    tests: Vec<RawTest<'a>>,
}

#[derive(Debug, Deserialize)]
struct RawTest<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    status: Cow<'a, str>,
    severity: Option<Cow<'a, str>>,
    expected: Option<&'a RawValue>,
    actual: Option<&'a RawValue>,
    params: Option<&'a RawValue>,
}

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Check {
    /// Its name; checks of one name are told apart by their parameters, else by their number.
    pub(super) name: String,
    pub(super) outcome: Outcome,
    pub(super) why: Why,
}

/// The checks of a facet, in its order.
///
/// # Errors
/// Names the facet and the field, or the status that is unknown.
pub(super) fn checks_of(raw: Option<&RawValue>) -> Result<Vec<Check>, String> {
    let Some(found) = facet::<TestFacet<'_>>("test", raw)? else { return Ok(Vec::new()) };
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut checks = Vec::new();
    for (n, test) in found.tests.iter().enumerate() {
        let plain = clean::name(&test.name).ok_or_else(|| format!("facet test: tests[{n}].name: empty"))?;
        let params = test.params.map(RawValue::get).filter(|text| !matches!(*text, "null" | "{}"));
        let name = params.map_or_else(|| plain.clone(), |params| format!("{plain} {params}"));
        let name = clean::name(&name).unwrap_or(plain);
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        let name = if *count == 1 { name } else { format!("{name} #{count}") };
        let outcome = outcome_of(&test.status).filter(|outcome| outcome.is_final());
        let outcome = outcome.ok_or_else(|| {
            format!("facet test: tests[{n}].status: unknown {:?}", clean::clip(&test.status, 40))
        })?;
        let warns = test.severity.as_deref().is_some_and(|severity| severity.eq_ignore_ascii_case("warn"));
        let differs = difference(test);
        checks.push(match (outcome, warns) {
            (outcome, true) if outcome.is_bad() => {
                let reason = format!(
                    "failed with severity warn{}",
                    differs.map(|it| format!(": {it}")).unwrap_or_default()
                );
                Check { name, outcome: Outcome::Skipped, why: Why::default().because(Some(&reason)) }
            }
            (outcome, _) if outcome.is_bad() => Check { name, outcome, why: Why::error(differs.as_deref()) },
            (outcome, _) => Check { name, outcome, why: Why::default() },
        });
    }
    Ok(checks)
}

fn difference(test: &RawTest<'_>) -> Option<String> {
    let plain = |raw: Option<&RawValue>| raw.map(|raw| raw.get().trim_matches('"').to_owned());
    match (plain(test.expected), plain(test.actual)) {
        (Some(expected), Some(actual)) => Some(format!("expected {expected}, was {actual}")),
        (Some(expected), None) => Some(format!("expected {expected}")),
        (None, Some(actual)) => Some(format!("was {actual}")),
        (None, None) => None,
    }
}
