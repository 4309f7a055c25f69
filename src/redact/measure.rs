//! Words around a number that say what it is: a size, a time, a place in a program.

use std::cell::RefCell;

use crate::{
    knowledge::{WordClass, WordTable},
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
            Leads { to_measure: is_one(WordClass::Measure), to_id: is_one(WordClass::Queued) }
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
