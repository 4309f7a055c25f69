//! Undoes the writing of a dialogue in codes: base64, hexadecimal digits, `%20`, `+` for spaces, `\x20`, and verbs or codes
//! in a column of their own. A code is known by what comes out: replies, where none stood before.
//!
//! Every line stays on its line. What comes out is shorter, and filled up with spaces at the end of the line.

use std::borrow::Cow;

use super::{grammar::offset, run_on::SURE};
use crate::{base64, hex, smtp, source};

/// Lines from the beginning that show a code.
pub(super) const LOOKED_AT: usize = 200;
/// As much of each.
pub(super) const HEAD: usize = 400;
/// Replies that prove a dump, or a code that other texts may hold by chance.
pub(super) const ENOUGH: usize = 2;
/// A word of base64 is no shorter: others are words.
const SHORTEST: usize = 8;
/// Longer texts between a verb and its argument are words.
const BETWEEN: usize = 24;

/// How the bytes of a text are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    /// `220%20mail`
    Percent,
    /// `220+mail`: as in links, with `+` for a space.
    Plus,
    /// `220\x20mail`, `220\040mail`
    Backslash,
    Base64,
    /// `32323020`, `32-32-30-20`, `32 32 30 20`
    Hex,
}

/// The text without its code; `None` where it is in none.
pub(super) fn undo(text: &[u8]) -> Option<Vec<u8>> {
    let plain = decoded(text);
    let text = plain.as_deref().unwrap_or(text);
    columns_joined(text).or_else(|| codes_first(text)).or(plain)
}

/// The text with each code before its words, where it stands behind them in brackets: `mail.b.example ready (220)`. The words
/// begin where a command does: behind as many others.
fn codes_first(text: &[u8]) -> Option<Vec<u8>> {
    let lines = || source::lines(text).take(LOOKED_AT).map(|line| line.text);
    let coded = lines().filter(|line| coded_end(line).is_some()).count();
    if coded < ENOUGH || lines().any(replies) {
        return None;
    }
    let command =
        lines().find_map(|line| SURE.iter().find_map(|verb| Some(&line[..memchr::memmem::find(line, verb)?])));
    let words = words_of(command?).count();
    Some(by_line(text, |line| {
        let Some((said, code)) = coded_end(line) else { return Cow::Borrowed(line) };
        let first = words_of(said).nth(words).map_or(said.len(), |word| offset(said, word));
        Cow::Owned([&said[..first], code, b" ", &said[first..]].concat())
    }))
}

fn words_of(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    words(text, |b| !b.is_ascii_whitespace())
}

/// What stands before a code in brackets that ends the line, and the code.
fn coded_end(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let [said @ .., b'(' | b'[' | b'{', a, b, c, b')' | b']' | b'}'] = line.trim_ascii_end() else { return None };
    let code = &line[said.len() + 1..said.len() + 4];
    let is_code = is_code_of_reply(&[*a, *b, *c]) && said.last() == Some(&b' ');
    is_code.then_some((said.trim_ascii_end(), code))
}

fn decoded(text: &[u8]) -> Option<Vec<u8>> {
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
    let proves = |code: Code| lines().filter(|line| code.proves(&code.spelt(line))).count();
    let best = codes.map(|code| (proves(code), code)).max_by_key(|(proofs, _)| *proofs);
    let (_, code) = best.filter(|(proofs, code)| *proofs > plain && *proofs >= code.enough())?;
    Some(by_line(text, |line| match code.spelt(line) {
        Cow::Borrowed(line) => code.undo(line),
        Cow::Owned(line) => Cow::Owned(code.undo(&line).into_owned()),
    }))
}

