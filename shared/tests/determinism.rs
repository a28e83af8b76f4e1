//! The same bytes everywhere: a log folded natively and in wasm32 (by the probe, in Node) gives one report.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this test runs cargo and node; the crate it tests does not"
)]

#[path = "../examples/probe/made.rs"]
mod made;
#[path = "../examples/probe/report.rs"]
mod report;

use serde_json::{Value, json};
use shared::event::{BatchDigest, Event, Hash128, Logged, decode};
use shared::export::table::TABLES;
use shared::time::Time;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const START: i64 = 1_763_366_400_000_000;

/// A log with every kind of trouble: ties, late and untimed events, corrections, pictures, open batches.
struct Corpus {
    lines: String,
    position: u64,
    clock: i64,
    random: u64,
}

impl Corpus {
    fn below(&mut self, bound: u64) -> u64 {
        self.random =
            self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % bound
    }

    fn event(&mut self, kind: &str, extra: &Value, data: Value) -> Event {
        let sources = ["ci", "scan", "https://tools.example/person"];
        let source = sources[self.below(3) as usize];
        let mut envelope = json!({
            "specversion": "1.0", "id": format!("e{}", self.position + 1), "source": source,
            "type": format!("mission.{kind}.v1"), "iteration": "Iter-Probe", "data": data,
        });
        for (field, value) in extra.as_object().expect("an object") {
            envelope[field] = value.clone();
        }
        decode(envelope.to_string().as_bytes(), None).expect("a sound event")
    }

    fn log(&mut self, event: Event) {
        self.position += 1;
        self.clock += self.below(3) as i64 * 700_001;
        let logged = Logged {
            position: self.position,
            recorded_at: Time(START + self.clock),
            actor: Some("person:0123456789abcdef".to_owned()),
            steward: self.below(5) == 0,
            event,
        };
        self.lines += &logged.to_json().to_string();
        self.lines.push('\n');
    }

    fn put(&mut self, kind: &str, extra: &Value, data: Value) {
        let event = self.event(kind, extra, data);
        self.log(event);
    }

    /// A time around the recording: in the past, or a little ahead so that it is clamped.
    fn time(&mut self) -> Value {
        let micros = START + self.clock + 2_000_000 - self.below(60_000_000) as i64;
        json!(Time(micros).to_string())
    }

