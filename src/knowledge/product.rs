//! Antivirus and firewall products, by the words that give them away.

use serde::{Deserialize, Serialize};

use super::{automaton::Automaton, error::KnowledgeError};

/// A row of `products.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductRow {
    pub(super) name: String,
    pub(super) any: Vec<String>,
    /// Where the fact is from. Read by people, and by the test that no row lacks it.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the tests only"))]
    pub(super) source: String,
}

/// All products.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Products {
    /// In small letters.
    words: Automaton,
    /// The name for each word.
    names: Vec<String>,
}

impl Products {
    pub(super) fn new(rows: &[ProductRow]) -> Result<Products, KnowledgeError> {
        let mut words: Vec<String> = Vec::new();
        let mut names = Vec::new();
        for (word, name) in
            rows.iter().flat_map(|row| row.any.iter().map(|word| (word.to_ascii_lowercase(), &row.name)))
        {
            // The first row that has a word names it.
            if !word.is_empty() && !words.contains(&word) {
                words.push(word);
                names.push(name.clone());
            }
        }
        Ok(Products { words: Automaton::of_longest(&words)?, names })
    }

    pub(super) fn named(&self, text: &[u8]) -> Option<&str> {
        let small = text.to_ascii_lowercase();
        let found = self.words.longest(&small).find(|found| stands_alone(text, found.start, found.end))?;
        self.names.get(usize::from(found.needle)).map(String::as_str)
    }
}

/// Neither inside a word nor part of a host name: mail.norton.co.za is a practice.
fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let joins = |b: &u8| b.is_ascii_alphanumeric() || b"-_@".contains(b);
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    let after = text.get(end);
    // A full stop joins two labels of a name only with a letter on its other side.
    let dotted = after == Some(&b'.') && text.get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
    !(before.is_some_and(|b| joins(b) || *b == b'.') || after.is_some_and(joins) || dotted)
}

#[cfg(test)]
mod tests {
    use crate::knowledge::Knowledge;

    #[test]
    fn products_are_named_by_words_of_their_own() {
        let named = |text: &str| Knowledge::builtin().product(text.as_bytes());
        assert_eq!(named("localhost AVG ESMTP Proxy Server 9.0"), Some("AVG"));
        assert_eq!(named("issuer: CN=Avast Web/Mail Shield Root, O=Avast Web/Mail Shield"), Some("Avast"));
        assert_eq!(named("mail.norton.co.za ESMTP Postfix"), None);
        assert_eq!(named("connection reset by eset-hosting.co.za"), None);
        assert_eq!(named("220 ****************************************"), Some("Cisco ASA or PIX firewall"));
        assert_eq!(named("mail.example.co.za ESMTP Postfix"), None);
    }
}
