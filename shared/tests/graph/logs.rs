//! Random logs: late facts, corrections, retractions, batches, pictures, ties, clamped times, duplicates.

use proptest::prelude::*;
use shared::event::{
    BatchDigest, Closing, Entry, Facet, Fact, Hash128, Naming, Outcome, Subject, Value, evidence_qualifier,
};
use shared::id::{AttemptId, EntityId, Kind, LinkId, LinkKind, Stream};
use shared::time::Time;

/// One event to be, before positions and digests are known.
#[derive(Debug, Clone)]
pub struct Draft {
    source: u8,
    /// Reuses the identity of the draft before.
    repeats: bool,
    steward: bool,
    role: Role,
    facts: Vec<Said>,
    /// Draft it names, by a share of the log.
    names: Option<u8>,
    /// Microseconds after the recording of the one before.
    pause: u8,
}

#[derive(Debug, Clone)]
enum Role {
    Alone,
    Item(u8),
    Closes { batch: u8, what: What, scope: Option<u8>, valid: Option<u8> },
}

#[derive(Debug, Clone, Copy)]
enum What {
    ItemsSoFar,
    ItemsOfTheLog,
    Nonsense,
}

#[derive(Debug, Clone)]
struct Said {
    subject: u8,
    side: u8,
    valid: Option<u8>,
    rank: u8,
    value: u8,
}

const SOURCES: [&str; 3] = ["ci", "scan", "person"];

fn said() -> impl Strategy<Value = Said> {
    (0..5_u8, 0..3_u8, prop::option::weighted(0.8, 0..24_u8), 0..3_u8, 0..4_u8)
        .prop_map(|(subject, side, valid, rank, value)| Said { subject, side, valid, rank, value })
}

fn role() -> impl Strategy<Value = Role> {
    let what =
        prop_oneof![3 => Just(What::ItemsSoFar), 3 => Just(What::ItemsOfTheLog), 1 => Just(What::Nonsense)];
    let scope = prop::option::weighted(0.8, 0..2_u8);
    let closes = (0..5_u8, what, scope, prop::option::of(0..24_u8))
        .prop_map(|(batch, what, scope, valid)| Role::Closes { batch, what, scope, valid });
    prop_oneof![4 => Just(Role::Alone), 4 => (0..5_u8).prop_map(Role::Item), 3 => closes]
}

fn draft() -> impl Strategy<Value = Draft> {
    let names = prop::option::weighted(0.3, any::<u8>());
    let odds = (prop::bool::weighted(0.03), prop::bool::weighted(0.2));
    (0..3_u8, odds, role(), prop::collection::vec(said(), 0..4), names, 0..3_u8).prop_map(
        |(source, (repeats, steward), role, facts, names, pause)| Draft {
            source,
            repeats,
            steward,
            role,
            facts,
            names,
            pause,
        },
    )
}

/// A picture of a scope: two items and their closing, as three drafts of a batch of its own.
fn picture() -> impl Strategy<Value = Vec<Draft>> {
    let facts = || prop::collection::vec(said(), 1..4);
    (5..9_u8, 0..2_u8, prop::option::of(0..24_u8), facts(), facts()).prop_map(
        |(batch, scope, valid, a, b)| {
            let plain = |role: Role, facts: Vec<Said>| Draft {
                source: 1,
                repeats: false,
                steward: false,
                role,
                facts,
                names: None,
                pause: 1,
            };
            let closes = Role::Closes { batch, what: What::ItemsSoFar, scope: Some(scope), valid };
            vec![plain(Role::Item(batch), a), plain(Role::Item(batch), b), plain(closes, Vec::new())]
        },
    )
}

/// A log of up to about 60 entries.
pub fn log() -> impl Strategy<Value = Vec<Entry>> {
    let piece = prop_oneof![6 => draft().prop_map(|draft| vec![draft]), 1 => picture()];
    prop::collection::vec(piece, 1..40).prop_map(|pieces| write(&pieces.concat(), false))
}

/// A log whose answer at the head cannot depend on order: no ties, no clamps, closings of the whole batch.
pub fn orderless_log() -> impl Strategy<Value = (Vec<Entry>, Vec<Entry>)> {
    let drafts = prop::collection::vec(draft(), 2..30);
    drafts.prop_flat_map(|drafts| {
        let order: Vec<usize> = (0..drafts.len()).collect();
        (Just(write(&drafts, true)), Just(order).prop_shuffle()).prop_map(|(log, order)| {
            let shuffled =
                order.iter().zip(1..).map(|(index, position)| Entry { position, ..log[*index].clone() });
            let shuffled = shuffled.collect();
            (log, shuffled)
        })
    })
}

