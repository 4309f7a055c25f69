//! One connection of the log while it is read: the state machine of RFC 5321 from the client's side.

use std::{collections::VecDeque, mem, sync::Arc};

use super::{
    ClientError, Connection, End, Reply, SignIn, Tls, Trace, Transaction,
    mail::Mail,
    secrets::Secrets,
    told::{Announced, Told},
    verdict,
};
use crate::{
    dialect::{Endpoint, Side, StampReader},
    knowledge::Knowledge,
    smtp::{self, AuthMechanism, Command, Credential, EnhancedStatusCode, Keyword, ReplyCode, Verb},
    source::Sensitive,
};

mod words;

/// Text of a reply or an error that is kept; more proves nothing more.
pub(super) const TEXT_KEPT: usize = 2_048;
/// Commands without a reply; a client that pipelines more has long lost the server.
const PENDING_KEPT: usize = 4_096;

/// A stamp as raw bytes, copied: it is parsed only when a transaction is given out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RawStamp {
    length: u8,
    bytes: [u8; 31],
}

impl RawStamp {
    pub fn new(stamp: &[u8]) -> Self {
        let mut raw = RawStamp::default();
        raw.set(stamp);
        raw
    }

    fn set(&mut self, stamp: &[u8]) {
        let length = stamp.len().min(self.bytes.len());
        self.bytes[..length].copy_from_slice(&stamp[..length]);
        self.length = length as u8;
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

/// Where a line stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct At {
    /// Its number, from 1.
    pub line: u64,
    /// Its offset in the log, in bytes.
    pub offset: u64,
}

/// A command that waits for its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pending {
    verb: Verb,
    /// For RCPT: which recipient.
    place: usize,
}

/// A reply while its lines come in.
#[derive(Clone, Debug, Default)]
struct Assembling {
    code: Option<ReplyCode>,
    enhanced: Option<EnhancedStatusCode>,
    text: Vec<u8>,
    lines: u32,
}

/// Settings a writer dumped before the connection they are for.
#[derive(Clone, Debug, Default)]
struct Settings {
    host: Option<Sensitive>,
    port: Option<u16>,
    tls: Option<Tls>,
    tls_wanted: bool,
    user: Option<Vec<u8>>,
}

/// Refusals of one session; more are not told again.
const TOLD_KEPT: usize = 8;

/// One connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Lane {
    /// Which of the log's handwritings it is in.
    pub hand: u8,
    /// What that handwriting marks.
    pub ways: Ways,
    pub key: Box<[u8]>,
    /// A session is under way; false before the first and after one was given out.
    pub open: bool,
    pub session: u64,
    /// The log marked the end; what follows may still be words about it.
    ended: Option<End>,
    /// Transactions of this session given out so far.
    pub given: u64,
    pub begun: At,
    begun_stamp: RawStamp,
    pub last: At,
    last_stamp: RawStamp,
    /// Shared with the transactions given out.
    pub connection: Arc<Connection>,
    pub tls: Option<Tls>,
    pub sign_in: SignIn,
    pub trace: Trace,
    settings: Settings,
    pending: VecDeque<Pending>,
    reply: Assembling,
    pub mail: Option<Mail>,
    in_data: bool,
    /// 334 was given: the next line of the client is a secret.
    awaited: bool,
    auth_step: usize,
    secrets: Secrets,
    pub greeting_refusal: Option<Reply>,
    pub ehlo_refusal: Option<Reply>,
    pub tls_refusal: Option<Reply>,
    pub auth_refusal: Option<Reply>,
    pub unasked: Option<Reply>,
    pub error: Option<(u8, ClientError)>,
    pub quit: bool,
    /// The side that unmarked lines belong to.
    pub side: Option<Side>,
    /// The writer puts real line ends into its records, so that lines without a mark go on with them.
    pub raw: bool,
    /// A line of the dialogue that its record broke off.
    pub fragment: Vec<u8>,
    /// The newest reply line, to know a repetition.
    repeated: Vec<u8>,
    /// A failed mail that is told in words, and a mail that was announced.
    pub told: Option<Told>,
    pub announced: Option<Announced>,
    /// Refusals told in this session, or in the one before where none is open: an exception may tell them again.
    refusals: Vec<ReplyCode>,
    /// The words by which the writer told that the mail under way failed.
    failed_words: Option<Vec<u8>>,
    /// To whom the writer says that it sends.
    addressees: Vec<Sensitive>,
}

