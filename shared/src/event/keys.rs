//! Which natural keys an event's data carries, so that all of them are checked in one place.

use super::catalogue::Data;

impl Data {
    /// Every natural key in the data with the name of its field. Ids typed `kind:key` check themselves.
    pub(crate) fn keys(&self) -> Vec<(&'static str, &str)> {
        match self {
            Data::WorkflowDeclared(d) => vec![("workflow", &d.workflow)],
            Data::TaskDeclared(d) => with_all(
                vec![("task", &d.task)],
                [
                    ("workflow", d.workflow.as_slice()),
                    ("depends_on", &d.depends_on),
                    ("implements", &d.implements),
                ],
            ),
            Data::TaskQueued(d) | Data::ScenarioQueued(d) => vec![("key", &d.key), ("run", &d.run)],
            Data::TaskStarted(d) | Data::ScenarioStarted(d) => vec![("key", &d.key), ("run", &d.run)],
            Data::TaskFinished(d) | Data::ScenarioFinished(d) => vec![("key", &d.key), ("run", &d.run)],
            Data::RunStarted(d) => vec![("run", &d.run)],
            Data::RunFinished(d) => vec![("run", &d.run)],
            Data::ContractProposed(d) => vec![("contract", &d.contract)],
            Data::ContractLocked(d) => vec![("contract", &d.contract)],
            Data::ContractBroken(d) => vec![("contract", &d.contract)],
            Data::ArtifactProduced(d) => with_all(
                vec![("artifact", &d.artifact)],
                [("task", d.task.as_slice()), ("modules", &d.modules)],
            ),
            Data::RequirementDeclared(d) => {
                with_all(vec![("requirement", &d.requirement)], [("parent", d.parent.as_slice())])
            }
            Data::SpecDeclared(d) => {
                with_all(vec![("spec", &d.spec)], [("specifies", d.specifies.as_slice())])
            }
            Data::ScenarioDeclared(d) => {
                with_all(vec![("scenario", &d.scenario)], [("spec", d.spec.as_slice())])
            }
            Data::ModuleDeclared(d) => vec![("module", &d.module)],
            Data::ImportDeclared(d) => vec![("from", &d.from), ("to", &d.to)],
            Data::RuleDeclared(d) => vec![("rule", &d.rule)],
            Data::ViolationDetected(d) => with_all(
                vec![("rule", &d.rule), ("from", &d.from)],
                [("to", d.to.as_slice()), ("fingerprint", d.fingerprint.as_slice())],
            ),
            Data::ViolationResolved(d) => with_all(
                vec![("rule", &d.rule), ("from", &d.from)],
                [("to", d.to.as_slice()), ("fingerprint", d.fingerprint.as_slice())],
            ),
            Data::SuppressionGranted(d) => vec![("suppression", &d.suppression)],
            Data::QuarantineGranted(d) => vec![("quarantine", &d.quarantine), ("scenario", &d.scenario)],
            Data::QuarantineFixProposed(d) => vec![("record", &d.record), ("commit", &d.commit)],
            Data::OverrideRecorded(d) => vec![("override", &d.r#override)],
            Data::SuppressionRevoked(d) | Data::QuarantineRevoked(d) | Data::OverrideRevoked(d) => {
                vec![("record", &d.record)]
            }
            Data::DecisionRecorded(d) => vec![("decision", &d.decision)],
            Data::BatchClosed(d) => with_all(vec![("batch", &d.batch)], [("scope", d.scope.as_slice())]),
            Data::Facts(d) => with_all(Vec::new(), [("scope", d.scope.as_slice())]),
            Data::LinkDeclared(d) => with_all(Vec::new(), [("rule", d.rule.as_slice())]),
            Data::LinkRemoved(d) => with_all(Vec::new(), [("rule", d.rule.as_slice())]),
            Data::EventRetracted(d) => vec![("id", &d.id)],
            Data::IterationOpened(_)
            | Data::IterationClosed(_)
            | Data::ContextRecorded(_)
            | Data::EntityRemoved(_) => Vec::new(),
        }
    }
}

fn with_all<'a, const N: usize>(
    mut keys: Vec<(&'static str, &'a str)>,
    lists: [(&'static str, &'a [String]); N],
) -> Vec<(&'static str, &'a str)> {
    for (field, list) in lists {
        keys.extend(list.iter().map(|key| (field, key.as_str())));
    }
    keys
}
