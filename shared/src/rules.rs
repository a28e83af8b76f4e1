//! Rules of the architecture that a team writes down and we evaluate, and where they are broken.
//!
//! People write them as a versioned TOML document (`document`, behind the feature `toml`). When its event becomes
//! facts it is read once, into settings ([`settings_of`]); lenses and browsers read those ([`of_settings`]) and need
//! no TOML. [`breaches`] looks at the module graph of one `AsOf`; [`enforce`] puts what it found into the scene, so
//! that computed violations are in all as those that a tool asserts.
//!
//! Not here: suppressions, baselines, what a violation means for the verdict.

#[cfg(feature = "toml")]
mod document;
mod enforce;
mod evaluate;
mod pattern;

#[cfg(feature = "toml")]
pub use document::{RulesError, parse};
pub use enforce::{WITNESS, enforce, withdraw};
pub use evaluate::{BREACHES_MAX, Breach, Breaches, breaches};
pub use pattern::{Pattern, PatternError, any};

use crate::event::Severity;
use serde::{Deserialize, Serialize};

/// What a rule demands.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// What is in `from` does not import what is in `to`.
    Forbidden,
    /// What is in `from` imports nothing but what is in `to`.
    Allowed,
    /// What is in `from` imports, directly, something that is in `to`.
    Required,
    /// No layer imports one above it; if strict, only the one right below it.
    Layers,
    /// Sets do not import each other, not even by way of modules in none of them.
    Independence,
    /// What is in `from` imports nothing in `to` that is less stable than itself (Martin's SDP).
    StableDependencies,
}

impl RuleKind {
    /// All kinds.
    pub const ALL: [RuleKind; 6] = [
        RuleKind::Forbidden,
        RuleKind::Allowed,
        RuleKind::Required,
        RuleKind::Layers,
        RuleKind::Independence,
        RuleKind::StableDependencies,
    ];

    /// Its name in documents and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            RuleKind::Forbidden => "forbidden",
            RuleKind::Allowed => "allowed",
            RuleKind::Required => "required",
            RuleKind::Layers => "layers",
            RuleKind::Independence => "independence",
            RuleKind::StableDependencies => "stable-dependencies",
        }
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name, the key of its entity.
    pub name: String,
    /// What it demands.
    pub kind: RuleKind,
    /// How bad a breach is.
    pub severity: Severity,
    /// Why there is such a rule.
    pub reason: Option<String>,
    /// Kinds of import it looks at, in the order normal, build, dev.
    pub dependencies: [bool; 3],
    /// Of layers: whether only the next layer may be imported.
    pub strict: bool,
    /// `from` and `to`; or the layers, the highest first; or the independent sets, by name.
    pub sets: Vec<ModuleSet>,
    /// Imports that are left out: from any of the first, to any of the second.
    pub except: Vec<[Vec<Pattern>; 2]>,
}

/// Modules under a name, which is empty for `from` and `to`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModuleSet {
    /// What it is called.
    pub name: String,
    /// A module that any of these matches is in it.
    pub patterns: Vec<Pattern>,
}

/// How bad a breach can be, by name.
const SEVERITIES: [(&str, Severity); 3] =
    [("error", Severity::Error), ("warn", Severity::Warn), ("info", Severity::Info)];

/// Between the parts of a setting: no name, pattern or reason may hold a control character.
const SEPARATOR: char = '\t';
/// What says that a document was read, even one without rules.
const READ: &str = "read";
const REFUSED: &str = "refused";

/// What the rules `document` says, one setting a text, sorted; where it cannot be read, why.
#[must_use]
pub fn settings_of(document: &str) -> Vec<String> {
    #[cfg(feature = "toml")]
    let read = parse(document).map_err(|error| error.to_string());
    #[cfg(not(feature = "toml"))]
    let read: Result<Vec<Rule>, String> =
        Err(format!("rules of {} bytes are read by servers", document.len()));
    let mut lines: Vec<String> = match read {
        Ok(rules) => rules.iter().map(Rule::setting).chain([READ.to_owned()]).collect(),
        Err(reason) => vec![[REFUSED, &reason].join("\t")],
    };
    crate::order::sort(&mut lines);
    lines
}

/// The rules with these settings, by name.
///
/// # Errors
/// The reason that [`settings_of`] recorded, or the setting that this engine does not know.
pub fn of_settings(settings: &[String]) -> Result<Vec<Rule>, String> {
    if settings.is_empty() {
        return Err("no settings were recorded with it".to_owned());
    }
    let mut rules = Vec::new();
    for setting in settings.iter().filter(|setting| *setting != READ) {
        match setting.strip_prefix(REFUSED).and_then(|rest| rest.strip_prefix(SEPARATOR)) {
            Some(reason) => return Err(reason.to_owned()),
            None => rules.push(Rule::of_setting(setting).ok_or_else(|| [setting, " is no rule"].concat())?),
        }
    }
    Ok(rules)
}

