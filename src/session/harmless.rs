//! Lines that were looked at and tell nothing: a log says the same few over and over, and each is judged once.

use std::{
    collections::HashSet,
    hash::{BuildHasherDefault, Hasher},
};

use crate::knowledge::{ErrorMeaning, Knowledge, QuotedReply, quoted_reply};

/// Lines kept; what comes after them is judged each time.
const MAX_LINES: usize = 1_024;
/// A longer line is seldom said twice.
const MAX_LINE_BYTES: usize = 200;

/// Lines in which one question found nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Harmless(HashSet<Box<[u8]>, BuildHasherDefault<WordHasher>>);

impl Harmless {
    /// Whether this very line was looked at.
    pub(super) fn holds(&self, line: &[u8]) -> bool {
        line.is_empty() || line.len() <= MAX_LINE_BYTES && self.0.contains(line)
    }

    /// The line tells nothing.
    pub(super) fn add(&mut self, line: &[u8]) {
        if line.len() <= MAX_LINE_BYTES && self.0.len() < MAX_LINES {
            self.0.insert(line.into());
        }
    }

    /// The error that a writer's own line tells of, and the refusal that it quotes.
    pub(super) fn trouble_in<'l>(
        &mut self,
        line: &'l [u8],
        knowledge: &Knowledge,
    ) -> (Option<ErrorMeaning>, Option<QuotedReply<'l>>) {
        if self.holds(line) {
            return (None, None);
        }
        let (meaning, quoted) = (knowledge.client_error(line), quoted_reply(line));
        if meaning.is_none() && quoted.is_none() {
            self.add(line);
        }
        (meaning, quoted)
    }
}

/// Eight bytes at a time. The standard hasher, which withstands an enemy, takes longer than the judgement saves; here all
/// that an enemy could win is to have his few lines compared.
#[derive(Default)]
struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        for word in words.iter().chain([&last]) {
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    fn write_usize(&mut self, length: usize) {
        self.0 = length as u64;
    }

    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}
