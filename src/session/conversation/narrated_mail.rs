//! What the writer tells of whole mails in words: one record a mail, or several that go on about the same. Where it tells
//! of the connection too, the words say what became of that; where it shows the dialogue, that tells of its mails itself.

use std::mem;

use memchr::memmem;

use super::{
    Context, Conversation, Session, TEXT_KEPT,
    announced::Announced,
    narration::{
        address, addresses, goes_on_replying, labelled_code, named_recipient, only_closes, shape, stage_in,
        stage_of_reply, stage_of_told, unlogged, user_in, verb_at,
    },
    same_mail::{Told, is_at_once},
    verdict,
};
use crate::{
    dialect::{Endpoint, Extent, Outcome, OwnWords, is_queued},
    knowledge::{By, Cause, ReplyQuery, ToldMeaning, without_heads},
    session::{
        ClientError, End, Reply,
        mail::accepted,
        position::{Position, RawStamp},
    },
    smtp::{self, ReplyCode, Stage},
    source::Sensitive,
};

/// Records of one mail that are compared with the next one; a program tells one failure in few words.
const SHAPES_KEPT: usize = 12;

impl Told {
    /// Takes the words of a failure; `why` says how well they tell the reason.
    fn take(&mut self, outcome: &Outcome<'_>, cause: Option<Cause>, why: u8, stamp: &[u8]) {
        if why > self.why || self.cause.is_none() {
            self.cause = cause.or(self.cause);
        }
        self.why = self.why.max(why);
        // Words without a time may sum up what records behind them tell.
        if self.stamp.bytes().is_empty() {
            self.stamp = RawStamp::new(stamp);
        }
        self.reply_goes_on = outcome.status.is_some_and(|code| goes_on_replying(outcome.error, code));
        if self.shapes.is_empty() && outcome.status.is_none() {
            let words = without_heads(outcome.error);
            self.words = words[..words.len().min(TEXT_KEPT)].to_vec();
        }
        if self.shapes.len() < SHAPES_KEPT {
            self.shapes.push(shape(outcome.error));
        }
    }
}

impl Conversation {
    /// Words about a mail, or all of its story.
    pub(crate) fn outcome(&mut self, cx: &mut Context<'_>, outcome: Outcome<'_>, at: Position, stamp: &[u8]) {
        if self.announced.as_ref().is_some_and(|announced| announced.is_beside(&outcome)) {
            return;
        }
        if self.session.told.as_ref().is_some_and(|told| told.is_complete_before(&outcome, stamp)) {
            self.end_told(cx);
        }
        self.end_announced(cx, &outcome, at, stamp);
        if let Some(user) = user_in(outcome.error) {
            self.settings.user = Some(user.to_vec());
        }
        if self.take_listed(cx, &outcome, at, stamp) {
            return;
        }
        match outcome {
            Outcome { part: Extent::Whole, .. } => self.whole(cx, outcome, at, stamp),
            Outcome { sent: None, .. } => self.announce(cx, &outcome, at, stamp),
            _ if self.has_heard_of_it() => {
                self.at(at, stamp);
                if outcome.sent == Some(false) {
                    self.note(cx, outcome.error, at);
                }
            }
            Outcome { sent: Some(true), .. } => self.sent(cx, &outcome, at, stamp),
            Outcome { sent: Some(false), .. } => self.failed(cx, &outcome, at, stamp),
        }
    }

    /// The dialogue tells how the mail went. One that was announced behind the last mail of the dialogue never came to it.
    fn has_heard_of_it(&self) -> bool {
        match &self.session.mail {
            Some(mail) => mail.told.is_none(),
            None => {
                self.session.open && self.session.trace.greeted && (self.announced.is_none() || self.session.given == 0)
            }
        }
    }

