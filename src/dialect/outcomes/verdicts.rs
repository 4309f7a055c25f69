//! Lines of which the few words that they have say only how a mail went, or that one is begun.

use super::{LABEL, OwnWords, Told, number, place, quoted};
use crate::dialect::{Event, Extent, Outcome};
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

/// `try 1/3 timeout, try 2/3 ok`: several attempts in one line, of which the last went well.
pub(super) fn went_at_last(text: &[u8]) -> bool {
    let attempt = |clause: &&[u8]| {
        let mut words = words_in(clause);
        let begins = words.next().is_some_and(|word| word_classes(word).has(WordClass::Begins));
        begins && words.next().and_then(number).is_some()
    };
    let mut clauses = text.split(|b| b",;|".contains(b)).map(place::without_address);
    let first = clauses.next();
    let Some(last) = clauses.next_back() else { return false };
    let all = || first.into_iter().chain(clauses.clone());
    let words = OwnWords::of(last);
    attempt(&last) && all().all(|clause| attempt(&clause)) && (words.well || words.sent) && !words.failed
}

/// It is queued, and nothing else says that it went out, as in `2.0.0 Ok: queued as 4F1`.
pub(crate) fn is_queued(words: &[u8]) -> bool {
    // Hardly a sentence has the letter.
    if memchr::memchr2(b'q', b'Q', words).is_none() {
        return false;
    }
    let is_it = |word: &[u8]| word.eq_ignore_ascii_case(b"queued");
    let words = || words.split(|b| !is_word_byte(*b));
    let went = |word: &[u8]| {
        let classes = word_classes(word);
        !is_it(word) && (classes.has(WordClass::Sent) || classes.has(WordClass::Well)) || word == b"250"
    };
    words().any(is_it) && !words().any(went)
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

/// Something was sent, in words that nobody knows, or is well, as in `smtp: ok`, and it names nobody.
pub(super) fn is_of_anything(told: &Told<'_>) -> bool {
    let Event::Outcome(Outcome { sent: Some(true), inferred, part: Extent::Words, error, .. }) = told.event else {
        return false;
    };
    let unnumbered = || !told.words.sent && !error.iter().any(u8::is_ascii_digit);
    told.recipients.is_empty() && (inferred || unnumbered())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_attempts_in_one_line() {
        assert!(went_at_last(b"a@b.example try 1/3 timeout, try 2/3 timeout, try 3/3 ok"));
        assert!(!went_at_last(b"a@b.example try 1/2 ok, try 2/2 timeout"));
        assert!(!went_at_last(b"a@b.example try 1/3 ok"));
    }
}
