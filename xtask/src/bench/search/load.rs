//! 100,000 violations as an architecture tool finds them, and what people ask about them.

use crate::golden::seed::Seed;
use std::fmt::Write;

/// Violations that are packed into one event, as importers pack.
const PACK: usize = 500;
/// Events in one request.
const REQUEST_EVENTS: usize = 1_000;

const AREAS: [&str; 20] = [
    "billing",
    "checkout",
    "catalog",
    "search",
    "shipping",
    "identity",
    "session",
    "pricing",
    "refunds",
    "ledger",
    "invoices",
    "reports",
    "alerts",
    "mailer",
    "webhooks",
    "audit",
    "importer",
    "scheduler",
    "storage",
    "gateway",
];
const ROLES: [&str; 10] =
    ["handler", "service", "model", "store", "client", "mapper", "policy", "queue", "view", "config"];
const RULES: [(&str, &str); 12] = [
    ("layers-downwards", "a layer uses one above it"),
    ("no-cycles", "modules use each other in a circle"),
    ("forbid-store-from-view", "views reach into storage"),
    ("independent-areas", "areas know of each other"),
    ("stable-dependencies", "depends on what changes more often"),
    ("require-policy", "acts without asking a policy"),
    ("allowed-clients", "a client that is not on the list"),
    ("no-deprecated", "uses what is to go"),
    ("no-orphans", "nobody uses it"),
    ("no-dev-imports", "ships what is for tests alone"),
    ("max-fan-out", "uses too many others"),
    ("public-only", "uses what is internal elsewhere"),
];

/// Questions of one kind.
pub struct Question {
    /// What people look for.
    pub kind: &'static str,
    /// Such questions.
    pub words: &'static [&'static str],
}

/// What is asked, from the usual to the worst.
pub const QUESTIONS: &[Question] = &[
    Question {
        kind: "a rule",
        words: &["no-cycles", "layers-downwards", "public-only", "forbid-store-from-view"],
    },
    Question {
        kind: "a module's path",
        words: &["src/billing/handler-17.ts", "src/gateway/view-3.ts", "src/audit/policy-41.ts"],
    },
    Question { kind: "the beginning of a word", words: &["bil", "check", "han", "forb", "depre"] },
    Question {
        kind: "two words",
        words: &["checkout error", "ledger orphans", "mailer warn", "reports policy"],
    },
    Question { kind: "a rule in an area", words: &["no-cycles src/pricing", "public-only shipping store"] },
    Question { kind: "one violation's fingerprint", words: &["fp00000000000077", "fp00000000061234"] },
    Question { kind: "a number", words: &["17", "4", "99"] },
    Question { kind: "one letter", words: &["s", "b", "f"] },
    Question { kind: "no hit", words: &["zebra", "billing zebra", "violation zebra"] },
    Question { kind: "a word in every event", words: &["violation", "detected", "src"] },
    Question {
        kind: "a phrase in every event",
        words: &["mission violation detected v1", "src ts violation"],
    },
];

/// NDJSON bodies: half of `n` as events, half packed.
pub fn bodies(iteration: &str, n: usize) -> Vec<String> {
    let mut seed = Seed::of(&["search", "violations"]);
    let mut bodies = Vec::new();
    let apart: Vec<String> = (0..n / 2).map(|at| event(&mut seed, iteration, at)).collect();
    bodies.extend(apart.chunks(REQUEST_EVENTS).map(<[String]>::concat));
    for from in (n / 2..n).step_by(PACK) {
        bodies.push(pack(&mut seed, iteration, from, PACK.min(n - from)));
    }
    bodies
}

fn event(seed: &mut Seed, iteration: &str, n: usize) -> String {
    let data = violation(seed, n);
    format!(
        "{{\"specversion\":\"1.0\",\"id\":\"violation-{n}\",\"source\":\"https://ci.example/acme/shop/conformance\",\
         \"type\":\"mission.violation.detected.v1\",\"project\":\"bench\",\"iteration\":\"{iteration}\",\"data\":{data}}}\n"
    )
}

fn pack(seed: &mut Seed, iteration: &str, from: usize, n: usize) -> String {
    let item =
        |at| format!("{{\"data\":{},\"type\":\"mission.violation.detected.v1\"}}", violation(seed, at));
    let items: Vec<String> = (from..from + n).map(item).collect();
    format!(
        "{{\"specversion\":\"1.0\",\"id\":\"pack-{from}\",\"source\":\"https://ci.example/acme/shop/conformance\",\
         \"type\":\"mission.facts.v1\",\"project\":\"bench\",\"iteration\":\"{iteration}\",\
         \"data\":{{\"items\":[{}]}}}}\n",
        items.join(",")
    )
}

fn violation(seed: &mut Seed, n: usize) -> String {
    let (rule, text) = RULES[seed.below(RULES.len() as u64) as usize];
    let (from, to) = (module(seed), module(seed));
    let severity = ["error", "error", "warn", "info"][seed.below(4) as usize];
    let mut data = String::new();
    // Writing to a text cannot fail.
    let _ = write!(
        data,
        "{{\"fingerprint\":\"fp{n:014}\",\"from\":\"{from}\",\"reason\":\"{text}: {from} uses {to}\",\"rule\":\"{rule}\",\
         \"severity\":\"{severity}\",\"to\":\"{to}\"}}"
    );
    data
}

fn module(seed: &mut Seed) -> String {
    let area = AREAS[seed.below(AREAS.len() as u64) as usize];
    let role = ROLES[seed.below(ROLES.len() as u64) as usize];
    format!("src/{area}/{role}-{}.ts", seed.below(100))
}
