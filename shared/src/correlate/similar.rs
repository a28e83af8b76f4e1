//! Texts that are alike: links proposed where no key matches, each with a confidence that was calibrated.
//!
//! A pass of its own, computed on request and never part of [`correlate`](super::correlate): it looks at all
//! texts at once (how rare a word is depends on all), costs more, and a browser's first page does without. Who
//! agrees with a proposal declares it ([`confirmation`](crate::lens::convergence::SpineLink::confirmation)); from
//! then on it is evidence in the log like any other. Until then no lens and no verdict knows of it: it is told
//! where somebody asks for it, `mission links --likeness` and the links of REST and GraphQL.
//!
//! Specs and scenarios are compared with requirements, tasks with specs: the cosine of their words, weighted by
//! rarity (TF-IDF), in four letters and in full, so that `auth` is like `authentication`. Each source gets at
//! most its best match. [`confidence`] turns the cosine and its lead over the second best into the share of such
//! matches that were right on the training half of `golden/labelled-links`; `cargo xtask bench correlate` prints
//! what it is worth on the other half. That set is made up, so the figures hold for texts like its own.
//!
//! Deterministic: sums in the order of words, logarithms and exponentials from `libm`.

mod words;

use super::{Link, link_between};
use crate::graph::{Entity, Evidence, Scene};
use crate::id::{EntityId, Kind};
use words::{Lexicon, Vector};

/// Name of the rule.
pub const RULE: &str = "text";
/// Targets that share a word at most; commoner words decide nothing and would cost most.
const POSTINGS_MAX: usize = 2_000;
/// Words named in the sentence.
const WORDS_NAMED: usize = 3;
/// What is compared with what.
const PAIRS: [(Kind, Kind); 3] =
    [(Kind::Spec, Kind::Requirement), (Kind::Scenario, Kind::Requirement), (Kind::Task, Kind::Spec)];
/// Logit of the share of right matches, by the kind of their source: intercept, and slope over merit, as fitted with
/// Platt's prior to the 966 matches of the training half where no key matched. Of six ways to calibrate it has the
/// least log loss by cross-validation within that half (`bench correlate --fit`).
const CALIBRATION: [(Kind, f64, f64); 3] =
    [(Kind::Spec, -0.533, 8.354), (Kind::Scenario, -4.646, 10.639), (Kind::Task, -4.230, 7.114)];
/// From here down, where the training half has nothing, a share goes to nothing with its merit.
const MERIT_MIN: f64 = 0.113;
/// Less sure proposals are not made.
const CONFIDENCE_MIN: u32 = 50_000;

/// The best match of every spec, scenario and task, if it is worth a proposal; sorted by id, one piece each.
///
/// O(words of all texts · [`POSTINGS_MAX`]) at worst.
#[must_use]
pub fn similar(scene: &Scene) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (source, target) in PAIRS {
        let (sources, targets) = (of_kind(scene, source), of_kind(scene, target));
        links.extend(matches(scene, &sources, &targets).into_iter().filter_map(|found| {
            let confidence = confidence(source, found.cosine, found.second);
            let id = link_between(&found.from.id, &found.to.id)?;
            (confidence >= CONFIDENCE_MIN).then(|| Link::of(id, vec![piece(&found, confidence)]))
        }));
    }
    crate::order::sort_by(&mut links, |a, b| a.id.cmp(&b.id));
    links
}

/// `links` with what `similar` adds to them, sorted by id.
#[must_use]
pub fn merged(links: &[Link], similar: &[Link]) -> Vec<Link> {
    let mut all: Vec<Link> = links.to_vec();
    for link in similar {
        match all.binary_search_by(|other| other.id.cmp(&link.id)) {
            Ok(at) => {
                let evidence = all[at].evidence.iter().chain(&link.evidence).cloned().collect();
                all[at] = Link::of(link.id.clone(), evidence);
            }
            Err(at) => all.insert(at, link.clone()),
        }
    }
    all
}

/// Of what [`similar`] proposes, the links that are not among `links`, which are sorted by id.
#[must_use]
pub fn suggested(scene: &Scene, links: &[Link]) -> Vec<Link> {
    let mut proposals = similar(scene);
    proposals.retain(|link| links.binary_search_by(|other| other.id.cmp(&link.id)).is_err());
    proposals
}

/// Confidence, in millionths, of the best match of a source of this kind, with this cosine where the second best has
/// that one. 0 for kinds that are not compared.
#[must_use]
pub fn confidence(source: Kind, cosine: f64, second: f64) -> u32 {
    let merit = merit(cosine, second);
    let Some((_, intercept, slope)) = CALIBRATION.iter().find(|(kind, ..)| *kind == source) else { return 0 };
    let share = 1.0 / (1.0 + libm::exp(-(intercept + slope * merit)));
    let confidence = share * (merit / MERIT_MIN).clamp(0.0, 1.0) * 1e6;
    // Likeness alone is never certain.
    (libm::round(confidence) as u32).min(990_000)
}

