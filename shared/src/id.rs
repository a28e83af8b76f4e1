//! Identities: names of tenants, projects and iterations, entity ids, attempt keys and link ids.
//!
//! Refuses: any name outside `[A-Za-z0-9][A-Za-z0-9._@+:-]{0,127}`, so that a name is safe in a path,
//! a URL, a SQL key and a terminal.

use crate::scan;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The only tenant there is for now; it is the first part of every key from the first day.
pub const DEFAULT_TENANT: &str = "default";
/// The project of events that name none.
pub const DEFAULT_PROJECT: &str = "default";
/// The suffix-free prefix of the pseudo-iteration that holds a project's own log (`@PROJECT`).
pub const PROJECT_LOG_PREFIX: char = '@';
/// Longest natural key of an entity, in bytes.
pub const KEY_BYTES_MAX: usize = 1024;

/// Why a name or an id was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text is no name.
    #[error("a name must match [A-Za-z0-9][A-Za-z0-9._@+:-]{{0,127}}, got {0:?}")]
    Name(String),
    /// The text before the first colon is no entity kind.
    #[error("unknown entity kind in {0:?}; an id is KIND:KEY")]
    Kind(String),
    /// The natural key is empty, too long or holds a control character.
    #[error("an entity key must have 1 to {KEY_BYTES_MAX} bytes and no control characters, got {0:?}")]
    Key(String),
}

/// The name of a tenant, project or iteration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Accepts `text` if it is a valid name.
    ///
    /// # Errors
    /// [`IdError::Name`] with the rule and the (shortened) text.
    pub fn new(text: &str) -> Result<Self, IdError> {
        let bytes = text.as_bytes();
        let body_ok = |b: &u8| b.is_ascii_alphanumeric() || b"._@+:-".contains(b);
        match bytes {
            [first, rest @ ..]
                if first.is_ascii_alphanumeric() && rest.len() <= 127 && rest.iter().all(body_ok) =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err(IdError::Name(text.chars().take(140).collect())),
        }
    }

    /// The log of what outlives an iteration: the pseudo-iteration `@PROJECT`.
    ///
    /// No outside name can clash with it, because a name never starts with `@`.
    #[must_use]
    pub fn project_log(project: &Name) -> Self {
        Self(format!("{PROJECT_LOG_PREFIX}{}", project.0))
    }

    /// Accepts a valid name or the name of a project log.
    ///
    /// # Errors
    /// As [`Name::new`].
    pub fn iteration(text: &str) -> Result<Self, IdError> {
        match text.strip_prefix(PROJECT_LOG_PREFIX) {
            Some(project) => Name::new(project).map(|name| Self::project_log(&name)),
            None => Name::new(text),
        }
    }

    /// Whether this is the log of a project, not an iteration of one.
    #[must_use]
    pub fn is_project_log(&self) -> bool {
        self.0.starts_with(PROJECT_LOG_PREFIX)
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Name {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        Name::new(text)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Name::iteration(&text).map_err(serde::de::Error::custom)
    }
}

/// The three streams of evidence.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Dependency-driven execution.
    Dde,
    /// Behaviour-driven validation.
    Bdv,
    /// Architectural conformance checking.
    Acc,
}

impl Stream {
    /// All streams, in the order every table and panel uses.
    pub const ALL: [Stream; 3] = [Stream::Dde, Stream::Bdv, Stream::Acc];

    /// Lower-case name, as in JSON and URLs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Stream::Dde => "dde",
            Stream::Bdv => "bdv",
            Stream::Acc => "acc",
        }
    }
}

/// What kind of thing an entity is. The order is part of every digest: append only.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Kind {
    /// What somebody asked for.
    Requirement,
    /// A feature: a document of behaviour.
    Spec,
    /// One example of a spec.
    Scenario,
    /// A group of tasks that run together.
    Workflow,
    /// One unit of execution.
    Task,
    /// An agreement between parts, proposed and then locked.
    Contract,
    /// Something a task produced.
    Artifact,
    /// A unit of architecture: file, crate, package.
    Module,
    /// An architecture rule.
    Rule,
    /// One breach of a rule.
    Violation,
}

impl Kind {
    /// All kinds in digest order.
    pub const ALL: [Kind; 10] = [
        Kind::Requirement,
        Kind::Spec,
        Kind::Scenario,
        Kind::Workflow,
        Kind::Task,
        Kind::Contract,
        Kind::Artifact,
        Kind::Module,
        Kind::Rule,
        Kind::Violation,
    ];

    /// Lower-case name, as in ids, JSON and URLs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Requirement => "requirement",
            Kind::Spec => "spec",
            Kind::Scenario => "scenario",
            Kind::Workflow => "workflow",
            Kind::Task => "task",
            Kind::Contract => "contract",
            Kind::Artifact => "artifact",
            Kind::Module => "module",
            Kind::Rule => "rule",
            Kind::Violation => "violation",
        }
    }
}

/// An entity within its project: kind and natural key, written `kind:key` (`task:build-api`).
///
/// Stable across the iterations of a project. The project is not repeated here: an iteration belongs to
/// exactly one, and outside of it the full id is project + this.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId {
    /// What kind of thing it is.
    pub kind: Kind,
    /// Its natural key within kind and project.
    pub key: String,
}

