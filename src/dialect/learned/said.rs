//! Where in a line a reply or a command may begin.

use super::token::{in_word, is_word, sequence, sign};
use crate::{
    container::timestamp,
    dialect::{
        LineEnd,
        template::{Piece, without},
    },
    knowledge::{WordClass, WordTable},
    smtp::{self, Verb},
};

/// As much of a line as may stand before what was said.
pub(super) const HEAD: usize = 240;
/// Places of a line where something may be said that are looked at.
const MOST: usize = 3;
/// Longer words are no units.
const LONGEST_UNIT: usize = 16;

/// A reply or a command in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialect) struct Said {
    /// Where it begins.
    pub at: usize,
    /// What it is.
    pub what: Words,
}

/// The reply or command, as far as the learner looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::dialect) enum Words {
    Reply { code: u16, last: bool },
    Command(Verb),
}

impl Words {
    /// The code of a reply.
    pub(in crate::dialect) fn code(self) -> Option<u16> {
        match self {
            Words::Reply { code, .. } => Some(code),
            Words::Command(_) => None,
        }
    }

    /// The verb of a command.
    pub(in crate::dialect) fn verb(self) -> Option<Verb> {
        match self {
            Words::Command(verb) => Some(verb),
            Words::Reply { .. } => None,
        }
    }
}

/// The places where something may be said, the first few, in order.
///
/// `tail`: what stands behind a command; where it is not known yet, whatever begins like one is taken for one.
pub(in crate::dialect) fn said(line: &[u8], line_end: LineEnd, tail: Option<&[Piece]>) -> Vec<Said> {
    first_said(line, line_end, tail, MOST)
}

/// The places of each line where something may be said, as long as nobody knows what stands behind it.
pub(super) fn begins(lines: &[&[u8]], line_end: LineEnd) -> Vec<Vec<Said>> {
    lines.iter().map(|line| said(line, line_end, None)).collect()
}

/// Something may be said in the line.
pub(in crate::dialect) fn speaks(line: &[u8]) -> bool {
    !first_said(line, LineEnd::Line, None, 1).is_empty()
}

/// As many of them as `most`.
fn first_said(line: &[u8], line_end: LineEnd, tail: Option<&[Piece]>, most: usize) -> Vec<Said> {
    let mut found = Vec::new();
    let mut at = 0;
    // Where the last time stamp ends.
    let mut stamped = None;
    while at < line.len().min(HEAD) && found.len() < most {
        let rest = &line[at..];
        if !is_word(rest[0]) {
            at += sequence(rest).unwrap_or(1);
            continue;
        }
        if let Some(length) = sign(rest) {
            at += length;
            continue;
        }
        if in_word(&line[..at]) {
            at += 1;
            continue;
        }
        if let Some(length) = timestamp::extent(rest) {
            at += timestamp::before_colon(&rest[..length]);
            stamped = Some(at);
            continue;
        }
        // `250-VRFY`: what a server offers is no command.
        let offered = found.last().is_some_and(|before: &Said| {
            matches!(before.what, Words::Reply { .. }) && before.at + 4 == at && line[at - 1] == b'-'
        });
        if !offered && let Some(what) = words(line, at, stamped, line_end, tail) {
            found.push(Said { at, what });
        }
        at += rest.iter().take_while(|b| b.is_ascii() && is_word(**b)).count().max(1);
    }
    found
}

fn words(line: &[u8], at: usize, stamped: Option<usize>, line_end: LineEnd, tail: Option<&[Piece]>) -> Option<Words> {
    let rest = &line[at..];
    if rest[0].is_ascii_digit() {
        let [_, second, third, behind @ ..] = rest else { return None };
        if !second.is_ascii_digit() || !third.is_ascii_digit() || behind.first().is_some_and(|b| !b"- \t".contains(b)) {
            return None;
        }
        // A part of a larger number, an address or a date is no code.
        let joined = matches!(&line[..at], [.., a, b'-' | b'.' | b'/' | b':' | b'+' | b'@'] if is_word(*a))
            && !(stamped == at.checked_sub(1) && matches!(line[..at], [.., b'/'] | [.., b':', _, _, b':', _, _, b':']));
        let (_, reply) =
            smtp::reply_line(rest.get(..rest.len().min(64))?).ok().filter(|_| !joined || is_marked(line, at))?;
        return (reply.code.is_in_use() && !is_size(reply.text))
            .then_some(Words::Reply { code: reply.code.0, last: reply.last });
    }
    if !smtp::may_be_command(rest) {
        return None;
    }
    let bare = tail.and_then(|tail| without(rest, tail)).unwrap_or(rest);
    let loose = || if tail.is_none() { loose_command(rest) } else { None };
    let found = command_in(&line_end.plain(bare), at.checked_sub(1).map(|i| line[i])).or_else(loose);
    // Of the commands that change nothing a mail program says only this one; the others are words of manuals.
    found.filter(|verb| *verb != Verb::Other || rest[..4].eq_ignore_ascii_case(b"NOOP")).map(Words::Command)
}

