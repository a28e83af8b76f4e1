//! What is known of modules, violations and rules.

use super::term::{Facts, text};
use super::thread::of_spine;
use crate::lens::figure::{counted, day_clock, decimal, joined};
use crate::lens::mark::Mark;
use crate::lens::module_name;
use crate::words::rule_words;
use shared::event::Baseline;
use shared::id::EntityId;
use shared::lens::Analysis;
use shared::lens::acc::{BASELINE, Cut, TOOL, Violation};

/// Imports named of a violation.
const IMPORTS_MAX: usize = 12;

pub(super) fn of_module(analysis: &Analysis, id: &EntityId) -> Facts {
    let Some(module) = analysis.acc.modules.iter().find(|module| module.id == *id) else {
        return Facts::new();
    };
    let mut facts = of_spine(analysis, id);
    facts.push(("Used by", text(counted(module.ca as usize, "module", "modules"))));
    facts.push(("Uses", text(counted(module.ce as usize, "module", "modules"))));
    // Themselves aside.
    let others = |all: u32| text(counted(all.saturating_sub(1) as usize, "module", "modules"));
    facts.push(("Changes reach", others(module.vfi)));
    facts.push(("Depends on", others(module.vfo)));
    let (all, own) = (decimal(module.instability, 2), decimal(module.own_instability, 2));
    facts.push(("Instability", text(joined(&[&all, ", within the project ", &own]))));
    facts.extend(module.abstractness.map(|share| ("Abstractness", text(decimal(share, 2)))));
    facts.extend(module.distance.map(|share| ("Distance", text(decimal(share, 2)))));
    if module.external {
        facts.push(("Outside", text("of the project")));
    }
    let component = module.component.and_then(|at| analysis.acc.components.get(at as usize));
    if let Some(component) = component {
        let around: Vec<&str> = component.shortest_cycle.iter().take(8).map(|id| id.key.as_str()).collect();
        facts.push((
            "Cycle",
            text(
                [&counted(component.size as usize, "module", "modules"), ": ", &around.join(" → ")].concat(),
            ),
        ));
    }
    for violation in analysis.acc.violations.iter().filter(|v| v.from == id.key).take(8) {
        let to = violation.to.as_deref().unwrap_or("itself");
        let word = Mark::of_violation(violation.severity, violation.suppressed).word;
        facts.push(("Breaks", text([&violation.rule, " (", word, ") by using ", to].concat())));
    }
    facts
}

pub(super) fn of_violation(analysis: &Analysis, id: &EntityId) -> Facts {
    let Some(violation) = analysis.acc.violations.iter().find(|violation| violation.id == *id) else {
        return Facts::new();
    };
    let mut facts: Facts = vec![
        ("Severity", Mark::of_violation(violation.severity, violation.suppressed).view()),
        ("Rule", text(violation.rule.as_str())),
        ("From", text(module_name(analysis, &violation.from))),
    ];
    facts.extend(violation.kind.map(|kind| ("Kind", text(rule_words(kind)))));
    facts.extend(violation.to.as_ref().map(|to| ("To", text(module_name(analysis, to)))));
    let known = |state| if state == Baseline::New { "new since it" } else { "accepted by it" };
    facts.extend(violation.state.map(|state| ("Baseline", text(known(state)))));
    facts.extend(violation.baseline.map(|state| ("Its tool's baseline", text(state.as_str()))));
    facts.extend(violation.reason.as_ref().map(|reason| ("Because", text(reason.as_str()))));
    if !violation.imports.is_empty() {
        facts.push(("Imports", text(imports(&violation.imports))));
    }
    facts.extend(suppressed(analysis, violation).map(|by| ("Suppressed", text(by))));
    facts
}

/// What keeps it from blocking, and why.
fn suppressed(analysis: &Analysis, violation: &Violation) -> Option<String> {
    let by = violation.suppressed_by.as_deref()?;
    let (by, why) = match by {
        TOOL => ("by its tool".to_owned(), violation.justification.as_deref()),
        BASELINE => {
            let baseline = analysis.acc.baseline.as_ref();
            ("by the accepted baseline".to_owned(), baseline.and_then(|it| it.reason.as_deref()))
        }
        record => {
            let record = analysis.acc.suppressions.iter().find(|known| known.id == record)?;
            let until = record.expires_at.map(day_clock);
            let until = until.map_or_else(|| "without an end".to_owned(), |time| joined(&["until ", &time]));
            (until, Some(record.reason.as_str()))
        }
    };
    Some(why.map_or_else(|| by.clone(), |why| [&by, ": ", why].concat()))
}

/// "core/a → core/b (3), core/b → core/c (1)": with how many references each has.
fn imports(imports: &[Cut]) -> String {
    let told =
        |cut: &Cut| [cut.from.key.as_str(), " → ", &cut.to.key, " (", &cut.weight.to_string(), ")"].concat();
    imports.iter().take(IMPORTS_MAX).map(told).collect::<Vec<_>>().join(", ")
}

pub(super) fn of_rule(analysis: &Analysis, id: &EntityId) -> Facts {
    let Some(rule) = analysis.acc.rules.iter().find(|rule| rule.id == *id) else { return Facts::new() };
    let mut facts: Facts = vec![
        ("Severity", Mark::of_violation(rule.severity, false).view()),
        ("Broken", text(counted(rule.violations as usize, "time", "times"))),
    ];
    facts.extend(rule.kind.map(|kind| ("Kind", text(rule_words(kind)))));
    let sizes: Vec<String> = rule.modules.iter().map(ToString::to_string).collect();
    if !sizes.is_empty() {
        facts.push(("Modules in its sets", text(sizes.join(", "))));
    }
    facts
}
