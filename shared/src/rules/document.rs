//! The TOML form of rules. Needs the feature `toml`, which browsers do without.
//!
//! ```toml
//! version = 1
//!
//! [[rule]]
//! name = "web-uses-no-store"
//! kind = "forbidden"          # forbidden, allowed, required, layers, independence, stable-dependencies
//! from = "web/**"             # a pattern or a list; see `pattern`
//! to = ["store/**", "group:sql"]
//! severity = "error"          # error (the default), warn, info
//! dependencies = ["normal", "build"]   # the default; also dev
//! except = [{ from = "web/admin", to = "store/audit" }]   # a side that is left out is any module
//! reason = "Pages ask the service."
//! ```
//!
//! `layers` has `layers = ["web/**", ["app/**", "jobs/**"], "store/**"]`, the highest first, and may be `strict`;
//! `independence` has `sets = { billing = "billing/**", shipping = "shipping/**" }`; `stable-dependencies` may leave
//! `from` and `to` out. A module in several layers or sets is in the first.
//!
//! Read by walking the table rather than into types, so that every mistake is told with its line, rule and field.

use super::{ModuleSet, Pattern, Rule, RuleKind, SEVERITIES};
use crate::event::Severity;
use crate::id::check_key;
use std::collections::BTreeSet;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Versions of the document that this engine reads.
const VERSION: &str = "1";
/// Most rules in a document.
const RULES_MAX: usize = 500;
/// Most layers, or independent sets, of a rule.
const SETS_MAX: usize = 64;
/// Most patterns in one list, and exceptions of one rule.
const LIST_MAX: usize = 256;
/// Largest document, in bytes.
const BYTES_MAX: usize = 256 << 10;
/// Longest reason, in bytes.
const REASON_BYTES_MAX: usize = 1024;

/// Why a document of rules was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rules line {line}{at}: {reason}")]
pub struct RulesError {
    /// Line, from 1; 0 for the document as a whole.
    pub line: u32,
    /// Rule and field, as it follows the line: `, rule "x", from`.
    pub at: String,
    /// What is wrong.
    pub reason: String,
}

/// A place in the document: where it lies, and in whose field.
struct Place<'a> {
    text: &'a str,
    at: String,
}

impl Place<'_> {
    fn error(&self, span: std::ops::Range<usize>, reason: impl Into<String>) -> RulesError {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        RulesError { line: line as u32, at: self.at.clone(), reason: reason.into() }
    }

    fn within(&self, part: &str) -> Place<'_> {
        Place { text: self.text, at: format!("{}, {part}", self.at) }
    }
}

type Found<'i> = Spanned<DeValue<'i>>;

/// The rules that `text` says, by name.
///
/// # Errors
/// [`RulesError`] with line, rule and field, for bad TOML, unknown keys (with the nearest known one), values of
/// another shape, names given twice, and what a rule lacks.
pub fn parse(text: &str) -> Result<Vec<Rule>, RulesError> {
    let place = Place { text, at: String::new() };
    if text.len() > BYTES_MAX {
        return Err(place.error(0..0, format!("{} bytes, at most {BYTES_MAX}", text.len())));
    }
    let document = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        place.error(span, error.message().to_owned())
    })?;
    let table = document.get_ref();
    known_keys(&place, table, &["version", "rule"])?;
    match table.get("version") {
        Some(found) if matches!(found.get_ref(), DeValue::Integer(n) if n.as_str() == VERSION) => {}
        Some(found) => {
            let reason = format!("this version is not known, {VERSION} is");
            return Err(place.within("version").error(found.span(), reason));
        }
        None => return Err(place.error(0..0, format!("version is missing; write version = {VERSION}"))),
    }
    let mut rules: Vec<Rule> = Vec::new();
    if let Some(found) = table.get("rule") {
        let tables = list(&place.within("rule"), found, RULES_MAX)?;
        let mut names = BTreeSet::new();
        for (found, number) in tables.iter().zip(1..) {
            let rule = rule(&place, found, number)?;
            if !names.insert(rule.name.clone()) {
                let place = place.within(&format!("rule {:?}", rule.name));
                return Err(place.error(found.span(), "there are two rules of this name"));
            }
            rules.push(rule);
        }
    }
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rules)
}

