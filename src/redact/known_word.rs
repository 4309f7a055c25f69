//! The words that programs use about themselves: those of every table of `knowledge`, and of the samples of dialects.

use std::{cell::RefCell, collections::HashSet, sync::OnceLock};

use crate::{
    dialect,
    knowledge::{Vocabulary, WordTable, plain_spelling},
    memo::{self, Memo},
};

/// Letters of a word in a dialect's sample; a longer one is an answer in base64.
const MAX_SAMPLE_WORD: usize = 15;
/// Letters of a word with a capital and an accent that is known without its accent.
const MIN_ACCENTED: usize = 3;

thread_local! {
    static KNOWN: RefCell<Memo<bool>> = RefCell::default();
}

/// Programs use this word about themselves.
pub(super) fn is_known(word: &str) -> bool {
    KNOWN.with(|known| memo::kept(known, word, looked_up))
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
