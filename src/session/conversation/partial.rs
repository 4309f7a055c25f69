//! A mail to several, of whom some were refused: what the words about one of them say of him, and of the others.

use super::{
    Context, Conversation, TEXT_KEPT,
    narration::{addresses, stage_of_told, verb_at},
};
use crate::{
    dialect::Outcome,
    knowledge::Cause,
    session::{Recipient, Reply, position::Position},
    smtp::{self, ReplyCode, Stage},
    source::Sensitive,
};

impl Conversation {
    /// Which of the mail's recipients the words refuse, where they name some and not all.
    pub(super) fn refuse(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, cause: Option<Cause>, at: Position) {
        let Some(code) = outcome.status.map(ReplyCode) else {
            if cause.and_then(stage_of_told) == Some(Stage::Rcpt) && !outcome.recipients.is_empty() {
                self.refused_in_words(cx, outcome, at);
            }
            return;
        };
        let mail = self.mail_mut();
        let named: Vec<usize> = addresses(outcome.recipients).map(|address| mail.recipient(address)).collect();
        if named.len() < mail.recipients.len() {
            named.into_iter().for_each(|place| mail.answered(place, code));
        }
    }

    /// The words name some of the mail's recipients, and not all.
    fn names_part(&self, outcome: &Outcome<'_>) -> bool {
        let known: Vec<&[u8]> =
            self.session.mail.iter().flat_map(|mail| mail.recipients.iter().map(|to| to.address.expose())).collect();
        let mut named = 0;
        let all = addresses(outcome.recipients).inspect(|_| named += 1).all(|one| known.contains(&one));
        all && (1..known.len()).contains(&named)
    }

    /// A mail that has gone out, and one of its recipients was refused: the record goes on to say so.
    pub(super) fn refused_beside(
        &mut self,
        cx: &mut Context<'_>,
        outcome: &Outcome<'_>,
        at: Position,
        stamp: &[u8],
    ) -> bool {
        let Some(told) = self.session.told.as_ref().filter(|told| told.alone && told.sent && self.announced.is_none())
        else {
            return false;
        };
        let goes_on = !outcome.taken.is_empty()
            || told.is_continued_by(stamp)
            || self.is_one_of_many(cx, outcome, stamp)
            || self.names_part(outcome) && !stamp.is_empty() && told.stamp.bytes() == stamp
            || told.has_number_of(outcome);
        if !goes_on || outcome.recipients.is_empty() {
            return false;
        }
        let Some(code) = outcome.status else { return self.refused_in_words(cx, outcome, at) };
        let text = Sensitive::new(&outcome.reply[..outcome.reply.len().min(TEXT_KEPT)]);
        let (enhanced, verb) =
            (smtp::enhanced_status_code(outcome.reply).ok().map(|(_, code)| code), verb_at(Stage::Rcpt));
        let mail = self.mail_mut();
        for address in addresses(outcome.recipients) {
            let place = mail.recipient(address);
            mail.answered(place, ReplyCode(code));
        }
        mail.rcpt_refusal = Some(Reply { code: ReplyCode(code), enhanced, text, verb, line: at.line });
        true
    }

    /// A refusal of recipients without a reply's code. It was refused to some, where others are left.
    fn refused_in_words(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: Position) -> bool {
        let mail = self.mail_mut();
        let refused = |to: &&mut Recipient| addresses(outcome.recipients).any(|one| one == to.address.expose());
        if mail.recipients.iter_mut().filter(refused).count() == mail.recipients.len() {
            return false;
        }
        mail.recipients.iter_mut().filter(refused).for_each(|to| (to.accepted, to.reply_code) = (Some(false), None));
        self.words(cx, outcome.error, at);
        true
    }
}