fn rule(place: &Place<'_>, found: &Found<'_>, number: usize) -> Result<Rule, RulesError> {
    let numbered = place.within(&format!("rule {number}"));
    let table = table_of(&numbered, found)?;
    let name = match table.get("name") {
        None => return Err(numbered.error(found.span(), "name is missing")),
        Some(name) => {
            let field = numbered.within("name");
            let text = text_of(&field, name)?;
            // A setting is split at these, a key at those.
            check_key(text).map_err(|error| field.error(name.span(), error.to_string()))?;
            if text.contains('|') {
                return Err(field.error(name.span(), "a name holds no |, which parts the keys of violations"));
            }
            text
        }
    };
    let place = place.within(&format!("rule {name:?}"));
    let kind = match table.get("kind") {
        None => return Err(place.error(found.span(), format!("kind is missing; {}", one_of(&KINDS)))),
        Some(kind) => {
            let at = choice(&place.within("kind"), kind, &KINDS)?;
            RuleKind::ALL[at]
        }
    };
    known_keys(&place, table, fields(kind))?;
    let severity = match table.get("severity") {
        None => Severity::Error,
        Some(found) => {
            let names = SEVERITIES.map(|(name, _)| name);
            SEVERITIES[choice(&place.within("severity"), found, &names)?].1
        }
    };
    let reason = table.get("reason").map(|found| reason(&place.within("reason"), found)).transpose()?;
    let strict = match table.get("strict") {
        None => false,
        Some(found) => match found.get_ref() {
            DeValue::Boolean(strict) => *strict,
            other => return Err(place.within("strict").error(found.span(), not(other, "true or false"))),
        },
    };
    Ok(Rule {
        name: name.to_owned(),
        kind,
        severity,
        reason,
        dependencies: dependencies(&place, table)?,
        strict,
        sets: sets(&place, found, table, kind)?,
        except: exceptions(&place, table)?,
    })
}

const KINDS: [&str; 6] = {
    let mut names = [""; 6];
    let mut at = 0;
    while at < names.len() {
        names[at] = RuleKind::ALL[at].as_str();
        at += 1;
    }
    names
};
const DEPENDENCIES: [&str; 3] = ["normal", "build", "dev"];

/// Fields of a rule of `kind`.
const fn fields(kind: RuleKind) -> &'static [&'static str] {
    match kind {
        RuleKind::Layers => {
            &["name", "kind", "severity", "dependencies", "except", "reason", "layers", "strict"]
        }
        RuleKind::Independence => &["name", "kind", "severity", "dependencies", "except", "reason", "sets"],
        _ => &["name", "kind", "severity", "dependencies", "except", "reason", "from", "to"],
    }
}

fn sets(
    place: &Place<'_>,
    rule: &Found<'_>,
    table: &DeTable<'_>,
    kind: RuleKind,
) -> Result<Vec<ModuleSet>, RulesError> {
    let wanted =
        |field: &str| table.get(field).ok_or_else(|| place.error(rule.span(), format!("{field} is missing")));
    match kind {
        RuleKind::Layers => {
            let field = place.within("layers");
            let found = wanted("layers")?;
            let layers = list(&field, found, SETS_MAX)?;
            if layers.len() < 2 {
                return Err(field.error(found.span(), "needs two layers or more, the highest first"));
            }
            let layer = |found: &Found<'_>| {
                let patterns = patterns(&field, found)?;
                let names: Vec<&str> = patterns.iter().map(Pattern::as_str).collect();
                Ok(ModuleSet { name: names.join(", "), patterns })
            };
            layers.iter().map(layer).collect()
        }
        RuleKind::Independence => {
            let field = place.within("sets");
            let found = wanted("sets")?;
            let named = table_of(&field, found)?;
            if !(2..=SETS_MAX).contains(&named.len()) {
                return Err(field.error(found.span(), format!("needs 2 to {SETS_MAX} named sets")));
            }
            let mut sets = Vec::new();
            for (name, found) in named.iter() {
                let text: &str = name.get_ref();
                let field = field.within(text);
                check_key(text).map_err(|error| field.error(name.span(), error.to_string()))?;
                sets.push(ModuleSet { name: text.to_owned(), patterns: patterns(&field, found)? });
            }
            sets.sort_by(|a, b| a.name.cmp(&b.name));
            Ok(sets)
        }
        _ => {
            let side = |field: &str| -> Result<ModuleSet, RulesError> {
                let patterns = match table.get(field) {
                    None if kind == RuleKind::StableDependencies => everything(place, rule)?,
                    _ => patterns(&place.within(field), wanted(field)?)?,
                };
                Ok(ModuleSet { name: String::new(), patterns })
            };
            Ok(vec![side("from")?, side("to")?])
        }
    }
}

fn everything(place: &Place<'_>, found: &Found<'_>) -> Result<Vec<Pattern>, RulesError> {
    let all = Pattern::new("**").map_err(|error| place.error(found.span(), error.to_string()))?;
    Ok(vec![all])
}

fn exceptions(place: &Place<'_>, table: &DeTable<'_>) -> Result<Vec<[Vec<Pattern>; 2]>, RulesError> {
    let field = place.within("except");
    let Some(found) = table.get("except") else { return Ok(Vec::new()) };
    let mut except = Vec::new();
    for found in list(&field, found, LIST_MAX)? {
        let table = table_of(&field, found)?;
        known_keys(&field, table, &["from", "to"])?;
        if table.is_empty() {
            return Err(field.error(found.span(), "needs from, to, or both"));
        }
        let side = |name: &str| match table.get(name) {
            Some(found) => patterns(&field.within(name), found),
            None => everything(&field, found),
        };
        except.push([side("from")?, side("to")?]);
    }
    Ok(except)
}

