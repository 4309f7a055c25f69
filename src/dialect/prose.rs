//! Texts about mail that are no logs: manuals, lists of people, what changed in a program. A log tells when things happened,
//! or says the same of one mail after the other.

use std::collections::BTreeSet;

use super::tokenize::slices;
use crate::{container::timestamp, knowledge::is_word_byte};

/// Fewer lines may all begin with another word.
const MIN_LINES: usize = 12;
/// Where nothing tells the time, one line in so many tells how a mail went.
const LINES_A_VERDICT: usize = 10;
/// One line in so many may tell the time, such as the one that says who wrote the text.
const LINES_A_STAMP: usize = 8;
/// Lines of sentences that run on: two broken lines may be chance.
const MIN_SENTENCE_LINES: usize = 6;
/// A page may have one heading that looks like a remark.
const MIN_HEADINGS: usize = 2;
/// Columns of a line that may have been broken.
const MIN_BROKEN_COLUMNS: usize = 40;

/// Hardly any of these lines tells the time, and those are rare that tell how a mail went, or hardly two begin with the same
/// word, or sentences run on over them; or they are points of a list.
/// `timed`, `told`: how many do.
pub(super) fn is_prose(lines: &[&[u8]], timed: usize, told: usize) -> bool {
    let untimed = timed * LINES_A_STAMP <= lines.len();
    untimed
        && (told * LINES_A_VERDICT < lines.len()
            || lines.len() > MIN_LINES && wanders(lines)
            || runs_on(lines)
            || is_commented(lines))
        || lines.len() > MIN_LINES && is_listed(lines)
}

/// Half of the lines are remarks in a file of settings, or settings below several remarks. `#1201` numbers a mail.
pub(super) fn is_commented(lines: &[&[u8]]) -> bool {
    let remark = |line: &&&[u8]| matches!(line.trim_ascii_start(), [b'#', rest @ ..] if !rest.first().is_some_and(u8::is_ascii_digit));
    let setting = |line: &&&[u8]| {
        let name = memchr::memchr(b'=', line).map(|end| line[..end].trim_ascii());
        name.is_some_and(|name| {
            !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b))
        })
    };
    let remarks = lines.iter().filter(remark).count();
    let settings = if remarks < MIN_HEADINGS { 0 } else { lines.iter().filter(setting).count() };
    (remarks + settings) * 2 >= lines.len()
}

/// Hardly two of the lines begin with the same word. What hangs from a line is a part of it, where less than half of them do:
/// in a list of what changed in a program most lines hang from the day and the author.
fn wanders(lines: &[&[u8]]) -> bool {
    let hangs = |line: &&&[u8]| line.first().is_some_and(u8::is_ascii_whitespace);
    let hanging = lines.iter().filter(hangs).count();
    let few = hanging * 2 < lines.iter().filter(|line| !line.is_empty()).count();
    // Addresses are alike: each mail has its own.
    let beginning = |line: &&[u8]| {
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| word.iter().copied().any(is_word_byte));
        if words.next().is_some_and(|first| first.contains(&b'@')) {
            return Some(b"@".to_vec());
        }
        slices(line).find(|word| word.len() > 1).map(<[u8]>::to_ascii_lowercase)
    };
    let first: Vec<Vec<u8>> =
        lines.iter().filter(|line| !(few && hangs(line))).copied().filter_map(|line| beginning(&line)).collect();
    first.iter().collect::<BTreeSet<_>>().len() * 10 > first.len() * 6
}

/// A third of the lines are points of a list that name nobody: what changed in a program, below the day and the author.
fn is_listed(lines: &[&[u8]]) -> bool {
    let point = |line: &&&[u8]| {
        let line = line.trim_ascii_start();
        let point = line.strip_prefix(b"* ").or(line.strip_prefix(b"- "));
        point.is_some_and(|point| !point.contains(&b'@') && timestamp::extent(point).is_none())
    };
    lines.iter().filter(point).count() * 3 >= lines.len()
}

/// A fifth of the lines begins amid a sentence: in small letters, behind a wide line that has no end. Records name whom a
/// mail is for, and may begin so too.
pub(super) fn runs_on(lines: &[&[u8]]) -> bool {
    let amid = |pair: &&[&[u8]]| {
        let (line, next) = (pair[0].trim_ascii(), pair[1].trim_ascii());
        let word = next.split(|b| b" ,".contains(b)).next().unwrap_or_default();
        let word = word.strip_suffix(b".").unwrap_or(word);
        line.len() >= MIN_BROKEN_COLUMNS
            && line.last().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b',')
            && !word.is_empty()
            && word.iter().all(u8::is_ascii_lowercase)
            && !line.contains(&b'@')
            && !next.contains(&b'@')
    };
    lines.len() >= MIN_SENTENCE_LINES && lines.windows(2).filter(amid).count() * 5 >= lines.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, timed: usize, told: usize) -> bool {
        is_prose(&text.lines().map(str::as_bytes).collect::<Vec<_>>(), timed, told)
    }

    #[test]
    fn settings_below_remarks_are_no_log() {
        let settings = "  driver = accept\n  file_fail = no\n  check_user\n  no_verify\n";
        assert!(of(&format!("### transport\n######\n\n{settings}"), 0, 2));
        // One remark may be the heading of a page.
        assert!(!of(&format!("# Ticket\n{settings}"), 0, 2));
    }

    #[test]
    fn a_list_of_people_is_no_log() {
        let people: String = (0..60).map(|n| format!("Name{n} Person{n}   person{n}@example.org\n")).collect();
        assert!(of(&people, 0, 1));
    }

    #[test]
    fn sentences_that_run_on_are_no_log() {
        let text = "The log of a mail program is sent to the list of its authors, whose\naddress is given above. \
                    The message will be read by one of them, and then\nanswered.\nThe mail is not sent to others.\n";
        assert!(of(&text.repeat(5), 0, 10));
    }

    #[test]
    fn a_list_of_changes_is_no_log() {
        let change = "2022-12-14  9:24  A Author <a.author@example.org>\n\t* Fix an error of the mail magic\n";
        assert!(of(&change.repeat(10), 10, 10));
        let mails = "2022-12-14  9:24  Mail run\n - to a.author@example.org: failed\n";
        assert!(!of(&mails.repeat(10), 10, 10));
    }

    #[test]
    fn a_program_says_the_same_of_each_mail() {
        let log: String = (0..30).map(|n| format!("Sending to p{n}@example.org\nFailed: mailbox full\n")).collect();
        assert!(!of(&log, 0, 30));
        assert!(!of(&log, 30, 1), "and a log tells the time");
        let cells: String =
            (b'a'..=b'z').map(|n| format!("{0}.{0}otha@patients.example.org message accepted\n", n as char)).collect();
        assert!(!of(&cells, 0, 30));
    }

    #[test]
    fn what_hangs_from_a_line_is_a_part_of_it() {
        let errors = ["No route", "Connection refused", "Mailbox full", "Timed out", "Greylisted", "Host unknown"];
        let mails = errors.map(|error| format!("skipped x@example.org\n    {error}\nOK y@example.org\n"));
        assert!(!of(&mails.concat(), 0, 12));
        let changes = errors.map(|error| format!("Author\n\t{error}\n\tnot{}\n", error.to_ascii_lowercase()));
        assert!(of(&changes.concat(), 0, 12));
    }
}
