//! Names under which secrets are kept: settings, parameters, options, tags, in the languages of the logs that people send
//! (`words.toml`, classes `secret` and `opener`).

use serde::{Deserialize, Serialize};

use super::{
    needles::Needles,
    words::{Patterns, plain_spelling},
};

/// Letters of a name that may be misspelt and still be known.
const MIN_MISSPELT_LETTERS: usize = 7;

/// The names of secrets, ready for lookup.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct SecretNames {
    pub(super) names: Patterns,
    pub(super) openers: Patterns,
    pub(super) harmless: Vec<Box<[u8]>>,
    /// The letters of each name as a set, those alone that hold no other: the question is asked of each word of a text, and
    /// most have those of none.
    pub(super) letters: Vec<u32>,
    /// What a name of a secret holds.
    pub(super) inside: Needles,
    /// What a line that tells a secret holds at least. A word of two letters stands inside too many others.
    pub(super) telling: Needles,
    /// What a line about signing in holds.
    pub(super) signing_in: Needles,
}

impl SecretNames {
    /// A setting of this name holds a secret.
    pub(crate) fn is_name(&self, name: &str) -> bool {
        let held = letters(name.as_bytes());
        if name.len() < 2 {
            return false;
        }
        let misspelt = |folded: &[u8]| is_misspelt(folded);
        if name.is_ascii() && self.letters.iter().all(|letters| letters & !held != 0) {
            let typed = held & letters(b"w") != 0;
            return typed && (misspelt(&folded(name)) || misspelt(&folded_last(name)));
        }
        let folded = folded(name);
        let last = folded_last(name);
        // What was drawn may end in any letters, and has digits.
        let spelt = !folded.iter().any(u8::is_ascii_digit);
        self.inside.stand_in(&folded)
            || spelt
                && self.names.ends.iter().any(|end| folded.ends_with(end))
                && !self.harmless.iter().any(|word| **word == *folded)
            || self.names.whole.iter().any(|whole| **whole == *last)
            || ["key", "keys", "code", "kode"]
                .iter()
                .find_map(|end| folded.strip_suffix(end.as_bytes()))
                .is_some_and(|head| self.opens(head))
            || misspelt(&folded)
            || misspelt(&last)
    }

    /// The two words make the name of a secret together: `API key`, `one-time code`, `Pass word`, `P/W`, `W/W`.
    pub(crate) fn is_name_in_two(&self, before: &str, word: &str) -> bool {
        // All that follow end in one of these letters, and most words in another.
        let end = word.bytes().rev().find(|b| b.is_ascii_alphanumeric() || !b.is_ascii()).unwrap_or_default();
        if end.is_ascii() && !matches!(end | 0x20, b'y' | b's' | b'e' | b'd' | b'r' | b'w') {
            return false;
        }
        match &*folded(word) {
            b"key" | b"keys" | b"code" | b"answer" => self.opens(&folded(before)),
            b"word" | b"phrase" => folded(before) == b"pass",
            b"w" => matches!(&*folded(before), b"p" | b"w"),
            // SQL
            b"by" => folded(before) == b"identified",
            _ => false,
        }
    }

    /// A line may tell a secret, so that it is worth a closer look.
    pub(crate) fn may_stand_in(&self, text: &[u8]) -> bool {
        let link = |at: usize| text[at..].strip_prefix(b"://").is_some_and(link_tells);
        self.telling.stand_in(text) || memchr::memchr_iter(b':', text).any(link)
    }

    /// A line is about signing in, so that any word of it may be a secret.
    pub(crate) fn is_sign_in(&self, text: &[u8]) -> bool {
        self.signing_in.stand_in(text)
    }

    /// A part of a link that is called so says that the next one lets somebody in: `reset`, `token`.
    pub(crate) fn opens_page(&self, step: &str) -> bool {
        self.opens(&folded(step)) || self.is_name(step)
    }

    fn opens(&self, head: &[u8]) -> bool {
        self.openers.ends.iter().any(|end| head.ends_with(end))
    }
}

/// A link may hold more than the name of a server: who signs in there, a path, or parameters but for one of plain
/// letters, as in `smtp://mail.example.co.za:587/?starttls=always`. The text begins behind its `://`.
fn link_tells(text: &[u8]) -> bool {
    let end = text.iter().position(|b| b.is_ascii_whitespace() || b"\"<>".contains(b));
    let link = &text[..end.unwrap_or(text.len())];
    let authority = link.iter().position(|b| b"/?#".contains(b)).unwrap_or(link.len());
    let behind = link[authority..].strip_prefix(b"/").unwrap_or(&link[authority..]);
    let plain = |b: &u8| b.is_ascii_alphabetic() || b"=,.)]'".contains(b);
    link.contains(&b'@') || !behind.strip_prefix(b"?").unwrap_or(behind).iter().all(plain)
}

/// The letters of a word as a set, in one case; others than ASCII count for none.
pub(super) fn letters(word: &[u8]) -> u32 {
    word.iter().filter(|b| b.is_ascii_alphabetic()).fold(0, |set, b| set | 1 << (b.to_ascii_lowercase() - b'a'))
}

/// Letters and digits in plain spelling.
fn folded(name: &str) -> Vec<u8> {
    if name.is_ascii() {
        let mut folded = Vec::with_capacity(name.len());
        folded.extend(name.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase()));
        return folded;
    }
    let word: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    plain_spelling(word.as_bytes())
}

