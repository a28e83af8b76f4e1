//! Keys: what an entity is called by, and what it looks for. Two entities belong together where one asks for a
//! key that the other offers in the same space.

use super::{FAN_MAX, Rule, Says};
use crate::id::{EntityId, Kind};

/// Where keys meet: ids of one kind, or paths or names of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Space(u8);

impl Space {
    pub(super) const TASK_PATH: Space = Space(32);
    pub(super) const SPEC_PATH: Space = Space(33);
    pub(super) const MODULE_PATH: Space = Space(34);
    pub(super) const MODULE_STEM: Space = Space(35);
    pub(super) const MODULE_NAME: Space = Space(36);
    pub(super) const TASK_NAME: Space = Space(37);
    pub(super) const REQUIREMENT_NAME: Space = Space(38);
    pub(super) const TASK_TAIL: Space = Space(39);
    pub(super) const MODULE_TAIL: Space = Space(40);
    pub(super) const TRACE: Space = Space(41);
    pub(super) const COMMIT: Space = Space(42);

    /// The ids of a kind.
    pub(super) const fn id(kind: Kind) -> Self {
        Self(kind as u8)
    }

    /// Its place among all spaces.
    pub(super) const fn place(self) -> usize {
        self.0 as usize
    }

    /// The kind whose ids these are; `None` for paths and names.
    pub(super) fn kind(self) -> Option<Kind> {
        Kind::ALL.get(usize::from(self.0)).copied()
    }

    /// How many may offer one key before it says nothing.
    pub(super) const fn fan_max(self) -> usize {
        match self {
            Self::TASK_TAIL | Self::MODULE_TAIL => 4,
            Self::TRACE => 8,
            Self::COMMIT => 1,
            _ => FAN_MAX,
        }
    }
}

/// What an entity looks for, by which rule, and the word of its own that makes it look.
#[derive(PartialEq, Eq)]
pub(super) struct Ask<'k> {
    pub(super) space: Space,
    pub(super) key: &'k str,
    pub(super) rule: Rule,
    pub(super) word: &'k str,
    /// Version of the other that its word names.
    pub(super) against: Option<&'k str>,
}

impl<'k> Ask<'k> {
    pub(super) fn new(space: Space, key: &'k str, rule: Rule, word: &'k str) -> Self {
        Self { space, key, rule, word, against: None }
    }
}

/// One sentence on why `asker` and `other` belong together.
pub(super) fn sentence(ask: &Ask, asker: &EntityId, other: &EntityId) -> String {
    let Ask { word, key, .. } = *ask;
    let (asker, other) = (&*called(asker), &*called(other));
    match ask.rule.says {
        Says::Tag => ["Tag ", word, " of ", asker, " names ", other, "."].concat(),
        Says::Trace => [asker, " and ", other, " are of trace ", key, "."].concat(),
        Says::SamePath => [asker, " and ", other, " share the path ", key, "."].concat(),
        Says::InFolder => [word, " of ", asker, " lies in ", key, " of ", other, "."].concat(),
        Says::TestFile => [asker, " is by its name the test file of ", other, "."].concat(),
        Says::Moved => [word, " of ", asker, " ends like the path of ", other, "."].concat(),
        Says::SameName => [asker, " is called ", word, ", as is ", other, " or its group."].concat(),
        Says::Mention => ["The title of ", asker, " mentions ", word, "."].concat(),
        Says::Commit => {
            ["Only ", other, " ran on commit ", word, ", from which ", asker, " was made."].concat()
        }
    }
}

/// What to call an entity in a sentence.
pub(super) fn called(id: &EntityId) -> String {
    [id.kind.as_str(), " ", &id.key].concat()
}
