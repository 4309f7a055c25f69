//! The state of a conversation, and what is due in it.

use super::{Dialogue, Message, Pending};
use crate::smtp::{ReplyLine, Verb};

impl Dialogue {
    /// A reply has come. Without one the log may leave out the server.
    pub fn has_heard(&self) -> bool {
        self.heard
    }

    /// The replies so far were told by the writer: the log leaves out the server all the same.
    pub fn forget_hearing(&mut self) {
        self.heard = false;
    }

    /// QUIT was sent.
    pub fn has_quit(&self) -> bool {
        self.quit
    }

    /// A command may begin here (RFC 5321 section 4.1.4): all have their replies, or these may have more behind them
    /// (RFC 2920 section 3.1).
    pub fn is_command_due(&self) -> bool {
        let may_wait = |last: &Pending| matches!(last.verb, Verb::Mail | Verb::Rcpt | Verb::Rset);
        let free = self.reply.is_none() && self.message == Message::None && !self.is_asked();
        free && self.pending.back().is_none_or(may_wait)
    }

    /// This line may begin a reply here, or go on with the one that is not whole: an answer is awaited, or a session begins.
    pub fn is_reply_due(&self, line: &ReplyLine<'_>) -> bool {
        let is_awaited = || !self.greeted || !self.pending.is_empty() || self.is_asked() || self.in_data();
        match self.reply {
            Some(open) => open == line.code,
            None => is_awaited() || self.is_over() && line.code.0 == 220,
        }
    }
}
