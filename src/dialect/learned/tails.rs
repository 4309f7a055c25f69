//! What stands behind the text: the same behind texts that differ is decoration, whatever it looks like. No list of marks.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    said::Said,
    token::{Shapes, shape},
};
use crate::dialect::template::{Hole, Piece, Template, without};

/// Texts of one verb or code that are looked at: many of one kind are alike by themselves (`>` behind each RCPT).
const OF_EACH: usize = 2;
/// Texts that prove a tail, of different verbs or codes.
const MIN_TEXTS: usize = 2;
/// Verbs or codes of the texts that prove a tail in which a word varies, and different words there.
const MIN_KINDS: usize = 3;
/// Of so many one may end otherwise.
const MANY: usize = 5;
/// No decoration has more pieces.
const MAX_PIECES: usize = 32;
/// Or more bytes.
const MAX_BYTES: usize = 160;

/// The text behind the texts of each side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tails {
    pub server: Vec<Piece>,
    pub client: Vec<Piece>,
}

impl Tails {
    /// Of the lines in which something is said; `said` may take decoration for a part of a command.
    pub(super) fn find(shapes: &Shapes<'_>, said: &[(usize, Vec<Said>)]) -> Tails {
        let client = texts(shapes, said, |said| said.what.verb().map(|verb| verb as u16));
        let server = texts(shapes, said, |said| said.what.code());
        let mut tails = Tails { server: tail(&server), client: tail(&client) };
        // Too few texts prove nothing by themselves, but that they end as the others do.
        let same = |texts: &[Text<'_>], tail: &[Piece]| texts.iter().all(|(_, text)| without(text, tail).is_some());
        if tails.client.is_empty() && !client.is_empty() && same(&client, &tails.server) {
            tails.client = tails.server.clone();
        } else if tails.server.is_empty() && !server.is_empty() && same(&server, &tails.client) {
            tails.server = tails.client.clone();
        }
        tails
    }
}

/// The number of a verb or code, and the text that begins with it.
type Text<'a> = (u16, &'a [u8]);

/// Some texts of one side, in the frame in which most of them stand.
fn texts<'a>(shapes: &Shapes<'a>, all: &[(usize, Vec<Said>)], kind: impl Fn(&Said) -> Option<u16>) -> Vec<Text<'a>> {
    let mut by_head: BTreeMap<Rc<[Piece]>, Vec<Text<'a>>> = BTreeMap::new();
    for (line, found) in all {
        let Some((said, kind)) = found.iter().find_map(|said| Some((said, kind(said)?))) else { continue };
        let text = &shapes.lines[*line][said.at..];
        by_head.entry(shapes.before(*line, said.at)).or_default().push((kind, text));
    }
    let mut seen: BTreeMap<u16, usize> = BTreeMap::new();
    let mut most = by_head.into_values().max_by_key(Vec::len).unwrap_or_default();
    most.retain(|(kind, _)| {
        let count = seen.entry(*kind).or_default();
        *count += 1;
        // How a server asks for a message may end in signs of its own.
        *count <= OF_EACH && *kind != 354
    });
    most
}

/// The text behind the texts of one side.
fn tail(texts: &[Text<'_>]) -> Vec<Piece> {
    let kinds: BTreeSet<u16> = texts.iter().map(|(kind, _)| *kind).collect();
    if texts.len() < MIN_TEXTS || kinds.len() < 2 {
        return Vec::new();
    }
    let word = if kinds.len() >= MIN_KINDS { last_word(texts) } else { None };
    let text = |text: &[u8]| pieces(text[..text.len() - word.map_or(0, <[u8]>::len)].trim_ascii_end());
    let pieces: Vec<_> = texts.iter().map(|(kind, said)| (*kind, text(said.trim_ascii_end()))).collect();
    let mut tail = common(&pieces, kinds.len());
    tail.extend(word.into_iter().flat_map(|word| [Piece::Gap, Piece::Literal(word.to_vec())]));
    tail
}

/// The word that every text ends in, whatever it says: a column that is always the same.
fn last_word<'a>(texts: &[Text<'a>]) -> Option<&'a [u8]> {
    let mut words = texts.iter().map(|(_, text)| text.trim_ascii_end().rsplitn(2, |b| *b == b' '));
    let first = words.next().and_then(|mut words| words.next())?;
    let is_last =
        |(_, text): &Text<'_>| text.trim_ascii_end().strip_suffix(first).is_some_and(|rest| rest.ends_with(b" "));
    (!first.is_empty() && texts.iter().all(is_last)).then_some(first)
}

/// What nearly all of these texts end in.
pub(super) fn shared<'a>(texts: impl Iterator<Item = &'a [u8]>) -> Vec<Piece> {
    common(&texts.map(|text| (0, pieces(last(text.trim_ascii_end())))).collect::<Vec<_>>(), 1)
}

