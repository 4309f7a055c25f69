//! Puts the code of a reply in front of its words, where a writer has it behind them: `no such user [550]`.
//!
//! Such a log has commands, and no line of it begins with a code as RFC 5321 section 4.2 has it. The marks around the code are
//! the same on all these lines, and what stands before their words is what all of them begin with but for its digits.

use std::{borrow::Cow, collections::BTreeMap};

use super::run_on::SURE;
use crate::{
    smtp::{self, ReplyCode},
    source,
};

/// Replies with their codes behind them: two may be a summary.
const MIN_REPLIES: usize = 3;
/// Bytes before a line that its writer may have put there.
const INDENT: usize = 8;
/// Bytes of a reply's code.
const CODE: usize = 3;

/// Where the code stands on the lines of a log, and where its words begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CodeBehind {
    /// What stands before the code, and behind it.
    marks: (Vec<u8>, Vec<u8>),
    /// What stands before the words, with one sign for each number.
    head: Vec<u8>,
}

impl CodeBehind {
    /// `None` where the log has no such lines.
    pub(super) fn of(text: &[u8], lines: &[&[u8]]) -> Option<CodeBehind> {
        let mut by_marks: BTreeMap<(&[u8], &[u8]), Vec<&[u8]>> = BTreeMap::new();
        for line in lines {
            if let Some(Behind { words, marks, .. }) = Behind::of(line) {
                by_marks.entry(marks).or_default().push(words);
            }
        }
        let (marks, replies) = by_marks.into_iter().max_by_key(|(_, replies)| replies.len())?;
        if replies.len() < MIN_REPLIES || !SURE.iter().any(|verb| source::lines_with(text, verb).next().is_some()) {
            return None;
        }
        let head = head(&replies);
        let coded = replies.into_iter().chain(others(lines, marks)).any(|line| has_code(line, head.len()));
        (!coded).then(|| CodeBehind { marks: (marks.0.to_vec(), marks.1.to_vec()), head })
    }

    /// The line with its code in front; as it is where it has none behind.
    pub(super) fn undo<'l>(&self, line: &'l [u8]) -> Cow<'l, [u8]> {
        let of_log = |behind: &Behind<'_>| behind.marks == (self.marks.0.as_slice(), self.marks.1.as_slice());
        let Some(Behind { words, code, .. }) = Behind::of(line).filter(of_log) else { return Cow::Borrowed(line) };
        let (head, said) = words.split_at(length(words, &self.head));
        Cow::Owned([head, code, b" ", said].concat())
    }
}

/// A line that ends with a code.
struct Behind<'l> {
    words: &'l [u8],
    code: &'l [u8],
    marks: (&'l [u8], &'l [u8]),
}

impl<'l> Behind<'l> {
    fn of(line: &'l [u8]) -> Option<Behind<'l>> {
        let line = line.trim_ascii_end();
        let is_mark = |b: &u8| b.is_ascii_punctuation() && !b"@.".contains(b);
        let end = line.iter().rposition(|b| !is_mark(b))? + 1;
        let begin = end.checked_sub(CODE).filter(|begin| line[*begin..end].iter().all(u8::is_ascii_digit))?;
        let mark = line[..begin].iter().rposition(|b| !is_mark(b))? + 1;
        let before = &line[mark..begin];
        let code = &line[begin..end];
        let number = code.iter().fold(0, |number, digit| number * 10 + u16::from(digit - b'0'));
        // A bare number at the end counts something; a mark says that it is something else than the words.
        let is_marked = before.iter().any(|b| b"([{<=|#".contains(b)) && line[mark - 1] == b' ';
        (is_marked && ReplyCode(number).is_in_use()).then_some(Behind {
            words: line[..mark].trim_ascii_end(),
            code,
            marks: (before, &line[end..]),
        })
    }
}

/// The lines that have no code behind them, with these marks around it.
fn others<'l>(lines: &[&'l [u8]], marks: (&[u8], &[u8])) -> impl Iterator<Item = &'l [u8]> {
    let is_known = move |line: &&[u8]| Behind::of(line).is_some_and(|behind| behind.marks == marks);
    lines.iter().copied().filter(move |line| !is_known(line))
}