fn write(drafts: &[Draft], orderless: bool) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut clock = 5;
    for (index, draft) in drafts.iter().enumerate() {
        clock += i64::from(draft.pause);
        let recorded_at = Time(if orderless { 1_000_000 } else { clock });
        entries.push(entry(draft, index, drafts, recorded_at, orderless));
    }
    let items = entries.clone();
    let mut closed = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let (Role::Closes { what, .. }, Some(closing)) = (&draft.role, &mut entries[index].closing) else {
            continue;
        };
        let until = match what {
            What::ItemsSoFar if !orderless => index,
            _ => items.len(),
        };
        let mut digest = BatchDigest::default();
        for item in items[..until].iter().filter(|e| e.batch.as_ref() == Some(&closing.batch)) {
            digest.add(item.identity, item.content);
            closing.count += 1;
        }
        let again = std::mem::replace(&mut closing.digest, digest.value()) != Hash128::default();
        if again || (matches!(what, What::Nonsense)) || (orderless && closed.contains(&closing.batch)) {
            closing.digest = Hash128([7; 16]);
        } else {
            closed.push(closing.batch.clone());
        }
    }
    entries
}

fn entry(draft: &Draft, index: usize, drafts: &[Draft], recorded_at: Time, orderless: bool) -> Entry {
    let identity = |at: usize| {
        let at = if !orderless && at > 0 && drafts[at].repeats { at - 1 } else { at };
        Hash128::of(&[b"identity", &(at as u64).to_le_bytes()])
    };
    let source = SOURCES[usize::from(draft.source)];
    let naming = draft.names.map(|share| {
        let at = usize::from(share) * drafts.len() / 256;
        Naming { named: identity(at), source: SOURCES[usize::from(drafts[at].source)].to_owned() }
    });
    let (batch, closing) = match &draft.role {
        Role::Alone => (None, None),
        Role::Item(batch) => (Some(format!("b{batch}")), None),
        Role::Closes { batch, scope, valid, .. } => {
            let unique = Time(1_000 + index as i64);
            let closing = Closing {
                batch: format!("b{batch}"),
                count: 0,
                digest: Hash128::default(),
                scope: scope.map(|scope| format!("scope {scope}")),
                valid: if orderless { unique } else { instant(*valid, recorded_at) },
                stream: Some(Stream::Acc),
            };
            (None, Some(closing))
        }
    };
    let facts = draft.facts.iter().enumerate();
    let facts = facts.map(|(n, said)| {
        let mut fact = fact(said, source, recorded_at);
        if orderless {
            fact.valid = Time((index * 8 + n) as i64);
        }
        fact
    });
    Entry {
        position: index as u64 + 1,
        recorded_at,
        source: source.to_owned(),
        identity: identity(index),
        content: Hash128::of(&[b"content", &(index as u64).to_le_bytes()]),
        steward: draft.steward || orderless,
        clamped: false,
        stream: Some(Stream::Dde),
        happened_at: recorded_at,
        batch,
        closing,
        naming,
        facts: facts.collect(),
    }
}

fn instant(time: Option<u8>, recorded_at: Time) -> Time {
    time.map_or(Time::ALWAYS, |time| Time(i64::from(time)).min(recorded_at))
}

fn fact(said: &Said, source: &str, recorded_at: Time) -> Fact {
    let task = EntityId::new(Kind::Task, format!("t{}", said.subject % 2));
    let module = EntityId::new(Kind::Module, format!("m{}", said.subject % 2));
    let flag = Value::Flag(said.value > 0);
    let valid = instant(said.valid, recorded_at);
    let text = Value::Text(format!("v{}", said.value));
    let (subject, facet, qualifier, value) = match (said.subject, said.side) {
        (0 | 1, 0) => (Subject::Entity(task), Facet::Exists, evidence_qualifier(source, ""), flag),
        (0 | 1, 1) => (Subject::Entity(task), Facet::Name, String::new(), text),
        (0 | 1, _) => {
            let attempt = AttemptId { of: task, run: format!("r{}", said.value), try_number: 1 };
            let outcome = Value::Outcome(Outcome::ALL[usize::from(said.value) * 2]);
            (Subject::Attempt(attempt), Facet::Outcome, String::new(), outcome)
        }
        (2 | 3, 0) => (Subject::Entity(module), Facet::Exists, evidence_qualifier("scope 0", ""), flag),
        (2 | 3, 1) => {
            let value =
                if said.value == 0 { Value::Time(valid) } else { Value::Number(-i64::from(said.value)) };
            (Subject::Entity(module), Facet::Types, String::new(), value)
        }
        (2 | 3, _) => (Subject::Entity(module), Facet::Tags, String::new(), Value::Texts(vec!["a".into()])),
        (_, side) => {
            let link = LinkId { kind: LinkKind::Imports, from: module, to: task };
            let witness = if side == 0 { source } else { "other" };
            (Subject::Link(link), Facet::Exists, evidence_qualifier(witness, "declared"), flag)
        }
    };
    Fact { subject, facet, qualifier, valid, rank: said.rank, value }
}
