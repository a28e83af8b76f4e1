//! Module graphs in several formats: what each says, and that the same graph gives the same lens.

use super::seen::*;
use shared::event::Facet;
use shared::id::Kind;
use shared::import::Imported;
use shared::lens::Acc;

fn edges(imported: &Imported) -> Vec<(String, i64)> {
    let edge = |((from, to, _), weight): ((String, String, String), i64)| (format!("{from} {to}"), weight);
    imports(imported).into_iter().map(edge).collect()
}

fn edge(text: &str, weight: i64) -> (String, i64) {
    (text.to_owned(), weight)
}

fn keys(imported: &Imported) -> Vec<String> {
    present(imported, Kind::Module).into_iter().collect()
}

#[test]
fn graphml_reads_nested_graphs_labels_and_weights() {
    let imported = read(fixture("modules.graphml"));
    assert_eq!(keys(&imported), ["log", "store", "ui"], "a node that only holds others is their group");
    let module = |key, facet| held(&imported, Kind::Module, key, facet);
    assert_eq!(module("ui", Facet::Name).as_deref(), Some("The & screen"));
    assert_eq!(module("store", Facet::Name).as_deref(), Some("Store"), "the label that yEd draws");
    assert_eq!(module("store", Facet::Group).as_deref(), Some("Core"));
    assert_eq!(edges(&imported), [edge("store log", 3), edge("ui store", 2 + 2)]);
    let said = issues(&imported);
    for (line, text) in [
        (9, "data \"d2\": not read (here and below)"),
        (15, "undirected: such edges are read from source to target (here and below)"),
        (18, "weight: \"many\" is no count, left out"),
        (19, "edge: no node \"ui\" or no node \"nowhere\""),
        (20, "node \"ui\": its id is taken"),
        (21, "node: no id"),
        (22, "hyperedge: 1 item of a kind that is not used"),
    ] {
        assert!(said.contains(&(line, text)), "{text}: {said:?}");
    }
}

#[test]
fn graphml_ids_that_are_mere_numbers_give_way_to_labels() {
    let graph = |first: &str, second: &str| {
        read(format!(
            "<graphml><key id=\"l\" attr.name=\"label\"/><graph><node id=\"n0\"><data key=\"l\">{first}</data></node><node id=\"n1\"><data key=\"l\">{second}</data></node><edge source=\"n0\" target=\"n1\"/></graph></graphml>"
        ))
    };
    assert_eq!(edges(&graph("a", "b")), [edge("a b", 1)]);
    assert_eq!(
        edges(&graph("a", "a")),
        [edge("n0 n1", 1)],
        "labels that do not tell nodes apart stay labels"
    );
}

#[test]
fn nx_projects_are_modules_and_packages_are_external() {
    let imported = read(fixture("nx.json"));
    assert_eq!(keys(&imported), ["npm:clsx", "npm:react", "shop", "ui"]);
    let module = |key, facet| held(&imported, Kind::Module, key, facet);
    assert_eq!(module("shop", Facet::Path).as_deref(), Some("apps/shop"));
    assert_eq!(module("shop", Facet::Tags).as_deref(), Some("scope:shop type:app"));
    assert_eq!(module("npm:react", Facet::Name).as_deref(), Some("react"));
    for package in ["npm:react", "npm:clsx"] {
        assert_eq!(module(package, Facet::External).as_deref(), Some("Flag(true)"), "{package}");
    }
    let wanted = [edge("shop npm:react", 1), edge("shop ui", 2), edge("ui npm:clsx", 1)];
    assert_eq!(edges(&imported), wanted);
    assert_eq!((imported.report.read, imported.report.rejected), (9, 2));
    let json: serde_json::Value = serde_json::from_slice(fixture("nx.json")).expect("JSON");
    let bare = read(json["graph"].to_string());
    assert_eq!(edges(&bare), edges(&imported), "the graph by itself, as Nx caches it");
}

#[test]
fn jdepend_packages_have_their_classes_counted_and_unanalysed_ones_are_external() {
    let imported = read(fixture("jdepend.xml"));
    assert_eq!(keys(&imported), ["java.util", "orbit.core", "orbit.ui"]);
    let wanted =
        [edge("orbit.core java.util", 1), edge("orbit.core orbit.ui", 1), edge("orbit.ui orbit.core", 1)];
    assert_eq!(edges(&imported), wanted, "cycles and UsedBy add nothing");
    let acc = analysis(&imported).acc;
    let module = |key: &str| acc.modules.iter().find(|it| it.id.key == key).expect(key);
    assert_eq!(module("orbit.core").abstractness, Some(0.25));
    assert_eq!(module("orbit.core").group.as_deref(), Some("orbit"));
    assert_eq!(module("orbit.ui").abstractness, None, "a count that is none is no zero");
    assert!(module("java.util").external && !module("orbit.ui").external);
    assert_eq!(acc.components.len(), 1);
    assert!(issues(&imported).contains(&(21, "AbstractClasses: \"none\" is no count, left out")));
    assert_eq!((imported.report.read, imported.report.rejected), (8, 2));
}

