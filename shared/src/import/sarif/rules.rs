//! The rules of a run's tool and its extensions, how results refer to them, and their messages.

use super::super::batch::Writer;
use super::super::clean;
use super::super::document::{Lines, Text, parse};
use super::level::severity_of;
use super::log::{
    Component, ComponentReference, Descriptor, Invocation, Message, Reference, ResultOf, Run, at,
};
use crate::event::Severity;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Parts of a hierarchical rule id that are cut off in search of the rule.
const PARTS_MAX: usize = 16;

/// A rule, by component and index.
type Number = (usize, usize);

/// Rules by component: the driver first, then the extensions.
pub(super) struct Rules<'r, 'a> {
    components: Vec<Known<'r, 'a>>,
    /// Levels that an invocation sets anew.
    overrides: BTreeMap<(usize, Number), Severity>,
    invocations: usize,
}

struct Known<'r, 'a> {
    component: &'r Component<'a>,
    /// `None` where one cannot be read.
    rules: Vec<Option<Rule<'a>>>,
    /// Sorted by id, of the same ids the first one first. A list, for most components of a hostile file have one rule.
    by_id: Vec<(Text<'a>, usize)>,
}

/// A rule as its tool describes it.
pub(super) struct Rule<'a> {
    pub(super) id: String,
    guid: Option<Text<'a>>,
    pub(super) severity: Severity,
    pub(super) text: Option<String>,
    messages: Option<&'a RawValue>,
}

impl<'r, 'a> Rules<'r, 'a> {
    pub(super) fn of(run: &'r Run<'a>, lines: &mut Lines<'_>, writer: &mut Writer<'_>) -> Self {
        let extensions = run.tool.extensions.iter().flatten();
        let components =
            std::iter::once(&run.tool.driver).chain(extensions).map(|it| known(it, lines, writer)).collect();
        let invocations = run.invocations.as_deref().unwrap_or(&[]);
        let mut rules = Self { components, overrides: BTreeMap::new(), invocations: invocations.len() };
        for (n, invocation) in invocations.iter().enumerate() {
            rules.set_anew(n, invocation);
        }
        rules
    }

    fn set_anew(&mut self, invocation: usize, overrides: &Invocation<'_>) {
        for set in overrides.rule_configuration_overrides.iter().flatten() {
            let level = set.configuration.level.as_deref().and_then(|level| severity_of(level).ok());
            if let (Some(severity), Some(rule)) = (level, self.referred(&set.descriptor)) {
                self.overrides.insert((invocation, rule), severity);
            }
        }
    }

    /// Every rule there is.
    pub(super) fn all(&self) -> impl Iterator<Item = &Rule<'a>> {
        self.components.iter().flat_map(|known| known.rules.iter().flatten())
    }

    fn rule(&self, number: Number) -> Option<&Rule<'a>> {
        self.components.get(number.0)?.rules.get(number.1)?.as_ref()
    }

    /// The rule of a result, where its tool describes it.
    pub(super) fn find(&self, result: &ResultOf<'_>) -> Option<Number> {
        if let Some(rule) = result.rule.as_ref().and_then(|reference| self.referred(reference)) {
            return Some(rule);
        }
        let component = result.rule.as_ref().and_then(|it| it.tool_component.as_ref());
        let component = self.component(component)?;
        self.by_index(component, result.rule_index)
            .or_else(|| self.by_id(component, result.rule_id.as_deref()?))
    }

    /// Its id: the result's own word, else the described rule's.
    pub(super) fn id_of(&self, result: &ResultOf<'_>, found: Option<Number>) -> Option<String> {
        let own = result.rule_id.as_deref().or_else(|| result.rule.as_ref()?.id.as_deref());
        own.and_then(clean::key).or_else(|| Some(self.rule(found?)?.id.clone()))
    }

    /// Severity of what breaks it: set anew by the invocation, else its own, else a warning.
    pub(super) fn severity(&self, result: &ResultOf<'_>, found: Option<Number>) -> Severity {
        let invocation = result.provenance.as_ref().and_then(|it| it.invocation_index);
        let only = (self.invocations == 1).then_some(0);
        let invocation = invocation.and_then(|index| usize::try_from(index).ok()).or(only);
        let set = invocation.zip(found).and_then(|key| self.overrides.get(&key).copied());
        set.or_else(|| Some(self.rule(found?)?.severity)).unwrap_or(Severity::Warn)
    }

    fn referred(&self, reference: &Reference<'_>) -> Option<Number> {
        let component = self.component(reference.tool_component.as_ref())?;
        let by_guid = |guid: &Text<'_>| {
            let rules = &self.components[component].rules;
            let same =
                |rule: &Option<Rule<'_>>| rule.as_ref().is_some_and(|it| it.guid.as_ref() == Some(guid));
            rules.iter().position(same).map(|rule| (component, rule))
        };
        self.by_index(component, reference.index)
            .or_else(|| reference.guid.as_ref().and_then(by_guid))
            .or_else(|| self.by_id(component, reference.id.as_deref()?))
    }

    fn component(&self, reference: Option<&ComponentReference<'_>>) -> Option<usize> {
        let Some(reference) = reference else { return Some(0) };
        if let Some(index) = reference.index.and_then(|index| usize::try_from(index).ok()) {
            // Extensions are counted from 0; the driver has no index.
            return (index + 1 < self.components.len()).then_some(index + 1);
        }
        let is_it = |known: &Known<'_, '_>| {
            let same_guid = reference.guid.is_some() && reference.guid == known.component.guid;
            same_guid || reference.name.as_deref() == Some(&*known.component.name)
        };
        let named = reference.guid.is_some() || reference.name.is_some();
        if named { self.components.iter().position(is_it) } else { Some(0) }
    }

    fn by_index(&self, component: usize, index: Option<i64>) -> Option<Number> {
        let index = usize::try_from(index?).ok()?;
        (index < self.components[component].rules.len()).then_some((component, index))
    }

    /// By its id, or, as ids are hierarchical, by the start of it.
    fn by_id(&self, component: usize, id: &str) -> Option<Number> {
        let mut id = id;
        for _ in 0..PARTS_MAX {
            let by_id = &self.components[component].by_id;
            let first = by_id.partition_point(|(known, _)| &**known < id);
            if let Some((_, rule)) = by_id.get(first).filter(|(known, _)| &**known == id) {
                return Some((component, *rule));
            }
            id = id.rsplit_once('/')?.0;
        }
        None
    }

    /// What a message says: its text, or the rule's string of that id with the arguments put in.
    pub(super) fn text_of(&self, message: &Message<'_>, found: Option<Number>) -> Option<String> {
        if let Some(text) = message.text.as_deref().or(message.markdown.as_deref()) {
            return Some(filled(text, message.arguments.as_deref().unwrap_or(&[])));
        }
        let id = message.id.as_deref()?;
        let own = found.and_then(|number| self.rule(number)).and_then(|rule| rule.messages);
        let component = self.components.get(found.map_or(0, |(component, _)| component));
        let global = component.and_then(|known| known.component.global_message_strings);
        [own, global].into_iter().flatten().find_map(|strings| {
            let strings: BTreeMap<Text<'_>, Message<'_>> = parse(strings.get()).ok()?;
            let text = strings.get(id)?.text.as_deref()?.to_owned();
            Some(filled(&text, message.arguments.as_deref().unwrap_or(&[])))
        })
    }
}

