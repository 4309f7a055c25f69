//! Bytes to lines.

use std::iter::{self, FusedIterator};

use memchr::{memchr2, memmem, memrchr2};

/// As much of a line as anyone gets to see. Some writers put a whole message with its attachments on one line; no
/// statement about the protocol is that long.
pub(crate) const LINE_CAP: usize = 64 * 1024;

/// Fills up a line that lost bytes, so that whatever stands behind it keeps its place: no part of the text. The unit
/// separator of ASCII, which no writer ends a line with.
pub(crate) const FILL: u8 = 0x1F;

/// One line of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Where it starts, in the block.
    pub offset: usize,
    /// Its bytes without its end and what it is filled up with, at most [`LINE_CAP`].
    pub text: &'a [u8],
    /// Its true length in bytes, without its end: more than `text` has where it was capped.
    pub full_len: usize,
}

/// The lines of a slice; made by [`lines`] and [`Block::lines`](super::Block::lines).
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    cap: usize,
    dropped: u64,
    /// Bytes of the line before.
    before: usize,
}

/// The lines of `bytes`, which end with LF, CRLF or a lone CR (console progress redirected to a file). Empty lines
/// count, and so does a last line without an end; every byte belongs to exactly one line.
///
/// For a `Block` use its own `lines`, which knows what was dropped from an over-long line.
pub fn lines(bytes: &[u8]) -> Lines<'_> {
    Lines::new(bytes, LINE_CAP, 0)
}

/// The lines that these words stand in, each once, found by one search and without a look at the others.
pub(crate) fn lines_with<'a>(bytes: &'a [u8], words: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let words = memmem::Finder::new(words);
    let mut rest = bytes;
    iter::from_fn(move || {
        let at = words.find(rest)?;
        let (before, behind) = rest.split_at(at);
        let from = memrchr2(b'\n', b'\r', before).map_or(0, |end| end + 1);
        let to = memchr2(b'\n', b'\r', behind).map_or(rest.len(), |length| at + length);
        let line = unfilled(capped(&rest[from..to], LINE_CAP));
        rest = &rest[to..];
        Some(line)
    })
}

impl<'a> Lines<'a> {
    /// `dropped` bytes of the last line, which then has no end, are missing after `bytes`.
    pub(super) fn new(bytes: &'a [u8], cap: usize, dropped: u64) -> Self {
        Lines { bytes, at: 0, cap, dropped, before: 0 }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    #[inline]
    fn next(&mut self) -> Option<Line<'a>> {
        let offset = self.at;
        let rest = self.bytes.get(offset..).filter(|rest| !rest.is_empty())?;
        // Of short lines the next one is short, too.
        let end = if self.before < NEAR { first_of(b'\n', b'\r', rest) } else { memchr2(b'\n', b'\r', rest) };
        self.before = end.unwrap_or_default();
        let (text, full_len) = match end {
            Some(end) => {
                self.at += end + end_len(&rest[end..]);
                (&rest[..end], end)
            }
            None => {
                self.at = self.bytes.len();
                let dropped = usize::try_from(self.dropped).unwrap_or(usize::MAX);
                (rest, rest.len().saturating_add(dropped))
            }
        };
        let text = if full_len > self.cap { capped(text, self.cap) } else { text };
        Some(Line { offset, text: unfilled(text), full_len })
    }
}

impl FusedIterator for Lines<'_> {}

/// Bytes that are looked at by eight: to begin a search of many takes longer.
const NEAR: usize = 40;

/// Where the first of these two marks stands, for texts in which it mostly stands near.
#[inline]
pub(crate) fn first_of(one: u8, other: u8, text: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    // Of the bytes that are nothing the lowest has its high bit set.
    let nothing = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (near, _) = text[..text.len().min(NEAR)].as_chunks::<8>();
    for (n, bytes) in near.iter().enumerate() {
        let word = u64::from_le_bytes(*bytes);
        let found = nothing(word ^ (ONES * u64::from(one))) | nothing(word ^ (ONES * u64::from(other)));
        if found != 0 {
            return Some(8 * n + found.trailing_zeros() as usize / 8);
        }
    }
    let done = 8 * near.len();
    Some(done + memchr2(one, other, &text[done..])?)
}

/// The text of a line that may be filled up.
#[inline]
fn unfilled(mut text: &[u8]) -> &[u8] {
    while let [before @ .., FILL] = text {
        text = before;
    }
    text
}