#[test]
fn clusters_within_clusters_are_folders_within_folders() {
    let imported = read(
        "digraph { subgraph cluster_src { label=src; a; subgraph cluster_cli { label=cli; b }\n subgraph \"cluster_x\" { label=\"src/x\"; c } } a -> b }",
    );
    let group = |key| held(&imported, Kind::Module, key, Facet::Group);
    assert_eq!(group("a").as_deref(), Some("src"));
    assert_eq!(group("b").as_deref(), Some("src/cli"), "labels as dependency-cruiser's own DOT has them");
    assert_eq!(group("c").as_deref(), Some("src/x"), "a label that is a path already");
}

/// What a lens over one graph must show alike, whatever file it came from.
fn shown(acc: &Acc) -> String {
    let parts = (&acc.modules, &acc.dependencies, &acc.components, &acc.groups, acc.propagation_cost);
    serde_json::to_string_pretty(&parts).expect("JSON")
}

#[test]
fn one_graph_in_four_formats_gives_one_lens() {
    let names = ["src/cli/a", "src/cli/b", "src/main/c", "src/main/d", "src/e"];
    let pairs = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3), (0, 4)];
    let folder = |name: &str| name.rsplit_once('/').expect("a folder").0.to_owned();
    let list = |items: Vec<String>| items.join(",");
    let from = |n: usize| pairs.iter().filter(move |(from, _)| *from == n).map(|(_, to)| names[*to]);

    let modules = names.iter().enumerate().map(|(n, name)| {
        let to = |to: &str| format!("{{\"resolved\":\"{to}\",\"dependencyTypes\":[\"local\"]}}");
        format!("{{\"source\":\"{name}\",\"dependencies\":[{}]}}", list(from(n).map(to).collect()))
    });
    let cruiser = format!("{{\"modules\":[{}],\"summary\":{{}}}}", list(modules.collect()));

    let groups = |group: &dyn Fn(&str, String) -> String, node: &dyn Fn(&str) -> String| {
        let within = |folder_of: &str| {
            names.iter().filter(|it| folder(it) == folder_of).map(|it| node(it)).collect::<String>()
        };
        let inner = group("cli", within("src/cli")) + &group("main", within("src/main"));
        group("src", within("src") + &inner)
    };
    let dot_group =
        |label: &str, body: String| format!("subgraph cluster_{label} {{ label={label}; {body} }}\n");
    let dot_edges: String =
        pairs.iter().map(|(a, b)| format!("\"{}\" -> \"{}\";\n", names[*a], names[*b])).collect();
    let dot = format!("digraph {{ {} {dot_edges} }}", groups(&dot_group, &|name| format!("\"{name}\";")));

    let xml_group =
        |label: &str, body: String| format!("<node id=\"{label}\"><graph>{body}</graph></node>\n");
    let xml_edges: String = pairs
        .iter()
        .map(|(a, b)| format!("<edge source=\"{}\" target=\"{}\"/>\n", names[*a], names[*b]))
        .collect();
    let nodes = groups(&xml_group, &|name| format!("<node id=\"{name}\"/>"));
    let graphml = format!("<graphml><graph edgedefault=\"directed\">{nodes}{xml_edges}</graph></graphml>");

    let nodes = names.map(|name| format!("\"{name}\":{{\"type\":\"lib\",\"data\":{{\"root\":\"{name}\"}}}}"));
    let edges = names.iter().enumerate().map(|(n, name)| {
        let to = |to: &str| format!("{{\"source\":\"{name}\",\"target\":\"{to}\",\"type\":\"static\"}}");
        format!("\"{name}\":[{}]", list(from(n).map(to).collect()))
    });
    let (nodes, edges) = (nodes.join(","), list(edges.collect()));
    let nx = format!("{{\"graph\":{{\"nodes\":{{{nodes}}},\"dependencies\":{{{edges}}}}}}}");

    let of = |text: &str| {
        let mut acc = analysis(&read(text)).acc;
        // Which file a module is, and whether its folder was told or follows from that, formats say differently.
        for module in &mut acc.modules {
            (module.path, module.group) = (None, None);
        }
        acc
    };
    let wanted = of(&cruiser);
    assert_eq!((wanted.modules.len(), wanted.dependencies.len(), wanted.components.len()), (5, 7, 2));
    assert!(wanted.groups.iter().any(|group| group.id == "src/cli" && group.modules == 2));
    for (name, text) in [("dot", &dot), ("graphml", &graphml), ("nx", &nx)] {
        let acc = of(text);
        assert_eq!(shown(&acc), shown(&wanted), "{name}");
        let figures =
            |acc: &Acc| acc.kpis.iter().map(|kpi| (kpi.name.clone(), kpi.actual)).collect::<Vec<_>>();
        assert_eq!(figures(&acc), figures(&wanted), "{name}");
    }
}
