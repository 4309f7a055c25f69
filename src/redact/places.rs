//! Lines that are alike but for one word: where that is a secret in one of them, or somebody's name, so it is in all others,
//! before and behind, whatever it looks like there.

use std::{collections::HashSet, hash::BuildHasher};

use crate::memo::Quick;

use super::{
    field,
    known_word::is_known,
    name_word, secret,
    span::{Span, runs},
    trace,
};

/// Places that are kept; a log has few kinds of lines in which a secret stands.
const MOST: usize = 1 << 14;
/// Words and bytes of a line; a longer one is hardly written twice.
const MOST_WORDS: usize = 16;
const MOST_BYTES: usize = 400;
/// Words of a line of which none is constant, `1. Vlerkhaas`, and marks that tell a line without any: `[x][y]`.
const FEW: usize = 3;
const MARKS: usize = 4;
/// Letters of a piece that a mask leaves, whatever it is, and of a name.
const BIT: usize = 2;
const NAME: usize = 3;

/// Where in lines of a log secrets and names stand: hashes of all that stands around.
#[derive(Debug, Default)]
pub(super) struct Places {
    secrets: HashSet<u64, Quick>,
    names: HashSet<u64, Quick>,
}

/// What stands in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Secret,
    Name,
}

struct Word<'t> {
    at: usize,
    text: &'t str,
    is_known: bool,
}

/// A line as its words, and what all but one of them come to: once with the words of any language for constants, once with
/// those of programs alone.
struct Line<'t> {
    words: Vec<Word<'t>>,
    sums: [u64; 2],
    constants: [usize; 2],
    marks: usize,
}

impl Word<'_> {
    fn end(&self) -> usize {
        self.at + self.text.len()
    }

    fn is_constant(&self, of_programs: bool) -> bool {
        let letters = || self.text.chars().all(char::is_lowercase);
        self.is_known && !self.text.bytes().any(|b| b.is_ascii_digit()) || !of_programs && letters()
    }

    /// No mask hides it: each part is a word of programs, or one with a number.
    fn is_made_of_known(&self) -> bool {
        let known = |part: &str| {
            is_known(part.trim_end_matches(|c: char| c.is_ascii_digit()))
                || trace::pieces(part).all(|piece| piece.len() <= BIT || is_known(piece))
        };
        runs(self.text, true, |b| b.is_ascii_alphanumeric()).all(|(_, part)| known(part))
    }

    fn may_be_name(&self) -> bool {
        self.text.chars().count() >= NAME
            && self.text.starts_with(char::is_uppercase)
            && self.text.chars().all(char::is_alphabetic)
    }
}

impl Places {
    pub(super) fn is_empty(&self) -> bool {
        self.secrets.is_empty() && self.names.is_empty()
    }

    /// Learns from a line where its secrets and its names stand.
    pub(super) fn learn(&mut self, text: &str, secrets: impl FnOnce() -> Vec<Span<()>>) {
        let Some(line) = self.read(text) else { return };
        let spans = secrets();
        for (nth, word) in line.words.iter().enumerate() {
            let hidden = spans.iter().any(|span| span.at.start < word.end() && word.at < span.at.end);
            // `"sid":"xXQ0eJDLMHs"` is no secret, though it looks like one; nor is what has a value of its own.
            let named = || field::before(&text[..word.at]).is_id() || text[word.end()..].starts_with(['=', ':']);
            let secret = hidden && !named();
            let name = !hidden && !word.is_known && word.may_be_name();
            let kept = if secret { &mut self.secrets } else { &mut self.names };
            if (secret || name) && kept.len() < MOST {
                let keys = [false, true].map(|of_programs| line.around(nth, of_programs, name));
                kept.extend(keys.into_iter().flatten());
            }
        }
    }

    /// Where in the text words stand that take the place of a secret or of a name. `masked`: only words that a mask leaves.
    pub(super) fn found(&self, text: &str, masked: bool) -> Vec<Span<Place>> {
        let Some(line) = self.read(text) else { return Vec::new() };
        let stands = |nth: usize, places: &HashSet<u64, Quick>, name: bool| {
            let keys = || [false, true].map(|of_programs| line.around(nth, of_programs, name));
            !places.is_empty() && keys().into_iter().flatten().any(|key| places.contains(&key))
        };
        let place = |(nth, word): (usize, &Word<'_>)| {
            let name = || {
                word.is_known
                    && word.may_be_name()
                    && (secret::may_be_value(word.text) || name_word::is_name(word.text))
            };
            let shown = || !masked || word.is_made_of_known();
            let place = if secret::may_stand(word.text) && shown() && stands(nth, &self.secrets, false) {
                Place::Secret
            } else if name() && stands(nth, &self.names, true) {
                Place::Name
            } else {
                return None;
            };
            Some(Span::new(word.at, word.end(), place))
        };
        line.words.iter().enumerate().filter_map(place).collect()
    }

