//! The schema's types, made from lens types at this border. Instants are RFC 3339 texts.

use crate::board::{Answer, Question};
use async_graphql::{Enum, Json, SimpleObject};
use serde_json::Value;
use shared::lens::Kpi as LensKpi;
use shared::lens::dde::AttemptView;
use shared::verdict::{Counterfactual as Change, Reason as LensReason, StreamVerdict};

/// Turns a value that is written as one word into that word.
pub(super) fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(error) => error.to_string(),
    }
}

/// The four lenses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(super) enum LensName {
    /// Execution.
    Dde,
    /// Behaviour.
    Bdv,
    /// Architecture.
    Acc,
    /// Verdict and spine.
    Convergence,
}

/// When it happened and when we learned it; absent is now.
#[derive(Debug, Clone, Default, async_graphql::InputObject)]
pub(super) struct AsOfInput {
    /// Valid time, RFC 3339.
    pub valid: Option<String>,
    /// Known time: RFC 3339 or a log position.
    pub known: Option<String>,
}

impl AsOfInput {
    /// The question it asks.
    pub(super) fn question(this: Option<Self>) -> async_graphql::Result<Question> {
        let this = this.unwrap_or_default();
        Question::parse(this.valid.as_deref(), this.known.as_deref())
            .map_err(|error| super::coded("BAD_REQUEST", error.to_string()))
    }
}

/// The question as it was resolved.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct AsOf {
    /// Valid time.
    pub valid: String,
    /// Position.
    pub known: u64,
}

/// One reason with its evidence.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct Reason {
    /// Name of the criterion.
    pub criterion: String,
    /// A sentence.
    pub text: String,
    /// Whether it fails the stream.
    pub blocking: bool,
    /// Entities it is about.
    pub entities: Vec<String>,
    /// Positions of the deciding events.
    pub evidence: Vec<u64>,
}

impl From<&LensReason> for Reason {
    fn from(reason: &LensReason) -> Self {
        Self {
            criterion: reason.criterion.clone(),
            text: reason.text.clone(),
            blocking: reason.blocking,
            entities: reason.entities.iter().map(ToString::to_string).collect(),
            evidence: reason.evidence.clone(),
        }
    }
}

/// A stream with what decides it.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct Stream {
    /// `dde`, `bdv` or `acc`.
    pub name: String,
    /// `pass`, `fail` or `undecided`.
    pub state: String,
    /// Whether the policy does not require it and it has no evidence.
    pub not_applicable: bool,
    /// Why it fails, or warnings.
    pub reasons: Vec<Reason>,
    /// What is missing.
    pub missing: Vec<String>,
}

impl Stream {
    pub(super) fn of(name: shared::id::Stream, verdict: &StreamVerdict) -> Self {
        Self {
            name: name.as_str().to_owned(),
            state: word(&verdict.state),
            not_applicable: verdict.not_applicable,
            reasons: verdict.reasons.iter().map(Reason::from).collect(),
            missing: verdict.missing.clone(),
        }
    }
}

/// A key figure.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct Kpi {
    /// Stable name.
    pub name: String,
    /// Words for people.
    pub label: String,
    /// The value, absent over an empty population.
    pub actual: Option<f64>,
    /// Threshold of the target.
    pub target: f64,
    /// Threshold of the exit criterion.
    pub exit: f64,
    /// Whether the exit criterion holds.
    pub met: bool,
    /// Whether the target holds.
    pub target_met: bool,
}

impl From<&LensKpi> for Kpi {
    fn from(kpi: &LensKpi) -> Self {
        Self {
            name: kpi.name.clone(),
            label: kpi.label.clone(),
            actual: kpi.actual,
            target: kpi.target,
            exit: kpi.exit,
            met: kpi.met,
            target_met: kpi.target_met,
        }
    }
}

/// What would make it deployable.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct Counterfactual {
    /// What has to happen.
    pub change: String,
    /// To what.
    pub entity: Option<String>,
    /// Criterion it repairs.
    pub criterion: String,
}

impl From<&Change> for Counterfactual {
    fn from(change: &Change) -> Self {
        Self {
            change: change.change.clone(),
            entity: change.entity.as_ref().map(ToString::to_string),
            criterion: change.criterion.clone(),
        }
    }
}

/// A verdict with everything it rests on.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct Verdict {
    /// The answer, as in exit codes.
    pub name: String,
    /// The answer as a sentence.
    pub sentence: String,
    /// Exit code of `mission verdict`, an override applied.
    pub exit_code: i32,
    /// Whether an override is in force.
    pub overridden: bool,
    /// The question.
    pub as_of: AsOf,
    /// Digest of the policy in force.
    pub policy_digest: String,
    /// Version of the engine.
    pub engine_version: String,
    /// The three streams.
    pub streams: Vec<Stream>,
    /// Every criterion.
    pub criteria: Vec<Kpi>,
    /// What would make it deployable.
    pub counterfactual: Vec<Counterfactual>,
    /// The record, as `mission verdict --json` prints it.
    pub record: Json<Value>,
}

