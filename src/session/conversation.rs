//! One connection of the log while it is read: the state machine of RFC 5321 from the client's side. Here is what it
//! holds and how a session begins and ends; what moves it stands in the files of this folder, by who speaks.

use std::sync::Arc;

use super::{
    ClientError, Connection, End, Reply, SignIn, Tls, Trace, Transaction,
    mail::Mail,
    notes::Notes,
    position::{Position, RawStamp},
    reader::Reading,
    router::{Route, Routed},
    secrets::Secrets,
};
use crate::{
    dialect::{Marks, StampReader},
    knowledge::Knowledge,
    smtp::{Dialogue, Stage, Verb},
    source::Sensitive,
};

mod announced;
mod apart;
mod auth;
mod command;
mod endpoint;
mod heading;
mod narrated_mail;
mod narration;
mod partial;
mod reply;
mod same_mail;
mod verdict;

use announced::Announced;
use apart::ToldBefore;
pub(crate) use endpoint::Settings;
use heading::Heading;
use narration::stage_of_told;
use reply::{Assembling, Refusal};
use same_mail::Told;

/// Text of a reply or an error that is kept; more proves nothing more.
pub(super) const TEXT_KEPT: usize = 2_048;

/// A refusal that a paste is about stands so near to its beginning, in bytes.
const FORETOLD_BYTES: u64 = 1_024;

/// One connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Conversation {
    /// Its dialect among those of the log, and its session key.
    route: Route,
    /// Marks of that dialect.
    pub marks: Marks,
    /// The session under way.
    pub session: Session,
    /// The newest record, and its stamp.
    pub last: Position,
    last_stamp: RawStamp,
    user: Option<auth::User>,
    pub settings: Settings,
    /// Whose turn it is. RCPT is tagged with its recipient's place in the mail.
    pub dialogue: Dialogue,
    reply: Assembling,
    secrets: Secrets,
    /// Answers of AUTH exchanges, until the builder takes them.
    pub answers: Vec<Sensitive>,
    /// When the session before ended, where it failed.
    failed_at: Option<RawStamp>,
    /// Makes lines of its records.
    pub reading: Reading,
    /// Where records are decoded.
    pub room: Vec<u8>,
    /// The newest reply line, to know a repetition.
    repeated: Vec<u8>,
    /// A mail that was announced in words.
    announced: Option<Announced>,
    /// The words about the last mail that went out named whom it was for.
    names_sent: bool,
    /// Over a list of addresses.
    heading: Option<Heading>,
    /// Refusals told in this session, or in the one before where none is open: an exception may tell them again.
    refusals: Vec<Refusal>,
    /// The refusal that a paste begins with, before the dialogue it may be from; not given out yet.
    foretold: Option<Box<Transaction>>,
}

/// One session of a connection: all that is forgotten once it was given out.
#[derive(Clone, Debug, Default)]
pub(super) struct Session {
    /// One is under way; false before the first and after one was given out.
    pub open: bool,
    /// Its number in the log, from 1.
    pub number: u64,
    /// The log marked the end; what follows may still be words about it.
    ended: Option<End>,
    /// Transactions of this session given out so far.
    pub given: u64,
    pub begun: Position,
    begun_stamp: RawStamp,
    /// Shared with the transactions given out.
    pub connection: Arc<Connection>,
    pub tls: Option<Tls>,
    pub sign_in: SignIn,
    pub trace: Trace,
    pub mail: Option<Mail>,
    pub refused: Refused,
    /// A refusal that only the writer's words tell of.
    pub quoted: Option<Reply>,
    pub error: Option<(u8, ClientError)>,
    /// An error from before the dialogue, which may be another attempt's.
    told_before: Option<ToldBefore>,
    /// A mail that is told in words.
    told: Option<Told>,
}

/// What the server refused before any mail, by what it answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Refused {
    pub greeting: Option<Reply>,
    pub ehlo: Option<Reply>,
    pub tls: Option<Reply>,
    pub auth: Option<Reply>,
    /// It answered nothing.
    pub unasked: Option<Reply>,
}

impl Session {
    /// How far this mail came, or the session without one.
    fn trace_of(&self, mail: Option<&Mail>) -> Trace {
        Trace {
            mail_sent: mail.is_some_and(|m| m.mail_sent),
            data_open: mail.is_some_and(|m| m.data_open),
            inferred: mail.is_some_and(|m| m.inferred),
            ..self.trace
        }
    }

