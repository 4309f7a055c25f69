//! The head of a line in tokens: what varies becomes a hole, the rest stays as it is.

use std::{cell::RefCell, collections::BTreeMap, ops::Range, rc::Rc};

pub(super) use crate::dialect::tokenize::{is_word, sign};
use crate::{
    container::timestamp,
    dialect::template::{Hole, Piece},
    knowledge::is_level,
};

/// A piece and where it stands in the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dialect) struct Token {
    pub piece: Piece,
    pub span: Range<usize>,
}

/// The tokens of a part of a line.
pub(in crate::dialect) fn tokens(text: &[u8]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (piece, length) = token(text, at);
        out.push(Token { piece, span: at..at + length });
        at += length;
    }
    out
}

/// Length of the sequence that begins here and colours what follows on a screen (ECMA-48).
#[inline]
pub(super) fn sequence(rest: &[u8]) -> Option<usize> {
    let [0x1B, b'[', parameters @ ..] = rest else { return None };
    let length = parameters.iter().take_while(|b| b.is_ascii_digit() || **b == b';').count();
    (parameters.get(length) == Some(&b'm')).then_some(length + 3)
}

/// Such a sequence ends here.
fn behind_sequence(before: &[u8]) -> bool {
    before.last() == Some(&b'm')
        && memchr::memrchr(0x1B, before).is_some_and(|at| sequence(&before[at..]) == Some(before.len() - at))
}

/// A word ends here that what follows would belong to: one of any alphabet. A sign such as an arrow is none, a byte of an old
/// code page is one.
pub(super) fn in_word(before: &[u8]) -> bool {
    match before.last() {
        Some(last) if *last >= 0x80 => bstr::decode_last_utf8(before).0.is_none_or(char::is_alphanumeric),
        Some(last) => is_word(*last) && !behind_sequence(before),
        None => false,
    }
}

/// Length of the word that begins here.
fn word(rest: &[u8]) -> usize {
    (0..rest.len())
        .find(|at| !is_word(rest[*at]) || rest[*at] >= 0x80 && sign(&rest[*at..]).is_some())
        .unwrap_or(rest.len())
}

/// The token that begins at this place.
fn token(text: &[u8], at: usize) -> (Piece, usize) {
    let rest = &text[at..];
    let first = rest[0];
    let at_word = !in_word(&text[..at]);
    if let Some(length) = sequence(rest).or_else(|| sign(rest)) {
        return (Piece::Literal(rest[..length].to_vec()), length);
    }
    if first == b' ' {
        return (Piece::Gap, rest.iter().take_while(|b| **b == b' ').count());
    }
    if !is_word(first) {
        return (Piece::Literal(vec![first]), 1);
    }
    if at_word && let Some(length) = timestamp::extent(rest) {
        return (Piece::Hole(Hole::Time), length);
    }
    let length = word(rest);
    let word = &rest[..length];
    if word.iter().all(u8::is_ascii_digit) {
        return (Piece::Hole(Hole::Number), length);
    }
    if is_level(word) {
        return (Piece::Hole(Hole::Level), length);
    }
    let digits = word.iter().filter(|b| b.is_ascii_digit()).count();
    if length >= 4 && digits > 0 && word.is_ascii() && (digits >= 2 || length >= 8) {
        return (Piece::Hole(Hole::Id), length);
    }
    (Piece::Literal(word.to_vec()), length)
}

/// The pieces alone.
pub(super) fn shape(text: &[u8]) -> Vec<Piece> {
    tokens(text).into_iter().map(|token| token.piece).collect()
}

/// The pieces before what is said in some lines: they are asked for several times, and found once.
pub(super) struct Shapes<'l> {
    pub(super) lines: &'l [&'l [u8]],
    known: RefCell<ByPlace>,
}

/// The pieces by line and place.
type ByPlace = BTreeMap<(usize, usize), Rc<[Piece]>>;

impl<'l> Shapes<'l> {
    pub(super) fn of(lines: &'l [&'l [u8]]) -> Shapes<'l> {
        Shapes { lines, known: RefCell::default() }
    }

    /// Of the line with this number, before this place.
    pub(super) fn before(&self, line: usize, at: usize) -> Rc<[Piece]> {
        let mut known = self.known.borrow_mut();
        Rc::clone(known.entry((line, at)).or_insert_with(|| shape(&self.lines[line][..at]).into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::template::Template;

    fn shown(text: &str) -> String {
        Template::new(shape(text.as_bytes())).unwrap().to_string()
    }

    #[test]
    fn what_varies_becomes_a_hole() {
        for (text, want) in [
            ("2026/11/23 08:26:01 [17] <= ", "{time} [{number}] <= "),
            ("Recv 23/11/2026 08:53:06: ", "Recv {time}: "),
            ("[2026-11-23 09:03:15] DEBUG [CsV51dEnAcg] S: ", "[{time}] {level} [{id}] S: "),
            ("20261123-085556.417 00007F70109C0470<- ", "{time} {id}<- "),
            ("20261123-085556.417 00007F70109C0470HR_Connect: ", "{time} {id}: "),
            (
                "Nov 23 11:08:30 localhost sendemail[25654]: SUCCESS => Received: \t",
                "{time} localhost sendemail[{number}]: {level} => Received: \t",
            ),
            ("reply: b'", "reply: b'"),
            ("2026-11-23\u{a6}08:26:01\u{a6}K\u{a6}", "{time}\u{a6}{time}\u{a6}K\u{a6}"),
        ] {
            assert_eq!(shown(text), want, "{text}");
        }
    }
}
