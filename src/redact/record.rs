//! A record of a log as parts: what is said on it, its stamp and key, and the writer's frame around them.

use crate::{
    container::timestamp,
    dialect::{Dialect, Event, Line, Open},
    knowledge::{WordClass, word_classes},
    source::place_in,
};

use super::{Level, allow_list, measure, secret};

/// A part of a line and what stands in its place.
pub(super) type Part<'a> = (&'a [u8], Vec<u8>);

/// Where a part begins, how long it is, and what stands in its place.
pub(super) type Placed = (usize, usize, Vec<u8>);

/// The parts in their order, stamp and key among them. Some words of a line are the dialect's own and stand nowhere in it.
pub(super) fn placed<'a>(text: &[u8], line: &Line<'a>, mut parts: Vec<Part<'a>>, level: Level) -> Vec<Placed> {
    // A date alone may be somebody's birthday, digits his number; words stand before no stamp but its label: `ts`, `time`.
    let before = place_in(text, line.stamp).map_or(&b""[..], |at| &text[..at]);
    let mut words_before = before.split(|b| !b.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let date = level == Level::Personal
        && !line.stamp.contains(&b':')
        && if line.stamp.iter().all(u8::is_ascii_digit) {
            words_before.next_back().is_some_and(counts_people)
        } else {
            // `*1980-01-31`
            words_before.next().is_some() || before.ends_with(b"*")
        };
    let stamp = if date { b"" } else { line.stamp };
    for part in [stamp, line.key].into_iter().filter(|part| is_kept(part, level)) {
        parts.push((part, part.to_vec()));
    }
    let mut placed: Vec<_> =
        parts.into_iter().filter_map(|(part, by)| Some((place_in(text, part)?, part.len(), by))).collect();
    placed.retain(|(_, len, by)| *len > 0 || !by.is_empty());
    placed.sort_by_key(|(at, ..)| *at);
    placed
}

/// Digits behind the word may be somebody's number: it is none that programs have for a time.
fn counts_people(word: &[u8]) -> bool {
    // Letters of `ts`, `at`, `t`.
    const TIMES: usize = 2;
    let classes = word_classes(word);
    let people = [WordClass::Mail, WordClass::Recipient, WordClass::Sender, WordClass::Place];
    let name = String::from_utf8_lossy(word);
    let times = word.len() <= TIMES || classes.has(WordClass::Date) || measure::ends_in_measure(&name);
    !times && (!allow_list::is_known(&name) || people.into_iter().any(|class| classes.has(class)))
}

/// A stamp or a key stays as it is. Where people do not count, a key is the same on every line of its conversation.
pub(super) fn is_kept(part: &[u8], level: Level) -> bool {
    is_plain(part) || level == Level::Secrets && !part.is_empty() && !tells_secret(part)
}

/// A shorter value would be found inside other words.
const SHORTEST_VALUE: usize = 4;

/// The rewritten line without a word that the line holds once.
fn without_word(line: &str, word: &str, mut out: Vec<u8>) -> Vec<u8> {
    let joint = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || !b.is_ascii());
    let alone = |text: &[u8], at: usize| !joint(text[..at].last()) && !joint(text.get(at + word.len()));
    let places = |text: &[u8]| memchr::memmem::find_iter(text, word).filter(|at| alone(text, *at)).collect::<Vec<_>>();
    if let ([_], [at]) = (&*places(line.as_bytes()), &*places(&out)) {
        out.splice(*at..at + word.len(), secret::HIDDEN.bytes());
    }
    out
}

/// The rewritten line without the values of secrets that the line as a whole tells of.
pub(super) fn without_values(text: &[u8], mut out: Vec<u8>) -> Vec<u8> {
    let line = super::visible::visible_bytes(text);
    for span in secret::found(&line) {
        let (before, value) = (&line[..span.at.start], &line[span.at]);
        if value.len() < SHORTEST_VALUE {
            continue;
        }
        if secret::is_known_all(value) {
            // A word that may stand elsewhere in the line: only behind what stands before it here.
            let gap = before.trim_end_matches(|c: char| !c.is_alphanumeric());
            let from = gap.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + 1);
            let told = before.ends_with('=') || secret::may_be_value(value);
            if let Some(name) = before.get(from..).filter(|_| told && !gap.is_empty()) {
                let hidden = bstr::ByteSlice::replace(&*out, [name, value].concat(), [name, secret::HIDDEN].concat());
                // What stood before it has another form now: the word goes where it stands but once.
                out = if hidden == out { without_word(&line, value, out) } else { hidden };
            }
            continue;
        }
        let hidden = bstr::ByteSlice::replace(&*out, value, secret::HIDDEN);
        if hidden != out || !value.contains(['@', ':']) {
            out = hidden;
            continue;
        }
        // `smtp://fred@own.co.za:Kudu7@host`: a part of it was taken for an address, and has another form now.
        for part in value.split(['@', ':', '/']).filter(|part| part.len() >= SHORTEST_VALUE && !part.contains('.')) {
            out = bstr::ByteSlice::replace(&*out, part, secret::HIDDEN);
        }
    }
    out
}

/// A secret stands in it, of which a dialect took a part for its key.
fn tells_secret(part: &[u8]) -> bool {
    let text = super::visible::visible_bytes(part);
    !secret::found(&text).is_empty() || !secret::odd_words(&text).is_empty()
}

/// It can be a time or a number of a session: a dialect takes whatever stands in their place, so it may be
/// somebody's words.
fn is_plain(part: &[u8]) -> bool {
    let known = |run: &[u8]| {
        let mut words = run.split(|b| !b.is_ascii_alphabetic());
        words.all(|word| word.len() <= 1 || allow_list::is_known(&String::from_utf8_lossy(word)))
    };
    // `GLOB(0x5604e1ec1308`
    let mut runs = part.split(|b| !b.is_ascii_alphanumeric());
    part.len() <= 40
        && part.is_ascii()
        && !part.contains(&b'@')
        && (runs.all(|run| known(run) || is_drawn(run)) || timestamp::extent(part) == Some(part.len()))
}

/// A program drew these letters and digits: an address in memory, a random id. Nobody's name looks like that.
fn is_drawn(part: &[u8]) -> bool {
    let rises = part.windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count();
    let digits = part.iter().filter(|b| b.is_ascii_digit()).count();
    let capitals = part.iter().filter(|b| b.is_ascii_uppercase()).count();
    let mixed = rises >= 1 && digits >= 1 && capitals >= 3;
    part.iter().all(u8::is_ascii_alphanumeric) && part.len() <= 24 && (rises >= 2 || digits >= 4 || mixed)
}

/// The text with its parts replaced, and what stands between them as `frame` gives it out.
pub(super) fn join(text: &[u8], placed: &[Placed], mut frame: impl FnMut(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut done = 0;
    for (at, len, by) in placed {
        if *at >= done {
            out.extend(frame(&text[done..*at]));
            out.extend(by);
            done = at + len;
        }
    }
    out.extend(frame(&text[done..]));
    out
}

/// The record ends inside a line of the dialogue.
pub(super) fn is_open(dialect: &Dialect, text: &[u8]) -> bool {
    matches!(
        dialect.read(text).event,
        Event::Server(_, Open::Yes) | Event::Client(_, Open::Yes) | Event::Unmarked(_, Open::Yes)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_word_is_hidden_behind_its_name_alone() {
        let line = b"exchange: mail.smtp.password=exchange";
        assert_eq!(without_values(line, line.to_vec()), b"exchange: mail.smtp.password=***");
    }
}
