//! The vocabulary by which programs tell, in their own language, how a mail went (`words.toml`). A word is looked up in
//! one plain spelling: small letters, no accents, no apostrophes.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::automaton::{Automaton, Hit};

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
    /// The text is about signing in, so that any word of it may be a secret.
    SignIn,
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
    /// Something else than a mail: what is told of it is told of no mail.
    Other,
    /// A connection is about to be made.
    Connecting,
    /// It has been made.
    Connected,
    /// It ends.
    Closed,
    /// A connection, by name.
    Connection,
    /// A connection, or a session, begins.
    Starts,
    /// A line with it is about a mail or a part of one, not about a connection.
    Within,
    /// A line with it tells of trouble with a connection.
    Trouble,
    /// A log is opened and closed as connections are.
    File,
    /// The label of a date or a time.
    Date,
    /// The label of what a mail is called.
    Title,
    /// The program's words end with it, and behind a colon it quotes somebody.
    Quotes,
    /// The program announces a code.
    Code,
    /// The address of who sends follows.
    From,
    /// The name of the setting that holds the server's name.
    Host,
    /// The name of the setting that holds the server's port.
    Port,
    /// The name of the setting that holds the name to sign in with.
    User,
    /// A number before it is a size in bytes.
    Bytes,
    /// A number before it counts the lines of a text.
    Lines,
    /// Whoever writes around a log speaks of himself.
    Person,
    /// Beside a word that says that a mail has gone out: it is about to.
    Coming,
    /// The value of a switch that is on.
    Yes,
    /// The value of a switch that is off.
    No,
    /// The number of a mail or a program follows, which looks like an address.
    Id,
    /// A number behind it is a size, a time or a place in a program.
    Measure,
    /// A number before it is a size or a time.
    Unit,
    /// A mail still waits.
    Waits,
    /// A mail that had gone out came back.
    Returned,
    /// A list follows.
    Follows,
    /// The id of a mail follows, as its server gave it.
    Queued,
    /// Behind the name of a secret: it says something of the secret, or is grammar.
    Verdict,
    /// Behind the name of a secret: what follows is said to be the secret.
    Copula,
    /// A noun follows.
    Article,
    /// Whose it is follows.
    Whose,
    /// What was changed is led to its new value by the word behind.
    Changed,
    /// The label of a date of birth.
    Birth,
    /// Somebody's name follows.
    Honorific,
    /// The label of somebody's name.
    Called,
}

/// The bit that stands for a class.
pub(super) const fn bit(class: WordClass) -> u64 {
    1 << class as u64
}

/// The classes of one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordClasses(u64);

impl WordClasses {
    /// The word is of this class.
    pub fn has(self, class: WordClass) -> bool {
        self.0 & bit(class) != 0
    }

    /// No row knows the word.
    pub fn is_unknown(self) -> bool {
        self.0 == 0
    }
}

/// Classes that tell nothing of how a mail went: such a word is as unknown as any other.
const BESIDE: u64 =
    of_any(&[WordClass::Opener, WordClass::SignIn, WordClass::Name, WordClass::Trouble, WordClass::Within])
        | of_any(&OF_CONNECTIONS)
        | of_any(&[WordClass::File, WordClass::Date, WordClass::Title, WordClass::Quotes, WordClass::Code])
        | of_any(&[
            WordClass::From,
            WordClass::Host,
            WordClass::Port,
            WordClass::User,
            WordClass::Bytes,
            WordClass::Lines,
            WordClass::Person,
            WordClass::Coming,
            WordClass::Yes,
            WordClass::No,
            WordClass::Id,
            WordClass::Measure,
            WordClass::Unit,
            WordClass::Waits,
            WordClass::Returned,
            WordClass::Follows,
            WordClass::Queued,
            WordClass::Verdict,
            WordClass::Copula,
            WordClass::Changed,
            WordClass::Article,
            WordClass::Whose,
            WordClass::Birth,
            WordClass::Honorific,
            WordClass::Called,
        ]);
/// Classes of words by which lines about connections are known.
const OF_CONNECTIONS: [WordClass; 5] =
    [WordClass::Connecting, WordClass::Connected, WordClass::Closed, WordClass::Connection, WordClass::Starts];

/// The bits of these classes.
const fn of_any(classes: &[WordClass]) -> u64 {
    let (mut bits, mut at) = (0, 0);
    while at < classes.len() {
        bits |= bit(classes[at]);
        at += 1;
    }
    bits
}

