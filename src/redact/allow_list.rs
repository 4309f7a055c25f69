//! Text of which nothing is known but its words: a word that programs write stays, any other becomes its shape.

use crate::knowledge::{Vocabulary, plain_spelling};
use std::{collections::HashSet, sync::OnceLock};

use super::{pseudonym::is_stand_in, span::runs};

/// Digits of a number that stays: a port, an error, a small count. Longer ones may be somebody's.
const NUMBER: usize = 5;

/// Words that mail programs, libraries and Windows use about themselves.
fn vocabulary() -> &'static HashSet<&'static str> {
    static WORDS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    WORDS.get_or_init(|| include_str!("allow_list.txt").split_ascii_whitespace().collect())
}

/// How a word is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// The writer's own chatter: short numbers stay.
    Chatter,
    /// The same where it may quote an answer of a sign-in.
    Answer,
    /// A line that nobody understands: only words stay.
    Stranger,
}

/// Labels behind which somebody's own words stand, which may all be words that are known.
const PRIVATE: [&str; 6] = ["subject", "attachment", "attachments", "attached", "filename", "body"];

/// The text with the shape of every word that is not known; `host` tells which names of servers are.
pub(super) fn mask(text: &str, how: Strictness, host: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((label, end)) = private(rest) {
        known_words(&rest[..label], how, &host, &mut out);
        out.push_str(&shape(&rest[label..end]));
        rest = &rest[end..];
    }
    known_words(rest, how, &host, &mut out);
    out
}

/// Where the words behind a private label stand: up to the closing bracket, or all the rest.
fn private(text: &str) -> Option<(usize, usize)> {
    runs(text, false, |b| b.is_ascii_alphabetic()).find_map(|(at, word)| {
        let label = PRIVATE.iter().any(|label| label.eq_ignore_ascii_case(word));
        let tail = &text[at + word.len()..];
        let value = tail.strip_prefix("(s)").unwrap_or(tail).trim_start_matches(['"', ' ']);
        let value = value.strip_prefix([':', '=', '['])?.trim_start_matches(['>', ' ']);
        let from = text.len() - value.len();
        let bracket = value.starts_with('[') || text[..from].ends_with('[');
        let end = value.find(']').filter(|_| bracket).map_or(text.len(), |n| from + n);
        (label && end > from).then_some((from, end))
    })
}

/// Marks that stand in passwords, and hardly anywhere in what programs write.
const MARKS: [char; 8] = ['!', '#', '$', '%', '^', '&', '~', '?'];

fn known_words(text: &str, how: Strictness, host: &impl Fn(&str) -> bool, out: &mut String) {
    for part in text.split_inclusive(char::is_whitespace) {
        let from = out.len();
        known_part(part, how, host, out);
        // Of a word that is not known the marks are a part, too.
        if part.contains(MARKS) && out[from..] != *part {
            out.truncate(from);
            out.push_str(&shape(part).replace(MARKS, "*"));
        }
    }
}

/// A text without white space inside it.
fn known_part(text: &str, how: Strictness, host: &impl Fn(&str) -> bool, out: &mut String) {
    let mut done = 0;
    for (at, token) in runs(text, true, |b| b.is_ascii_alphanumeric() || b"-_.@".contains(&b)) {
        out.push_str(&text[done..at]);
        done = at + token.len();
        // In a quoted string the letter behind a backslash is an escape, not the beginning of a word.
        let escaped = text[..at].ends_with('\\') && token.starts_with(['n', 'r', 't']);
        let (escape, token) = token.split_at(usize::from(escaped));
        out.push_str(escape);
        let bare = token.trim_end_matches(['.', '-', '_', '@']);
        let known = match bare.split_once('@') {
            Some((local, domain)) => is_stand_in(local) && !domain.contains('@'),
            None => is_stand_in(bare) || bare.contains('.') && host(bare),
        };
        if known {
            out.push_str(token);
            continue;
        }
        let mut from = 0;
        for (start, word) in runs(token, true, |b| b.is_ascii_alphanumeric()) {
            out.push_str(&token[from..start]);
            from = start + word.len();
            push_word(word, how, out);
        }
        out.push_str(&token[from..]);
    }
    out.push_str(&text[done..]);
}

/// The shape of a text, word lengths included.
pub(super) fn shape(text: &str) -> String {
    text.chars().map(masked).collect()
}

/// Whether programs use this word about themselves.
pub(super) fn is_known(word: &str) -> bool {
    let of_programs = || Vocabulary::builtin().knows(&plain_spelling(word.as_bytes()));
    word.is_ascii() && vocabulary().contains(word.to_ascii_lowercase().as_str()) || of_programs()
}

fn push_word(word: &str, how: Strictness, out: &mut String) {
    let number = how != Strictness::Stranger && is_number(word);
    // One letter tells nothing, and many writers mark lines with one.
    let letter = word.len() == 1 && word.as_bytes()[0].is_ascii_alphabetic();
    let known = number || letter || is_known(word);
    if known { out.push_str(word) } else { out.extend(word.chars().map(masked)) }
}

/// A short number, also with a unit (`12ms`) or in hex (`0x1f`, `03c0`).
fn is_number(word: &str) -> bool {
    let tail = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - tail.len();
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    (1..=NUMBER).contains(&digits) && (tail.is_empty() || ["ms", "s", "kb", "mb"].contains(&tail))
        || digits > 0 && word.len() <= 4 && hex(word)
        || word.len() <= 10 && word.strip_prefix("0x").is_some_and(hex)
}

fn masked(c: char) -> char {
    match c {
        '0'..='9' => '9',
        c if c.is_uppercase() => 'A',
        c if c.is_alphanumeric() => 'a',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_stay() {
        let of = |text: &str, how| mask(text, how, |host| host == "mail.example.co.za");
        assert_eq!(
            of("Connected to mail.example.co.za:587", Strictness::Chatter),
            "Connected to mail.example.co.za:587"
        );
        assert_eq!(of("error 10061 for Jané-Botha8", Strictness::Chatter), "error 10061 for Aaaa-Aaaaa9");
        assert_eq!(of("error 10061", Strictness::Stranger), "error 99999");
        assert_eq!(of("to recipient-3@gmail.com.", Strictness::Stranger), "to recipient-3@gmail.com.");
        let sent = "Email sent! Subject: [Your test results] Attachment(s): [file] Server: [x]";
        assert_eq!(
            of(sent, Strictness::Chatter),
            "Email sent! Subject: [Aaaa aaaa aaaaaaa] Attachment(s): [aaaa] Server: [x]"
        );
        assert_eq!(of("Subject: test", Strictness::Chatter), "Subject: aaaa");
        assert_eq!(of("sent Kudu!$u!t! ok!", Strictness::Answer), "sent Aaaa**a*a* ok!");
        assert_eq!(of("jane.botha.pdf", Strictness::Chatter), "aaaa.aaaaa.aaa");
    }

    #[test]
    fn the_list_is_words_in_order() {
        let words: Vec<&str> = include_str!("allow_list.txt").split_ascii_whitespace().collect();
        assert!(
            words.is_sorted() && words.iter().all(|w| w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
        );
    }
}
