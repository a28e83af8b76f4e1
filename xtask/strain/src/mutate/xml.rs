//! Changes to XML as tags and text between them: elements gone, twice, elsewhere or within themselves, attributes gone,
//! twice or odd, entities, sections and declarations where none belong.

use super::{Mutator, odd};
use crate::chance::Chance;

const SECTIONS: &[&str] = &[
    "<!DOCTYPE t [<!ENTITY a \"&b;&b;\"><!ENTITY b \"boom\">]>",
    "<![CDATA[ <x> ]]>",
    "<!-- -- -->",
    "<?xml version=\"1.1\" encoding=\"utf-16\"?>",
    "<?pi ?>",
    "&a;",
    "&#1114112;",
    "&#x0;",
    "<x:y xmlns:x=\"u\"/>",
    "<a/>",
    "</a>",
    "<>",
    "< >",
    "<a b=c>",
    "<a b>",
    "<a b='1' b='2'/>",
];

/// One change.
pub fn change(case: &[u8], mutator: &Mutator<'_>, chance: &mut Chance) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(case).ok()?;
    let mut parts: Vec<String> = parts(text).into_iter().map(str::to_owned).collect();
    let at = chance.below(parts.len());
    let tags: Vec<usize> = (0..parts.len()).filter(|&n| is_start(&parts[n])).collect();
    let tag = chance.pick(&tags).copied()?;
    let end = element_end(&parts, tag);
    let element = parts.get(tag..end)?.to_vec();
    match chance.below(9) {
        0 => drop(parts.drain(tag..end)),
        1 => parts.splice(at..at, element).for_each(drop),
        2 => {
            let times = 1 << chance.below(11);
            if element.concat().len() < 4_096 {
                let repeated = std::iter::repeat_n(element, times).flatten();
                parts.splice(tag..tag, repeated).for_each(drop);
            }
        }
        3 => {
            let levels = if chance.one_in(3) { 70 } else { 1 + chance.below(4) };
            let (open, shut) = (parts[tag].replace("/>", ">"), format!("</{}>", name(&parts[tag])));
            parts.splice(end..end, std::iter::repeat_n(shut, levels)).for_each(drop);
            parts.splice(tag..tag, std::iter::repeat_n(open, levels)).for_each(drop);
        }
        4 => drop(parts.remove(at)),
        5 => parts.insert(at, chance.pick(SECTIONS).copied().unwrap_or("").to_owned()),
        6 => {
            let other = std::str::from_utf8(mutator.seed(chance)).ok()?;
            let other: Vec<String> = self::parts(other).into_iter().map(str::to_owned).collect();
            let from = chance.below(other.len());
            let piece = other.get(from..element_end(&other, from))?.to_vec();
            parts.splice(at..at, piece).for_each(drop);
        }
        _ => parts[tag] = attributes(&parts[tag], mutator, chance),
    }
    Some(parts.concat().into_bytes())
}

/// A tag with one attribute changed.
fn attributes(tag: &str, mutator: &Mutator<'_>, chance: &mut Chance) -> String {
    let values: Vec<usize> = tag.match_indices('"').map(|(at, _)| at).collect();
    let pairs: Vec<&[usize]> = values.chunks_exact(2).collect();
    let word = String::from_utf8_lossy(mutator.word(chance)).into_owned();
    let Some(&&[open, shut]) = chance.pick(&pairs) else {
        return tag.replacen('>', &format!(" {word}=\"\">"), 1);
    };
    let odd = chance.pick(odd::TEXTS).copied().unwrap_or("").replace('"', "");
    let start = tag[..open].rfind(' ').unwrap_or(open);
    match chance.below(5) {
        0 => format!("{}{}", &tag[..start], &tag[shut + 1..]),
        1 => format!("{}{}{}", &tag[..=shut], &tag[start..=shut], &tag[shut + 1..]),
        2 => format!("{}{word}{}", &tag[..=open], &tag[shut..]),
        3 => format!("{} {word}=\"{odd}\"{}", &tag[..start], &tag[start..]),
        _ => format!("{}{odd}{}", &tag[..=open], &tag[shut..]),
    }
}

/// `file` with an element repeated until it has about `bytes`.
pub fn grow(file: &[u8], bytes: usize, chance: &mut Chance) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(file).ok()?;
    let parts = parts(text);
    let owned: Vec<String> = parts.iter().map(|&part| part.to_owned()).collect();
    let tags: Vec<usize> = (0..parts.len()).filter(|&n| is_start(parts[n])).skip(1).collect();
    let tag = chance.pick(&tags).copied()?;
    let end = element_end(&owned, tag);
    let element = parts[tag..end].concat();
    let times = bytes / element.len().max(1);
    Some(
        [&parts[..tag].concat(), &element.repeat(times), &parts[tag..].concat()]
            .map(String::as_str)
            .concat()
            .into_bytes(),
    )
}

/// Tags and the texts between them.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = match rest.find(['<', '>']) {
            Some(0) if rest.starts_with('<') => rest.find('>').map_or(rest.len(), |at| at + 1),
            Some(0) => 1,
            Some(at) if rest.as_bytes()[at] == b'<' => at,
            Some(at) => at + 1,
            None => rest.len(),
        };
        let (part, after) = rest.split_at(end);
        parts.push(part);
        rest = after;
    }
    parts
}

fn is_start(part: &str) -> bool {
    part.starts_with('<')
        && part.ends_with('>')
        && !part.starts_with("</")
        && !part.starts_with("<?")
        && !part.starts_with("<!")
}

fn name(tag: &str) -> &str {
    tag.trim_start_matches('<').split([' ', '>', '/', '\n']).next().unwrap_or("")
}

/// Where the element that starts at `at` is over.
fn element_end(parts: &[String], at: usize) -> usize {
    let mut depth = 0_usize;
    for (n, part) in parts.iter().enumerate().skip(at) {
        if part.starts_with("</") {
            depth = depth.saturating_sub(1);
        } else if is_start(part) && !part.ends_with("/>") {
            depth += 1;
        }
        if depth == 0 {
            return n + 1;
        }
    }
    parts.len()
}
