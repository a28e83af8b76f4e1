//! Facts of requirements, specs and scenarios. True if the data was one of them.

use super::Scribe;
use crate::event::{Data, Facet, Value};
use crate::id::{EntityId, Kind, LinkKind};

impl Scribe {
    pub(super) fn write_behaviour(&mut self, data: &Data) -> bool {
        match data {
            Data::RequirementDeclared(d) => {
                let at = self.structure();
                let requirement = EntityId::new(Kind::Requirement, &d.requirement);
                let subject = self.entity(Kind::Requirement, &d.requirement, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.text(&subject, Facet::Text, at, d.text.as_ref());
                self.text(&subject, Facet::Version, at, d.version.as_ref());
                self.text(&subject, Facet::Path, at, d.path.as_ref());
                self.tags(&subject, at, &d.tags);
                if let Some(parent) = &d.parent {
                    self.link(LinkKind::PartOf, requirement, EntityId::new(Kind::Requirement, parent), at);
                }
            }
            Data::SpecDeclared(d) => {
                let at = self.structure();
                let spec = EntityId::new(Kind::Spec, &d.spec);
                let subject = self.entity(Kind::Spec, &d.spec, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.text(&subject, Facet::Path, at, d.path.as_ref());
                self.tags(&subject, at, &d.tags);
                for requirement in &d.specifies {
                    let requirement = EntityId::new(Kind::Requirement, requirement);
                    self.link(LinkKind::Specifies, spec.clone(), requirement, at);
                }
            }
            Data::ScenarioDeclared(d) => {
                let at = self.structure();
                let scenario = EntityId::new(Kind::Scenario, &d.scenario);
                let subject = self.entity(Kind::Scenario, &d.scenario, at);
                self.text(&subject, Facet::Name, at, d.name.as_ref());
                self.text(&subject, Facet::Group, at, d.spec.as_ref());
                self.text(&subject, Facet::Path, at, d.path.as_ref());
                self.tags(&subject, at, &d.tags);
                if d.planned {
                    self.put(&subject, Facet::Planned, at, Value::Flag(true));
                }
                if let Some(spec) = &d.spec {
                    self.link(LinkKind::PartOf, scenario.clone(), EntityId::new(Kind::Spec, spec), at);
                }
                for proved in &d.verifies {
                    self.link(LinkKind::Verifies, scenario.clone(), proved.clone(), at);
                }
            }
            Data::ScenarioQueued(d) => self.queued(Kind::Scenario, &d.key, &d.run, d.r#try),
            Data::ScenarioStarted(d) => self.started(Kind::Scenario, &d.key, &d.run, d.r#try),
            Data::ScenarioFinished(d) => self.finished(Kind::Scenario, d),
            _ => return false,
        }
        true
    }
}
