//! Made-up architectures and what to time of them: the whole lens, its parts, and plain ways to the same.

use crate::lcg::Lcg;
use petgraph::graph::{DiGraph, NodeIndex};
use shared::graph::{DeclaredLink, Entity, Evidence, Graph, Scene};
use shared::id::{EntityId, Kind, LinkId, LinkKind};
use shared::lens::Acc;
use shared::order::Map;
use shared::structure::{IndexGraph, components};
use shared::time::{AsOf, Time};
use shared::verdict::context::Context;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Layers of the layered shape; imports lead from a layer into it and those below.
const LAYERS: u32 = 20;
/// Folders in a layer.
const FOLDERS: u32 = 10;

struct Bench {
    scene: Scene,
    context: Context,
    graph: IndexGraph,
    plain: DiGraph<(), u64>,
}

static BENCH: Mutex<Option<Bench>> = Mutex::new(None);

/// Builds `imports` among `modules`. Shape 0 is layered: eight in ten imports lead into a lower layer, two in ten
/// anywhere in its own, so that no component is larger than a layer. Shape 1 is random: from anywhere to anywhere.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_build(shape: u32, modules: u32, imports: u32) {
    let mut lcg = Lcg(42);
    let layer = modules / LAYERS;
    let mut weights: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    while weights.len() < imports as usize {
        let from = lcg.below(u64::from(modules)) as u32;
        let own = from / layer;
        let to = match shape {
            0 if lcg.below(5) == 0 || own + 1 >= LAYERS => own * layer + lcg.below(u64::from(layer)) as u32,
            0 => {
                let below = own + 1 + lcg.below(u64::from((LAYERS - own - 1).min(4))) as u32;
                below * layer + lcg.below(u64::from(layer)) as u32
            }
            _ => lcg.below(u64::from(modules)) as u32,
        };
        // The last layer has none below: few of its imports are kept, or it would be dense.
        if from != to && (shape != 0 || own + 1 < LAYERS || lcg.below(5) == 0) {
            weights.insert((from, to), 1 + lcg.below(5) as u32);
        }
    }
    let graph = IndexGraph::new(modules, weights.iter().map(|(&(from, to), &w)| (from, to, u64::from(w))));
    let edge = |&(from, to, weight): &(u32, u32, u64)| {
        (NodeIndex::new(from as usize), NodeIndex::new(to as usize), weight)
    };
    let mut plain = DiGraph::from_edges(graph.edges().iter().map(edge));
    while plain.node_count() < modules as usize {
        plain.add_node(());
    }
    let scene = scene(modules, layer, &weights);
    let context = Context::of(&scene);
    *BENCH.lock().expect("one thread") = Some(Bench { scene, context, graph, plain });
}

/// Key of a module: by layer, folder, number, so that keys sort as numbers do.
fn key(module: u32, layer: u32) -> String {
    let folder = (module % layer) * FOLDERS / layer;
    format!("layer{:02}/folder{folder:02}/module{module:05}.rs", module / layer)
}

fn scene(modules: u32, layer: u32, weights: &BTreeMap<(u32, u32), u32>) -> Scene {
    let empty = Graph::default();
    let mut scene = empty.scene(&empty.snapshot(AsOf { valid: Time::MAX, known: 0 }));
    let id = |module: u32| EntityId::new(Kind::Module, key(module, layer));
    for module in 0..modules {
        scene.entities.insert(id(module), entity(id(module)));
    }
    scene.links = weights
        .iter()
        .map(|(&(from, to), &weight)| DeclaredLink {
            id: LinkId { kind: LinkKind::Imports, from: id(from), to: id(to) },
            evidence: vec![Evidence {
                rule: "normal".to_owned(),
                confidence: 1_000_000,
                text: "stated by bench".to_owned(),
                rests_on: vec![1],
            }],
            weights: Map::from([("normal".to_owned(), weight)]),
        })
        .collect();
    scene
}

fn entity(id: EntityId) -> Entity {
    let path = Some(id.key.clone());
    Entity { path, rests_on: vec![1], ..Entity::named(id) }
}

fn with<T>(use_it: impl FnOnce(&mut Bench) -> T) -> T {
    use_it(BENCH.lock().expect("one thread").as_mut().expect("architecture_build comes first"))
}

/// Imports there are.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_imports() -> u32 {
    with(|bench| bench.graph.edges().len() as u32)
}

/// Nodes of the largest component.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_largest() -> u32 {
    with(|bench| components(&bench.graph).cyclic().first().map_or(1, |members| members.len() as u32))
}

/// The whole lens from the scene; the number of its components.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_full() -> u32 {
    with(|bench| Acc::of(&bench.scene, &bench.context).components.len() as u32)
}

/// The components alone; their number.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_components() -> u32 {
    with(|bench| components(&bench.graph).members.len() as u32)
}

/// The components as petgraph finds them; their number.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_petgraph() -> u32 {
    with(|bench| petgraph::algo::tarjan_scc(&bench.plain).len() as u32)
}
