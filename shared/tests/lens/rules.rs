//! Rules that are evaluated here: what each kind finds, what is told of mistakes, what becomes of what is found.

use crate::world::{World, at, good};
use proptest::prelude::*;
use serde_json::json;
use shared::event::{Baseline, Severity};
use shared::explain::explain;
use shared::export::sarif;
use shared::id::{EntityId, Kind, Name};
use shared::lens::Analysis;
use shared::lens::acc::Acc;
use shared::rules::{RuleKind, parse};
use shared::time::{AsOf, Time};
use shared::verdict::VerdictName;
use std::collections::BTreeSet;

/// The rule `kind` with `fields`, called `r`.
fn rule(kind: &str, fields: &str) -> String {
    format!("version = 1\n[[rule]]\nname = \"r\"\nkind = \"{kind}\"\n{fields}\n")
}

/// Modules as `imports` name them ("a b" for a uses b, "a b dev" by kind), under `rules`.
fn under(rules: &str, imports: &[&str]) -> World {
    let mut world = World::default();
    let ends = imports.iter().flat_map(|import| import.split(' ').take(2)).collect::<BTreeSet<_>>();
    for module in ends {
        world.say("", "mission.module.declared.v1", json!({"module": module}));
    }
    for import in imports {
        let mut parts = import.split(' ');
        if let (Some(from), Some(to)) = (parts.next(), parts.next()) {
            world.import(from, to, parts.next().unwrap_or("normal"));
        }
    }
    world.context("rules", rules);
    world
}

fn keys(acc: &Acc) -> Vec<&str> {
    let mut keys: Vec<&str> = acc.violations.iter().map(|violation| violation.id.key.as_str()).collect();
    keys.sort_unstable();
    keys
}

/// What a rule finds, by key.
fn found(kind: &str, fields: &str, imports: &[&str]) -> Vec<String> {
    let acc = under(&rule(kind, fields), imports).analysis().acc;
    keys(&acc).into_iter().map(ToOwned::to_owned).collect()
}

#[test]
fn forbidden_imports_are_found_but_for_exceptions_and_kinds() {
    let imports = ["web/a store/x", "web/a store/y", "web/b store/x dev", "job store/x", "store/x web/a"];
    let fields = "from = \"web/**\"\nto = \"store/*\"";
    assert_eq!(found("forbidden", fields, &imports), ["r|web/a|store/x", "r|web/a|store/y"]);
    let except = [fields, "except = [{ from = \"web/a\", to = \"store/y\" }]"].join("\n");
    assert_eq!(found("forbidden", &except, &imports), ["r|web/a|store/x"]);
    let dev = [fields, "dependencies = [\"dev\"]"].join("\n");
    assert_eq!(found("forbidden", &dev, &imports), ["r|web/b|store/x"]);
}

#[test]
fn what_is_not_allowed_is_forbidden() {
    let imports = ["core/a core/b", "core/a std", "core/b web", "web core/a"];
    let fields = "from = \"core/**\"\nto = [\"core/**\", \"std\"]";
    assert_eq!(found("allowed", fields, &imports), ["r|core/b|web"]);
}

#[test]
fn required_imports_are_missed_where_none_is_direct() {
    let imports = ["http/a auth", "http/b http/a", "http/c x", "auth x"];
    let fields = "from = \"http/*\"\nto = \"auth\"";
    assert_eq!(found("required", fields, &imports), ["r|http/b|", "r|http/c|"]);
    let except = [fields, "except = [{ from = \"http/c\" }]"].join("\n");
    assert_eq!(found("required", &except, &imports), ["r|http/b|"]);
}

