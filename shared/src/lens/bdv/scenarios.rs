//! Scenarios: status from the tries, flake probability with reasons.

use super::{Flake, Scenario, Status};
use crate::correlate::LinkIndex;
use crate::event::Outcome;
use crate::flake::{Posterior, Posteriors, Tries, wilson};
use crate::graph::{Attempt, Entity, Scene};
use crate::id::{EntityId, Kind, LinkKind, Stream};
use crate::lens::dde::{tries_of, words};
use crate::lens::kpi::quantised;
use std::collections::BTreeMap;

/// Newest tries of a scenario that count for its status and flake probability.
pub const TRIES_WINDOW: usize = 200;

/// Below this expectation a flake is not worth a word of its own.
const LIKELY: f64 = 0.05;

pub(super) fn scenarios(scene: &Scene, links: &LinkIndex) -> Vec<Scenario> {
    let commits: BTreeMap<&str, &str> = crate::order::map(
        scene
            .runs
            .iter()
            .filter(|run| run.stream == Stream::Bdv)
            .filter_map(|run| Some((run.key.as_str(), run.commit.as_deref()?))),
    );
    let mut memory = Posteriors::default();
    let start = EntityId::new(Kind::Scenario, "");
    let mut scenarios: Vec<Scenario> = scene
        .entities
        .range(start..)
        .map(|(_, entity)| entity)
        .take_while(|entity| entity.id.kind == Kind::Scenario)
        .map(|entity| scenario(entity, links, &commits, &mut memory))
        .collect();
    crate::order::sort_by(&mut scenarios, |a, b| (&a.feature, &a.id).cmp(&(&b.feature, &b.id)));
    scenarios
}

fn scenario(
    entity: &Entity,
    links: &LinkIndex,
    commits: &BTreeMap<&str, &str>,
    memory: &mut Posteriors,
) -> Scenario {
    let recent = &entity.attempts[entity.attempts.len().saturating_sub(TRIES_WINDOW)..];
    let by_code = by_code(recent, commits);
    let (status, reason) = status_of(recent, &by_code);
    Scenario {
        id: entity.id.clone(),
        name: entity.name.clone().unwrap_or_else(|| entity.id.key.clone()),
        feature: entity.group.clone(),
        status,
        reason,
        planned: entity.planned,
        attempts: tries_of(entity),
        flake: flake_of(&by_code, memory),
        quarantined: false,
        verifies: links.from(LinkKind::Verifies, &entity.id).map(|link| link.id.to.clone()).collect(),
    }
}

/// Tries of one code, in order of their first try.
struct Code<'a> {
    name: String,
    tries: Tries,
    last: &'a Attempt,
}

/// Usable tries by the code they ran on. Without a commit the tries of one run are of the same code.
fn by_code<'a>(attempts: &'a [Attempt], commits: &BTreeMap<&str, &str>) -> Vec<Code<'a>> {
    let mut codes: Vec<Code> = Vec::new();
    let mut place: BTreeMap<String, usize> = BTreeMap::new();
    for attempt in attempts {
        let bad = attempt.outcome.is_bad();
        if !bad && attempt.outcome != Outcome::Passed {
            continue;
        }
        let commit = attempt.commit.as_deref().or_else(|| commits.get(attempt.id.run.as_str()).copied());
        let name =
            commit.map_or_else(|| format!("run {}", attempt.id.run), |commit| format!("commit {commit}"));
        let at = *place.entry(name.clone()).or_insert_with(|| {
            codes.push(Code { name, tries: Tries::default(), last: attempt });
            codes.len() - 1
        });
        codes[at].last = attempt;
        if bad { codes[at].tries.failed += 1 } else { codes[at].tries.passed += 1 }
    }
    codes
}

fn status_of(attempts: &[Attempt], codes: &[Code]) -> (Status, Option<String>) {
    let Some(last) = attempts.last() else {
        return (Status::Undecided, Some("not run".to_owned()));
    };
    match last.outcome {
        Outcome::Passed if codes.iter().any(|code| code.tries.flips()) => (Status::Flaky, None),
        Outcome::Passed => (Status::Passed, None),
        Outcome::Skipped => (Status::Skipped, None),
        bad if bad.is_bad() => (Status::Failed, None),
        open => (Status::Undecided, Some(last.reason.clone().unwrap_or_else(|| words(open).to_owned()))),
    }
}

fn flake_of(codes: &[Code], memory: &mut Posteriors) -> Flake {
    if codes.is_empty() {
        return Flake { known: false, probability: 0.0, low: 0.0, high: 1.0, reasons: Vec::new() };
    }
    let tries: Vec<Tries> = codes.iter().map(|code| code.tries).collect();
    let posterior = memory.of(&tries);
    Flake {
        known: true,
        probability: quantised(posterior.probability),
        low: quantised(posterior.low),
        high: quantised(posterior.high),
        reasons: reasons(codes, &posterior),
    }
}

/// Why the probability is what it is; none for a scenario that only ever passed.
fn reasons(codes: &[Code], posterior: &Posterior) -> Vec<String> {
    let (failed, passed) =
        codes.iter().fold((0, 0), |(f, p), code| (f + code.tries.failed, p + code.tries.passed));
    if failed == 0 {
        return Vec::new();
    }
    let flips = codes.iter().filter(|code| code.tries.flips());
    let mut reasons: Vec<String> = flips
        .map(|code| {
            let Tries { failed, passed } = code.tries;
            format!(
                "same_commit_flip: failed {failed} and passed {passed} times on the same code ({}).",
                code.name
            )
        })
        .collect();
    let newest = codes.iter().max_by_key(|code| code.last.n);
    if let Some(code) = newest.filter(|code| code.tries.passed == 0) {
        let n = code.tries.failed;
        reasons.push(format!("regression: all {n} tries on the newest code failed ({}).", code.name));
    }
    let (low, high) = wilson(failed, failed + passed);
    reasons.push(format!(
        "failure_rate: {failed} of {} tries failed (95 % interval {:.0}–{:.0} %).",
        failed + passed,
        low * 100.0,
        high * 100.0
    ));
    if posterior.broken > 0.4 && posterior.broken > posterior.probability {
        reasons.push(
            "broken_commits: whole commits fail, which speaks for faults rather than flakes.".to_owned(),
        );
    } else if reasons.iter().any(|r| r.starts_with("same_commit_flip")) && posterior.probability >= LIKELY {
        let percent = posterior.probability * 100.0;
        reasons.push(format!("likely_flake: expected to fail in {percent:.0} % of tries on good code."));
    }
    reasons
}
