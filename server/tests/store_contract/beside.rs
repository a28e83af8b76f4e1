//! What lies beside the log: people, dead letters, full text.

use super::log::{append, name, whole_log};
use super::place::Place;
use crate::events::{event, pending, small, split};
use serde_json::json;
use server::store::{Appended, Category, DeadLetter, Hit, StoreError};
use shared::event::person_token;
use shared::time::Time;

/// A letter that is about to be buried.
pub fn letter(category: Category, body: &str) -> DeadLetter {
    DeadLetter {
        id: 0,
        category,
        iteration: Some("i1".to_owned()),
        identity: None,
        reason: "because".to_owned(),
        body: body.to_owned(),
        recorded_at: Time::default(),
        attempts: 0,
    }
}

pub async fn people(place: &Place) {
    let store = place.open().await;
    let key = store.token_key();
    let token = person_token("Ada \"L\" Lovelace", &key);
    let granted = |id: &str, reason: &str| {
        let data = json!({"suppression": "s", "rule": "r", "reason": reason, "owner": "Ada \"L\" Lovelace"});
        event("i1", "ci", id, "mission.suppression.granted.v1", data)
    };
    store
        .append(vec![split(granted("1", "late"), &key), split(granted("2", "late"), &key)])
        .await
        .expect("append");
    let details = store.details(&name("i1"), 2).await.expect("details");
    assert_eq!(details.len(), 1);
    assert_eq!(
        (details[0].field.as_str(), details[0].value.as_str()),
        (token.as_str(), "Ada \"L\" Lovelace")
    );
    assert!(details[0].personal);

    let raw = format!("{{\"owner\":{}}}", json!("Ada \"L\" Lovelace"));
    let number = store.bury(vec![letter(Category::Schema, &raw)]).await.expect("a burial")[0];
    assert_eq!(store.erase_person(&token).await.expect("an erasure"), 2, "the name and the letter");
    assert_eq!(store.details(&name("i1"), 1).await.expect("details"), []);
    assert_eq!(store.details(&name("i1"), 2).await.expect("details"), []);
    let kept = store.dead_letter(number).await.expect("a read").expect("the letter");
    assert_eq!(kept.body, format!("{{\"owner\":{}}}", json!(token)));
    assert_eq!(store.erase_person(&token).await.expect("an erasure"), 0);
    // A duplicate does not bring the name back.
    store.append(vec![split(granted("1", "late"), &key)]).await.expect("an append");
    assert_eq!(store.details(&name("i1"), 1).await.expect("details"), []);
    assert!(whole_log(&*store, "i1").await.iter().all(|logged| !format!("{logged:?}").contains("Ada")));
}

pub async fn dead_letters(place: &Place) {
    let store = place.open().await;
    let letters = vec![
        letter(Category::Schema, "one"),
        letter(Category::Transient, "one"),
        letter(Category::Schema, "two"),
        letter(Category::Schema, "one"),
    ];
    let numbers = store.bury(letters).await.expect("a burial");
    assert_eq!(numbers[0], numbers[3], "the same thing twice is one letter");
    assert!(store.bury(Vec::new()).await.expect("a burial").is_empty());
    let all = store.dead_letters(0, 10).await.expect("letters");
    assert_eq!(all.len(), 3);
    assert!(all.is_sorted_by_key(|letter| letter.id));
    let rest = store.dead_letters(all[0].id, 1).await.expect("letters");
    assert_eq!(rest, all[1..2]);

    let category = Category::Transient;
    store.touch_dead_letter(numbers[0], category, "out of reach").await.expect("a count");
    let touched = store.dead_letter(numbers[0]).await.expect("a read").expect("the letter");
    assert_eq!((touched.attempts, touched.category, touched.reason.as_str()), (1, category, "out of reach"));
    assert_eq!(store.bury(vec![letter(Category::Schema, "one")]).await.expect("a burial"), numbers[..1]);
    assert!(store.discard(numbers[0]).await.expect("a discard"));
    assert!(!store.discard(numbers[0]).await.expect("a discard"));
    assert_eq!(store.dead_letter(numbers[0]).await.expect("a read"), None);
    let gone = store.touch_dead_letter(numbers[0], category, "x").await.expect_err("it is gone");
    assert!(matches!(gone, StoreError::NotFound(_)), "{gone:?}");
    let new = store.bury(vec![letter(Category::Schema, "one")]).await.expect("a burial");
    assert!(new[0] > numbers[2], "numbers are not used again");
}

