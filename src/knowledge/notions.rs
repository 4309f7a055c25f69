//! What many words say: "over", "beyond" and "exceeded" are one notion (`notions.txt`, compiled by the build script).

use serde::{Deserialize, Serialize};

/// What words say, and which say nothing where others stand.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Notions {
    /// How words begin, each with its notion: by the first byte, the longest first.
    #[serde(borrow)]
    pub(super) by_first: Vec<Vec<(&'static str, u8)>>,
    /// Words of manners and advice: "please try again later", "for more help visit ...". They come with any cause.
    #[serde(borrow)]
    pub(super) manners: Vec<&'static str>,
    /// How words end after which a reply says what it means.
    #[serde(borrow)]
    pub(super) frames: Vec<&'static str>,
    /// Words of a server alone, and pairs of words with a hyphen between.
    #[serde(borrow)]
    pub(super) spoken: Vec<&'static str>,
}

/// The notion of the first line: what is refused.
const REFUSE: u8 = 0;
/// A beginning of fewer letters is a whole word.
const MIN_BEGINNING_LETTERS: usize = 4;

impl Notions {
    /// The notion that a word says: of several beginnings that fit, the longest counts.
    pub(super) fn of(&self, word: &[u8]) -> Option<u8> {
        let says = |beginning: &str| {
            let whole = beginning.len() < MIN_BEGINNING_LETTERS;
            if whole { word == beginning.as_bytes() } else { word.starts_with(beginning.as_bytes()) }
        };
        let alike = self.by_first.get(usize::from(*word.first()?))?;
        alike.iter().find(|(beginning, _)| says(beginning)).map(|(_, notion)| *notion)
    }

    /// A word is mere manners.
    pub(super) fn is_manners(&self, word: &[u8]) -> bool {
        self.manners.iter().any(|one| one.as_bytes() == word)
    }

    /// A word says something beside others: it is long enough, and no manners.
    pub(super) fn is_telling(&self, word: &[u8]) -> bool {
        word.len() >= MIN_BEGINNING_LETTERS && !self.is_manners(word) && !word.iter().any(u8::is_ascii_digit)
    }

    /// The words behind this one, in any case, say what is meant: "rejected: ", "SmtpReplyError: ".
    pub(super) fn is_frame(&self, word: &[u8]) -> bool {
        let word = word.to_ascii_lowercase();
        self.of(&word) == Some(REFUSE) || self.frames.iter().any(|one| word.ends_with(one.as_bytes()))
    }

    /// Words are a server's: no mail program says such a thing of its own trouble.
    pub(super) fn is_spoken<'a>(&self, words: impl Iterator<Item = &'a [u8]>) -> bool {
        let mut before = &b""[..];
        words.into_iter().any(|word| {
            let pair = [std::mem::replace(&mut before, word), word].join(&b'-');
            self.spoken.iter().any(|one| one.as_bytes() == word || one.as_bytes() == pair)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_tells_the_notion_and_each_stands_once() {
        let notions = Notions::builtin();
        // "block" begins another notion.
        assert_eq!(notions.of(b"blocklisted"), notions.of(b"rbl"));
        assert_eq!(notions.of(b"blocked"), notions.of(b"refused"));
        assert_eq!(notions.of(b"caption"), None, "a short beginning is a whole word");
        assert!(notions.is_manners(b"please") && !notions.is_manners(b"supported"));
        let spoken = |text: &str| notions.is_spoken(text.split(' ').map(str::as_bytes));
        assert!(spoken("by our rules") && spoken("refused your ip") && !spoken("your mail server refused the ip"));
        for alike in &notions.by_first {
            for (at, (beginning, _)) in alike.iter().enumerate() {
                assert!(!alike[at + 1..].iter().any(|(other, _)| other == beginning), "{beginning}");
            }
        }
    }
}
