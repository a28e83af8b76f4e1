//! The architecture lens as a dependency matrix: the row uses the column, groups as blocks on the diagonal.
//!
//! In: [`Acc`]. Out: cells by row and column. Groups keep the lens's block-triangular order by their mean place,
//! modules keep it within their group, so imports against the flow lie below the diagonal. More than
//! [`MODULES_MAX`] modules are drawn as groups.

use crate::event::Severity;
use crate::id::EntityId;
use crate::lens::Acc;
use crate::lens::acc::Module;
use crate::order::Map;

/// Most modules drawn one by one.
pub const MODULES_MAX: usize = 240;

/// The matrix.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matrix {
    /// Rows, which are the columns too.
    pub rows: Vec<Row>,
    /// Blocks on the diagonal.
    pub blocks: Vec<Block>,
    /// Imports by row, then column.
    pub cells: Vec<Cell>,
    /// Modules beyond [`MODULES_MAX`] that stand behind group rows; 0 when rows are modules.
    pub folded: u32,
}

/// A row: a module, or a group where there are too many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The module; `None` for a group.
    pub id: Option<EntityId>,
    /// Human name.
    pub name: String,
}

/// Consecutive rows of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The group.
    pub name: String,
    /// First row.
    pub start: u32,
    /// Number of rows.
    pub len: u32,
}

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellKind {
    /// An import.
    Import,
    /// An import inside a cycle.
    Cycle,
    /// An import that a suppressed violation names.
    Suppressed,
    /// An import that a violation of less than an error names.
    Warning,
    /// An import that a blocking violation names.
    Violation,
}

/// An import between two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The user.
    pub row: u32,
    /// The used.
    pub column: u32,
    /// What it is.
    pub kind: CellKind,
    /// How heavy, 0 to 3.
    pub shade: u8,
}

/// Lays `acc` out.
#[must_use]
pub fn matrix(acc: &Acc) -> Matrix {
    let order = order(&acc.modules);
    if order.len() > MODULES_MAX { by_group(acc, &order) } else { by_module(acc, &order) }
}

fn group_of(module: &Module) -> &str {
    if module.external { "external" } else { module.group.as_deref().unwrap_or("") }
}

/// Modules by the mean place of their group, then their own.
fn order(modules: &[Module]) -> Vec<&Module> {
    let mut places: Map<&str, (u64, u64)> = Map::new();
    for (place, module) in modules.iter().enumerate() {
        let (sum, n) = places.entry(group_of(module)).or_default();
        *sum += place as u64;
        *n += 1;
    }
    // Means in thousandths of a place: exact enough to order by, and integers.
    let mean = |group: &str| places.get(group).map_or(0, |(sum, n)| sum * 1000 / n.max(&1));
    let mut order: Vec<(usize, &Module)> = modules.iter().enumerate().collect();
    crate::order::sort_by_key(&mut order, |(place, module)| {
        (module.external, mean(group_of(module)), group_of(module), *place)
    });
    order.into_iter().map(|(_, module)| module).collect()
}

fn blocks(order: &[&Module]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for (row, module) in (0_u32..).zip(order) {
        let name = group_of(module);
        match blocks.last_mut().filter(|block| block.name == name) {
            Some(block) => block.len += 1,
            None => blocks.push(Block { name: name.to_owned(), start: row, len: 1 }),
        }
    }
    blocks
}

fn by_module(acc: &Acc, order: &[&Module]) -> Matrix {
    let rows: Map<&EntityId, u32> = order.iter().map(|module| &module.id).zip(0..).collect();
    let by_key: Map<&str, u32> = order.iter().map(|module| module.id.key.as_str()).zip(0..).collect();
    let component: Vec<Option<u32>> = order.iter().map(|module| module.component).collect();
    let mut cells: Map<(u32, u32), (CellKind, u32)> = Map::new();
    for import in &acc.dependencies {
        let (Some(&row), Some(&column)) = (rows.get(&import.from), rows.get(&import.to)) else { continue };
        let own = component.get(row as usize).copied().flatten();
        let cyclic = own.is_some() && own == component.get(column as usize).copied().flatten();
        let kind = if cyclic { CellKind::Cycle } else { CellKind::Import };
        let cell = cells.entry((row, column)).or_insert((kind, 0));
        cell.1 = cell.1.saturating_add(import.weight);
    }
    for violation in &acc.violations {
        let ends =
            (by_key.get(violation.from.as_str()), violation.to.as_deref().and_then(|to| by_key.get(to)));
        let (Some(&row), Some(&column)) = ends else { continue };
        let kind = match (violation.suppressed, violation.severity) {
            (true, _) => CellKind::Suppressed,
            (false, Severity::Error) => CellKind::Violation,
            (false, Severity::Warn | Severity::Info) => CellKind::Warning,
        };
        let cell = cells.entry((row, column)).or_insert((kind, 1));
        cell.0 = cell.0.max(kind);
    }
    Matrix {
        rows: order.iter().map(|m| Row { id: Some(m.id.clone()), name: m.name.clone() }).collect(),
        blocks: blocks(order),
        cells: cells.into_iter().map(cell).collect(),
        folded: 0,
    }
}

fn by_group(acc: &Acc, order: &[&Module]) -> Matrix {
    let blocks = blocks(order);
    let rows: Map<&str, u32> = blocks.iter().map(|block| block.name.as_str()).zip(0..).collect();
    let groups: Map<&EntityId, &str> = order.iter().map(|m| (&m.id, group_of(m))).collect();
    let row_of = |id: &EntityId| groups.get(id).and_then(|group| rows.get(group)).copied();
    let mut cells: Map<(u32, u32), (CellKind, u32)> = Map::new();
    for import in &acc.dependencies {
        let (Some(row), Some(column)) = (row_of(&import.from), row_of(&import.to)) else { continue };
        let cell = cells.entry((row, column)).or_insert((CellKind::Import, 0));
        cell.1 = cell.1.saturating_add(import.weight);
    }
    Matrix {
        rows: blocks.iter().map(|block| Row { id: None, name: block.name.clone() }).collect(),
        blocks: Vec::new(),
        cells: cells.into_iter().map(cell).collect(),
        folded: u32::try_from(order.len()).unwrap_or(u32::MAX),
    }
}

fn cell(((row, column), (kind, weight)): ((u32, u32), (CellKind, u32))) -> Cell {
    let shade = match weight {
        0..=1 => 0,
        2..=4 => 1,
        5..=15 => 2,
        _ => 3,
    };
    Cell { row, column, kind, shade }
}