#[test]
fn lower_layers_use_no_upper_ones_and_strict_ones_skip_none() {
    let imports = ["web app", "web store", "app store", "store app", "jobs web", "other web", "web web2"];
    let fields = "layers = [[\"web\", \"web2\"], [\"app\", \"jobs\"], \"store\"]";
    assert_eq!(found("layers", fields, &imports), ["r|jobs|web", "r|store|app"]);
    let strict = [fields, "strict = true"].join("\n");
    let analysis = under(&rule("layers", &strict), &imports).analysis();
    assert_eq!(keys(&analysis.acc), ["r|jobs|web", "r|store|app", "r|web|store"]);
    let up = analysis.acc.violations.iter().find(|violation| violation.from == "store").unwrap();
    assert_eq!(up.reason.as_deref(), Some("store lies below app, jobs"));
    assert_eq!(up.imports.len(), 1);
    assert_eq!((up.imports[0].from.key.as_str(), up.imports[0].to.key.as_str()), ("store", "app"));
}

#[test]
fn independent_sets_are_not_connected_by_others_either_and_the_shortest_way_is_told() {
    let fields = "sets = { a = \"a/*\", b = \"b/*\", c = \"c/*\" }";
    let imports = ["a/1 x", "x y", "y b/1", "a/2 z", "z b/2", "b/1 c/1", "c/1 x", "a/1 c/9 dev"];
    let analysis = under(&rule("independence", fields), &imports).analysis();
    assert_eq!(keys(&analysis.acc), ["r|#a>b", "r|#c>b", "r|b/1|c/1"]);
    let way = |key: &str| {
        let violation = analysis.acc.violations.iter().find(|violation| violation.id.key == key).unwrap();
        let ends = (violation.from.clone(), violation.to.clone().unwrap());
        (ends, violation.reason.clone().unwrap(), violation.imports.len())
    };
    let ends = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    assert_eq!(way("r|#a>b"), (ends("a/2", "b/2"), "a/2 → z → b/2".to_owned(), 2));
    assert_eq!(way("r|#c>b"), (ends("c/1", "b/1"), "c/1 → x → y → b/1".to_owned(), 3));
}

#[test]
fn nothing_depends_on_what_is_less_stable() {
    // I: a 1/1, hub 1/3, c 2/3, d 0.
    let imports = ["a hub", "b hub", "hub c", "c d", "c e"];
    let acc = under(&rule("stable-dependencies", ""), &imports).analysis().acc;
    assert_eq!(keys(&acc), ["r|hub|c"]);
    assert_eq!(acc.violations[0].reason.as_deref(), Some("33 % unstable uses 67 % unstable"));
    // Equal stability is in order, where floating shares might differ in the last bit.
    assert!(found("stable-dependencies", "", &["a b", "b c", "c d", "d e"]).is_empty());
}

