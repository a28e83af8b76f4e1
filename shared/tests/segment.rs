//! The segment codec: nothing is lost, equal entries give equal bytes, and no bytes make it panic or explode.

use proptest::prelude::*;
use shared::event::{
    Book, Closing, ContractState, Entry, Facet, Fact, Hash128, Naming, Outcome, Provenance, Severity,
    Subject, Value,
};
use shared::id::{AttemptId, EntityId, Kind, LinkId, LinkKind, Stream};
use shared::segment::{decode, encode};
use shared::time::Time;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-c]{0,3}", 1 => "\\PC{0,12}", 1 => "prefix/prefix/[a-z]{0,80}"]
}

fn time() -> impl Strategy<Value = Time> {
    prop_oneof![
        Just(Time::ALWAYS),
        Just(Time::MAX),
        any::<i64>().prop_map(Time),
        (0..50_i64).prop_map(|time| Time(1_780_000_000_000_000 + time)),
    ]
}

fn entity() -> impl Strategy<Value = EntityId> {
    (0..Kind::ALL.len(), text()).prop_map(|(kind, key)| EntityId::new(Kind::ALL[kind], key))
}

fn stream() -> impl Strategy<Value = Stream> {
    (0..3_usize).prop_map(|index| Stream::ALL[index])
}

fn subject() -> impl Strategy<Value = Subject> {
    prop_oneof![
        Just(Subject::Iteration),
        entity().prop_map(Subject::Entity),
        (entity(), text(), any::<u32>()).prop_map(|(of, run, try_number)| Subject::Attempt(AttemptId {
            of,
            run,
            try_number
        })),
        (0..10_usize, entity(), entity()).prop_map(|(kind, from, to)| Subject::Link(LinkId {
            kind: LinkKind::ALL[kind],
            from,
            to
        })),
        (stream(), text()).prop_map(|(stream, run)| Subject::Run(stream, run)),
        (0..5_usize, text()).prop_map(|(book, id)| Subject::Ledger(Book::ALL[book], id)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Flag),
        any::<i64>().prop_map(Value::Number),
        time().prop_map(Value::Time),
        text().prop_map(Value::Text),
        prop::collection::vec(text(), 0..4).prop_map(Value::Texts),
        (0..9_usize).prop_map(|outcome| Value::Outcome(Outcome::ALL[outcome])),
        Just(Value::Provenance(Provenance::Unrecorded)),
        Just(Value::Severity(Severity::Warn)),
        Just(Value::Contract(ContractState::Broken)),
    ]
}

fn fact() -> impl Strategy<Value = Fact> {
    (subject(), 0..Facet::ALL.len(), text(), time(), 0..3_u8, value()).prop_map(
        |(subject, facet, qualifier, valid, rank, value)| Fact {
            subject,
            facet: Facet::ALL[facet],
            qualifier,
            valid,
            rank,
            value,
        },
    )
}

fn closing() -> impl Strategy<Value = Closing> {
    (text(), any::<u32>(), any::<[u8; 16]>(), prop::option::of(text()), time(), prop::option::of(stream()))
        .prop_map(|(batch, count, digest, scope, valid, stream)| Closing {
            batch,
            count,
            digest: Hash128(digest),
            scope,
            valid,
            stream,
        })
}

fn entry() -> impl Strategy<Value = Entry> {
    let stamps = (time(), time(), any::<bool>(), any::<bool>(), prop::option::of(stream()));
    let naming =
        (any::<[u8; 16]>(), text()).prop_map(|(named, source)| Naming { named: Hash128(named), source });
    let parts = (prop::option::of(text()), prop::option::of(closing()), prop::option::of(naming));
    let facts = prop::collection::vec(fact(), 0..6);
    (stamps, text(), any::<[[u8; 16]; 2]>(), parts, facts).prop_map(
        |(
            (recorded_at, happened_at, steward, clamped, stream),
            source,
            hashes,
            (batch, closing, naming),
            facts,
        )| Entry {
            position: 0,
            recorded_at,
            source,
            identity: Hash128(hashes[0]),
            content: Hash128(hashes[1]),
            steward,
            clamped,
            stream,
            happened_at,
            batch,
            closing,
            naming,
            facts,
        },
    )
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    (any::<u32>(), prop::collection::vec(entry(), 0..12)).prop_map(|(first, mut entries)| {
        for (entry, position) in entries.iter_mut().zip(u64::from(first)..) {
            entry.position = position;
        }
        entries
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(entries in entries()) {
        prop_assert_eq!(decode(&encode(&entries)), Ok(entries));
    }

    #[test]
    fn a_flipped_bit_is_refused_or_means_other_entries(entries in entries(), at in any::<u32>()) {
        let mut bytes = encode(&entries);
        let bit = at as usize % (bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(other) = decode(&bytes) {
            prop_assert_eq!(decode(&encode(&other)), Ok(other.clone()));
            // Only a text or an entry of a dictionary that nothing names can differ unseen.
            prop_assert!(other != entries || encode(&other) != bytes);
        }
    }

    #[test]
    fn a_cut_segment_is_refused(entries in entries(), keep in any::<u32>()) {
        let bytes = encode(&entries);
        let keep = keep as usize % bytes.len();
        prop_assert!(decode(&bytes[..keep]).is_err());
        prop_assert!(decode(&[&bytes[..], &[0]].concat()).is_err());
    }

    #[test]
    fn bytes_from_anywhere_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode(&bytes);
        let _ = decode(&[b"TMS1", &bytes[..]].concat());
    }
}

#[test]
fn few_bytes_cannot_stand_for_much_text() {
    let fact = |key: &str| Fact {
        subject: Subject::Entity(EntityId::new(Kind::Task, key)),
        facet: Facet::Name,
        qualifier: String::new(),
        valid: Time::ALWAYS,
        rank: 0,
        value: Value::Flag(true),
    };
    let entry = |facts: Vec<Fact>| Entry {
        position: 1,
        recorded_at: Time(1),
        source: "s".into(),
        identity: Hash128([1; 16]),
        content: Hash128([2; 16]),
        steward: false,
        clamped: false,
        stream: None,
        happened_at: Time(1),
        batch: None,
        closing: None,
        naming: None,
        facts,
    };
    let long = "k".repeat(100_000);
    let bomb = encode(&[entry(vec![fact(&long); 1_000])]);
    let refused = decode(&bomb).expect_err("100 MB out of 100 KB");
    assert_eq!(refused.reason, "less text for so few bytes");
    let sound = vec![entry((0..4_000).map(|n| fact(&format!("{n}{}", "k".repeat(1_000)))).collect())];
    assert_eq!(decode(&encode(&sound)), Ok(sound));
}
