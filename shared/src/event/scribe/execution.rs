//! Facts of workflows, tasks, contracts and artifacts. True if the data was one of them.

use super::Scribe;
use crate::event::{ContractState, Data, Facet, Value};
use crate::id::{EntityId, Kind, LinkKind};

impl Scribe {
    pub(super) fn write_execution(&mut self, data: &Data) -> bool {
        match data {
            Data::WorkflowDeclared(d) => {
                let at = self.structure();
                let subject = self.entity(Kind::Workflow, &d.workflow, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
            }
            Data::TaskDeclared(d) => {
                let at = self.structure();
                let task = EntityId::new(Kind::Task, &d.task);
                let subject = self.entity(Kind::Task, &d.task, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.text(&subject, Facet::Group, at, d.workflow.as_ref());
                self.tags(&subject, at, &d.tags);
                if let Some(path) = d.paths.first() {
                    self.put(&subject, Facet::Path, at, Value::Text(path.clone()));
                }
                if d.planned {
                    self.put(&subject, Facet::Planned, at, Value::Flag(true));
                }
                if let Some(workflow) = &d.workflow {
                    self.link(LinkKind::PartOf, task.clone(), EntityId::new(Kind::Workflow, workflow), at);
                }
                for other in &d.depends_on {
                    self.link(LinkKind::DependsOn, task.clone(), EntityId::new(Kind::Task, other), at);
                }
                for spec in &d.implements {
                    self.link(LinkKind::Implements, task.clone(), EntityId::new(Kind::Spec, spec), at);
                }
            }
            Data::TaskQueued(d) => self.queued(Kind::Task, &d.key, &d.run, d.r#try),
            Data::TaskStarted(d) => self.started(Kind::Task, &d.key, &d.run, d.r#try),
            Data::TaskFinished(d) => self.finished(Kind::Task, d),
            Data::ContractProposed(d) => {
                let at = self.occurrence();
                let contract = EntityId::new(Kind::Contract, &d.contract);
                let subject = self.entity(Kind::Contract, &d.contract, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.put_ranked(
                    &subject,
                    Facet::Contract,
                    "",
                    at,
                    0,
                    Value::Contract(ContractState::Proposed),
                );
                self.put(&subject, Facet::ProposedAt, at, Value::Time(at));
                for party in &d.governs {
                    self.link(LinkKind::Governs, contract.clone(), party.clone(), at);
                }
            }
            Data::ContractLocked(d) => {
                let at = self.occurrence();
                let subject = self.entity(Kind::Contract, &d.contract, at);
                self.put_ranked(&subject, Facet::Contract, "", at, 1, Value::Contract(ContractState::Locked));
                self.put(&subject, Facet::LockedAt, at, Value::Time(at));
                self.text(&subject, Facet::Version, at, d.version.as_ref());
            }
            Data::ContractBroken(d) => {
                let at = self.occurrence();
                let subject = self.entity(Kind::Contract, &d.contract, at);
                self.put_ranked(&subject, Facet::Contract, "", at, 2, Value::Contract(ContractState::Broken));
                self.text(&subject, Facet::Reason, at, d.reason.as_ref());
            }
            Data::ArtifactProduced(d) => {
                let at = self.occurrence();
                let artifact = EntityId::new(Kind::Artifact, &d.artifact);
                let subject = self.entity(Kind::Artifact, &d.artifact, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.text(&subject, Facet::Version, at, d.version.as_ref());
                self.text(&subject, Facet::Digest, at, d.digest.as_ref());
                self.text(&subject, Facet::Commit, at, d.commit.as_ref());
                if let Some(task) = &d.task {
                    self.link(LinkKind::Produces, EntityId::new(Kind::Task, task), artifact.clone(), at);
                }
                for module in &d.modules {
                    self.link(LinkKind::Realises, artifact.clone(), EntityId::new(Kind::Module, module), at);
                }
            }
            _ => return false,
        }
        true
    }
}
