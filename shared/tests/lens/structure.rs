//! The architecture lens: components by kind, couplings of modules and folders, order.

use crate::world::World;
use serde_json::json;
use shared::event::Dependency;

fn kpi(acc: &shared::lens::Acc, name: &str) -> Option<f64> {
    acc.kpis.iter().find(|kpi| kpi.name == name).and_then(|kpi| kpi.actual)
}

fn modules(keys: &[&str]) -> World {
    let mut world = World::default();
    for key in keys {
        world.say("", "mission.module.declared.v1", json!({"module": key}));
    }
    world
}

#[test]
fn a_cycle_through_dev_dependencies_is_listed_but_legal() {
    let mut world = modules(&["a", "b"]);
    world.import("a", "b", "normal").import("b", "a", "dev");
    let acc = world.analysis().acc;
    assert_eq!(acc.components.len(), 1);
    assert_eq!(acc.components[0].kinds, [Dependency::Normal, Dependency::Dev]);
    assert_eq!(acc.components[0].cut[0].from.key, "b", "the dev import is the one to cut");
    assert_eq!(kpi(&acc, "acc.cyclic_dependencies"), Some(0.0));
    world.import("b", "a", "build");
    let acc = world.analysis().acc;
    assert_eq!(acc.components[0].kinds, [Dependency::Normal, Dependency::Build]);
    assert_eq!(kpi(&acc, "acc.cyclic_dependencies"), Some(1.0));
}

#[test]
fn a_component_has_a_shortest_cycle_and_a_light_cut() {
    let mut world = modules(&["a", "b", "c", "d"]);
    world.import("a", "b", "normal").import("b", "c", "normal").import("c", "a", "normal");
    world.import("c", "d", "normal").import("d", "b", "normal").import("a", "d", "normal");
    let acc = world.analysis().acc;
    let component = &acc.components[0];
    assert_eq!(component.size, 4);
    assert_eq!(component.shortest_cycle.len(), 3);
    assert_eq!(component.cut.len(), 1);
    assert_eq!((component.cut[0].from.key.as_str(), component.cut[0].to.key.as_str()), ("b", "c"));
    assert_eq!(kpi(&acc, "acc.cyclic_dependencies"), Some(1.0));
}

#[test]
fn folders_count_the_imports_that_cross_their_border() {
    let mut world = World::default();
    for key in ["bin/x.js", "src/cli/a.js", "src/cli/deep/b.js", "src/main/c.js"] {
        world.say("", "mission.module.declared.v1", json!({"module": key}));
    }
    world.import("bin/x.js", "src/cli/a.js", "normal").import("src/cli/a.js", "src/cli/deep/b.js", "normal");
    world.import("src/cli/deep/b.js", "src/main/c.js", "normal").import(
        "src/cli/a.js",
        "src/main/c.js",
        "normal",
    );
    let acc = world.analysis().acc;
    let group = |id: &str| {
        let group = acc.groups.iter().find(|group| group.id == id).expect(id);
        (group.ca, group.ce, group.modules)
    };
    assert_eq!(group("src/cli"), (1, 2, 2));
    assert_eq!(group("src"), (1, 0, 3));
    assert_eq!(group("src/cli/deep"), (1, 1, 1));
}

#[test]
fn instability_is_averaged_over_own_modules_which_stand_in_block_triangular_order() {
    let mut world = modules(&["a", "b"]);
    world.say("", "mission.module.declared.v1", json!({"module": "x", "external": true}));
    world.import("a", "b", "normal").import("b", "x", "normal").import("a", "ghost", "normal");
    let acc = world.analysis().acc;
    let order: Vec<(&str, u32, u32, f64)> =
        acc.modules.iter().map(|m| (m.name.as_str(), m.ca, m.ce, m.instability)).collect();
    assert_eq!(order, [("a", 0, 1, 1.0), ("b", 1, 1, 0.5), ("x", 1, 0, 0.0)], "the ghost waits");
    assert_eq!(kpi(&acc, "acc.average_instability"), Some(0.5), "x is no module of the project");
    assert!((acc.propagation_cost - 0.666_667).abs() < 1e-9);
}

#[test]
fn without_modules_no_figure_of_architecture_applies() {
    let acc = World::default().analysis().acc;
    assert!(acc.kpis.iter().all(|kpi| kpi.actual.is_none() && kpi.met));
}

