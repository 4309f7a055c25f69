//! A line that tells of several mails in clauses, each with one address and how it went: `a@b.example sent; c@d.example failed:
//! mailbox full`.
//!
//! ```abnf
//! line   = [ stamp ] [ words ] clause 1*( mark clause )
//! clause = [ words ] address words           ; among them one that says how it went; the first words are the same in all
//! mark   = ";" / "|" / "," / SP
//! ```
//! What stands before the first of clauses that begin with their addresses, `Statements: `, is said of each. Where the words
//! between the clauses are others, the line tells of one mail with several recipients.

use std::ops::Range;

use bstr::ByteSlice;

use super::{cut::Cut, grammar::offset, timestamp};
use crate::{
    knowledge::{By, Knowledge, WordClass, is_level, word_classes, words_in},
    smtp::address_around,
};

/// A comma stands in a sentence too, so that an address follows at once; a blank does everywhere, so that a mark also stands
/// right behind each address: `a@b.example=sent c@d.example=failed`.
const MARKS: &[u8] = b";|, ";

/// Where the line is parted.
pub(super) fn cuts(line: &[u8]) -> Vec<Cut> {
    // Most lines name nobody, or one.
    if memchr::memchr_iter(b'@', line).nth(1).is_none() {
        return Vec::new();
    }
    let stamp = head(line);
    let Some(named) = address(&line[stamp..]) else { return Vec::new() };
    let Some((first, parted)) = MARKS.iter().find_map(|mark| begins(line, stamp, named, *mark)) else {
        return Vec::new();
    };
    parted.into_iter().map(|between| Cut { between, head: 0..first }).collect()
}

/// Length of the stamp before the line, with the brackets and the level around it.
fn head(line: &[u8]) -> usize {
    let open = usize::from(line.first() == Some(&b'['));
    let Some(stamp) = timestamp::extent(&line[open..]) else { return 0 };
    let mut end = open + stamp;
    loop {
        end += line[end..].iter().take_while(|b| b"]:-| \t".contains(b)).count();
        let word = line[end..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
        if !is_level(&line[end..end + word]) {
            return end;
        }
        end += word;
    }
}

/// Where what is said of each clause ends, and what stands between the clauses that this mark parts; `None` where one of them
/// is none. `known`: the first address.
fn begins<'l>(line: &'l [u8], stamp: usize, mut known: &'l [u8], mark: u8) -> Option<(usize, Vec<Range<usize>>)> {
    let mut between = Vec::new();
    let first = offset(line, known);
    let (mut begin, mut worded) = (stamp, None);
    let own = &line[stamp..first];
    let find = |from: usize| memchr::memchr(mark, &line[from..]).map(|length| from + length);
    let mut from = first;
    while let Some(end) = find(from) {
        let next = end + 1 + line[end + 1..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        let clause = &line[next..find(next).unwrap_or(line.len())];
        from = next;
        // What names nobody goes on with the clause.
        let Some(named) = address(clause).filter(|named| !is_same(named, known)) else { continue };
        let before = clause[..offset(clause, named)].iter().any(u8::is_ascii_alphabetic);
        let valued = |address: &[u8]| matches!(line.get(offset(line, address) + address.len()), Some(b'=' | b':'));
        if mark == b' ' && !(valued(known) && valued(named)) {
            return None;
        }
        let as_first = !before || mark != b',' && is_alike(own, &clause[..offset(clause, named)]);
        if !is_told(&line[begin..end], known) || *worded.get_or_insert(before) != before || !as_first {
            return None;
        }
        between.push(line[..end].trim_ascii_end().len()..next);
        (begin, known) = (next, named);
    }
    let worded = worded.filter(|_| is_told(&line[begin..], known))?;
    Some((if worded { stamp } else { first }, between))
}

/// The same words, each number as good as another.
fn is_alike(one: &[u8], other: &[u8]) -> bool {
    let plain = |text: &[u8]| text.trim_ascii().iter().filter(|b| !b.is_ascii_digit()).copied().collect::<Vec<u8>>();
    plain(one).eq_ignore_ascii_case(&plain(other))
}

/// The clause names nobody else, and says behind the address how it went.
fn is_told(clause: &[u8], named: &[u8]) -> bool {
    let behind = &clause[offset(clause, named) + named.len()..];
    let mut rest = behind;
    while let Some(other) = address(rest) {
        if !is_same(other, named) {
            return false;
        }
        rest = &rest[offset(rest, other) + other.len()..];
    }
    let says = |word: &[u8]| {
        let classes = word_classes(word);
        [WordClass::Sent, WordClass::Well, WordClass::Failed].iter().any(|class| classes.has(*class))
    };
    let mut words = words_in(behind);
    let known = || {
        let said = behind.trim_start_with(|mark| ":-> ()".contains(mark));
        Knowledge::builtin().told(said, None, None).is_some_and(|told| told.by == By::Text)
    };
    words.any(says) || known()
}

fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// The first address of a text.
fn address(text: &[u8]) -> Option<&[u8]> {
    let (start, end) = memchr::memchr_iter(b'@', text).find_map(|at| address_around(text, at))?;
    Some(&text[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(line: &str) -> Vec<String> {
        let (mut lines, mut done, mut head) = (Vec::new(), 0, 0..0);
        for cut in cuts(line.as_bytes()) {
            lines.push(format!("{}{}", &line[head.clone()], &line[done..cut.between.start]));
            (done, head) = (cut.between.end, cut.head);
        }
        lines.push(format!("{}{}", &line[head], &line[done..]));
        lines
    }

    #[test]
    fn each_clause_tells_of_a_mail() {
        for (line, want) in [
            (
                "2026-11-23 08:26 a@b.example sent; c@d.example failed: 550 <c@d.example> full, see x; e@f.example ok",
                &[
                    "2026-11-23 08:26 a@b.example sent",
                    "2026-11-23 08:26 c@d.example failed: 550 <c@d.example> full, see x",
                    "2026-11-23 08:26 e@f.example ok",
                ][..],
            ),
            (
                "Statements: a@b.example: ok, c@d.example: failed (550 no, see x)",
                &["Statements: a@b.example: ok", "Statements: c@d.example: failed (550 no, see x)"],
            ),
            (
                "08:26 Results: a@b.example=ok c@d.example=failed: 550 no",
                &["08:26 Results: a@b.example=ok", "08:26 Results: c@d.example=failed: 550 no"],
            ),
            (
                "Bill 1 to a@b.example sent | Bill 2 to c@d.example failed",
                &["Bill 1 to a@b.example sent", "Bill 2 to c@d.example failed"],
            ),
        ] {
            assert_eq!(lines(line), want, "{line}");
        }
    }

    #[test]
    fn one_mail_stays_one() {
        for line in [
            "Sent to Anna <a@b.example>; Piet <c@d.example>",
            "Sent to a@b.example; c@d.example",
            "from=a@b.example;to=c@d.example;sent",
            "Bill 1 to a@b.example accepted; copy to c@d.example refused: 550 no",
            "copied a@b.example, refused for c@d.example: 550 no",
            "Mail to a@b.example; c@d.example: delivered to 1 of 2, refused: c@d.example (550 no)",
        ] {
            assert_eq!(lines(line), [line], "{line}");
        }
    }
}
