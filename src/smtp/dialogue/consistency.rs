//! How much like SMTP a conversation is: each command has one reply, with a code that answers it, and stands where the
//! protocol allows it.

use super::Dialogue;
use crate::smtp::{Command, ReplyCode, Verb};

/// What speaks for and against lines being an SMTP conversation, as counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consistency {
    /// Replies whose code fits the command that they answer; greetings among them.
    pub answered: u32,
    /// Replies whose code their command never gets, such as 354 to RCPT.
    pub unfit: u32,
    /// Replies of success to nothing. A refusal to nothing is a server that closes, and not counted.
    pub orphans: u32,
    /// Commands without a reply; also those that wait still.
    pub unanswered: u32,
    /// Commands where none may stand: RCPT without MAIL, anything but EHLO behind STARTTLS.
    pub misplaced: u32,
    /// Lines that are no part of a conversation.
    pub noise: u32,
}

impl Consistency {
    /// One number to compare readings of the same lines by; higher is better, and 0 is no conversation at all. A reply that
    /// has its command is the proof; one without weighs more against, as text that only looks like a reply is common.
    /// Noise does not count: between the lines of the dialogue a program may write whatever it wants.
    pub fn score(self) -> i64 {
        let wrong = self.orphans.saturating_add(self.unfit);
        4 * i64::from(self.answered) - 6 * i64::from(wrong) - i64::from(self.unanswered) - 2 * i64::from(self.misplaced)
    }

    /// Counts a whole reply. `waited`: something waited for it. `first`: nothing was heard before it.
    pub(super) fn count(&mut self, verb: Option<Verb>, waited: bool, first: bool, code: ReplyCode) {
        match verb {
            Some(verb) if waited && fits(verb, code) => self.answered += 1,
            Some(_) if waited => self.unfit += 1,
            // Where a log begins, the command of the first reply may be cut off.
            _ if first || code.is_refusal() => {}
            _ => self.orphans += 1,
        }
    }
}

impl Dialogue {
    /// Whether the protocol has no place here for this command, as far as the log shows what was before.
    pub(super) fn is_misplaced(&self, command: &Command<'_>) -> bool {
        if !self.heard {
            return false;
        }
        let secured = self.tls_began && !matches!(command, Command::Hello(..) | Command::Quit);
        let early = match command {
            Command::Auth(..) | Command::StartTls => self.mail,
            Command::Rcpt(_) => !self.mail,
            Command::Data | Command::Bdat(..) => !self.rcpt,
            _ => false,
        };
        secured || early || !self.greeted
    }
}

/// Whether a server may answer this command with this code (RFC 5321 section 4.3.2, RFC 3207, RFC 4954). A refusal may
/// follow anything, but 534, 535 and 538 are about signing in.
pub fn fits(verb: Verb, code: ReplyCode) -> bool {
    match (verb, code.0) {
        (Verb::Auth | Verb::Mail | Verb::Rcpt, 534 | 535 | 538) => true,
        (_, 534 | 535 | 538) => false,
        (_, 400..) => true,
        (Verb::Greeting | Verb::StartTls, code) => code == 220,
        (Verb::Auth, code) => matches!(code, 235 | 334),
        (Verb::Data, code) => code == 354,
        (Verb::Quit, code) => matches!(code, 221 | 250),
        (Verb::Rcpt, code) => matches!(code, 250..=252),
        (Verb::Other, code) => matches!(code, 200..=214 | 250..=252),
        (Verb::Ehlo | Verb::Helo | Verb::Mail | Verb::Bdat | Verb::EndOfData | Verb::Rset, code) => code == 250,
    }
}
