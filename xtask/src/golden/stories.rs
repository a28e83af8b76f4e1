//! The stories: one iteration each of the same product, in the order they happened.
//!
//! A story knows what goes wrong on its day and what the answers must then be, by reasoning about the day and not
//! by asking the program. Where the two disagree, `cargo xtask golden` writes nothing and says where.

mod architecture;
mod behaviour;
mod calm;
mod execution;
mod hindsight;
mod mixed;
mod rules;
mod scale;
mod systemic;

use super::day::{Breach, Day, Scan, Suite, Try};
use super::story::{Story, Told};
use serde_json::{Value, json};

/// Releases before the first story, with their verdicts.
const BEFORE: &[(&str, &str)] = &[
    ("mp-4.10.0", "deployable"),
    ("mp-4.10.1", "deployable"),
    ("mp-4.11.0", "tech_debt"),
    ("mp-4.11.1", "deployable"),
    ("mp-4.11.2", "deployable"),
    ("mp-4.11.3", "deployable"),
];

macro_rules! stories {
    ($($ordinal:literal $name:literal $date:literal $after:expr, $verdict:literal, $tell:path, $title:literal, $about:literal;)*) => {
        /// All stories, in order.
        pub const STORIES: &[Story] = &[$(Story {
            ordinal: $ordinal,
            name: concat!("Iter-Golden-", $name),
            title: $title,
            date: $date,
            predecessor: $after,
            verdict: $verdict,
            about: $about,
            tell: $tell,
        }),*];
    };
}

stories! {
    1 "AllPass" "2026-11-02" None, "deployable", calm::all_pass, "Meridian Pay 4.12.0",
        "Everything passes: built right, the right thing, built to last.";
    2 "Flaky" "2026-11-03" Some("Iter-Golden-AllPass"), "deployable", behaviour::flaky, "Meridian Pay 4.12.1",
        "Seven scenarios fail and pass on the same commit; two are quarantined, one quarantine hides a fault and does not count.";
    3 "Retries" "2026-11-04" Some("Iter-Golden-Flaky"), "pipeline_issue", execution::retries, "Meridian Pay 4.12.2",
        "A registry outage makes ten tasks try again and again; all pass in the end, but the retry rate misses its exit.";
    4 "DesignGap" "2026-11-05" Some("Iter-Golden-Retries"), "design_gap", behaviour::design_gap, "Meridian Pay 4.13.0-rc.1",
        "Partial refunds are built and deployed as planned, but do not do what was asked for.";
    5 "TechDebt" "2026-11-09" Some("Iter-Golden-DesignGap"), "tech_debt", architecture::tech_debt, "Meridian Pay 4.13.0-rc.2",
        "Partial refunds work, at the price of a cycle between ledger and payments and of broken rules.";
    6 "Override" "2026-11-10" Some("Iter-Golden-TechDebt"), "tech_debt", architecture::overridden, "Meridian Pay 4.13.0",
        "The cycle is still there; the head of payments answers for shipping it, until a date.";
    7 "PipelineIssue" "2026-11-11" Some("Iter-Golden-Override"), "pipeline_issue", execution::pipeline_issue, "Meridian Pay 4.14.0-rc.1",
        "The software is right, but settlement files, a migration and the load test fail, and the release never happens.";
    8 "MixedDdeBdv" "2026-11-12" Some("Iter-Golden-PipelineIssue"), "mixed_failure", mixed::dde_bdv, "Meridian Pay 4.14.0-rc.2",
        "The acquirer's sandbox changed: gateway tasks and checkout scenarios fail together; a corrected report decides.";
    9 "MixedDdeAcc" "2026-11-13" Some("Iter-Golden-MixedDdeBdv"), "mixed_failure", mixed::dde_acc, "Meridian Pay 4.15.0-rc.1",
        "Contracts take seconds to lock while the broker is ill, and onboarding and merchant import each other.";
    10 "MixedBdvAcc" "2026-11-16" Some("Iter-Golden-MixedDdeAcc"), "mixed_failure", mixed::bdv_acc, "Meridian Pay 4.15.0-rc.2",
        "The suite is slow and flaky, and a suppression expires at noon.";
    11 "SystemicFailure" "2026-11-17" Some("Iter-Golden-MixedBdvAcc"), "systemic_failure", systemic::systemic, "Meridian Pay 4.15.0-rc.3",
        "A rushed merge fails in all three streams: halt.";
    12 "LateEvidence" "2026-11-18" Some("Iter-Golden-SystemicFailure"), "design_gap", hindsight::late_evidence, "Meridian Pay 4.15.0-rc.4",
        "Rolled out as deployable at a quarter to six; hours later the device laboratory reports what had failed before.";
    13 "Large" "2026-11-19" Some("Iter-Golden-LateEvidence"), "deployable", scale::large, "Meridian Pay 4.15.0",
        "Every scenario in five markets, sixteen runs of the suite in a day, more than 20,000 events.";
    14 "Pending" "2026-11-20" Some("Iter-Golden-Large"), "pending", hindsight::pending, "Meridian Pay 4.16.0-rc.1",
        "The early afternoon of a candidate: the soak and a run of the suite are under way, the release has not begun.";
    15 "Rules" "2026-11-23" Some("Iter-Golden-Pending"), "tech_debt", rules::in_force, "Meridian Pay 4.16.0-rc.2",
        "Rules of the architecture come into force; what is older is accepted with a reason, and a new shortcut blocks.";
}

