//! Lines that were looked at and tell nothing: a log says the same few over and over, and each is judged once.

use crate::{
    dialect::OwnWords,
    knowledge::{ErrorMeaning, Knowledge, QuotedReply, quoted_reply},
};

/// Lines kept; another one with the same place takes a line's room, so that what is said over and over stays.
const PLACES: usize = 1_024;
/// A longer line is seldom said twice.
const MAX_LINE_BYTES: usize = 200;

/// Lines in which one question found nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Harmless(Vec<Vec<u8>>);

impl Harmless {
    /// This very line was looked at.
    pub(super) fn holds(&self, line: &[u8]) -> bool {
        line.is_empty() || self.0.get(place(line)).is_some_and(|known| known == line)
    }

    /// The line tells nothing.
    pub(super) fn add(&mut self, line: &[u8]) {
        if line.len() <= MAX_LINE_BYTES {
            self.0.resize(PLACES, Vec::new());
            let known = &mut self.0[place(line)];
            known.clear();
            known.extend_from_slice(line);
        }
    }
}

/// What the writer's own lines tell, each judged once.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    untroubled: Harmless,
    unfailed: Harmless,
}

impl Notes {
    /// The error that a line tells of, and the refusal that it quotes.
    pub(super) fn trouble_in<'l>(
        &mut self,
        line: &'l [u8],
        knowledge: &Knowledge,
    ) -> (Option<ErrorMeaning>, Option<QuotedReply<'l>>) {
        if self.untroubled.holds(line) {
            return (None, None);
        }
        let (meaning, quoted) = (knowledge.client_error(line), quoted_reply(line));
        if meaning.is_none() && quoted.is_none() {
            self.untroubled.add(line);
        }
        (meaning, quoted)
    }

    /// Whether a line has words of a failure, in whatever sentence.
    pub(super) fn is_failure(&mut self, line: &[u8]) -> bool {
        if self.unfailed.holds(line) {
            return false;
        }
        let failed = OwnWords::of(line).failed;
        if !failed {
            self.unfailed.add(line);
        }
        failed
    }
}

/// The place of a line, by a hash of eight bytes at a time: to withstand an enemy would cost more than the question does.
fn place(line: &[u8]) -> usize {
    let (words, rest) = line.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let add = |hash: u64, word: &[u8; 8]| {
        (hash.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    };
    (words.iter().chain([&last]).fold(0, add) >> 54) as usize
}
