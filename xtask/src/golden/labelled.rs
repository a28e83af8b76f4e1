//! The labelled links: a made-up product whose true links are known by construction, told with the noise of real
//! ones, for `cargo xtask bench correlate`.
//!
//! Synthetic, and no more than that: what a rule is worth on it says how the rule copes with the noise that is
//! put in here (moved folders, stale tags, abbreviated and near-miss titles, copies of files, tasks that read
//! everything), not how common such noise is. Areas of the product are dealt to a training and a held-out half:
//! what is calibrated is calibrated on the first and told of the second. Dealing looks at names alone, never at what
//! is found: among areas that are told in the same way, and among the tasks that read everything, every second one
//! by the hash of its name is held out, so that both halves have as much of each noise.

mod vocabulary;

use super::journal::{Batch, Journal};
use super::seed::Seed;
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use shared::event::Logged;
use shared::time::Time;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use vocabulary::{AREAS, OBJECTS, QUALIFIERS, VERBS, Verb, abbreviated, slug};

/// Where the set lies below the root.
pub const FOLDER: &str = "golden/labelled-links";
/// What can be done in one area of the product.
const CAPABILITIES: u64 = 12;
const ZSTD_LEVEL: i32 = 19;

/// The set: its log, and a line a true link: half, kind, from, to. Sources without one have a line with dashes.
pub struct Labelled {
    log: Vec<Logged>,
    links: String,
}

/// Writes the set under `root`, or proves that it is what would be written.
///
/// # Errors
/// A file cannot be read or written, or, checking, differs.
pub fn run(root: &Path, check: bool) -> Result<()> {
    let set = tell();
    let folder = root.join(FOLDER);
    let log: String = set.log.iter().map(|logged| logged.to_json().to_string() + "\n").collect();
    fs::create_dir_all(&folder)?;
    for (name, text) in [("events.ndjson.zst", &log), ("links.tsv.zst", &set.links)] {
        let path = folder.join(name);
        let there = fs::read(&path).ok().and_then(|bytes| zstd::stream::decode_all(bytes.as_slice()).ok());
        let same = there.as_deref() == Some(text.as_bytes());
        ensure!(same || !check, "{} differs; run `cargo xtask golden`", path.display());
        if !same {
            fs::write(&path, zstd::bulk::compress(text.as_bytes(), ZSTD_LEVEL)?)?;
        }
    }
    eprintln!("{:<28} {:>6} links", "labelled-links", set.links.lines().count());
    Ok(())
}

fn tell() -> Labelled {
    let mut teller = Teller { facts: Vec::new(), links: Vec::new(), requirements: Vec::new() };
    let numbered = || AREAS.iter().copied().zip(0u64..);
    let halves = halves(numbered().map(|(area, number)| (has_own_group(number), area)));
    for (area, number) in numbered() {
        let half = halves[area];
        let mut story = Area { name: area, half, number, seed: Seed::of(&["labelled", area]) };
        story.tell(&mut teller);
    }
    let mut seed = Seed::of(&["labelled", "everywhere"]);
    // Tasks that read everything and build nothing: their paths match, and mean nothing.
    let readers = [
        ("lint-features", "features"),
        ("format", "src"),
        ("spell-check", "features"),
        ("count-lines", "src"),
    ];
    let halves = self::halves(readers.iter().map(|(task, _)| (true, *task)));
    for (task, path) in readers {
        teller.declare("task", json!({"task": task, "paths": [path]}));
        teller.source(halves[task], &format!("task:{task}"));
    }
    let mut journal = Journal::new("meridian-pay", "labelled-links");
    let start = Time::parse("2026-11-02T08:00:00Z").expect("a time");
    let batch = Batch {
        source: "labelled",
        id: "labelled",
        scope: None,
        stream: None,
        format: "labelled",
        valid: Some(start),
        recorded_at: start.plus(1_000_000 + seed.between(0, 1_000)),
    };
    let facts = teller.facts.iter().map(|(kind, data)| (kind.as_str(), data.clone())).collect();
    journal.batch(&batch, facts);
    let mut links = teller.links;
    links.sort();
    links.dedup();
    Labelled { log: journal.logged(), links: links.concat() }
}

/// The half of every name: of those of one stratum, in the order of their hashes, every second one is held out.
fn halves<'n>(names: impl Iterator<Item = (bool, &'n str)>) -> BTreeMap<&'n str, &'static str> {
    let mut hashed: Vec<(bool, u64, &str)> =
        names.map(|(stratum, name)| (stratum, Seed::of(&["half", name]).next(), name)).collect();
    hashed.sort_unstable();
    let mut halves = BTreeMap::new();
    for stratum in hashed.chunk_by(|one, next| one.0 == next.0) {
        for ((_, _, name), at) in stratum.iter().zip(0..) {
            halves.insert(*name, if at % 2 == 0 { "train" } else { "held_out" });
        }
    }
    halves
}