/// The end of a text, longer than any decoration.
fn last(text: &[u8]) -> &[u8] {
    &text[text.len().saturating_sub(MAX_BYTES)..]
}

/// The pieces of a text; signs that are not ASCII stand apart from words.
fn pieces(text: &[u8]) -> Vec<Piece> {
    let apart = |piece: Piece| match piece {
        Piece::Literal(literal) => {
            literal.chunk_by(|a, b| a.is_ascii() == b.is_ascii()).map(|part| Piece::Literal(part.to_vec())).collect()
        }
        piece => vec![piece],
    };
    shape(text).into_iter().flat_map(apart).collect()
}

/// The pieces that nearly all texts end in, and nearly all of the kinds.
fn common(texts: &[(u16, Vec<Piece>)], kinds: usize) -> Vec<Piece> {
    let mut alike: Vec<&(u16, Vec<Piece>)> = texts.iter().collect();
    let most = |count: usize, of: usize| count == of || of >= MANY && count + 1 == of;
    let mut out = Vec::new();
    while out.len() < MAX_PIECES {
        let place = out.len() + 1;
        let mut counts: BTreeMap<&Piece, usize> = BTreeMap::new();
        for (_, text) in alike.iter().filter(|(_, text)| text.len() >= place) {
            *counts.entry(&text[text.len() - place]).or_default() += 1;
        }
        // A checksum is the same behind the same text.
        let words =
            counts.len() >= MIN_KINDS && counts.len() * 3 > alike.len() && counts.keys().all(|piece| is_word(piece));
        // Hexadecimal digits are now a number, now letters and digits.
        let varies = words
            || counts.len() > 1
                && counts.keys().all(|piece| is_word(piece))
                && counts.keys().any(|piece| !is_literal(piece));
        if varies && is_marked(&alike, out.len(), kinds) {
            // A running number, a checksum, a time: never the same behind the same mark.
            out.push(Piece::Hole(Hole::Word));
            continue;
        }
        let Some((piece, _)) = counts.into_iter().max_by_key(|(_, count)| *count) else { break };
        let ends = |text: &[Piece]| text.len() >= place && text[text.len() - place] == *piece;
        let left: Vec<&(u16, Vec<Piece>)> = alike.iter().copied().filter(|(_, text)| ends(text)).collect();
        let of_kinds = left.iter().map(|(kind, _)| *kind).collect::<BTreeSet<u16>>().len();
        if !most(of_kinds, kinds) || left.len() * 10 < texts.len() * 8 && !most(left.len(), texts.len()) {
            break;
        }
        alike = left;
        out.push(piece.clone());
    }
    out.reverse();
    // An address that the text opens ends in the text: `MAIL FROM:<a@b.test>`.
    let count = |text: &[Piece], mark: &[u8]| text.iter().filter(|piece| is_literally(piece, mark)).count();
    let open = |text: &[Piece]| count(text, b"<") > count(text, b">");
    if alike.iter().any(|(_, text)| open(&text[..text.len() - out.len()]))
        && let Some(end) = out.iter().position(|piece| is_literally(piece, b">"))
    {
        out.drain(..=end);
    }
    // A number or a word that most texts end in proves nothing without a mark before it.
    while matches!(out.first(), Some(Piece::Hole(_) | Piece::Gap)) && !out[1..].iter().any(is_mark) {
        out.remove(0);
    }
    // A full stop is part of what a server says.
    let stop = matches!(&out[..], [Piece::Literal(literal)] if literal == b".");
    if stop || !out.iter().any(is_mark) {
        return Vec::new();
    }
    Template::new([Piece::Hole(Hole::Text)].into_iter().chain(out)).map(Template::into_tail).unwrap_or_default()
}

/// What a running number may be: digits, or letters and digits.
fn is_word(piece: &Piece) -> bool {
    match piece {
        Piece::Literal(word) => word.iter().all(u8::is_ascii_alphanumeric),
        Piece::Hole(hole) => matches!(hole, Hole::Number | Hole::Id | Hole::Time),
        Piece::Gap => false,
    }
}

fn is_literally(piece: &Piece, mark: &[u8]) -> bool {
    matches!(piece, Piece::Literal(literal) if literal == mark)
}

fn is_literal(piece: &Piece) -> bool {
    matches!(piece, Piece::Literal(_))
}

