//! Made-up architectures and what to time of them: the whole lens, its parts, and plain ways to the same.

use crate::lcg::Lcg;
use petgraph::graph::{DiGraph, NodeIndex};
use shared::graph::{DeclaredLink, Entity, Evidence, Graph, Scene};
use shared::id::{EntityId, Kind, LinkId, LinkKind};
use shared::lens::{Acc, ModuleGraph};
use shared::rules::Breaches;
use shared::structure::{Edge, IndexGraph, components, minimal_cut};
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
    found: Option<ModuleGraph>,
    inside: Vec<Edge>,
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
    *BENCH.lock().expect("one thread") =
        Some(Bench { scene, context, graph, plain, found: None, inside: Vec::new() });
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
                against: None,
                declared: true,
            }],
            weights: shared::order::Map::from([("normal".to_owned(), weight)]),
            since: 1,
        })
        .collect();
    scene
}

fn entity(id: EntityId) -> Entity {
    Entity { path: Some(id.key.clone()), rests_on: vec![1], ..Entity::named(id) }
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
    with(|bench| {
        let graph = ModuleGraph::of(&bench.scene);
        Acc::of(&bench.scene, &graph, &bench.context, &Breaches::default()).components.len() as u32
    })
}

/// The module graph alone, with all that is found about it; the number of its knots.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_found() -> u32 {
    with(|bench| {
        let graph = ModuleGraph::of(&bench.scene);
        let knots = graph.architecture().modules().knots().count() as u32;
        bench.found = Some(graph);
        knots
    })
}

/// Imports of the kept module graph that lie in a component; their number.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_inside() -> u32 {
    with(|bench| {
        let found = bench.found.as_ref().expect("architecture_found comes first");
        let hard = found.architecture().modules().hard();
        let is_inside = |edge: &&Edge| hard.component(edge.0) == hard.component(edge.1);
        bench.inside = bench.graph.edges().iter().filter(is_inside).copied().collect();
        bench.inside.len() as u32
    })
}

/// Turns an import of the kept module graph off, or on again: any, or one of those in a component. The number of
/// its knots.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_update(place: u32, inside: u32) -> u32 {
    with(|bench| {
        let among = if inside > 0 { &bench.inside } else { bench.graph.edges() };
        let (from, to, weight) = among[place as usize % among.len()];
        let architecture = bench.found.as_mut().expect("architecture_found comes first").architecture_mut();
        let there = architecture.modules().weights(from, to) != [0; 3];
        architecture.set(from, to, [if there { 0 } else { weight as u32 }, 0, 0]);
        architecture.modules().knots().count() as u32
    })
}

/// The summed weight of all cuts.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_cut() -> f64 {
    with(|bench| minimal_cut(&bench.graph).iter().map(|edge| edge.2 as f64).sum())
}

/// The weight of petgraph's cut.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_petgraph_cut() -> f64 {
    with(|bench| {
        petgraph::algo::greedy_feedback_arc_set(&bench.plain).map(|edge| *edge.weight() as f64).sum()
    })
}

/// The cumulative component dependency and all visibilities of the kept module graph.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_reach() -> f64 {
    with(|bench| {
        let found = bench.found.as_ref().expect("architecture_found comes first");
        found.architecture().modules().hard().reach().ccd as f64
    })
}

/// The same sum by a search from every module, with petgraph.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_naive_reach() -> f64 {
    with(|bench| {
        let mut ccd = 0u64;
        let mut search = petgraph::visit::Dfs::empty(&bench.plain);
        for node in bench.plain.node_indices() {
            search.reset(&bench.plain);
            search.move_to(node);
            while search.next(&bench.plain).is_some() {
                ccd += 1;
            }
        }
        ccd as f64
    })
}

/// The components alone; their number.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_components() -> u32 {
    with(|bench| components(&bench.graph).members.len() as u32)
}

/// The components as petgraph finds them; their number. By Kosaraju's way, because its Tarjan's overflows the stack
/// of wasm on one large component.
#[unsafe(no_mangle)]
pub extern "C" fn architecture_petgraph() -> u32 {
    with(|bench| petgraph::algo::kosaraju_scc(&bench.plain).len() as u32)
}
