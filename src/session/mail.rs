//! The mail under way in a session, from MAIL to the reply to its last byte.

use super::{
    Recipient, Reply,
    position::{Position, RawStamp},
};
use crate::{
    smtp::{ReplyCode, Stage, Verb},
    source::Sensitive,
};

/// Recipients kept by address for one mail; a mail to more is not what a practice sends.
const RECIPIENTS_KEPT: usize = 2_000;

/// The reply that words about success stand for.
pub(super) fn accepted(at: Position) -> Reply {
    let text = Sensitive::default();
    Reply { code: ReplyCode(250), enhanced: None, text, verb: Verb::EndOfData, line: at.line }
}

/// One mail, as far as it was seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Mail {
    pub line_first: u64,
    pub byte_first: u64,
    pub stamp: RawStamp,
    pub from: Option<Sensitive>,
    /// MAIL was sent; false for a mail whose beginning the log does not hold.
    pub mail_sent: bool,
    pub size: Option<u64>,
    pub recipients: Vec<Recipient>,
    /// The refusals, by the command they answer.
    pub mail_refusal: Option<Reply>,
    pub rcpt_refusal: Option<Reply>,
    pub data_refusal: Option<Reply>,
    pub end_reply: Option<Reply>,
    /// 354 was given, or BDAT sent.
    pub data_open: bool,
    /// Told in words, in one record or several: how far it got by them.
    pub told: Option<Stage>,
    /// Nothing says that it has gone out: the structure of the log does.
    pub inferred: bool,
    /// The writer says that the message went over, and shows no reply to it.
    pub handed_over: bool,
    pub data_bytes: u64,
    /// Message data stands in the log; without it nothing can be said of attachments.
    pub data_seen: bool,
    pub attachment: bool,
}

impl Mail {
    pub(super) fn replies_mut(&mut self) -> impl Iterator<Item = &mut Reply> {
        let Mail { mail_refusal, rcpt_refusal, data_refusal, end_reply, .. } = self;
        [mail_refusal, rcpt_refusal, data_refusal, end_reply].into_iter().flatten()
    }

    /// Takes a recipient, and gives its place; an address that is named again keeps its place.
    pub(super) fn recipient(&mut self, address: &[u8]) -> usize {
        let known = self.recipients.iter().position(|r| r.address.expose() == address);
        known.unwrap_or_else(|| {
            if self.recipients.len() < RECIPIENTS_KEPT {
                let address = Sensitive::new(address);
                self.recipients.push(Recipient { address, accepted: None, reply_code: None });
            }
            self.recipients.len() - 1
        })
    }

    pub(super) fn answered(&mut self, place: usize, code: ReplyCode) {
        if let Some(recipient) = self.recipients.get_mut(place) {
            recipient.accepted = Some(code.is_positive());
            recipient.reply_code = Some(code);
        }
    }

    /// The server took the mail, and so whom it did not refuse.
    pub(super) fn accept_all(&mut self) {
        for recipient in self.recipients.iter_mut().filter(|recipient| recipient.accepted.is_none()) {
            recipient.accepted = Some(true);
            recipient.reply_code = Some(ReplyCode(250));
        }
    }

    pub(super) fn accepted(&self) -> u64 {
        self.recipients.iter().filter(|r| r.accepted == Some(true)).count() as u64
    }

    /// Looks at a line of the message: its size, unless it is `counted` already, and whether a part is an attachment.
    pub(super) fn data(&mut self, line: &[u8], counted: bool) {
        self.data_seen = true;
        if !counted {
            self.data_bytes += line.len() as u64 + 2;
        }
        if let Some(b'c' | b'C') = line.first()
            && !self.attachment
        {
            let header = |name: &[u8]| line.len() > name.len() && line[..name.len()].eq_ignore_ascii_case(name);
            self.attachment = header(b"Content-Disposition: attachment")
                || header(b"Content-Type: application/")
                || header(b"Content-Type: image/");
        }
    }
}
