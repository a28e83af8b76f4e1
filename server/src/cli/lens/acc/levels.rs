//! The levels of the tree of folders: Lakos' figures of each, and what lies in one folder and uses each other.

use super::super::dde::section;
use super::super::share;
use super::{NAMED_MAX, kind, least};
use crate::cli::failure::Failure;
use crate::cli::print::{Align, Out, Table, harmless};
use shared::lens::Acc;
use shared::lens::acc::{Lakos, Level, LevelComponent};

pub(super) fn lakos(lakos: &Lakos) -> String {
    let Lakos { ccd, acd, racd, nccd } = lakos;
    format!("CCD {ccd}, ACD {acd:.2}, RACD {racd:.2}, NCCD {nccd:.2}")
}

pub(super) fn print(acc: &Acc, out: &mut Out) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("LEVEL", Align::Left),
        ("IN IT", Align::Right),
        ("USES", Align::Right),
        ("CYCLES", Align::Right),
        ("CCD", Align::Right),
        ("ACD", Align::Right),
        ("RACD", Align::Right),
        ("NCCD", Align::Right),
    ]);
    for level in &acc.levels {
        table.row([
            folder(level).to_owned(),
            level.children.len().to_string(),
            level.dependencies.to_string(),
            level.components.len().to_string(),
            level.lakos.ccd.to_string(),
            share(level.lakos.acd),
            share(level.lakos.racd),
            share(level.lakos.nccd),
        ]);
    }
    section(&table, "", out)?;
    for level in &acc.levels {
        for component in &level.components {
            cycle(level, component, out)?;
        }
    }
    Ok(())
}

const fn folder(level: &Level) -> &str {
    if level.id.is_empty() { "(outermost)" } else { level.id.as_str() }
}

fn cycle(level: &Level, component: &LevelComponent, out: &mut Out) -> Result<(), Failure> {
    let kinds: Vec<&str> = component.kinds.iter().copied().map(kind).collect();
    let around = component.shortest_cycle.iter().chain(component.shortest_cycle.first());
    let around: Vec<&str> = around.map(String::as_str).collect();
    out.line("")?;
    out.line(harmless(&format!(
        "USE EACH OTHER in {}  {} over {} imports, density {}: {}",
        folder(level),
        component.size,
        kinds.join(" and "),
        share(component.density),
        some(&component.members, String::clone)
    )))?;
    out.line(format!("  shortest  {}", harmless(&around.join(" → "))))?;
    let links = some(&component.cut, |cut| format!("{} → {} ({})", cut.from, cut.to, cut.weight));
    out.line(format!("  to cut    {}; {}", harmless(&links), least(component.cut_is_minimal)))?;
    let behind: Vec<String> = component
        .cut
        .iter()
        .flat_map(|cut| &cut.imports)
        .map(|import| format!("{} → {} ({})", import.from.key, import.to.key, import.weight))
        .collect();
    out.line(format!("  behind    {}", harmless(&some(&behind, String::clone))))
}

fn some<T>(items: &[T], told: impl Fn(&T) -> String) -> String {
    let named: Vec<String> = items.iter().take(NAMED_MAX).map(told).collect();
    let more = items.len().saturating_sub(NAMED_MAX);
    if more > 0 { format!("{} and {more} more", named.join(", ")) } else { named.join(", ") }
}