/// All words, ready for lookup.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct WordTable {
    /// By their letters.
    pub(super) stems: Vec<Stem>,
    /// For each byte the place of the first stem that begins with it or a later one.
    pub(super) by_first: Vec<usize>,
    /// The places of those that count in a longer word too.
    pub(super) parts: Vec<u16>,
    /// The letters of these; a hit is a place in `parts`.
    pub(super) automaton: Automaton,
}

/// Fixed letters, and the bits of the classes that a word has which is these letters, begins or ends with them, or holds
/// them.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Stem {
    #[serde(borrow)]
    pub(super) letters: Cow<'static, [u8]>,
    pub(super) whole: u64,
    pub(super) begins: u64,
    pub(super) ends: u64,
    pub(super) inside: u64,
}

/// The words of one class, by where in a longer word they count.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
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
    /// The classes of this very word, as bits.
    fn whole(&self, word: &[u8]) -> u64 {
        let Some(first) = word.first().map(|first| usize::from(*first)) else { return 0 };
        let from = self.by_first.get(first).copied().unwrap_or(self.stems.len());
        let to = self.by_first.get(first + 1).copied().unwrap_or(self.stems.len());
        let near = &self.stems[from..to];
        near.binary_search_by(|stem| (*stem.letters).cmp(word)).map_or(0, |place| near[place].whole)
    }

    /// A row holds the word itself, not only its beginning or end: such a word is nobody's name. The name of a secret
    /// (`pin`) is no such word: what stands under it may be a number that another word would excuse.
    pub fn knows(&self, word: &[u8]) -> bool {
        self.whole(word) & !BESIDE & !bit(WordClass::Secret) != 0
    }

    /// People are called so, too.
    pub fn is_name(&self, word: &str) -> bool {
        self.is(word.to_ascii_lowercase().as_bytes(), WordClass::Name)
    }

    /// A row of this class holds the very word, in plain spelling.
    pub fn is(&self, word: &[u8], class: WordClass) -> bool {
        self.whole(word) & bit(class) != 0
    }

    /// Lines about connections are known by this word, in plain spelling.
    pub fn is_of_connections(&self, word: &[u8]) -> bool {
        self.whole(word) & of_any(&OF_CONNECTIONS) != 0
    }

    /// The words of one class.
    pub fn patterns(&self, class: WordClass) -> Patterns {
        let of = |bits: fn(&Stem) -> u64| {
            let stems = self.stems.iter().filter(|stem| bits(stem) & bit(class) != 0);
            stems.map(|stem| (*stem.letters).into()).collect()
        };
        Patterns {
            whole: of(|stem| stem.whole),
            begins: of(|stem| stem.begins),
            ends: of(|stem| stem.ends),
            inside: of(|stem| stem.inside),
        }
    }

    /// The classes of a word in plain spelling.
    pub fn classes(&self, word: &[u8]) -> WordClasses {
        WordClasses(self.all(word) & !BESIDE)
    }

    /// The word, in plain spelling, is about signing in to a server: `login`, and not `credit`.
    pub fn signs_in(&self, word: &[u8]) -> bool {
        let classes = self.all(word);
        classes & bit(WordClass::SignIn) != 0 && classes & bit(WordClass::Connect) != 0
    }

    /// The word, in plain spelling, is of this class, by its beginning or end too.
    pub fn counts_as(&self, word: &[u8], class: WordClass) -> bool {
        self.all(word) & bit(class) != 0
    }

    /// The bits of all classes of a word.
    fn all(&self, word: &[u8]) -> u64 {
        let mut classes = self.whole(word);
        for Hit { start, end, needle } in self.automaton.overlapping(word) {
            let part = self.parts.get(usize::from(needle)).and_then(|place| self.stems.get(usize::from(*place)));
            let Some(stem) = part else { continue };
            classes |= stem.inside;
            classes |= if start == 0 { stem.begins } else { 0 };
            classes |= if end == word.len() { stem.ends } else { 0 };
        }
        classes
    }
}

/// Text in the spelling of the vocabulary: small letters, no accents, no apostrophes inside words. Positions shift.
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

/// The words of a text, whatever stands between them.
pub(crate) fn words_in(text: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> + Clone {
    text.split(|b| !is_word_byte(*b)).filter(|word| !word.is_empty())
}

/// Empty where there is none.
pub(crate) fn first_word(text: &[u8]) -> &[u8] {
    words_in(text).next().unwrap_or_default()
}

/// Empty where there is none.
pub(crate) fn last_word(text: &[u8]) -> &[u8] {
    words_in(text).next_back().unwrap_or_default()
}

/// Letters of any alphabet, and digits.
pub(crate) fn is_word_byte(b: u8) -> bool {
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
