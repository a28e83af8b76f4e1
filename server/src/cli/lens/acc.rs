//! The architecture lens in the terminal.

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
    modules(acc, out)?;
    for (n, component) in (1..).zip(&acc.components) {
        cycle(n, component, out)?;
    }
    violations(acc, out)?;
    super::criteria("KEY FIGURE", &acc.kpis, out)
}

fn modules(acc: &Acc, out: &mut Out) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("MODULE", Align::Left),
        ("GROUP", Align::Left),
        ("USED BY", Align::Right),
        ("USES", Align::Right),
        ("INSTABILITY", Align::Right),
        ("CYCLE", Align::Right),
        ("EXTERNAL", Align::Left),
    ]);
    for module in &acc.modules {
        table.row([
            module.id.key.clone(),
            module.group.clone().unwrap_or_default(),
            module.ca.to_string(),
            module.ce.to_string(),
            share(module.instability),
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
        .map(|cut| format!("{} → {}", cut.from.key, cut.to.key))
        .collect();
    out.line("")?;
    out.line(format!(
        "CYCLE {n}  {} modules over {} imports{legal}: {}",
        component.size,
        kinds.join(" and "),
        harmless(&keys(&component.members, NAMED_MAX))
    ))?;
    out.line(format!("  shortest  {}", harmless(&around.join(" → "))))?;
    out.line(format!("  to cut    {}", harmless(&cuts.join(", "))))
}

fn violations(acc: &Acc, out: &mut Out) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("SEVERITY", Align::Left),
        ("RULE", Align::Left),
        ("FROM", Align::Left),
        ("TO", Align::Left),
        ("BASELINE", Align::Left),
        ("SUPPRESSED BY", Align::Left),
    ]);
    for violation in &acc.violations {
        table.row([
            severity(violation.severity).to_owned(),
            violation.rule.clone(),
            violation.from.clone(),
            violation.to.clone().unwrap_or_default(),
            violation.state.map_or("", Baseline::as_str).to_owned(),
            violation.suppressed_by.clone().unwrap_or_else(|| yes(violation.suppressed)),
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
