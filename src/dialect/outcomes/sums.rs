//! What a closing sum says of the mails above it.

use super::{
    looked_at,
    mails::{MOST_LINES, Mail},
    place, quoted, told_of,
};
use crate::{
    dialect::{OwnWords, number},
    knowledge::is_word_byte,
};

/// Of a longer log not all lines may be known.
const SUMMED: usize = 1_000;

/// Whether a line behind the mails says how many went out and how many did not, and both are right if those went out of which
/// nothing is told.
pub(super) fn counts_silent(lines: &[&[u8]], mails: &[Mail]) -> bool {
    let failed = mails.iter().filter(|mail| mail.failed).count();
    let silent = mails.iter().any(|mail| !mail.failed && !mail.sent);
    let counts = |line: &&&[u8]| {
        let (stamp, text) = looked_at(line);
        let told = told_of(stamp, text, line);
        let numbers: Vec<usize> =
            text.split(|b| !is_word_byte(*b)).filter_map(number).filter_map(|number| number.try_into().ok()).collect();
        told.recipients.is_empty()
            && told.words.counted
            && quoted(text).is_none()
            && numbers.contains(&(mails.len() - failed))
            && (failed == 0 || numbers.contains(&failed))
    };
    let behind = lines.iter().rev().take_while(|line| place::recipients(line).is_empty());
    silent && behind.take(MOST_LINES).any(|line| counts(&line))
}

/// The one line that sums up, behind all mails of a log that is known as a whole, where it counts more than these.
pub(super) fn counts_more(lines: &[&[u8]], mails: usize) -> Option<Vec<u8>> {
    let sums = |line: &&&[u8]| {
        let text = looked_at(line).1;
        OwnWords::of(text).counts_mails.filter(|_| quoted(text).is_none() && place::recipients(text).is_empty())
    };
    let behind = lines.iter().rev().filter(|line| !line.trim_ascii().is_empty()).take(MOST_LINES);
    let behind = behind.take_while(|line| place::recipients(line).is_empty());
    let (line, counted) = behind.filter_map(|line| Some((line, sums(&line)?))).next()?;
    let one = lines.len() <= SUMMED && lines.iter().filter(|line| sums(line).is_some()).count() == 1;
    (one && mails > 0 && counted > mails as u64).then(|| line.to_vec())
}
