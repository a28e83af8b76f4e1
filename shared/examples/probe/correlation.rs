//! A made-up product, area by area, and what to time of it: its links from nothing, those of its texts, and one
//! event after another.

use crate::lcg::Lcg;
use shared::correlate::similar::similar;
use shared::correlate::{Correlation, Touched, correlate};
use shared::graph::{Entity, Graph, Scene};
use shared::id::{EntityId, Kind};
use shared::time::{AsOf, Time};
use std::collections::BTreeSet;
use std::sync::Mutex;

/// Entities of one area.
const AREA: u32 = 200;
/// Words that there are; the first ones are said most.
const WORDS: u64 = 3_000;

struct Bench {
    scene: Scene,
    ids: Vec<EntityId>,
    kept: Correlation,
}

static BENCH: Mutex<Option<Bench>> = Mutex::new(None);

/// Builds a product of `entities`: in every area of 200 ten requirements, ten specs, 60 scenarios, 20 tasks, 95
/// modules, five artifacts, with paths that match and tags on two of five.
#[unsafe(no_mangle)]
pub extern "C" fn correlation_build(entities: u32) {
    let empty = Graph::default();
    let mut scene = empty.scene(&empty.snapshot(AsOf { valid: Time::MAX, known: 0 }));
    let mut lcg = Lcg(42);
    for number in 0..entities {
        let entity = entity(number, &mut lcg);
        scene.entities.insert(entity.id.clone(), entity);
    }
    let ids = scene.entities.keys().cloned().collect();
    *BENCH.lock().expect("one thread") = Some(Bench { scene, ids, kept: Correlation::default() });
}

fn entity(number: u32, lcg: &mut Lcg) -> Entity {
    let (area, place) = (number / AREA, number % AREA);
    let tag = |lcg: &mut Lcg| {
        let requirement = area * AREA + lcg.below(10) as u32;
        if lcg.below(5) < 2 { vec![format!("@R-{requirement}")] } else { Vec::new() }
    };
    let spec = |n: u64| format!("features/area{area:04}/spec{n}.feature");
    let (kind, key, path) = match place {
        0..10 => (Kind::Requirement, format!("R-{number}"), None),
        10..20 => (Kind::Spec, spec(u64::from(place) - 10), Some(spec(u64::from(place) - 10))),
        20..80 => {
            let path = (place % 2 == 0).then(|| format!("src/area{area:04}/module{place}.test.ts"));
            (Kind::Scenario, format!("area{area:04}/scenario{place}"), path)
        }
        80..100 => (Kind::Task, format!("task-{area:04}-{place}"), Some(spec(lcg.below(10)))),
        100..195 => {
            let path = format!("src/area{area:04}/module{}.ts", place - 80);
            (Kind::Module, path.clone(), Some(path))
        }
        _ => (Kind::Artifact, format!("area{area:04}-service{place}"), None),
    };
    let speaks = !matches!(kind, Kind::Module | Kind::Artifact);
    Entity {
        name: speaks.then(|| sentence(lcg, 6)),
        text: (kind == Kind::Requirement).then(|| sentence(lcg, 12)),
        group: (kind == Kind::Module).then(|| format!("area{area:04}_service{}", 195 + place % 5)),
        tags: if matches!(kind, Kind::Spec | Kind::Scenario) { tag(lcg) } else { Vec::new() },
        path,
        rests_on: vec![u64::from(number) + 1],
        ..Entity::named(EntityId::new(kind, key))
    }
}

fn sentence(lcg: &mut Lcg, words: u32) -> String {
    const PARTS: [&str; 15] =
        ["pa", "ri", "tor", "len", "ma", "su", "ket", "vo", "nid", "cal", "fe", "gru", "bis", "ho", "tam"];
    let mut text = String::new();
    for _ in 0..words {
        // A product of two chances: low numbers come most.
        let word = lcg.below(WORDS) * lcg.below(WORDS) / WORDS;
        for part in [word % 15, word / 15 % 15, word / 225] {
            text.push_str(PARTS[part as usize]);
        }
        text.push(' ');
    }
    text
}

fn with<T>(use_it: impl FnOnce(&mut Bench) -> T) -> T {
    use_it(BENCH.lock().expect("one thread").as_mut().expect("correlation_build comes first"))
}

/// All links from nothing; their number.
#[unsafe(no_mangle)]
pub extern "C" fn correlation_full() -> u32 {
    with(|bench| correlate(&bench.scene).len() as u32)
}

/// What the texts propose; the number of proposals.
#[unsafe(no_mangle)]
pub extern "C" fn correlation_text() -> u32 {
    with(|bench| similar(&bench.scene).len() as u32)
}

/// Begins to keep up; the number of links.
#[unsafe(no_mangle)]
pub extern "C" fn correlation_keep() -> u32 {
    with(|bench| {
        bench.kept = Correlation::of(&bench.scene);
        bench.kept.links().len() as u32
    })
}

/// One event: an entity gets a tag, or loses the one it got. How many links that changed.
#[unsafe(no_mangle)]
pub extern "C" fn correlation_event(place: u32) -> u32 {
    with(|bench| {
        let id = &bench.ids[place as usize % bench.ids.len()];
        let entity = bench.scene.entities.get_mut(id).expect("its id is of the scene");
        let tag = format!("@R-{}", place / AREA * AREA);
        match entity.tags.iter().position(|other| *other == tag) {
            Some(at) => drop(entity.tags.remove(at)),
            None => entity.tags.push(tag),
        }
        entity.rests_on[0] += 1;
        let touched = Touched { entities: BTreeSet::from([id.clone()]), links: BTreeSet::new() };
        bench.kept.apply(&bench.scene, &touched).len() as u32
    })
}

/// The number of the kind of what [`correlation_event`] changes there.
#[unsafe(no_mangle)]
pub extern "C" fn correlation_kind(place: u32) -> u32 {
    with(|bench| bench.ids[place as usize % bench.ids.len()].kind as u32)
}

/// Links that are otherwise kept than they would be derived anew.
#[unsafe(no_mangle)]
pub extern "C" fn correlation_wrong() -> u32 {
    with(|bench| {
        let anew = correlate(&bench.scene);
        let differ = bench.kept.links().zip(&anew).filter(|(kept, anew)| kept != anew).count();
        (differ + bench.kept.links().len().abs_diff(anew.len())) as u32
    })
}
