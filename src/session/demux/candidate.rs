//! One of several sessions that stand in each other: what it waits for, and what it could say next.

use super::Key;
use crate::{
    dialect::{Dialect, DialectRef},
    smtp::{self, AuthMechanism, Command, Dialogue, ReplyCode, Turn, Verb, is_host_name},
    source::find_short,
};

/// The fit of a line to where a session stands. Only the order of the sessions counts that could have it; of two
/// that it fits as well, the one whose server's name stands in it has it, then the one that spoke last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// The protocol has no place for it.
    Never,
    /// A command that is seldom here, before the reply to the one before it.
    Ahead,
    /// Nothing forbids it.
    Barely,
    /// It is allowed, and few do it here.
    Seldom,
    /// One of several next steps, not the usual one.
    Other,
    /// The usual next step.
    Next,
    /// The usual next step, and what was said before points to it.
    Likely,
    /// The session waits for just this.
    Awaited,
}

/// One thing that happened.
#[derive(Clone, Copy, Debug)]
pub(super) enum Said<'a> {
    Connecting,
    Connected,
    Secured,
    Closed,
    /// A line of a reply: its code, whether it is the last, and its words.
    Reply(ReplyCode, bool, &'a [u8]),
    /// The server said something that is no reply.
    Noise,
    /// A line without a mark that looks like one of a reply.
    GoesOn(&'a [u8]),
    /// What the client said, and the command that it is: each session is asked about it.
    Client(&'a [u8], Option<Command<'a>>),
}

impl<'a> Said<'a> {
    pub(super) fn of_server(text: &'a [u8]) -> Said<'a> {
        match smtp::reply_line(text) {
            Ok((_, line)) => Said::Reply(line.code, line.last, text),
            Err(_) => Said::Noise,
        }
    }

    pub(super) fn of_client(text: &'a [u8]) -> Said<'a> {
        Said::Client(text, smtp::command(text).ok().map(|(_, command)| command))
    }

    /// No session fits it better: of most commands the usual next step is the best.
    pub(super) fn most(&self) -> Fit {
        match self {
            Said::Client(b".", _) => Fit::Awaited,
            Said::Client([b'Q' | b'q', ..], _) => Fit::Likely,
            Said::Client(..) => Fit::Next,
            _ => Fit::Awaited,
        }
    }

    /// It is a reply that names the server of one of these sessions, which it fits better than another.
    pub(super) fn names_one(&self, sessions: &[Candidate]) -> bool {
        matches!(self, Said::Reply(_, _, text) if text.contains(&b'.') && sessions_named(sessions, text))
    }

    /// A session may begin with it.
    pub(super) fn begins(&self) -> bool {
        match self {
            Said::Connecting | Said::Connected | Said::Closed => true,
            Said::Reply(code, ..) => code.0 == 220,
            _ => false,
        }
    }
}

/// The name of one of their servers stands in the text. Mostly all have the same one.
fn sessions_named(sessions: &[Candidate], text: &[u8]) -> bool {
    let mut before: &[u8] = b"";
    sessions.iter().filter(|session| !session.closed && !session.gone).any(|session| {
        let is_new = !session.name.is_empty() && session.name != before;
        before = &session.name;
        is_new && names(text, before)
    })
}

/// The name of a server, which has a dot in it, stands in the text. A text has few dots, and a searcher for the whole name takes
/// longer to make.
fn names(text: &[u8], server: &[u8]) -> bool {
    let Some(dot) = memchr::memchr(b'.', server) else { return false };
    memchr::memchr_iter(b'.', text).any(|at| at >= dot && text[at - dot..].starts_with(server))
}

#[derive(Clone, Debug, Default)]
pub(super) struct Candidate {
    pub(super) dialect_index: u8,
    number: u32,
    /// Whose turn it is; the rest is what the turns so far have settled.
    dialogue: Dialogue,
    connecting: bool,
    connected: bool,
    hello: bool,
    auth: bool,
    mail: bool,
    rcpt: bool,
    /// The server takes a password.
    offers: bool,
    /// It has taken it.
    signed_in: bool,
    /// A mail was begun.
    tried: bool,
    gone: bool,
    closed: bool,
    refused: bool,
    /// The server's name for itself.
    name: Vec<u8>,
}

impl Candidate {
    pub(super) fn new(dialect_ref: DialectRef<'_>, number: u32) -> Self {
        let mut candidate = Candidate { dialect_index: dialect_ref.index, number, ..Candidate::default() };
        candidate.dialogue.set_marks(dialect_ref.dialect.marks.into());
        candidate
    }

    pub(super) fn key(&self) -> Key {
        let mut key = *b"s0000000";
        let mut number = self.number;
        for digit in key[1..].iter_mut().rev() {
            *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
        }
        key
    }

    /// Nothing more can come.
    pub(super) fn is_over(&self) -> bool {
        self.closed
    }

    fn is_fresh(&self) -> bool {
        !self.dialogue.has_heard() && !self.waits()
    }

    /// A command has no reply.
    fn waits(&self) -> bool {
        self.dialogue.pending().len() > 0
    }

    /// The fit of a line, and whether it names this session's server. `parted`: the further lines of a reply stand
    /// without its mark.
    pub(super) fn fit(&self, said: &Said<'_>, dialect: &Dialect, parted: bool) -> (Fit, bool) {
        let fit = self.fit_alone(said, dialect, parted);
        let named = match said {
            Said::Reply(_, _, text)
                if fit > Fit::Never && self.dialogue.open_reply().is_none() && !self.name.is_empty() =>
            {
                names(text, &self.name)
            }
            _ => false,
        };
        (fit, named)
    }

    fn fit_alone(&self, said: &Said<'_>, dialect: &Dialect, parted: bool) -> Fit {
        let bye = self.gone && matches!(said, Said::Reply(..) | Said::GoesOn(_) | Said::Client(..));
        if self.closed || bye {
            return Fit::Never;
        }
        match said {
            Said::Connected if self.connecting && !self.connected && !self.dialogue.has_heard() => Fit::Next,
            // A second address of the same host cannot be told from a second program; two programs are asked about here.
            Said::Connecting | Said::Connected => Fit::Never,
            Said::Secured | Said::Noise => Fit::Barely,
            Said::Closed => self.fit_end(),
            Said::GoesOn(text) => match (self.dialogue.open_reply(), smtp::reply_line(text)) {
                (Some(open), Ok((_, line))) if open == line.code => Fit::Awaited,
                _ if self.dialogue.in_data() && dialect.leaves_data_unmarked() => Fit::Barely,
                _ => Fit::Never,
            },
            Said::Reply(code, last, text) => self.fit_reply(*code, *last, text, dialect, parted),
            Said::Client(text, command) => self.fit_client(text, *command),
        }
    }

    fn fit_end(&self) -> Fit {
        match () {
            () if self.gone => Fit::Awaited,
            () if self.dialogue.has_quit() => Fit::Likely,
            () if self.waits() || self.dialogue.in_data() || self.dialogue.open_reply().is_some() => Fit::Other,
            () if self.refused || self.tried && !self.mail => Fit::Next,
            () if self.dialogue.has_heard() => Fit::Seldom,
            () => Fit::Barely,
        }
    }

    fn fit_reply(&self, code: ReplyCode, last: bool, text: &[u8], dialect: &Dialect, parted: bool) -> Fit {
        if let Some(open) = self.dialogue.open_reply() {
            // A server names itself in the first line only.
            let first = names_host(text.get(4..).unwrap_or_default());
            return match open == code {
                true if first || parted => Fit::Seldom,
                true => Fit::Awaited,
                false => Fit::Never,
            };
        }
        if let Some(pending) = self.dialogue.pending().next() {
            return match pending.verb {
                Verb::Auth => self.fit_auth(code, text),
                verb => answers(verb, code, last, text),
            };
        }
        if self.dialogue.in_data() {
            // The dot may not stand in the log; in a message without marks the words are the message's.
            return match code.0 {
                250 | 400.. if dialect.marks.data() => Fit::Seldom,
                _ if dialect.leaves_data_unmarked() => Fit::Barely,
                _ => Fit::Never,
            };
        }
        match code.0 {
            220 | 421 | 554 if self.is_fresh() => Fit::Next,
            421 => Fit::Seldom,
            400.. if self.is_fresh() => Fit::Seldom,
            _ => Fit::Never,
        }
    }

    /// The fit of a reply to the answers given so far.
    fn fit_auth(&self, code: ReplyCode, text: &[u8]) -> Fit {
        let asks = |prompt: &[u8]| text.get(4..).is_some_and(|words| words.starts_with(prompt));
        let left = self.dialogue.auth().map_or(0, |(mechanism, given)| {
            usize::from(mechanism == Some(AuthMechanism::Login)).saturating_add(1).saturating_sub(given)
        });
        match (code.0, left) {
            (334, 0) => Fit::Barely,
            (334, 1) if asks(b"VXNlcm5hbWU6") => Fit::Barely,
            (334, 2) if asks(b"UGFzc3dvcmQ6") => Fit::Barely,
            (334, _) | (235 | 400.., 0) => Fit::Awaited,
            (235 | 400.., _) => Fit::Other,
            _ => Fit::Never,
        }
    }

    fn fit_client(&self, text: &[u8], command: Option<Command<'_>>) -> Fit {
        let command = match self.read_client(text, command) {
            Turn::EndOfData => return Fit::Awaited,
            Turn::Data(_) if command.is_some_and(|command| command != Command::Other) => return Fit::Barely,
            Turn::Data(_) => return Fit::Seldom,
            Turn::AuthAnswer { asked: true, bytes, .. } if !bytes.contains(&b' ') => return Fit::Next,
            Turn::Command(command) => command,
            _ => return Fit::Never,
        };
        if !self.dialogue.has_heard() || self.dialogue.open_reply().is_some() || self.dialogue.has_quit() {
            return Fit::Never;
        }
        let fits = match command {
            Command::Hello(..) if !self.hello => Fit::Next,
            // Blat says it again once it has signed in.
            Command::Hello(..) if self.auth && !self.mail => Fit::Other,
            Command::Hello(..) => Fit::Barely,
            Command::StartTls if self.hello && !self.mail => Fit::Next,
            Command::Auth(..) if self.hello && !self.mail => match () {
                () if !self.offers => Fit::Barely,
                () if self.auth => Fit::Seldom,
                () => Fit::Next,
            },
            Command::Mail(..) if self.hello && !self.mail => match () {
                () if self.auth && !self.signed_in => Fit::Barely,
                () if self.offers && !self.auth => Fit::Other,
                () => Fit::Next,
            },
            Command::Rcpt(_) if self.mail => Fit::Next,
            Command::Data | Command::Bdat(..) if self.rcpt => Fit::Next,
            Command::Quit if self.refused => Fit::Likely,
            Command::Quit if !self.mail && !self.auth && !self.offers => Fit::Next,
            Command::Quit if !self.mail => Fit::Other,
            Command::Quit | Command::Rset | Command::Other => Fit::Seldom,
            _ => return Fit::Never,
        };
        // A client may go on before it has its reply; few do.
        match self.waits() || self.dialogue.is_asked() {
            false => fits,
            true if fits >= Fit::Next => Fit::Barely,
            true => Fit::Ahead,
        }
    }

    /// The lone dot ends a message also where each of its lines is marked, so that a session that has said it waits for
    /// its reply.
    fn read_client<'a>(&self, text: &'a [u8], command: Option<Command<'a>>) -> Turn<'a> {
        match self.dialogue.read_client_as(text, || command) {
            Turn::Data(b".") => Turn::EndOfData,
            turn => turn,
        }
    }

    pub(super) fn takes(&mut self, said: &Said<'_>, dialect: &Dialect) {
        match said {
            Said::Connecting => self.connecting = true,
            Said::Connected => self.connected = true,
            Said::Secured | Said::Noise => {}
            Said::Closed => self.closed = true,
            Said::GoesOn(text) => {
                if let Ok((_, line)) = smtp::reply_line(text) {
                    self.reply(line.code, text);
                }
            }
            Said::Reply(code, _, text) => {
                if !self.dialogue.in_data() || dialect.marks.data() || self.waits() {
                    self.reply(*code, text);
                    // Nothing marks the end of the connection but this.
                    self.closed |= self.gone && !dialect.marks.end();
                }
            }
            Said::Client(text, command) => self.client(text, *command),
        }
    }

    fn reply(&mut self, code: ReplyCode, text: &[u8]) {
        if !self.dialogue.has_heard() {
            let name = text.get(4..).unwrap_or_default().split(u8::is_ascii_whitespace).next().unwrap_or_default();
            self.name = if name.contains(&b'.') { name.to_vec() } else { Vec::new() };
        }
        let has = |word: &[u8]| find_short(text, word).is_some();
        self.offers |= code.0 == 250 && has(b"AUTH") && (has(b"LOGIN") || has(b"PLAIN"));
        let Some(answer) = self.dialogue.advance(&self.dialogue.read_server(text)) else { return };
        self.refused = code.is_refusal();
        self.signed_in |= code.0 == 235;
        match (answer.verb, code.0) {
            (_, 221 | 421) | (Some(Verb::Quit), _) => self.gone = true,
            (Some(Verb::Ehlo | Verb::Helo), 250) => self.hello = true,
            (Some(Verb::StartTls), 220) => self.hello = false,
            (Some(Verb::EndOfData | Verb::Rset), _) | (Some(Verb::Mail), 400..) => {
                (self.mail, self.rcpt) = (false, false);
            }
            _ => {}
        }
    }

    fn client(&mut self, text: &[u8], command: Option<Command<'_>>) {
        let turn = self.read_client(text, command);
        if let Turn::Command(command) = turn {
            match command {
                Command::Auth(..) => self.auth = true,
                Command::Mail(..) => (self.mail, self.tried) = (true, true),
                Command::Rcpt(_) => self.rcpt = true,
                _ => {}
            }
        }
        self.dialogue.advance(&turn);
    }
}

/// `mail.example.co.za` or `mail.example.co.za Hello PC`
fn names_host(words: &[u8]) -> bool {
    words.split(u8::is_ascii_whitespace).next().is_some_and(is_host_name)
}

/// The fit of a reply to a command. An enhanced code (RFC 3463) tells a MAIL's success from a RCPT's.
fn answers(verb: Verb, code: ReplyCode, last: bool, text: &[u8]) -> Fit {
    let words = text.get(4..).unwrap_or_default();
    let is = |enhanced: &[&[u8]]| enhanced.iter().any(|code| words.starts_with(code));
    match (verb, code.0) {
        (_, 534 | 535) => Fit::Never,
        (Verb::Rcpt, 550 | 450 | 451 | 452 | 553) => Fit::Likely,
        (Verb::Quit, 400..) => Fit::Barely,
        (_, 400..) => Fit::Next,
        (Verb::Ehlo | Verb::Helo, 250) if !last => Fit::Awaited,
        (Verb::Ehlo | Verb::Helo, 250) if is(&[b"2."]) => Fit::Never,
        (Verb::Ehlo | Verb::Helo, 250) => Fit::Likely,
        (Verb::Rset | Verb::Other | Verb::Bdat, 250) => Fit::Other,
        (Verb::StartTls, 220) | (Verb::Data, 354) | (Verb::Quit, 221) => Fit::Awaited,
        (Verb::Mail, 250) => accepted(last, is(&[b"2.1.0"]), is(&[b"2.1.5", b"2.0.0"])),
        (Verb::Rcpt, 250..=252) => accepted(last, is(&[b"2.1.5"]), is(&[b"2.1.0", b"2.0.0"])),
        (Verb::EndOfData, 250) => accepted(last, is(&[b"2.0.0", b"2.6.0"]), is(&[b"2.1.0", b"2.1.5"])),
        _ => Fit::Never,
    }
}

fn accepted(last: bool, its_own: bool, another: bool) -> Fit {
    match () {
        () if its_own => Fit::Awaited,
        () if another => Fit::Barely,
        () if last => Fit::Next,
        () => Fit::Seldom,
    }
}
