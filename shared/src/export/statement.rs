//! The verdict as an in-toto statement (v1) with the predicate SLSA verification summary (v1).
//!
//! Subjects are the artifacts present at the `AsOf` whose digest names its algorithm (`sha256:…`); without any,
//! the commit of the iteration; without that, the log itself. The policy and every piece of the log are named
//! by digest, so that the statement says what was judged by what. `verificationResult` is `PASSED` where the
//! gate opens: the verdict is deployable, or an override is in force, which then stands beside it.
//!
//! Sources: in-toto Attestation Framework, Statement v1; SLSA v1.0, Verification Summary Attestation.

use super::pieces::Piece;
use crate::id::Name;
use crate::lens::Analysis;
use serde_json::{Map, Value, json};

/// Statement about `iteration` of `project`, whose log up to K consists of `pieces`.
#[must_use]
pub fn statement(analysis: &Analysis, project: &Name, iteration: &Name, pieces: &[Piece]) -> Value {
    let verdict = &analysis.verdict;
    let place = format!("mission:{project}/{iteration}");
    let passed = verdict.exit_code(false) == 0;
    let input = |piece: &Piece| {
        json!({
            "uri": format!("{place}/events/{}-{}", piece.first, piece.last),
            "digest": {"missionSegment": piece.digest},
        })
    };
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects(analysis, &place, pieces),
        "predicateType": "https://slsa.dev/verification_summary/v1",
        "predicate": {
            "verifier": {"id": "mission", "version": {"engine": verdict.engine_version}},
            "timeVerified": verdict.as_of.valid,
            "resourceUri": place,
            "policy": {"uri": format!("{place}/policy"), "digest": {"blake3-128": verdict.policy_digest}},
            "inputAttestations": pieces.iter().map(input).collect::<Vec<_>>(),
            "verificationResult": if passed { "PASSED" } else { "FAILED" },
            "verifiedLevels": if passed { vec!["MISSION_DEPLOYABLE"] } else { Vec::new() },
            "mission": {
                "verdict": verdict.verdict,
                "exit_code": verdict.exit_code(false),
                "as_of": verdict.as_of,
                "sentence": verdict.sentence,
                "streams": {
                    "dde": verdict.streams.dde.state,
                    "bdv": verdict.streams.bdv.state,
                    "acc": verdict.streams.acc.state,
                },
                "override": verdict.r#override,
            },
        },
    })
}

fn subjects(analysis: &Analysis, place: &str, pieces: &[Piece]) -> Vec<Value> {
    let artifacts = analysis.dde.artifacts.iter().filter_map(|artifact| {
        let (algorithm, hex) = artifact.digest.as_deref()?.split_once(':')?;
        let is_hex = !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then(|| named(&artifact.id.key, algorithm, hex))
    });
    let mut subjects: Vec<Value> = artifacts.collect();
    if subjects.is_empty() {
        subjects.extend(
            analysis.scene.iteration.commit.as_deref().map(|commit| named(place, "gitCommit", commit)),
        );
    }
    if subjects.is_empty() {
        let last = pieces.last().map_or("", |piece| piece.digest.as_str());
        subjects.push(named(place, "missionSegment", last));
    }
    subjects
}

fn named(name: &str, algorithm: &str, digest: &str) -> Value {
    let mut digests = Map::new();
    digests.insert(algorithm.to_owned(), Value::String(digest.to_owned()));
    json!({"name": name, "digest": digests})
}
