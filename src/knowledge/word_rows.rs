//! The rows of `words.toml`, as they are written. Only the build script reads them.

use serde::Deserialize;

use super::{
    rows::{KnowledgeError, bad_row, bad_toml},
    words::{WordClass, WordTable},
};

/// A row of the table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordRow {
    class: WordClass,
    language: String,
    words: Vec<String>,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordFile {
    word: Vec<WordRow>,
}

impl WordTable {
    pub(super) fn parse(text: &str) -> Result<WordTable, KnowledgeError> {
        let file: WordFile = toml::from_str(text).map_err(|error| bad_toml(&error, text))?;
        let mut vocabulary = WordTable::default();
        for row in &file.word {
            if row.language.is_empty() || row.source.is_empty() {
                return Err(bad_row(&format!("{:?}", row.class), "no language or no source"));
            }
            for word in &row.words {
                vocabulary.add(word, 1 << row.class as u32);
            }
        }
        Ok(vocabulary)
    }

    fn add(&mut self, word: &str, class: u32) {
        let stem: Box<[u8]> = word.trim_matches('*').as_bytes().into();
        let list = match (word.starts_with('*'), word.ends_with('*')) {
            (false, false) => {
                *self.whole.entry(stem).or_default() |= class;
                return;
            }
            (false, true) => self.prefixes.entry(stem.first().copied().unwrap_or_default()).or_default(),
            (true, false) => &mut self.suffixes,
            (true, true) => &mut self.inside,
        };
        list.push((stem, class));
    }
}