/// It begins with a reply.
pub(super) fn replies(text: &[u8]) -> bool {
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
pub(super) fn is_code_of_reply(text: &[u8]) -> bool {
    matches!(text, [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', ..])
}

/// The text with each line changed, and filled up.
pub(super) fn by_line<'a>(text: &'a [u8], change: impl Fn(&'a [u8]) -> Cow<'a, [u8]>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in source::lines(text) {
        out.extend_from_slice(&text[out.len()..line.offset]);
        let changed = change(line.text);
        out.extend_from_slice(if changed.len() > line.text.len() { line.text } else { &changed });
        out.resize(line.offset + line.text.len(), source::FILL);
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

    /// The line without the blanks between pairs of hexadecimal digits, where it has enough of them for a text.
    fn spelt(self, line: &[u8]) -> Cow<'_, [u8]> {
        let ends = |at: usize| line.get(at).is_none_or(|b| !b.is_ascii_alphanumeric());
        let is_pair = |at: usize| {
            line.get(at..at + 2).and_then(hex::byte).is_some() && at.checked_sub(1).is_none_or(ends) && ends(at + 2)
        };
        let parts = |at: &usize| *at >= 2 && is_pair(at - 2) && is_pair(at + 1);
        if self != Code::Hex || memchr::memchr_iter(b' ', line).filter(parts).count() < SHORTEST / 2 {
            return Cow::Borrowed(line);
        }
        Cow::Owned((0..line.len()).filter(|at| line[*at] != b' ' || !parts(at)).map(|at| line[at]).collect())
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
            Code::Base64 => base64::decoded(word).filter(|_| word.len() >= SHORTEST)?,
            Code::Hex => {
                let digits: Vec<u8> = word.iter().copied().filter(u8::is_ascii_hexdigit).collect();
                let pairs = hex::bytes(&digits);
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
                (Code::Percent | Code::Plus, b'%', [a, b, ..]) => hex::byte(&[*a, *b]).map(|byte| (byte, 3)),
                // A date and its zone have one too.
                (Code::Plus, b'+', _) if !behind.first().is_some_and(u8::is_ascii_digit) => Some((b' ', 1)),
                (Code::Plus, b'+', [_, ..]) if !any && is_code(word) => Some((b' ', 1)),
                (Code::Backslash, b'\\', [b'x', a, b, ..]) => hex::byte(&[*a, *b]).map(|byte| (byte, 4)),
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

/// The text with each verb beside its argument, and each code beside its words, where they stand in columns of their own:
/// `MAIL - FROM:<a@b.example>`, `"MAIL","FROM:<a@b.example>"`.
fn columns_joined(text: &[u8]) -> Option<Vec<u8>> {
    let lines = || source::lines(text).take(LOOKED_AT).map(|line| line.text);
    let senders = lines().find_map(|line| between(line, b"MAIL", b"FROM"))?;
    let mark = lines().find_map(|line| between(line, b"RCPT", b"TO")).filter(|mark| *mark == senders)?;
    Some(by_line(text, |line| {
        let at = memchr::memmem::find_iter(line, mark).find(|at| ends_in_head(&line[..*at], mark));
        let Some(at) = at else { return Cow::Borrowed(line) };
        let behind = &line[at + mark.len()..];
        // A lone dash stands for an argument that is not there.
        let argument = behind.strip_prefix(b"-").filter(|rest| rest.first().is_none_or(|b| mark.contains(b)));
        Cow::Owned([&line[..at], b" ", argument.unwrap_or(behind)].concat())
    }))
}

/// What stands between the verb and its argument, where that is more than a blank.
fn between<'a>(line: &'a [u8], verb: &[u8], argument: &[u8]) -> Option<&'a [u8]> {
    let colons = memchr::memchr_iter(b':', line).filter(|colon| line.get(colon + 1).is_some_and(|b| *b != b' '));
    colons.filter_map(|colon| colon.checked_sub(argument.len()).filter(|at| line[*at..colon] == *argument)).find_map(
        |at| {
            let from = at.saturating_sub(BETWEEN + verb.len());
            let behind = from + memchr::memmem::rfind(&line[from..at], verb)? + verb.len();
            let mark = &line[behind..at];
            let joins = |byte: Option<&u8>| byte.is_some_and(|b| !b.is_ascii_alphanumeric());
            (joins(mark.first()) && joins(mark.last()) && mark.iter().any(|b| *b != b' ')).then_some(mark)
        },
    )
}

/// A verb or the code of a reply stands last here, in a column of its own.
fn ends_in_head(before: &[u8], mark: &[u8]) -> bool {
    let length = before.iter().rev().take_while(|b| b.is_ascii_alphanumeric()).count();
    let (before, word) = before.split_at(before.len() - length);
    let alone = before.last().is_none_or(|b| mark.contains(b) || b" \t\"'".contains(b));
    alone && (smtp::Verb::named(&String::from_utf8_lossy(word)).is_some() || word.len() == 3 && is_code_of_reply(word))
}

/// `220+mail`, `250-SIZE+5`
fn is_code(word: &[u8]) -> bool {
    matches!(word, [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', b'+' | b'-', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<String> {
        let undone = undo(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(undone.len(), text.len());
        source::lines(&undone).map(|line| String::from_utf8(line.text.to_vec()).unwrap()).collect()
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
            ("08:26 R 32 32 30 20 6d 0d 0a\n08:27 S 51 55 49 54 0d 0a\n", "08:26 R 220 m\n08:27 S QUIT\n"),
            (
                "C MAIL - FROM:<a@b.c> 0\nS 250 ok 0\nC RCPT - TO:<a@b.c> 0\nC DATA - - 0\n",
                "C MAIL FROM:<a@b.c> 0\nS 250 ok 0\nC RCPT TO:<a@b.c> 0\nC DATA  0\n",
            ),
            (
                "1,\"MAIL\",\"FROM:<a@b.c>\"\n2,\"250\",\"2.1.0 ok\"\n3,\"RCPT\",\"TO:<a@b.c>\"\n",
                "1,\"MAIL FROM:<a@b.c>\"\n2,\"250 2.1.0 ok\"\n3,\"RCPT TO:<a@b.c>\"\n",
            ),
            (
                "smtp.b.c ready (220)\n\tEHLO PC\nb.c; auth login (250)\n\tQUIT\nbye (221)\n",
                "220 smtp.b.c ready\n\tEHLO PC\n250 b.c; auth login\n\tQUIT\n221 bye\n",
            ),
            (
                "08:26 in ready [220]\n08:26 out EHLO pc\n08:26 in hi [250]\n",
                "08:26 in 220 ready\n08:26 out EHLO pc\n08:26 in 250 hi\n",
            ),
            ("in 220\\x20mail\\x0d\\x0a\nout EHLO\\040pc\nin 250\\040OK\n", "in 220 mail\nout EHLO pc\nin 250 OK\n"),
        ] {
            assert_eq!(plain(text), want.lines().collect::<Vec<_>>(), "{text}");
        }
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
