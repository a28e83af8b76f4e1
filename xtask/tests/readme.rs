//! The README's table of event types is the code's; `MISSION_UPDATE=1` writes it anew.

use shared::event::CATALOGUE;
use std::fs;
use std::path::Path;

const BEGIN: &str = "<!-- event types -->\n";
const END: &str = "<!-- end of event types -->";

fn table() -> String {
    let mut text =
        String::from("| type | stream | meaning | data, optional in brackets |\n|---|---|---|---|\n");
    for row in CATALOGUE {
        let stream = row.stream.map_or("", |stream| stream.as_str());
        text += &format!("| `{}` | {stream} | {} | `{}` |\n", row.name, row.meaning, row.fields);
    }
    text
}

#[test]
fn the_table_of_event_types_is_the_codes() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").join("README.md");
    let text = fs::read_to_string(&file).expect("a README");
    let (before, rest) = text.split_once(BEGIN).expect("the table's beginning");
    let (found, after) = rest.split_once(END).expect("the table's end");
    if std::env::var_os("MISSION_UPDATE").is_some() {
        fs::write(&file, format!("{before}{BEGIN}{}{END}{after}", table())).expect("written");
        return;
    }
    assert_eq!(found, table(), "run: MISSION_UPDATE=1 cargo test --package xtask --test readme");
}
