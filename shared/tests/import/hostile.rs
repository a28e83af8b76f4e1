//! Files that mean harm or are broken: a clear answer, never a panic, nothing half-read.

use super::seen::*;
use proptest::prelude::*;
use shared::event::{decode, event_json};
use shared::import::{FORMATS, Format, ImportOptions, import};

/// Reads `bytes` as what they look like and as everything else; whatever comes of it must be sound.
fn survive(bytes: &[u8]) {
    let formats = FORMATS.iter().map(|row| Some(row.format)).chain([None]);
    for format in formats {
        match import(bytes, format, &options()) {
            Ok(imported) => {
                for event in &imported.events {
                    let json = serde_json::Value::Object(event_json(event)).to_string();
                    decode(json.as_bytes(), None).expect("what an importer says passes the border");
                }
            }
            Err(error) => assert!(!error.reason.is_empty()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_cut_anywhere_never_panics(which in 0..FIXTURES.len(), cut in any::<prop::sample::Index>()) {
        let bytes = FIXTURES[which].2;
        survive(&bytes[..cut.index(bytes.len())]);
    }

    #[test]
    fn flipped_bytes_never_panic(
        which in 0..FIXTURES.len(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = FIXTURES[which].2.to_vec();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        survive(&bytes);
    }

    #[test]
    fn swapped_pieces_never_panic(
        which in 0..FIXTURES.len(),
        (a, b, c) in any::<(prop::sample::Index, prop::sample::Index, prop::sample::Index)>(),
    ) {
        let bytes = FIXTURES[which].2;
        let mut cuts = [a.index(bytes.len()), b.index(bytes.len()), c.index(bytes.len())];
        cuts.sort_unstable();
        let [a, b, c] = cuts;
        survive(&[&bytes[..a], &bytes[b..c], &bytes[a..b], &bytes[c..]].concat());
    }

    #[test]
    fn feature_soup_never_panics(soup in "(Rule:|Scenario:|Examples:|Background:|Given |@a|#|\"\"\"|[|<>\\\\ab \n]){0,60}") {
        survive(format!("Feature: {soup}").as_bytes());
    }

    #[test]
    fn dot_soup_never_panics(soup in "[a-c{}\\[\\];,:=<>\"\\\\+#/* \n.-]{0,80}") {
        survive(format!("digraph {{ {soup}").as_bytes());
    }
}

#[test]
fn a_container_that_breaks_off_is_refused_with_its_line() {
    for &(name, format, bytes) in FIXTURES {
        let text = std::str::from_utf8(bytes).expect("text");
        let cut = &text[..text.trim_end().len() - 2];
        let error = read_as(format, cut).expect_err(name);
        assert!(error.line > 0, "{name}: {error}");
    }
    let cut = read_as(Format::Cucumber, "{\"meta\":{}}\n{\"pickle\":{\"id\":").expect_err("cut");
    assert_eq!((cut.line, cut.reason.as_str()), (2, "the file breaks off here: EOF while parsing a value"));
}

#[test]
fn a_bad_line_between_good_ones_costs_that_line_only() {
    let text = std::str::from_utf8(fixture("openlineage.ndjson")).expect("text");
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(2, "{\"eventTime\": oops}");
    lines.insert(3, "[1,2]");
    let imported = read(lines.join("\n"));
    assert_eq!((imported.report.rejected, imported.report.read), (4, 16));
    assert_eq!(imported.report.issues[0].line, 3);
}

#[test]
fn invalid_utf8_is_refused_with_line_and_byte_but_replaced_in_xml() {
    for &(name, format, bytes) in FIXTURES {
        let mut bytes = bytes.to_vec();
        let at = bytes.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
        bytes.insert(at, 0xff);
        if bytes.starts_with(b"<") {
            let imported = read_as(format, &bytes).expect(name);
            let flaw = (2, "not UTF-8: what stands for nothing is read as U+FFFD");
            assert!(issues(&imported).contains(&flaw), "{name}: {:?}", issues(&imported));
            let strict = ImportOptions { strict: true, ..options() };
            let error = import(&bytes, Some(format), &strict).expect_err(name);
            assert!(error.line <= 2 && error.reason.starts_with("strict: "), "{name}: {error}");
            continue;
        }
        let error = read_as(format, &bytes).expect_err(name);
        assert_eq!((error.line, error.reason), (2, format!("not UTF-8 at byte {at}")), "{name}");
        let error = refused(&bytes);
        let said = error.reason.strip_prefix(&format!("not UTF-8 at byte {at}; "));
        let known = format!("else it would be read as {format}");
        let is_said = said.is_some_and(|said| said == known || said.contains("; nearest are "));
        assert!(error.line == 2 && is_said, "{name}: {error}");
    }
}

#[test]
fn a_depth_bomb_is_refused_before_anything_recurses() {
    let bomb = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let deep = bomb("[", "]");
    let in_json = [
        (Format::CargoMetadata, format!("{{\"packages\":{deep},\"workspace_members\":[]}}")),
        (Format::DependencyCruiser, format!("{{\"modules\":{deep},\"summary\":{{}}}}")),
        (Format::Openlineage, format!("{{\"eventTime\":\"2026-01-01T00:00:00Z\",\"job\":{deep}}}")),
        (Format::Cucumber, format!("{{\"pickle\":{deep}}}")),
        (Format::Cdevents, format!("{{\"context\":{deep},\"subject\":{{}}}}")),
        (Format::GithubActions, format!("{{\"workflow_run\":{deep}}}")),
        (Format::Argo, format!("{{\"apiVersion\":\"argoproj.io/v1alpha1\",\"status\":{deep}}}")),
        (Format::Temporal, format!("{{\"events\":{deep}}}")),
        (Format::Events, format!("{{\"specversion\":\"1.0\",\"data\":{deep}}}")),
        (Format::Junit, bomb("<testsuite>", "</testsuite>")),
        (Format::Dot, format!("digraph {{ {} }}", bomb("{", "}"))),
        (Format::Sarif, format!("{{\"version\":\"2.1.0\",\"runs\":{deep}}}")),
        (Format::Nx, format!("{{\"graph\":{{\"nodes\":{{}},\"dependencies\":{deep}}}}}")),
        (Format::PytestJson, format!("{{\"exitcode\":0,\"root\":\"/\",\"tests\":{deep}}}")),
        (
            Format::SphinxNeeds,
            format!("{{\"current_version\":\"1\",\"versions\":{{\"1\":{{\"needs\":{deep}}}}}}}"),
        ),
        (
            Format::Openfasttrace,
            format!("<specdocument>{}</specdocument>", bomb("<specobjects>", "</specobjects>")),
        ),
        (Format::Graphml, format!("<graphml>{}</graphml>", bomb("<graph>", "</graph>"))),
        (Format::Jdepend, format!("<JDepend>{}</JDepend>", bomb("<Packages>", "</Packages>"))),
    ];
    for (format, text) in in_json {
        let reason = match read_as(format, &text) {
            Err(error) => error.reason,
            Ok(imported) => imported.report.issues[0].reason.clone(),
        };
        assert!(reason.contains("nested deeper than 64 levels"), "{format}: {reason}");
        assert!(import(text.as_bytes(), None, &options()).map_or(true, |it| it.report.rejected > 0));
    }
    let html = format!("digraph {{ {} }}", bomb("<", ">"));
    assert_eq!(read(html).report.read, 1, "nested HTML is one name");
}

#[test]
fn times_that_are_none_are_reported_and_never_taken_for_others() {
    let cucumber = |stamp: &str| {
        let text = std::str::from_utf8(fixture("cucumber.ndjson")).expect("text");
        let wanted = "\"timestamp\":{\"seconds\":1795000013}";
        assert!(text.contains(wanted));
        read(text.replace(wanted, &format!("\"timestamp\":{stamp}")))
    };
    for (stamp, reason) in [
        (
            "{\"seconds\":253402300800}",
            "timestamp: 253402300800 s and 0 ns is not between the years 1970 and 9999",
        ),
        ("{\"seconds\":1,\"nanos\":-1}", "timestamp: 1 s and -1 ns is not between the years 1970 and 9999"),
        ("{\"seconds\":NaN}", "testRunFinished.timestamp.seconds: expected value"),
        ("\"today\"", "testRunFinished.timestamp: invalid type: string \"today\", expected struct Stamp"),
    ] {
        let imported = cucumber(stamp);
        assert_eq!(imported.report.rejected, 1, "{stamp}");
        let said = issues(&imported);
        assert!(
            said.iter().any(|(_, it)| it.contains(reason.rsplit(": ").next().expect("text"))),
            "{stamp}: {said:?}"
        );
    }
    let junit = |stamp: &str| {
        let text = format!(
            "<testsuite name=\"s\">\n<testcase name=\"t\" timestamp=\"{stamp}\" time=\"1\"/></testsuite>"
        );
        let imported = read(text);
        assert_eq!(tries(&imported, shared::id::Kind::Scenario)["s#t"][0].started_at, None);
        imported.report.issues[0].clone()
    };
    for stamp in ["NaN", "10000-01-01T00:00:00Z", "99999999999999"] {
        let issue = junit(stamp);
        assert_eq!((issue.line, issue.reason), (2, format!("timestamp: not a time: {stamp:?}")));
    }
}

#[test]
fn names_of_any_kind_become_sound_keys() {
    let long = "x".repeat(5_000);
    for name in
        ["a\u{0}b", "../../etc/passwd", "🚀", "\u{202e}abc", long.as_str(), "'; drop table --", "\t\n"]
    {
        let name = name.replace('\u{0}', "&#0;");
        survive(
            format!("<testsuite name=\"s\"><testcase name=\"{name}\" classname=\"{name}\"/></testsuite>")
                .as_bytes(),
        );
        let json = serde_json::json!({"eventTime": "2026-01-01T00:00:00Z", "eventType": "COMPLETE",
            "run": {"runId": name}, "job": {"namespace": name, "name": name}});
        survive(json.to_string().as_bytes());
    }
}

#[test]
fn entities_of_a_document_type_are_not_expanded() {
    let bomb = "<!DOCTYPE t [<!ENTITY a \"&b;&b;\"><!ENTITY b \"boom\">]>\n<testsuite name=\"s\"><testcase name=\"t\"><failure>&a;</failure></testcase></testsuite>";
    let imported = read(bomb);
    assert_eq!(tries(&imported, shared::id::Kind::Scenario)["s#t"][0].error, "&a;");
}

#[test]
fn rows_that_name_columns_do_not_make_a_name_grow_without_end() {
    let columns: String = (0..64).map(|n| format!("| c{n} ")).collect();
    let cells: String = (0..64).map(|n| format!("| <c{0}><c{0}> ", n + 1)).collect();
    let text = format!("Feature: f\nScenario: <c0>\nExamples:\n{columns}|\n{cells}|\n");
    let imported = read(text);
    assert_eq!(imported.report.read, 1);
}

#[test]
fn the_product_of_two_large_subgraphs_is_refused() {
    let side = |letter: char| (0..2_000).map(|n| format!("{letter}{n};")).collect::<String>();
    let error = refused(format!("digraph {{ {{ {} }} -> {{ {} }} }}", side('a'), side('b')));
    assert_eq!(error.reason, "more than 2000000 edges");
}