    fn sent(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: Position, stamp: &[u8]) {
        if self.completes_partial(outcome) {
            self.at(at, stamp);
            let mail = self.mail_mut();
            mail.rcpt_refusal = mail.end_reply.take();
            mail.end_reply = Some(accepted(at));
            mail.accept_all();
            self.end_told(cx);
            return;
        }
        if self.ends_failed(cx, outcome, stamp) {
            self.at(at, stamp);
            return;
        }
        // `All is well with the statements`: of no mail, at no time, behind nothing that was begun.
        if outcome.part == Extent::Detail && stamp.is_empty() && self.announced.is_none() && !self.session.open {
            return;
        }
        // `OK`, but not right below what was begun.
        let begun = || self.announced.as_ref().is_some_and(|mail| mail.begins && mail.at.line + 1 == at.line);
        if outcome.part == Extent::Last && !begun() {
            return;
        }
        if self.is_one_of_many(cx, outcome, stamp) {
            self.at(at, stamp);
            address(self.mail_mut(), outcome.recipients, true);
            return;
        }
        let again = shape(outcome.error);
        let same = self.session.told.as_ref().is_some_and(|told| {
            told.sent
                && self.announced.is_none()
                && !self.is_another(outcome)
                && (told.has_number_of(outcome)
                    // What was queued has gone out.
                    || told.waits && !outcome.recipients.is_empty() && !is_queued(outcome.error)
                    || (told.is_continued_by(stamp)
                        || !told.shapes.contains(&again)
                            && (!outcome.recipients.is_empty() || told.stamp.bytes() == stamp && !stamp.is_empty()))
                        && self.may_be_together(cx, told, stamp))
        });
        let again_told = if same { None } else { self.tried_again(outcome, at, stamp) };
        // Who says of each mail to whom it went sums up, or tells of something else.
        let nameless = outcome.recipients.is_empty() && self.announced.is_none() && again_told.is_none();
        let alone = !self.session.open || self.session.told.as_ref().is_some_and(|told| told.alone);
        if same {
            self.at(at, stamp);
            self.endpoint(outcome.endpoint);
            let mail = self.mail_mut();
            mail.inferred &= outcome.inferred || is_queued(outcome.error);
            if let Some(told) = &mut self.session.told {
                told.waits &= is_queued(outcome.error);
            }
        } else if nameless && (self.names_sent || outcome.part == Extent::Beside) && alone {
            return;
        } else {
            self.end_told(cx);
            self.announced = self.announced.take().or(again_told);
            self.begin_told(cx, outcome, at, stamp);
        }
        match &mut self.session.told {
            // More may be said of it.
            Some(told) if told.alone && told.shapes.len() < SHAPES_KEPT => told.shapes.push(again),
            Some(told) if told.alone => {}
            _ => self.end_told(cx),
        }
    }

    pub(super) fn failed(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: Position, stamp: &[u8]) {
        let under_way =
            self.announced.is_some() || self.session.open && self.session.told.as_ref().is_none_or(|told| !told.sent);
        if self.retells(cx, outcome, stamp) || only_closes(outcome.error, under_way) {
            return;
        }
        if !outcome.taken.is_empty() {
            self.sent(cx, &Outcome { sent: Some(true), recipients: outcome.taken, ..*outcome }, at, stamp);
        }
        if self.refused_beside(cx, outcome, at, stamp) {
            self.at(at, stamp);
            return;
        }
        let taken_back = self.take_back_sent(cx, outcome, stamp);
        let meaning = self.meaning(cx, outcome.error);
        let cause = meaning.as_ref().map(|meaning| meaning.cause).filter(|cause| *cause != Cause::UnknownReply);
        let why = match (outcome.status, &meaning) {
            (Some(_), _) => u8::MAX,
            (None, Some(meaning)) => {
                let spoken = meaning.reply.as_ref().is_some_and(|reply| reply.by >= By::Text);
                1 + 100 * u8::from(spoken) + 50 * u8::from(meaning.firm)
            }
            (None, None) => 0,
        };
        let same = taken_back || self.goes_on(cx, outcome, cause, why, stamp);
        if same {
            if self.continues_reply(outcome, stamp) {
                self.go_on_replying(outcome.reply);
            }
            self.at(at, stamp);
            address(self.mail_mut(), outcome.recipients, false);
        } else if outcome.part == Extent::Detail && why == 0 && self.announced.is_none() {
            return;
        } else {
            let again = self.tried_again(outcome, at, stamp);
            self.end_told(cx);
            self.announced = self.announced.take().or(again);
            self.begin_told(cx, outcome, at, stamp);
        }
        self.refuse(cx, outcome, cause, at);
        self.endpoint(outcome.endpoint);
        self.why(cx, outcome, at, stamp, cause);
        if let Some(told) = &mut self.session.told {
            told.take(outcome, cause, why, stamp);
        }
    }

    /// A further line of the reply that was told.
    fn go_on_replying(&mut self, words: &[u8]) {
        let Some(reply) = self.mail_mut().end_reply.as_mut() else { return };
        let words = smtp::enhanced_status_code(words).map_or(words, |(rest, _)| rest).trim_ascii();
        let said = reply.text.expose();
        if said.len() + words.len() < TEXT_KEPT {
            reply.text = Sensitive::new(&[said, b" ", words].concat());
        }
    }

