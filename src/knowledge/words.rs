//! The vocabulary by which programs tell, in their own language, how a mail went (`words.toml`). A word is looked up in
//! one plain spelling: small letters, no accents, no apostrophes.

use std::{borrow::Cow, collections::HashMap};

use serde::{Deserialize, Serialize};

use super::sorted;

/// What a word may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WordClass {
    /// Something went wrong.
    Failed,
    /// A mail has gone out.
    Sent,
    /// Something went well; it takes a word of mail to know what.
    Well,
    /// An attempt begins.
    Begins,
    /// Sending, by name or verb.
    Send,
    /// Turns the words around it into their opposite.
    Not,
    /// With a word of negation it tells of a failure: could not.
    May,
    /// Takes the sense from the failure behind it: no errors.
    None,
    /// It is about mail.
    Mail,
    /// It is about the connection.
    Connect,
    /// A logger's level that tells of no failure.
    Level,
    /// A logger's level of failures.
    LevelFailed,
    /// What follows goes on about the mail before.
    Detail,
    /// The address of who receives follows.
    Recipient,
    /// An address follows that receives nothing.
    Sender,
    /// The name of a password or a token.
    Secret,
    /// A key or a code behind it is a secret.
    Opener,
    /// People are called so, too.
    Name,
    /// A server's words follow.
    Reply,
    /// What a number counts.
    Count,
    /// A number follows that is no reply code.
    Place,
    /// A sum over mails.
    Summary,
    /// Looks like a word of another class, and is none.
    Neutral,
}

/// The classes of one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordClasses(u32);

impl WordClasses {
    /// Whether the word is of this class.
    #[must_use]
    pub fn has(self, class: WordClass) -> bool {
        self.0 & (1 << class as u32) != 0
    }

    /// Whether no row knows the word.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        self.0 == 0
    }
}

/// Classes that tell nothing of how a mail went: such a word is as unknown as any other.
const BESIDE: u32 = 1 << WordClass::Opener as u32 | 1 << WordClass::Name as u32;

/// The fixed letters of words, with the bits of their classes.
type Stems = Vec<(Box<[u8]>, u32)>;

/// All words, ready for lookup.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct WordTable {
    #[serde(serialize_with = "sorted::map")]
    pub(super) whole: HashMap<Box<[u8]>, u32>,
    /// Words that begin so, by their first byte.
    #[serde(serialize_with = "sorted::map")]
    pub(super) prefixes: HashMap<u8, Stems>,
    pub(super) suffixes: Stems,
    pub(super) inside: Stems,
}

/// The words of one class, by where in a longer word they count.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    /// Whole words.
    pub whole: Vec<Box<[u8]>>,
    /// Words that begin so.
    pub begins: Vec<Box<[u8]>>,
    /// Words that end so.
    pub ends: Vec<Box<[u8]>>,
    /// Words that hold this.
    pub inside: Vec<Box<[u8]>>,
}

impl WordTable {
    /// Whether a row holds the word itself, not only its beginning or end: such a word is nobody's name. The name of a secret
    /// (`pin`) is no such word: what stands under it may be a number that another word would excuse.
    #[must_use]
    pub fn knows(&self, word: &[u8]) -> bool {
        self.whole.get(word).is_some_and(|classes| classes & !BESIDE & !(1 << WordClass::Secret as u32) != 0)
    }

    /// Whether people are called so, too.
    #[must_use]
    pub fn is_name(&self, word: &str) -> bool {
        let classes = self.whole.get(word.to_ascii_lowercase().as_bytes());
        classes.is_some_and(|classes| classes & (1 << WordClass::Name as u32) != 0)
    }

