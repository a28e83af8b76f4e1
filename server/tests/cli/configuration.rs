//! Configuration as a user gives it: which layer counts, and how a bad one is refused.

use super::place::{Place, ran};
use super::world::evidence;

#[test]
fn a_bad_file_is_3_with_file_line_and_key() {
    let place = Place::new();
    for (text, words) in [
        ("store = \"sqlite:x.db\"\nstroe = \"y\"\n", "m.toml:2: stroe: unknown key; known are store, to"),
        ("\nlisten = \"8000\"\n", "m.toml:2: listen: \"8000\" is no address"),
        ("listen = 8000\n", "m.toml:1: listen: must be a text"),
        ("store = \"sqlite:x.db", "m.toml:1: "),
    ] {
        let file = place.file("m.toml", text);
        let refused = place.run(&["verdict", "--iteration", "I", "--config", &file]);
        refused.is(3, words);
        assert!(refused.err.starts_with(&format!("mission: {}", place.path("").display())), "{refused:?}");
    }
    place
        .run(&["verdict", "--iteration", "I", "--config", "nowhere.toml"])
        .is(3, "nowhere.toml: No such file");
    let mut variable = place.mission(&["verdict", "--iteration", "I"]);
    ran(variable.env("MISSION_STORE", "mysql:x")).is(3, "MISSION_STORE: \"mysql:x\" is no store");
    let mut both = place.mission(&["verdict", "--iteration", "I"]);
    ran(both.env("MISSION_STORE", "sqlite:x").env("MISSION_TO", "http://x"))
        .is(3, "either a store or a server");
}

#[test]
fn flags_win_over_variables_over_the_file_over_the_data_folder() {
    let place = Place::new();
    let store = |name: &str| format!("sqlite:{}", place.path(name).display());
    let log = place.file("e.ndjson", evidence("I", true, true, true));
    let file = place.file("m.toml", format!("store = \"{}\"\nproject = \"shop\"\n", store("file.db")));
    let import = ["import", "--iteration", "I", &log];
    ran(place.mission(&import).env("MISSION_CONFIG", &file)).good();
    assert!(place.path("file.db").exists());
    ran(place.mission(&import).env("MISSION_CONFIG", &file).env("MISSION_STORE", store("env.db"))).good();
    assert!(place.path("env.db").exists());
    let flag = store("flag.db");
    let flagged = [&import[..], &["--store", &flag]].concat();
    ran(place.mission(&flagged).env("MISSION_CONFIG", &file).env("MISSION_TO", "http://127.0.0.1:1")).good();
    assert!(place.path("flag.db").exists());
    let events = place.run(&["events", "--iteration", "I", "--store", &store("file.db")]);
    assert!(events.good().out.contains("\"project\":\"shop\""), "{events:?}");
    place.run(&import).good();
    place.run(&["verdict", "--iteration", "I"]).good();
    assert!(place.path(".local/share/mission/mission.db").exists(), "the store of the user");
}