#[test]
fn what_its_tool_suppresses_does_not_block_and_what_it_knows_by_a_fingerprint_may_move() {
    let found = |world: &mut World, clock: &str, from: &str, waiver: serde_json::Value| {
        let data = json!({"rule": "r", "severity": "error", "from": from, "fingerprint": "f1", "waiver": waiver,
            "justification": "generated", "baseline": "unchanged"});
        world.say(clock, "mission.violation.detected.v1", data);
    };
    for (waiver, suppressed) in
        [("accepted", true), ("under_review", false), ("rejected", false), ("absent", false)]
    {
        let mut world = World::default();
        found(&mut world, "", "a", json!(waiver));
        let acc = world.analysis().acc;
        assert_eq!(acc.violations[0].suppressed, suppressed, "{waiver}");
        assert_eq!(acc.violations[0].suppressed_by.as_deref(), suppressed.then_some("tool"));
        assert_eq!(acc.violations[0].justification.as_deref(), Some("generated"));
        assert_eq!(kpi(&acc, "acc.blocking_violations"), Some(f64::from(u8::from(!suppressed))));
    }
    let mut world = World::default();
    found(&mut world, "09:00:00", "old/place", json!("absent"));
    found(&mut world, "10:00:00", "new/place", json!("absent"));
    let acc = world.analysis().acc;
    let seen: Vec<_> = acc.violations.iter().map(|it| (it.id.key.as_str(), it.from.as_str())).collect();
    assert_eq!(seen, [("r|#f1", "new/place")], "one violation, wherever it moves");
    let gone = json!({"rule": "r", "from": "new/place", "fingerprint": "f1"});
    world.say("11:00:00", "mission.violation.resolved.v1", gone);
    assert!(world.analysis().acc.violations.is_empty());
}

/// The example of the ArchUnit guide, 1→2, 3→2, 2→4, 2→5, 2→6, 5→6, through the lens: its published figures of Martin
/// and Lakos, MacCormack's visibility both ways, and the order of the matrix.
#[test]
fn the_published_vectors_stand_in_the_lens() {
    let mut world = World::default();
    for key in ["1", "2", "3", "4", "5", "6"] {
        let data = json!({"module": key, "group": "g", "types": 4, "abstract_types": u32::from(key == "2")});
        world.say("", "mission.module.declared.v1", data);
    }
    for (from, to) in [("1", "2"), ("3", "2"), ("2", "4"), ("2", "5"), ("2", "6"), ("5", "6")] {
        world.import(from, to, "normal");
    }
    world.import("6", "1", "dev");
    let acc = world.analysis().acc;
    let module = |key: &str| acc.modules.iter().find(|module| module.id.key == key).expect(key);
    let both = |of: &dyn Fn(&shared::lens::acc::Module) -> u32| {
        ["1", "2", "3", "4", "5", "6"].map(|key| of(module(key)))
    };
    assert_eq!(both(&|module| module.vfo), [5, 4, 5, 1, 2, 1], "Lakos' DependsOn");
    assert_eq!(both(&|module| module.vfi), [1, 3, 1, 4, 4, 5]);
    assert_eq!((module("2").ca, module("2").ce, module("2").instability), (2, 3, 0.6));
    assert_eq!((module("5").ca, module("5").ce, module("5").instability), (1, 1, 0.5));
    // D = |A + I − 1|.
    assert_eq!((module("2").abstractness, module("2").distance), (Some(0.25), Some(0.15)));
    let lakos = acc.lakos;
    assert_eq!((lakos.ccd, lakos.acd, lakos.racd, lakos.nccd), (18, 3.0, 0.5, 1.285_714));
    assert_eq!(acc.propagation_cost, lakos.racd);
    // The dev import makes a cycle, which counts in none of these figures and is none that blocks.
    assert_eq!((acc.components.len(), acc.components[0].counts()), (1, false));
    assert_eq!(kpi(&acc, "acc.cyclic_dependencies"), Some(0.0));
    let order: Vec<&str> = acc.modules.iter().map(|module| module.id.key.as_str()).collect();
    assert_eq!(order, ["3", "1", "2", "5", "6", "4"], "users first, the block of the cycle together");
    // Seven imports between six modules, of which the dev one does not count: (6 + 1) ÷ 6.
    assert_eq!(acc.groups[0].cohesion, 1.166_667);
}

#[test]
fn folders_can_use_each_other_without_a_cycle_of_modules() {
    let mut world = World::default();
    for module in ["web/a", "web/b", "store/x", "store/y"] {
        world.say("", "mission.module.declared.v1", json!({"module": module}));
    }
    world.import("web/a", "store/x", "normal");
    world.import("web/b", "store/x", "normal");
    world.import("store/y", "web/b", "normal");
    let acc = world.analysis().acc;
    assert_eq!(acc.components, []);
    assert_eq!(kpi(&acc, "acc.cyclic_dependencies"), Some(0.0), "folders inform, modules decide");
    let [outermost] = acc.levels.as_slice() else { panic!("one level has links: {:?}", acc.levels) };
    assert_eq!((outermost.id.as_str(), outermost.dependencies), ("", 2));
    assert_eq!((outermost.lakos.ccd, outermost.lakos.racd), (4, 1.0));
    let [component] = outermost.components.as_slice() else { panic!("one: {outermost:?}") };
    assert_eq!(component.members, ["store", "web"]);
    assert!(component.cut_is_minimal);
    let [cut] = component.cut.as_slice() else { panic!("one link: {component:?}") };
    assert_eq!((cut.from.as_str(), cut.to.as_str(), cut.weight), ("store", "web", 1), "the lighter one");
    let behind: Vec<_> = cut.imports.iter().map(|cut| (cut.from.key.as_str(), cut.to.key.as_str())).collect();
    assert_eq!(behind, [("store/y", "web/b")]);
}