/// What the dialect of a line marks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ways {
    /// It says who speaks.
    pub marks_sides: bool,
    /// Message data carries the client's mark.
    pub marks_data: bool,
    /// It marks the end of a connection.
    pub marks_end: bool,
}

/// What a lane needs from outside.
pub(super) struct Context<'a> {
    pub knowledge: &'a Knowledge,
    pub stamps: &'a StampReader,
    /// Where finished transactions go.
    pub done: &'a mut Vec<Transaction>,
    /// Sessions begun so far.
    pub sessions: &'a mut u64,
}

impl Lane {
    /// A lane for the sessions with this key in this handwriting.
    pub fn new(hand: u8, key: &[u8]) -> Self {
        Lane { hand, key: key.into(), ..Lane::default() }
    }

    pub fn at(&mut self, at: At, stamp: &[u8]) {
        self.last = at;
        if !stamp.is_empty() {
            self.last_stamp.set(stamp);
            if self.begun_stamp.length == 0 {
                self.begun_stamp = self.last_stamp;
            }
        }
    }

    /// The session that began on this line takes its place and stamp, also where none is.
    pub fn restamp(&mut self, at: At, stamp: &[u8]) {
        self.last = at;
        self.last_stamp.set(stamp);
        self.begun_stamp = self.last_stamp;
    }

    /// Whether message data is being sent, so that lines of the client are not judged.
    pub fn in_data(&self) -> bool {
        self.in_data
    }

    /// A session begins here, unless one is under way.
    pub fn open(&mut self, cx: &mut Context<'_>, at: At) {
        if self.open {
            return;
        }
        self.open = true;
        self.refusals.clear();
        *cx.sessions += 1;
        self.session = *cx.sessions;
        self.begun = at;
        self.begun_stamp = self.last_stamp;
        if self.settings.host.is_some() || self.settings.port.is_some() {
            let connection = Arc::make_mut(&mut self.connection);
            connection.host.clone_from(&self.settings.host);
            connection.port = self.settings.port;
        }
        self.tls = self.settings.tls;
        self.trace.tls_wanted = self.settings.tls_wanted;
        self.trace.tls_unfinished = self.tls == Some(Tls::Implicit);
        if let Some(user) = self.settings.user.take() {
            self.user(&user);
        }
    }

    /// An attempt to connect has begun, and nothing came of it yet.
    pub fn is_waiting(&self) -> bool {
        self.open && self.ended.is_none() && !self.trace.connected && !self.trace.greeted
    }

    /// The log marked the end of the connection.
    pub fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    pub fn connecting(&mut self, cx: &mut Context<'_>, endpoint: Endpoint<'_>, at: At) {
        // A second address of the same host belongs to the same attempt.
        if !self.is_waiting() {
            self.close(cx, End::Next);
            self.open(cx, at);
        }
        self.endpoint(endpoint);
    }

    pub fn connected(&mut self, cx: &mut Context<'_>, endpoint: Endpoint<'_>, at: At) {
        if self.trace.connected || self.trace.greeted || self.ended.is_some() {
            if endpoint == Endpoint::default() && self.ended.is_none() && !self.ways.marks_end {
                return;
            }
            self.close(cx, End::Next);
        }
        self.open(cx, at);
        self.trace.connected = true;
        self.endpoint(endpoint);
    }

    pub fn endpoint(&mut self, endpoint: Endpoint<'_>) {
        if endpoint.port.is_some() || !endpoint.host.is_empty() {
            let connection = Arc::make_mut(&mut self.connection);
            if !endpoint.host.is_empty() {
                connection.host = Some(Sensitive::new(endpoint.host));
            }
            connection.port = endpoint.port.or(connection.port);
        }
        self.trace.tls_wanted |= endpoint.starttls_wanted || endpoint.implicit_tls == Some(true);
        if endpoint.implicit_tls == Some(true) {
            self.tls = Some(Tls::Implicit);
        }
    }

