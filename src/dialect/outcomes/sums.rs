//! What a closing sum says of the mails above it.

use super::{
    Record,
    mails::{MOST_LINES, Mail},
    place, quoted,
};
use crate::{dialect::number, knowledge::is_word_byte};

/// Of a longer log not all lines may be known.
const SUMMED: usize = 1_000;

/// A line behind the mails says how many went out and how many did not, and both are right if those went out of which
/// nothing is told.
pub(super) fn counts_silent(records: &[&Record<'_>], mails: &[Mail<'_>]) -> bool {
    let failed = mails.iter().filter(|mail| mail.failed).count();
    let silent = mails.iter().any(|mail| !mail.failed && !mail.sent);
    let counts = |record: &&&Record<'_>| {
        let text = record.text;
        let numbers: Vec<usize> =
            text.split(|b| !is_word_byte(*b)).filter_map(number).filter_map(|number| number.try_into().ok()).collect();
        !record.names()
            && record.told.words.counted
            && quoted(text).is_none()
            && numbers.contains(&(mails.len() - failed))
            && (failed == 0 || numbers.contains(&failed))
    };
    silent && behind(records).take(MOST_LINES).any(|record| counts(&record))
}

/// The one line that sums up, behind all mails of a log that is known as a whole, where it counts more than these.
pub(super) fn counts_more(records: &[&Record<'_>], mails: usize) -> Option<Vec<u8>> {
    let sums = |record: &&&Record<'_>| {
        let counted = record.told.words.counts_mails.filter(|_| quoted(record.text).is_none() && !record.names());
        counted.map(|(sent, failed)| sent + failed)
    };
    let filled = records.iter().rev().filter(|record| !record.line.trim_ascii().is_empty()).take(MOST_LINES);
    let behind = filled.take_while(|record| place::recipients(record.line).is_empty());
    let (record, counted) = behind.filter_map(|record| Some((record, sums(&record)?))).next()?;
    let one = records.len() <= SUMMED && records.iter().filter(|record| sums(record).is_some()).count() == 1;
    (one && mails > 0 && counted > mails as u64).then(|| record.line.to_vec())
}

/// Nothing but sums is told: no line names a recipient, or says of a mail how it went.
pub(super) fn are_all(records: &[&Record<'_>]) -> bool {
    // A failure in words that count nothing may be of any mail.
    let fails = |record: &Record<'_>| record.told.words.failed && counts(record).is_none();
    let tells = |record: &Record<'_>| record.names() || record.speaks() || record.verdict().is_some() || fails(record);
    records.iter().any(|record| counts(record).is_some()) && !records.iter().any(|record| tells(record))
}

/// How the mails of a run went that a line sums up, where it is all that is told of them.
pub(super) fn counts(record: &Record<'_>) -> Option<bool> {
    let words = record.told.words;
    let (sent, failed) = words.counts_mails.filter(|_| words.is_summary && words.mail && !words.other)?;
    (sent + failed > 0).then_some(failed == 0)
}

/// The records behind the last one that names somebody, from the end.
fn behind<'r, 'a>(records: &'r [&'r Record<'a>]) -> impl Iterator<Item = &'r &'r Record<'a>> {
    records.iter().rev().take_while(|record| place::recipients(record.line).is_empty())
}

#[cfg(test)]
mod tests {
    use super::{super::of_lines, *};

    #[test]
    fn a_log_of_sums_alone() {
        let told = |log: &str| {
            of_lines(log, |records| {
                are_all(records).then(|| records.iter().map(|record| counts(record)).collect::<Vec<_>>())
            })
        };
        let runs = "08:00 E-mail run: 14 sent, 0 failed\n09:00 E-mail run: 0 sent, 9 failed. Last error: refused\n";
        assert_eq!(told(runs), Some(vec![Some(true), Some(false)]));
        assert_eq!(told(&runs.replace("failed. Last error", "failed")), Some(vec![Some(true), Some(false)]));
        assert_eq!(told("08:00 Backup run: 14 copied, 0 failed\n"), None, "no mails");
        assert_eq!(told(&format!("08:00 Sent to a@b.example\n{runs}")), None, "the mails are told of");
    }
}