fn dependencies(place: &Place<'_>, table: &DeTable<'_>) -> Result<[bool; 3], RulesError> {
    let Some(found) = table.get("dependencies") else { return Ok([true, true, false]) };
    let field = place.within("dependencies");
    let mut looks = [false; 3];
    for found in list(&field, found, DEPENDENCIES.len())? {
        looks[choice(&field, found, &DEPENDENCIES)?] = true;
    }
    if looks == [false; 3] {
        return Err(field.error(found.span(), format!("names no kind of import; {}", one_of(&DEPENDENCIES))));
    }
    Ok(looks)
}

fn reason(field: &Place<'_>, found: &Found<'_>) -> Result<String, RulesError> {
    let text = text_of(field, found)?;
    if text.is_empty() || text.len() > REASON_BYTES_MAX || text.chars().any(char::is_control) {
        let reason = format!("must have 1 to {REASON_BYTES_MAX} bytes on one line");
        return Err(field.error(found.span(), reason));
    }
    Ok(text.to_owned())
}

/// One pattern, or a list of such.
fn patterns(field: &Place<'_>, found: &Found<'_>) -> Result<Vec<Pattern>, RulesError> {
    let one = |found: &Found<'_>| {
        let text = text_of(field, found)?;
        Pattern::new(text).map_err(|error| field.error(found.span(), error.to_string()))
    };
    match found.get_ref() {
        DeValue::String(_) => Ok(vec![one(found)?]),
        DeValue::Array(_) => {
            let patterns: Vec<Pattern> =
                list(field, found, LIST_MAX)?.iter().map(one).collect::<Result<_, _>>()?;
            if patterns.is_empty() {
                return Err(field.error(found.span(), "names no module; give a pattern"));
            }
            Ok(patterns)
        }
        other => Err(field.error(found.span(), not(other, "a pattern or a list of patterns"))),
    }
}

fn list<'a, 'i>(field: &Place<'_>, found: &'a Found<'i>, max: usize) -> Result<&'a [Found<'i>], RulesError> {
    match found.get_ref() {
        DeValue::Array(array) if array.len() > max => {
            Err(field.error(found.span(), format!("{} entries, at most {max}", array.len())))
        }
        DeValue::Array(array) => Ok(array),
        other => Err(field.error(found.span(), not(other, "a list"))),
    }
}

fn table_of<'a, 'i>(field: &Place<'_>, found: &'a Found<'i>) -> Result<&'a DeTable<'i>, RulesError> {
    match found.get_ref() {
        DeValue::Table(table) => Ok(table),
        other => Err(field.error(found.span(), not(other, "a table"))),
    }
}

fn text_of<'a>(field: &Place<'_>, found: &'a Found<'_>) -> Result<&'a str, RulesError> {
    match found.get_ref() {
        DeValue::String(text) => Ok(text),
        other => Err(field.error(found.span(), not(other, "a text"))),
    }
}

/// Which of `names` the value is.
fn choice(field: &Place<'_>, found: &Found<'_>, names: &[&str]) -> Result<usize, RulesError> {
    let text = text_of(field, found)?;
    names.iter().position(|name| *name == text).ok_or_else(|| {
        let reason = format!("{text:?} is not known{}; {}", nearest(text, names), one_of(names));
        field.error(found.span(), reason)
    })
}

fn known_keys(place: &Place<'_>, table: &DeTable<'_>, known: &[&str]) -> Result<(), RulesError> {
    let mut unknown = table.keys().filter(|key| !known.contains(&&**key.get_ref()));
    let Some(key) = unknown.next() else { return Ok(()) };
    let text: &str = key.get_ref();
    let reason = format!("there is no {text:?} here{}; {}", nearest(text, known), one_of(known));
    Err(place.error(key.span(), reason))
}

fn one_of(names: &[&str]) -> String {
    format!("it is one of {}", names.join(", "))
}

/// ", did you mean …" for a known name that a slip or two leads to.
fn nearest(text: &str, known: &[&str]) -> String {
    let near = known.iter().map(|name| (distance(text, name), *name)).min();
    let near = near.filter(|(slips, name)| *slips <= name.len().div_ceil(3));
    near.map_or_else(String::new, |(_, name)| format!(", did you mean {name:?}"))
}

/// Letters to insert, delete or change (Levenshtein), of texts cut to 64 bytes.
fn distance(a: &str, b: &str) -> usize {
    let [a, b] = [a, b].map(|text| &text.as_bytes()[..text.len().min(64)]);
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let change = corner + usize::from(left != right);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

fn not(found: &DeValue<'_>, wanted: &str) -> String {
    let is = match found {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    format!("must be {wanted}, is {is}")
}
