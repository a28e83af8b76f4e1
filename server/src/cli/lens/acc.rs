//! The architecture lens in the terminal: figures, modules, cycles of modules and of folders, groups, violations, and
//! what is said of rules, suppressions and the baseline.

mod ledger;
mod levels;

use super::dde::section;
use super::{keys, share, yes};
use crate::cli::failure::Failure;
use crate::cli::print::{Align, Out, Table, harmless};
use shared::event::{Baseline, Dependency, Severity};
use shared::lens::Acc;
use shared::lens::acc::Component;

/// Members and cuts named in a line.
const NAMED_MAX: usize = 8;

pub(super) fn print(acc: &Acc, title: &str, out: &mut Out) -> Result<(), Failure> {
    out.line(title)?;
    out.line(format!(
        "{} modules, {} imports, propagation cost {:.1} %",
        acc.modules.len(),
        acc.dependencies.len(),
        acc.propagation_cost * 100.0
    ))?;
    out.line(format!("Lakos: {}", levels::lakos(&acc.lakos)))?;
    modules(acc, out)?;
    for (n, component) in (1..).zip(&acc.components) {
        cycle(n, component, out)?;
    }
    levels::print(acc, out)?;
    groups(acc, out)?;
    violations(acc, out)?;
    ledger::print(acc, out)?;
    super::criteria("KEY FIGURE", &acc.kpis, out)
}

fn modules(acc: &Acc, out: &mut Out) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("MODULE", Align::Left),
        ("GROUP", Align::Left),
        ("USED BY", Align::Right),
        ("USES", Align::Right),
        ("REACHED FROM", Align::Right),
        ("REACHES", Align::Right),
        ("INSTABILITY", Align::Right),
        ("WITHIN", Align::Right),
        ("A", Align::Right),
        ("D", Align::Right),
        ("CYCLE", Align::Right),
        ("EXTERNAL", Align::Left),
    ]);
    for module in &acc.modules {
        table.row([
            module.id.key.clone(),
            module.group.clone().unwrap_or_default(),
            module.ca.to_string(),
            module.ce.to_string(),
            module.vfi.to_string(),
            module.vfo.to_string(),
            share(module.instability),
            share(module.own_instability),
            module.abstractness.map(share).unwrap_or_default(),
            module.distance.map(share).unwrap_or_default(),
            module.component.map(|n| (n + 1).to_string()).unwrap_or_default(),
            yes(module.external),
        ]);
    }
    section(&table, "no modules", out)
}

fn cycle(n: usize, component: &Component, out: &mut Out) -> Result<(), Failure> {
    let kinds: Vec<&str> = component.kinds.iter().copied().map(kind).collect();
    let legal = if component.counts() { "" } else { ", legal" };
    let mut around = component.shortest_cycle.clone();
    around.extend(component.shortest_cycle.first().cloned());
    let around: Vec<&str> = around.iter().map(|id| id.key.as_str()).collect();
    let cuts: Vec<String> = component
        .cut
        .iter()
        .take(NAMED_MAX)
        .map(|cut| format!("{} → {} ({})", cut.from.key, cut.to.key, cut.weight))
        .collect();
    out.line("")?;
    out.line(format!(
        "CYCLE {n}  {} modules over {} imports{legal}, density {}: {}",
        component.size,
        kinds.join(" and "),
        share(component.density),
        harmless(&keys(&component.members, NAMED_MAX))
    ))?;
    out.line(format!("  shortest  {}", harmless(&around.join(" → "))))?;
    let more = component.cut.len().saturating_sub(NAMED_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let least = least(component.cut_is_minimal);
    out.line(format!("  to cut    {}{more}; {least}", harmless(&cuts.join(", "))))
}

/// Whether fewer references might do.
const fn least(is_minimal: bool) -> &'static str {
    if is_minimal { "no fewer references do" } else { "fewer might do" }
}

fn groups(acc: &Acc, out: &mut Out) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("GROUP", Align::Left),
        ("MODULES", Align::Right),
        ("USED BY", Align::Right),
        ("USES", Align::Right),
        ("INSTABILITY", Align::Right),
        ("A", Align::Right),
        ("D", Align::Right),
        ("COHESION", Align::Right),
    ]);
    for group in &acc.groups {
        table.row([
            group.id.clone(),
            group.modules.to_string(),
            group.ca.to_string(),
            group.ce.to_string(),
            share(group.instability),
            group.abstractness.map(share).unwrap_or_default(),
            group.distance.map(share).unwrap_or_default(),
            share(group.cohesion),
        ]);
    }
    section(&table, "", out)
}

fn violations(acc: &Acc, out: &mut Out) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("SEVERITY", Align::Left),
        ("RULE", Align::Left),
        ("FROM", Align::Left),
        ("TO", Align::Left),
        ("BASELINE", Align::Left),
        ("SUPPRESSED BY", Align::Left),
        ("WHY", Align::Left),
    ]);
    for violation in &acc.violations {
        table.row([
            severity(violation.severity).to_owned(),
            violation.rule.clone(),
            violation.from.clone(),
            violation.to.clone().unwrap_or_default(),
            violation.state.map_or("", Baseline::as_str).to_owned(),
            violation.suppressed_by.clone().unwrap_or_else(|| yes(violation.suppressed)),
            ledger::why(acc, violation).unwrap_or_default(),
        ]);
    }
    section(&table, "no violations", out)
}

fn kind(kind: Dependency) -> &'static str {
    match kind {
        Dependency::Normal => "normal",
        Dependency::Build => "build",
        Dependency::Dev => "dev",
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warn => "warning",
        Severity::Info => "info",
    }
}