    pub fn secured(&mut self, cx: &mut Context<'_>, at: At) {
        self.open(cx, at);
        self.trace.connected = true;
        self.trace.tls_unfinished = false;
        if !self.trace.greeted && self.tls.is_none() {
            self.tls = Some(Tls::Implicit);
        }
    }

    pub fn closed(&mut self, cx: &mut Context<'_>, at: At) {
        // A key names its connection, so a second mark is the same one again.
        if !self.key.is_empty() && (!self.open || self.ended.is_some()) {
            return;
        }
        let silent = !self.trace.connected && !self.trace.greeted && self.mail.is_none();
        if self.ended.is_some() && (!silent || self.given > 0) {
            // The session before has its mark already: this one is an attempt that left nothing else.
            self.close(cx, End::Next);
        }
        self.open(cx, at);
        self.ended = Some(if self.quit { End::Quit } else { End::Closed });
    }

    pub fn setting(&mut self, name: &[u8], value: &[u8]) {
        let mut word = [0u8; 24];
        let mut length = 0;
        for b in name.iter().filter(|b| b.is_ascii_alphanumeric()) {
            if length == word.len() {
                return;
            }
            word[length] = b.to_ascii_lowercase();
            length += 1;
        }
        let on = matches!(value, b"1" | b"true" | b"True" | b"on" | b"yes" | b"TRUE");
        match &word[..length] {
            b"smtphost" | b"smtphostname" | b"smtpserver" | b"host" | b"server" | b"mailserver"
                if !value.is_empty() =>
            {
                self.settings.host = Some(Sensitive::new(value));
            }
            b"smtpport" | b"port" => {
                self.settings.port = crate::dialect::number(value).and_then(|p| u16::try_from(p).ok());
                if self.is_waiting() {
                    // Some writers name the host first and connect before they are through with their settings.
                    let connection = Arc::make_mut(&mut self.connection);
                    connection.port = connection.port.or(self.settings.port);
                }
            }
            b"smtpssl" => self.settings.tls = on.then_some(Tls::Implicit),
            b"starttls" => self.settings.tls_wanted = on,
            b"smtpusername" | b"smtpuser" | b"username" | b"user" if !value.is_empty() && value != b"NULL" => {
                self.settings.user = Some(value.to_vec());
                if self.open && self.sign_in.full_address.is_none() {
                    self.user(value);
                }
            }
            _ => {}
        }
    }

    /// The writer's own words.
    pub fn note(&mut self, cx: &mut Context<'_>, text: &[u8], at: At) {
        let Some(meaning) = cx.knowledge.client_error(text) else { return };
        // Words about an error after the mail was given out belong to what comes next, or to nothing.
        if self.open && self.given > 0 && self.mail.is_none() && self.ended.is_none() {
            return;
        }
        self.open(cx, at);
        if self.error.as_ref().is_none_or(|(weight, _)| *weight < meaning.weight) {
            let text = Sensitive::new(&self.secrets.wipe(&text[..text.len().min(TEXT_KEPT)]));
            let error = ClientError { text, cause: Some(meaning.cause), certain: meaning.certain, line: at.line };
            self.error = Some((meaning.weight, error));
        }
    }

    /// Ends the session and gives out what it held.
    pub fn close(&mut self, cx: &mut Context<'_>, how: End) {
        if !self.open {
            return;
        }
        if self.reply.code.is_some() {
            self.reply_done(cx);
        }
        let end = self.ended.unwrap_or(if self.quit { End::Quit } else { how });
        if self.mail.is_some() || self.given == 0 {
            self.give(cx, end);
        }
        // Some room is used again: logs have more sessions than a program should ask memory for.
        self.pending.clear();
        self.secrets.clear();
        self.reply.text.clear();
        self.fragment.clear();
        self.repeated.clear();
        *self = Lane {
            hand: self.hand,
            ways: self.ways,
            key: mem::take(&mut self.key),
            refusals: mem::take(&mut self.refusals),
            settings: mem::take(&mut self.settings),
            pending: mem::take(&mut self.pending),
            secrets: mem::take(&mut self.secrets),
            reply: Assembling { text: mem::take(&mut self.reply.text), ..Assembling::default() },
            fragment: mem::take(&mut self.fragment),
            repeated: mem::take(&mut self.repeated),
            last: self.last,
            last_stamp: self.last_stamp,
            ..Lane::default()
        };
    }

