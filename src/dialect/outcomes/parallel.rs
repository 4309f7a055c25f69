//! Mails that have numbers: that of each stands in all of its lines, at the same place. By them mails are told apart that are
//! told at the same time, and one is known again that is tried again.

use std::collections::{BTreeMap, BTreeSet};

use super::{Record, stamps::before};
use crate::knowledge::{is_word_byte, words_in};

/// A number of a mail stands among the first words of a line.
const PLACES: usize = 3;
/// Numbers of a line of which one may be the mail's.
const NUMBERS: usize = 12;
/// Of so many lines one may have no number where mails or threads have them.
const MISSING_ONE_IN: usize = 5;
/// A number with its name and brackets; longer words are something else.
const LONGEST: usize = 40;

/// What the lines of one mail show.
#[derive(Default)]
struct Lines<'a> {
    count: usize,
    first: usize,
    last: usize,
    recipients: &'a [u8],
}

/// Where the number of a mail stands in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It is the word at this place.
    Nth(usize),
    /// It is the number behind this word: `job 551`, `id=771`.
    Behind(Vec<u8>),
    /// It is the first number of the line.
    First,
    /// It stands in front of the stamp: `[T1] 08:00:00`.
    Ahead,
}

/// Where the number of a mail stands in these lines, and whether mails are told at the same time.
pub(super) fn find(records: &[&Record<'_>]) -> Option<(Place, bool)> {
    let found: Vec<(Place, bool)> = places(records)
        .filter_map(|place| Some((parts(records, &place)?, place)))
        .map(|(at_once, place)| (place, at_once))
        .collect();
    found.iter().find(|(_, at_once)| *at_once).or(found.first()).cloned()
}

/// Where a number of a mail may stand, by the first line that names somebody.
fn places(records: &[&Record<'_>]) -> impl Iterator<Item = Place> {
    let named = records.iter().find(|record| record.names());
    let behind = named
        .into_iter()
        .flat_map(|record| numbers(record.text).take(NUMBERS).map(|(name, _)| Place::Behind(name.to_vec())));
    (0..PLACES).map(Place::Nth).chain(behind).chain([Place::First, Place::Ahead])
}

/// Where the number of a mail stands whose lines stand together and begin in the same words, the first of them before whom it
/// is for is named; of some nobody may be named at all.
pub(super) fn runs(records: &[&Record<'_>]) -> Option<Place> {
    // Where each mail begins with whom it is for, no number is needed.
    if records.first().is_none_or(|record| record.names()) {
        return None;
    }
    places(records).find(|place| are_runs(records, place))
}

fn are_runs(records: &[&Record<'_>], place: &Place) -> bool {
    let numbered: Vec<(&[u8], &Record<'_>)> =
        records.iter().filter_map(|record| Some((word(record, place)?, *record))).collect();
    if numbered.len() * 5 < records.len() * 4 {
        return false;
    }
    let runs: Vec<&[(&[u8], &Record<'_>)]> = numbered.chunk_by(|a, b| a.0 == b.0).collect();
    let numbers: BTreeSet<&[u8]> = runs.iter().map(|run| run[0].0).collect();
    let recipients = |run: &[(&[u8], &Record<'_>)]| {
        let named = run.iter().map(|(_, record)| record.told.recipients).filter(|named| !named.is_empty());
        named.map(<[u8]>::to_vec).collect::<BTreeSet<_>>().len()
    };
    let named = runs.iter().filter(|run| recipients(run) == 1).count();
    let late = |run: &&&[(&[u8], &Record<'_>)]| !run[0].1.names() && recipients(run) == 1;
    let begins = |run: &&[(&[u8], &Record<'_>)]| outside(run[0].1.text);
    numbers.len() == runs.len()
        && named > 1
        && named * 2 > runs.len()
        && runs.iter().all(|run| run.len() > 1 && recipients(run) < 2)
        && runs.iter().filter(late).count() == named
        && runs.windows(2).all(|pair| begins(&pair[0]) == begins(&pair[1]))
}

/// Where the number of a thread stands in these lines: whoever is named in one is told of before its thread names the next,
/// and only so.
pub(super) fn lane(records: &[&Record<'_>]) -> Option<Place> {
    let named = records.iter().find(|record| record.names())?;
    let behind = numbers(named.text).take(NUMBERS).map(|(name, _)| Place::Behind(name.to_vec()));
    (0..PLACES).map(Place::Nth).chain(behind).chain([Place::Ahead]).find(|place| is_lane(records, place))
}

fn is_lane(records: &[&Record<'_>], place: &Place) -> bool {
    let mut lanes: BTreeMap<&[u8], bool> = BTreeMap::new();
    let (mut missing, mut placed, mut crossed, mut above) = (0, 0, false, false);
    for record in records {
        let Some(word) = word(record, place) else {
            missing += 1;
            if missing * MISSING_ONE_IN > records.len() {
                return false;
            }
            continue;
        };
        placed += 1;
        let names = record.names() && record.verdict().is_none();
        crossed |= above && names;
        above = names;
        if std::mem::replace(lanes.entry(word).or_default(), names) && names {
            return false;
        }
    }
    crossed && lanes.len() > 1 && placed > 2 * lanes.len()
}

/// The number at this place.
pub(super) fn word<'a>(record: &Record<'a>, place: &Place) -> Option<&'a [u8]> {
    let text = record.text;
    match place {
        Place::Ahead => {
            let mut words = before(record.stamp, record.line).split(u8::is_ascii_whitespace);
            words.find(|word| word.len() <= LONGEST && word.iter().any(u8::is_ascii_digit))
        }
        Place::Nth(place) => {
            let word = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).nth(*place)?;
            let is_number = word.len() <= LONGEST && word.iter().any(u8::is_ascii_digit) && !word.contains(&b'@');
            is_number.then(|| word.strip_suffix(b":").unwrap_or(word))
        }
        Place::First => {
            let mut words = words_in(text);
            words.find(|word| word.iter().all(u8::is_ascii_digit))
        }
        Place::Behind(name) => numbers(text).find(|(word, _)| word == name).map(|(_, number)| number),
    }
}

/// The numbers of a text, each with the word before it. Behind a mark such as that of `id=a7f2` letters may be among the digits.
fn numbers(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut at = 0;
    let mut before: &[u8] = b"";
    std::iter::from_fn(move || {
        loop {
            let marks = text[at..].iter().take_while(|b| !is_word_byte(**b)).count();
            let start = at + marks;
            let word = &text[start..start + text[start..].iter().take_while(|b| is_word_byte(**b)).count()];
            let name = std::mem::replace(&mut before, word);
            if word.is_empty() {
                return None;
            }
            let is_value =
                matches!(text[at..start], [b'=' | b':' | b'#' | b'[']) && word.iter().any(u8::is_ascii_digit);
            at = start + word.len();
            let numbered = is_value || word.iter().all(u8::is_ascii_digit);
            if numbered && !name.is_empty() && !name.iter().any(u8::is_ascii_digit) {
                return Some((name, word));
            }
        }
    })
}

/// The numbers at this place are those of mails; and whether these are told at the same time.
fn parts(records: &[&Record<'_>], place: &Place) -> Option<bool> {
    let mut mails: BTreeMap<&[u8], Lines<'_>> = BTreeMap::new();
    let mut missing = 0;
    for (at, record) in records.iter().enumerate() {
        let Some(word) = word(record, place) else {
            missing += 1;
            if missing * MISSING_ONE_IN > records.len() {
                return None;
            }
            continue;
        };
        let recipients = record.told.recipients;
        let mail = mails.entry(word).or_insert_with(|| Lines { first: at, ..Lines::default() });
        if !recipients.is_empty() && !mail.recipients.is_empty() && mail.recipients != recipients {
            return None;
        }
        if !recipients.is_empty() {
            mail.recipients = recipients;
        }
        mail.count += 1;
        mail.last = at;
    }
    let nameless = mails.values().all(|mail| mail.recipients.is_empty());
    let told = mails.values().filter(|mail| mail.count > 1 && (nameless || !mail.recipients.is_empty())).count();
    let mut by_line: Vec<&Lines<'_>> = mails.values().collect();
    by_line.sort_by_key(|mail| mail.first);
    let at_once = by_line.windows(2).any(|pair| pair[1].first < pair[0].last);
    // Of mails that name nobody each begins in the same words, or the number may be any.
    let begins = |mail: &&Lines<'_>| outside(records[mail.first].text);
    let alike = by_line.windows(2).all(|pair| begins(&pair[0]) == begins(&pair[1]));
    let known = if nameless { alike && !at_once } else { true };
    let mails = mails.len();
    (mails > 1 && known && told * 5 >= mails * 4).then_some(at_once)
}

/// The text without its digits.
fn outside(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|b| !b.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::of_lines, *};

    fn of(log: &str) -> Option<Place> {
        of_lines(log, find).filter(|(_, at_once)| *at_once).map(|(place, _)| place)
    }

    #[test]
    fn a_number_tells_mails_apart_that_are_told_at_the_same_time() {
        let log = "08:00:00 [#1] for a@b.example\n08:00:01 [#2] for c@d.example\n08:00:02 [#1] away\n\
                   08:00:03 [#2] dead: 550 No such user\n";
        assert_eq!(of(log), Some(Place::Nth(0)));
        let job = "08:00:00 [thr 7] begin job 551 for a@b.example\n08:00:01 [thr 9] begin job 552 for c@d.example\n\
                   08:00:02 [thr 9] job 552 away\n08:00:03 [thr 7] job 551 dead\n\
                   08:00:04 [thr 7] begin job 553 for e@f.example\n08:00:05 [thr 7] job 553 away\n";
        assert_eq!(of(job), Some(Place::Behind(b"job".to_vec())));
        let id = "08:00:00 begin id=aa11 for a@b.example\n08:00:01 begin id=aa12 for c@d.example\n\
                  08:00:02 id=aa12 away\n08:00:03 id=aa11 dead\n";
        assert_eq!(of(id), Some(Place::Behind(b"id".to_vec())));
        let moved = "08:00:00 add 501 for a@b.example\n08:00:01 add 502 for c@d.example\n08:00:02 501 away\n\
                     08:00:03 502 dead: 550 No such user\n";
        assert_eq!(of(moved), Some(Place::First));
        let after =
            "08:00:00 [#1] for a@b.example\n08:00:01 [#1] away\n08:00:02 [#2] for c@d.example\n08:00:03 [#2] away\n";
        assert_eq!(of(after), None, "one after the other");
        let thread = "08:00:00 [7] for a@b.example\n08:00:01 [8] for c@d.example\n08:00:02 [7] sent\n08:00:03 [7] for e@f.example\n\
                      08:00:04 [7] sent\n";
        assert_eq!(of(thread), None, "the same number again for another");
        assert_eq!(of_lines(thread, lane), Some(Place::Nth(0)), "it is that of a thread");
        assert_eq!(of_lines(after, lane), None, "one after the other");
        let states = "08:00:00 [M#1] NEW -> DIAL\n08:00:01 [M#1] DIAL -> HAND a@b.example\n08:00:02 [M#1] HAND -> END\n\
                      08:00:03 [M#2] NEW -> DIAL\n08:00:04 [M#2] DIAL -> STOP\n08:00:05 [M#3] NEW -> DIAL\n\
                      08:00:06 [M#3] DIAL -> HAND c@d.example\n08:00:07 [M#3] HAND -> END\n";
        assert_eq!(of_lines(states, runs), Some(Place::Nth(0)), "nobody is named for the second");
        assert_eq!(of_lines(after, runs), None, "each begins with whom it is for");
    }
}
