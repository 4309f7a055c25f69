//! What the server says: lines become replies, and a reply answers the command that has waited longest.

use std::{mem, sync::Arc};

use memchr::memmem;

use super::{
    Context, Conversation, TEXT_KEPT,
    command::NAMELESS_RCPT_TAG,
    narration::{stage_of_reply, stage_of_told, verb_at},
};
use crate::{
    knowledge::{By, ReplyQuery},
    session::{End, Reply, Tls, position::Position},
    smtp::{self, Answer, EnhancedStatusCode, Keyword, ReplyCode, Turn, Verb},
    source::Sensitive,
};

/// A reply while its lines come in.
#[derive(Clone, Debug, Default)]
pub(super) struct Assembling {
    pub enhanced: Option<EnhancedStatusCode>,
    pub text: Vec<u8>,
    pub lines: u32,
}

/// A refusal that was told.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    code: ReplyCode,
    enhanced: Option<EnhancedStatusCode>,
    text: Sensitive,
}

impl Refusal {
    /// This line tells it again: by its enhanced code, or where one of the two has none by its words.
    fn is(&self, line: &smtp::ReplyLine<'_>) -> bool {
        let within = |a: &[u8], b: &[u8]| memmem::find(a, b.trim_ascii()).is_some();
        self.code == line.code
            && match (self.enhanced, line.enhanced) {
                (Some(known), Some(new)) => known == new,
                _ => within(self.text.expose(), line.text) || within(line.text, self.text.expose()),
            }
    }
}

/// Refusals of one session; more are not told again.
const REFUSALS_KEPT: usize = 8;

impl Conversation {
    /// One line of the server, whole.
    pub(crate) fn server(&mut self, cx: &mut Context<'_>, text: &[u8], at: Position) -> bool {
        let turn = self.dialogue.read_server(text);
        let line = match turn {
            Turn::Reply { line, .. } => line,
            Turn::Data(line) => {
                return self.data(line);
            }
            _ => {
                self.open(cx, at);
                return false;
            }
        };
        self.outlast_told(cx);
        if self.dialogue.open_reply().is_none() && (self.dialogue.begins_with(&line) || self.is_over()) {
            self.close(cx, End::Next);
        }
        self.open(cx, at);
        self.session.trace.connected = true;
        // Nor does what a server says to that QUIT show that TLS came about.
        self.session.trace.tls_unfinished =
            self.session.trace.tls_unfinished && self.dialogue.answers(line.code) == Some(Verb::Quit);
        if self.dialogue.open_reply().is_some_and(|code| code != line.code) {
            self.break_off_reply(cx);
        }
        self.assemble(line);
        if let Some(answer) = self.dialogue.advance(&turn) {
            self.reply_done(cx, answer);
        }
        true
    }

    /// Nothing more can be said in this session.
    pub(super) fn is_over(&self) -> bool {
        self.dialogue.is_over() || self.session.ended.is_some() && self.dialogue.pending().len() == 0
    }

    /// The rest of a reply of several lines is not in the log.
    pub(super) fn break_off_reply(&mut self, cx: &mut Context<'_>) {
        if let Some(answer) = self.dialogue.break_off_reply() {
            self.reply_done(cx, answer);
        }
    }

    fn assemble(&mut self, line: smtp::ReplyLine<'_>) {
        let verb = self.dialogue.answers(line.code);
        let reply = &mut self.reply;
        reply.enhanced = reply.enhanced.or(line.enhanced);
        reply.lines += 1;
        let hello = matches!(verb, Some(Verb::Ehlo | Verb::Helo));
        if hello && line.code.is_positive() {
            if reply.lines == 1 {
                self.session.trace.starttls_offered = false;
                self.session.trace.auth_offered = false;
                self.session.trace.password_offered = false;
                if let Some(address) = smtp::address_literal(line.text) {
                    Arc::make_mut(&mut self.session.connection).client_address = Some(address);
                }
            }
            match smtp::keyword(line.text) {
                Keyword::Size(n) if n > 0 && self.session.connection.size_limit != Some(n) => {
                    Arc::make_mut(&mut self.session.connection).size_limit = Some(n);
                }
                Keyword::StartTls => self.session.trace.starttls_offered = true,
                Keyword::Auth(mechanisms) => {
                    self.session.trace.auth_offered = true;
                    self.session.trace.password_offered |= mechanisms.iter().any(|m| m.takes_password());
                }
                _ => {}
            }
            return;
        }
        // Only words that may be shown or judged are kept: a greeting, a prompt, a refusal, the end of a mail.
        let telling = line.code.is_refusal()
            || line.code.0 == 334
            || matches!(verb, None | Some(Verb::Greeting | Verb::EndOfData));
        if telling && reply.text.len() < TEXT_KEPT {
            if !reply.text.is_empty() {
                reply.text.push(b' ');
            }
            // Each line may repeat the enhanced code (RFC 2034); once is enough.
            let repeated = reply.lines > 1 && line.enhanced.is_some() && line.enhanced == reply.enhanced;
            let text = if repeated {
                smtp::enhanced_status_code(line.text).map_or(line.text, |(rest, _)| rest)
            } else {
                line.text
            };
            let text = text.trim_ascii();
            let room = TEXT_KEPT - reply.text.len().min(TEXT_KEPT);
            reply.text.extend_from_slice(&text[..text.len().min(room)]);
        }
    }

