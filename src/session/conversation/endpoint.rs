//! What the writer says about a connection: that it begins, stands, is protected and ends; its settings; its errors.

use std::sync::Arc;

use super::{Context, Conversation, FORETOLD_BYTES, TEXT_KEPT};
use crate::{
    dialect::{Endpoint, Event, number},
    knowledge::{Cause, QuotedReply, words_in},
    session::{ClientError, End, Reply, Tls, notes::Trouble, position::Position, router::Routed},
    smtp::{self, Verb},
    source::Sensitive,
};

/// Settings a writer dumped before the connection they are for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    pub(super) host: Option<Sensitive>,
    pub(super) port: Option<u16>,
    pub(super) tls: Option<Tls>,
    pub(super) tls_wanted: bool,
    pub(super) user: Option<Vec<u8>>,
}

/// Letters of a setting's name that tells something: `smtphostname`.
const LONGEST_NAME: usize = 12;

impl Conversation {
    pub(crate) fn connecting(&mut self, cx: &mut Context<'_>, endpoint: Endpoint<'_>, at: Position) {
        // A second address of the same host belongs to the same attempt; the same one after an error is the next attempt.
        if !self.is_waiting() || self.is_told_of(endpoint) || self.has_failed_at(endpoint) {
            self.close(cx, End::Next);
            self.open(cx, at);
        }
        self.endpoint(endpoint);
    }

    /// The session under way ends where this is told, whatever it was, and another begins. Then all that is left of it is
    /// [`Settings`]: what else outlives a session is read by the words about the same mail alone, and only before another is
    /// open.
    pub(crate) fn ends_at(&self, event: &Event<'_>) -> bool {
        let over = self.session.trace.connected || self.session.trace.greeted || self.session.ended.is_some();
        let begins = match event {
            Event::Connecting(_) => !self.is_waiting(),
            Event::Connected(endpoint) => {
                over && (self.session.ended.is_some() || self.marks.end() || *endpoint != Endpoint::default())
            }
            _ => false,
        };
        let whole = self.session.told.is_none() && self.announced.is_none() && !self.reading.is_broken_off();
        // What may be told again is kept.
        begins && whole && self.session.open && self.route.key.is_empty() && self.session.begun.offset >= FORETOLD_BYTES
    }

    /// An error was told of an attempt to connect to this very place.
    fn has_failed_at(&self, endpoint: Endpoint<'_>) -> bool {
        let host = self.session.connection.host.as_ref().map_or(b"".as_slice(), |host| host.expose());
        self.session.error.is_some() && host == endpoint.host && self.session.connection.port == endpoint.port
    }

    pub(crate) fn connected(&mut self, cx: &mut Context<'_>, endpoint: Endpoint<'_>, at: Position) {
        if self.session.trace.connected || self.session.trace.greeted || self.session.ended.is_some() {
            if endpoint == Endpoint::default() && self.session.ended.is_none() && !self.marks.end() {
                return;
            }
            self.close(cx, End::Next);
        }
        self.outlast_told(cx);
        self.open(cx, at);
        self.session.trace.connected = true;
        self.endpoint(endpoint);
    }

    pub(crate) fn endpoint(&mut self, endpoint: Endpoint<'_>) {
        if endpoint.port.is_some() || !endpoint.host.is_empty() {
            let connection = Arc::make_mut(&mut self.session.connection);
            // A name is known by more than the address that it stands for.
            let unnamed = endpoint.host.iter().all(|b| b.is_ascii_digit() || *b == b'.');
            if !(endpoint.host.is_empty() || unnamed && connection.host.is_some()) {
                connection.host = Some(Sensitive::new(endpoint.host));
            }
            connection.port = endpoint.port.or(connection.port);
        }
        self.session.trace.tls_wanted |= endpoint.starttls_wanted || endpoint.implicit_tls == Some(true);
        if endpoint.implicit_tls == Some(true) {
            self.session.tls = Some(Tls::Implicit);
        }
    }

    pub(crate) fn secured(&mut self, cx: &mut Context<'_>, at: Position) {
        self.open(cx, at);
        self.session.trace.connected = true;
        self.session.trace.tls_unfinished = false;
        if !self.session.trace.greeted && self.session.tls.is_none() {
            self.session.tls = Some(Tls::Implicit);
        }
    }

    pub(crate) fn closed(&mut self, cx: &mut Context<'_>, at: Position) {
        // A key names its connection, so a second mark is the same one again.
        if !self.route.key.is_empty() && (!self.session.open || self.session.ended.is_some()) {
            return;
        }
        let silent = !self.session.trace.connected
            && !self.session.trace.greeted
            && (self.session.mail.is_none() || self.session.told.is_some());
        if self.session.ended.is_some() && (!silent || self.session.given > 0) {
            // The session before has its mark already: this one is an attempt that left nothing else.
            self.close(cx, End::Next);
        }
        self.open(cx, at);
        self.session.ended = Some(if self.dialogue.has_quit() { End::Quit } else { End::Closed });
    }

