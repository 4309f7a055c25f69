//! When a line was written: its stamp, which may stand behind a level, a name or a mark, and the words around it.

use super::LOOKED_AT;
use crate::{
    container::timestamp,
    knowledge::{WordClass, WordTable, is_word_byte, plain_spelling, words_in},
    smtp,
};

/// A stamp right behind a colon is as long as seconds since 1970: less may be a port.
const NAMED: usize = 10;
/// As much of a line as may stand before its stamp and hold it.
const HEAD: usize = 40;

/// The stamp, which stands at the beginning or behind a level, a name or a mark; and the rest.
pub(super) fn stamped(line: &[u8]) -> (&[u8], &[u8]) {
    let head = &line[..line.len().min(HEAD)];
    let mut first = 0;
    let length = loop {
        let free = first == 0 || !is_word_byte(head[first - 1]) && !b".:/@+".contains(&head[first - 1]);
        // `"timestamp":1795854360123`, `INFO:root:2026-11-28 08:26:00`
        let named = !free && head[first - 1] == b':';
        let least = if named { NAMED } else { 8 };
        if (free || named)
            && let Some(length) = timestamp::extent(&line[first..])
            && (first == 0 || length >= least && is_stamp(line, first, first + length))
        {
            break length;
        }
        first += 1;
        if first >= head.len() {
            return (b"", line);
        }
    };
    let mut end = first + length;
    if memchr::memchr(b':', &line[first..end]).is_none() {
        end += in_next_column(&line[end..]).unwrap_or_default();
    }
    let stamp = &line[first..end];
    // Whom the mail is for stands in front of the time.
    if line[..first].contains(&b'@') {
        return (stamp, line);
    }
    (stamp, rest(&line[end..]))
}

/// The text before the stamp, where that is no part of the words.
pub(super) fn before<'a>(stamp: &[u8], line: &'a [u8]) -> &'a [u8] {
    let at = place(stamp, line).unwrap_or_default();
    if line[..at].contains(&b'@') { b"" } else { &line[..at] }
}

/// Where the stamp stands in the beginning of its line.
fn place(stamp: &[u8], line: &[u8]) -> Option<usize> {
    line.windows(stamp.len().max(1)).take(HEAD).position(|part| part == stamp)
}

/// A stamp within the line tells when it was written: with a time of day it does; a date alone may be somebody's
/// birthday, unless it stands behind a level or a label.
fn is_stamp(line: &[u8], first: usize, end: usize) -> bool {
    let stamp = &line[first..end];
    let number = stamp.iter().all(u8::is_ascii_digit);
    let compact = stamp.iter().filter(|b| b.is_ascii_digit()).count() >= 12 || stamp.len() >= NAMED && number;
    // `250 2.0.0 OK 1732351272 x9 - gsmtp`: the server's own clock.
    let is_status = |word: &[u8]| matches!(smtp::enhanced_status_code(word), Ok(([], _)));
    if number && line[..first].split(u8::is_ascii_whitespace).any(is_status) {
        return false;
    }
    let parted = in_next_column(&line[end..]).is_some();
    let mut words = words_in(&line[..first]);
    let label = |word: &[u8]| {
        let (table, word) = (WordTable::builtin(), plain_spelling(word));
        let classes = table.classes(&word);
        classes.has(WordClass::Level) || classes.has(WordClass::LevelFailed) || table.is(&word, WordClass::Date)
    };
    stamp.contains(&b':') || compact || parted || words.next().is_none_or(label) && words.next().is_none()
}

/// The bytes up to the end of the time of day, where a column of its own holds it: `;08:26:01`, `","08:26`, ` | 08:26`.
fn in_next_column(behind: &[u8]) -> Option<usize> {
    let marks = |text: &[u8]| text.iter().take_while(|b| b"\" ".contains(b)).count();
    let column = marks(behind);
    let [b';' | b',' | b'\t' | b'|', time @ ..] = &behind[column..] else { return None };
    let opens = marks(time);
    Some(column + 1 + opens + timestamp::extent(&time[opens..])?)
}

/// The words behind the stamp, whose digits are no reply.
pub(in crate::dialect) fn behind<'a>(stamp: &[u8], line: &'a [u8]) -> &'a [u8] {
    match place(stamp, line).filter(|_| !stamp.is_empty()) {
        Some(at) => rest(&line[at + stamp.len()..]),
        None => &line[..line.len().min(LOOKED_AT)],
    }
}

/// The text behind a stamp, without the mark that closes it.
fn rest(behind: &[u8]) -> &[u8] {
    let rest = &behind[..behind.len().min(LOOKED_AT)];
    let rest = rest.strip_prefix(b"]").or(rest.strip_prefix(b")")).or(rest.strip_prefix(b"\"")).unwrap_or(rest);
    rest.trim_ascii_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps() {
        let stamp = |line: &'static str| std::str::from_utf8(stamped(line.as_bytes()).0).unwrap();
        assert_eq!(stamp("[2026-11-23 08:26:01] x"), "2026-11-23 08:26:01");
        assert_eq!(stamp("2026/11/23;08:26:01;x"), "2026/11/23;08:26:01");
        assert_eq!(stamp("\"27/11/2026\",\"08:26\",\"x\""), "27/11/2026\",\"08:26");
        assert_eq!(stamp("2026/11/23 | 08:26:01 | x"), "2026/11/23 | 08:26:01");
        assert_eq!(stamp("{\"time\":\"2026-11-23T08:26:01\",\"level\":1}"), "2026-11-23T08:26:01");
        assert_eq!(stamp("Date        : 2026/11/23 08:26:01"), "2026/11/23 08:26:01");
        assert_eq!(stamp("WARN [2026/11/23] x"), "2026/11/23");
        assert_eq!(stamp("DOB 04/03/1977"), "");
        assert_eq!(stamp("Result: 250 2.0.0 OK  1732351272 x9 - gsmtp"), "");
        assert_eq!(stamp("Botha,Anna,F,1977-03-04"), "");
        assert_eq!(stamp("Mon 23/11/2026  8:26:01.14 mail"), "Mon 23/11/2026  8:26:01.14");
    }
}