/// Before the piece at this place, counted from the end, the same mark stands in all texts, of whatever kind.
fn is_marked(texts: &[&(u16, Vec<Piece>)], place: usize, kinds: usize) -> bool {
    let before = |text: &[Piece]| {
        let mut before = text.iter().rev().skip(place + 1).skip_while(|piece| **piece == Piece::Gap);
        before.next().filter(|piece| is_mark(piece)).cloned()
    };
    let first = texts.first().and_then(|(_, text)| before(text));
    kinds >= MIN_KINDS && first.is_some() && texts.iter().all(|(_, text)| before(text) == first)
}

/// A sign, or a time of the writer's: neither is a word that many texts end in by themselves.
fn is_mark(piece: &Piece) -> bool {
    match piece {
        Piece::Literal(literal) => !literal.iter().all(u8::is_ascii_alphanumeric),
        Piece::Hole(hole) => *hole == Hole::Time,
        Piece::Gap => false,
    }
}

/// The bytes of a tail in which nothing varies.
pub(super) fn constant(tail: &[Piece]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for piece in tail {
        match piece {
            Piece::Literal(literal) => out.extend_from_slice(literal),
            Piece::Gap => out.push(b' '),
            Piece::Hole(_) => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{LineEnd, learned::said::said};

    fn of(lines: &[&str]) -> (String, String) {
        let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
        let all: Vec<(usize, Vec<Said>)> =
            lines.iter().enumerate().map(|(n, line)| (n, said(line, LineEnd::Line, None))).collect();
        let tails = Tails::find(&Shapes::of(&lines), &all);
        let shown = |tail: Vec<Piece>| Template::new(tail).unwrap().to_string();
        (shown(tails.server), shown(tails.client))
    }

    #[test]
    fn what_is_the_same_behind_texts_that_differ_is_decoration() {
        for (open, close) in [("<", ">"), ("", "[0D][0A]"), ("\"", "\\r\\n\""), ("", " (end)"), ("", "\u{b6}")] {
            let said = |mark: &str, text: &str| format!("{mark} {open}{text}{close}");
            let lines = [
                said("S", "220 mail ESMTP"),
                said("C", "EHLO pc"),
                said("S", "250-mail"),
                said("S", "250 SIZE"),
                said("C", "MAIL FROM:<a@b.c>"),
                said("S", "550 no"),
                said("C", "RCPT TO:<a@b.c>"),
            ];
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            assert_eq!(of(&lines), (close.to_owned(), close.to_owned()), "{lines:?}");
        }
    }

    #[test]
    fn a_running_number_behind_a_mark_is_decoration() {
        for (open, close) in [("[000", "]"), ("#1", ""), ("*", ""), ("crc=", "")] {
            let end = |text: &str, n: usize| format!("{text} {open}{n:x}{close}");
            let texts = [
                "S 220 mail",
                "C EHLO pc",
                "S 250 SIZE",
                "C MAIL FROM:<a@b.c>",
                "S 550 no",
                "C RCPT TO:<a@b.c>",
                "C QUIT",
                "S 221 a",
            ];
            let lines: Vec<String> = texts.iter().enumerate().map(|(n, text)| end(text, n * 3 + 8)).collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let (server, client) = of(&lines);
            assert!(server.contains("{word}") && client.contains("{word}"), "{server} {client} {lines:?}");
        }
    }

    #[test]
    fn a_word_that_every_text_ends_in_is_decoration() {
        let lines = ["S 220 mail 0", "C EHLO pc 0", "S 250-mail 0", "C QUIT 0", "S 221 Bye 0", "C MAIL FROM:<a@b.c> 0"];
        assert_eq!(of(&lines), (" 0".to_owned(), " 0".to_owned()));
    }

    #[test]
    fn an_address_ends_in_the_text() {
        let lines = ["c \"MAIL FROM:<a@x.test>\"", "c \"RCPT TO:<b@y.test>\"", "c \"RCPT TO:<c@z.test>\""];
        assert_eq!(of(&lines).1, "\"");
    }

    #[test]
    fn a_side_and_a_time_behind_every_text_are_decoration() {
        let said =
            [("IN", "220 mail"), ("UIT", "EHLO pc"), ("IN", "250 Ok"), ("UIT", "MAIL FROM:<a@b.c>"), ("IN", "550 no")];
        let line =
            |(n, (side, text)): (usize, &(&str, &str))| format!("000{n} {text:20} {side:3} 2026/10/09 08:58:2{n}");
        let lines: Vec<String> = said.iter().enumerate().map(line).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        assert_eq!(of(&lines), (" IN {time}".to_owned(), " UIT {time}".to_owned()));
    }

    #[test]
    fn texts_alone_have_no_tail() {
        let lines = ["220 mail ESMTP", "EHLO pc", "250 Ok", "MAIL FROM:<a@b.c>", "250 Ok", "RCPT TO:<a@b.c>", "550 no"];
        assert_eq!(of(&lines), (String::new(), String::new()));
    }
}
