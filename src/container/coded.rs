//! Undoes the writing of a dialogue in codes: base64, hexadecimal digits, `%20`, `+` for spaces, `\x20`, and dumps of
//! several lines. A code is known by what comes out: replies, where none stood before.
//!
//! Every line stays on its line. What comes out is shorter, and filled up with spaces at the end of the line or dump: only
//! within a dump have its lines other offsets than in the file.

use std::borrow::Cow;

use super::grammar::offset;
use crate::{smtp, source};

/// Lines from the beginning that show a code.
const LOOKED_AT: usize = 200;
/// As much of each.
const HEAD: usize = 400;
/// Replies that prove a dump, or a code that other texts may hold by chance.
const ENOUGH: usize = 2;
/// Bytes on a line of a dump.
const ROW: usize = 32;
/// A word of base64 is no shorter: others are words.
const SHORTEST: usize = 8;

/// How the bytes of a text are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    /// `220%20mail`
    Percent,
    /// The same with `+` for a space.
    Plus,
    /// `220\x20mail`, `220\040mail`
    Backslash,
    Base64,
    /// `32323020`, `32-32-30-20`
    Hex,
}

/// The text without its code; `None` where it is in none.
pub(super) fn undo(text: &[u8]) -> Option<Vec<u8>> {
    let lines = || source::lines(text).take(LOOKED_AT).map(|line| &line.text[..line.text.len().min(HEAD)]);
    let plain_word = |b: u8| !matches!(b, b' ' | b'\t' | b'"' | b'\'');
    let at_words = |line: &&[u8]| begins(line, plain_word, is_code_of_reply).any(|at| replies(&line[at..]));
    let plain = lines().filter(at_words).count();
    // Of equals the last: `+` is a sign of its own where nothing else is needed.
    let codes = [Code::Hex, Code::Base64, Code::Backslash, Code::Plus, Code::Percent];
    // Of a server that is read as it stands only spaces may be in code.
    let may_be = |code: &Code| match code.mark() {
        Some(mark) => lines().any(|line| memchr::memchr(mark, line).is_some()),
        None => plain == 0,
    };
    let codes = codes.into_iter().filter(may_be);
    let proves = |code: Code| lines().filter(|line| code.proves(line)).count();
    let best = codes.map(|code| (proves(code), code)).max_by_key(|(proofs, _)| *proofs);
    if let Some((_, code)) = best.filter(|(proofs, code)| *proofs > plain && *proofs >= code.enough()) {
        return Some(by_line(text, |line| code.undo(line)));
    }
    dumps(text)
}

/// It begins with a reply.
fn replies(text: &[u8]) -> bool {
    smtp::reply_line(text).is_ok_and(|(_, reply)| reply.code.is_in_use() && !reply.text.is_empty())
}

/// The runs of bytes that `holds` takes.
fn words(line: &[u8], holds: impl Fn(u8) -> bool) -> impl Iterator<Item = &[u8]> {
    line.split(move |b| !holds(*b)).filter(|word| !word.is_empty())
}

/// Where those of them begin that begin as asked. This is asked first: of hardly a word more must be known than that.
fn begins<'a>(
    line: &'a [u8],
    holds: impl Fn(u8) -> bool + 'a,
    begin: impl Fn(&[u8]) -> bool + 'a,
) -> impl Iterator<Item = usize> + 'a {
    (0..line.len()).filter(move |at| begin(&line[*at..]) && at.checked_sub(1).is_none_or(|before| !holds(line[before])))
}