#[test]
fn mistakes_are_told_with_line_rule_and_field() {
    for (text, message) in [
        ("version = 2", "rules line 1, version: this version is not known, 1 is"),
        ("", "rules line 1: version is missing; write version = 1"),
        (
            "version = 1\n[[rules]]",
            "rules line 2: there is no \"rules\" here, did you mean \"rule\"; it is one of version, rule",
        ),
        ("version = 1\nrule = 3", "rules line 2, rule: must be a list, is a number"),
        ("version = 1\n[[rule]]\nkind = \"layers\"", "rules line 2, rule 1: name is missing"),
        (
            &rule("forbiden", ""),
            "rules line 4, rule \"r\", kind: \"forbiden\" is not known, did you mean \"forbidden\"; it is one of forbidden, allowed, required, layers, independence, stable-dependencies",
        ),
        (
            &rule("forbidden", "form = \"a\""),
            "rules line 5, rule \"r\": there is no \"form\" here, did you mean \"from\"; it is one of name, kind, severity, dependencies, except, reason, from, to",
        ),
        (&rule("forbidden", "from = \"a\""), "rules line 2, rule \"r\": to is missing"),
        (
            &rule("forbidden", "from = 3\nto = \"a\""),
            "rules line 5, rule \"r\", from: must be a pattern or a list of patterns, is a number",
        ),
        (
            &rule("forbidden", "to = \"a\"\nfrom = [\"a\",\n\"\"]"),
            "rules line 7, rule \"r\", from: a pattern has 1 to 512 bytes and no control characters",
        ),
        (
            &rule("forbidden", "from = []\nto = \"a\""),
            "rules line 5, rule \"r\", from: names no module; give a pattern",
        ),
        (
            &rule("layers", "layers = [\"a\"]"),
            "rules line 5, rule \"r\", layers: needs two layers or more, the highest first",
        ),
        (
            &rule("layers", "layers = [\"a\", \"b\"]\nstrict = 1"),
            "rules line 6, rule \"r\", strict: must be true or false, is a number",
        ),
        (
            &rule("layers", "from = \"a\""),
            "rules line 5, rule \"r\": there is no \"from\" here; it is one of name, kind, severity, dependencies, except, reason, layers, strict",
        ),
        (
            &rule("independence", "sets = { a = \"a\" }"),
            "rules line 5, rule \"r\", sets: needs 2 to 64 named sets",
        ),
        (
            &rule("allowed", "from = \"a\"\nto = \"b\"\nseverity = \"warning\""),
            "rules line 7, rule \"r\", severity: \"warning\" is not known; it is one of error, warn, info",
        ),
        (
            &rule("allowed", "from = \"a\"\nto = \"b\"\ndependencies = []"),
            "rules line 7, rule \"r\", dependencies: names no kind of import; it is one of normal, build, dev",
        ),
        (
            &rule("allowed", "from = \"a\"\nto = \"b\"\nexcept = [{ frm = \"a\" }]"),
            "rules line 7, rule \"r\", except: there is no \"frm\" here, did you mean \"from\"; it is one of from, to",
        ),
        (
            &rule("allowed", "from = \"a\"\nto = \"b\"\nreason = \"a\\nb\""),
            "rules line 7, rule \"r\", reason: must have 1 to 1024 bytes on one line",
        ),
        (
            &(rule("stable-dependencies", "") + "[[rule]]\nname = \"r\"\nkind = \"stable-dependencies\""),
            "rules line 6, rule \"r\": there are two rules of this name",
        ),
    ] {
        assert_eq!(parse(text).expect_err(text).to_string(), message);
    }
    let broken = parse("version = 1\n[[rule]\n").expect_err("bad TOML");
    assert_eq!(broken.line, 2, "{broken}");
}

#[test]
fn rules_that_cannot_be_read_leave_architecture_undecided() {
    let mut world = good();
    world.context("rules", "version = 1\n[[rule]]\n");
    let verdict = world.analysis().verdict;
    assert_eq!(verdict.verdict, VerdictName::Pending);
    assert!(verdict.sentence.contains("rules line 2, rule 1: name is missing"), "{}", verdict.sentence);
}

const NO_CORE: &str = "version = 1\n[[rule]]\nname = \"chain\"\nkind = \"forbidden\"\nfrom = \"m00\"\nto = \"m01\"\nreason = \"Not so.\"\n";

#[test]
fn a_computed_violation_counts_as_a_stated_one() {
    let mut world = good();
    world.context("rules", NO_CORE);
    let analysis = world.analysis();
    assert_eq!(analysis.verdict.verdict, VerdictName::TechDebt);
    let violation = &analysis.acc.violations[0];
    assert_eq!(violation.id.key, "chain|m00|m01");
    assert_eq!((violation.kind, violation.severity), (Some(RuleKind::Forbidden), Severity::Error));
    assert_eq!(violation.reason.as_deref(), Some("Not so."));
    let rule = &analysis.acc.rules[0];
    assert_eq!((rule.id.key.as_str(), rule.violations, &rule.modules[..]), ("chain", 1, &[1, 1][..]));
    let entity = &analysis.scene.entities[&violation.id];
    assert!(entity.rests_on.len() > 1, "the document and the import: {:?}", entity.rests_on);
    // Asked again of its own scene, the answer is the same.
    assert_eq!(Analysis::of(analysis.scene.clone()).acc, analysis.acc);
    // A suppression covers it like any other, and an empty document ends it.
    let granted = json!({"suppression": "x", "reason": "r", "violation": "chain|m00|m01"});
    let mut suppressed = world.clone();
    suppressed.say("12:00:00", "mission.suppression.granted.v1", granted);
    assert_eq!(suppressed.analysis().verdict.verdict, VerdictName::Deployable);
    world.context("rules", "version = 1");
    assert_eq!(world.analysis().verdict.verdict, VerdictName::Deployable);
}

