//! Lines of which the few words that they have say only how a mail went, or that one is begun.

use super::{LABEL, OwnWords, number, place, quoted};
use crate::knowledge::{WordClass, WordTable, first_word, is_word_byte, plain_spelling, word_classes, words_in};

/// `Successful:`, `Not delivered:` over a list: nothing but how it went.
pub(super) fn is_verdict_alone(text: &[u8]) -> bool {
    text.trim_ascii_end().strip_suffix(b":").is_some_and(is_verdict)
}

/// `The following 3 statements were emailed:` over a list.
pub(super) fn introduces_list(text: &[u8], words: OwnWords) -> bool {
    let plain = plain_spelling(text);
    let follows = |word: &[u8]| WordTable::builtin().is(word, WordClass::Follows);
    text.trim_ascii_end().ends_with(b":")
        && (words.sent || words.unsent)
        && !text.contains(&b'@')
        && plain.split(|b| !is_word_byte(*b)).any(follows)
        && quoted(text).is_none()
}

/// Its first word says that an attempt begins, and nothing is told behind a mark.
pub(super) fn begins_first(text: &[u8]) -> bool {
    let word = first_word(text);
    word_classes(word).has(WordClass::Begins)
        && place::behind_address(text).is_some_and(|behind| behind.trim_ascii().is_empty())
}

/// `Try 3 succeeded`: only words that say how it went, with the attempt that they are about.
pub(super) fn ends_attempt(text: &[u8]) -> bool {
    let words = || words_in(text);
    let of_attempt = |word: &&[u8]| word_classes(word).has(WordClass::Begins) || number(word).is_some();
    let told: Vec<&[u8]> = words().filter(|word| !of_attempt(word)).collect();
    told.len() < words().count() && is_verdict(&told.join(&b' '))
}

/// Only words that say how it went.
pub(super) fn is_verdict(text: &[u8]) -> bool {
    let table = WordTable::builtin();
    let says = |word: &[u8]| {
        let classes = table.classes(&plain_spelling(word));
        [WordClass::Failed, WordClass::Sent, WordClass::Well, WordClass::Not].iter().any(|class| classes.has(*class))
    };
    !text.is_empty() && text.len() <= LABEL && text.split(|b| *b == b' ').all(says)
}
