//! What of an execution is out of the ordinary, a sentence each: storms, deviations from the plan, circular waiting.
//!
//! The same words on the page and in the terminal; names come from the caller. Nothing to say is an empty list.

use super::Dde;
use crate::id::EntityId;
use crate::time::Time;

/// Names in a list before the rest is counted.
const NAMES_MAX: usize = 3;

/// The remarks on `dde`, gravest first.
#[must_use]
pub fn remarks(dde: &Dde, name: &dyn Fn(&EntityId) -> String) -> Vec<String> {
    let names = |ids: &mut dyn Iterator<Item = &EntityId>| listed(&ids.map(name).collect::<Vec<_>>());
    let mut said = Vec::new();
    for storm in &dde.storms {
        let (from, to) = (clock(storm.from), clock(storm.to));
        let (retries, starts) = (storm.retries.to_string(), storm.starts.to_string());
        let tasks = names(&mut storm.tasks.iter());
        let error = storm.error.as_ref().map_or_else(String::new, |error| [": ", error].concat());
        said.push(
            [
                "Retry storm ",
                &from,
                " to ",
                &to,
                ": ",
                &retries,
                " of ",
                &starts,
                " starts were retries, of ",
                &tasks,
                &error,
            ]
            .concat(),
        );
    }
    for cycle in &dde.cycles {
        said.push(["Wait for each other: ", &names(&mut cycle.iter())].concat());
    }
    let early = &dde.plan.out_of_order;
    if !early.is_empty() {
        let pairs = early.iter().map(|pair| [&name(&pair.task), " before ", &name(&pair.before)].concat());
        said.push(["Started too early: ", &listed(&pairs.collect::<Vec<_>>())].concat());
    }
    if !dde.plan.unexpected.is_empty() {
        said.push(["Ran without being planned: ", &names(&mut dde.plan.unexpected.iter())].concat());
    }
    if !dde.plan.missing.is_empty() && !dde.plan.open {
        said.push(["Planned and never tried: ", &names(&mut dde.plan.missing.iter())].concat());
    }
    said
}

/// "a, b, c and 2 more".
pub(super) fn listed(names: &[String]) -> String {
    let (shown, more) = names.split_at(names.len().min(NAMES_MAX));
    let shown = shown.join(", ");
    if more.is_empty() { shown } else { [&shown, " and ", &more.len().to_string(), " more"].concat() }
}

/// A time of day in UTC: "13:58:10".
pub(super) fn clock(time: Time) -> String {
    let text = time.to_string();
    text.get(11..19).unwrap_or(&text).to_owned()
}