/// What the server pins when `story`'s iteration opens: the product's history, and a ledger if there is one.
fn pinned(story: &Story, ledger: Option<Value>) -> Vec<(&'static str, Value)> {
    let ledger = ledger.map(|ledger| ("ledger", ledger));
    [("history", history(story))].into_iter().chain(ledger).collect()
}

/// The iterations before `story`'s.
fn history(story: &Story) -> Value {
    let told = STORIES.iter().filter(|other| other.ordinal < story.ordinal);
    let all = BEFORE.iter().copied().chain(told.map(|other| (other.name, other.verdict)));
    let iterations = all.map(|(name, verdict)| json!({"iteration": name, "verdict": verdict}));
    json!({"iterations": iterations.collect::<Vec<_>>(), "scenarios": []})
}

/// Deployable iterations and all among the last ten before `story`'s.
fn approvals(story: &Story) -> (i64, i64) {
    let told = STORIES.iter().filter(|other| other.ordinal < story.ordinal).map(|other| other.verdict);
    let all: Vec<&str> = BEFORE.iter().map(|(_, verdict)| *verdict).chain(told).collect();
    let recent = &all[all.len().saturating_sub(10)..];
    (recent.iter().filter(|verdict| **verdict == "deployable").count() as i64, recent.len() as i64)
}

/// The first of a morning: announced, and the work in progress scanned.
fn begin(day: &mut Day, story: &Story, ledger: Option<Value>) {
    day.open(story, &pinned(story, ledger));
    let scan = Scan { clock: "08:05:20", commit: day.draft.clone(), breaches: &[] };
    day.scan(&scan);
}

/// A usual morning: announced, scanned, contracts settled, and two runs of the suite on the work in progress,
/// of which the first finds `faults`, scenarios by name, and the second passes.
fn morning(story: &Story, ledger: Option<Value>, faults: &[&str]) -> Day {
    let mut day = Day::new(story);
    begin(&mut day, story, ledger);
    day.contracts("08:12:00", &[]);
    drafts(&mut day, faults);
    day
}

/// The two runs of the suite on the work in progress.
fn drafts(day: &mut Day, faults: &[&str]) {
    let number = day.number;
    let mut first = Suite::new(format!("bdd-{number}-1"), "draft", "08:24:00", &day.draft)
        .late(&["chargebacks"], "09:31:40");
    for fault in faults {
        let wrong = Try::failed("expected status 201, got 500: posting refused, unbalanced entry");
        first = first.with(day.product.scenario(fault), &[wrong]);
    }
    day.behave(&first);
    let fixed = format!("{}f", &day.draft[..11]);
    let second = Suite::new(format!("bdd-{number}-2"), "draft, fixed", "09:50:00", &fixed);
    day.behave(&second);
    day.trace("09:56:00", &second.run);
}

/// The scan of the candidate once it is cut.
fn scan_candidate(day: &mut Day, breaches: &[Breach]) {
    let scan = Scan { clock: "11:06:30", commit: day.commit.clone(), breaches };
    day.scan(&scan);
}

/// A run of the suite on the candidate, before it is staged.
fn candidate(day: &Day) -> Suite<'static> {
    Suite::new(format!("bdd-{}-3", day.number), "candidate", "11:52:00", &day.commit)
        .late(&["wallets"], "13:20:10")
}

/// A run of the suite against staging.
fn staging(day: &Day) -> Suite<'static> {
    Suite::new(format!("bdd-{}-4", day.number), "candidate on staging", "15:10:00", &day.commit).streaming()
}

/// Modules, own and external.
fn modules(day: &Day) -> usize {
    day.product.modules() + day.product.externals().count()
}
