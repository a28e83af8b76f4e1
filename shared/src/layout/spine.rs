//! The spine in five columns: requirement, spec, task, artifact, module, with the links between.
//!
//! In: [`Spine`] and how many nodes a column may show. Out: nodes with places, curves between the shown ones.
//! Within a column, nodes stand by the mean height of their neighbours (a few sweeps, ties by id), so lines run
//! level. What does not fit is counted, the worst states stay; nothing depends on the selection.

use super::FULL;
use crate::id::{EntityId, Kind};
use crate::lens::convergence::{Spine, SpineLink, SpineNode, SpineState};
use crate::order::{Map, Set};

/// Columns, left to right.
pub const COLUMNS: [Kind; 5] = [Kind::Requirement, Kind::Spec, Kind::Task, Kind::Artifact, Kind::Module];
/// Height of a node with the space below it, in pixels.
pub const ROW: i32 = 32;
/// Height of a node, in pixels.
pub const NODE: i32 = 26;
/// Width of a column with the space beside it.
pub const COLUMN: i32 = FULL / 5;
/// Width of a node.
pub const NODE_WIDTH: i32 = 1_760;
const SWEEPS: usize = 6;

/// The spine laid out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Thread {
    /// Shown nodes by column and place.
    pub nodes: Vec<Node>,
    /// Curves between shown nodes.
    pub curves: Vec<Curve>,
    /// Nodes of each column that are not shown.
    pub hidden: [u32; 5],
    /// Height of the tallest column, in pixels.
    pub height: i32,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its id.
    pub id: EntityId,
    /// Human name.
    pub name: String,
    /// Its state.
    pub state: SpineState,
    /// Column, 0 to 4.
    pub column: u8,
    /// Left end.
    pub x: i32,
    /// Top, in pixels.
    pub y: i32,
    /// Whether the thread breaks here.
    pub gap: bool,
}

/// A link between shown nodes, from right edge to left edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    /// One end, in the column on the left.
    pub from: EntityId,
    /// The other end.
    pub to: EntityId,
    /// Start.
    pub x0: i32,
    /// Start, in pixels.
    pub y0: i32,
    /// End.
    pub x1: i32,
    /// End, in pixels.
    pub y1: i32,
    /// Confidence in millionths.
    pub confidence: u32,
}

/// Lays `spine` out with at most `rows_max` nodes a column.
#[must_use]
pub fn thread(spine: &Spine, rows_max: usize) -> Thread {
    let gaps: Set<&EntityId> = spine.gaps.iter().collect();
    let links = between_columns(spine);
    let mut linked: Map<&EntityId, u32> = Map::new();
    for (from, to, _) in &links {
        *linked.entry(from).or_default() += 1;
        *linked.entry(to).or_default() += 1;
    }
    let mut hidden = [0; 5];
    let mut columns: Vec<Vec<&SpineNode>> = Vec::with_capacity(5);
    for (kind, hidden) in COLUMNS.iter().zip(&mut hidden) {
        let mut nodes: Vec<&SpineNode> = spine.nodes.iter().filter(|node| node.id.kind == *kind).collect();
        if nodes.len() > rows_max {
            crate::order::sort_by_key(&mut nodes, |node| {
                let ties = linked.get(&node.id).copied().unwrap_or(0);
                (urgency(node.state), std::cmp::Reverse(ties.min(1)), &node.id)
            });
            *hidden = u32::try_from(nodes.len() - rows_max).unwrap_or(u32::MAX);
            nodes.truncate(rows_max);
            crate::order::sort_by_key(&mut nodes, |node| &node.id);
        }
        columns.push(nodes);
    }
    sort_by_neighbours(&mut columns, &links);
    place(&columns, &links, &gaps, hidden)
}

/// Links between different columns, each from the column on the left, once.
fn between_columns(spine: &Spine) -> Vec<(&EntityId, &EntityId, u32)> {
    let mut best: Map<(&EntityId, &EntityId), u32> = Map::new();
    for link in &spine.links {
        let Some((from, to)) = left_to_right(link) else { continue };
        // Confidence is quantised to millionths already; the clamp makes the cast exact.
        let confidence = (link.confidence.clamp(0.0, 1.0) * 1_000_000.0 + 0.5) as u32;
        let entry = best.entry((from, to)).or_default();
        *entry = confidence.max(*entry);
    }
    best.into_iter().map(|((from, to), confidence)| (from, to, confidence)).collect()
}