/// `250`
fn is_code_of_reply(text: &[u8]) -> bool {
    matches!(text, [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', ..])
}

/// The text with each line changed, filled up with spaces.
fn by_line<'a>(text: &'a [u8], change: impl Fn(&'a [u8]) -> Cow<'a, [u8]>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in source::lines(text) {
        out.extend_from_slice(&text[out.len()..line.offset]);
        let changed = change(line.text);
        out.extend_from_slice(if changed.len() > line.text.len() { line.text } else { &changed });
        out.resize(line.offset + line.text.len(), b' ');
    }
    out.extend_from_slice(&text[out.len()..]);
    out
}

impl Code {
    /// Replies that prove it.
    fn enough(self) -> usize {
        if matches!(self, Code::Hex | Code::Base64) { 1 } else { ENOUGH }
    }

    /// Without this sign nothing is in this code.
    fn mark(self) -> Option<u8> {
        match self {
            Code::Percent => Some(b'%'),
            Code::Plus => Some(b'+'),
            Code::Backslash => Some(b'\\'),
            Code::Base64 | Code::Hex => None,
        }
    }

    /// A byte that may stand in a word of this code.
    fn holds(self, byte: u8) -> bool {
        match self {
            Code::Percent | Code::Plus | Code::Backslash => !b" \t\"'&=;,|<>()[]{}".contains(&byte),
            Code::Base64 => byte.is_ascii_alphanumeric() || b"+/=".contains(&byte),
            Code::Hex => byte.is_ascii_hexdigit() || b"-:".contains(&byte),
        }
    }

    /// The words of a line that may be in this code.
    fn words(self, line: &[u8]) -> impl Iterator<Item = &[u8]> {
        words(line, move |b| self.holds(b))
    }

    /// A reply comes out of a word of the line.
    fn proves(self, line: &[u8]) -> bool {
        let has_mark = |text: &[u8]| self.mark().is_none_or(|mark| memchr::memchr(mark, text).is_some());
        if !has_mark(line) {
            return false;
        }
        // Its first digits, as this code writes them.
        let begin = |text: &[u8]| match self {
            Code::Percent | Code::Plus | Code::Backslash => matches!(text, [b'2'..=b'5', b'0'..=b'9', ..]),
            Code::Base64 => matches!(text, [b'M' | b'N', ..]),
            Code::Hex => matches!(text, [b'3', b'2'..=b'5', ..]),
        };
        begins(line, move |b| self.holds(b), begin).any(|at| {
            let word = &line[at..];
            let word = &word[..word.iter().take_while(|b| self.holds(**b)).count()];
            has_mark(word) && self.decoded(word).is_some_and(|text| replies(&text))
        })
    }

    /// The text of a word; none where it is no text, or nothing in it is in this code.
    fn decoded(self, word: &[u8]) -> Option<Vec<u8>> {
        let text = match self {
            Code::Percent | Code::Plus | Code::Backslash => self.unescaped(word)?,
            Code::Base64 => smtp::decoded(word).filter(|_| word.len() >= SHORTEST)?,
            Code::Hex => {
                let digits: Vec<u8> = word.iter().copied().filter(u8::is_ascii_hexdigit).collect();
                let pairs = digits.chunks(2).map(hex).collect::<Option<Vec<u8>>>();
                pairs.filter(|_| {
                    digits.len() >= SHORTEST && [digits.len(), digits.len() * 3 / 2 - 1].contains(&word.len())
                })?
            }
        };
        let is_text = |text: &str| !text.chars().any(|c| c.is_control() && !"\r\n\t".contains(c));
        std::str::from_utf8(&text).is_ok_and(is_text).then_some(text)
    }

    fn unescaped(self, word: &[u8]) -> Option<Vec<u8>> {
        let (mut out, mut rest, mut any) = (Vec::with_capacity(word.len()), word, false);
        while let [first, behind @ ..] = rest {
            let found = match (self, first, behind) {
                (Code::Percent | Code::Plus, b'%', [a, b, ..]) => hex(&[*a, *b]).map(|byte| (byte, 3)),
                // A date and its zone have one too.
                (Code::Plus, b'+', _) if !behind.first().is_some_and(u8::is_ascii_digit) => Some((b' ', 1)),
                (Code::Plus, b'+', [_, ..]) if !any && is_code(word) => Some((b' ', 1)),
                (Code::Backslash, b'\\', [b'x', a, b, ..]) => hex(&[*a, *b]).map(|byte| (byte, 4)),
                (Code::Backslash, b'\\', [a @ b'0'..=b'1', b @ b'0'..=b'7', c @ b'0'..=b'7', ..]) => {
                    Some(((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'), 4))
                }
                _ => None,
            };
            any |= found.is_some();
            let (byte, length) = found.unwrap_or((*first, 1));
            out.push(byte);
            rest = &rest[length..];
        }
        any.then_some(out)
    }

    /// The line with its text in place of the code: in base64 or digits, the longest word that is text.
    fn undo(self, line: &[u8]) -> Cow<'_, [u8]> {
        let longest = match self {
            Code::Percent | Code::Plus | Code::Backslash => None,
            _ => self.words(line).filter(|word| self.decoded(word).is_some()).max_by_key(|word| word.len()),
        };
        let mut found = Vec::new();
        for word in self.words(line).filter(|word| longest.is_none_or(|longest| std::ptr::eq(longest, *word))) {
            if let Some(text) = self.decoded(word) {
                found.push((offset(line, word), word.len(), text));
            }
        }
        if found.is_empty() {
            return Cow::Borrowed(line);
        }
        let (mut changed, mut at) = (Vec::with_capacity(line.len()), 0);
        for (from, length, text) in found {
            changed.extend_from_slice(&line[at..from]);
            let quoted = changed.last() == Some(&b'"');
            // A blank at the end stands before what is in no code.
            let ends = text.iter().rposition(|b| !b"\r\n".contains(b)).map_or(0, |at| at + 1);
            let text = &text[..ends];
            for (n, byte) in text.iter().enumerate() {
                match byte {
                    b'\r' if text.get(n + 1) == Some(&b'\n') => {}
                    b'\n' | b'\r' => changed.extend_from_slice(b"\\n"),
                    b'"' | b'\\' if quoted => changed.extend_from_slice(&[b'\\', *byte]),
                    byte => changed.push(*byte),
                }
            }
            at = from + length;
        }
        changed.extend_from_slice(&line[at..]);
        Cow::Owned(changed)
    }
}

/// `220+mail`, `250-SIZE+5`
fn is_code(word: &[u8]) -> bool {
    matches!(word, [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', b'+' | b'-', ..])
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |place: usize| char::from(*digits.get(place)?).to_digit(16);
    u8::try_from(digit(0)? << 4 | digit(1)?).ok()
}

/// The text with what was dumped in place of the dumps: the first line of each behind the line above it, the others below,
/// indented.
fn dumps(text: &[u8]) -> Option<Vec<u8>> {
    // The first line of each stands at place 0; few other lines have that word.
    let begins = source::lines_with(text, b"0000").filter(|line| row(line, 0).is_some());
    let mut begins = begins.map(|line| offset(text, line)).peekable();
    begins.peek()?;
    let lines: Vec<source::Line<'_>> = source::lines(text).collect();
    let mut found: Vec<(usize, usize, Vec<u8>)> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let (begin, mut bytes) = (at, Vec::new());
        while begins.next_if(|begin| *begin < lines[at].offset).is_some() {}
        let is_begun = begins.peek() == Some(&lines[at].offset);
        // A trace may write a line of its own behind each row.
        let next = |at: usize, place| {
            let mut lines = (at..=at + usize::from(place > 0)).filter_map(|at| Some((at, lines.get(at)?)));
            lines.find_map(|(at, line)| Some((at + 1, row(line.text, place)?)))
        };
        while let Some((behind, row)) = Some(at).filter(|_| is_begun).and_then(|at| next(at, bytes.len())) {
            bytes.extend(row);
            at = behind;
        }
        if bytes.is_empty() {
            at += 1;
        } else {
            found.push((begin, at, bytes));
        }
    }
    if found.iter().filter(|(.., bytes)| replies(bytes)).count() < ENOUGH {
        return None;
    }
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut after = 0;
    for (begin, end, bytes) in found {
        let above = begin.checked_sub(1).filter(|above| *above >= after && !lines[*above].text.trim_ascii().is_empty());
        let first = above.map_or(begin, |_| begin - 1);
        let from = lines[first].offset;
        out.extend_from_slice(&text[out.len()..from]);
        let mut said = bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_end).filter(|said| !said.is_empty());
        for n in first..end {
            let line = &lines[n];
            match said.next() {
                Some(said) if n == first && above.is_some() => {
                    out.extend_from_slice(&[line.text, b" ", said].concat());
                }
                Some(said) => out.extend_from_slice(&[if n == first { b"" } else { &b"  "[..] }, said].concat()),
                None => {}
            }
            let ends = lines.get(n + 1).map_or(text.len(), |next| next.offset);
            if n + 1 == end {
                // More lines than the dump has are those of a message.
                said.by_ref().for_each(|said| out.extend_from_slice(&[b" ", said].concat()));
                out.resize(line.offset + line.text.len(), b' ');
            }
            out.extend_from_slice(&text[line.offset + line.text.len()..ends]);
        }
        after = end;
    }
    out.extend_from_slice(&text[out.len()..]);
    Some(out)
}

/// The bytes on a line of a dump: their place, which is this one, pairs of digits, and mostly the same as text.
fn row(line: &[u8], place: usize) -> Option<Vec<u8>> {
    let is_place = |word: &&[u8]| {
        let digits = word.strip_suffix(b":").unwrap_or(word);
        (4..=8).contains(&digits.len())
            && digits.iter().all(u8::is_ascii_hexdigit)
            && std::str::from_utf8(digits).is_ok_and(|digits| usize::from_str_radix(digits, 16) == Ok(place))
    };
    let word = line.split(|b| b" \t".contains(b)).find(is_place)?;
    let behind = offset(line, word) + word.len();
    let rest = &line[behind..];
    let start = rest.iter().take_while(|b| b" \t:".contains(b)).count();
    let (mut bytes, mut at) = (Vec::new(), start);
    let mut ends = vec![start];
    while bytes.len() < ROW
        && let Some(byte) = rest.get(at..).and_then(hex)
    {
        bytes.push(byte);
        at += 2;
        ends.push(at);
        at += rest[at..].iter().take_while(|b| **b == b' ').count().min(2);
    }
    // Text may begin with two digits too.
    (1..=bytes.len()).rev().find_map(|count| {
        let shown = rest[ends[count]..].trim_ascii();
        let dot = |byte: &u8| if (b' '..=b'~').contains(byte) { *byte } else { b'.' };
        let plain: Vec<u8> = bytes[..count].iter().map(dot).collect();
        let marks = shown.strip_prefix(b"|").and_then(|shown| shown.strip_suffix(b"|"));
        let shown = marks.or_else(|| shown.strip_prefix(b": ")).unwrap_or(shown);
        (shown.is_empty() || shown.trim_ascii() == plain.trim_ascii()).then(|| bytes[..count].to_vec())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        let undone = undo(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(undone.len(), text.len());
        String::from_utf8(undone).unwrap()
    }

    #[test]
    fn words_in_code_are_read() {
        for (text, want) in [
            (
                "d=S&t=220%20mail%0D%0A\nd=C&t=EHLO%20pc\nd=S&t=250%20mail\n",
                "d=S&t=220 mail\nd=C&t=EHLO pc\nd=S&t=250 mail\n",
            ),
            ("S 220+mail+ESMTP 0\nC EHLO pc\nS 250+2.0.0+Ok 1\n", "S 220 mail ESMTP 0\nC EHLO pc\nS 250 2.0.0 Ok 1\n"),
            ("S 220+mail+[10.1]+ok\nC EHLO+[10.2]\nS 250+ok\n", "S 220 mail [10.1] ok\nC EHLO [10.2]\nS 250 ok\n"),
            ("08:26:01 R MjIwIG1haWwNCg==\n08:26:02 T UVVJVA==\n", "08:26:01 R 220 mail\n08:26:02 T QUIT\n"),
            ("{\"b\":\"MjUwLWENCjI1MCAiYiI=\"}\n", "{\"b\":\"250-a\\n250 \\\"b\\\"\"}\n"),
            ("R 32-32-30-20-6D-0D-0A\nS 51-55-49-54-0D-0A\n", "R 220 m\nS QUIT\n"),
            ("in 220\\x20mail\\x0d\\x0a\nout EHLO\\040pc\nin 250\\040OK\n", "in 220 mail\nout EHLO pc\nin 250 OK\n"),
        ] {
            let lines: Vec<String> = plain(text).lines().map(|line| line.trim_end().to_owned()).collect();
            assert_eq!(lines, want.lines().collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn a_dump_stands_behind_the_line_above_it() {
        let log = "<< 22 bytes\n00000000  32 32 30 20 6d 61 69 6c  20 45 53 4d 54 50 0d 0a  |220 mail ESMTP..|\n>> 6\n\
                   00000000  51 55 49 54 0d 0a                                 |QUIT..|\n<< 21\n\
                   0000: 3235 302d 610d 0a32 3530 2062 0d0a  250-a..250 b..\n";
        let lines: Vec<String> = plain(log).lines().map(|line| line.trim_end().to_owned()).collect();
        assert_eq!(lines, ["<< 22 bytes 220 mail ESMTP", "", ">> 6 QUIT", "", "<< 21 250-a", "  250 b"]);
        // A line of the trace stands behind each row.
        let log = "N 0 : [51] 00000000 : 32 32 30 20 6D 61 69 6C : 220 mail\n  at=1\nN 0 : [51] 00000008 : 20 45 0D 0A             :  E..\n\
                   N 0 : [51] 00000000 : 32 35 30 20 6D 0D 0A    : 250 m..\n  at=2\n";
        let lines: Vec<String> = plain(log).lines().map(|line| line.trim_end().to_owned()).collect();
        assert_eq!(lines, ["220 mail E", "", "", "250 m", "  at=2"]);
    }

    #[test]
    fn what_is_in_no_code_stays() {
        for text in [
            "334 VXNlcm5hbWU6\nMjUwIE9LIG1haWw=\n220 mail ESMTP\n250 Ok\n",
            "GET /?q=500%20mg HTTP/1.1\n",
            "0000: 3235 3020\n",
            "",
        ] {
            assert_eq!(undo(text.as_bytes()), None, "{text}");
        }
    }
}