impl From<&Answer> for Verdict {
    fn from(answer: &Answer) -> Self {
        let verdict = &answer.analysis.verdict;
        let streams = shared::id::Stream::ALL.map(|stream| Stream::of(stream, verdict.streams.get(stream)));
        Self {
            name: word(&verdict.verdict),
            sentence: verdict.sentence.clone(),
            exit_code: i32::from(verdict.exit_code(false)),
            overridden: verdict.r#override.is_some(),
            as_of: AsOf { valid: answer.as_of.valid.to_string(), known: answer.as_of.known },
            policy_digest: verdict.policy_digest.clone(),
            engine_version: verdict.engine_version.clone(),
            streams: streams.into(),
            criteria: verdict.criteria.iter().map(Kpi::from).collect(),
            counterfactual: verdict.counterfactual.iter().map(Counterfactual::from).collect(),
            record: Json(verdict.to_json(&answer.iteration)),
        }
    }
}

/// One try.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct Attempt {
    /// Number from 1 by start.
    pub n: u32,
    /// Run it belongs to.
    pub run: String,
    /// How it ended, or how far it is.
    pub outcome: String,
    /// When it started.
    pub started_at: Option<String>,
    /// When it ended.
    pub finished_at: Option<String>,
    /// `recorded`, `inferred` or `unrecorded`.
    pub provenance: String,
    /// First 256 bytes of the error.
    pub error: Option<String>,
}

impl From<&AttemptView> for Attempt {
    fn from(attempt: &AttemptView) -> Self {
        Self {
            n: attempt.n,
            run: attempt.run.clone(),
            outcome: word(&attempt.outcome),
            started_at: attempt.started_at.map(|time| time.to_string()),
            finished_at: attempt.finished_at.map(|time| time.to_string()),
            provenance: word(&attempt.provenance),
            error: attempt.error.clone(),
        }
    }
}

/// A task or scenario with its tries.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct Node {
    /// `task:…`, `scenario:…`.
    pub id: String,
    /// Human name.
    pub name: String,
    /// Its state.
    pub status: String,
    /// Workflow or spec it lies in.
    pub group: Option<String>,
    /// Every try, by start.
    pub attempts: Vec<Attempt>,
}

/// A link between two entities.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct Link {
    /// Meaning.
    pub kind: String,
    /// Source, `kind:key`.
    pub from: String,
    /// Target, `kind:key`.
    pub to: String,
    /// 0 to 1.
    pub confidence: f64,
    /// Its state; none for a suggestion.
    pub state: Option<String>,
    /// Whether to look at it.
    pub suspect: bool,
    /// What changed since it was made, if that makes it suspect.
    pub suspect_of: Option<String>,
    /// Whether texts suggest it and nobody confirmed it: then it counts for nothing.
    pub suggested: bool,
    /// All of it in one sentence.
    pub explanation: String,
}

impl From<&shared::lens::convergence::SpineLink> for Link {
    fn from(link: &shared::lens::convergence::SpineLink) -> Self {
        Self {
            kind: link.kind.as_str().to_owned(),
            from: link.from.to_string(),
            to: link.to.to_string(),
            confidence: link.confidence,
            state: link.state.map(|state| state.word().to_owned()),
            suspect: link.suspect,
            suspect_of: link.suspect_of.as_ref().map(ToString::to_string),
            suggested: link.suggested,
            explanation: link.explanation(),
        }
    }
}

/// A violation.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct Violation {
    /// `violation:…`.
    pub id: String,
    /// Rule broken.
    pub rule: String,
    /// Kind of the rule, where it is evaluated here rather than by a tool.
    pub kind: Option<String>,
    /// `new` or `unchanged` against the baseline in force, if there is one.
    pub state: Option<String>,
    /// How bad.
    pub severity: String,
    /// Where it starts.
    pub from: String,
    /// Where it ends.
    pub to: Option<String>,
    /// Whether a suppression keeps it from blocking.
    pub suppressed: bool,
}

impl From<&shared::lens::acc::Violation> for Violation {
    fn from(violation: &shared::lens::acc::Violation) -> Self {
        Self {
            id: violation.id.to_string(),
            rule: violation.rule.clone(),
            kind: violation.kind.map(|kind| kind.as_str().to_owned()),
            state: violation.state.map(|state| state.as_str().to_owned()),
            severity: word(&violation.severity),
            from: violation.from.clone(),
            to: violation.to.clone(),
            suppressed: violation.suppressed,
        }
    }
}

/// All tasks and scenarios of an answer, as nodes.
pub(super) fn nodes(answer: &Answer) -> Vec<Node> {
    let tries = |attempts: &[AttemptView]| attempts.iter().map(Attempt::from).collect();
    let tasks = answer.analysis.dde.tasks.iter().map(|task| Node {
        id: task.id.to_string(),
        name: task.name.clone(),
        status: word(&task.state),
        group: task.workflow.clone(),
        attempts: tries(&task.attempts),
    });
    let scenarios = answer.analysis.bdv.scenarios.iter().map(|scenario| Node {
        id: scenario.id.to_string(),
        name: scenario.name.clone(),
        status: word(&scenario.status),
        group: scenario.feature.clone(),
        attempts: tries(&scenario.attempts),
    });
    tasks.chain(scenarios).collect()
}
