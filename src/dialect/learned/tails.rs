//! What stands behind the text: the same behind texts that differ is decoration, whatever it looks like. No list of marks.

use std::collections::BTreeMap;

use super::{
    said::{Said, Words},
    token::{head_shape, shape},
};
use crate::{
    dialect::template::{Hole, Piece, Template},
    smtp::Verb,
};

/// Texts of one verb or code that are looked at: many of one kind are alike by themselves (`>` behind each RCPT).
const OF_EACH: usize = 2;
/// Texts that prove a tail.
const MIN_TEXTS: usize = 3;
/// No decoration has more pieces.
const MAX_PIECES: usize = 16;

/// What stands behind the texts of each side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tails {
    pub server: Vec<Piece>,
    pub client: Vec<Piece>,
}

impl Tails {
    /// Of the lines in which something is said; `said` may take decoration for a part of a command.
    pub fn find(lines: &[&[u8]], said: &[(usize, Vec<Said>)]) -> Tails {
        let client = tail(lines, said, |said| match said.what {
            Words::Command(verb) => Some(verb as u16),
            Words::Reply { .. } => None,
        });
        let server = tail(lines, said, |said| match said.what {
            Words::Reply { code, .. } => Some(code),
            Words::Command(_) => None,
        });
        Tails { server, client }
    }
}

/// The text without this tail; none where it does not end in it.
pub(super) fn stripped<'a>(text: &'a [u8], tail: &[Piece]) -> Option<&'a [u8]> {
    let template = Template::new([Piece::Hole(Hole::Text)].into_iter().chain(tail.iter().cloned())).ok()?;
    template.ends(text)
}

/// What stands behind the texts of one side: in the frame in which most of them stand.
fn tail(lines: &[&[u8]], all: &[(usize, Vec<Said>)], kind: impl Fn(&Said) -> Option<u16>) -> Vec<Piece> {
    let mut by_head: BTreeMap<Vec<Piece>, Vec<(u16, &[u8])>> = BTreeMap::new();
    for (line, found) in all {
        let Some((said, kind)) = found.iter().find_map(|said| Some((said, kind(said)?))) else { continue };
        let (head, text) = lines[*line].split_at(said.at);
        by_head.entry(head_shape(head)).or_default().push((kind, text));
    }
    let Some(most) = by_head.into_values().max_by_key(Vec::len) else { return Vec::new() };
    let mut seen: BTreeMap<u16, usize> = BTreeMap::new();
    let mut texts: Vec<Vec<Piece>> = Vec::new();
    for (kind, text) in most {
        let count = seen.entry(kind).or_default();
        *count += 1;
        // How a server asks for a message may end in signs of its own.
        if *count <= OF_EACH && kind != 354 {
            texts.push(shape(text.trim_ascii_end()));
        }
    }
    if texts.len() < MIN_TEXTS || seen.len() < 2 {
        return Vec::new();
    }
    common(&texts)
}

/// The pieces that nearly all texts end in.
fn common(texts: &[Vec<Piece>]) -> Vec<Piece> {
    let mut alike: Vec<&Vec<Piece>> = texts.iter().collect();
    let mut out = Vec::new();
    while out.len() < MAX_PIECES {
        let at = |text: &Vec<Piece>| text.len().checked_sub(out.len() + 1).map(|at| text[at].clone());
        let mut counts: BTreeMap<Piece, usize> = BTreeMap::new();
        for piece in alike.iter().filter_map(|text| at(text)) {
            *counts.entry(piece).or_default() += 1;
        }
        let Some((piece, count)) = counts.into_iter().max_by_key(|(_, count)| *count) else { break };
        if count * 10 < texts.len() * 9 && count + 1 < texts.len() || count < MIN_TEXTS {
            break;
        }
        alike.retain(|text| at(text).as_ref() == Some(&piece));
        out.push(piece);
    }
    out.reverse();
    // A number or a word that most texts end in proves nothing without a mark before it.
    while matches!(out.first(), Some(Piece::Hole(_) | Piece::Gap)) && !out[1..].iter().any(is_mark) {
        out.remove(0);
    }
    if out.iter().any(is_mark) || out.len() >= 3 { out } else { Vec::new() }
}

fn is_mark(piece: &Piece) -> bool {
    matches!(piece, Piece::Literal(literal) if !literal.iter().all(u8::is_ascii_alphanumeric))
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

/// The verb that `rest` seems to begin with, whatever stands behind it.
pub(super) fn loose_command(rest: &[u8]) -> Option<Verb> {
    let starts = |verb: &str| rest.len() > verb.len() && rest[..verb.len()].eq_ignore_ascii_case(verb.as_bytes());
    let argued = [("EHLO ", Verb::Ehlo), ("HELO ", Verb::Helo), ("MAIL FROM:", Verb::Mail), ("RCPT TO:", Verb::Rcpt)];
    argued.into_iter().find(|(verb, _)| starts(verb)).map(|(_, verb)| verb)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{LineEnd, learned::said::said};

    fn of(lines: &[&str]) -> (String, String) {
        let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
        let all: Vec<(usize, Vec<Said>)> =
            lines.iter().enumerate().map(|(n, line)| (n, said(line, LineEnd::Line, None))).collect();
        let tails = Tails::find(&lines, &all);
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
    fn texts_alone_have_no_tail() {
        let lines = ["220 mail ESMTP", "EHLO pc", "250 Ok", "MAIL FROM:<a@b.c>", "250 Ok", "RCPT TO:<a@b.c>", "550 no"];
        assert_eq!(of(&lines), (String::new(), String::new()));
    }
}
