//! The rows of `words.toml`, as they are written. Only the build script reads them.

use std::{collections::BTreeMap, sync::OnceLock};

use serde::Deserialize;

use super::{
    automaton::Automaton,
    glossary::Glossary,
    rows::{KnowledgeError, bad_row, bad_toml},
    words::{Stem, WordClass, WordTable, bit},
};

/// A row of the table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordRow {
    class: WordClass,
    /// Its words are of this class too.
    also: Option<WordClass>,
    language: String,
    words: Vec<String>,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordFile {
    word: Vec<WordRow>,
    glossary: GlossaryRow,
}

/// Pairs of words, a space between them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GlossaryRow {
    apart: Vec<String>,
    english: Vec<String>,
    common: Vec<String>,
    source: String,
}

impl Glossary {
    /// The table of `words.toml`, as other tables are compiled with it before it is written.
    pub(super) fn builtin() -> &'static Glossary {
        static READ: OnceLock<Glossary> = OnceLock::new();
        READ.get_or_init(|| Glossary::parse(include_str!("words.toml")).unwrap_or_default())
    }

    pub(super) fn parse(text: &str) -> Result<Glossary, KnowledgeError> {
        let GlossaryRow { apart, mut english, common, source } =
            toml::from_str::<WordFile>(text).map_err(|error| bad_toml(&error, text))?.glossary;
        if source.is_empty() {
            return Err(bad_row("glossary", "no source"));
        }
        english.sort_unstable();
        // The build script ends soon.
        let leaked = |word: String| -> &'static str { word.leak() };
        let pairs = |all: Vec<String>| {
            let pair = |pair: String| leaked(pair).split_once(' ').ok_or_else(|| bad_row("glossary", "a single word"));
            all.into_iter().map(pair).collect::<Result<Vec<_>, _>>()
        };
        Ok(Glossary {
            apart: pairs(apart)?,
            english: pairs(english)?,
            common: common.into_iter().map(leaked).collect(),
        })
    }
}

impl WordTable {
    pub(super) fn parse(text: &str) -> Result<WordTable, KnowledgeError> {
        let file: WordFile = toml::from_str(text).map_err(|error| bad_toml(&error, text))?;
        let mut stems: BTreeMap<&[u8], Stem> = BTreeMap::new();
        for row in &file.word {
            if row.language.is_empty() || row.source.is_empty() {
                return Err(bad_row(&format!("{:?}", row.class), "no language or no source"));
            }
            for word in &row.words {
                let letters = word.trim_matches('*').as_bytes();
                let stem = stems.entry(letters).or_default();
                let classes = match (word.starts_with('*'), word.ends_with('*')) {
                    (false, false) => &mut stem.whole,
                    (false, true) => &mut stem.begins,
                    (true, false) => &mut stem.ends,
                    (true, true) => &mut stem.inside,
                };
                *classes |= bit(row.class) | row.also.map_or(0, bit);
            }
        }
        let in_longer = |stem: &Stem| stem.begins | stem.ends | stem.inside != 0;
        let parts = stems.values().zip(0..).filter(|(stem, _)| in_longer(stem)).map(|(_, place)| place).collect();
        let letters: Vec<&[u8]> = stems.iter().filter(|(_, stem)| in_longer(stem)).map(|(word, _)| *word).collect();
        let automaton = Automaton::of_all(&letters)?;
        let stems: Vec<Stem> =
            stems.into_iter().map(|(letters, stem)| Stem { letters: letters.to_vec().into(), ..stem }).collect();
        let before = |first: u8| stems.partition_point(|stem| stem.letters.first() < Some(&first));
        let by_first = (0..=u8::MAX).map(before).collect();
        Ok(WordTable { stems, by_first, parts, automaton })
    }
}
