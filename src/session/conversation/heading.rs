//! `Not delivered:` over a list of addresses: what the heading says holds for each of them.

use super::{
    Context, Conversation,
    narration::{address, opening},
};
use crate::{
    dialect::{Extent, Outcome},
    session::position::Position,
    source::Sensitive,
};

/// How the mails of a list went.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    sent: bool,
    status: Option<u16>,
    reply: Sensitive,
    error: Sensitive,
    /// The line that says so, which proves each of them.
    at: Position,
}

impl Heading {
    fn of(outcome: &Outcome<'_>, at: Position) -> Option<Heading> {
        let sent = outcome.sent.filter(|_| heads(outcome.error.trim_ascii()))?;
        let (reply, error) = (Sensitive::new(outcome.reply), Sensitive::new(outcome.error));
        Some(Heading { sent, status: outcome.status, reply, error, at })
    }
}

/// `Not delivered:`, `[NOT SENT]`: a colon at the end, or marks around it.
fn heads(words: &[u8]) -> bool {
    let ends = words.first().zip(words.last());
    words.ends_with(b":") || ends.is_some_and(|(first, last)| b"[*=-".contains(first) && b"]*=-".contains(last))
}

impl Conversation {
    /// Takes an address alone, in a list below a heading. What names nobody ends the list, or heads another.
    pub(super) fn take_listed(
        &mut self,
        cx: &mut Context<'_>,
        outcome: &Outcome<'_>,
        at: Position,
        stamp: &[u8],
    ) -> bool {
        if outcome.part == Extent::Page {
            return false;
        }
        if outcome.recipients.is_empty() {
            // `Reason: ...` below an address that was not sent to is about that one, and the list goes on.
            let reason = outcome.sent == Some(false) && self.session.told.as_ref().is_some_and(|told| !told.sent);
            let next = Heading::of(outcome, at);
            if next.is_some() || !reason {
                self.heading = next;
            }
            return false;
        }
        let bare = outcome.sent.is_none() && opening(outcome.error).is_empty() && self.announced.is_none();
        let Some(heading) = self.heading.clone().filter(|_| bare) else { return false };
        let headed =
            self.session.told.is_some() && self.session.mail.as_ref().is_some_and(|mail| mail.recipients.is_empty());
        if headed {
            // The heading told of it, and of nobody by name. Why it failed stood there, or above, and holds for all.
            self.at(at, stamp);
            address(self.mail_mut(), outcome.recipients, heading.sent);
            let reply = self.session.mail.as_ref().and_then(|mail| mail.end_reply.as_ref());
            let reply = reply.map(|reply| (reply.code.0, reply.text.clone()));
            let error = self.session.error.as_ref().map(|(_, error)| error.text.clone());
            if let Some(heading) = self.heading.as_mut().filter(|heading| !heading.sent && heading.status.is_none()) {
                heading.error = error.unwrap_or_else(|| heading.error.clone());
                if let Some((code, text)) = reply {
                    (heading.status, heading.reply) = (Some(code), text);
                }
            }
        } else {
            let (status, recipients) = (heading.status, outcome.recipients);
            let (reply, error) = (heading.reply.expose(), heading.error.expose());
            let again = Outcome { sent: Some(heading.sent), status, reply, error, recipients, ..Outcome::default() };
            self.end_told(cx);
            self.begin_told(cx, &again, at, stamp);
            if !heading.sent {
                self.why(cx, &again, heading.at, stamp, None);
            }
        }
        if heading.sent {
            self.end_told(cx);
        }
        true
    }
}
