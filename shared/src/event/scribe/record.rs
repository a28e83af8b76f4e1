//! Facts of declared links and of the ledgers.

use super::Scribe;
use crate::event::{Book, Data, Facet, Subject, Value};
use crate::id::LinkId;
use crate::time::Time;

impl Scribe {
    pub(super) fn write_record(&mut self, data: &Data) {
        match data {
            Data::LinkDeclared(d) => {
                let at = self.structure();
                let subject = Subject::Link(LinkId { kind: d.kind, from: d.from.clone(), to: d.to.clone() });
                let rule = d.rule.as_deref().unwrap_or("declared").to_owned();
                self.exists(&subject, &rule, at, true);
                if let Some(confidence) = d.confidence {
                    let value = Value::Number(i64::from(confidence));
                    self.put_ranked(&subject, Facet::Confidence, &rule, at, 0, value);
                }
                if let Some(evidence) = &d.evidence {
                    self.put_ranked(&subject, Facet::Evidence, &rule, at, 0, Value::Text(evidence.clone()));
                }
                if let Some(version) = &d.version {
                    self.put_ranked(&subject, Facet::Version, &rule, at, 0, Value::Text(version.clone()));
                }
            }
            Data::LinkRemoved(d) => {
                let at = self.occurrence();
                let subject = Subject::Link(LinkId { kind: d.kind, from: d.from.clone(), to: d.to.clone() });
                self.exists(&subject, d.rule.as_deref().unwrap_or("declared"), at, false);
            }
            Data::EntityRemoved(d) => {
                let at = self.occurrence();
                self.exists(&Subject::Entity(d.entity.clone()), "", at, false);
            }
            Data::SuppressionGranted(d) => {
                let at = self.occurrence();
                let subject = self.ledger(Book::Suppression, &d.suppression, at);
                self.text(&subject, Facet::Reason, at, Some(&d.reason));
                self.text(&subject, Facet::Target, at, d.violation.as_ref());
                self.text(&subject, Facet::Rule, at, d.rule.as_ref());
                self.tags(&subject, at, &d.modules);
                self.text(&subject, Facet::Actor, at, d.owner.as_ref());
                self.expires(&subject, at, d.expires_at);
            }
            Data::QuarantineGranted(d) => {
                let at = self.occurrence();
                let subject = self.ledger(Book::Quarantine, &d.quarantine, at);
                self.text(&subject, Facet::Reason, at, Some(&d.reason));
                self.text(&subject, Facet::Target, at, Some(&d.scenario));
                self.text(&subject, Facet::Actor, at, d.owner.as_ref());
                self.text(&subject, Facet::Ticket, at, d.ticket.as_ref());
                self.expires(&subject, at, Some(d.expires_at));
            }
            Data::QuarantineFixProposed(d) => {
                let at = self.occurrence();
                let subject = Subject::Ledger(Book::Quarantine, d.record.clone());
                self.put(&subject, Facet::Commit, at, Value::Text(d.commit.clone()));
                if let Some(reruns) = d.reruns {
                    self.put(&subject, Facet::Reruns, at, Value::Number(i64::from(reruns)));
                }
            }
            Data::OverrideRecorded(d) => {
                // An override counts from when it was recorded, whatever its producer says.
                let at = self.recorded_at;
                let subject = self.ledger(Book::Override, &d.r#override, at);
                let scope = d.scope.iter().map(|s| s.as_str().to_owned()).collect();
                self.put(&subject, Facet::Tags, at, Value::Texts(scope));
                self.text(&subject, Facet::Reason, at, Some(&d.reason));
                let actor = d.actor.clone().or_else(|| self.actor.clone());
                self.text(&subject, Facet::Actor, at, actor.as_ref());
                self.expires(&subject, at, Some(d.expires_at));
            }
            Data::SuppressionRevoked(d) => self.revoke(Book::Suppression, &d.record),
            Data::QuarantineRevoked(d) => self.revoke(Book::Quarantine, &d.record),
            Data::OverrideRevoked(d) => self.revoke(Book::Override, &d.record),
            Data::DecisionRecorded(d) => {
                let at = self.recorded_at;
                let subject = self.ledger(Book::Decision, &d.decision, at);
                self.put(&subject, Facet::Body, at, Value::Text(d.record.to_string()));
            }
            _ => {}
        }
    }

    fn expires(&mut self, subject: &Subject, at: Time, expires_at: Option<Time>) {
        if let Some(end) = expires_at {
            self.put(subject, Facet::Expires, at, Value::Time(end));
        }
    }

    fn revoke(&mut self, book: Book, id: &str) {
        let at = self.occurrence();
        let subject = Subject::Ledger(book, id.to_owned());
        self.put_ranked(&subject, Facet::Active, "", at, 1, Value::Flag(false));
    }
}
