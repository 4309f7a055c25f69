//! Lines beside the records of a log, which may speak of errors or of mails and are none: its title, what a person says around
//! it, and a sum.

use super::{PASTED, Record, place};
use crate::{
    dialect::{OwnWords, number},
    knowledge::{is_word_byte, quoted_reply},
};

/// Lines above the first record.
const TITLES: usize = 4;

/// Those of these lines.
pub(super) fn of<'a>(records: &[&Record<'a>]) -> Vec<&'a [u8]> {
    [titles(records), said_around(records), sums(records), headings(records)].concat()
}

/// The lines above the first record that speak of errors and name nobody, where all records have stamps.
fn titles<'a>(records: &[&Record<'a>]) -> Vec<&'a [u8]> {
    let dated = |record: &&Record<'_>| !record.stamp.is_empty();
    let first = records.iter().position(dated).unwrap_or_default();
    let names = |record: &&Record<'_>| !place::recipients(record.line).is_empty();
    let (above, records) = records.split_at(first);
    if above.len() > TITLES || above.iter().any(names) {
        return Vec::new();
    }
    let speaks = |line: &&[u8]| OwnWords::of(line).failed && quoted_reply(line).is_none();
    let titles: Vec<&[u8]> = above.iter().map(|record| record.line).filter(speaks).collect();
    // All records are asked last: few logs have such a title.
    if titles.is_empty() || records.iter().filter(|record| names(record)).all(dated) { titles } else { Vec::new() }
}

/// What a person says around a log, where the log itself tells of a failure: `I tried app passwords, and still it fails`.
/// A reply that he quotes counts.
fn said_around<'a>(records: &[&Record<'a>]) -> Vec<&'a [u8]> {
    if records.len() > PASTED {
        return Vec::new();
    }
    let asks = |line: &[u8]| line.trim_ascii_end().ends_with(b"?");
    let (said, told): (Vec<&Record<'a>>, Vec<&Record<'a>>) =
        records.iter().partition(|record| asks(record.line) || OwnWords::of(record.line).person);
    if said.is_empty() || !told.iter().any(|record| record.verdict() == Some(false)) {
        return Vec::new();
    }
    said.into_iter().map(|record| record.line).filter(|line| quoted_reply(line).is_none()).collect()
}

/// `Statements emailed` above lines that each name somebody and say that his went out: a title.
fn headings<'a>(records: &[&Record<'a>]) -> Vec<&'a [u8]> {
    let sent = |record: &&&Record<'_>| record.verdict() == Some(true);
    let mut named = records.iter().filter(|record| record.names()).take(2);
    let several = named.clone().count() > 1;
    let above = records.iter().take_while(|record| !record.names()).filter(sent);
    if several && named.all(|record| sent(&record)) { above.map(|record| record.line).collect() } else { Vec::new() }
}

/// `3 statements emailed`, `1 statement failed`: what names nobody and counts, in a log whose lines name as many or more, or
/// behind exactly those that did not go out.
fn sums<'a>(records: &[&Record<'a>]) -> Vec<&'a [u8]> {
    let named = records.iter().filter(|record| record.names()).count() as u64;
    let (mut all, mut failed) = (0u64, 0u64);
    let mut sums = Vec::new();
    for record in records {
        let (text, verdict, names) = (record.text, record.verdict(), record.names());
        all += u64::from(names);
        // `#2` numbers a mail.
        let words = || text.split(|b| !is_word_byte(*b) && *b != b'#');
        let mut counts = words().filter_map(number);
        let first = || words().find(|word| !word.is_empty()).and_then(number);
        let sums_up = match verdict {
            Some(true) => counts.any(|count| (2..=named).contains(&count)) && OwnWords::of(text).counted,
            Some(false) => failed > 0 && all > 1 && first() == Some(failed) && OwnWords::of(text).counted,
            None => continue,
        };
        if names || verdict == Some(false) && (!sums_up || quoted_reply(text).is_some()) {
            failed += u64::from(verdict == Some(false));
            continue;
        }
        if sums_up {
            sums.push(record.line);
            (all, failed) = (0, 0);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::{super::of_lines, *};

    #[test]
    fn what_a_person_says_around_a_log() {
        let beside = |text: &str| of_lines(text, |records| of(records).len());
        let asks = "I tried an app password, still sending fails\nIs an app password required to send mail?\n";
        let log = "Error sending mail: connection timed out\n";
        assert_eq!(beside(&[asks, log].concat()), 2);
        assert_eq!(beside(asks), 0, "there is nothing else");
        assert_eq!(beside(&["My error: 550 5.1.1 User unknown\n", log].concat()), 0, "he quotes a reply");
        assert_eq!(beside(&["Error: dial tcp: i/o timeout\n", log].concat()), 0);
    }
}