    /// The words of one class.
    #[must_use]
    pub fn patterns(&self, class: WordClass) -> Patterns {
        let of = |stems: &mut dyn Iterator<Item = (&[u8], u32)>| -> Vec<Box<[u8]>> {
            stems.filter(|(_, classes)| classes & (1 << class as u32) != 0).map(|(stem, _)| stem.into()).collect()
        };
        let all = |stems: &Stems| of(&mut stems.iter().map(|(stem, classes)| (&**stem, *classes)));
        Patterns {
            whole: of(&mut self.whole.iter().map(|(word, classes)| (&**word, *classes))),
            begins: self.prefixes.values().flat_map(all).collect(),
            ends: all(&self.suffixes),
            inside: all(&self.inside),
        }
    }

    /// The classes of a word in plain spelling.
    #[must_use]
    pub fn classes(&self, word: &[u8]) -> WordClasses {
        let whole = self.whole.get(word).copied().unwrap_or_default();
        let first = word.first().and_then(|first| self.prefixes.get(first)).into_iter().flatten();
        let begins = first.filter(|(stem, _)| word.starts_with(stem));
        let ends = self.suffixes.iter().filter(|(stem, _)| word.ends_with(stem));
        let holds = self.inside.iter().filter(|(stem, _)| memchr::memmem::find(word, stem).is_some());
        WordClasses(begins.chain(ends).chain(holds).fold(whole, |all, (_, class)| all | class) & !BESIDE)
    }
}

/// Text in the spelling of the vocabulary: small letters, no accents, no apostrophes inside words. Positions shift.
#[must_use]
pub fn plain_spelling(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    if text.is_ascii() {
        for (at, b) in text.iter().enumerate() {
            let joint = *b == b'\'' && at > 0 && text[at - 1].is_ascii_alphabetic();
            if !(joint && text.get(at + 1).is_some_and(u8::is_ascii_alphabetic)) {
                plain.push(b.to_ascii_lowercase());
            }
        }
        return plain;
    }
    let text: Cow<'_, str> = match std::str::from_utf8(text) {
        Ok(text) => Cow::Borrowed(text),
        // Windows-1252, or a line cut inside a letter.
        Err(_) => text.iter().map(|b| char::from(*b)).collect::<String>().into(),
    };
    let mut before = ' ';
    for c in text.chars() {
        if matches!(c, '\'' | '\u{2019}' | '\u{2018}') && before.is_alphabetic() {
            continue;
        }
        before = c;
        for small in c.to_lowercase() {
            let mut buffer = [0; 4];
            let base = match small {
                'à'..='å' => "a",
                'ç' => "c",
                'è'..='ë' => "e",
                'ì'..='ï' => "i",
                'ñ' => "n",
                'ò'..='ö' | 'ø' => "o",
                'ù'..='ü' => "u",
                'ý' | 'ÿ' => "y",
                'ß' => "ss",
                'ё' => "е",
                other => other.encode_utf8(&mut buffer),
            };
            plain.extend_from_slice(base.as_bytes());
        }
    }
    plain
}

/// Letters of any alphabet, and digits.
#[must_use]
pub fn is_word_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let words = WordTable::builtin();
        for (word, class) in [
            ("failed", WordClass::Failed),
            ("smtpexception", WordClass::Failed),
            ("misluk", WordClass::Failed),
            ("ошибка", WordClass::Failed),
            ("gestuur", WordClass::Sent),
            ("email", WordClass::Mail),
            ("password", WordClass::Secret),
        ] {
            assert!(words.classes(word.as_bytes()).has(class), "{word}");
        }
        assert!(words.classes(b"xyzzy").is_unknown() && words.classes(b"grant").is_unknown());
        assert!(words.patterns(WordClass::Name).whole.iter().any(|word| **word == *b"grant"));
    }

    #[test]
    fn one_spelling() {
        let plain = |text: &str| String::from_utf8(plain_spelling(text.as_bytes())).unwrap();
        assert_eq!(plain("Couldn't SEND 'x'"), "couldnt send 'x'");
        assert_eq!(plain("Échec: n’a pas été envoyé"), "echec: na pas ete envoye");
        assert_eq!(plain("Ошибка"), "ошибка");
        assert_eq!(plain_spelling(b"\xe9chec"), b"echec");
    }
}