    /// A reply is whole.
    fn reply_done(&mut self, cx: &mut Context<'_>, answer: Answer) {
        let code = answer.code;
        let Assembling { enhanced, mut text, lines } = mem::take(&mut self.reply);
        self.session.trace.last_code = Some(code);
        if code.is_refusal() && self.refusals.len() < REFUSALS_KEPT {
            self.refusals.push(Refusal { code, enhanced, text: Sensitive::new(&text) });
        }
        if let Some((mechanism, _)) = self.dialogue.auth() {
            self.session.sign_in.mechanism = self.session.sign_in.mechanism.or(mechanism);
        }
        let verb = answer.verb.unwrap_or(Verb::Greeting);
        let line = self.last.line;
        // A server that refuses may quote what it was sent in secret; that must not get out that way.
        let kept = |text: &[u8]| Reply { code, enhanced, text: Sensitive::new(text), verb, line };
        let refusal = code.is_refusal().then(|| kept(&self.secrets.wipe(&text)));
        // A server that says goodbye has not taken the mail.
        let taken = code.is_positive() && code.0 != 221;
        let end = (verb == Verb::EndOfData && taken).then(|| kept(&self.secrets.wipe_wholes(&text)));
        if !self.session.trace.greeted {
            self.set_apart();
        }
        match answer.verb {
            // It answers a command that stood before the log began.
            Some(Verb::Greeting) if !code.may_greet() => self.session.refused.unasked = refusal,
            Some(Verb::Greeting) => {
                self.session.trace.greeted = true;
                Arc::make_mut(&mut self.session.connection).greeting = Some(Sensitive::new(&text));
                self.session.refused.greeting = refusal.map(|refusal| self.placed(cx, refusal, lines));
            }
            None => self.session.refused.unasked = refusal.or(self.session.refused.unasked.take()),
            Some(_) => self.answered(cx, answer, refusal, end),
        }
        self.session.trace.greeted = true;
        text.clear();
        self.reply.text = text;
    }

    /// A refusal of so many lines with which a session begins may be all of a dialogue that somebody copied: then it answered
    /// what its words are about.
    fn placed(&self, cx: &Context<'_>, refusal: Reply, lines: u32) -> Reply {
        let (code, enhanced, text) = (refusal.code, refusal.enhanced, refusal.text.expose());
        let said = cx.knowledge.reply(&ReplyQuery { code, enhanced, text, verb: None, host: None });
        let begins = self.session.begun.line + u64::from(lines) == refusal.line + 1;
        let decides = begins && said.by >= By::Text && stage_of_told(said.cause).is_some();
        let verb = verb_at(stage_of_reply(code.0, enhanced, text, b"", Some(said.cause)));
        if decides { Reply { verb, ..refusal } } else { refusal }
    }

