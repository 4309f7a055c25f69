//! Words in two spellings (`words.toml`), so that a phrase is found in either: `log in` and `login`; `adres is ongeldig` is `address
//! is invalid`.

use serde::{Deserialize, Serialize};

/// Pairs of words.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Glossary {
    /// The two halves of a word that some write apart.
    #[serde(borrow)]
    pub(super) apart: Vec<(&'static str, &'static str)>,
    /// Afrikaans words, in order, and what they are in English.
    #[serde(borrow)]
    pub(super) english: Vec<(&'static str, &'static str)>,
    /// Those of any sentence: alone they show no language, and some are English too.
    #[serde(borrow)]
    pub(super) common: Vec<&'static str>,
}

impl Glossary {
    /// Words in plain spelling, each known one in English; `None` where none shows that they are Afrikaans. The second `nie` of a
    /// sentence only ends it.
    pub(super) fn in_english(&self, words: &[u8]) -> Option<Vec<u8>> {
        let place = |word: &[u8]| self.english.binary_search_by(|(known, _)| known.as_bytes().cmp(word)).ok();
        let known = |word| place(word).map(|at| self.english[at].1.as_bytes());
        let is_common = |word: &[u8]| self.common.iter().any(|common| common.as_bytes() == word);
        let all = || words.split(|b| *b == b' ').filter(|word| !word.is_empty());
        if !all().any(|word| known(word).is_some() && !is_common(word)) {
            return None;
        }
        let mut english = vec![b' '];
        let mut denied = false;
        for word in all() {
            if word == b"nie" && std::mem::replace(&mut denied, true) {
                continue;
            }
            english.extend_from_slice(known(word).unwrap_or(word));
            english.push(b' ');
        }
        Some(english)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_are_told_in_english() {
        let glossary = Glossary::builtin();
        assert!(glossary.english.is_sorted());
        assert_eq!(glossary.in_english(b" adres is nie geldig nie ").unwrap(), b" address is not valid ");
        assert_eq!(glossary.in_english(b" the van of a word "), None, "these words show nothing");
    }
}
