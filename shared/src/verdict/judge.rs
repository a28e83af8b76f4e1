//! Judging: stream states from figures and evidence, and the record around them.

use super::context::Context;
use super::counterfactual::{CHANGES_MAX, repairs, reports};
use super::evidence::{Evidence, weigh};
use super::overlay::in_force;
use super::reasons::reasons;
use super::sentence::sentence;
use super::table::{still_possible, verdict_of};
use super::{Counterfactual, StreamState, StreamStates, StreamVerdict, Verdict, VerdictName};
use crate::correlate::LinkIndex;
use crate::graph::Scene;
use crate::id::Stream;
use crate::lens::acc::Acc;
use crate::lens::bdv::Bdv;
use crate::lens::dde::Dde;
use crate::lens::kpi::Kpi;
use crate::time::Time;

/// Sentences kept about what is missing in one stream.
const MISSING_MAX: usize = 64;

/// The three lenses that decide, with the links they share.
#[derive(Debug, Clone, Copy)]
pub struct Lenses<'a> {
    /// Links by kind and end.
    pub links: &'a LinkIndex<'a>,
    /// Execution.
    pub dde: &'a Dde,
    /// Behaviour.
    pub bdv: &'a Bdv,
    /// Architecture.
    pub acc: &'a Acc,
}

impl Lenses<'_> {
    fn kpis(&self, stream: Stream) -> &[Kpi] {
        match stream {
            Stream::Dde => &self.dde.kpis,
            Stream::Bdv => &self.bdv.kpis,
            Stream::Acc => &self.acc.kpis,
        }
    }
}

/// A stream judged, with what only the record needs of it.
struct Judged {
    verdict: StreamVerdict,
    changes: Vec<Counterfactual>,
    stale_at: Option<Time>,
}

/// Judges `scene` by its context. Total.
#[must_use]
pub fn judge(scene: &Scene, lenses: &Lenses, context: &Context) -> Verdict {
    let mut judged = Stream::ALL.map(|stream| judge_stream(stream, scene, lenses, context));
    if judged.iter().all(|stream| stream.verdict.not_applicable) {
        // No evidence is never a pass, not even where the policy requires none.
        for stream in &mut judged {
            stream.verdict.state = StreamState::Undecided;
            stream.verdict.not_applicable = false;
            stream.verdict.missing.push("Nothing has reported yet.".to_owned());
        }
    }
    let states = [0, 1, 2].map(|i| judged[i].verdict.state);
    let valid = scene.as_of.valid;
    let stale = judged.iter().filter_map(|stream| stream.stale_at).filter(|at| *at > valid);
    let watched = lenses.bdv.quarantine.iter().filter_map(|record| record.fix.as_ref()?.grace_until);
    let watched = watched.filter(|until| *until > valid);
    let next_change = stale.chain(watched).chain(context.next_expiry(valid)).min();
    let counterfactual =
        judged.iter().flat_map(|stream| &stream.changes).take(CHANGES_MAX).cloned().collect();
    let [dde, bdv, acc] = judged.map(|stream| stream.verdict);
    let streams = StreamStates { dde, bdv, acc };
    let (best, worst) = still_possible(states);
    let mut verdict = Verdict {
        verdict: verdict_of(states[0], states[1], states[2]),
        best,
        worst,
        sentence: String::new(),
        as_of: scene.as_of,
        policy_digest: context.policy.digest.clone(),
        engine_version: crate::ENGINE_VERSION.to_owned(),
        r#override: in_force(context, valid, &streams),
        criteria: Stream::ALL.iter().flat_map(|&stream| lenses.kpis(stream)).cloned().collect(),
        streams,
        counterfactual,
        next_change,
    };
    verdict.sentence = sentence(&verdict);
    verdict
}

/// Everything that would have to happen for `scene` to be deployable: the whole of what a verdict lists the
/// first [`CHANGES_MAX`] of, in the order of the streams.
#[must_use]
pub fn changes(scene: &Scene, lenses: &Lenses, context: &Context) -> Vec<Counterfactual> {
    Stream::ALL.into_iter().flat_map(|stream| judge_stream(stream, scene, lenses, context).changes).collect()
}

fn judge_stream(stream: Stream, scene: &Scene, lenses: &Lenses, context: &Context) -> Judged {
    let Evidence { any, demanded, lacks, stale_at } = weigh(stream, scene, lenses, context);
    let unreadable = context.problems.iter().any(|problem| problem.streams.contains(&stream));
    let required = context.policy.required_streams.contains(&stream);
    if !required && !any && !demanded && !unreadable {
        let verdict = StreamVerdict {
            state: StreamState::Pass,
            not_applicable: true,
            reasons: Vec::new(),
            missing: Vec::new(),
        };
        return Judged { verdict, changes: Vec::new(), stale_at: None };
    }
    let kpis = lenses.kpis(stream);
    let reasons = reasons(stream, scene, lenses, kpis);
    let failing = reasons.iter().any(|reason| reason.blocking);
    let state = if lacks.iter().any(|lack| lack.pending) {
        StreamState::Undecided
    } else if failing {
        StreamState::Fail
    } else if lacks.is_empty() {
        StreamState::Pass
    } else {
        StreamState::Undecided
    };
    let mut changes = repairs(kpis, &reasons, lenses, &context.policy);
    changes.extend(reports(stream, &lacks));
    let more = lacks.len().saturating_sub(MISSING_MAX);
    let mut missing: Vec<String> = lacks.into_iter().take(MISSING_MAX).map(|lack| lack.text).collect();
    if more > 0 {
        missing.push(format!("{more} more are missing."));
    }
    Judged { verdict: StreamVerdict { state, not_applicable: false, reasons, missing }, changes, stale_at }
}

impl Verdict {
    /// The same record as if no override had been recorded.
    #[must_use]
    pub fn without_override(&self) -> Self {
        Self { r#override: None, ..self.clone() }
    }

    /// Whether the answer stands: it is not pending.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.verdict != VerdictName::Pending
    }
}
