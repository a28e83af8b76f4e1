//! Explanations, comparisons, exports and bundles by command line.

use super::place::Place;
use super::world::{at, event, evidence};
use serde_json::{Value, json};

#[test]
fn an_explanation_says_which_reasons_are_needed_and_that_the_changes_deploy() {
    let place = Place::new();
    place.import("Gap", evidence("Gap", true, false, false)).good();
    let said = place.on_store(&["verdict", "--iteration", "Gap", "--explain"]);
    said.is(13, "");
    assert!(
        said.out.contains("bdv.scenario_pass_rate  needed: with all else repaired BDV fails"),
        "{said:?}"
    );
    assert!(said.out.contains("with 2 changes applied the verdict is Deployable"), "{said:?}");
    let record = place.on_store(&["verdict", "--iteration", "Gap", "--explain", "--json"]).json();
    assert_eq!(record["verdict"], "mixed_failure");
    assert_eq!(record["explanation"]["counterfactual"]["holds"], true);
}

#[test]
fn a_difference_tells_what_was_learned_later_and_what_flipped_it() {
    let place = Place::new();
    place.import("I", evidence("I", true, true, true)).good();
    let late = json!({"key": "pay/ok", "run": "late", "outcome": "failed", "started_at": at(5)});
    place.import("I", event("I", "late", "scenario.finished", 6, late)).good();
    let from = format!("{}/8", at(30));
    let said = place.on_store(&["diff", "--iteration", "I", "--from", &from, "--to", "now"]);
    said.good();
    assert!(said.out.starts_with("Deployable  →  Design gap"), "{said:?}");
    assert!(said.out.contains("learned with event #"), "{said:?}");
    assert!(said.out.contains("LEARNED LATER") && !said.out.contains("HAPPENED SINCE"), "{said:?}");
    let found = place.on_store(&["diff", "--iteration", "I", "--from", &from, "--json"]).json();
    assert_eq!(found["flips"].as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found["flips"][0]["clock"], "known");
    place.on_store(&["diff", "--iteration", "I", "--from", "yesterday"]).is(2, "not an RFC 3339 time");
}

#[test]
fn links_are_told_in_sentences_and_a_suggestion_counts_once_it_is_confirmed() {
    let place = Place::new();
    let say = |id, kind, data| {
        place.import("I", event("I", id, kind, 1, data)).good();
    };
    say("r", "requirement.declared", json!({"requirement": "R-1", "name": "Refund a card payment in part"}));
    say("q", "requirement.declared", json!({"requirement": "R-2", "name": "Settle payouts every night"}));
    say("s", "scenario.declared", json!({"scenario": "a", "name": "Card payments are partially refunded"}));
    say("t", "scenario.declared", json!({"scenario": "b", "name": "Zebra", "tags": ["@R-2"]}));
    let plain = place.on_store(&["links", "--iteration", "I"]);
    plain.good();
    assert!(
        plain.out.contains("1 link\n  covered    scenario b proves requirement R-2 (0.80): Tag @R-2"),
        "{plain:?}"
    );
    let likely = place.on_store(&["links", "--iteration", "I", "--likeness"]);
    assert!(
        likely.out.contains("1 suggestion of texts that are alike\n  suggested  scenario a proves"),
        "{likely:?}"
    );
    let json = place.on_store(&["links", "--iteration", "I", "--likeness", "--json"]).json();
    assert_eq!(json["items"][1]["suggested"], true, "{json}");
    let verdict = |place: &Place| place.on_store(&["lens", "bdv", "--iteration", "I", "--json"]).json();
    let proven = |lens: &Value| lens["requirements"][0]["scenarios"].as_array().map(Vec::len);
    assert_eq!(proven(&verdict(&place)), Some(0), "no lens knows of it");
    let events = place.on_store(&["links", "--iteration", "I", "--likeness", "--confirm"]);
    place.import("I", events.out.clone()).good();
    assert_eq!(proven(&verdict(&place)), Some(1), "{events:?}");
    let of = place.on_store(&["links", "--iteration", "I", "--likeness", "--of", "scenario:a"]);
    assert!(of.out.contains("1 link\n") && !of.out.contains("suggest"), "{of:?}");
    place.on_store(&["links", "--iteration", "I", "--confirm"]).is(2, "--likeness");
}

