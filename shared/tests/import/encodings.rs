//! Text that is not UTF-8: what the byte order mark or the declaration says, and bytes that stand for nothing.

use super::seen::*;
use shared::id::Kind;
use shared::import::Format;

const SUITE: &str = "<testsuite name=\"s\">\n<testcase name=\"prüft – 5 €\"/>\n</testsuite>";

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

fn declared(encoding: &str, body: &[u8]) -> Vec<u8> {
    [format!("<?xml version='1.0' encoding='{encoding}'?>\n").as_bytes(), body].concat()
}

/// `text` as windows-1252, as far as these tests need it.
fn windows(text: &str) -> Vec<u8> {
    let byte = |c| match c {
        '€' => 0x80,
        '–' => 0x96,
        c => u8::try_from(u32::from(c)).expect("a Latin letter"),
    };
    text.chars().map(byte).collect()
}

/// The one scenario of a file without issues.
fn scenario(bytes: &[u8]) -> String {
    let imported = read(bytes);
    assert_eq!((imported.report.format, issues(&imported)), (Format::Junit, vec![]));
    let mut keys = tries(&imported, Kind::Scenario).into_keys();
    keys.next().expect("a scenario")
}

#[test]
fn a_file_says_the_same_in_every_encoding_that_is_read() {
    let plain = scenario(SUITE.as_bytes());
    assert_eq!(plain, "s#prüft – 5 €");
    let (little, big) = (utf16(SUITE, u16::to_le_bytes), utf16(SUITE, u16::to_be_bytes));
    let said = declared("utf-16", SUITE.as_bytes());
    let said = std::str::from_utf8(&said).expect("text");
    for bytes in [
        [b"\xff\xfe".as_slice(), &little].concat(),
        [b"\xfe\xff".as_slice(), &big].concat(),
        utf16(said, u16::to_le_bytes),
        utf16(said, u16::to_be_bytes),
        // What .NET's writers of strings say of a file that is UTF-8 in the end.
        said.as_bytes().to_vec(),
        declared("UTF-8", SUITE.as_bytes()),
        [b"\xef\xbb\xbf".as_slice(), &declared("iso-8859-1", SUITE.as_bytes())].concat(),
        declared("ISO-8859-1", &windows(SUITE)),
        declared("Windows-1252", &windows(SUITE)),
    ] {
        assert_eq!(scenario(&bytes), plain, "{:?}", &bytes[..40]);
    }
}

#[test]
fn all_of_windows_1252_is_read() {
    let high: Vec<u8> = (0xa0..=0xff).collect();
    let body = [b"<testsuite name='s'><testcase name='x".as_slice(), &high, b"x'/></testsuite>"].concat();
    let latin: String = ('\u{a0}'..='\u{ff}').collect();
    assert_eq!(scenario(&declared("latin1", &body)), format!("s#x{latin}x"));
    let low: Vec<u8> = (0x80..=0x9f).filter(|byte| ![0x81, 0x8d, 0x8f, 0x90, 0x9d].contains(byte)).collect();
    let body = [b"<testsuite name='s'><testcase name='".as_slice(), &low, b"'/></testsuite>"].concat();
    assert_eq!(scenario(&declared("cp1252", &body)), "s#€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ");
}

#[test]
fn bytes_that_stand_for_nothing_are_replaced_and_said_by_line() {
    let text = b"<testsuite name='s'>\n<testcase name='a'/>\n<testcase name='b\xe9\xff'><failure>\xc3\n\x80</failure></testcase></testsuite>";
    let imported = read(text);
    let flaw = "not UTF-8: what stands for nothing is read as U+FFFD";
    assert_eq!(issues(&imported), [(3, flaw), (4, flaw)]);
    let found = tries(&imported, Kind::Scenario);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["s#a", "s#b\u{fffd}\u{fffd}"]);
    assert_eq!(found["s#b\u{fffd}\u{fffd}"][0].error, "\u{fffd}\n\u{fffd}");
    let mut half = b"\xff\xfe".to_vec();
    half.extend(utf16("<testsuite name='s'>\n", u16::to_le_bytes));
    half.extend([0x00, 0xd8]);
    half.extend(utf16("<testcase name='a'/></testsuite>", u16::to_le_bytes));
    half.push(b' ');
    let imported = read(&half);
    let flaw = "not UTF-16: what stands for nothing is read as U+FFFD";
    assert_eq!(issues(&imported), [(2, flaw)]);
}

#[test]
fn other_encodings_are_refused_by_name_unless_the_file_is_utf8_all_the_same() {
    let error = refused(declared("Shift_JIS", b"<testsuite name='\x83\x65'/>"));
    let said =
        "encoding \"Shift_JIS\" is not read here: give the file in UTF-8; else it would be read as junit";
    assert_eq!((error.line, error.reason.as_str()), (2, said));
    assert_eq!(scenario(&declared("Shift_JIS", SUITE.as_bytes())), "s#prüft – 5 €");
}

#[test]
fn utf16_is_read_by_its_mark_whatever_the_format() {
    let mut bytes = b"\xff\xfe".to_vec();
    bytes.extend(utf16("digraph { \"straße\" -> b }", u16::to_le_bytes));
    assert!(present(&read(&bytes), Kind::Module).contains("straße"));
    let at = bytes.len() - 6;
    bytes.splice(at..at, [0x00, 0xdc]);
    let said = "not UTF-16; else it would be read as dot";
    assert_eq!(refused(&bytes).reason, said);
}
