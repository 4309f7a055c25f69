//! What the writer's own lines tell: a log says the same few over and over, and each is judged once.

use crate::{
    dialect::OwnWords,
    knowledge::{ErrorMeaning, Knowledge, QuotedReply, ToldMeaning, quoted_reply},
    memo::Memo,
};

/// What is known of the lines so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    /// Lines that tell of no trouble.
    untroubled: Memo<()>,
    /// Lines, and whether they have words of a failure.
    failures: Memo<bool>,
    /// Words about failed mails, each with the host of its connection, and what they mean.
    meanings: Memo<Option<ToldMeaning>>,
}

impl Notes {
    /// The error that a line tells of, and the refusal that it quotes.
    pub(super) fn trouble_in<'l>(
        &mut self,
        line: &'l [u8],
        knowledge: &Knowledge,
    ) -> (Option<ErrorMeaning>, Option<QuotedReply<'l>>) {
        if line.is_empty() || self.untroubled.get(line).is_some() {
            return (None, None);
        }
        let (meaning, quoted) = (knowledge.client_error(line), quoted_reply(line));
        if meaning.is_none() && quoted.is_none() {
            self.untroubled.keep(line, ());
        }
        (meaning, quoted)
    }

    /// What words about a failed mail mean on a connection to this host.
    pub(super) fn meaning(
        &mut self,
        words: &[u8],
        host: Option<&[u8]>,
        find: impl FnOnce() -> Option<ToldMeaning>,
    ) -> Option<ToldMeaning> {
        let asked = [words, b"\n", host.unwrap_or_default()].concat();
        if let Some(known) = self.meanings.get(&asked) {
            return known.clone();
        }
        let found = find();
        self.meanings.keep(&asked, found.clone());
        found
    }

    /// Whether a line has words of a failure, in whatever sentence.
    pub(super) fn is_failure(&mut self, line: &[u8]) -> bool {
        if let Some(known) = self.failures.get(line) {
            return *known;
        }
        let failed = OwnWords::of(line).failed;
        self.failures.keep(line, failed);
        failed
    }
}
