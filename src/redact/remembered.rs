//! Secrets that a log has shown once are hidden wherever they come again, however they are written: a password stands in
//! one line as a setting and in the next in the middle of a sentence.
//!
//! Nothing of a secret is kept but keyed hashes (a new key in each run) of its forms; so many secrets, and no more memory
//! than a table of [`MOST_FORMS`] of them.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use crate::{base64, hex};

use super::{
    prompt::is_prompt,
    secret::{self, encoded},
    span::{Span, floor_char_boundary, runs},
};

/// A shorter secret would be found inside other words.
const SHORTEST: usize = 6;
/// A longer one is known by its beginning.
const LONGEST: usize = 128;
/// Letters of a form in base64.
const LETTERS: usize = 8;
/// Forms of secrets that are kept; each secret has about seven.
const MOST_FORMS: usize = 1 << 18;
/// Bits of the filter that is asked first.
const FILTER_BITS: usize = 1 << 16;

/// The secrets of a log, or of several.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    key: RandomState,
    /// The lengths of forms, by the hash of their first [`SHORTEST`] bytes.
    lengths: HashMap<u64, Vec<usize>>,
    /// The hash of each form; true where it is a word or a number, which is the same only where it stands alone.
    forms: HashMap<u64, bool>,
    filter: Vec<u64>,
}

impl Remembered {
    /// Remembers a secret, unless it is one by its place only: a word that programs use, an address, a name of a host.
    /// Gives whether it is a new one.
    pub(super) fn remember(&mut self, text: &str) -> bool {
        let text = trimmed(text);
        if !is_secret(text) {
            return false;
        }
        let known = self.forms.len();
        // A character is found whole or not at all.
        let end = floor_char_boundary(text, LONGEST);
        let text = &text.as_bytes()[..end];
        let word = text.iter().all(u8::is_ascii_lowercase) || text.iter().all(u8::is_ascii_digit);
        self.keep(text, word || text.iter().skip(1).all(u8::is_ascii_lowercase));
        let hex = hex::of(text, "");
        self.keep(hex.to_ascii_uppercase().as_bytes(), false);
        self.keep(hex.as_bytes(), false);
        for letters in base64::within(text).iter().filter(|letters| letters.len() >= LETTERS) {
            self.keep(letters.as_bytes(), false);
        }
        self.forms.len() > known
    }

    /// How many forms are kept.
    pub(super) fn len(&self) -> usize {
        self.forms.len()
    }

    fn keep(&mut self, form: &[u8], alone: bool) {
        let begin = self.begin(form);
        if self.forms.len() >= MOST_FORMS {
            return;
        }
        self.forms.entry(self.key.hash_one(form)).and_modify(|both| *both &= alone).or_insert(alone);
        let lengths = self.lengths.entry(begin).or_default();
        if !lengths.contains(&form.len()) {
            lengths.push(form.len());
        }
        self.filter.resize(FILTER_BITS / 64, 0);
        let bit = begin as usize % FILTER_BITS;
        self.filter[bit / 64] |= 1 << (bit % 64);
    }

    /// The hash of the first bytes, of which there are enough.
    fn begin(&self, form: &[u8]) -> u64 {
        let mut bytes = [0; 8];
        bytes[..SHORTEST].copy_from_slice(&form[..SHORTEST]);
        (u64::from_le_bytes(bytes).wrapping_mul(0x9E37_79B9_7F4A_7C15)).rotate_left(23)
    }

    /// Where they stand in the text.
    pub(super) fn spans(&self, text: &str, spans: &mut Vec<Span<()>>) {
        if self.forms.is_empty() {
            return;
        }
        self.find(text.as_bytes(), |from, to| spans.push(Span::new(from, to, ())));
        if let Some(plain) = encoded::plain(text) {
            self.find(plain.text.as_bytes(), |from, to| {
                spans.push(Span::new(plain.place(from), plain.place(to), ()));
            });
        }
        for (at, run) in runs(text, false, |b| b.is_ascii_hexdigit() || b == b' ' || b == b':' || b == b'-') {
            if let Some((bytes, places)) = pairs(run) {
                self.find(&bytes, |from, to| spans.push(Span::new(at + places[from], at + places[to - 1] + 2, ())));
            }
        }
    }

    fn find(&self, text: &[u8], mut found: impl FnMut(usize, usize)) {
        let mut done = 0;
        for (from, window) in text.windows(SHORTEST).enumerate() {
            let begin = self.begin(window);
            let bit = begin as usize % FILTER_BITS;
            if from < done || self.filter[bit / 64] & 1 << (bit % 64) == 0 {
                continue;
            }
            let Some(lengths) = self.lengths.get(&begin) else { continue };
            let fits = |len: &&usize| {
                let Some(part) = text.get(from..from + **len) else { return false };
                let joined = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || b"._-".contains(b));
                let joined_after = match text.get(from + **len) {
                    // The end of a sentence.
                    Some(b'.') => text.get(from + **len + 1).is_some_and(u8::is_ascii_alphanumeric),
                    after => joined(after),
                };
                // The name of an address may be a password, and its domain is none.
                let before = from.checked_sub(1).map(|at| &text[at]);
                let apart = || !joined(before) && before != Some(&b'@') && !joined_after;
                self.forms.get(&self.key.hash_one(part)).is_some_and(|alone| !alone || apart())
            };
            if let Some(len) = lengths.iter().filter(fits).max() {
                done = from + len;
                found(from, done);
            }
        }
    }
}