    fn answered(&mut self, cx: &mut Context<'_>, answer: Answer, refusal: Option<Reply>, end: Option<Reply>) {
        let refused = refusal.is_some();
        let code = answer.code;
        match answer.verb.unwrap_or(Verb::Greeting) {
            Verb::Ehlo | Verb::Helo => {
                self.session.trace.ehlo |= !refused;
                self.session.refused.ehlo = refusal;
            }
            Verb::StartTls if refused => self.session.refused.tls = refusal,
            Verb::StartTls => {
                self.session.tls = Some(Tls::StartTls);
                self.session.trace.tls_unfinished = true;
                self.session.trace.starttls_offered = false;
            }
            Verb::Auth => match code.0 {
                // The log may begin inside the exchange.
                334 => self.session.trace.auth_sent = true,
                _ => {
                    self.session.sign_in.accepted = !refused;
                    self.session.refused.auth = refusal;
                }
            },
            // A reply that is only supposed to answer MAIL may answer RSET.
            Verb::Mail if !refused && self.dialogue.is_client_unheard() => {}
            Verb::Mail => self.mail_mut().mail_refusal = refusal,
            Verb::Rcpt => {
                let unheard = self.dialogue.is_client_unheard() || answer.tag == NAMELESS_RCPT_TAG;
                let mail = self.mail_mut();
                let place = match &refusal {
                    // The server names whom it refuses.
                    Some(reply) if unheard => match smtp::quoted_mailbox(reply.text.expose()) {
                        Some(address) => mail.recipient(address),
                        None => usize::MAX,
                    },
                    None if unheard => usize::MAX,
                    _ => answer.tag as usize,
                };
                mail.answered(place, code);
                mail.rcpt_refusal = refusal.or(mail.rcpt_refusal.take());
            }
            Verb::Data if refused => self.mail_mut().data_refusal = refusal,
            Verb::Data => self.mail_mut().data_open = true,
            Verb::Bdat if refused => self.mail_mut().data_refusal = refusal,
            Verb::EndOfData => {
                self.mail_mut().end_reply = refusal.or(end);
                let over = if self.dialogue.has_quit() { End::Quit } else { End::Next };
                self.give(cx, over);
            }
            Verb::Rset if !refused => {
                if self.session.mail.is_some() {
                    self.give(cx, End::Next);
                }
            }
            Verb::Quit | Verb::Rset | Verb::Other | Verb::Greeting | Verb::Bdat => {
                if code.0 == 421 {
                    self.session.refused.unasked = refusal;
                }
            }
        }
    }

    /// A reply that only the writer's words tell of. Where the server is never heard it answers the last command: those
    /// before went well, or the client would not have gone on.
    pub(crate) fn hears_of_refusal(
        &mut self,
        cx: &mut Context<'_>,
        said: impl FnOnce(&mut Conversation, &mut Context<'_>) -> bool,
    ) -> bool {
        if self.dialogue.has_heard() {
            return said(self, cx);
        }
        while self.dialogue.pending().len() > 1 {
            let Some(pending) = self.dialogue.skip_reply() else { break };
            match pending.verb {
                Verb::Ehlo | Verb::Helo => self.session.trace.ehlo = true,
                Verb::StartTls => self.session.tls = Some(Tls::StartTls),
                Verb::Auth => self.session.sign_in.accepted = true,
                Verb::Rcpt => self.mail_mut().answered(pending.tag as usize, ReplyCode(250)),
                _ => {}
            }
        }
        let understood = said(self, cx);
        self.break_off_reply(cx);
        self.dialogue.forget_hearing();
        understood
    }

    /// A reply that may have been written before: true where it has been.
    pub(crate) fn is_repetition(&mut self, text: &[u8]) -> bool {
        let known = !text.is_empty() && self.repeated == text;
        self.repeated.clear();
        known
    }

    /// This refusal was told before, and no command waits that this could answer.
    pub(crate) fn has_told(&self, text: &[u8]) -> bool {
        self.dialogue.pending().len() == 0
            && smtp::reply_line(text).is_ok_and(|(_, line)| self.refusals.iter().any(|known| known.is(&line)))
    }

    /// A refusal with this code and these words was told.
    pub(super) fn has_refused(&self, code: u16, words: &[u8]) -> bool {
        let (text, enhanced) =
            smtp::enhanced_status_code(words).map_or((words, None), |(text, code)| (text, Some(code)));
        let line = smtp::ReplyLine { code: ReplyCode(code), last: true, enhanced, text: text.trim_ascii() };
        self.refusals.iter().any(|known| known.is(&line))
    }

    /// Keeps a reply to compare the next repetition with.
    pub(crate) fn keep_for_repetition(&mut self, text: &[u8]) {
        self.repeated.clear();
        self.repeated.extend_from_slice(&text[..text.len().min(TEXT_KEPT)]);
    }
}
