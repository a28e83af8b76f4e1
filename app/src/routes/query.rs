//! Percent-encoding and the pairs of a query. `+` stays a plus: offsets of times have one.

/// Name and value of every parameter, decoded, in order.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (String, String)> + '_ {
    query.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(name), decoded(value))
    })
}

/// The text behind percent-encoding; what is no encoding stays as it is.
pub(super) fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let coded = match byte {
            b'%' => bytes.get(at + 1..at + 3).and_then(|pair| Some(16 * digit(pair[0])? + digit(pair[1])?)),
            _ => None,
        };
        at += if coded.is_some() { 3 } else { 1 };
        out.push(coded.unwrap_or(byte));
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Appends `text`, encoded where a query needs it and legible where not.
pub(super) fn encode(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/@,;!*()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_survives_and_broken_encoding_is_left_alone() {
        for text in ["", "a b", "ä🚀&=?#%+", "\"<>", "100%"] {
            let mut coded = String::new();
            encode(text, &mut coded);
            assert_eq!(decoded(&coded), text);
            assert!(coded.bytes().all(|b| b.is_ascii_graphic() && !b"&=?#\"<>+".contains(&b)), "{coded}");
        }
        assert_eq!(decoded("%"), "%");
        assert_eq!(decoded("%4"), "%4");
        assert_eq!(decoded("%zz%41"), "%zzA");
    }
}