    /// Gives out the mail under way, or the session that never came to one.
    pub fn give(&mut self, cx: &mut Context<'_>, end: End) {
        let mut mail = self.mail.take();
        let first_of_session = self.given == 0;
        let begun = mail.as_ref().filter(|_| !first_of_session);
        let started = begun.map_or(self.begun_stamp, |m| m.stamp);
        let verdict = verdict::decide(self, mail.as_mut(), end, self.ways.marks_end);
        let mut trace = self.trace;
        trace.mail_sent = mail.as_ref().is_some_and(|m| m.mail_sent);
        trace.data_open = mail.as_ref().is_some_and(|m| m.data_open);
        let mail = mail.unwrap_or_default();
        let data = (mail.data_bytes > 0).then_some(mail.data_bytes);
        let (line_first, byte_first) = match begun_at(first_of_session, &mail) {
            Some(at) => (at.line, at.offset),
            None => (self.begun.line, self.begun.offset),
        };
        cx.done.push(Transaction {
            hand: self.hand,
            session: self.session,
            index: 0,
            line_first,
            line_last: self.last.line,
            byte_first,
            started_at: cx.stamps.read(started.bytes()),
            ended_at: cx.stamps.read(self.last_stamp.bytes()),
            connection: Arc::clone(&self.connection),
            tls: self.tls.or((self.trace.greeted && self.trace.ehlo).then_some(Tls::None)),
            sign_in: self.sign_in.clone(),
            message_bytes: mail.size.or(data),
            has_attachment: if mail.attachment { Some(true) } else { mail.data_seen.then_some(false) },
            mail_from: mail.from,
            recipients: mail.recipients,
            outcome: verdict.outcome,
            stage: verdict.stage,
            reply: verdict.reply,
            error: self.error.take().map(|(_, error)| error),
            end,
            trace,
            cause: None,
            confidence: None,
        });
        self.given += 1;
        self.in_data = false;
    }

