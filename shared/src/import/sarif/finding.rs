//! Results as violations: what they break, where, how badly, and since when.

use super::super::batch::Writer;
use super::super::clean;
use super::super::document::{Lines, Text, parse};
use super::identity::{Identities, Versions, Weight};
use super::level::{Kind, baseline_of, justification_of, kind_of, severity_of, waiver_of};
use super::log::{ResultOf, Run};
use super::place::{Place, Places};
use super::rules::Rules;
use crate::event::data::{ViolationDetected, ViolationResolved};
use crate::event::{Baseline, Data, Severity, Waiver};
use crate::time::Time;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Where a result is that names no place: the project as a whole.
const NOWHERE: &str = ".";

/// The results of a run so far.
pub(super) struct Findings<'r, 'a> {
    tool: String,
    rules: &'r Rules<'r, 'a>,
    places: &'r Places<'r, 'a>,
    ended_at: Option<Time>,
    versions: Versions,
    identities: Identities,
    /// Rules that results name, with the worst they were given.
    named: BTreeMap<String, Severity>,
    /// Results that are gone: told last, so that none of them takes the identity of one that is not.
    absent: Vec<&'a RawValue>,
    repeated: u64,
    remarked: [bool; 5],
}

/// A result, understood.
struct Finding {
    rule: String,
    severity: Severity,
    place: Place,
    text: String,
    waiver: Option<Waiver>,
    baseline: Option<Baseline>,
    since: Option<Time>,
    last: Option<Time>,
}

impl<'r, 'a> Findings<'r, 'a> {
    pub(super) fn of(
        run: &'r Run<'a>,
        rules: &'r Rules<'r, 'a>,
        places: &'r Places<'r, 'a>,
        ended_at: Option<Time>,
    ) -> Self {
        Self {
            tool: clean::key(&run.tool.driver.name).unwrap_or_else(|| "unnamed tool".to_owned()),
            rules,
            places,
            ended_at,
            versions: Versions::of(run.results.as_deref().unwrap_or(&[])),
            identities: Identities::default(),
            named: BTreeMap::new(),
            absent: Vec::new(),
            repeated: 0,
            remarked: [false; 5],
        }
    }

