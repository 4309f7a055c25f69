//! A writer's own lines that tell of no error: a log says the same few over and over, and each is judged once.

use std::collections::HashSet;

use crate::knowledge::{ErrorMeaning, Knowledge, QuotedReply, quoted_reply};

/// Lines kept; what comes after them is judged each time.
const MAX_LINES: usize = 1_024;
/// A longer line is seldom said twice.
const MAX_LINE_BYTES: usize = 200;

/// Lines that were judged.
#[derive(Clone, Debug, Default)]
pub(super) struct HarmlessNotes(HashSet<Box<[u8]>>);

impl HarmlessNotes {
    /// The error that the line tells of, and the refusal that it quotes.
    pub(super) fn trouble_in<'l>(
        &mut self,
        line: &'l [u8],
        knowledge: &Knowledge,
    ) -> (Option<ErrorMeaning>, Option<QuotedReply<'l>>) {
        if line.is_empty() || self.0.contains(line) {
            return (None, None);
        }
        let (meaning, quoted) = (knowledge.client_error(line), quoted_reply(line));
        if meaning.is_none() && quoted.is_none() && line.len() <= MAX_LINE_BYTES && self.0.len() < MAX_LINES {
            self.0.insert(line.into());
        }
        (meaning, quoted)
    }
}