    /// `Delivered mail`, and at the same moment why it was not; or `[77] queued`, and why that mail was not delivered. What
    /// is queued waits, and words about its recipient are about it.
    fn take_back_sent(&mut self, cx: &Context<'_>, outcome: &Outcome<'_>, stamp: &[u8]) -> bool {
        let nameless = self.session.mail.as_ref().is_none_or(|mail| mail.recipients.is_empty());
        // The words are asked last: that takes as long as all else of the record.
        let is_it = |told: &Told| {
            nameless && is_at_once(cx, told.stamp.bytes(), stamp)
                || told.has_number_of(outcome)
                || told.waits
                || !outcome.recipients.is_empty() && OwnWords::of(outcome.error).returned
        };
        let is_other = || self.announced.is_some() || !nameless && self.is_another(outcome);
        if !self.session.told.as_ref().is_some_and(|told| told.alone && told.sent && !is_other() && is_it(told)) {
            return false;
        }
        let mail = self.mail_mut();
        (mail.told, mail.end_reply, mail.inferred) = (Some(Stage::Connect), None, false);
        mail.recipients.iter_mut().for_each(|to| (to.accepted, to.reply_code) = (None, None));
        if let Some(told) = &mut self.session.told {
            (told.sent, told.waits, told.stamp) = (false, false, RawStamp::new(stamp));
        }
        true
    }

    /// The mail before, which is tried again: its number stands here, and whom it is for stood there.
    fn tried_again(&self, outcome: &Outcome<'_>, at: Position, stamp: &[u8]) -> Option<Announced> {
        let known = self
            .session
            .told
            .as_ref()
            .is_some_and(|told| told.has_number_of(outcome) || told.counts_to(outcome, stamp));
        let mail = self.session.mail.as_ref().filter(|_| known && self.announced.is_none())?;
        let recipients: Vec<&[u8]> = mail.recipients.iter().map(|to| to.address.expose()).collect();
        let recipients = Sensitive::new(&recipients.join(&b' '));
        Some(Announced { recipients, at, stamp: RawStamp::new(stamp), ..Announced::default() })
    }

    pub(super) fn begin_told(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: Position, stamp: &[u8]) {
        let announced = self.announced.take();
        let sent = outcome.sent == Some(true);
        let Session { trace, error, given, mail, .. } = &self.session;
        if trace.greeted || sent && error.is_some() && (*given > 0 || mail.is_some()) {
            // What the dialogue or an error has told already was another mail.
            self.close(cx, End::Next);
        } else if sent {
            // What was warned of did no harm.
            self.session.error = None;
        }
        // Of a sentence that names nobody it is not certain that it tells of a mail.
        let vague = sent && outcome.recipients.is_empty() && announced.is_none();
        let alone = !self.session.open;
        if alone && sent {
            let told = |mail: &Announced| !(mail.recipients.expose().is_empty() && mail.host.expose().is_empty());
            self.names_sent = !outcome.recipients.is_empty() || announced.as_ref().is_some_and(told);
        }
        if alone {
            let (from, begun) = announced.as_ref().map_or((at, stamp), |mail| (mail.at, mail.stamp.bytes()));
            self.restamp(from, begun);
            self.open(cx, from);
        }
        self.at(at, stamp);
        if let Some(announced) = announced.as_ref().filter(|_| alone) {
            let host = announced.host.expose();
            self.endpoint(Endpoint { host, port: announced.port, ..Endpoint::default() });
        }
        self.endpoint(outcome.endpoint);
        // Of several that were announced, the words may name the one that was refused.
        let one_of = |all: &[u8]| addresses(outcome.recipients).all(|one| addresses(all).any(|known| known == one));
        let all = announced.as_ref().map_or(&b""[..], |announced| announced.recipients.expose());
        let named = if !all.is_empty() && one_of(all) { all } else { outcome.recipients };
        let stage = match if sent { Some(Stage::Done) } else { stage_in(outcome.error) } {
            Some(stage) => stage,
            // Most mails that fail without a reply, and nothing said of how far they got, never reached a server.
            None if alone => Stage::Connect,
            None => verdict::stage_of(self, None),
        };
        let begun_by = announced.as_ref().map(|announced| announced.opening.clone()).unwrap_or_default();
        let waits = sent && is_queued(outcome.error);
        let from = announced.as_ref().map(|announced| &announced.from).filter(|from| !from.expose().is_empty());
        let mail = self.mail_mut();
        mail.from = from.cloned().or_else(|| (!outcome.from.is_empty()).then(|| Sensitive::new(outcome.from)));
        mail.told = Some(stage);
        mail.end_reply = sent.then(|| accepted(at));
        // What waits in the program's own queue has not reached a server.
        mail.inferred = outcome.inferred || vague && alone || waits;
        // What is told of one of many says nothing of the others.
        if !all.is_empty() {
            let one =
                !outcome.recipients.is_empty() && addresses(named).count() > addresses(outcome.recipients).count();
            address(mail, named, sent && !one);
        }
        address(mail, outcome.recipients, sent);
        let many = mail.recipients.len() > 1;
        let announced = announced.is_some_and(|mail| !mail.recipients.expose().is_empty());
        let told = Told { alone, sent, waits, many, begun_by, announced, ..Told::default() };
        self.session.told = Some(Told { number: outcome.number.to_vec(), stamp: RawStamp::new(stamp), ..told });
    }