    fn read<'t>(&self, text: &'t str) -> Option<Line<'t>> {
        if text.len() > MOST_BYTES || text.split(is_mark).filter(|word| !word.is_empty()).nth(MOST_WORDS).is_some() {
            return None;
        }
        let mut words = Vec::new();
        let mut done = 0;
        let (mut sums, mut constants, mut marks) = ([0_u64; 2], [0; 2], 0);
        while let Some(from) = text[done..].find(|c| !is_mark(c)).map(|n| done + n) {
            let end = text[from..].find(is_mark).map_or(text.len(), |n| from + n);
            let gap = &text[done..from];
            marks += gap.bytes().filter(|b| !b.is_ascii_whitespace()).count();
            let bare = text[from..end].trim_end_matches('.');
            let word = Word { at: from, text: bare, is_known: is_known(bare) };
            for (which, sum) in sums.iter_mut().enumerate() {
                let constant = word.is_constant(which == 1);
                constants[which] += usize::from(constant);
                *sum =
                    sum.wrapping_add(self.of(&word, words.len(), constant)).wrapping_add(self.mark(gap, words.len()));
            }
            words.push(word);
            done = end;
        }
        marks += text[done..].bytes().filter(|b| !b.is_ascii_whitespace()).count();
        for sum in &mut sums {
            *sum = sum.wrapping_add(self.mark(text[done..].trim_end(), words.len()));
        }
        Some(Line { words, sums, constants, marks })
    }

    /// What a word in this place adds; any that is not constant adds the same.
    fn of(&self, word: &Word<'_>, nth: usize, constant: bool) -> u64 {
        hash(nth, if constant { word.text } else { "" })
    }

    fn mark(&self, gap: &str, nth: usize) -> u64 {
        // However many blanks stand there.
        Quick::default().hash_one((nth, gap.trim(), gap.contains(char::is_whitespace)))
    }
}

impl Line<'_> {
    /// All that stands around a word, if it tells this line from others. A name may stand in a line of few words.
    fn around(&self, nth: usize, of_programs: bool, name: bool) -> Option<u64> {
        let (word, which) = (&self.words[nth], usize::from(of_programs));
        let constant = word.is_constant(of_programs);
        let told = self.constants[which] > usize::from(constant)
            || self.marks >= MARKS
            || name && (2..=FEW).contains(&self.words.len());
        let own = hash(nth, if constant { word.text } else { "" });
        told.then(|| self.sums[which].wrapping_sub(own).wrapping_add(nth as u64))
    }
}

fn hash(nth: usize, text: &str) -> u64 {
    Quick::default().hash_one((nth, text))
}

/// It parts the words of a line.
fn is_mark(c: char) -> bool {
    c.is_whitespace() || "[](){}<>\"'=,;|:/\\".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[(&str, &str)], text: &str, place: Place) -> Option<String> {
        let mut places = Places::default();
        for (line, secret) in lines {
            let span = line.find(secret).filter(|_| !secret.is_empty()).map(|at| Span::new(at, at + secret.len(), ()));
            places.learn(line, || span.into_iter().collect());
        }
        places.found(text, false).into_iter().find(|span| span.kind == place).map(|span| text[span.at].to_owned())
    }

    #[test]
    fn a_place_is_known_by_all_that_stands_around() {
        let lines = [("ingevoer: Kudu7!herd", "Kudu7!herd"), ("[zorro][Kudu7!herd]", "Kudu7!herd")];
        for (text, secret) in [
            ("ingevoer: Server1", Some("Server1")),
            ("ingevoer:  invoice", Some("invoice")),
            ("ingevoer: failed", None),
            ("uitgevoer: invoice", None),
            ("[desk@own.co.za][invoice]", Some("invoice")),
        ] {
            assert_eq!(found(&lines, text, Place::Secret).as_deref(), secret, "{text}");
        }
    }

    #[test]
    fn where_names_stand_known_words_are_names() {
        let lines = [("Rekening [Vlerkhaas] weg", ""), ("1. Zorroman", "")];
        for (text, name) in [
            ("Rekening [Black] weg", Some("Black")),
            ("Rekening [black] weg", None),
            ("Rekening Black weg", None),
            ("2. Small", Some("Small")),
            ("2. Field", Some("Field")),
            ("2. Failed", None),
        ] {
            assert_eq!(found(&lines, text, Place::Name).as_deref(), name, "{text}");
        }
    }
}