    pub(crate) fn setting(&mut self, name: &[u8], value: &[u8]) {
        let mut letters = name.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase);
        // Most settings begin as none of those below.
        if !matches!(letters.clone().next(), Some(b'h' | b'm' | b'p' | b's' | b'u')) {
            return;
        }
        let mut word = [0; LONGEST_NAME];
        let length = word.iter_mut().zip(&mut letters).map(|(place, letter)| *place = letter).count();
        if letters.next().is_some() {
            return;
        }
        let on = matches!(value, b"1" | b"true" | b"True" | b"on" | b"yes" | b"TRUE");
        match &word[..length] {
            b"smtphost" | b"smtphostname" | b"smtpserver" | b"host" | b"server" | b"mailserver"
                if !value.is_empty() =>
            {
                self.settings.host = Some(Sensitive::new(value));
            }
            b"smtpport" | b"port" => {
                self.settings.port = number(value).and_then(|p| u16::try_from(p).ok());
                if self.is_waiting() {
                    // Some writers name the host first and connect before they are through with their settings.
                    let connection = Arc::make_mut(&mut self.session.connection);
                    connection.port = connection.port.or(self.settings.port);
                }
            }
            b"smtpssl" => self.settings.tls = on.then_some(Tls::Implicit),
            b"starttls" => self.settings.tls_wanted = on,
            b"smtpusername" | b"smtpuser" | b"username" | b"user" if !value.is_empty() && value != b"NULL" => {
                self.settings.user = Some(value.to_vec());
                if self.session.open && self.session.sign_in.full_address.is_none() {
                    self.user(value);
                }
            }
            _ => {}
        }
    }

    /// The writer's own words. True where they tell of an error of this session; all else may be about the next.
    pub(crate) fn note(&mut self, cx: &mut Context<'_>, text: &[u8], at: Position) -> bool {
        // Where no server was heard, the words of a failure are all there is, known or not.
        let unheard = self.session.open
            && !self.session.trace.greeted
            && self.session.mail.is_none()
            && self.session.error.is_none();
        let Trouble { meaning, quoted, fails } = cx.notes.trouble_in(text, cx.knowledge, unheard);
        let quotes = quoted.is_some();
        // Some libraries tell of their own trouble in the form of a reply: `421 [Net::SMTP] Timeout`.
        let own = meaning.as_ref().is_some_and(|meaning| is_of_connection(meaning.cause));
        let is_reply = |quoted: &QuotedReply<'_>| {
            is_quoted(quoted, text) || fails && quoted.code.is_refusal() && quoted.code.is_in_use()
        };
        let quoted = quoted.filter(|quoted| !own && is_reply(quoted) && !self.in_data());
        // `Mail not sent, server said 221 2.0.0 Bye` is a program's error, whatever it means.
        let shows_code = || quotes || words_in(text).any(|word| matches!(word, b"220" | b"221" | b"250"));
        let ended = || self.dialogue.has_quit() && self.dialogue.pending().len() == 0 && !shows_code();
        match meaning.as_ref().map(|meaning| meaning.cause) {
            // `Connection to host lost.` behind the reply to QUIT tells no more than that reply.
            Some(Cause::ConnDropped) if ended() => return true,
            // It is of the next attempt.
            Some(Cause::ConnDns | Cause::ConnRefused | Cause::ConnTimeout) if ended() => self.close(cx, End::Quit),
            _ => {}
        }
        if meaning.is_none() && (quoted.is_none() || !self.session.open) {
            if fails {
                let text = Sensitive::new(&self.secrets.wipe(&text[..text.len().min(TEXT_KEPT)]));
                self.session.error = Some((0, ClientError { text, cause: None, certain: false, line: at.line }));
            }
            return fails;
        }
        // Words about an error after the mail was given out belong to what comes next, or to nothing.
        if self.session.open && self.session.given > 0 && self.session.mail.is_none() && self.session.ended.is_none() {
            return false;
        }
        self.open(cx, at);
        if let Some(quoted) = quoted.filter(|_| self.session.quoted.is_none()) {
            let (text, enhanced) = smtp::enhanced_status_code(quoted.text)
                .map_or((quoted.text, None), |(text, code)| (text.trim_ascii(), Some(code)));
            let text = self.without_secrets(&text[..text.len().min(TEXT_KEPT)]);
            let verb = self.under_way().unwrap_or(Verb::Other);
            self.session.quoted = Some(Reply { code: quoted.code, enhanced, text, verb, line: at.line });
        }
        let Some(meaning) = meaning else { return true };
        if self.session.error.as_ref().is_none_or(|(weight, _)| *weight < meaning.weight) {
            let text = Sensitive::new(&self.secrets.wipe(&text[..text.len().min(TEXT_KEPT)]));
            let error = ClientError { text, cause: Some(meaning.cause), certain: meaning.certain, line: at.line };
            self.session.error = Some((meaning.weight, error));
        }
        true
    }
}

/// A refusal with its words behind the code; of numbers behind words many are not replies (`certificate expired (557)`).
fn is_quoted(quoted: &QuotedReply<'_>, told: &[u8]) -> bool {
    quoted.code.is_refusal() && quoted.code.is_in_use() && quoted.is_before_words(told)
}

/// The connection did not come about, or broke.
fn is_of_connection(cause: Cause) -> bool {
    matches!(cause, Cause::ConnDns | Cause::ConnRefused | Cause::ConnTimeout | Cause::ConnDropped | Cause::ConnSilent)
}
