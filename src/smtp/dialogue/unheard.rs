//! Logs that show only the server: which command a reply must have answered, by the order in which RFC 5321 section 4.1.4
//! has a client speak.

use super::Dialogue;
use crate::smtp::{ReplyCode, Verb};

/// The last turn of a client that the log leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Unheard {
    /// The client is heard, or the session did not begin with a greeting: nothing is supposed.
    #[default]
    No,
    Answered(Verb),
    /// MAIL was refused: the client can only start over.
    Refused,
}

impl Dialogue {
    /// The command that a reply answers where only the server is heard; `None` where that cannot be told.
    pub(super) fn supposed(&self, code: ReplyCode) -> Option<Verb> {
        let last = match self.unheard {
            Unheard::No => return None,
            Unheard::Refused => return Some(if code.0 == 221 { Verb::Quit } else { Verb::Rset }),
            Unheard::Answered(last) => last,
        };
        Some(match (last, code.0) {
            (_, 421) => return None,
            (_, 221) => Verb::Quit,
            // RFC 4954 section 6.
            (Verb::Ehlo, 432 | 534 | 535 | 538) => Verb::Auth,
            (Verb::Ehlo, 220) => Verb::StartTls,
            (Verb::Greeting | Verb::StartTls, _) => Verb::Ehlo,
            (Verb::Ehlo | Verb::Auth | Verb::EndOfData | Verb::Rset, _) => Verb::Mail,
            (Verb::Mail | Verb::Rcpt, _) => Verb::Rcpt,
            _ => return None,
        })
    }

    /// The client speaks.
    pub(super) fn hear_client(&mut self) {
        self.unheard = Unheard::No;
    }

    /// A greeting has come, and so far no word of the client.
    pub fn is_client_unheard(&self) -> bool {
        self.unheard != Unheard::No
    }

    /// Takes a whole reply to this command into account.
    pub(super) fn suppose_next(&mut self, verb: Option<Verb>, code: ReplyCode) {
        match verb {
            Some(Verb::Greeting) if code.0 == 220 => self.unheard = Unheard::Answered(Verb::Greeting),
            _ if !self.is_client_unheard() => {}
            Some(Verb::Quit) => self.quit = true,
            Some(Verb::Mail) if code.is_refusal() => self.unheard = Unheard::Refused,
            // Who was refused tries something else in its place; after a recipient more of them may follow.
            Some(verb) if !code.is_refusal() || matches!(verb, Verb::Rcpt | Verb::EndOfData) => {
                self.unheard = Unheard::Answered(verb);
            }
            _ => {}
        }
    }
}
