//! The verdict as one sentence for people.

use super::evidence::stream_words;
use super::{StreamState, StreamStates, Verdict, VerdictName};
use crate::id::Stream;

/// Reasons or gaps named before "and N more".
const NAMED_MAX: usize = 3;

/// "Not deployable: 2 scenarios fail."
pub(super) fn sentence(verdict: &Verdict) -> String {
    match verdict.verdict {
        VerdictName::Deployable => deployable(&verdict.streams),
        VerdictName::Pending => {
            let gaps = Stream::ALL.iter().flat_map(|&stream| {
                let verdict = verdict.streams.get(stream);
                let open = verdict.state == StreamState::Undecided;
                verdict.missing.iter().filter(move |_| open).map(|text| text.trim_end_matches('.').to_owned())
            });
            format!("Pending: {}.", listed(gaps.collect(), "; "))
        }
        VerdictName::MixedFailure => {
            let failing = failing(&verdict.streams).map(stream_words).collect::<Vec<_>>();
            format!("Not deployable: {} fail ({}).", failing.join(" and "), heads(&verdict.streams))
        }
        VerdictName::SystemicFailure => format!("HALT, all three streams fail: {}.", heads(&verdict.streams)),
        _ => format!("Not deployable: {}.", heads(&verdict.streams)),
    }
}

fn failing(streams: &StreamStates) -> impl Iterator<Item = Stream> + '_ {
    Stream::ALL.into_iter().filter(|&stream| streams.get(stream).state == StreamState::Fail)
}

fn heads(streams: &StreamStates) -> String {
    let blocking =
        failing(streams).flat_map(|stream| &streams.get(stream).reasons).filter(|reason| reason.blocking);
    listed(blocking.map(|reason| reason.headline.clone()).collect(), "; ")
}

fn deployable(streams: &StreamStates) -> String {
    let warnings: Vec<String> = Stream::ALL
        .iter()
        .flat_map(|&stream| &streams.get(stream).reasons)
        .map(|reason| reason.headline.clone())
        .collect();
    let absent: Vec<&str> = Stream::ALL
        .iter()
        .filter(|&&stream| streams.get(stream).not_applicable)
        .map(|&stream| stream_words(stream))
        .collect();
    let mut text = if absent.is_empty() {
        "Deployable: all three streams pass".to_owned()
    } else {
        let verb = if absent.len() == 1 { "is" } else { "are" };
        let names = absent.join(" and ");
        format!("Deployable: every required stream passes, {names} {verb} not required and without evidence")
    };
    if !warnings.is_empty() {
        text.push_str(&format!(", with a warning: {}", listed(warnings, "; ")));
    }
    text.push('.');
    text
}

fn listed(mut parts: Vec<String>, separator: &str) -> String {
    let more = parts.len().saturating_sub(NAMED_MAX);
    parts.truncate(NAMED_MAX);
    let mut text = parts.join(separator);
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}
