//! Words around a number that say what it is: a size, a time, a place in a program.

use std::cell::RefCell;

use crate::{
    knowledge::{WordClass, WordTable, plain_spelling},
    memo::{self, Memo},
};

use super::trace;

/// What a word says of a number behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leads {
    /// It is a size, a time or a place in a program.
    pub(super) to_measure: bool,
    /// It is the id of a mail.
    pub(super) to_id: bool,
    /// It is of somebody's date of birth.
    pub(super) to_birth: bool,
    /// Somebody's name follows.
    pub(super) to_name: bool,
    /// Behind a mark somebody's name follows.
    pub(super) labels_name: bool,
}

thread_local! {
    static LEADS: RefCell<Memo<Leads>> = RefCell::default();
}

/// What the word says of the next number, or its last piece: `SmtpPort`, `InternalId`.
pub(super) fn leads(word: &str) -> Leads {
    LEADS.with(|leads| {
        memo::kept(leads, word, |word| {
            let last = trace::pieces(word).last().unwrap_or(word);
            let is_one = |class| is(word, class) || is(last, class);
            let plain = plain_spelling(word.as_bytes());
            // `MS Exchange`, `DR`: two capitals are no title.
            let title = word.len() > 2 || word.bytes().any(|b| b.is_ascii_lowercase());
            Leads {
                to_measure: is_one(WordClass::Measure),
                to_id: is_one(WordClass::Queued),
                to_birth: WordTable::builtin().counts_as(&plain, WordClass::Birth) || is_one(WordClass::Birth),
                to_name: title && is(word, WordClass::Honorific),
                labels_name: WordTable::builtin().is(&plain, WordClass::Called),
            }
        })
    })
}

/// A number before the word is a size or a time.
pub(super) fn is_unit(word: &str) -> bool {
    is(word, WordClass::Unit)
}

/// The last word of a setting's name says what its number counts.
pub(super) fn ends_in_measure(name: &str) -> bool {
    ends_in(name, WordClass::Measure)
}

/// The last word of a setting's name is of this class.
pub(super) fn ends_in(name: &str, class: WordClass) -> bool {
    name.char_indices().any(|(at, _)| is(&name[at..], class))
}

fn is(word: &str, class: WordClass) -> bool {
    WordTable::builtin().is(word.to_ascii_lowercase().as_bytes(), class)
}