/// The one figure that is calibrated: how alike, and by how much more than the next.
#[must_use]
pub fn merit(cosine: f64, second: f64) -> f64 {
    (cosine + (cosine - second).clamp(0.0, 1.0)) / 2.0
}

/// A source with its best match.
#[derive(Debug, Clone, PartialEq)]
pub struct Match<'a> {
    /// The source.
    pub from: &'a Entity,
    /// What it is most like.
    pub to: &'a Entity,
    /// How alike.
    pub cosine: f64,
    /// How alike the second best is; 0 for none.
    pub second: f64,
    /// The words that make it so, the weightiest first.
    pub words: Vec<String>,
}

/// The best match of every pair of kinds, as they are before calibration.
#[must_use]
pub fn best_matches(scene: &Scene) -> Vec<Match<'_>> {
    PAIRS.iter().flat_map(|(from, to)| matches(scene, &of_kind(scene, *from), &of_kind(scene, *to))).collect()
}

fn of_kind(scene: &Scene, kind: Kind) -> Vec<&Entity> {
    let start = EntityId::new(kind, "");
    scene.entities.range(start..).take_while(|(id, _)| id.kind == kind).map(|(_, entity)| entity).collect()
}

fn matches<'a>(scene: &Scene, sources: &[&'a Entity], targets: &[&'a Entity]) -> Vec<Match<'a>> {
    let mut lexicon = Lexicon::default();
    let of = |lexicon: &mut Lexicon, entities: &[&Entity]| -> Vec<Vector> {
        entities.iter().map(|entity| lexicon.count(&texts(scene, entity))).collect()
    };
    let (mut asked, mut held) = (of(&mut lexicon, sources), of(&mut lexicon, targets));
    lexicon.weigh(&mut held);
    lexicon.weigh(&mut asked);
    let mut postings: Vec<Vec<(u32, f64)>> = vec![Vec::new(); lexicon.len()];
    for (vector, number) in held.iter().zip(0..) {
        for (word, weight) in vector {
            postings[*word as usize].push((number, *weight));
        }
    }
    let mut likeness = vec![0.0; targets.len()];
    let mut found = Vec::new();
    for (vector, from) in asked.iter().zip(sources) {
        let mut touched: Vec<u32> = Vec::new();
        for (word, weight) in vector {
            let posted = &postings[*word as usize];
            for (number, other) in posted.iter().filter(|_| posted.len() <= POSTINGS_MAX) {
                let sum: &mut f64 = &mut likeness[*number as usize];
                if *sum == 0.0 {
                    touched.push(*number);
                }
                *sum += weight * other;
            }
        }
        let (mut best, mut second): (Option<(u32, f64)>, f64) = (None, 0.0);
        touched.sort_unstable();
        for number in touched {
            let sum = std::mem::take(&mut likeness[number as usize]);
            match best {
                Some((_, most)) if sum <= most => second = second.max(sum),
                _ => {
                    second = best.map_or(0.0, |(_, most)| most);
                    best = Some((number, sum));
                }
            }
        }
        found.extend(best.map(|(number, cosine)| Match {
            from,
            to: targets[number as usize],
            cosine,
            second,
            words: lexicon.shared(vector, &held[number as usize], WORDS_NAMED),
        }));
    }
    found
}

/// What is read of an entity, with what it weighs: its name most, what it lies in and its prose half as much.
fn texts<'e>(scene: &'e Scene, entity: &'e Entity) -> Vec<(&'e str, f64)> {
    let group = entity.group.as_ref().filter(|_| entity.id.kind == Kind::Scenario);
    let group = group.and_then(|key| scene.entities.get(&EntityId::new(Kind::Spec, key)));
    let name = entity.name.as_deref().unwrap_or(&entity.id.key);
    let mut texts = vec![(name, 1.0)];
    texts.extend(entity.text.as_deref().map(|text| (text, 0.5)));
    texts.extend(group.and_then(|spec| spec.name.as_deref()).map(|name| (name, 0.5)));
    texts
}

fn piece(found: &Match, confidence: u32) -> Evidence {
    let mut rests_on: Vec<u64> = found.from.rests_on.iter().chain(&found.to.rests_on).copied().collect();
    crate::order::sort(&mut rests_on);
    rests_on.dedup();
    rests_on.truncate(super::POSITIONS_MAX);
    let (from, to) = (super::key::called(&found.from.id), super::key::called(&found.to.id));
    Evidence {
        rule: RULE.to_owned(),
        confidence,
        text: format!("Of all texts that of {to} is most like that of {from}: {}.", found.words.join(", ")),
        rests_on,
        against: None,
        declared: false,
    }
}
