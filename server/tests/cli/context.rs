//! Rules put in force and a baseline grown from the command line.

use super::place::Place;
use super::world::evidence;

#[test]
fn rules_set_for_the_project_fail_an_iteration_until_its_violation_is_accepted() {
    let place = Place::new();
    place.import("A", evidence("A", true, true, true)).good();
    let rules = "version = 1\n[[rule]]\nname = \"down\"\nkind = \"layers\"\nlayers = [\"core\", \"web\"]\n";
    let wrong = place.file("wrong.toml", rules.replace("layers =", "leyers ="));
    let said = place.on_store(&["context", "set", "rules", &wrong]);
    said.is(
        2,
        "wrong.toml: rules line 5, rule \"down\": there is no \"leyers\" here, did you mean \"layers\"",
    );
    place.on_store(&["context", "set", "rules", &place.file("none", "")]).is(2, "version is missing");
    place.on_store(&["context", "set", "rules", "nowhere.toml"]).is(8, "nowhere.toml");
    let right = place.file("rules.toml", rules);
    let said = place.on_store(&["context", "set", "rules", &right]);
    assert_eq!(said.good().out, "in force from position 1\n");
    place.on_store(&["verdict", "--iteration", "A"]).is(11, "");
    let accept = ["context", "accept", "--iteration", "A", "--reason"];
    place.on_store(&[&accept[..], &[" "]].concat()).is(2, "grows for a reason");
    let said = place.on_store(&[&accept[..], &["older than the rule"]].concat());
    assert_eq!(said.good().out, "accepted down|web|core\nin force from position 2\n");
    place.on_store(&["verdict", "--iteration", "A"]).good();
    let policy = place.file("policy.toml", "version = 1\nrequired_streams = [\"acc\"]\n");
    place.on_store(&["context", "set", "policy", "--iteration", "A", &policy]).good();
    place.on_store(&["context", "set", "policy", "--iteration", "B", &policy]).is(6, "");
}
