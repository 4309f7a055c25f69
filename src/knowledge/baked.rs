//! The built-in parts as the build script left them: read at the first question, neither parsed nor built.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{
    CauseFacts, Notice, SecretNames, Vocabulary, WordClasses, WordTable, client_error::ClientErrors,
    glossary::Glossary, notions::Notions, plain_spelling, product::Products, provider::Providers, replies::Replies,
};

/// A table that the build script compiled.
pub(super) trait Baked: Default + Deserialize<'static> {
    /// The bytes that it wrote (`build.rs`).
    const BYTES: &'static [u8];

    /// Reads it. `None` does not happen: a test reads every part.
    fn read() -> Option<Self> {
        postcard::from_bytes(Self::BYTES).ok()
    }
}

macro_rules! baked {
    ($($part:ty = $name:literal,)*) => {
        $(impl Baked for $part {
            const BYTES: &'static [u8] = include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".bin"));
        })*
    };
}

baked! {
    Vec<CauseFacts> = "causes",
    Replies = "replies",
    ClientErrors = "client_errors",
    Providers = "providers",
    Vec<Notice> = "notices",
    Products = "products",
    Vocabulary = "vocabulary",
    WordTable = "words",
    Vec<Box<[u8]>> = "levels",
    SecretNames = "secret_names",
    Notions = "notions",
    Glossary = "glossary",
}

macro_rules! builtin {
    ($($seen:vis $table:ty,)*) => {
        $(impl $table {
            /// The table that the program carries.
            $seen fn builtin() -> &'static Self {
                static READ: OnceLock<$table> = OnceLock::new();
                READ.get_or_init(|| Baked::read().unwrap_or_default())
            }
        })*
    };
}

// No user lays anything over these.
builtin! {
    pub Vocabulary,
    pub WordTable,
    pub(crate) SecretNames,
    pub(super) Notions,
    pub(super) Glossary,
}

/// The classes of a word, however it is spelled.
pub(crate) fn word_classes(word: &[u8]) -> WordClasses {
    WordTable::builtin().classes(&plain_spelling(word))
}

/// Loggers grade their lines by this word, in whatever case. Every word of a frame is asked about, and few words are
/// levels: they stand here by themselves.
pub(crate) fn is_level(word: &[u8]) -> bool {
    static LEVELS: OnceLock<Vec<Box<[u8]>>> = OnceLock::new();
    let levels = LEVELS.get_or_init(|| Baked::read().unwrap_or_default());
    (3..=11).contains(&word.len()) && levels.iter().any(|level| level.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_read() {
        assert!(Vec::<CauseFacts>::read().is_some() && Vec::<Notice>::read().is_some());
        assert!(Replies::read().is_some() && ClientErrors::read().is_some());
        assert!(Providers::read().is_some() && Products::read().is_some() && Vocabulary::read().is_some());
        assert!(Vec::<Box<[u8]>>::read().is_some_and(|levels| !levels.is_empty()));
        assert!(WordTable::read().is_some() && SecretNames::read().is_some() && Notions::read().is_some());
        assert!(Glossary::read().is_some());
    }
}
