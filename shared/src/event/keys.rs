//! Which natural keys an event's data carries, so that all of them are checked in one place.

use super::catalogue::Data;
use crate::id::{IdError, check_key};

impl Data {
    /// Checks every natural key in the data. Ids typed `kind:key` check themselves.
    ///
    /// # Errors
    /// The field of the first key that is unsound, and what is wrong with it.
    pub(crate) fn check_keys(&self) -> Result<(), (&'static str, IdError)> {
        match self {
            Data::WorkflowDeclared(d) => all(&[("workflow", &d.workflow)]),
            Data::TaskDeclared(d) => with_all(
                &[("task", &d.task)],
                [
                    ("workflow", d.workflow.as_slice()),
                    ("depends_on", &d.depends_on),
                    ("implements", &d.implements),
                ],
            ),
            Data::TaskQueued(d) | Data::ScenarioQueued(d) => all(&[("key", &d.key), ("run", &d.run)]),
            Data::TaskStarted(d) | Data::ScenarioStarted(d) => all(&[("key", &d.key), ("run", &d.run)]),
            Data::TaskFinished(d) | Data::ScenarioFinished(d) => all(&[("key", &d.key), ("run", &d.run)]),
            Data::RunStarted(d) => all(&[("run", &d.run)]),
            Data::RunFinished(d) => all(&[("run", &d.run)]),
            Data::ContractProposed(d) => all(&[("contract", &d.contract)]),
            Data::ContractLocked(d) => all(&[("contract", &d.contract)]),
            Data::ContractBroken(d) => all(&[("contract", &d.contract)]),
            Data::ArtifactProduced(d) => {
                with_all(&[("artifact", &d.artifact)], [("task", d.task.as_slice()), ("modules", &d.modules)])
            }
            Data::RequirementDeclared(d) => {
                with_all(&[("requirement", &d.requirement)], [("parent", d.parent.as_slice())])
            }
            Data::SpecDeclared(d) => with_all(&[("spec", &d.spec)], [("specifies", d.specifies.as_slice())]),
            Data::ScenarioDeclared(d) => {
                with_all(&[("scenario", &d.scenario)], [("spec", d.spec.as_slice())])
            }
            Data::ModuleDeclared(d) => all(&[("module", &d.module)]),
            Data::ImportDeclared(d) => all(&[("from", &d.from), ("to", &d.to)]),
            Data::RuleDeclared(d) => all(&[("rule", &d.rule)]),
            Data::ViolationDetected(d) => with_all(
                &[("rule", &d.rule), ("from", &d.from)],
                [("to", d.to.as_slice()), ("fingerprint", d.fingerprint.as_slice())],
            ),
            Data::ViolationResolved(d) => with_all(
                &[("rule", &d.rule), ("from", &d.from)],
                [("to", d.to.as_slice()), ("fingerprint", d.fingerprint.as_slice())],
            ),
            Data::SuppressionGranted(d) => all(&[("suppression", &d.suppression)]),
            Data::QuarantineGranted(d) => all(&[("quarantine", &d.quarantine), ("scenario", &d.scenario)]),
            Data::QuarantineFixProposed(d) => all(&[("record", &d.record), ("commit", &d.commit)]),
            Data::OverrideRecorded(d) => all(&[("override", &d.r#override)]),
            Data::SuppressionRevoked(d) | Data::QuarantineRevoked(d) | Data::OverrideRevoked(d) => {
                all(&[("record", &d.record)])
            }
            Data::DecisionRecorded(d) => all(&[("decision", &d.decision)]),
            Data::BatchClosed(d) => with_all(&[("batch", &d.batch)], [("scope", d.scope.as_slice())]),
            Data::Facts(d) => with_all(&[], [("scope", d.scope.as_slice())]),
            Data::LinkDeclared(d) => with_all(&[], [("rule", d.rule.as_slice())]),
            Data::LinkRemoved(d) => with_all(&[], [("rule", d.rule.as_slice())]),
            Data::EventRetracted(d) => all(&[("id", &d.id)]),
            Data::IterationOpened(_)
            | Data::IterationClosed(_)
            | Data::ContextRecorded(_)
            | Data::EntityRemoved(_) => Ok(()),
        }
    }
}

fn all(keys: &[(&'static str, &str)]) -> Result<(), (&'static str, IdError)> {
    keys.iter().try_for_each(|(field, key)| check_key(key).map_err(|error| (*field, error)))
}

fn with_all<const N: usize>(
    keys: &[(&'static str, &str)],
    lists: [(&'static str, &[String]); N],
) -> Result<(), (&'static str, IdError)> {
    all(keys)?;
    lists.into_iter().try_for_each(|(field, list)| {
        list.iter().try_for_each(|key| check_key(key).map_err(|error| (field, error)))
    })
}
