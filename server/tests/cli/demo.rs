//! The golden sets inside the binary: checked, served, one of them played in live.

use super::place::{Place, Server};
use serde_json::Value;

#[test]
fn golden_sets_answer_as_expected() {
    let place = Place::new();
    let listed = place.run(&["golden", "--list"]);
    let names: Vec<&str> = listed.good().out.lines().collect();
    let (one, two) = (names[0], names[1]);
    let ran = place.run(&["golden", one, two]);
    let lines: Vec<&str> = ran.good().out.lines().collect();
    assert!(lines[0].starts_with(&format!("PASS  {one}  ")) && lines[1].starts_with("PASS  "), "{ran:?}");
    assert_eq!(lines[2], "2 cases: 2 passed, 0 failed");
    let json = place.run(&["golden", one, "--json"]).good().json();
    assert_eq!((&json["case"], &json["passed"]), (&Value::from(one), &Value::from(true)));
    place.run(&["golden", "Iter-None"]).is(6, "there is no golden set \"Iter-None\"; there are");
}

#[test]
fn the_demo_serves_every_set_and_plays_one_to_the_same_verdict() {
    let place = Place::new();
    let folder = place.path("tmp");
    std::fs::create_dir(&folder).expect("a folder");
    let mut command = place.mission(&["demo", "--listen", "127.0.0.1:0", "--play", "500ms"]);
    let mut demo = Server::start(command.env("TMPDIR", &folder));
    let ask = |iteration: &str, more: &[&str]| {
        let args =
            [&["verdict", "--json", "--no-override", "--iteration", iteration, "--to", &demo.url], more];
        place.run(&args.concat())
    };
    for name in place.run(&["golden", "--list"]).good().out.lines() {
        let record = ask(name, &[]).json();
        assert_eq!(record["iteration"], name);
    }
    let played = ask("Demo-Live", &["--wait", "--timeout", "120s"]);
    played.is(10, "");
    let recorded = ask("Iter-Golden-DesignGap", &[]).json();
    assert_eq!(played.json()["verdict"], recorded["verdict"]);
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 1, "one temporary store");
    assert_eq!(demo.stop("INT").0, Some(0));
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0, "and nothing of it is left");
    place.run(&["demo", "--listen", "0.0.0.0:0"]).is(3, "the demo is for this machine");
}
