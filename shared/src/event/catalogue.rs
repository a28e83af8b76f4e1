//! The one table of event types: type string, data, stream, meaning. Printed by `mission events --types`.

use super::canonical::{Json, write_object};
use super::data::*;
use crate::id::Stream;

/// A row of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct TypeRow {
    /// CloudEvents `type`.
    pub name: &'static str,
    /// Stream whose density track it counts in, if it belongs to one.
    pub stream: Option<Stream>,
    /// What it states, in a sentence.
    pub meaning: &'static str,
    /// Its `data` fields, optional ones in brackets.
    pub fields: &'static str,
}

macro_rules! catalogue {
    ($($variant:ident($data:ty) = $name:literal, $stream:expr, $meaning:literal, $fields:literal;)*) => {
        /// What an event states, decoded.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Data { $(#[doc = $meaning] $variant($data)),* }

        /// Every event type there is.
        pub const CATALOGUE: &[TypeRow] = &[
            $(TypeRow { name: $name, stream: $stream, meaning: $meaning, fields: $fields }),*
        ];

        impl Data {
            /// CloudEvents `type`.
            #[must_use]
            pub const fn type_name(&self) -> &'static str {
                match self { $(Data::$variant(_) => $name),* }
            }

            /// The stream it belongs to, if to one.
            #[must_use]
            pub const fn stream(&self) -> Option<Stream> {
                match self { $(Data::$variant(_) => $stream),* }
            }

            /// The data as JSON with sorted keys and without empty optional fields.
            #[must_use]
            pub fn canonical_json(&self) -> String {
                let mut text = String::new();
                self.write_canonical_json(&mut text);
                text
            }

            /// Appends [`Data::canonical_json`] to `out`.
            pub(crate) fn write_canonical_json(&self, out: &mut String) {
                match self { $(Data::$variant(data) => write_object(out, data)),* }
            }

            /// The data as a JSON value.
            #[must_use]
            pub fn to_json(&self) -> serde_json::Value {
                let json = match self { $(Data::$variant(data) => serde_json::to_value(data)),* };
                json.unwrap_or(serde_json::Value::Null)
            }

            /// Decodes `value` as the data of `type_name`; `None` for an unknown type.
            ///
            /// # Errors
            /// What is wrong, with the path of the field.
            pub fn from_json(type_name: &str, value: serde_json::Value) -> Option<Result<Data, String>> {
                match type_name {
                    $($name => Some(
                        serde_path_to_error::deserialize::<_, $data>(value)
                            .map(Data::$variant)
                            .map_err(|error| {
                                let path = error.path().to_string();
                                let at = if path == "." { "data".to_owned() } else { format!("data.{path}") };
                                format!("{at}: {}", error.into_inner())
                            }),
                    ),)*
                    _ => None,
                }
            }

            /// [`Data::from_json`] from text. Use this one where there is no tree of values yet.
            ///
            /// # Errors
            /// What is wrong, with the path of the field.
            pub(crate) fn from_text(type_name: &str, json: &str) -> Option<Result<Data, String>> {
                let read = match type_name {
                    $($name => serde_json::from_str::<$data>(json).map(Data::$variant),)*
                    _ => return None,
                };
                match read {
                    Ok(data) => Some(Ok(data)),
                    // Read again for the path of the field.
                    Err(error) => match serde_json::from_str(json) {
                        Ok(value) => Data::from_json(type_name, value),
                        Err(_) => Some(Err(format!("data: {error}"))),
                    },
                }
            }
        }
    };
}

impl Data {
    /// The data as it is packed into [`Facts`].
    #[must_use]
    pub fn packed(&self) -> Json {
        Json::of_canonical(&self.canonical_json())
    }
}

const DDE: Option<Stream> = Some(Stream::Dde);
const BDV: Option<Stream> = Some(Stream::Bdv);
const ACC: Option<Stream> = Some(Stream::Acc);

