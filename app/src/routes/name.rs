//! The four lenses by name: in addresses, in headings, on keys.

/// One of the four lenses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LensName {
    /// Execution.
    Dde,
    /// Behaviour.
    Bdv,
    /// Architecture.
    Acc,
    /// Convergence: the verdict.
    Convergence,
}

impl LensName {
    /// All lenses in the order of rail and keys.
    pub const ALL: [LensName; 4] = [LensName::Dde, LensName::Bdv, LensName::Acc, LensName::Convergence];

    /// As in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            LensName::Dde => "dde",
            LensName::Bdv => "bdv",
            LensName::Acc => "acc",
            LensName::Convergence => "convergence",
        }
    }

    /// The lens of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lens| lens.as_str() == text)
    }

    /// As in a heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            LensName::Dde => "Execution",
            LensName::Bdv => "Behaviour",
            LensName::Acc => "Architecture",
            LensName::Convergence => "Convergence",
        }
    }

    /// As on the rail.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            LensName::Dde => "DDE",
            LensName::Bdv => "BDV",
            LensName::Acc => "ACC",
            LensName::Convergence => "Verdict",
        }
    }

    /// The key that leads to it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            LensName::Dde => "1",
            LensName::Bdv => "2",
            LensName::Acc => "3",
            LensName::Convergence => "4",
        }
    }
}
