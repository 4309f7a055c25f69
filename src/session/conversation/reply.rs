//! What the server says: lines become replies, and a reply answers the command that has waited longest.

use std::{mem, sync::Arc};

use memchr::memmem;

use super::{Context, Conversation, Pending, Position, TEXT_KEPT};
use crate::{
    dialect::Side,
    session::{End, Reply, Tls},
    smtp::{self, EnhancedStatusCode, Keyword, ReplyCode, Verb},
    source::Sensitive,
};

/// A reply while its lines come in.
#[derive(Clone, Debug, Default)]
pub(super) struct Assembling {
    pub code: Option<ReplyCode>,
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
    /// Whether this line tells it again: by its enhanced code, or where one of the two has none by its words.
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
    pub fn server(&mut self, cx: &mut Context<'_>, text: &[u8], at: Position) -> bool {
        let Ok((_, line)) = smtp::reply_line(text) else {
            self.open(cx, at);
            return false;
        };
        self.side = Some(Side::Server);
        if self.in_data && !self.ways.marks_data {
            return self.data(text);
        }
        self.outlast_told(cx);
        if self.begins_session(line.code) {
            self.close(cx, End::Next);
        }
        self.open(cx, at);
        self.heard = true;
        self.trace.connected = true;
        self.trace.tls_unfinished = false;
        if self.in_data {
            // The server speaks: the message is over, whether its dot was logged or not.
            self.in_data = false;
            self.push(Verb::EndOfData, 0);
        }
        if self.reply.code.is_some_and(|code| code != line.code) {
            self.reply_done(cx);
        }
        self.assemble(line);
        if line.last {
            self.reply_done(cx);
        }
        true
    }

    /// 220 answers nothing but a connection and STARTTLS, so it begins a session unless one of them waits.
    fn begins_session(&self, code: ReplyCode) -> bool {
        if !self.open || self.reply.code.is_some() {
            return false;
        }
        let greeting =
            code.0 == 220 && self.trace.greeted && self.pending.front().is_none_or(|p| p.verb != Verb::StartTls);
        greeting || self.is_over()
    }

    /// Nothing more can be said in this session.
    pub(super) fn is_over(&self) -> bool {
        (self.ended.is_some() || self.quit && self.trace.greeted) && self.pending.is_empty()
    }