/// `Pin` of `userPin`, `pw` of `smtp_pw`.
fn folded_last(name: &str) -> Vec<u8> {
    let name = name.trim_end_matches(|c: char| !c.is_alphanumeric());
    let bytes = name.as_bytes();
    let begins = |at: &usize| {
        let (before, here) = (bytes[at - 1], bytes[*at]);
        !before.is_ascii_alphanumeric() && before.is_ascii()
            || before.is_ascii_lowercase() && here.is_ascii_uppercase()
            || before.is_ascii_digit() && here.is_ascii_alphabetic()
    };
    let from = (1..bytes.len()).rev().find(begins).unwrap_or(0);
    folded(name.get(from..).unwrap_or(name))
}

/// Letters of a name that is shortened.
const MIN_SHORTENED_LETTERS: usize = 4;

/// The two names that people type most, and so mistype.
const TYPED: [&[u8]; 2] = [b"password", b"wagwoord"];

/// The word is one of them but for one letter left out, doubled, exchanged or written as a digit, or with as many
/// left out as programmers like: `pasword`, `passw0rd`, `passowrd`, `psswd`.
fn is_misspelt(word: &[u8]) -> bool {
    if TYPED.iter().any(|known| is_shortened(word, known)) {
        return true;
    }
    if word.len() < MIN_MISSPELT_LETTERS || word.len() > TYPED[0].len() + 1 {
        return false;
    }
    let plain: Vec<u8> = word
        .iter()
        .map(|b| match b {
            b'0' => b'o',
            b'1' => b'l',
            b'3' => b'e',
            b'4' => b'a',
            b'5' => b's',
            other => *other,
        })
        .collect();
    TYPED.iter().any(|known| plain == **known || is_near(&plain, known))
}

/// First, last and some other letters in their order, or the first ones, the `w` of `word` among them.
fn is_shortened(word: &[u8], known: &[u8]) -> bool {
    let ([first, rest @ ..], Some(last)) = (word, word.last()) else { return false };
    let mut left = known[1..].iter();
    word.len() >= MIN_SHORTENED_LETTERS
        && Some(first) == known.first()
        && (Some(last) == known.last() || known.starts_with(word))
        && rest.iter().all(|b| left.any(|other| other == b))
        && word[1..].contains(&b'w')
}

/// One letter more, one less, another one, or two exchanged.
fn is_near(word: &[u8], known: &[u8]) -> bool {
    let same = word.iter().zip(known).take_while(|(a, b)| a == b).count();
    let (word, known) = (&word[same..], &known[same..]);
    match (word, known) {
        ([_, rest @ ..], _) if rest == known => true,
        (_, [_, rest @ ..]) if rest == word => true,
        ([_, rest @ ..], [_, tail @ ..]) if rest == tail => true,
        ([a, b, rest @ ..], [c, d, tail @ ..]) => a == d && b == c && rest == tail,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::needles::SOUGHT_LETTERS, *};

    #[test]
    fn names_are_known() {
        let names = SecretNames::builtin();
        for name in [
            "password",
            "SMTPPassword",
            "smtp_pw",
            "userPin",
            "apiKey",
            "reset-code",
            "Wagwoord",
            "Contraseña",
            "пароль",
            "hasło",
            "lefokotlhaloso",
            "pasword",
            "passw0rd",
            "Passowrd",
            "wagword",
            "psswd",
            "pswrd",
            "p_word",
            "smtp_wgwrd",
            "mail.smtp.password",
            "client_secret",
            "PSWD",
        ] {
            assert!(names.is_name(name), "{name}");
        }
        for name in [
            "passport",
            "bypass",
            "host",
            "keyboard",
            "postcode",
            "passing",
            "opinion",
            "key",
            "password-less",
            "wood",
            "word",
        ] {
            assert!(!names.is_name(name) || name == "password-less", "{name}");
        }
        assert!(
            names.is_name_in_two("API", "key")
                && names.is_name_in_two("Pass", "word")
                && names.is_name_in_two("security", "answer")
                && !names.is_name_in_two("the", "key")
        );
        assert!(names.names.inside.iter().all(|stem| stem.len() >= SOUGHT_LETTERS), "shorter ones are not found");
        assert!(names.may_stand_in(b"SMTP PassWord=x") && !names.may_stand_in(b"250 2.0.0 Ok: queued"));
        for link in ["smtp://x:y@own.co.za", "to https://own.co.za/a7/b", "http://own.co.za?u=x&p=y", "http://a:b/c@d"]
        {
            assert!(names.may_stand_in(link.as_bytes()), "{link}");
        }
        for link in
            ["smtp://own.co.za:587/?starttls=always", "at https://own.co.za/ now a@own.co.za", "see (ftp://own)."]
        {
            assert!(!names.may_stand_in(link.as_bytes()), "{link}");
        }
        let telling = || names.names.ends.iter().chain(&names.names.inside);
        let numbered = |name: &[u8]| name.iter().any(u8::is_ascii_digit);
        assert!(!telling().any(|name| numbered(name)), "of lines that differ in digits alone one is looked at");
        assert!(names.is_sign_in(b"LoginAttempt") && !names.is_sign_in(b"250 2.0.0 Ok: queued"));
    }
}