/// The verb that `rest` seems to begin with, whatever stands behind it.
fn loose_command(rest: &[u8]) -> Option<Verb> {
    let starts = |verb: &str| rest.len() > verb.len() && rest[..verb.len()].eq_ignore_ascii_case(verb.as_bytes());
    let argued = [("EHLO ", Verb::Ehlo), ("HELO ", Verb::Helo), ("MAIL FROM:", Verb::Mail), ("RCPT TO:", Verb::Rcpt)];
    let alone = [("STARTTLS", Verb::StartTls), ("QUIT", Verb::Quit), ("DATA", Verb::Data), ("RSET", Verb::Rset)];
    let marked = |verb: &str| starts(verb) && !rest[verb.len()].is_ascii_alphanumeric() && rest[verb.len()] != b' ';
    let argued = argued.into_iter().find(|(verb, _)| starts(verb));
    argued.or_else(|| alone.into_iter().find(|(verb, _)| marked(verb))).map(|(_, verb)| verb)
}

/// `S:250 OK`, `in/250 OK`, `S@250 OK`: a letter and the mark part columns; so do a number and the
/// mark, but for those of a clock, an address or a larger number.
fn is_marked(line: &[u8], at: usize) -> bool {
    let before = match &line[..at] {
        [before @ .., b':'] => before,
        [.., letter, b'/' | b'@'] => return letter.is_ascii_alphabetic(),
        _ => return false,
    };
    let digits = before.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let joined = before[..before.len() - digits].last().is_some_and(|b| is_word(*b) || b".-:".contains(b));
    digits == 0 || !joined
}

/// `460 bytes sent` is a size, not a reply.
fn is_size(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let word = &text[..text.iter().take_while(|b| b.is_ascii_alphabetic()).count().min(LONGEST_UNIT)];
    WordTable::builtin().is(&word.to_ascii_lowercase(), WordClass::Count)
}

/// The verb of the command that `rest` begins with, whatever the writer put behind it. `before` stands before it.
fn command_in(rest: &[u8], before: Option<u8>) -> Option<Verb> {
    let mut text = &rest[..rest.len().min(1_024)];
    if let Some(close) = before.and_then(closer)
        && let Some(at) = memchr::memchr(close, text)
    {
        text = &text[..at];
    }
    let verb = |text: &[u8]| {
        let text = text.trim_ascii_end();
        smtp::command(text).ok().map(|(_, command)| command.verb()).filter(|verb| *verb != Verb::Auth || !is_told(text))
    };
    // Another column may follow.
    let bare = || {
        let end =
            text.iter().position(|b| matches!(b, b'\t' | b',' | b';' | b'|' | b'"' | b'\'')).unwrap_or(text.len());
        &text[..end]
    };
    verb(text).or_else(|| verb(bare()))
}

/// `AUTH LOGIN succeeded` tells how it went: its last word is no base64, which comes in fours.
fn is_told(auth: &[u8]) -> bool {
    let mut words = auth.split(|b| *b == b' ').skip(2);
    words.next().is_some_and(|word| word.iter().all(u8::is_ascii_lowercase) && word.len() % 4 != 0)
}

/// The mark that closes what this one opens.
pub(super) fn closer(open: u8) -> Option<u8> {
    Some(match open {
        b'"' | b'\'' | b'|' | b'`' => open,
        b'[' => b']',
        b'(' => b')',
        b'{' => b'}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(line: &str) -> Option<(usize, Words)> {
        said(line.as_bytes(), LineEnd::Line, Some(&[])).first().map(|said| (said.at, said.what))
    }

    /// The same before it is known what stands behind a command.
    fn begun(line: &str) -> Option<(usize, Words)> {
        said(line.as_bytes(), LineEnd::Line, None).first().map(|said| (said.at, said.what))
    }

    #[test]
    fn replies_and_commands_are_found_behind_anything() {
        for (line, at) in [
            ("S: 250 OK", 3),
            ("S:250 OK", 2),
            ("2026-11-23 08:26:01 250-SIZE", 20),
            ("reply: b'250-x\\r\\n'", 9),
            ("send: 'quit\\r\\n'", 7),
            ("08:26:01;C;\"QUIT\"", 12),
            ("08:26:01\tC\tQUIT\t0", 11),
            ("{\"m\":\"MAIL FROM:<a@b.c>\",\"d\":1}", 6),
            ("Sent 08:26:01: EHLO pc<EOL>", 15),
            ("7/in/08:26:01/250 OK", 14),
            ("08:26:01/in/250 OK", 12),
            ("@08:26:01@S@250 OK", 12),
            ("1:250 OK", 2),
            ("host mailer[912]: 1:250 OK", 20),
            ("in 08:26:01:250 OK", 12),
        ] {
            assert_eq!(begun(line).map(|(at, _)| at), Some(at), "{line}");
        }
    }

    #[test]
    fn what_a_server_offers_is_no_command() {
        assert_eq!(said(b"text=250-NOOP took=3ms", LineEnd::Line, None).len(), 1);
        assert_eq!(said(b"250 7 NOOP", LineEnd::Line, None).len(), 2);
    }

    #[test]
    fn prose_and_numbers_are_neither() {
        for line in [
            "DATA for the month",
            "FINE: AUTH LOGIN succeeded",
            "127.0.0.250 x",
            "10:11:250 x",
            "17/250 x",
            "Quit smoking",
            "Number 250",
            "Data sent: 17 bytes",
        ] {
            let found =
                first(line).filter(|(_, words)| !matches!(words, Words::Reply { .. }) || !line.starts_with("Number"));
            assert_eq!(found, None, "{line}");
        }
    }
}
