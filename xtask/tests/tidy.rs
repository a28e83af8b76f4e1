//! The architecture as tests: who may depend on whom, where browser APIs may stand, how long a file may be.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const LINES_MAX: usize = 500;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_path_buf()
}

/// Package name → names of the packages it is built with, tests aside, over everything cargo resolves.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let names: BTreeMap<String, String> = metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| (text(&package["id"]), text(&package["name"])))
        .collect();
    let nodes = metadata["resolve"]["nodes"].as_array().expect("nodes");
    nodes
        .iter()
        .map(|node| {
            let dependencies = node["deps"].as_array().expect("deps").iter();
            let built_with = dependencies.filter(|dependency| {
                let kinds = dependency["dep_kinds"].as_array().expect("kinds");
                kinds.iter().any(|kind| kind["kind"].as_str() != Some("dev"))
            });
            let built_with = built_with.map(|dependency| names[&text(&dependency["pkg"])].clone());
            (names[&text(&node["id"])].clone(), built_with.collect())
        })
        .collect()
}

/// Everything `package` is built with, however indirectly.
fn reach(package: &str, dependencies: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![package.to_owned()];
    while let Some(name) = open.pop() {
        for next in &dependencies[&name] {
            if found.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    found
}

#[test]
fn dependencies_point_from_server_over_app_to_shared() {
    let dependencies = dependencies();
    let ours = ["shared", "app", "reader", "server", "xtask"];
    let of = |package: &str| -> Vec<&str> {
        ours.into_iter().filter(|name| dependencies[package].contains(*name)).collect()
    };
    assert_eq!(of("shared"), [""; 0]);
    assert_eq!(of("app"), ["shared"]);
    assert_eq!(of("reader"), ["shared"]);
    assert_eq!(of("server"), ["shared", "app"]);
    let outside = ours.into_iter().filter(|name| dependencies[*name].contains("xtask")).count();
    assert_eq!(outside, 0, "nothing depends on xtask");
}

#[test]
fn shared_is_built_without_clock_io_async_or_randomness() {
    let found = reach("shared", &dependencies());
    let banned = [
        "tokio",
        "futures",
        "async-std",
        "leptos",
        "axum",
        "sqlx",
        "async-graphql",
        "web-sys",
        "js-sys",
        "wasm-bindgen",
        "chrono",
        "getrandom",
        "rand",
        "ahash",
        "rayon",
        "ureq",
    ];
    // Wasm-only and feature-gated crates stand in the resolution of the whole workspace although `shared` is built
    // without them, so what counts is what its own manifest asks for.
    let direct = &dependencies()["shared"];
    let named: Vec<_> = banned.into_iter().filter(|name| direct.contains(*name)).collect();
    assert_eq!(named, [""; 0]);
    assert!(!found.contains("tokio") && !found.contains("leptos"));
}

#[test]
fn app_knows_no_server_and_no_database() {
    let direct = &dependencies()["app"];
    let banned = ["axum", "sqlx", "async-graphql", "tokio", "tower-http", "leptos_axum"];
    let named: Vec<_> = banned.into_iter().filter(|name| direct.contains(*name)).collect();
    assert_eq!(named, [""; 0]);
}

/// Files with `extension` below `folder`.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() && !["target", "node_modules", ".git"].contains(&name.as_str()) {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Path below the workspace, with forward slashes.
fn name(path: &Path) -> String {
    path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/")
}

#[test]
fn browser_apis_stand_in_browser_and_canvas_alone() {
    let app = root().join("app/src");
    let outside: Vec<String> = files(&app, "rs")
        .into_iter()
        .filter(|path| {
            let path = name(path);
            !path.starts_with("app/src/browser") && !path.starts_with("app/src/canvas")
        })
        .filter(|path| {
            let text = fs::read_to_string(path).expect("UTF-8");
            ["web_sys::", "js_sys::", "gloo_net::", "wasm_bindgen::"].iter().any(|name| text.contains(name))
        })
        .map(|path| name(&path))
        .collect();
    assert_eq!(outside, [""; 0]);
}

#[test]
fn every_module_says_what_it_is_and_is_one_room() {
    let mut wrong = Vec::new();
    for path in files(&root(), "rs") {
        let text = fs::read_to_string(&path).expect("UTF-8");
        let n_lines = text.lines().count();
        if n_lines > LINES_MAX {
            wrong.push(format!("{}: {n_lines} lines, at most {LINES_MAX}", name(&path)));
        }
        let is_source = name(&path).contains("/src/");
        let begins = text.lines().find(|line| !line.is_empty() && !line.starts_with("#!"));
        if is_source && !begins.is_some_and(|line| line.starts_with("//!")) {
            wrong.push(format!("{}: no module header", name(&path)));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn nothing_is_unfinished_or_skipped() {
    // Written apart so that this file does not name them itself.
    let banned = [["to", "do!("], ["unimple", "mented!("], ["db", "g!("], ["#[ig", "nore"], ["FIX", "ME"]];
    let mut found = Vec::new();
    for path in files(&root(), "rs") {
        let text = fs::read_to_string(&path).expect("UTF-8");
        for word in banned.map(|parts| parts.concat()) {
            if text.contains(&word) {
                found.push(format!("{}: {word}", name(&path)));
            }
        }
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn names_say_what_a_room_is_for() {
    let vague = ["util", "utils", "helper", "helpers", "manager", "common", "misc"];
    let found: Vec<String> = files(&root(), "rs")
        .into_iter()
        .filter(|path| path.file_stem().is_some_and(|stem| vague.contains(&&*stem.to_string_lossy())))
        .map(|path| name(&path))
        .collect();
    assert_eq!(found, [""; 0]);
}
