//! The built-in parts as the build script left them: read at the first question, neither parsed nor built.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{
    CauseFacts, Notice, Vocabulary, WordClass, WordTable, client_error::ClientErrors, parts::Part, product::Products,
    provider::Providers, replies::Replies,
};

/// A part that the build script compiled.
pub(super) trait Baked: Part + Deserialize<'static> {
    /// What it wrote (`build.rs`).
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
}

const WORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.bin"));

impl Vocabulary {
    /// The words of the built-in tables.
    pub fn builtin() -> &'static Vocabulary {
        static READ: OnceLock<Vocabulary> = OnceLock::new();
        READ.get_or_init(|| Vocabulary::read().unwrap_or_default())
    }
}

impl WordTable {
    /// The words that the program carries.
    pub fn builtin() -> &'static WordTable {
        static READ: OnceLock<WordTable> = OnceLock::new();
        READ.get_or_init(|| postcard::from_bytes(WORDS).unwrap_or_default())
    }
}

/// Whether loggers grade their lines by this word, in whatever case. Every word of a frame is asked about, and few words are
/// levels: they stand here by themselves.
pub fn is_level(word: &[u8]) -> bool {
    static LEVELS: OnceLock<Vec<Box<[u8]>>> = OnceLock::new();
    let levels = LEVELS.get_or_init(|| {
        let of = |class| WordTable::builtin().patterns(class).whole;
        [of(WordClass::Level), of(WordClass::LevelFailed)].concat()
    });
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
        assert!(postcard::from_bytes::<WordTable>(WORDS).is_ok());
    }
}