    fn attempt(&mut self) {
        let (key, run, r#try) = (self.below(12), self.below(3), self.below(2) + 1);
        let kind = ["task", "scenario"][self.below(2) as usize];
        let key = json!(format!("{kind}/ä {key}"));
        let run = format!("run {run}");
        let time = json!({"time": self.time()});
        match self.below(4) {
            0 => self.put(&format!("{kind}.started"), &time, json!({"key": key, "run": run, "try": r#try})),
            1 => self.put(
                &format!("{kind}.finished"),
                &json!({}),
                json!({"key": key, "run": run, "outcome": "passed"}),
            ),
            _ => {
                let outcome = ["passed", "failed", "timed_out", "unknown"][self.below(4) as usize];
                let started_at = self.time();
                let data = json!({"key": key, "run": run, "try": r#try, "outcome": outcome,
                    "started_at": started_at, "error": "é\u{1F600}", "commit": "abc"});
                self.put(&format!("{kind}.finished"), &time, data);
            }
        }
    }

    fn record(&mut self) {
        let (n, time) = (self.below(6), json!({"time": self.time()}));
        match self.below(8) {
            0 => self.put(
                "link.declared",
                &time,
                json!({"kind": "implements", "from": format!("task:task/ä {n}"),
                "to": "spec:s", "rule": "tag", "confidence": 800_000 + n, "evidence": "a tag"}),
            ),
            1 => self.put(
                "link.removed",
                &time,
                json!({"kind": "implements", "from": format!("task:task/ä {n}"),
                "to": "spec:s", "rule": "tag"}),
            ),
            2 => self.put("contract.proposed", &time, json!({"contract": "api", "governs": ["module:m1"]})),
            3 => self.put("contract.locked", &time, json!({"contract": "api", "version": "2"})),
            4 => self.put(
                "override.recorded",
                &time,
                json!({"override": "o1", "reason": "late",
                "expires_at": "2025-11-17T09:00:30Z", "scope": ["bdv"]}),
            ),
            5 => self.put("override.revoked", &time, json!({"record": "o1"})),
            6 => self.put(
                "context.recorded",
                &time,
                json!({"topic": "policy", "digest": "d", "body": format!("n = {n}")}),
            ),
            _ => {
                let named = self.below(self.position + 4) + 1;
                self.put("event.retracted", &time, json!({"id": format!("e{named}"), "source": "ci"}));
            }
        }
    }

    /// A picture of the modules, or a plain batch; now and then its closing is wrong and it stays open.
    fn batch(&mut self) {
        let batch = format!("batch {}", self.position);
        let mut digest = BatchDigest::default();
        let n_items = self.below(3) + 1;
        for _ in 0..n_items {
            let modules: Vec<Value> = (0..self.below(5))
                .map(|_| json!({"type": "mission.import.declared.v1", "data": {
                    "from": format!("m{}", self.below(6)), "to": format!("m{}", self.below(6)), "weight": self.below(9)}}))
                .collect();
            let event =
                self.event("facts", &json!({"batch": batch}), json!({"items": modules, "scope": "modules"}));
            digest.add(event.identity.hash(), event.content_hash());
            self.log(event);
        }
        let count = n_items + u64::from(self.below(4) == 0);
        let digest = digest.value().to_string();
        let data =
            json!({"batch": batch, "count": count, "digest": digest, "scope": "modules", "stream": "acc"});
        self.put("batch.closed", &json!({}), data);
    }
}

fn corpus() -> String {
    let mut corpus = Corpus { lines: String::new(), position: 0, clock: 0, random: 11 };
    for _ in 0..400 {
        match corpus.below(10) {
            0 => corpus.batch(),
            1..=4 => corpus.record(),
            _ => corpus.attempt(),
        }
    }
    corpus.lines
}

/// Builds the probe for wasm32 in a folder of its own, so that no lock of an outer cargo is in the way.
fn build_probe() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("probe");
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--example", "probe", "--target", "wasm32-unknown-unknown"])
        .arg("--manifest-path")
        .arg(manifest)
        .arg("--target-dir")
        .arg(&target)
        .output()
        .expect("cargo runs this test, so it can be started");
    assert!(
        output.status.success(),
        "the probe does not build for wasm32; if the target is missing: rustup target add wasm32-unknown-unknown\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    target.join("wasm32-unknown-unknown/debug/examples/probe.wasm")
}

/// What the probe says in Node, asked by `mode`.
fn in_wasm(probe: &Path, mode: &str, files: &[PathBuf]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/probe/run.mjs");
    let output = Command::new("node").arg(script).arg(mode).arg(probe).args(files).output();
    let output =
        output.expect("node is missing; install it, on Debian or Ubuntu: apt-get install --yes nodejs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the report is text")
}

#[test]
fn a_log_gives_the_same_digests_natively_and_in_wasm32() {
    let log = corpus();
    let native = report::report(log.as_bytes());
    assert!(native.lines().count() > 20 && !native.starts_with("refused"), "{native}");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("probe.ndjson");
    fs::write(&file, &log).expect("the target folder can be written");
    assert_eq!(in_wasm(&build_probe(), "digest", &[file]), native);
}

/// Every fixture, and files that are decoded or refused.
fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let entries = fs::read_dir(folder).expect("there are fixtures");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a fixture").path()).collect();
    files.retain(|file| file.is_file());
    files.sort();
    let suite = "<testsuite name='s'><testcase name='prüft'/></testsuite>";
    let utf16: Vec<u8> =
        [0xfeff].into_iter().chain(suite.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [
        ("utf-16.xml", utf16),
        ("broken.xml", b"<testsuite name='s'><testcase name='\xe9'/></testsuite>".to_vec()),
        ("unknown.json", b"{\"packages\":[],\"version\":1}".to_vec()),
        ("binary", b"\x89PNG".to_vec()),
    ] {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&file, bytes).expect("the target folder can be written");
        files.push(file);
    }
    files
}

#[test]
fn what_is_made_of_a_file_of_any_format_is_the_same_natively_and_in_wasm32() {
    let files = files();
    let said = in_wasm(&build_probe(), "made", &files);
    let in_wasm: Vec<String> = serde_json::from_str(&said).expect("an array of reports");
    let (mut read, mut found) = (0, 0);
    for (file, in_wasm) in files.iter().zip(&in_wasm) {
        let native = made::made(&fs::read(file).expect("a file"));
        assert_eq!(*in_wasm, native, "{}", file.display());
        if native.starts_with("refused: ") {
            continue;
        }
        read += 1;
        found += usize::from(!native.contains(&digest_of("found", "0")));
        assert!(native.contains(&digest_of("differences", "")), "{}: {native}", file.display());
        assert_eq!(native.lines().count(), 14 + TABLES.len(), "{native}");
    }
    assert_eq!((in_wasm.len(), read), (files.len(), files.len() - 2));
    assert!(found >= 5, "rules find something in {found} files");
}

/// The line a report has of `text`.
fn digest_of(name: &str, text: &str) -> String {
    format!("{name} {} {}\n", text.len(), Hash128::of(&[text.as_bytes()]))
}

#[test]
fn a_typical_log_takes_less_than_100_bytes_an_event() {
    let log = corpus();
    let report = report::report(log.as_bytes());
    let bytes: usize =
        report.split(' ').nth(1).and_then(|bytes| bytes.parse().ok()).expect("the segment's line");
    let events = log.lines().count();
    assert!(bytes < 100 * events, "{bytes} bytes for {events} events");
}