impl EntityId {
    /// Builds an id from a key known to be sound (decoded events have been checked).
    #[must_use]
    pub fn new(kind: Kind, key: impl Into<String>) -> Self {
        Self { kind, key: key.into() }
    }
}

/// Checks a natural key that comes from outside.
///
/// # Errors
/// [`IdError::Key`] if it is empty, longer than [`KEY_BYTES_MAX`] or holds control characters.
pub fn check_key(key: &str) -> Result<(), IdError> {
    if key.is_empty() || key.len() > KEY_BYTES_MAX || has_control(key) {
        return Err(IdError::Key(key.chars().take(80).collect()));
    }
    Ok(())
}

/// Whether there are control characters in `text`: those of ASCII, and of the block behind it.
pub(crate) fn has_control(text: &str) -> bool {
    !scan::is_plain(text) && text.chars().any(char::is_control)
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.key)
    }
}

impl FromStr for EntityId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let (kind, key) = text.split_once(':').ok_or_else(|| IdError::Kind(text.to_owned()))?;
        let kind = Kind::ALL
            .into_iter()
            .find(|k| k.as_str() == kind)
            .ok_or_else(|| IdError::Kind(text.chars().take(80).collect()))?;
        check_key(key)?;
        Ok(Self::new(kind, key))
    }
}

impl Serialize for EntityId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EntityId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// One try of a task or scenario: the producer's run key and the try within that run.
///
/// The number people see (`n`, from 1) is derived at an `AsOf` by start time and stands nowhere in the log.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AttemptId {
    /// The task or scenario.
    pub of: EntityId,
    /// The producer's run id, else `--run`, the file's own run id, or its digest.
    pub run: String,
    /// The producer's try number within the run, from 1.
    #[serde(rename = "try")]
    pub try_number: u32,
}

/// What a link means. The order is part of every digest: append only.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum LinkKind {
    /// A task needs another task to finish first.
    DependsOn,
    /// Containment: task in workflow, scenario in spec, module in module, requirement in requirement.
    PartOf,
    /// A spec says what a requirement means.
    Specifies,
    /// A task builds what a spec describes.
    Implements,
    /// A scenario proves a requirement or a contract.
    Verifies,
    /// A task makes an artifact.
    Produces,
    /// An artifact is built from a module.
    Realises,
    /// A module uses a module.
    Imports,
    /// A contract or rule binds a task, scenario or module.
    Governs,
    /// A violation is of a rule, or sits in a module.
    Breaks,
}

impl LinkKind {
    /// All link kinds in digest order.
    pub const ALL: [LinkKind; 10] = [
        LinkKind::DependsOn,
        LinkKind::PartOf,
        LinkKind::Specifies,
        LinkKind::Implements,
        LinkKind::Verifies,
        LinkKind::Produces,
        LinkKind::Realises,
        LinkKind::Imports,
        LinkKind::Governs,
        LinkKind::Breaks,
    ];

    /// Whether it traces something back to what was asked for: then it can be out of date.
    #[must_use]
    pub const fn is_traced(self) -> bool {
        matches!(self, LinkKind::PartOf | LinkKind::Specifies | LinkKind::Implements | LinkKind::Verifies)
    }

    /// What it says as a verb, from its source (`implements`) and from its target (`is implemented by`).
    #[must_use]
    pub const fn verb(self, outward: bool) -> &'static str {
        match (self, outward) {
            (LinkKind::DependsOn, true) => "waits for",
            (LinkKind::DependsOn, false) => "is awaited by",
            (LinkKind::PartOf, true) => "is part of",
            (LinkKind::PartOf, false) => "contains",
            (LinkKind::Specifies, true) => "specifies",
            (LinkKind::Specifies, false) => "is specified by",
            (LinkKind::Implements, true) => "implements",
            (LinkKind::Implements, false) => "is implemented by",
            (LinkKind::Verifies, true) => "proves",
            (LinkKind::Verifies, false) => "is proven by",
            (LinkKind::Produces, true) => "produces",
            (LinkKind::Produces, false) => "is produced by",
            (LinkKind::Realises, true) => "is built from",
            (LinkKind::Realises, false) => "goes into",
            (LinkKind::Imports, true) => "uses",
            (LinkKind::Imports, false) => "is used by",
            (LinkKind::Governs, true) => "binds",
            (LinkKind::Governs, false) => "is bound by",
            (LinkKind::Breaks, true) => "breaks",
            (LinkKind::Breaks, false) => "is broken by",
        }
    }

    /// Snake-case name, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            LinkKind::DependsOn => "depends_on",
            LinkKind::PartOf => "part_of",
            LinkKind::Specifies => "specifies",
            LinkKind::Implements => "implements",
            LinkKind::Verifies => "verifies",
            LinkKind::Produces => "produces",
            LinkKind::Realises => "realises",
            LinkKind::Imports => "imports",
            LinkKind::Governs => "governs",
            LinkKind::Breaks => "breaks",
        }
    }
}

/// A typed edge between two entities.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LinkId {
    /// What it means.
    pub kind: LinkKind,
    /// Its source.
    pub from: EntityId,
    /// Its target.
    pub to: EntityId,
}
