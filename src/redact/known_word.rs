//! The words that programs use about themselves: those of every table of `knowledge`, and of the samples of dialects.

use std::{cell::RefCell, collections::HashSet, sync::OnceLock};

use crate::{
    dialect,
    knowledge::{Vocabulary, WordTable, plain_spelling, word_classes},
    memo::{self, Memo},
};

use super::trace;

/// Letters of a word in a dialect's sample; a longer one is an answer in base64.
const MAX_SAMPLE_WORD: usize = 15;
/// Letters of a word with a capital and an accent that is known without its accent.
const MIN_ACCENTED: usize = 3;

/// Digits that make a password of a known word, and letters of one.
const MOST_DIGITS: usize = 4;
const MADE_LETTERS: usize = 4;
/// Letters and digits take turns in the names of programs too, but not so often: `x86`, `B2B`. From three on letters are a word.
const MOST_BITS: usize = 3;
const BIT: usize = 2;
/// Letters of a word that may stand among them: `to-be-or-not-2-b`.
const SMALL_WORD: usize = 3;

thread_local! {
    static KNOWN: RefCell<Memo<bool>> = RefCell::default();
}

/// Programs use this word about themselves.
pub(super) fn is_known(word: &str) -> bool {
    KNOWN.with(|known| memo::kept(known, word, looked_up))
}

/// `Server1`, `welcome123`: a known word with a number, as people make passwords of words, or with a mark amid a sentence. A
/// part of a name or a path is none, nor is what stands as the name of a thread does, `[Worker2]`, `Worker2:`, unless what is
/// `told` before speaks of a sign-in.
pub(super) fn is_made_up(text: &str, at: usize, word: &str, told: bool) -> bool {
    let (before, after) = (&text[..at], &text[at + word.len()..]);
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - letters.len();
    if digits > MOST_DIGITS
        || digits == 0 && !is_shouted(word, after)
        || letters.len() < MADE_LETTERS
        || !letters.chars().all(char::is_alphabetic)
        || digits > 0 && is_known(word)
        || !is_known(letters)
    {
        return false;
    }
    let joint = |c: char| "._@\\/-:".contains(c);
    // `Pass......Monday1`
    let part = before.ends_with(joint) && !before.ends_with("..")
        || after.strip_prefix(joint).is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric()));
    let label = after.starts_with(['=', '('])
        || !told && (after.starts_with(':') || after.starts_with(']') && !before.ends_with("]["));
    !part && !label
}

/// `Reception!, all small`: the mark ends no sentence, and the word tells nothing.
fn is_shouted(word: &str, after: &str) -> bool {
    let Some(rest) = after.strip_prefix('!') else { return false };
    let goes_on = rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_lowercase));
    (goes_on || rest.starts_with([',', ';', ')', '|']))
        && word.starts_with(char::is_uppercase)
        && word_classes(word.as_bytes()).is_unknown()
}

/// `1q2w3e4r`, `X9-Y8-Z7`, `it-is-me-4u`: letters and digits by ones and twos, which no word of programs is written in.
pub(super) fn is_in_bits(token: &str) -> bool {
    if token.len() < MADE_LETTERS + 2 || !token.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    let (mut all, mut letters) = (0, 0);
    let bits = token.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).all(|part| {
        if part.len() > BIT && is_known(part) {
            return part.len() <= SMALL_WORD;
        }
        trace::pieces(part).all(|piece| {
            let digits = piece.starts_with(|c: char| c.is_ascii_digit());
            all += 1;
            letters += usize::from(!digits);
            digits || piece.len() <= BIT
        })
    });
    bits && all > MOST_BITS && letters >= if trace::is_mixed(token) { 2 } else { 3 }
}

/// `correct-horse-battery`: small words joined as nobody joins them but in a password, where one is no word of programs.
pub(super) fn is_phrase(token: &str) -> bool {
    let small = |part: &str| part.len() > BIT && part.bytes().all(|b| b.is_ascii_lowercase());
    let mut parts = token.split('-');
    parts.clone().count() > 2 && parts.clone().all(small) && !parts.all(is_known)
}

fn looked_up(word: &str) -> bool {
    // Without its accent a name of two letters is a word of some language: `Ál`.
    if !word.is_ascii() && word.starts_with(char::is_uppercase) && word.chars().count() < MIN_ACCENTED {
        return false;
    }
    Vocabulary::builtin().knows(word)
        || of_dialects().contains(word.to_ascii_lowercase().as_str())
        || WordTable::builtin().knows(&plain_spelling(word.as_bytes()))
}

/// The words of the samples that each dialect carries, without addresses and without what a program may have drawn.
fn of_dialects() -> &'static HashSet<String> {
    static WORDS: OnceLock<HashSet<String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let tokens = dialect::DIALECTS
            .iter()
            .flat_map(|dialect| dialect.sample.split_whitespace())
            .filter(|token| !token.contains('@'));
        let drawn = |word: &&str| word.bytes().any(|b| b.is_ascii_digit()) || word.len() > MAX_SAMPLE_WORD;
        let words =
            tokens.flat_map(|token| token.split(|c: char| !c.is_ascii_alphanumeric())).filter(|word| !drawn(word));
        words.filter(|word| word.len() > 1).map(str::to_ascii_lowercase).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_by_ones_and_twos_are_no_words() {
        for token in ["1q2w3e4r", "a1b2c3d4", "X9-Y8-Z7", "a.b.c.1.2", "it-is-me-4u", "to-be-or-not-2-b", "Q1w2E3r4"] {
            assert!(is_in_bits(token), "{token}");
        }
        for token in ["TLSv1.2", "x86_64", "TLS_AES_256_GCM_SHA384", "1.2.3-rc4", "mx12", "20261123T080000Z", "B2B"] {
            assert!(!is_in_bits(token), "{token}");
        }
        assert!(is_phrase("correct-vlerkhaas-battery"));
        assert!(!is_phrase("no-vlerkhaas-server") && !is_phrase("Content-Transfer-Encoding"));
    }

    #[test]
    fn a_known_word_with_a_number_or_a_mark_is_made_up_unless_it_names_a_thing() {
        for text in ["it only works with Server1", "Pass......Monday1", "[zorro][Monday1]", "spelled Reception!, small"]
        {
            let word = ["Server1", "Monday1", "Reception"].into_iter().find(|word| text.contains(word)).unwrap();
            assert!(is_made_up(text, text.find(word).unwrap(), word, false), "{text}");
        }
        for text in ["[Server1] started", "Server1: started", "/opt/Server1/x", "Server1=on", "a.Server1"] {
            assert!(!is_made_up(text, text.find("Server1").unwrap(), "Server1", false), "{text}");
        }
        assert!(is_made_up("login as [Server1]", 10, "Server1", true));
    }
}