    fn shift(&mut self, lines: u64, sessions: u64) {
        self.number += sessions;
        self.begun.line += lines;
        if let Some(mail) = &mut self.mail {
            mail.line_first += lines;
        }
        let mail = self.mail.iter_mut().flat_map(Mail::replies_mut);
        for reply in mail.chain(self.refused.replies_mut()).chain(&mut self.quoted) {
            reply.line += lines;
        }
        if let Some((_, error)) = &mut self.error {
            error.line += lines;
        }
        if let Some(before) = &mut self.told_before {
            before.shift(lines);
        }
    }
}

impl Refused {
    fn replies_mut(&mut self) -> impl Iterator<Item = &mut Reply> {
        let Refused { greeting, ehlo, tls, auth, unasked } = self;
        [greeting, ehlo, tls, auth, unasked].into_iter().flatten()
    }
}

/// Everything that a conversation needs from outside.
pub(super) struct Context<'a> {
    pub knowledge: &'a Knowledge,
    pub stamps: &'a StampReader,
    /// Where finished transactions go.
    pub done: &'a mut Vec<Box<Transaction>>,
    /// Sessions begun so far.
    pub sessions: &'a mut u64,
    /// Facts from the writer's own lines.
    pub notes: &'a mut Notes,
}

impl Conversation {
    pub(super) fn at(&mut self, at: Position, stamp: &[u8]) {
        self.last = at;
        if !stamp.is_empty() {
            self.last_stamp.set(stamp);
            if self.session.begun_stamp.length == 0 {
                self.session.begun_stamp = self.last_stamp;
            }
        }
    }

    /// The session that began on this line takes its place and stamp, also where none is.
    pub(super) fn restamp(&mut self, at: Position, stamp: &[u8]) {
        self.last = at;
        self.last_stamp.set(stamp);
        self.session.begun_stamp = self.last_stamp;
    }

    /// Message data is being sent, so that lines of the client are not judged.
    pub(super) fn in_data(&self) -> bool {
        self.dialogue.in_data()
    }

    /// A session begins here, unless one is under way.
    pub(super) fn open(&mut self, cx: &mut Context<'_>, at: Position) {
        if self.session.open {
            return;
        }
        self.session.open = true;
        self.refusals.clear();
        *cx.sessions += 1;
        self.session.number = *cx.sessions;
        self.session.begun = at;
        self.session.begun_stamp = self.last_stamp;
        if self.settings.host.is_some() || self.settings.port.is_some() {
            let connection = Arc::make_mut(&mut self.session.connection);
            connection.host.clone_from(&self.settings.host);
            connection.port = self.settings.port;
        }
        self.session.tls = self.settings.tls;
        self.session.trace.tls_wanted = self.settings.tls_wanted;
        self.session.trace.tls_unfinished = self.session.tls == Some(Tls::Implicit);
        if let Some(user) = self.settings.user.take() {
            self.user(&user);
        }
    }

    /// Ends the session and gives out what it held.
    pub(super) fn close(&mut self, cx: &mut Context<'_>, how: End) {
        if !self.session.open {
            return;
        }
        self.break_off_reply(cx);
        let end = self.session.ended.unwrap_or(if self.dialogue.has_quit() { End::Quit } else { how });
        if self.session.mail.is_some() || self.session.given == 0 {
            self.give(cx, end);
        }
        self.restart();
    }

    /// Forgets the session that was given out; buffers keep their room, as logs have more sessions than memory should be
    /// asked for.
    fn restart(&mut self) {
        self.session = Session::default();
        self.dialogue.restart();
        self.secrets.clear();
        (self.reply.enhanced, self.reply.lines) = (None, 0);
        self.reply.text.clear();
        self.reading.restart();
        self.repeated.clear();
    }

    /// Words about a failure that are all there is may be a server's, quoted without a code. They are asked only now, as a
    /// connection may come about behind them.
    fn ask_words(&mut self, cx: &mut Context<'_>, stage: &mut Stage) {
        let Some((weight, mut error)) = self.session.error.take_if(|(_, error)| error.cause.is_none()) else { return };
        error.cause = self.meaning(cx, error.text.expose()).map(|told| told.cause);
        *stage = error.cause.and_then(stage_of_told).unwrap_or(*stage);
        self.session.error = Some((weight, error));
    }