    /// Takes a result in.
    pub(super) fn take(&mut self, raw: &'a RawValue, lines: &mut Lines<'_>, writer: &mut Writer<'_>) {
        let line = lines.line_of(raw.get());
        match parse::<ResultOf<'_>>(raw.get()) {
            Ok(result) => {
                self.remark(line, &result, writer);
                if let Err(reason) = self.read(line, raw, &result, writer) {
                    writer.issues.reject(line, format!("result: {reason}"));
                }
            }
            Err((offset, reason)) => writer.issues.reject(line + offset, format!("result: {reason}")),
        }
    }

    /// Notes what results have that is not read.
    fn remark(&mut self, line: u64, result: &ResultOf<'_>, writer: &mut Writer<'_>) {
        let given = [
            ("codeFlows", result.code_flows.is_some()),
            ("stacks", result.stacks.is_some()),
            ("graphs of a result", result.graphs.is_some()),
            ("fixes", result.fixes.is_some()),
        ];
        for ((property, given), seen) in given.into_iter().zip(&mut self.remarked) {
            if given && !std::mem::replace(seen, true) {
                writer.issues.note(line, format!("{property}: not read (here and below)"));
            }
        }
    }

    fn read(
        &mut self,
        line: u64,
        raw: &'a RawValue,
        result: &ResultOf<'_>,
        writer: &mut Writer<'_>,
    ) -> Result<(), String> {
        match kind_of(result.kind.as_deref())? {
            Kind::Other => {
                writer.issues.skip(line, result.kind.as_deref().unwrap_or(""));
                return Ok(());
            }
            Kind::Pass => {
                let found = self.rules.find(result);
                let severity = self.rules.severity(result, found);
                self.name(self.rules.id_of(result, found).as_deref().unwrap_or(&self.tool.clone()), severity);
                writer.use_one();
                return Ok(());
            }
            Kind::Fail | Kind::Open => {}
        }
        if result.baseline_state.as_deref() == Some("absent") {
            self.finding(result)?;
            self.absent.push(raw);
            return Ok(());
        }
        let finding = self.finding(result)?;
        if let Some(data) = self.detected(result, &finding) {
            let justification = justification_of(result.suppressions.as_deref(), finding.waiver);
            let data = ViolationDetected { justification: justification.and_then(prose), ..data };
            writer.state(line, finding.since, &Data::ViolationDetected(data));
        } else {
            self.repeated += 1;
            if self.repeated == 1 {
                writer.issues.note(line, "this result was told before (here and below): it counts once");
            }
        }
        writer.use_one();
        Ok(())
    }

    fn finding(&mut self, result: &ResultOf<'_>) -> Result<Finding, String> {
        let kind = kind_of(result.kind.as_deref())?;
        let found = self.rules.find(result);
        let rule = self.rules.id_of(result, found).unwrap_or_else(|| self.tool.clone());
        let severity = match (kind, result.level.as_deref()) {
            (Kind::Fail, Some(level)) => severity_of(level)?,
            (Kind::Fail, None) => self.rules.severity(result, found),
            _ => Severity::Info,
        };
        let baseline = match baseline_of(result.baseline_state.as_deref()) {
            Ok(baseline) => baseline,
            Err(None) => None,
            Err(Some(reason)) => return Err(reason),
        };
        let provenance = result.provenance.as_ref();
        let instant = |field: &str, text: Option<&Text<'_>>| match text.map(|text| clean::instant(text)) {
            None => Ok(None),
            Some(Ok((time, _))) => Ok(Some(time)),
            Some(Err(reason)) => Err(format!("{field}: {reason}")),
        };
        let since = instant(
            "provenance.firstDetectionTimeUtc",
            provenance.and_then(|it| it.first_detection_time_utc.as_ref()),
        )?;
        let last = instant(
            "provenance.lastDetectionTimeUtc",
            provenance.and_then(|it| it.last_detection_time_utc.as_ref()),
        )?;
        let message = &result.message;
        let text = self.rules.text_of(message, found).or_else(|| message.id.as_deref().map(str::to_owned));
        let waiver = waiver_of(result.suppressions.as_deref())?;
        self.name(&rule, severity);
        Ok(Finding {
            rule,
            severity,
            place: self.places.place(result.locations.as_ref().and_then(|it| it.0.as_ref())),
            text: text.unwrap_or_default(),
            waiver,
            baseline,
            since: since.or(last),
            last,
        })
    }

    fn name(&mut self, rule: &str, severity: Severity) {
        match self.named.get_mut(rule) {
            Some(worst) => *worst = severity.min(*worst),
            None => {
                self.named.insert(rule.to_owned(), severity);
            }
        }
    }

    /// The violation; `None` if it was told before.
    fn detected(&mut self, result: &ResultOf<'_>, finding: &Finding) -> Option<ViolationDetected> {
        let counts = finding.waiver != Some(Waiver::Accepted);
        let weight = Weight::of(counts, finding.severity);
        let known = (finding.rule.as_str(), &finding.place, finding.text.as_str());
        let fingerprint = self.identities.fingerprint(&self.versions, result, known, weight)?;
        Some(ViolationDetected {
            rule: finding.rule.clone(),
            severity: finding.severity,
            from: finding.place.module().unwrap_or(NOWHERE).to_owned(),
            to: None,
            reason: explained(finding),
            fingerprint: Some(fingerprint.to_string()),
            waiver: finding.waiver,
            justification: None,
            baseline: finding.baseline,
        })
    }

    /// Tells what is gone, and returns the rules that results named.
    pub(super) fn close(
        mut self,
        lines: &mut Lines<'_>,
        writer: &mut Writer<'_>,
    ) -> BTreeMap<String, Severity> {
        for raw in std::mem::take(&mut self.absent) {
            let line = lines.line_of(raw.get());
            // Both were fine when the result was put aside.
            let Ok(result) = parse::<ResultOf<'_>>(raw.get()) else { continue };
            let Ok(finding) = self.finding(&result) else { continue };
            if let Some(data) = self.detected(&result, &finding) {
                let gone = ViolationResolved {
                    rule: data.rule.clone(),
                    from: data.from.clone(),
                    to: None,
                    fingerprint: data.fingerprint.clone(),
                };
                if finding.since.is_some() {
                    writer.state(line, finding.since, &Data::ViolationDetected(data));
                }
                let at = self.ended_at.max(finding.last);
                writer.state(line, at, &Data::ViolationResolved(gone));
            }
            writer.use_one();
        }
        self.named
    }
}

fn prose(text: &Text<'_>) -> Option<String> {
    clean::prose(text, clean::REASON_BYTES_MAX)
}

/// The message, behind its place as editors write it.
fn explained(finding: &Finding) -> Option<String> {
    let place = finding.place.path.as_deref().zip(finding.place.region.start_line);
    let text = match place {
        Some((path, line)) => format!("{path}:{line}: {}", finding.text.trim()),
        None => finding.text.clone(),
    };
    clean::prose(&text, clean::REASON_BYTES_MAX)
}
