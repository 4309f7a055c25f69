//! Lines beside the records of a log, which may speak of errors or of mails and are none: its title, what a person says around
//! it, and a sum.

use super::{PASTED, looked_at, place, stamped, verdict};
use crate::{
    dialect::{OwnWords, number},
    knowledge::{is_word_byte, quoted_reply},
};

/// Lines above the first record.
const TITLES: usize = 4;

/// Those of these lines.
pub(super) fn of(lines: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut beside = titles(lines);
    beside.extend(said_around(lines));
    beside.extend(sums(lines));
    beside.extend(headings(lines).into_iter().map(<[u8]>::to_vec));
    beside
}

/// The lines above the first record that speak of errors and name nobody, where all records have stamps.
fn titles(lines: &[&[u8]]) -> Vec<Vec<u8>> {
    let dated = |line: &&[u8]| !stamped(line).0.is_empty();
    let first = lines.iter().position(dated).unwrap_or_default();
    let names = |line: &&[u8]| !place::recipients(line).is_empty();
    let (above, records) = lines.split_at(first);
    if above.len() > TITLES || above.iter().any(names) {
        return Vec::new();
    }
    let speaks = |line: &&&[u8]| OwnWords::of(line).failed && quoted_reply(line).is_none();
    let titles: Vec<Vec<u8>> = above.iter().filter(speaks).map(|line| line.to_vec()).collect();
    // All records are asked last: few logs have such a title.
    if titles.is_empty() || records.iter().filter(|line| names(line)).all(dated) { titles } else { Vec::new() }
}

/// What a person says around a log, where the log itself tells of a failure: `I tried app passwords, and still it fails`.
/// A reply that he quotes counts.
fn said_around<'a>(lines: &[&'a [u8]]) -> Vec<Vec<u8>> {
    if lines.len() > PASTED {
        return Vec::new();
    }
    let asks = |line: &[u8]| line.trim_ascii_end().ends_with(b"?");
    let (mut said, told): (Vec<&'a [u8]>, Vec<&'a [u8]>) =
        lines.iter().partition(|line| asks(line) || OwnWords::of(line).person);
    if said.is_empty() || !told.iter().any(|line| verdict(line) == Some(false)) {
        return Vec::new();
    }
    said.retain(|line| quoted_reply(line).is_none());
    said.into_iter().map(<[u8]>::to_vec).collect()
}

/// `Statements emailed` above lines that each name somebody and say that his went out: a title.
fn headings<'a>(lines: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let names = |line: &&&[u8]| !place::recipients(looked_at(line).1).is_empty();
    let told = lines.iter().filter(names).take(2).all(|line| verdict(line) == Some(true));
    let above = lines.iter().take_while(|line| !names(line)).filter(|line| verdict(line) == Some(true));
    if told && lines.iter().filter(names).count() > 1 { above.copied().collect() } else { Vec::new() }
}

/// `3 statements emailed`, `1 statement failed`: what names nobody and counts, behind lines that name as many or more, those that
/// went out, or exactly those that did not.
fn sums(lines: &[&[u8]]) -> Vec<Vec<u8>> {
    let (mut named, mut all, mut failed) = (0u64, 0u64, 0u64);
    let mut sums = Vec::new();
    for line in lines {
        let text = looked_at(line).1;
        let verdict = verdict(line);
        let names = !place::recipients(text).is_empty();
        named += u64::from(names);
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
            sums.push(line.to_vec());
            (all, failed) = (0, 0);
        }
        named = 0;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_says_around_a_log() {
        let beside = |text: &str| of(&text.lines().map(str::as_bytes).collect::<Vec<_>>()).len();
        let asks = "I tried an app password, still sending fails\nIs an app password required to send mail?\n";
        let log = "Error sending mail: connection timed out\n";
        assert_eq!(beside(&[asks, log].concat()), 2);
        assert_eq!(beside(asks), 0, "there is nothing else");
        assert_eq!(beside(&["My error: 550 5.1.1 User unknown\n", log].concat()), 0, "he quotes a reply");
        assert_eq!(beside(&["Error: dial tcp: i/o timeout\n", log].concat()), 0);
    }
}
