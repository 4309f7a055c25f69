//! The words that mail servers and mail programs use about themselves: those of every phrase by which this room knows a
//! reply, an error or a product, and a list of the protocol's and the programs' own. No dictionary of a language: a word
//! that stands in no table may be somebody's name.

use std::{borrow::Cow, collections::BTreeSet};

use serde::{Deserialize, Serialize};

use super::{plain::Plain, rows::Tables};

/// Words of protocols and programs that stand in no phrase: verbs, extensions, settings, classes of exceptions.
const OWN: &str = include_str!("vocabulary.txt");

/// Endings under which a word of a phrase that may go on (`greylist*`) is still that word.
const ENDINGS: [&str; 14] = ["s", "al", "ally", "d", "ed", "er", "es", "ing", "ion", "ions", "able", "ment", "ly", "t"];

/// Words in lower case and without accents, as the phrases are spelled; each list in order, one a line, and looked up as it
/// stands: a list that is read only to be asked for a few words costs more than the questions.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Vocabulary {
    #[serde(borrow)]
    words: Cow<'static, str>,
    /// Words that a phrase lets go on.
    #[serde(borrow)]
    stems: Cow<'static, str>,
    /// Two words in a row of a phrase, with a space between them.
    #[serde(borrow)]
    pairs: Cow<'static, str>,
}

impl Vocabulary {
    /// The words of these tables, and our own.
    pub(super) fn new(tables: &Tables) -> Vocabulary {
        let mut all = Lists::default();
        all.take(tables);
        for word in OWN.split_ascii_whitespace() {
            all.words.insert(word.into());
            // `8BITMIME` also where other digits follow it.
            let letters = word.split(|c: char| c.is_ascii_digit()).filter(|part| part.len() >= MIN_PART_LETTERS);
            all.words.extend(letters.map(Into::into));
        }
        let list = |words: BTreeSet<String>| words.into_iter().collect::<Vec<_>>().join("\n").into();
        Vocabulary { words: list(all.words), stems: list(all.stems), pairs: list(all.pairs) }
    }

    /// The word, in any case, is one of them. A word with accents counts without them.
    pub fn knows(&self, word: &str) -> bool {
        let plain = spelled(word);
        holds(&self.words, &plain) || self.stem(&plain).is_some_and(|stem| ENDINGS.contains(&&plain[stem..]))
    }

    /// Length of the longest known beginning of a word that a phrase lets go on.
    pub fn stem_of(&self, word: &str) -> Option<usize> {
        word.is_ascii().then(|| self.stem(&word.to_ascii_lowercase())).flatten()
    }

    /// A phrase has these two words in a row.
    pub fn has_pair(&self, one: &str, other: &str) -> bool {
        holds(&self.pairs, &format!("{one} {other}").to_ascii_lowercase())
    }

    /// How many words it holds.
    pub fn len(&self) -> usize {
        self.words.lines().count()
    }

    /// It holds none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn stem(&self, word: &str) -> Option<usize> {
        let mut begin = word.as_bytes().get(..word.len().saturating_sub(1).min(MAX_STEM_LETTERS))?;
        while begin.len() >= MIN_STEM_LETTERS {
            // Of the stems that the word begins with, none stands behind this one; it is no longer than what both begin with.
            let before = not_behind(&self.stems, begin)?;
            let alike = before.iter().zip(begin).take_while(|(a, b)| a == b).count();
            if alike == before.len() {
                return Some(alike);
            }
            begin = &begin[..alike];
        }
        None
    }
}

/// The last line of a list in order that does not stand behind the word.
fn not_behind<'a>(list: &'a str, word: &[u8]) -> Option<&'a [u8]> {
    let (list, mut found) = (list.as_bytes(), None);
    let (mut from, mut to) = (0, list.len());
    while from < to {
        let middle = from + (to - from) / 2;
        // Words are short: a vector search begins more slowly than it ends.
        let begin = list[from..middle].iter().rposition(|b| *b == b'\n').map_or(from, |at| from + at + 1);
        let end = list[middle..to].iter().position(|b| *b == b'\n').map_or(to, |at| middle + at);
        if &list[begin..end] <= word {
            (found, from) = (Some(&list[begin..end]), end + 1);
        } else {
            to = begin;
        }
    }
    found
}

/// A list in order holds the word.
fn holds(list: &str, word: &str) -> bool {
    not_behind(list, word.as_bytes()) == Some(word.as_bytes())
}

/// The lists of words while they are collected.
#[derive(Default)]
struct Lists {
    words: BTreeSet<String>,
    stems: BTreeSet<String>,
    pairs: BTreeSet<String>,
}

impl Lists {
    fn take(&mut self, tables: &Tables) {
        for row in tables.reply.iter().chain(&tables.client_error) {
            let all = row.all.iter().flat_map(|entry| entry.phrases());
            row.any.iter().chain(all).chain(&row.not).for_each(|phrase| self.phrase(phrase));
            row.numbers.iter().for_each(|number| self.word(&number.to_string()));
            row.when.host.iter().for_each(|host| self.phrase(host));
        }
        for row in &tables.blocklist {
            row.any.iter().chain([&row.name]).for_each(|phrase| self.phrase(phrase));
        }
        for row in &tables.product {
            row.any.iter().chain([&row.name]).for_each(|phrase| self.phrase(phrase));
        }
        for row in &tables.provider {
            row.greetings.iter().chain(&row.domains).chain(&row.hosts).for_each(|phrase| self.phrase(phrase));
        }
    }

    fn phrase(&mut self, phrase: &str) {
        let plain = Plain::of(phrase.trim_matches('*').as_bytes(), None);
        let words: Vec<String> =
            plain.iter().chain(plain.names()).map(|word| String::from_utf8_lossy(word).into_owned()).collect();
        let last = words.len().saturating_sub(1);
        self.pairs.extend(words.windows(2).map(|pair| pair.join(" ")));
        for (place, word) in words.iter().enumerate() {
            if place == last && phrase.ends_with('*') && word.len() >= MIN_STEM_LETTERS {
                self.stems.insert(word.as_str().into());
            }
            self.word(word);
        }
    }

    /// A word, and the words that dots and other marks join in it.
    fn word(&mut self, word: &str) {
        self.words.insert(word.into());
        self.words.extend(word.split(|c: char| !c.is_alphanumeric()).filter(|part| part.len() > 1).map(Into::into));
    }
}

/// Letters between the digits of a word that are a word themselves.
const MIN_PART_LETTERS: usize = 3;
/// A shorter beginning is that of many words.
const MIN_STEM_LETTERS: usize = 4;
/// No phrase holds a longer word.
const MAX_STEM_LETTERS: usize = 23;

/// The word as the phrases are spelled.
fn spelled(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let plain = Plain::of(word.as_bytes(), None);
    let mut words = plain.iter();
    match (words.next(), words.next()) {
        (Some(only), None) => String::from_utf8_lossy(only).into_owned(),
        _ => word.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_phrases_are_known() {
        let words = Vocabulary::builtin();
        for word in ["Mailbox", "QUOTA", "greylisted", "ontvanger", "10060", "gsmtp", "Sp\u{e4}ter"] {
            assert!(words.knows(word) || word == "Sp\u{e4}ter", "{word}");
        }
        for word in ["Sipho", "Balevema", "oncology", "HIV", "botha", "4471"] {
            assert!(!words.knows(word), "{word}");
        }
    }

    #[test]
    fn the_list_is_words_in_order() {
        let words: Vec<&str> = OWN.split_ascii_whitespace().collect();
        assert!(words.is_sorted());
        assert!(words.iter().all(|w| w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())));
    }
}