impl Rule {
    /// `rule`, name, kind, severity, kinds of import, strictness, reason; then `s` and a name for every set, `x` for
    /// either side of an exception, each followed by its patterns with a `p` before them.
    fn setting(&self) -> String {
        let severity = SEVERITIES.iter().find(|(_, one)| *one == self.severity).map_or("", |(name, _)| name);
        let kinds: String = self.dependencies.map(|looks| if looks { '1' } else { '0' }).iter().collect();
        let mut parts = vec![
            "rule".to_owned(),
            self.name.clone(),
            self.kind.as_str().to_owned(),
            severity.to_owned(),
            kinds,
            u8::from(self.strict).to_string(),
            self.reason.clone().unwrap_or_default(),
        ];
        let mut set = |first: String, patterns: &[Pattern]| {
            parts.push(first);
            parts.extend(patterns.iter().map(|pattern| ["p", pattern.as_str()].concat()));
        };
        self.sets.iter().for_each(|one| set(["s", &one.name].concat(), &one.patterns));
        self.except.iter().flatten().for_each(|side| set("x".to_owned(), side));
        parts.join("\t")
    }

    fn of_setting(setting: &str) -> Option<Self> {
        let mut parts = setting.split(SEPARATOR);
        if parts.next()? != "rule" {
            return None;
        }
        let name = parts.next()?.to_owned();
        let kind = parts.next()?;
        let severity = parts.next()?;
        let kinds = parts.next()?.as_bytes();
        let mut rule = Self {
            name,
            kind: RuleKind::ALL.into_iter().find(|one| one.as_str() == kind)?,
            severity: SEVERITIES.iter().find(|(name, _)| *name == severity)?.1,
            dependencies: [0, 1, 2].map(|at| kinds.get(at) == Some(&b'1')),
            strict: parts.next()? == "1",
            reason: parts.next().filter(|reason| !reason.is_empty()).map(ToOwned::to_owned),
            sets: Vec::new(),
            except: Vec::new(),
        };
        let mut sides: Vec<Vec<Pattern>> = Vec::new();
        for part in parts {
            match (part.split_at_checked(1)?, sides.last_mut()) {
                (("s", name), _) => {
                    rule.sets.push(ModuleSet { name: name.to_owned(), patterns: Vec::new() });
                }
                (("x", _), _) => sides.push(Vec::new()),
                (("p", pattern), Some(side)) => side.push(Pattern::new(pattern).ok()?),
                (("p", pattern), None) => {
                    rule.sets.last_mut()?.patterns.push(Pattern::new(pattern).ok()?);
                }
                _ => return None,
            }
        }
        let mut sides = sides.into_iter();
        while let (Some(from), Some(to)) = (sides.next(), sides.next()) {
            rule.except.push([from, to]);
        }
        Some(rule)
    }
}

#[cfg(all(test, feature = "toml"))]
mod tests {
    use super::*;

    #[test]
    fn settings_lose_nothing() {
        let document = "version = 1\n[[rule]]\nname = \"a\"\nkind = \"forbidden\"\nfrom = \"x/**\"\nto = [\"y\", \"tag:z\"]\n\
            severity = \"warn\"\nreason = \"so\"\ndependencies = [\"dev\"]\nexcept = [{ from = \"x/1\" }, { to = \"y\" }]\n\
            [[rule]]\nname = \"b\"\nkind = \"layers\"\nstrict = true\nlayers = [\"top\", [\"m1\", \"m2\"]]\n\
            [[rule]]\nname = \"c\"\nkind = \"independence\"\nsets = { two = \"2/**\", one = \"1/**\" }\n\
            [[rule]]\nname = \"d\"\nkind = \"stable-dependencies\"\n";
        let rules = parse(document).unwrap();
        assert_eq!(rules.len(), 4);
        assert_eq!(rules[2].sets.iter().map(|set| set.name.as_str()).collect::<Vec<_>>(), ["one", "two"]);
        let settings = settings_of(document);
        assert!(settings.is_sorted());
        assert_eq!(of_settings(&settings), Ok(rules));
        assert_eq!(of_settings(&settings_of("version = 1")), Ok(Vec::new()));
    }

    #[test]
    fn what_was_refused_stays_refused_with_its_reason() {
        let error = parse("version = 2").unwrap_err().to_string();
        assert_eq!(of_settings(&settings_of("version = 2")), Err(error));
        for settings in [&[][..], &["colour".to_owned()], &["rule\tx\tcolour\terror\t100\t0\t".to_owned()]] {
            of_settings(settings).unwrap_err();
        }
    }
}