    /// The words that tell more than those before decide.
    pub(super) fn why(
        &mut self,
        cx: &mut Context<'_>,
        outcome: &Outcome<'_>,
        at: Position,
        stamp: &[u8],
        cause: Option<Cause>,
    ) {
        // A page tells one reply several times, and one of them with all its words.
        let fuller = |reply: &Reply| {
            let known = reply.text.expose();
            let same = Some(reply.code.0) == outcome.status || known.is_empty();
            outcome.part == Extent::Page && same && outcome.reply.len() > known.len()
        };
        let untold = self.mail_mut().end_reply.as_ref().is_none_or(fuller);
        if let Some(status) = outcome.status.filter(|_| untold) {
            // `pc mailer[77]: SMTP Error 550`: what the logger says is no reply.
            let logged = &outcome.error[..outcome.error.len() - unlogged(outcome.error).len()];
            let reply = Some(outcome.reply).filter(|reply| memmem::find(logged, reply).is_none()).unwrap_or_default();
            let (said, enhanced) = match smtp::enhanced_status_code(reply) {
                Ok((said, enhanced)) => (said.trim_ascii(), Some(enhanced)),
                Err(_) => (reply, labelled_code(reply)),
            };
            // The code of words that stood on a line before.
            let before = self.session.told.as_mut().map(|told| mem::take(&mut told.words)).unwrap_or_default();
            let wordless = stamp.is_empty() && (said.is_empty() || enhanced.is_some() && said == reply);
            let borrowed = wordless && !before.is_empty();
            let (said, text) = if borrowed { (&before[..], &before[..]) } else { (said, reply) };
            // What the reply means places it, also where the words around it mean nothing.
            let code = ReplyCode(status);
            let meaning = || cx.knowledge.reply(&ReplyQuery { code, enhanced, text: said, verb: None, host: None });
            let cause = cause.filter(|_| !borrowed);
            let cause = cause.or_else(|| Some(meaning()).filter(|reply| reply.by != By::Code).map(|reply| reply.cause));
            let stage = stage_of_reply(status, enhanced, said, outcome.error, cause);
            let recipient = named_recipient(said);
            let text = self.without_secrets(&text[..text.len().min(TEXT_KEPT)]);
            let reply = Reply { code: ReplyCode(status), enhanced, text, verb: verb_at(stage), line: at.line };
            let mail = self.mail_mut();
            if stage == Stage::Rcpt && mail.recipients.is_empty() {
                address(mail, recipient, false);
            }
            mail.told = Some(stage);
            mail.end_reply = Some(reply);
        } else if let Some(stage) = stage_in(outcome.error) {
            // A sentence of others about a failure whose cause was told names no command.
            let vague = cause.is_none() && self.session.told.as_ref().is_some_and(|told| told.cause.is_some());
            let mail = self.mail_mut();
            if mail.end_reply.is_none() && mail.told == Some(Stage::Connect) && !vague {
                mail.told = Some(stage);
            }
        }
        let refuses = cause.and_then(stage_of_told) == Some(Stage::Rcpt);
        if refuses && self.mail_mut().recipients.is_empty() {
            address(self.mail_mut(), named_recipient(outcome.error), false);
        }
        self.words(cx, outcome.error, at);
    }

    /// What the program's words mean, where more than the model speaks for it.
    pub(super) fn meaning(&self, cx: &mut Context<'_>, error: &[u8]) -> Option<ToldMeaning> {
        let host = self.session.connection.host.as_ref().map(|host| host.expose());
        let knowledge = cx.knowledge;
        let told = |words: &[u8]| knowledge.told(words, None, host).filter(|told| told.is_grounded(words));
        // That it failed is known: `timeout` behind an address is why.
        let find = || told(error).or_else(|| told(&[b"failed: ", behind_address(error)?].concat()));
        cx.notes.meaning(error, host, find)
    }