/// Whether the modules of an area are grouped by its name; those of the others are not found by it.
fn has_own_group(number: u64) -> bool {
    number % 10 < 7
}

/// What was declared so far.
struct Teller {
    facts: Vec<(String, Value)>,
    links: Vec<String>,
    /// Keys of requirements, for stale tags.
    requirements: Vec<String>,
}

impl Teller {
    fn declare(&mut self, what: &str, data: Value) {
        self.facts.push((format!("mission.{what}.declared.v1"), data));
    }

    fn link(&mut self, half: &str, kind: &str, from: &str, to: &str) {
        self.links.push(format!("{half}\t{kind}\t{from}\t{to}\n"));
    }

    /// Something that may be linked to nothing.
    fn source(&mut self, half: &str, from: &str) {
        self.links.push(format!("{half}\t-\t{from}\t-\n"));
    }
}

/// One area of the product while it is told.
struct Area {
    name: &'static str,
    half: &'static str,
    number: u64,
    seed: Seed,
}

/// Something that the product can do.
struct Capability {
    key: String,
    verb: &'static Verb,
    object: String,
    qualifier: &'static str,
    slug: String,
    feature: String,
}

impl Area {
    fn chance(&mut self, percent: u64) -> bool {
        self.seed.below(100) < percent
    }