fn left_to_right(link: &SpineLink) -> Option<(&EntityId, &EntityId)> {
    let (from, to) = (column_of(link.from.kind)?, column_of(link.to.kind)?);
    match from.cmp(&to) {
        std::cmp::Ordering::Less => Some((&link.from, &link.to)),
        std::cmp::Ordering::Greater => Some((&link.to, &link.from)),
        std::cmp::Ordering::Equal => None,
    }
}

fn column_of(kind: Kind) -> Option<usize> {
    COLUMNS.iter().position(|column| *column == kind)
}

/// What must not be hidden comes first.
fn urgency(state: SpineState) -> u8 {
    match state {
        SpineState::Fail => 0,
        SpineState::Flaky => 1,
        SpineState::Run => 2,
        SpineState::Wait => 3,
        SpineState::Pass => 4,
        SpineState::None => 5,
    }
}

/// Moves nodes towards the mean place of their neighbours, sweeping right and left in turn.
fn sort_by_neighbours(columns: &mut [Vec<&SpineNode>], links: &[(&EntityId, &EntityId, u32)]) {
    let mut neighbours: Map<&EntityId, Vec<&EntityId>> = Map::new();
    for (from, to, _) in links {
        neighbours.entry(from).or_default().push(to);
        neighbours.entry(to).or_default().push(from);
    }
    for sweep in 0..SWEEPS {
        // Places in thousandths of the column's height, so that columns of different length compare.
        let mut places: Map<&EntityId, i64> = Map::new();
        for column in columns.iter() {
            let n = column.len().max(1) as i64;
            places.extend(
                column.iter().map(|node| &node.id).zip(0_i64..).map(|(id, i)| (id, (2 * i + 1) * 500 / n)),
            );
        }
        let n = columns.len();
        for step in 0..n {
            let at = if sweep % 2 == 0 { step } else { n - 1 - step };
            let Some(column) = columns.get_mut(at) else { continue };
            let mean = |id: &EntityId, own: i64| {
                let near = neighbours.get(id).into_iter().flatten().filter_map(|id| places.get(id));
                let (sum, n) = near.fold((0_i64, 0_i64), |(sum, n), place| (sum + place, n + 1));
                if n == 0 { own } else { sum / n }
            };
            let wanted: Map<&EntityId, i64> = column
                .iter()
                .map(|node| (&node.id, mean(&node.id, places.get(&node.id).copied().unwrap_or(0))))
                .collect();
            crate::order::sort_by_key(column, |node| (wanted.get(&node.id).copied().unwrap_or(0), &node.id));
            let len = column.len().max(1) as i64;
            for (i, node) in (0_i64..).zip(column.iter()) {
                places.insert(&node.id, (2 * i + 1) * 500 / len);
            }
        }
    }
}

fn place(
    columns: &[Vec<&SpineNode>],
    links: &[(&EntityId, &EntityId, u32)],
    gaps: &Set<&EntityId>,
    hidden: [u32; 5],
) -> Thread {
    let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
    let height = i32::try_from(rows).unwrap_or(0) * ROW;
    let mut nodes = Vec::new();
    let mut at: Map<&EntityId, (i32, i32)> = Map::new();
    for (column, members) in (0_u8..).zip(columns) {
        let own = i32::try_from(members.len()).unwrap_or(0) * ROW;
        for (i, node) in (0_i32..).zip(members) {
            let (x, y) = (i32::from(column) * COLUMN, (height - own) / 2 + i * ROW);
            at.insert(&node.id, (x, y));
            let gap = gaps.contains(&node.id);
            let (id, name) = (node.id.clone(), node.name.clone());
            nodes.push(Node { id, name, state: node.state, column, x, y, gap });
        }
    }
    let curves = links
        .iter()
        .filter_map(|(from, to, confidence)| {
            let ((x0, y0), (x1, y1)) = (at.get(from)?, at.get(to)?);
            Some(Curve {
                from: (*from).clone(),
                to: (*to).clone(),
                x0: x0 + NODE_WIDTH,
                y0: y0 + NODE / 2,
                x1: *x1,
                y1: y1 + NODE / 2,
                confidence: *confidence,
            })
        })
        .collect();
    Thread { nodes, curves, hidden, height }
}