    /// The program's words; kept also where nobody knows them, as they are all there is.
    pub(super) fn words(&mut self, cx: &mut Context<'_>, error: &[u8], at: Position) {
        let error = &error[..error.len().min(TEXT_KEPT)];
        if error.is_empty() {
            return;
        }
        let meaning = self.meaning(cx, error);
        let weight = match &meaning {
            Some(meaning) => 1 + 100 * u8::from(meaning.firm) + 50 * u8::from(meaning.by == By::Text),
            None => 0,
        };
        let cause = meaning.as_ref().map(|meaning| meaning.cause);
        let tells_more = |(known, error): &(u8, ClientError)| {
            *known < weight || error.cause.is_none() && weight > 0 || says_why_untrusted(error.cause, cause)
        };
        if self.session.error.as_ref().is_none_or(tells_more) {
            let text = self.without_secrets(error);
            let certain = meaning.is_some_and(|meaning| meaning.certain);
            self.session.error = Some((weight, ClientError { text, cause, certain, line: at.line }));
        }
    }

    /// A failure was told of the attempt to connect there, so that trying there again is another attempt.
    pub(super) fn is_told_of(&self, endpoint: Endpoint<'_>) -> bool {
        let host =
            self.session.connection.host.as_ref().filter(|_| self.session.told.is_some() && !endpoint.host.is_empty());
        host.is_some_and(|host| host.expose() == endpoint.host)
    }

    /// The connection came about: words about a failure before were about another address of the host, or another mail.
    pub(super) fn outlast_told(&mut self, cx: &mut Context<'_>) {
        match &self.session.told {
            None => {}
            Some(told) if told.alone => self.end_told(cx),
            Some(_) => (self.session.told, self.session.mail) = (None, None),
        }
    }

    /// Nothing more will be said of the mail.
    pub(super) fn end_told(&mut self, cx: &mut Context<'_>) {
        match self.session.told.take() {
            Some(Told { alone: true, .. }) => self.close(cx, End::Closed),
            Some(_) => self.give(cx, End::Closed),
            None => {}
        }
    }

    /// A mail told in one line.
    fn whole(&mut self, cx: &mut Context<'_>, outcome: Outcome<'_>, at: Position, stamp: &[u8]) {
        let refused = self.session.refused.greeting.is_some()
            || self.session.refused.ehlo.is_some()
            || self.session.refused.auth.is_some();
        let spoken = self.session.given > 0
            || self.session.mail.is_some()
            || refused
            || self.session.trace.connected
            || self.session.error.is_some();
        let told = self.session.open && spoken;
        if told {
            if self.session.connection.host.is_none() {
                self.endpoint(outcome.endpoint);
            }
            return;
        }
        self.close(cx, End::Next);
        self.restamp(at, stamp);
        self.open(cx, at);
        self.endpoint(outcome.endpoint);
        if !outcome.user.is_empty() {
            self.user(outcome.user);
        }
        let mail = self.mail_mut();
        mail.from = (!outcome.from.is_empty()).then(|| Sensitive::new(outcome.from));
        mail.size = outcome.bytes;
        let sent = outcome.sent == Some(true);
        address(mail, outcome.recipients, sent);
        // Its program knows the command that failed, and names it; what it has no words for came behind them all.
        let stage = stage_in(outcome.error).unwrap_or(Stage::Data);
        mail.told = Some(stage);
        let reply = smtp::reply_line(outcome.reply).ok().filter(|(_, line)| sent || line.code.is_refusal());
        mail.end_reply = reply.map_or_else(
            || sent.then(|| accepted(at)),
            |(_, line)| {
                let text = Sensitive::new(&line.text[..line.text.len().min(TEXT_KEPT)]);
                let (code, enhanced) = (line.code, line.enhanced);
                Some(Reply { code, enhanced, text, verb: verb_at(stage), line: at.line })
            },
        );
        if !sent {
            self.words(cx, outcome.error, at);
        }
        self.close(cx, End::Closed);
    }
}

/// The certificate is not trusted, and the new words say why.
fn says_why_untrusted(known: Option<Cause>, new: Option<Cause>) -> bool {
    use Cause::{TlsExpired, TlsInterceptedByAntivirus, TlsNameMismatch, TlsUntrusted};
    known == Some(TlsUntrusted) && matches!(new, Some(TlsExpired | TlsInterceptedByAntivirus | TlsNameMismatch))
}

/// What is said of the last address.
fn behind_address(words: &[u8]) -> Option<&[u8]> {
    let behind = &words[memchr::memrchr(b'@', words)?..];
    Some(behind[memchr::memchr(b' ', behind)?..].trim_ascii()).filter(|said| !said.is_empty())
}