#[test]
fn a_bundle_is_verified_offline_and_a_changed_one_is_not() {
    let place = Place::new();
    place.import("I", evidence("I", true, false, true)).good();
    let bundle = place.on_store(&["export", "bundle", "--iteration", "I"]);
    bundle.good();
    let file = place.file("i.bundle.ndjson", &bundle.out);
    let said = place.run(&["verify", &file]);
    said.good();
    assert!(said.out.starts_with("SOUND") && said.out.contains("design_gap"), "{said:?}");
    let forged =
        place.file("forged.ndjson", bundle.out.replace("\"outcome\":\"failed\"", "\"outcome\":\"passed\""));
    let said = place.run(&["verify", &forged, "--json"]);
    said.is(1, "");
    assert_eq!(said.json()["sound"], false);
    place.run(&["verify", &place.file("no.txt", "hello")]).is(8, "no evidence bundle");
}

#[test]
fn exports_are_what_their_formats_say() {
    let place = Place::new();
    place.import("I", evidence("I", true, false, false)).good();
    let export = |what: &str| place.on_store(&["export", what, "--iteration", "I"]);
    let sarif: Value = export("sarif").good().json();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "layers");
    assert!(export("junit").good().out.contains("<failure "));
    assert_eq!(export("statement").good().json()["predicate"]["verificationResult"], "FAILED");
    assert!(export("violations").good().out.starts_with("id,rule,"), "{:?}", export("violations"));
    assert_eq!(export("absent").good().out, "violation,resolved\r\n", "no rows, but a header");
    let rows = place.on_store(&["export", "kpis", "--iteration", "I", "--json"]).json();
    assert!(rows.as_array().is_some_and(|rows| rows.len() > 8), "{rows}");
}

#[test]
fn the_architecture_is_told_with_its_folders_its_ledger_and_why() {
    let place = Place::new();
    let mut lines = String::new();
    for (n, module) in ["web/a", "web/b", "store/x", "store/y"].into_iter().enumerate() {
        let group = module.split('/').next();
        let data = json!({"module": module, "group": group, "types": 4, "abstract_types": 1});
        lines += &event("I", &format!("m{n}"), "module.declared", 0, data);
    }
    for (n, (from, to)) in [("web/a", "store/x"), ("store/y", "web/b")].into_iter().enumerate() {
        lines += &event("I", &format!("i{n}"), "import.declared", 0, json!({"from": from, "to": to}));
    }
    let rule = json!({"rule": "old", "severity": "error", "text": "Nothing old."});
    lines += &event("I", "r", "rule.declared", 1, rule);
    let told = json!({"rule": "old", "severity": "error", "from": "web/a", "waiver": "accepted", "justification": "generated code"});
    lines += &event("I", "v", "violation.detected", 2, told);
    let granted = json!({"suppression": "x", "reason": "legacy", "rule": "other", "modules": ["store/**"]});
    lines += &event("I", "s", "suppression.granted", 3, granted);
    place.import("I", lines).good();
    let said = place.on_store(&["lens", "acc", "--iteration", "I"]);
    said.good();
    for line in [
        "Lakos: CCD 6, ACD 1.50, RACD 0.38, NCCD 0.75",
        "USE EACH OTHER in (outermost)  2 over normal imports, density 1.00: store, web",
        "  shortest  store → web → store",
        "; no fewer references do",
        "  behind    ",
        "REACHED FROM",
        "COHESION",
        "NAME OF RULE",
        "Nothing old.",
        "generated code",
        "store/**",
    ] {
        assert!(said.out.contains(line), "{line}: {}", said.out);
    }
}
