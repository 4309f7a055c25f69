//! Many phrases, found in one pass over a text.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    automaton::Automaton,
    error::KnowledgeError,
    plain::{Plain, is_filler, lean},
};

/// A phrase, counted from 0.
pub(super) type PhraseId = u16;

/// Phrases while they are collected; the same phrase is kept once.
#[derive(Debug, Default)]
pub(super) struct PhraseList {
    needles: Vec<Vec<u8>>,
    ids: HashMap<Vec<u8>, PhraseId>,
}

impl PhraseList {
    /// Takes a phrase as it is written in a table: whole words, unless a `*` at an end lets a word go on there. A dotted
    /// name, and a phrase that begins with `*`, is also looked for in the names of hosts and files. Fillers between its words
    /// are left out, as in the texts: "mailbox is full" is also "mailbox full".
    /// `None` when nothing is left of it in plain spelling, or there are too many.
    pub(super) fn add(&mut self, written: &str) -> Option<PhraseId> {
        let plain = Plain::of(written.trim_matches('*').as_bytes(), None);
        let at_an_end = [plain.iter().next(), plain.iter().last()].into_iter().flatten().any(is_filler);
        let mut needle = if plain.is_name() {
            plain.names
        } else if at_an_end {
            // There it tells: "recipient is*" is more than a recipient.
            plain.words
        } else {
            lean(&plain.words)
        };
        if needle.len() < 2 {
            return None;
        }
        if written.ends_with('*') {
            needle.pop();
        }
        if written.starts_with("*.") {
            // How a file's name ends; without its dot ".lnk" would be the end of any word.
            needle[0] = b'.';
        } else if written.starts_with('*') {
            needle.remove(0);
        }
        if let Some(id) = self.ids.get(&needle) {
            return Some(*id);
        }
        let id = PhraseId::try_from(self.needles.len()).ok()?;
        self.needles.push(needle.clone());
        self.ids.insert(needle, id);
        Some(id)
    }

    /// Builds the automaton.
    pub(super) fn compile(self) -> Result<PhraseSet, KnowledgeError> {
        let lengths = self.needles.iter().map(|n| u16::try_from(n.len()).unwrap_or(u16::MAX)).collect();
        let in_names = self.needles.iter().map(|n| !n.starts_with(b" ") || n.contains(&b'.')).collect();
        Ok(PhraseSet { automaton: Automaton::of_all(&self.needles)?, lengths, in_names })
    }
}

/// The automaton over all phrases of a kind.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct PhraseSet {
    automaton: Automaton,
    lengths: Vec<u16>,
    /// The phrase counts where it stands in a host's name.
    in_names: Vec<bool>,
}

impl PhraseSet {
    /// The phrases that stand in a text.
    pub(super) fn find(&self, text: &Plain) -> Hits {
        let mut hits = Hits { bits: vec![0; self.lengths.len().div_ceil(64)], found: Vec::new() };
        for words in text.spellings() {
            self.automaton.overlapping(&words).for_each(|hit| hits.set(hit.needle));
        }
        let counts = |id: &PhraseId| self.in_names.get(usize::from(*id)).is_some_and(|counts| *counts);
        self.automaton.overlapping(&text.names).map(|hit| hit.needle).filter(counts).for_each(|id| hits.set(id));
        hits
    }

    /// The length of a phrase in bytes: the longer, the more specific.
    pub(super) fn length(&self, id: PhraseId) -> u32 {
        self.lengths.get(usize::from(id)).map_or(0, |length| u32::from(*length))
    }
}

/// The phrases found in one text.
#[derive(Debug)]
pub(super) struct Hits {
    bits: Vec<u64>,
    found: Vec<PhraseId>,
}

impl Hits {
    fn set(&mut self, id: PhraseId) {
        let (word, bit) = (usize::from(id / 64), 1 << (id % 64));
        if let Some(bits) = self.bits.get_mut(word).filter(|bits| **bits & bit == 0) {
            *bits |= bit;
            self.found.push(id);
        }
    }

    /// This phrase was found.
    pub(super) fn has(&self, id: PhraseId) -> bool {
        let id = usize::from(id);
        self.bits.get(id / 64).is_some_and(|word| word & (1 << (id % 64)) != 0)
    }

    /// The phrases found, each once.
    pub(super) fn iter(&self) -> impl Iterator<Item = PhraseId> + '_ {
        self.found.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillers_come_and_go_between_a_phrases_words() {
        let mut list = PhraseList::default();
        let full = list.add("mailbox is full").unwrap();
        assert_eq!(list.add("mailbox full"), Some(full));
        let told = list.add("recipient is*").unwrap();
        let set = list.compile().unwrap();
        let says = |text: &str, phrase| set.find(&Plain::of(text.as_bytes(), None)).has(phrase);
        for text in ["mailbox full", "The mailbox is full.", "your mailbox was a full one"] {
            assert!(says(text, full), "{text}");
        }
        assert!(!says("the mailbox is not full", full));
        assert!(says("the recipient is ill", told) && !says("the recipient", told));
    }
}