catalogue! {
    IterationOpened(IterationOpened) = "mission.iteration.opened.v1", None, "The iteration begins.", "[commit, predecessor, title, plan[]]";
    IterationClosed(IterationClosed) = "mission.iteration.closed.v1", None, "The iteration ends.", "[reason]";
    ContextRecorded(ContextRecorded) = "mission.context.recorded.v1", None, "Policy, rules, baseline, ledger or history from here on.", "topic, digest, [body]";
    BatchClosed(BatchClosed) = "mission.batch.closed.v1", None, "All items of a batch are sent; with a scope it is a picture.", "batch, count, digest, [scope, stream, format]";
    Facts(Facts) = "mission.facts.v1", None, "Many facts of one import, packed.", "items[]{type, data, [time]}, [scope]";
    EventRetracted(EventRetracted) = "mission.event.retracted.v1", None, "Takes an earlier event back, for ever.", "id, [source, reason]";
    WorkflowDeclared(WorkflowDeclared) = "mission.workflow.declared.v1", DDE, "A group of tasks.", "workflow, [name]";
    TaskDeclared(TaskDeclared) = "mission.task.declared.v1", DDE, "A task there is, or will be.", "task, [name, workflow, depends_on[], implements[], paths[], tags[], planned]";
    TaskQueued(AttemptQueued) = "mission.task.queued.v1", DDE, "A try of a task waits for a worker.", "key, run, [try]";
    TaskStarted(AttemptStarted) = "mission.task.started.v1", DDE, "A try of a task begins.", "key, run, [try]";
    TaskFinished(AttemptFinished) = "mission.task.finished.v1", DDE, "A try of a task is over.", "key, run, outcome, [try, queued_at, started_at, error, output, reason, commit, provenance]";
    ContractProposed(ContractProposed) = "mission.contract.proposed.v1", DDE, "An agreement is offered.", "contract, [name, governs[]]";
    ContractLocked(ContractLocked) = "mission.contract.locked.v1", DDE, "An agreement is settled.", "contract, [version]";
    ContractBroken(ContractBroken) = "mission.contract.broken.v1", DDE, "An agreement was found violated.", "contract, [reason]";
    ArtifactProduced(ArtifactProduced) = "mission.artifact.produced.v1", DDE, "Something was made.", "artifact, [name, version, digest, task, modules[], commit]";
    RequirementDeclared(RequirementDeclared) = "mission.requirement.declared.v1", BDV, "Something asked for.", "requirement, [name, text, parent, version, path, tags[]]";
    SpecDeclared(SpecDeclared) = "mission.spec.declared.v1", BDV, "A document of behaviour.", "spec, [name, path, tags[], specifies[]]";
    ScenarioDeclared(ScenarioDeclared) = "mission.scenario.declared.v1", BDV, "An example of behaviour.", "scenario, [name, spec, path, tags[], verifies[], planned]";
    ScenarioQueued(AttemptQueued) = "mission.scenario.queued.v1", BDV, "A try of a scenario waits.", "key, run, [try]";
    ScenarioStarted(AttemptStarted) = "mission.scenario.started.v1", BDV, "A try of a scenario begins.", "key, run, [try]";
    ScenarioFinished(AttemptFinished) = "mission.scenario.finished.v1", BDV, "A try of a scenario is over.", "key, run, outcome, [try, queued_at, started_at, error, output, reason, commit, provenance]";
    RunStarted(RunStarted) = "mission.run.started.v1", None, "A run of a stream begins.", "stream, run, [name, commit]";
    RunFinished(RunFinished) = "mission.run.finished.v1", None, "A run of a stream is over.", "stream, run, outcome, [started_at, reason, commit]";
    ModuleDeclared(ModuleDeclared) = "mission.module.declared.v1", ACC, "A unit of architecture.", "module, [name, path, group, external, types, abstract_types, tags[]]";
    ImportDeclared(ImportDeclared) = "mission.import.declared.v1", ACC, "A module uses a module.", "from, to, [kind, weight]";
    RuleDeclared(RuleDeclared) = "mission.rule.declared.v1", ACC, "A rule of the architecture.", "rule, severity, [text, governs[]]";
    ViolationDetected(ViolationDetected) = "mission.violation.detected.v1", ACC, "A rule is broken.", "rule, severity, from, [to, reason, fingerprint, waiver, justification, baseline]";
    ViolationResolved(ViolationResolved) = "mission.violation.resolved.v1", ACC, "A rule is no longer broken there.", "rule, from, [to, fingerprint]";
    LinkDeclared(LinkDeclared) = "mission.link.declared.v1", None, "A typed edge that a producer asserts.", "kind, from, to, [rule, confidence, evidence, version]";
    LinkRemoved(LinkRemoved) = "mission.link.removed.v1", None, "This source no longer sees a link.", "kind, from, to, [rule]";
    EntityRemoved(EntityRemoved) = "mission.entity.removed.v1", None, "This source no longer sees an entity.", "entity";
    SuppressionGranted(SuppressionGranted) = "mission.suppression.granted.v1", ACC, "A violation does not block for a while.", "suppression, reason, [violation, rule, modules[], owner, expires_at]";
    SuppressionRevoked(RecordRevoked) = "mission.suppression.revoked.v1", ACC, "Ends a suppression.", "record, [reason]";
    QuarantineGranted(QuarantineGranted) = "mission.quarantine.granted.v1", BDV, "A flaky scenario does not gate for a while.", "quarantine, scenario, reason, expires_at, [owner, ticket]";
    QuarantineFixProposed(QuarantineFixProposed) = "mission.quarantine.fix_proposed.v1", BDV, "A commit claims to end a quarantined flake.", "record, commit, [reruns]";
    QuarantineRevoked(RecordRevoked) = "mission.quarantine.revoked.v1", BDV, "Ends a quarantine.", "record, [reason]";
    OverrideRecorded(OverrideRecorded) = "mission.override.recorded.v1", None, "A person answers for deploying against the verdict.", "override, reason, expires_at, [scope[], actor]";
    OverrideRevoked(RecordRevoked) = "mission.override.revoked.v1", None, "Ends an override.", "record, [reason]";
    DecisionRecorded(DecisionRecorded) = "mission.decision.recorded.v1", None, "A verdict as it was given.", "decision, record";
}