/// The first `cap` bytes, less a UTF-8 character that would be cut in two: half a character would make the whole
/// line look like windows-1252.
pub(super) fn capped(text: &[u8], cap: usize) -> &[u8] {
    let text = &text[..text.len().min(cap)];
    let continued = text.iter().rev().take(3).take_while(|byte| **byte & 0xC0 == 0x80).count();
    let Some(lead) = text.len().checked_sub(continued + 1) else { return text };
    let whole = match text[lead] {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    };
    if continued + 1 < whole { &text[..lead] } else { text }
}

/// Where a part that was cut out of `whole` stands in it; `None` for bytes from elsewhere.
pub(crate) fn place_in(whole: &[u8], part: &[u8]) -> Option<usize> {
    let at = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    (at + part.len() <= whole.len()).then_some(at)
}

/// Where a mark stands. By its first letter: a searcher takes longer to make than a line or two to look through.
pub(crate) fn find_short(text: &[u8], mark: &[u8]) -> Option<usize> {
    memchr::memchr_iter(*mark.first()?, text).find(|at| text[*at..].starts_with(mark))
}

/// The length of the line end that `bytes` starts with.
#[inline]
pub(super) fn end_len(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\r\n") { 2 } else { 1 }
}

/// Where the last whole line of `bytes` ends. A CR at the very end proves nothing: its LF may be the next byte.
pub(super) fn last_end(bytes: &[u8]) -> Option<usize> {
    let sure = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    memrchr2(b'\n', b'\r', sure).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<(usize, &[u8])> {
        lines(bytes).map(|line| (line.offset, line.text)).collect()
    }

    #[test]
    fn the_first_of_two_marks_is_found_wherever_it_stands() {
        for length in 0..3 * NEAR {
            let mut text = vec![b'x'; length];
            assert_eq!(first_of(b'\n', b'\r', &text), None);
            for at in (0..length).rev() {
                // Its neighbours in value are no marks.
                text[at] = if at % 3 == 0 { 0x0B } else { 0x8A };
                assert_eq!(first_of(b'\n', b'\r', &text), memchr2(b'\n', b'\r', &text));
                text[at] = if at % 2 == 0 { b'\n' } else { b'\r' };
                assert_eq!(first_of(b'\n', b'\r', &text), Some(at));
            }
        }
    }

    #[test]
    fn all_three_ends_count() {
        let want: &[(usize, &[u8])] = &[(0, b"a"), (2, b"b"), (5, b""), (6, b"c"), (8, b""), (9, b""), (11, b"\0d")];
        assert_eq!(texts(b"a\nb\r\n\nc\r\r\r\n\0d"), want);
        assert_eq!(texts(b""), []);
        assert_eq!(texts(b"\r\n"), [(0, &b""[..])]);
        assert_eq!(texts(b"x\r"), [(0, &b"x"[..])]);
        assert_eq!(texts(b"a\x1f\x1f\r\n\x1f\nb \x1f"), [(0, &b"a"[..]), (5, b""), (7, b"b ")]);
        assert_eq!(lines_with(b"ax\r\nb\rxcx\n\nx", b"x").collect::<Vec<_>>(), [&b"ax"[..], b"xcx", b"x"]);
    }

    #[test]
    fn a_long_line_is_capped_but_keeps_its_length() {
        let mut log = vec![b'x'; LINE_CAP + 7];
        log.extend(b"\r\nnext");
        let got: Vec<Line> = lines(&log).collect();
        assert_eq!((got[0].text.len(), got[0].full_len), (LINE_CAP, LINE_CAP + 7));
        assert_eq!(got[1], Line { offset: LINE_CAP + 9, text: b"next", full_len: 4 });
    }

    #[test]
    fn the_cap_never_halves_a_character() {
        for (text, cap, want) in [
            ("aäb", 2, "a"),
            ("aäb", 3, "aä"),
            ("a€b", 3, "a"),
            ("a€b", 4, "a€"),
            ("😀b", 3, ""),
            ("😀b", 4, "😀"),
            ("abc", 2, "ab"),
        ] {
            assert_eq!(capped(text.as_bytes(), cap), want.as_bytes(), "{text} {cap}");
        }
        assert_eq!(capped(b"\xfc\xfcx", 2), b"\xfc\xfc");
    }

    #[test]
    fn a_final_cr_is_not_sure_to_end_a_line() {
        assert_eq!(last_end(b"a\nb\r"), Some(2));
        assert_eq!(last_end(b"a\r\r"), Some(2));
        assert_eq!(last_end(b"\r"), None);
        assert_eq!(last_end(b"a\r\n"), Some(3));
        assert_eq!(last_end(b"abc"), None);
    }
}
