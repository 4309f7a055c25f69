//! Words around a number that say what it is: a size, a time, a place in a program.

use crate::knowledge::{WordClass, WordTable};

/// A number behind the word is a size, a time or a place in a program.
pub(super) fn is_measure(word: &str) -> bool {
    is(word, WordClass::Measure)
}

/// A number before the word is a size or a time.
pub(super) fn is_unit(word: &str) -> bool {
    is(word, WordClass::Unit)
}

/// The word gives the id of a mail, which follows.
pub(super) fn leads_to_id(word: &str) -> bool {
    is(word, WordClass::Queued)
}

/// The last word of a setting's name says what its number counts.
pub(super) fn ends_in_measure(name: &str) -> bool {
    name.char_indices().any(|(at, _)| is_measure(&name[at..]))
}

fn is(word: &str, class: WordClass) -> bool {
    WordTable::builtin().is(word.to_ascii_lowercase().as_bytes(), class)
}