    /// One line of the server, whole.
    pub fn server(&mut self, cx: &mut Context<'_>, text: &[u8], at: At) -> bool {
        let Ok((_, line)) = smtp::reply_line(text) else {
            self.open(cx, at);
            return false;
        };
        self.side = Some(Side::Server);
        if self.in_data && !self.ways.marks_data {
            return self.data(text);
        }
        if self.begins_session(line.code) {
            self.close(cx, End::Next);
        }
        self.open(cx, at);
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
        let over = self.ended.is_some() || self.quit && self.pending.is_empty() && self.trace.greeted;
        greeting || over && self.pending.is_empty()
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

    fn reply_done(&mut self, cx: &mut Context<'_>) {
        let Some(code) = self.reply.code else { return };
        let Assembling { enhanced, mut text, .. } = mem::take(&mut self.reply);
        self.trace.last_code = Some(code);
        if code.is_refusal() && !self.refusals.contains(&code) && self.refusals.len() < TOLD_KEPT {
            self.refusals.push(code);
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

    pub fn mail_mut(&mut self) -> &mut Mail {
        let (last, stamp) = (self.last, self.last_stamp);
        self.mail.get_or_insert_with(|| Mail {
            line_first: last.line,
            byte_first: last.offset,
            stamp,
            ..Mail::default()
        })
    }

    fn push(&mut self, verb: Verb, place: usize) {
        if self.pending.len() < PENDING_KEPT {
            self.pending.push_back(Pending { verb, place });
        }
    }

    /// One line of the client, whole. False where it says nothing that is known.
    pub fn client(&mut self, cx: &mut Context<'_>, text: &[u8], at: At) -> bool {
        self.side = Some(Side::Client);
        if self.in_data {
            return self.data(text);
        }
        if text == b"." && self.pending.back().is_some_and(|p| p.verb == Verb::EndOfData) {
            // The writer says in its own words too that the message is over.
            return true;
        }
        if self.reply.code.is_some() && !self.ways.marks_sides {
            self.reply_done(cx);
        }
        let command = smtp::command(text).map(|(_, command)| command);
        if self.awaited && !command.as_ref().is_ok_and(ends_exchange) {
            self.secret(Some(text));
            return true;
        }
        let Ok(command) = command else {
            // The exchange may be missing from the log, before this line or altogether; what is no command may be an
            // answer in it, and a secret all the same.
            self.secrets.remember(text, false);
            return false;
        };
        if self.ended.is_some() {
            self.close(cx, End::Next);
        }
        self.open(cx, at);
        self.trace.connected = true;
        // A program may say QUIT on a connection whose TLS has failed.
        self.trace.tls_unfinished &= command == Command::Quit;
        self.command(cx, command);
        true
    }

    fn command(&mut self, cx: &mut Context<'_>, command: Command<'_>) {
        match command {
            Command::Hello(_, name) => {
                if self.connection.client_name.is_none() {
                    Arc::make_mut(&mut self.connection).client_name = Some(Sensitive::new(name));
                }
            }
            Command::StartTls => self.trace.starttls_sent = true,
            Command::Auth(mechanism, response) => return self.auth(mechanism, response),
            Command::Mail(from, size) => {
                if self.mail.as_ref().is_some_and(|m| m.mail_sent) {
                    self.give(cx, End::Next);
                }
                let mail = self.mail_mut();
                mail.mail_sent = true;
                mail.from = Some(Sensitive::new(from));
                mail.size = size;
            }
            Command::Rcpt(to) => {
                let place = self.mail_mut().recipient(to);
                return self.push(Verb::Rcpt, place);
            }
            Command::Bdat(size, last) => {
                let mail = self.mail_mut();
                mail.data_open = true;
                mail.data_bytes += size;
                return self.push(if last { Verb::EndOfData } else { Verb::Bdat }, 0);
            }
            Command::Quit => self.quit = true,
            Command::Data | Command::Rset | Command::Other => {}
        }
        self.push(command.verb(), 0);
    }

    fn auth(&mut self, mechanism: AuthMechanism, response: Option<&[u8]>) {
        self.trace.auth_sent = true;
        self.sign_in.mechanism = Some(mechanism);
        self.auth_step = 0;
        self.push(Verb::Auth, 0);
        if let Some(response) = response {
            self.learn(mechanism, response);
        }
    }

    /// An answer inside the AUTH exchange; `None` where the writer left it out.
    pub fn secret(&mut self, answer: Option<&[u8]>) {
        if !self.awaited {
            return;
        }
        self.awaited = false;
        match (answer, self.sign_in.mechanism) {
            (Some(answer), Some(mechanism)) => self.learn(mechanism, answer),
            (Some(answer), None) => self.secrets.remember(answer, false),
            (None, _) => self.auth_step += 1,
        }
        self.push(Verb::Auth, 0);
    }

    /// LOGIN asks for the name and the password; what it asks for says what is answered, also where half of the exchange
    /// is missing.
    fn prompt(&mut self, text: &[u8]) {
        let asks = |word: &[u8]| {
            smtp::decoded(text).is_some_and(|p| p.len() >= word.len() && p[..word.len()].eq_ignore_ascii_case(word))
        };
        if asks(b"user") {
            self.auth_step = 0;
        } else if asks(b"pass") {
            self.auth_step = 1;
        } else {
            return;
        }
        self.sign_in.mechanism = self.sign_in.mechanism.or(Some(AuthMechanism::Login));
    }

    fn learn(&mut self, mechanism: AuthMechanism, answer: &[u8]) {
        self.secrets.remember(answer, mechanism == AuthMechanism::Login && self.auth_step == 0);
        match smtp::credential(mechanism, self.auth_step, answer) {
            Credential::User(user) => self.user(&user),
            Credential::Both(user, placeholder) => {
                self.user(&user);
                self.sign_in.placeholder = placeholder;
            }
            Credential::Placeholder => self.sign_in.placeholder = true,
            Credential::Password => self.sign_in.placeholder = false,
            Credential::Hidden => {}
        }
        self.auth_step += 1;
    }

    pub fn user(&mut self, user: &[u8]) {
        self.sign_in.user_shape = Some(smtp::user_shape(user));
        self.sign_in.full_address = Some(smtp::is_full_address(user));
    }

    /// What this session sent in secret must not get out where somebody quotes it.
    pub fn without_secrets(&self, text: &[u8]) -> Sensitive {
        Sensitive::new(&self.secrets.wipe(text))
    }

    fn data(&mut self, text: &[u8]) -> bool {
        if text == b"." && !self.ways.marks_data {
            self.in_data = false;
            self.push(Verb::EndOfData, 0);
        } else if text != b"." {
            self.mail_mut().data(text);
        }
        true
    }

    /// Message data that the writer left out.
    pub fn elided(&mut self, bytes: Option<u64>) {
        if !self.in_data {
            return;
        }
        if let Some(mail) = &mut self.mail {
            mail.data_bytes += bytes.unwrap_or(0);
        }
    }

    /// A reply that may have been written before: true where it has been.
    pub fn is_repetition(&mut self, text: &[u8]) -> bool {
        let known = !text.is_empty() && self.repeated == text;
        self.repeated.clear();
        known
    }

    /// Whether a refusal with this code was told before, and no command waits that this could answer.
    pub fn has_told(&self, text: &[u8]) -> bool {
        self.pending.is_empty() && smtp::reply_line(text).is_ok_and(|(_, line)| self.refusals.contains(&line.code))
    }

    /// Keeps a reply to compare the next repetition with.
    pub fn keep_for_repetition(&mut self, text: &[u8]) {
        self.repeated.clear();
        self.repeated.extend_from_slice(&text[..text.len().min(TEXT_KEPT)]);
    }

    /// Moves every line number by what stood before in the log.
    pub fn shift(&mut self, lines: u64, sessions: u64) {
        self.session += sessions;
        for at in [&mut self.begun, &mut self.last] {
            at.line += lines;
        }
        if let Some(mail) = &mut self.mail {
            mail.line_first += lines;
        }
        let mail = self
            .mail
            .iter_mut()
            .flat_map(|m| [&mut m.mail_refusal, &mut m.rcpt_refusal, &mut m.data_refusal, &mut m.end_reply]);
        let own = [
            &mut self.greeting_refusal,
            &mut self.ehlo_refusal,
            &mut self.tls_refusal,
            &mut self.auth_refusal,
            &mut self.unasked,
        ];
        for reply in own.into_iter().chain(mail).flatten() {
            reply.line += lines;
        }
        if let Some((_, error)) = &mut self.error {
            error.line += lines;
        }
    }

    /// Where the transaction begins that is not given out yet.
    pub fn holds(&self) -> Option<u64> {
        match &self.mail {
            Some(mail) if self.given > 0 => Some(mail.byte_first),
            _ => (self.open && self.given == 0).then_some(self.begun.offset),
        }
    }

    /// What the client was waiting for when the dialogue broke.
    pub fn under_way(&self) -> Option<Verb> {
        if self.in_data {
            return Some(Verb::EndOfData);
        }
        if self.awaited {
            return Some(Verb::Auth);
        }
        self.pending.front().map(|p| p.verb)
    }
}

fn begun_at(first_of_session: bool, mail: &Mail) -> Option<At> {
    (!first_of_session).then_some(At { line: mail.line_first, offset: mail.byte_first })
}

/// A client that gives up an AUTH exchange goes on with one of these; `QUIT` alone could be base64, but a password of
/// three characters is no password.
fn ends_exchange(command: &Command<'_>) -> bool {
    matches!(
        command,
        Command::Hello(..) | Command::Mail(..) | Command::Rcpt(_) | Command::Quit | Command::Rset | Command::Auth(..)
    )
}