/// A word between spaces may be, or hold, a secret that is remembered.
pub(super) fn may_be_secret(word: &str) -> bool {
    word.len() >= SHORTEST && is_secret(trimmed(word))
}

/// Without the marks of a sentence.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || "\"'`,;()[]{}<>".contains(c))
}

/// A text that stood in the place of a secret is one that may be looked for elsewhere.
pub(super) fn is_secret(text: &str) -> bool {
    let strange = text.bytes().any(|b| b.is_ascii_alphanumeric()) || !text.is_ascii();
    text.len() >= SHORTEST
        && strange
        && !text.contains(char::is_whitespace)
        && !text.contains("://")
        && !text.contains(secret::HIDDEN)
        && !super::pseudonym::is_stand_in(text)
        && !text.split_once('@').is_some_and(|(_, domain)| domain.contains('.'))
        && !secret::is_known_all(text)
        && !is_prompt(text)
        && !is_host(text)
}

/// `mail.example.co.za`, `192.168.1.1`
fn is_host(text: &str) -> bool {
    let mut parts = text.split('.');
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.')
        && parts.all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        && (last.bytes().all(|b| b.is_ascii_lowercase()) && last.len() <= 6 || last.bytes().all(|b| b.is_ascii_digit()))
}

/// Bytes that are written in pairs of digits with something between them, and where each pair begins.
fn pairs(run: &str) -> Option<(Vec<u8>, Vec<usize>)> {
    let mut places = Vec::new();
    let mut bytes = Vec::new();
    let all = run.as_bytes();
    let mut at = 0;
    while at + 2 <= all.len() {
        let alone = all.get(at + 2).is_none_or(|b| !b.is_ascii_hexdigit())
            && at.checked_sub(1).is_none_or(|before| !all[before].is_ascii_hexdigit());
        match hex::byte(&all[at..]) {
            Some(byte) if alone => {
                bytes.push(byte);
                places.push(at);
                at += 2;
            }
            _ => at += 1,
        }
    }
    (bytes.len() >= SHORTEST).then_some((bytes, places))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(secrets: &[&str], text: &str) -> String {
        let mut remembered = Remembered::default();
        for secret in secrets {
            remembered.remember(secret);
        }
        let mut spans = Vec::new();
        remembered.spans(text, &mut spans);
        super::super::span::replace(text, spans, |(), _, out| out.push_str("***"))
    }

    #[test]
    fn a_long_secret_is_known_by_whole_characters() {
        let long = format!("a{}", "\u{201e}".repeat(60));
        assert!(hidden(&[&long], &long).starts_with("***"));
    }

    #[test]
    fn a_secret_is_known_in_every_form() {
        for (text, shown) in [
            ("xKudu7Herd!", "x***!"),
            ("4b 75 64 75 37 48 65 72 64 21", "*** 21"),
            ("4B:75:64:75:37:48:65:72:64", "***"),
            ("a4b756475374865726421", "a***21"),
            ("%4Budu7Herd and \\u004budu7Herd", "*** and ***"),
            ("&#75;udu7Herd", "***"),
            ("Kudu7Hero", "Kudu7Hero"),
        ] {
            assert_eq!(hidden(&["Kudu7Herd"], text), shown);
        }
        for before in ["", "a", "ab"] {
            let plain = format!("{before}Kudu7Herd{before}");
            let encoded = base64::encoded(plain.as_bytes());
            assert!(hidden(&["Kudu7Herd"], &encoded).contains("***"), "{encoded}");
        }
    }

    #[test]
    fn words_stand_alone_and_what_is_none_stays() {
        assert_eq!(
            hidden(&["olifantjie"], "olifantjie olifantjies x.olifantjie.co.za"),
            "*** olifantjies x.olifantjie.co.za"
        );
        assert_eq!(hidden(&["olifantjie"], "<olifantjie@own.co.za> a@olifantjie"), "<***@own.co.za> a@olifantjie");
        assert_eq!(hidden(&["olifantjie"], "not olifantjie."), "not ***.");
        for plain in ["required", "fred@own.co.za", "mail.own.co.za", "short", "two words", "recipient-12"] {
            assert_eq!(hidden(&[plain], plain), plain);
        }
    }

    #[test]
    fn room_is_bounded() {
        let mut remembered = Remembered::default();
        for n in 0..MOST_FORMS / 4 {
            remembered.remember(&format!("Kudu{n:07}x!"));
        }
        assert!(remembered.forms.len() <= MOST_FORMS);
        assert!(remembered.lengths.values().all(|lengths| lengths.len() < 10));
    }
}
