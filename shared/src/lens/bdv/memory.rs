//! What a project remembers of the tries of its iterations, for the history that the next one is opened with.

use super::scenarios::{entities, recent};
use super::tries::{Runs, by_code, usable};
use crate::correlate::fingerprints;
use crate::flake::PastTries;
use crate::graph::Scene;
use crate::order::Map;
use crate::verdict::context::Context;
use crate::verdict::history::History;

/// Bytes of remembered tries, so that the history stays one small document. Scenarios that never failed are
/// forgotten first.
const BYTES_MAX: usize = 256 << 10;

/// Requirements and specs whose words are remembered.
const FINGERPRINTS_MAX: usize = 5_000;

/// Remembers the tries of `scenes`, oldest iteration first, in `history`. Mass failures are not remembered.
/// Of the latest it also remembers what requirements and specs said, so that their change makes links suspect.
/// What `history` holds already stays where there is room and the scenes say nothing of the same scenario or entity.
pub fn remember<'a>(history: &mut History, scenes: impl IntoIterator<Item = &'a Scene>) {
    let mut latest = None;
    let mut tries: Map<String, PastTries> = Map::new();
    for scene in scenes {
        latest = Some(scene);
        let runs = Runs::of(scene, Context::of(scene).policy.flake);
        for entity in entities(scene) {
            for coded in by_code(&usable(recent(entity), &runs)) {
                if !coded.outcomes.is_empty() {
                    let past = tries.entry(entity.id.key.clone()).or_default();
                    past.add(coded.code.commit(), &coded.outcomes);
                }
            }
        }
    }
    let words: Map<String, String> =
        latest.into_iter().flat_map(fingerprints).take(FINGERPRINTS_MAX).collect();
    let room = FINGERPRINTS_MAX - words.len();
    let carried = std::mem::replace(&mut history.fingerprints, words);
    let older = carried.into_iter().filter(|(id, _)| !history.fingerprints.contains_key(id)).take(room);
    history.fingerprints.extend(older.collect::<Vec<_>>());
    let carried = std::mem::take(&mut history.tries);
    let carried: Map<String, PastTries> =
        carried.into_iter().filter(|(key, _)| !tries.contains_key(key)).collect();
    let mut bytes = 0;
    for (tries, failed) in [(&tries, true), (&tries, false), (&carried, true), (&carried, false)] {
        for (key, past) in tries.iter().filter(|(_, past)| past.failed() == failed) {
            bytes += key.len() + past.to_string().len() + 6;
            if bytes > BYTES_MAX {
                return;
            }
            history.tries.insert(key.clone(), past.clone());
        }
    }
}
