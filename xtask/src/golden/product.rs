//! Meridian Pay, a payments platform that does not exist, as it stands in one of its iterations.
//!
//! The tables below hold all there ever is; [`Product`] is what an iteration of a given ordinal has of it.
//! Imports point down the layers and are drawn from the iteration's own seed, so that the graph grows from
//! iteration to iteration and never jumps.

mod modules;
mod requirements;
mod work;

pub use modules::{Crate, RULES, module};
pub use requirements::{Feature, Requirement};
pub use work::{ARTIFACTS, CONTRACTS, Task, WORKFLOWS};

use super::seed::Seed;
use std::collections::BTreeSet;

/// What an iteration has of the product.
#[derive(Clone)]
pub struct Product {
    /// Requirements, by key.
    pub requirements: Vec<&'static Requirement>,
    /// Features.
    pub features: Vec<&'static Feature>,
    /// Tasks, each after those it waits for.
    pub tasks: Vec<&'static Task>,
    /// Crates, lowest first.
    pub crates: Vec<&'static Crate>,
    /// Scenarios in the order of the features.
    pub scenarios: Vec<Scenario>,
    /// Imports, as from, to, kind, weight.
    pub imports: Vec<Import>,
}

/// A scenario.
#[derive(Clone)]
pub struct Scenario {
    /// Its key.
    pub key: String,
    /// Title.
    pub name: String,
    /// Feature it lies in.
    pub feature: &'static Feature,
    /// Contract it proves.
    pub proves: Option<&'static str>,
}

/// An import.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// The user.
    pub from: String,
    /// The used.
    pub to: String,
    /// `normal`, `build` or `dev`.
    pub kind: &'static str,
    /// Single references.
    pub weight: u32,
}

/// Scenarios of a feature that prove its contract.
const PROOFS: usize = 3;

impl Product {
    /// The product in its iteration number `ordinal`.
    pub fn at(ordinal: u8) -> Self {
        let crates: Vec<_> = modules::CRATES.iter().filter(|c| c.since <= ordinal).collect();
        let features: Vec<_> = requirements::FEATURES.iter().filter(|f| f.since <= ordinal).collect();
        Self {
            requirements: requirements::REQUIREMENTS.iter().filter(|r| r.since <= ordinal).collect(),
            tasks: work::TASKS.iter().filter(|t| t.since <= ordinal).collect(),
            scenarios: features.iter().flat_map(|feature| scenarios(feature)).collect(),
            imports: imports(&crates),
            features,
            crates,
        }
    }

    /// Key of the scenario called `name`; a story that names one that is not there is a mistake.
    pub fn scenario(&self, name: &str) -> String {
        let found = self.scenarios.iter().find(|scenario| scenario.name == name);
        found.unwrap_or_else(|| panic!("no scenario is called {name:?}")).key.clone()
    }

    /// Key of the scenario called `name` without its market, where there are several of it.
    pub fn root(&self, name: &str) -> String {
        let all = self.features.iter().flat_map(|feature| scenarios(feature));
        let found = all.into_iter().find(|scenario| scenario.name == name);
        found.unwrap_or_else(|| panic!("no scenario is called {name:?}")).key
    }

    /// Puts every scenario into every market, as key and name of the market.
    pub fn spread(&mut self, markets: &[(&str, &str)]) {
        let in_market = |scenario: &Scenario, (key, name): &(&str, &str)| Scenario {
            key: format!("{}@{key}", scenario.key),
            name: format!("{} ({name})", scenario.name),
            ..scenario.clone()
        };
        let spread = self
            .scenarios
            .iter()
            .flat_map(|scenario| markets.iter().map(|market| in_market(scenario, market)));
        self.scenarios = spread.collect();
    }

    /// Keys of all scenarios of the feature `slug`.
    pub fn scenarios_of(&self, slug: &str) -> Vec<String> {
        let inside = self.scenarios.iter().filter(|scenario| scenario.feature.slug == slug);
        inside.map(|scenario| scenario.key.clone()).collect()
    }

    /// Number of modules of its own.
    pub fn modules(&self) -> usize {
        self.crates.iter().map(|c| c.modules.len()).sum()
    }

    /// Modules of others that some module of its own uses, with the user.
    pub fn externals(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        modules::EXTERNAL.iter().copied()
    }

    /// Adds an import between two modules of its own.
    pub fn add_import(&mut self, from: (&str, &str), to: (&str, &str), kind: &'static str, weight: u32) {
        let import = Import { from: module(from.0, from.1), to: module(to.0, to.1), kind, weight };
        self.imports.retain(|other| (&other.from, &other.to) != (&import.from, &import.to));
        self.imports.push(import);
        self.imports.sort();
    }

    /// Takes an import between two modules of its own out.
    pub fn remove_import(&mut self, from: (&str, &str), to: (&str, &str)) {
        let (from, to) = (module(from.0, from.1), module(to.0, to.1));
        self.imports.retain(|import| (&import.from, &import.to) != (&from, &to));
    }
}

impl Feature {
    /// Its file, which is its key.
    pub fn path(&self) -> String {
        format!("features/{}/{}.feature", self.area, self.slug)
    }
}

fn scenarios(feature: &'static Feature) -> impl Iterator<Item = Scenario> {
    feature.scenarios.iter().enumerate().map(move |(i, name)| Scenario {
        key: format!("{}/{}", feature.slug.replace('_', "-"), slug(name)),
        name: (*name).to_owned(),
        feature,
        proves: feature.proves.filter(|_| i < PROOFS),
    })
}

fn slug(name: &str) -> String {
    let plain = name.to_lowercase().replace('\'', "");
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// Imports down the layers: a crate's front uses its modules, modules use those before them and the fronts below.
fn imports(crates: &[&'static Crate]) -> Vec<Import> {
    let mut found: BTreeSet<(String, String)> = BTreeSet::new();
    for of in crates {
        let mut seed = Seed::of(&["imports", of.name]);
        let inner = &of.modules[..of.modules.len() - 1];
        for (i, name) in inner.iter().enumerate() {
            found.insert((module(of.name, "lib"), module(of.name, name)));
            if i > 0 && seed.below(100) < 62 {
                found.insert((module(of.name, name), module(of.name, inner[seed.below(i as u64) as usize])));
            }
        }
        for below in of.uses {
            let users = 1 + seed.below(inner.len() as u64 / 2 + 1) as usize;
            for _ in 0..users {
                let user = inner[seed.below(inner.len() as u64) as usize];
                found.insert((module(of.name, user), module(below, "lib")));
            }
        }
    }
    let mut seed = Seed::of(&["weights"]);
    let weigh = |(from, to)| Import { from, to, kind: "normal", weight: 2 + seed.below(8) as u32 };
    found.into_iter().map(weigh).collect()
}
