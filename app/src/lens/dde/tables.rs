//! Contracts and artifacts as tables.

use crate::lens::figure::{counted, day_clock, duration};
use crate::lens::mark::Mark;
use crate::lens::name_of;
use crate::table::{Cell, Column, Row, Rows, Table};
use shared::id::EntityId;
use shared::lens::Analysis;

/// Contracts: where they stand, how long locking took, whether all they bind holds.
pub(super) fn contracts(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for contract in &analysis.dde.contracts {
        let aligned = if contract.aligned {
            Cell::Muted("aligned".to_owned())
        } else if contract.misaligned.is_empty() {
            Cell::Text("not locked".to_owned())
        } else {
            links(analysis, &contract.misaligned)
        };
        let latency = contract.lock_latency_ms.map(duration);
        let cells = vec![
            Cell::State(Mark::of_contract(contract.state)),
            Cell::Text(contract.proposed_at.map(day_clock).unwrap_or_default()),
            Cell::maybe(latency.as_deref()),
            Cell::Text(counted(contract.governs.len(), "part", "parts")),
            aligned,
        ];
        let mut row = Row::of(&contract.id, &contract.name, Mark::of_contract(contract.state), cells);
        row.urgent = !contract.aligned;
        rows.push(row);
    }
    let columns = vec![
        Column::new("Contract", "head"),
        Column::new("State", "state-col"),
        Column::new("Proposed", "num wide-only"),
        Column::new("Lock took", "num"),
        Column::new("Binds", "num wide-only"),
        Column::new("What does not hold", "links-col"),
    ];
    Table { caption: "Contracts".to_owned(), columns, rows: rows.done() }
}

/// Artifacts: version, digest, who made them, what of.
pub(super) fn artifacts(analysis: &Analysis) -> Table {
    let mut rows = Rows::default();
    for artifact in &analysis.dde.artifacts {
        let digest = artifact.digest.as_deref().unwrap_or_default();
        let cells = vec![
            Cell::maybe(artifact.version.as_deref()),
            Cell::Code(digest.chars().take(19).collect()),
            links(analysis, &artifact.produced_by),
            Cell::Text(counted(artifact.modules.len(), "module", "modules")),
        ];
        let node = analysis.convergence.spine.nodes.iter().find(|node| node.id == artifact.id);
        let mark = node.map_or(Mark::of_spine(shared::lens::convergence::SpineState::None), |node| {
            Mark::of_spine(node.state)
        });
        rows.push(Row::of(&artifact.id, &artifact.name, mark, cells));
    }
    let columns = vec![
        Column::new("Artifact", "head"),
        Column::new("Version", "text-col"),
        Column::new("Digest", "wide-only"),
        Column::new("Made by", "links-col"),
        Column::new("Of", "num"),
    ];
    Table { caption: "Artifacts".to_owned(), columns, rows: rows.done() }
}

/// Entities by their names.
pub(in crate::lens) fn links(analysis: &Analysis, ids: &[EntityId]) -> Cell {
    Cell::Links(ids.iter().map(|id| (id.clone(), name_of(analysis, id))).collect())
}