#[test]
fn the_counterfactual_of_every_kind_of_rule_holds() {
    for (kind, fields) in [
        ("forbidden", "from = \"m0*\"\nto = \"m0*\""),
        ("allowed", "from = \"m03\"\nto = \"leaf\""),
        ("required", "from = \"nobody\"\nto = \"leaf\""),
        ("required", "from = \"m1*\"\nto = \"leaf\""),
        ("layers", "layers = [\"m05\", \"m04\", \"m03\"]"),
        ("independence", "sets = { a = \"m00\", b = \"m09\", c = \"m15\" }"),
    ] {
        let mut world = good();
        world.context("rules", &rule(kind, fields));
        let analysis = world.analysis();
        let explanation = explain(&analysis);
        assert!(explanation.counterfactual.holds, "{kind}: {explanation:?}");
        assert_eq!(explanation.counterfactual.inapplicable, 0, "{kind}");
        let broken = !analysis.acc.violations.is_empty();
        assert_eq!(analysis.verdict.verdict == VerdictName::TechDebt, broken, "{kind}");
        assert_eq!(explanation.counterfactual.changes > 0, broken, "{kind}");
    }
}

#[test]
fn a_suppression_covers_a_rule_in_the_modules_it_names() {
    let rules = rule("forbidden", "from = \"**\"\nto = \"old\"");
    let mut world = under(&rules, &["web/a old", "web/b old", "job old"]);
    let granted = json!({"suppression": "x", "reason": "r", "rule": "r", "modules": ["web/*"]});
    world.say("12:00:00", "mission.suppression.granted.v1", granted);
    let acc = world.analysis().acc;
    let open: Vec<&str> = acc.violations.iter().filter(|v| !v.suppressed).map(|v| v.from.as_str()).collect();
    assert_eq!(open, ["job"]);
    assert_eq!((acc.suppressions[0].covers, acc.suppressions[0].modules[0].as_str()), (2, "web/*"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Asked only at the times that the verdict itself names, one sees every change there is.
    #[test]
    fn a_lapse_flips_the_verdict_at_the_next_change_and_at_no_other_time(
        ends in prop::collection::vec((12u32..20, 0u32..60, 0usize..3), 1..5),
    ) {
        let mut world = good();
        let both = format!("{NO_CORE}[[rule]]\nname = \"far\"\nkind = \"forbidden\"\nfrom = \"m05\"\nto = \"m06\"\n");
        world.context("rules", &both);
        for ((hour, minute, what), n) in ends.iter().zip(0..) {
            let mut data = json!({"suppression": format!("s{n}"), "reason": "r",
                "expires_at": at(&format!("{hour:02}:{minute:02}:00"))});
            match what {
                0 => data["violation"] = json!("chain|m00|m01"),
                1 => data["rule"] = json!("far"),
                _ => { data["rule"] = json!("chain"); data["modules"] = json!(["m0*"]); }
            }
            world.say("11:30:00", "mission.suppression.granted.v1", data);
        }
        let graph = world.graph();
        let known = graph.head();
        let verdict = |valid| {
            Analysis::of(graph.scene(&graph.snapshot(AsOf { valid, known }))).verdict
        };
        let mut times: Vec<Time> = ends.iter().map(|(hour, minute, _)| at(&format!("{hour:02}:{minute:02}:00"))).collect();
        times = times.iter().flat_map(|time| [time.plus(-1), *time, time.plus(1)]).collect();
        times.sort();
        let mut asked = verdict(at("11:45:00"));
        for time in times {
            if asked.next_change.is_some_and(|next| next <= time) {
                asked = verdict(time);
            }
            prop_assert_eq!(verdict(time).verdict, asked.verdict, "at {}", time);
        }
        prop_assert_eq!(asked.verdict, VerdictName::TechDebt);
        let covered = |kinds: &[usize]| ends.iter().any(|(_, _, what)| kinds.contains(what));
        let first = if covered(&[0, 2]) && covered(&[1]) { VerdictName::Deployable } else { VerdictName::TechDebt };
        prop_assert_eq!(verdict(at("11:45:00")).verdict, first);
    }
}

/// A picture of the architecture with rule `lint`, of which `violations` (from) are seen.
fn picture(world: &mut World, clock: &str, violations: &[&str]) {
    let mut items =
        vec![json!({"type": "mission.rule.declared.v1", "data": {"rule": "lint", "severity": "error"}})];
    items.extend(violations.iter().map(|from| {
        json!({"type": "mission.violation.detected.v1", "data": {"rule": "lint", "severity": "error", "from": from}})
    }));
    world.picture(clock, "lint:app", json!(items));
}

#[test]
fn violations_stand_to_the_baseline_as_new_unchanged_or_absent() {
    let mut world = good();
    picture(&mut world, "11:00:00", &["m00", "m01"]);
    let without = world.analysis();
    assert!(without.acc.baseline.is_none() && without.acc.violations[0].state.is_none());
    let accepted =
        json!({"violations": ["chain|m00|m01", "gone-tool|m09|", "lint|m00|", "lint|m07|"], "reason": "old"});
    world.context("baseline", &accepted.to_string());
    world.context("rules", NO_CORE);
    let analysis = world.analysis();
    let states: Vec<_> = analysis.acc.violations.iter().map(|v| (v.id.key.as_str(), v.state)).collect();
    let (new, unchanged) = (Some(Baseline::New), Some(Baseline::Unchanged));
    assert_eq!(states, [("lint|m01|", new), ("chain|m00|m01", unchanged), ("lint|m00|", unchanged)]);
    let baseline = analysis.acc.baseline.as_ref().unwrap();
    let absent: Vec<_> = baseline.absent.iter().map(|a| (a.violation.as_str(), a.resolved)).collect();
    assert_eq!(
        absent,
        [("gone-tool|m09|", false), ("lint|m07|", true)],
        "only a picture of the rule resolves"
    );
    assert_eq!((baseline.violations, baseline.reason.as_deref()), (4, Some("old")));

    let log = sarif(&analysis, &Name::new("I-1").unwrap());
    let results = log["runs"][0]["results"].as_array().unwrap();
    let states: Vec<_> = results
        .iter()
        .map(|r| (r["properties"]["violation"].as_str().unwrap(), r["baselineState"].as_str().unwrap()))
        .collect();
    assert_eq!(
        states,
        [
            ("lint|m01|", "new"),
            ("chain|m00|m01", "unchanged"),
            ("lint|m00|", "unchanged"),
            ("gone-tool|m09|", "absent"),
            ("lint|m07|", "absent"),
        ]
    );
    assert!(results.iter().all(|result| result["suppressions"].is_array()));
    let none = sarif(&without, &Name::new("I-1").unwrap());
    assert!(none["runs"][0]["results"][0].get("baselineState").is_none());
}

#[test]
fn a_module_has_its_place_in_a_rule_s_entity_even_if_a_tool_states_the_rule_too() {
    let mut world = good();
    world.say("", "mission.rule.declared.v1", json!({"rule": "chain", "severity": "info", "text": "Told."}));
    world.context("rules", NO_CORE);
    let analysis = world.analysis();
    let rule = &analysis.scene.entities[&EntityId::new(Kind::Rule, "chain")];
    assert_eq!((rule.severity, rule.witnesses.len()), (Some(Severity::Error), 2));
    assert_eq!(analysis.acc.rules.len(), 1);
}