/// Among what the line begins with, or right behind that, a reply's code stands.
fn has_code(line: &[u8], head: usize) -> bool {
    let begins = (0..line.len()).filter(|at| *at == 0 || line[at - 1].is_ascii_whitespace());
    begins
        .take_while(|at| *at <= head.max(INDENT))
        .any(|at| smtp::reply_line(&line[at..]).is_ok_and(|(_, reply)| reply.code.is_in_use()))
}

/// What all lines begin with, up to the end of a word, with one sign for each number.
fn head(lines: &[&[u8]]) -> Vec<u8> {
    let mut lines = lines.iter().map(|line| signs(line));
    let mut common = lines.next().unwrap_or_default();
    for line in lines {
        let same = common.iter().zip(&line).take_while(|(one, other)| one == other).count();
        common.truncate(same);
    }
    let end = common.iter().rposition(|b| !b.is_ascii_alphanumeric() && *b < 0x80 && !b".-_".contains(b));
    common.truncate(end.map_or(0, |end| end + 1));
    common
}

/// The line with one sign for each number.
fn signs(line: &[u8]) -> Vec<u8> {
    let mut signs: Vec<u8> = line.iter().map(|b| if b.is_ascii_digit() { b'0' } else { *b }).collect();
    signs.dedup_by(|sign, before| *sign == b'0' && *before == b'0');
    signs
}

/// Bytes of the head with which the line begins; nought where it begins otherwise.
fn length(line: &[u8], head: &[u8]) -> usize {
    let mut at = 0;
    for sign in head {
        let run = match sign {
            b'0' => line[at..].iter().take_while(|b| b.is_ascii_digit()).count(),
            _ => usize::from(line.get(at) == Some(sign)),
        };
        if run == 0 {
            return 0;
        }
        at += run;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(log: &str) -> Option<String> {
        let lines: Vec<&[u8]> = log.lines().map(str::as_bytes).collect();
        let found = CodeBehind::of(log.as_bytes(), &lines)?;
        let lines = lines.iter().map(|line| String::from_utf8_lossy(&found.undo(line)).into_owned());
        Some(lines.collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn codes_are_put_in_front() {
        let log = "8:26:01 [srv] Welcome to mail.b.example [220]\n8:26:01 [pc] EHLO pc\n10:26:02 [srv] Hi [250]\n\
                   10:26:02 [pc] MAIL FROM:<a@b.example>\n10:26:03 [srv] 5.7.1 Who are you? [550]\n10:26:04 closed";
        let want = "8:26:01 [srv] 220 Welcome to mail.b.example\n8:26:01 [pc] EHLO pc\n10:26:02 [srv] 250 Hi\n\
                    10:26:02 [pc] MAIL FROM:<a@b.example>\n10:26:03 [srv] 550 5.7.1 Who are you?\n10:26:04 closed";
        assert_eq!(undone(log).as_deref(), Some(want));
        let bare = "mail.b.example (220)\n\tHELO pc\nok (250)\n\tQUIT\nbye (221)\n";
        assert_eq!(undone(bare).as_deref(), Some("220 mail.b.example\n\tHELO pc\n250 ok\n\tQUIT\n221 bye"));
    }

    #[test]
    fn other_numbers_stay_at_the_end() {
        for log in [
            "S: 220 mail (220)\nC: EHLO pc\nS: 250 ok (250)\nC: MAIL FROM:<a@b.example>\nS: 550 no (550)",
            "EHLO pc\nSent to a (250)\nSent to b (250)\n250 ok",
            "sent to a@b.example [250]\nsent to c@d.example [250]\nno user e@f.example [550]",
            "EHLO pc\nsize 250\nsize 220\nsize 221\n",
        ] {
            assert_eq!(undone(log), None, "{log}");
        }
    }
}
