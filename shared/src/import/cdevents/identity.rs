//! Ids of runs and artifacts: the number of a try within them, and what stays the same across versions.

use crate::import::clean;

/// A run's id without the number of the try, and that number where the id ends in `/attempts/N`.
///
/// An id that is an address of a GitHub Actions run is that run's number, as GitHub's own payloads have it.
pub(super) fn run_of(id: &str) -> (String, Option<u32>) {
    let trimmed = id.trim().trim_end_matches('/');
    let (base, number) = match trimmed.rsplit_once("/attempts/") {
        Some((base, digits)) => match digits.parse::<u32>() {
            Ok(number) if number > 0 && !base.is_empty() => (base, Some(number)),
            _ => (trimmed, None),
        },
        None => (trimmed, None),
    };
    let of_github = base.rsplit_once("/actions/runs/").map(|(_, run)| run);
    let run = of_github.filter(|run| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_digit()));
    (clean::key(run.unwrap_or(base)).unwrap_or_default(), number)
}

/// A package URL in parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Package {
    /// Without version, qualifiers and subpath: the same for every version.
    pub(super) key: String,
    /// The version, unless it is a digest.
    pub(super) version: Option<String>,
    /// A `sha256:` version.
    pub(super) digest: Option<String>,
}

/// The parts of `purl`; anything else is a key as it stands. `None` if it is empty.
pub(super) fn package_of(purl: &str) -> Option<Package> {
    let whole = |text: &str| clean::key(text).map(|key| Package { key, version: None, digest: None });
    let bare = purl.trim().split(['?', '#']).next().unwrap_or("");
    if !bare.starts_with("pkg:") {
        return whole(purl);
    }
    let after_name = bare.rfind('/').unwrap_or(0);
    let Some(at) = bare[after_name..].rfind('@').map(|at| after_name + at) else { return whole(bare) };
    let version = bare[at + 1..].replace("%3A", ":").replace("%3a", ":");
    let version = clean::name(&version);
    let is_digest = version.as_deref().is_some_and(|version| version.starts_with("sha256:"));
    let (version, digest) = if is_digest { (None, version) } else { (version, None) };
    Some(Package { key: clean::key(&bare[..at])?, version, digest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_try_stands_at_the_end_of_an_id() {
        assert_eq!(run_of("pipelines/runs/7/attempts/3"), ("pipelines/runs/7".to_owned(), Some(3)));
        assert_eq!(
            run_of("https://api.github.com/repos/o/r/actions/runs/77/attempts/2/"),
            ("77".to_owned(), Some(2))
        );
        assert_eq!(run_of("https://github.com/o/r/actions/runs/77"), ("77".to_owned(), None));
        for odd in
            ["run/attempts/0", "run/attempts/x", "/attempts/1", "run/attempts/99999999999", "mySubject123"]
        {
            assert_eq!(run_of(odd), (odd.to_owned(), None));
        }
    }

    #[test]
    fn packages_are_the_same_in_every_version() {
        let package = package_of("pkg:golang/mygit.com/myorg/myapp@234fd47e").expect("a package");
        assert_eq!(package.key, "pkg:golang/mygit.com/myorg/myapp");
        assert_eq!((package.version.as_deref(), package.digest), (Some("234fd47e"), None));
        let image = package_of("pkg:oci/myapp@sha256%3A0b31?repository_url=x").expect("a package");
        assert_eq!((image.key.as_str(), image.digest.as_deref()), ("pkg:oci/myapp", Some("sha256:0b31")));
        let scoped = package_of("pkg:npm/%40scope/name").expect("a package");
        assert_eq!((scoped.key.as_str(), scoped.version), ("pkg:npm/%40scope/name", None));
        assert_eq!(package_of("build/app.tar").expect("a key").key, "build/app.tar");
        assert_eq!(package_of("  "), None);
    }
}
