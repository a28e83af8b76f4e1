//! The convergence lens in the terminal.

use super::dde::section;
use super::keys_in_cell;
use crate::cli::failure::Failure;
use crate::cli::print::{Align, Out, Table, harmless};
use crate::cli::verdict::{deployable_if, headline, streams};
use shared::id::{Kind, LinkKind};
use shared::lens::Convergence;
use shared::lens::convergence::Spine;

/// Gaps named of each kind.
const NAMED_MAX: usize = 5;

pub(super) fn print(lens: &Convergence, title: &str, out: &mut Out) -> Result<(), Failure> {
    out.line(title)?;
    headline(lens.verdict, &lens.sentence, out)?;
    if let Some(record) = &lens.r#override {
        out.line(format!("Override {} in force: {}", harmless(&record.id), harmless(&record.reason)))?;
    }
    streams(&lens.streams, out)?;
    super::criteria("KEY FIGURE", &lens.kpis, out)?;
    spine(&lens.spine, out)?;
    deployable_if(&lens.counterfactual, out)
}

/// How many of each kind there are, how they are linked, and where the thread breaks.
fn spine(spine: &Spine, out: &mut Out) -> Result<(), Failure> {
    let columns = [
        (Kind::Requirement, "requirements"),
        (Kind::Spec, "specs"),
        (Kind::Task, "tasks"),
        (Kind::Artifact, "artifacts"),
        (Kind::Module, "modules"),
    ];
    let mut table = Table::new(&[
        ("SPINE", Align::Left),
        ("COUNT", Align::Right),
        ("WITHOUT A LINK", Align::Right),
        ("THESE", Align::Left),
    ]);
    for (kind, words) in columns {
        let gaps: Vec<_> = spine.gaps.iter().filter(|id| id.kind == kind).cloned().collect();
        let count = spine.nodes.iter().filter(|node| node.id.kind == kind).count();
        table.row([
            words.to_owned(),
            count.to_string(),
            gaps.len().to_string(),
            keys_in_cell(&gaps, NAMED_MAX),
        ]);
    }
    section(&table, "", out)?;
    let mut links = Table::new(&[("LINKS", Align::Left), ("COUNT", Align::Right), ("SUSPECT", Align::Right)]);
    for kind in LinkKind::ALL {
        let of_kind = || spine.links.iter().filter(|link| link.kind == kind);
        if of_kind().next().is_some() {
            let suspect = of_kind().filter(|link| link.suspect).count();
            links.row([kind.as_str().replace('_', " "), of_kind().count().to_string(), suspect.to_string()]);
        }
    }
    section(&links, "no links", out)
}
