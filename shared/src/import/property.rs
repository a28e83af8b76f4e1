//! Properties of test cases and suites by the names that tools give them.
//!
//! | named like | means |
//! |---|---|
//! | `requirement`, `requirements`, `req`, `reqs`, `verifies`, `covers`, `satisfies` | requirements it proves |
//! | `tag`, `label`, `category`, `test_key`, `testcase_id`, `issue` and their plurals | tags |
//! | `commit`, `git_commit`, `git_revision`, `vcs_revision`, `revision` | source revision of the run |
//!
//! Case and punctuation of a name do not count. A value may list several, apart by comma or semicolon; tags
//! also by space. Everything else describes the machine and is not read.

use super::clean;

/// What a property is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Requirements that are proved.
    Requirements,
    /// Tags.
    Tags,
    /// Source revision.
    Commit,
}

/// Values one property may list.
const VALUES_MAX: usize = 256;

impl Meaning {
    /// What a property called `name` is about, if we use it.
    pub(super) fn of(name: &str) -> Option<Self> {
        if name.len() > 40 {
            return None;
        }
        let letters: String =
            name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        match letters.as_str() {
            "requirement" | "requirements" | "req" | "reqs" | "requirementid" | "requirementids"
            | "requirementkey" | "requirementkeys" | "verifies" | "covers" | "satisfies" => {
                Some(Meaning::Requirements)
            }
            "tag" | "tags" | "label" | "labels" | "category" | "categories" | "testkey" | "testid"
            | "testcaseid" | "testcase" | "polariontestcaseid" | "issue" | "issues" => Some(Meaning::Tags),
            "commit" | "commitid" | "commitsha" | "gitcommit" | "gitcommitid" | "gitsha" | "gitrevision"
            | "vcsrevision" | "scmrevision" | "revision" => Some(Meaning::Commit),
            _ => None,
        }
    }

    /// The values that `text` lists.
    pub(super) fn values(self, text: &str) -> Vec<String> {
        let apart = |c: char| match self {
            Meaning::Requirements => matches!(c, ',' | ';' | '\n'),
            Meaning::Tags => matches!(c, ',' | ';') || c.is_whitespace(),
            Meaning::Commit => false,
        };
        let fit = match self {
            Meaning::Requirements => clean::key,
            Meaning::Tags | Meaning::Commit => clean::name,
        };
        text.split(apart).filter_map(fit).take(VALUES_MAX).collect()
    }
}

/// `more` behind what is in `list`, nothing twice.
pub(super) fn add_all(list: &mut Vec<String>, more: Vec<String>) {
    for one in more {
        if list.len() < VALUES_MAX && !list.contains(&one) {
            list.push(one);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Meaning;

    #[test]
    fn names_count_without_case_and_punctuation() {
        assert_eq!(Meaning::of("Requirement"), Some(Meaning::Requirements));
        assert_eq!(Meaning::of("test_key"), Some(Meaning::Tags));
        assert_eq!(Meaning::of("git.commit.id"), Some(Meaning::Commit));
        for machine in
            ["java.version", "os.name", "user.name", "", "requirement of a very long name that nobody gives"]
        {
            assert_eq!(Meaning::of(machine), None, "{machine}");
        }
    }

    #[test]
    fn values_are_listed_by_commas() {
        assert_eq!(Meaning::Requirements.values("CALC-1, CALC-2;; R 3"), ["CALC-1", "CALC-2", "R 3"]);
        assert_eq!(Meaning::Tags.values(" slow  db,net "), ["slow", "db", "net"]);
    }
}