    fn assemble(&mut self, line: smtp::ReplyLine<'_>) {
        let verb = self.pending.front().map(|p| p.verb);
        let reply = &mut self.reply;
        reply.code = Some(line.code);
        reply.enhanced = reply.enhanced.or(line.enhanced);
        reply.lines += 1;
        let hello = matches!(verb, Some(Verb::Ehlo | Verb::Helo));
        if hello && line.code.is_positive() {
            if reply.lines == 1 {
                self.trace.starttls_offered = false;
                self.trace.auth_offered = false;
                self.trace.password_offered = false;
                if let Some(address) = smtp::address_literal(line.text) {
                    Arc::make_mut(&mut self.connection).client_address = Some(address);
                }
            }
            match smtp::keyword(line.text) {
                Keyword::Size(n) if n > 0 && self.connection.size_limit != Some(n) => {
                    Arc::make_mut(&mut self.connection).size_limit = Some(n);
                }
                Keyword::StartTls => self.trace.starttls_offered = true,
                Keyword::Auth(mechanisms) => {
                    self.trace.auth_offered = true;
                    self.trace.password_offered |= mechanisms.iter().any(|m| m.takes_password());
                }
                _ => {}
            }
            return;
        }
        // Only words that may be shown or judged are kept: a greeting, a prompt, a refusal, the end of a mail.
        let telling = line.code.is_refusal() || line.code.0 == 334 || verb.is_none() || verb == Some(Verb::EndOfData);
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

    pub(super) fn reply_done(&mut self, cx: &mut Context<'_>) {
        let Some(code) = self.reply.code else { return };
        let Assembling { enhanced, mut text, .. } = mem::take(&mut self.reply);
        self.trace.last_code = Some(code);
        if code.is_refusal() && self.refusals.len() < REFUSALS_KEPT {
            self.refusals.push(Refusal { code, enhanced, text: Sensitive::new(&text) });
        }
        if self.awaited && self.pending.is_empty() && code.0 != 421 {
            // The server has its answer, though the log has not.
            self.secret(None);
        }
        self.resynchronise(code);
        if code.0 == 334 {
            self.prompt(&text);
        }
        let pending = self.pending.pop_front();
        let verb = match pending {
            Some(pending) => pending.verb,
            None => Verb::Greeting,
        };
        let line = self.last.line;
        // A server that refuses may quote what it was sent in secret; that must not get out that way.
        let kept = |text: &[u8]| Reply { code, enhanced, text: Sensitive::new(text), verb, line };
        let refusal = code.is_refusal().then(|| kept(&self.secrets.wipe(&text)));
        // A server that says goodbye has not taken the mail.
        let taken = code.is_positive() && code.0 != 221;
        let end = (verb == Verb::EndOfData && taken).then(|| kept(&self.secrets.wipe_wholes(&text)));
        match pending {
            None if code.0 == 334 => {
                // The log begins inside an AUTH exchange.
                self.awaited = true;
                self.trace.auth_sent = true;
            }
            None if !self.trace.greeted => {
                self.trace.greeted = true;
                Arc::make_mut(&mut self.connection).greeting = Some(Sensitive::new(&text));
                self.greeting_refusal = refusal;
            }
            None => self.unasked = refusal.or(self.unasked.take()),
            Some(pending) => self.answered(cx, pending, code, refusal, end),
        }
        self.trace.greeted = true;
        text.clear();
        self.reply.text = text;
    }

    /// Some codes answer one command only; what stands before it in the queue was answered off the record.
    fn resynchronise(&mut self, code: ReplyCode) {
        let only = match code.0 {
            354 => Verb::Data,
            334 | 235 => Verb::Auth,
            221 => Verb::Quit,
            _ => return,
        };
        if let Some(place) = self.pending.iter().position(|p| p.verb == only) {
            self.pending.drain(..place);
        }
    }

    fn answered(
        &mut self,
        cx: &mut Context<'_>,
        pending: Pending,
        code: ReplyCode,
        refusal: Option<Reply>,
        end: Option<Reply>,
    ) {
        let refused = refusal.is_some();
        match pending.verb {
            Verb::Ehlo | Verb::Helo => {
                self.trace.ehlo |= !refused;
                self.ehlo_refusal = refusal;
            }
            Verb::StartTls if refused => self.tls_refusal = refusal,
            Verb::StartTls => {
                self.tls = Some(Tls::StartTls);
                self.trace.tls_unfinished = true;
                self.trace.starttls_offered = false;
            }
            Verb::Auth => match code.0 {
                334 => self.awaited = true,
                _ => {
                    self.awaited = false;
                    self.sign_in.accepted = !refused;
                    self.auth_refusal = refusal;
                }
            },
            Verb::Mail => self.mail_mut().mail_refusal = refusal,
            Verb::Rcpt => {
                let mail = self.mail_mut();
                mail.answered(pending.place, code);
                mail.rcpt_refusal = refusal.or(mail.rcpt_refusal.take());
            }
            Verb::Data if refused => self.mail_mut().data_refusal = refusal,
            Verb::Data => {
                self.in_data = true;
                self.mail_mut().data_open = true;
            }
            Verb::Bdat if refused => self.mail_mut().data_refusal = refusal,
            Verb::EndOfData => {
                self.mail_mut().end_reply = refusal.or(end);
                let over = if self.quit { End::Quit } else { End::Next };
                self.give(cx, over);
            }
            Verb::Rset if !refused => {
                if self.mail.is_some() {
                    self.give(cx, End::Next);
                }
            }
            Verb::Quit | Verb::Rset | Verb::Other | Verb::Greeting | Verb::Bdat => {
                if code.0 == 421 {
                    self.unasked = refusal;
                }
            }
        }
    }

    /// A reply that only the writer's words tell of. Where the server is never heard it answers the last command: those
    /// before went well, or the client would not have gone on.
    pub fn hears_of_refusal(
        &mut self,
        cx: &mut Context<'_>,
        said: impl FnOnce(&mut Conversation, &mut Context<'_>) -> bool,
    ) -> bool {
        if self.heard {
            return said(self, cx);
        }
        while self.pending.len() > 1 {
            let Some(pending) = self.pending.pop_front() else { break };
            match pending.verb {
                Verb::Ehlo | Verb::Helo => self.trace.ehlo = true,
                Verb::StartTls => self.tls = Some(Tls::StartTls),
                Verb::Auth => self.sign_in.accepted = true,
                Verb::Rcpt => self.mail_mut().answered(pending.place, ReplyCode(250)),
                _ => {}
            }
        }
        let understood = said(self, cx);
        self.reply_done(cx);
        self.heard = false;
        understood
    }

    /// A reply that may have been written before: true where it has been.
    pub fn is_repetition(&mut self, text: &[u8]) -> bool {
        let known = !text.is_empty() && self.repeated == text;
        self.repeated.clear();
        known
    }

    /// Whether this refusal was told before, and no command waits that this could answer.
    pub fn has_told(&self, text: &[u8]) -> bool {
        self.pending.is_empty()
            && smtp::reply_line(text).is_ok_and(|(_, line)| self.refusals.iter().any(|known| known.is(&line)))
    }

    /// Keeps a reply to compare the next repetition with.
    pub fn keep_for_repetition(&mut self, text: &[u8]) {
        self.repeated.clear();
        self.repeated.extend_from_slice(&text[..text.len().min(TEXT_KEPT)]);
    }
}