pub async fn any_bytes(place: &Place) {
    let store = place.open().await;
    let mut odd = letter(Category::Schema, &format!("nul \0 {}", "é".repeat(1 << 20)));
    odd.identity = Some("a\0b \u{fffd}".to_owned());
    odd.iteration = Some("../\0".to_owned());
    odd.reason = "\0".repeat(10_000);
    let number = store.bury(vec![odd]).await.expect("a burial")[0];
    let kept = store.dead_letter(number).await.expect("a read").expect("the letter");
    assert!(kept.body.len() <= 1 << 20 && kept.body.starts_with("nul \u{fffd} é"));
    assert!(kept.reason.len() <= 4 << 10);
    // Nor does an event that decoding would have refused harm its neighbours.
    let mut wrong = small("i1", "a", 1);
    wrong.identity.source = "nul \0".to_owned();
    let answers = store.append(vec![pending(small("i1", "b", 1)), pending(wrong)]).await.expect("an append");
    assert!(matches!(answers[0], Appended::Accepted(1, _)), "{answers:?}");
    assert!(
        matches!(&answers[1], Appended::Conflict { reason, .. } if reason.contains("control")),
        "{answers:?}"
    );
    assert_eq!(whole_log(&*store, "i1").await.len(), 1);
}

pub async fn text(place: &Place) {
    let store = place.open().await;
    let module = |iteration: &str, id: &str, module: &str| {
        event(iteration, "arch", id, "mission.module.declared.v1", json!({"module": module, "name": "Größe"}))
    };
    append(&*store, module("i1", "1", "src/store/sqlite.rs")).await;
    append(&*store, module("i2", "2", "src/store/postgres.rs")).await;
    let find = async |words: &str, limit: u32| {
        let found = store.search(words, limit).await.expect("a search");
        let place = |hit: Hit| {
            let (iteration, at) = (hit.logged.event.iteration, hit.logged.position);
            hit.item.map_or_else(|| format!("{iteration}:{at}"), |item| format!("{iteration}:{at}:{item}"))
        };
        found.into_iter().map(place).collect::<Vec<String>>()
    };
    assert_eq!(find("STORE rs", 10).await, ["i2:1", "i1:1"], "all words, any case, newest first");
    append(&*store, module("i1", "3", "src/store.rs")).await;
    assert_eq!(find("store", 10).await, ["i1:2", "i2:1", "i1:1"], "what came since");
    assert_eq!(find("store", 1).await, ["i1:2"]);
    assert_eq!(find("sql", 10).await, ["i1:1"], "the beginning of a word");
    assert_eq!(find("größe module post", 10).await, ["i2:1"]);
    assert_eq!(find("store nowhere", 10).await, Vec::<String>::new());
    // Packed facts are found one by one, and come without the others.
    let pack = |n: usize| {
        let item =
            |n| json!({"type": "mission.module.declared.v1", "data": {"module": format!("packed/m{n}.rs")}});
        json!({"items": (0..n).map(item).collect::<Vec<_>>()})
    };
    append(&*store, event("i3", "arch", "4", "mission.facts.v1", pack(400))).await;
    assert_eq!(find("packed m399", 10).await, ["i3:1:399"]);
    assert_eq!(
        find("packed arch module", 2).await,
        ["i3:1:399", "i3:1:398"],
        "more words begin so than are spelled out"
    );
    assert_eq!(find("m39", 11).await.len(), 11);
    let hit = store.search("m17 packed", 1).await.expect("a search").remove(0);
    assert_eq!(hit.logged.event.data.to_json()["items"].as_array().map(Vec::len), Some(1));
    // Words that begin so are more than are spelled out.
    assert_eq!(find("m rs", 500).await.len(), 400 + 3);
    for odd in ["", "   ", "\" OR 1=1 --", "'", "*", "NEAR(", "a:b", "\0", "!&|"] {
        store.search(odd, 10).await.expect("any text is a question");
    }
    // Duplicates and refused events are not in the log and not in the index.
    append(&*store, module("i1", "1", "src/store/sqlite.rs")).await;
    append(&*store, module("i1", "1", "src/other/sqlite.rs")).await;
    assert_eq!(find("sqlite", 10).await, ["i1:1"]);
}