    /// Gives out the mail under way, or the session that never came to one.
    pub(super) fn give(&mut self, cx: &mut Context<'_>, end: End) {
        let mut mail = self.session.mail.take();
        self.part(cx, mail.as_ref(), end);
        if mail.is_some() {
            self.announced = None;
        }
        let first_of_session = self.session.given == 0;
        let begun = mail.as_ref().filter(|_| !first_of_session);
        let started = begun.map_or(self.session.begun_stamp, |m| m.stamp);
        let mut verdict = verdict::decide(self, mail.as_mut(), end, self.marks.end());
        if verdict.outcome.is_failure() && verdict.reply.is_none() {
            self.ask_words(cx, &mut verdict.stage);
        }
        let trace = self.session.trace_of(mail.as_ref());
        let mail = mail.unwrap_or_default();
        let data = (mail.data_bytes > 0).then_some(mail.data_bytes);
        let (line_first, byte_first) = match first_of_session {
            true => (self.session.begun.line, self.session.begun.offset),
            false => (mail.line_first, mail.byte_first),
        };
        let ended_at = cx.stamps.read(self.last_stamp.bytes());
        // Of a mail in one line the two are one.
        let at_once = started.bytes() == self.last_stamp.bytes();
        let tx = Box::new(Transaction {
            dialect_index: self.route.dialect_index,
            session: self.session.number,
            index: 0,
            line_first,
            line_last: self.last.line,
            byte_first,
            started_at: if at_once { ended_at } else { cx.stamps.read(started.bytes()) },
            ended_at,
            connection: Arc::clone(&self.session.connection),
            tls: self.session.tls.or((self.session.trace.greeted && self.session.trace.ehlo).then_some(Tls::None)),
            sign_in: self.session.sign_in.clone(),
            message_bytes: mail.size.or(data),
            has_attachment: if mail.attachment { Some(true) } else { mail.data_seen.then_some(false) },
            mail_from: mail.from,
            recipients: mail.recipients.into_iter().filter(|to| !to.address.expose().is_empty()).collect(),
            outcome: verdict.outcome,
            stage: verdict.stage,
            reply: verdict.reply,
            error: self.session.error.take().map(|(_, error)| error),
            end,
            trace,
            cause: None,
            confidence: None,
        });
        self.failed_at = tx.outcome.is_failure().then_some(self.last_stamp);
        self.foretold.take_if(|before| tx.repeats(before));
        self.give_foretold(cx);
        if end != End::Eof && byte_first < FORETOLD_BYTES && tx.is_refusal_alone() {
            self.foretold = Some(tx);
        } else {
            cx.done.push(tx);
        }
        self.session.given += 1;
        self.dialogue.leave_data();
    }

    /// Gives out the refusal that nothing told again.
    pub(super) fn give_foretold(&mut self, cx: &mut Context<'_>) {
        cx.done.extend(self.foretold.take());
    }

    pub(super) fn mail_mut(&mut self) -> &mut Mail {
        let (last, stamp) = (self.last, self.last_stamp);
        self.session.mail.get_or_insert_with(|| Mail {
            line_first: last.line,
            byte_first: last.offset,
            stamp,
            ..Mail::default()
        })
    }

    /// The command that the client was waiting for when the dialogue broke.
    pub(super) fn under_way(&self) -> Option<Verb> {
        self.dialogue.under_way()
    }

    /// The last command where the log leaves out the server: a client would have waited for its reply.
    pub(super) fn last_unheard(&self) -> Option<Verb> {
        let deaf = !self.dialogue.has_heard() && self.marks.sides() && self.dialogue.pending().len() > 1;
        self.dialogue.pending().rev().filter(|_| deaf).map(|p| p.verb).find(|verb| *verb != Verb::Quit)
    }

    /// Where the transaction begins that is not given out yet.
    pub(super) fn holds(&self) -> Option<u64> {
        let foretold = self.foretold.as_ref().map(|tx| tx.byte_first);
        foretold.or(match &self.session.mail {
            Some(mail) if self.session.given > 0 => Some(mail.byte_first),
            _ => (self.session.open && self.session.given == 0).then_some(self.session.begun.offset),
        })
    }

    /// Moves every line number by what stood before in the log.
    pub(super) fn shift(&mut self, lines: u64, sessions: u64) {
        self.last.line += lines;
        self.session.shift(lines, sessions);
        if let Some(foretold) = &mut self.foretold {
            foretold.shift(lines, sessions);
        }
    }
}

impl From<Route> for Conversation {
    fn from(route: Route) -> Self {
        Conversation { route, ..Conversation::default() }
    }
}

impl Routed for Conversation {
    fn route(&self) -> &Route {
        &self.route
    }

    fn route_mut(&mut self) -> &mut Route {
        &mut self.route
    }

    /// An attempt to connect has begun, and nothing came of it yet.
    fn is_waiting(&self) -> bool {
        self.session.open
            && self.session.ended.is_none()
            && !self.session.trace.connected
            && !self.session.trace.greeted
            && self.session.given == 0
    }

    fn is_idle(&self) -> bool {
        !self.session.open && self.announced.is_none()
    }

    fn is_over(&self) -> bool {
        self.session.ended.is_some()
    }
}