fn known<'r, 'a>(
    component: &'r Component<'a>,
    lines: &mut Lines<'_>,
    writer: &mut Writer<'_>,
) -> Known<'r, 'a> {
    let len = component.rules.as_ref().map_or(0, Vec::len);
    let (mut rules, mut by_id) = (Vec::with_capacity(len), Vec::with_capacity(len));
    for (n, raw) in component.rules.iter().flatten().enumerate() {
        let rule = parse::<Descriptor<'a>>(raw.get()).and_then(|descriptor| {
            let id = clean::key(&descriptor.id).ok_or((0, "id: empty".to_owned()))?;
            by_id.push((descriptor.id.clone(), n));
            Ok(rule(id, descriptor))
        });
        rules.push(rule.map_err(|(line, reason)| (lines.line_of(raw.get()) + line, reason)).map_or_else(
            |(line, reason)| {
                writer.issues.flaw(line, format!("rules[{n}]: {reason}; left out"));
                None
            },
            Some,
        ));
    }
    by_id.sort();
    Known { component, rules, by_id }
}

fn rule<'a>(id: String, descriptor: Descriptor<'a>) -> Rule<'a> {
    let level = descriptor.default_configuration.and_then(|it| it.level);
    let texts = [&descriptor.short_description, &descriptor.full_description];
    let described = texts.into_iter().flatten().find_map(|it| it.text.as_deref());
    let text = described.or(descriptor.name.as_deref());
    Rule {
        id,
        severity: level.and_then(|level| severity_of(&level).ok()).unwrap_or(Severity::Warn),
        text: text.and_then(|text| clean::prose(text, clean::ERROR_BYTES_MAX)),
        guid: descriptor.guid,
        messages: descriptor.message_strings,
    }
}

/// `{0}` and its kind replaced by the arguments; `{{` and `}}` are braces.
fn filled(text: &str, arguments: &[Text<'_>]) -> String {
    if !text.contains(['{', '}']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['{', '}']) {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let number = rest.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let index = number.and_then(|(digits, _)| digits.parse::<i64>().ok());
        if let (Some(argument), Some((_, after))) = (at(arguments, index), number) {
            out.push_str(argument);
            rest = after;
        } else {
            let doubled = rest.starts_with("{{") || rest.starts_with("}}");
            out.push_str(&rest[..1]);
            rest = &rest[if doubled { 2 } else { 1 }..];
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_doubled_braces_are_braces() {
        let arguments = [Text("x".into()), Text("{0}".into())];
        assert_eq!(filled("'{0}' {1} {2} {{0}} }", &arguments), "'x' {0} {2} {0} }");
    }
}