    fn pick<T>(&mut self, of: &'static [T]) -> &'static T {
        &of[self.seed.below(of.len() as u64) as usize]
    }

    fn tell(&mut self, teller: &mut Teller) {
        let capabilities: Vec<Capability> = (0..CAPABILITIES).map(|n| self.capability(n)).collect();
        for capability in &capabilities {
            self.requirement(capability, teller);
        }
        for capability in &capabilities {
            self.spec(capability, teller);
            self.scenarios(capability, teller);
            self.module(capability, teller);
            self.task(capability, teller);
        }
        self.whole(&capabilities, teller);
    }

    fn capability(&mut self, n: u64) -> Capability {
        let verb = self.pick(VERBS);
        let object = format!("{} {}", self.name.trim_end_matches('s'), self.pick(OBJECTS));
        let qualifier = *self.pick(QUALIFIERS);
        let slug = slug(&format!("{} {object} {n}", verb.plain));
        let feature = format!("features/{}/{slug}.feature", self.name);
        Capability {
            key: format!("MP-{}", 1_000 + self.number * 50 + n),
            verb,
            object,
            qualifier,
            slug,
            feature,
        }
    }

    fn requirement(&mut self, of: &Capability, teller: &mut Teller) {
        let Capability { key, verb, object, qualifier, .. } = of;
        let name = format!("{} a {object} {qualifier}", verb.plain);
        let text = format!(
            "Whoever may do so can {} any {object} {qualifier}, and hears of the outcome.",
            verb.plain
        );
        teller.declare("requirement", json!({"requirement": key, "name": capital(&name), "text": text}));
        teller.requirements.push(key.clone());
    }

    /// Tags and title of something that means `of`, as people write them.
    fn signs(&mut self, of: &Capability, title: String, teller: &Teller) -> (Vec<String>, String) {
        let mut tags = vec!["@regression".to_owned()];
        let mut title = title;
        match self.seed.below(100) {
            0..40 => tags.push(format!("@{}", of.key)),
            40..52 => title = format!("{title} ({})", of.key),
            _ => {}
        }
        if self.chance(5) {
            // Copied from elsewhere and never changed.
            let other = &teller.requirements[self.seed.below(teller.requirements.len() as u64) as usize];
            tags.push(format!("@{other}"));
        } else if self.chance(3) {
            let other = &teller.requirements[self.seed.below(teller.requirements.len() as u64) as usize];
            title = format!("{title}, unlike {other}");
        }
        (tags, title)
    }

    fn spec(&mut self, of: &Capability, teller: &mut Teller) {
        let Capability { key, verb, object, qualifier, feature, .. } = of;
        let title = match self.seed.below(10) {
            0 => format!("{} a {object} {qualifier}", verb.plain),
            1..5 => format!("{} {object}s {qualifier}", verb.going),
            5..7 => format!("{} of a {object}", verb.noun),
            _ => abbreviated(&format!("{object} {} {qualifier}", verb.noun)),
        };
        let (tags, title) = self.signs(of, title, teller);
        teller.declare(
            "spec",
            json!({"spec": feature, "path": feature, "name": capital(&title), "tags": tags}),
        );
        teller.link(self.half, "specifies", &format!("spec:{feature}"), &format!("requirement:{key}"));
    }

    fn scenarios(&mut self, of: &Capability, teller: &mut Teller) {
        let Capability { key, verb, object, qualifier, feature, slug, .. } = of;
        for n in 0..2 {
            let title = match self.seed.below(8) {
                0..3 => format!("a {object} is {} {qualifier}", verb.done),
                3..5 => abbreviated(&format!("{object} is {} {qualifier}", verb.done)),
                5 => format!("the {object} was {} before", verb.done),
                6 => format!("nothing is {} {qualifier}", verb.done),
                _ => format!("{} a {object} that is not there", verb.going),
            };
            let (tags, title) = self.signs(of, title, teller);
            let scenario = format!("{}/{slug}/{n}", self.name);
            let data = json!({"scenario": scenario, "spec": feature, "name": capital(&title), "tags": tags});
            teller.declare("scenario", data);
            teller.link(
                self.half,
                "verifies",
                &format!("scenario:{scenario}"),
                &format!("requirement:{key}"),
            );
        }
        let path = match self.seed.below(20) {
            0..11 => format!("src/{}/{slug}.test.ts", self.name),
            11..14 => format!("src/{}/__tests__/{slug}.test.ts", self.name),
            14..18 => format!("packages/core/lib/{}/{slug}.test.ts", self.name),
            _ => format!("tests/{slug}.test.ts"),
        };
        let scenario = format!("unit/{}/{slug}", self.name);
        teller.declare("scenario", json!({"scenario": scenario, "path": path, "name": slug}));
        let module = format!("module:src/{}/{slug}.ts", self.name);
        teller.link(self.half, "verifies", &format!("scenario:{scenario}"), &module);
    }

    fn module(&mut self, of: &Capability, teller: &mut Teller) {
        let module = format!("src/{}/{}.ts", self.name, of.slug);
        let group = if has_own_group(self.number) { self.name } else { "core" };
        teller.declare("module", json!({"module": module, "group": format!("{group}_service")}));
        teller.source(self.half, &format!("module:{module}"));
        teller.link(
            self.half,
            "realises",
            &format!("artifact:{}-service", self.name),
            &format!("module:{module}"),
        );
        if self.chance(15) {
            // A copy that nobody deleted: its file is called like the true one.
            let copy = format!("legacy/v1/{}/{}.ts", self.name, of.slug);
            teller.declare("module", json!({"module": copy, "group": "legacy"}));
            teller.source(self.half, &format!("module:{copy}"));
        }
    }

    fn task(&mut self, of: &Capability, teller: &mut Teller) {
        let task = format!("e2e-{}-{}", self.name, of.slug);
        let name = format!("Test that a {} is {}", of.object, of.verb.done);
        let data = match self.seed.below(10) {
            0..5 => json!({"task": task, "name": name, "paths": [of.feature]}),
            5..7 => {
                json!({"task": task, "name": name, "paths": [of.feature.replace("features/", "specs/acceptance/")]})
            }
            7 => json!({"task": task, "name": name, "tags": [format!("spec:{}", of.feature)]}),
            _ => json!({"task": task, "name": name}),
        };
        teller.declare("task", data);
        teller.link(self.half, "implements", &format!("task:{task}"), &format!("spec:{}", of.feature));
    }

    /// What the area has once: a task over its folder, what is built of it, its contract.
    fn whole(&mut self, capabilities: &[Capability], teller: &mut Teller) {
        let (area, half) = (self.name, self.half);
        let nightly = format!("nightly-{area}");
        teller.declare("task", json!({"task": nightly, "paths": [format!("features/{area}/")]}));
        for of in capabilities {
            teller.link(half, "implements", &format!("task:{nightly}"), &format!("spec:{}", of.feature));
        }
        let build = format!("build-{area}");
        let commit = if self.chance(60) { self.seed.hex(12) } else { "0f0f0f0f0f0f".to_owned() };
        teller.declare("task", json!({"task": build}));
        let tried = json!({"key": build, "run": format!("ci-{area}"), "outcome": "passed", "commit": commit});
        teller.facts.push(("mission.task.finished.v1".to_owned(), tried));
        let made = json!({"artifact": format!("{area}-service"), "commit": commit});
        teller.facts.push(("mission.artifact.produced.v1".to_owned(), made));
        teller.link(half, "produces", &format!("task:{build}"), &format!("artifact:{area}-service"));
        let contract = format!("{area}-api");
        teller.facts.push(("mission.contract.proposed.v1".to_owned(), json!({"contract": contract})));
        let api = format!("src/{area}/api.ts");
        let group = if self.chance(70) { format!("{area}_api") } else { "gateway".to_owned() };
        teller.declare("module", json!({"module": api, "group": group}));
        teller.source(half, &format!("module:{api}"));
        teller.link(half, "governs", &format!("contract:{contract}"), &format!("module:{api}"));
        let consumer = format!("consumer-{area}");
        let title =
            if self.chance(70) { format!("Answers as {contract} says") } else { format!("Speaks to {area}") };
        teller.declare("scenario", json!({"scenario": consumer, "name": title}));
        teller.link(half, "verifies", &format!("scenario:{consumer}"), &format!("contract:{contract}"));
    }
}

fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
