//! Whose turn it is: follows one SMTP conversation from the lines that a log left of it (RFC 5321, with STARTTLS of
//! RFC 3207, AUTH of RFC 4954, BDAT of RFC 3030 and pipelining of RFC 2920).
//!
//! [`Dialogue::read_server`] and [`Dialogue::read_client`] say what a line is without changing anything, so that several
//! conversations can be asked about one line; [`Dialogue::advance`] takes the turn.
//!
//! ```
//! use mtmlog::smtp::{Dialogue, Turn, Verb};
//!
//! let mut dialogue = Dialogue::default();
//! dialogue.advance(&dialogue.read_server(b"220 mail.example.co.za ESMTP"));
//! dialogue.advance(&dialogue.read_client(b"AUTH LOGIN"));
//! dialogue.advance(&dialogue.read_server(b"334 UGFzc3dvcmQ6"));
//! let secret = dialogue.read_client(b"S3VkdTE5ODQ=");
//! assert!(matches!(secret, Turn::AuthAnswer { step: 1, asked: true, .. }));
//! dialogue.advance(&secret);
//! let refusal = dialogue.read_server(b"535 5.7.8 Bad credentials");
//! assert!(matches!(refusal, Turn::Reply { answers: Some(Verb::Auth), .. }));
//! ```

use std::collections::VecDeque;

use super::{Command, ReplyCode, ReplyLine, Verb, command, reply_line};

mod exchange;
mod state;
#[cfg(test)]
mod tests;
mod turn;
mod unheard;

use exchange::{Exchange, ends_exchange, strange_auth};
pub use turn::Turn;
pub(crate) use turn::{Answer, Marks, Pending};
use unheard::Unheard;

/// Commands remembered until their reply comes. A client that pipelines more has long lost the server.
const MAX_PENDING_COMMANDS: usize = 4_096;

/// Where the client's lines belong to a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Message {
    #[default]
    None,
    /// After 354, until the lone dot or, where lines of a message are marked, the next reply.
    Data,
    /// After BDAT, until the next reply or a command that may follow. Most logs leave the chunk out.
    Chunk,
}

/// The state of one conversation.
#[derive(Clone, Debug, Default)]
pub struct Dialogue {
    marks: Marks,
    pending: VecDeque<Pending>,
    /// A reply of several lines that is not whole.
    reply: Option<ReplyCode>,
    exchange: Option<Exchange>,
    /// The client left an AUTH exchange by QUIT.
    gave_up_auth: bool,
    message: Message,
    /// A line of the message has come.
    begun: bool,
    /// The server was heard in this session; some logs show only the client.
    heard: bool,
    /// A whole reply has come.
    greeted: bool,
    quit: bool,
    unheard: Unheard,
}

impl Dialogue {
    /// Sets what the log marks. It stays over [`Dialogue::restart`].
    pub fn set_marks(&mut self, marks: Marks) {
        self.marks = marks;
    }

    /// Another session begins: nothing that was said before counts.
    pub fn restart(&mut self) {
        // The room is used again: a log has many sessions.
        self.pending.clear();
        let pending = std::mem::take(&mut self.pending);
        *self = Dialogue { marks: self.marks, pending, ..Dialogue::default() };
    }

    /// Reads a whole line of the server.
    pub fn read_server<'a>(&self, text: &'a [u8]) -> Turn<'a> {
        let Ok((_, line)) = reply_line(text) else { return Turn::Noise(text) };
        // A message begins with its header (RFC 5322 section 2.1): where a reply comes first, the log leaves the message out.
        if self.message == Message::Data && !self.marks.data && self.begun {
            return Turn::Data(text);
        }
        Turn::Reply { line, answers: self.answers(line.code), begins: self.begins_with(&line) }
    }

    /// Reads a whole line of the client.
    pub fn read_client<'a>(&self, text: &'a [u8]) -> Turn<'a> {
        self.read_client_as(text, || command(text).ok().map(|(_, command)| command))
    }

    /// A line of the client, where the command that it is may be known already.
    pub(crate) fn read_client_as<'a>(&self, text: &'a [u8], command: impl FnOnce() -> Option<Command<'a>>) -> Turn<'a> {
        if self.message == Message::Data || self.goes_on_unheard(text) {
            let over = text == b"." && (!self.marks.data || !self.heard);
            return if over { Turn::EndOfData } else { Turn::Data(text) };
        }
        // Some writers say in their own words too that the message is over.
        let told = || self.pending.back().is_some_and(|last| last.verb == Verb::EndOfData);
        if text == b"." && (told() || self.is_unbegun()) {
            return Turn::EndOfData;
        }
        let command = command();
        if self.message == Message::Chunk && !command.as_ref().is_some_and(follows_chunk) {
            return Turn::Data(text);
        }
        match (self.exchange, command) {
            (None, Some(command)) => Turn::Command(command),
            // Where nobody has asked for an answer, a command is one.
            (Some(exchange), Some(command)) if !exchange.asked || ends_exchange(&command) => Turn::Command(command),
            (Some(Exchange { mechanism, step, asked }), _) => Turn::AuthAnswer { mechanism, step, asked, bytes: text },
            (None, None) => match strange_auth(text) {
                Some(response) => Turn::StrangeAuth(response),
                None => Turn::Noise(text),
            },
        }
    }

    /// Takes a turn that this dialogue has read. The answer is the reply that is whole by it.
    pub fn advance(&mut self, turn: &Turn<'_>) -> Option<Answer> {
        if !matches!(turn, Turn::Reply { .. }) {
            self.hear_client();
        }
        match *turn {
            Turn::Reply { line, begins, .. } => {
                if begins {
                    self.restart();
                }
                return self.take_reply(&line);
            }
            Turn::Command(command) => self.take_command(command),
            Turn::StrangeAuth(response) => {
                self.exchange = Some(Exchange { mechanism: None, step: usize::from(response.is_some()), asked: false });
            }
            Turn::AuthAnswer { asked: true, .. } => self.answer_auth(),
            Turn::AuthAnswer { bytes, .. } => {
                if let Some(exchange) = self.exchange.as_mut().filter(|_| !bytes.contains(&b' ')) {
                    exchange.step += 1;
                }
            }
            Turn::Data(_) => {
                self.begun = true;
                if self.message == Message::None {
                    self.message = Message::Data;
                }
            }
            Turn::EndOfData => {
                let waits = self.pending.back().is_some_and(|last| last.verb == Verb::Data);
                if self.message == Message::Data || waits || self.is_unbegun() {
                    self.message = Message::None;
                    self.push(Verb::EndOfData);
                }
            }
            Turn::Noise(_) => {}
        }
        None
    }

    /// Nobody has spoken yet: what comes now may stand amid a session whose beginning the log does not hold.
    pub(crate) fn is_unbegun(&self) -> bool {
        !self.heard && self.pending.is_empty()
    }

    /// Closes a reply of several lines whose last line never came, and gives it out as if it were whole.
    pub fn break_off_reply(&mut self) -> Option<Answer> {
        self.reply.take().map(|code| self.finish_reply(code, b""))
    }

    /// The code of the reply of several lines that is not whole.
    pub fn open_reply(&self) -> Option<ReplyCode> {
        self.reply
    }

    /// The command that a reply with this code would answer now; [`Verb::Greeting`] for the server's first words, `None`
    /// where nothing waits for a reply.
    pub fn answers(&self, code: ReplyCode) -> Option<Verb> {
        if self.message == Message::Data && self.pending.is_empty() {
            return Some(Verb::EndOfData);
        }
        match only_answers(code) {
            Some(only) if only != Verb::Quit || self.pending.iter().any(|p| p.verb == only) => Some(only),
            _ if self.is_asked() && self.pending.is_empty() && code.0 != 421 => Some(Verb::Auth),
            _ if !self.greeted => Some(self.pending.front().map_or(Verb::Greeting, |p| p.verb)),
            _ => self.pending.front().map(|p| p.verb).or_else(|| self.supposed(code)),
        }
    }

    /// This line of a reply can only be the first of another session: 220 answers nothing but a connection and
    /// STARTTLS, and after the reply to QUIT nothing more is said.
    pub fn begins_with(&self, line: &ReplyLine<'_>) -> bool {
        let secures = self.pending.front().is_some_and(|p| p.verb == Verb::StartTls) || self.secures_unasked(line);
        self.reply.is_none() && (line.code.0 == 220 && self.greeted && !secures || self.is_over())
    }

    /// A reply secures the connection though the log leaves out the client: a greeting never has an enhanced status
    /// code (RFC 2034 section 4).
    fn secures_unasked(&self, line: &ReplyLine<'_>) -> bool {
        line.code.0 == 220 && line.enhanced.is_some() && self.greeted && self.pending.is_empty() && !self.quit
    }

    /// QUIT was said, and everything has its reply.
    pub fn is_over(&self) -> bool {
        self.quit && self.greeted && self.pending.is_empty()
    }

    /// Gives the command taken last a number of the caller's own, which comes back with its answer.
    pub fn tag(&mut self, tag: u32) {
        if let Some(last) = self.pending.back_mut() {
            last.tag = tag;
        }
    }

    /// The commands without a reply, the oldest first; answers of an AUTH exchange and the end of a message among them.
    #[inline]
    pub fn pending(&self) -> impl DoubleEndedIterator<Item = Pending> + ExactSizeIterator + '_ {
        self.pending.iter().copied()
    }

    /// Takes the oldest command from those that wait: its reply is not in the log.
    pub fn skip_reply(&mut self) -> Option<Pending> {
        self.pending.pop_front()
    }

    /// The verb that the server has to answer, or the client to go on with, if the conversation breaks off here.
    pub fn under_way(&self) -> Option<Verb> {
        if self.message == Message::Data {
            return Some(Verb::EndOfData);
        }
        if self.is_asked() || self.gave_up_auth {
            return Some(Verb::Auth);
        }
        self.pending.front().map(|p| p.verb)
    }

    /// Lines of the client belong to a message.
    pub fn in_data(&self) -> bool {
        self.message != Message::None
    }

    /// Lines of the client are a chunk, whose size BDAT has told.
    pub fn in_chunk(&self) -> bool {
        self.message == Message::Chunk
    }

    /// The message is over, whatever the log shows of its end.
    pub fn leave_data(&mut self) {
        self.message = Message::None;
    }

    fn push(&mut self, verb: Verb) {
        if self.pending.len() < MAX_PENDING_COMMANDS {
            self.pending.push_back(Pending { verb, tag: 0 });
        }
    }

    /// After DATA comes the message, where the log leaves out the server that asked for it.
    fn goes_on_unheard(&self, text: &[u8]) -> bool {
        let data = self.pending.back().is_some_and(|last| last.verb == Verb::Data);
        let gives_up = || matches!(command(text), Ok((_, Command::Quit | Command::Rset)));
        data && !self.heard && self.marks.sides && self.marks.data && !gives_up()
    }

    fn take_command(&mut self, command: Command<'_>) {
        self.gave_up_auth = command == Command::Quit && self.is_asked();
        if ends_exchange(&command) {
            self.exchange = None;
        }
        self.message = Message::None;
        match command {
            Command::Auth(mechanism, response) => {
                let step = usize::from(response.is_some());
                self.exchange = Some(Exchange { mechanism: Some(mechanism), step, asked: false });
            }
            Command::Quit => self.quit = true,
            Command::Bdat(_, last) => {
                self.message = Message::Chunk;
                return self.push(if last { Verb::EndOfData } else { Verb::Bdat });
            }
            _ => {}
        }
        self.push(command.verb());
    }

    fn take_reply(&mut self, line: &ReplyLine<'_>) -> Option<Answer> {
        self.heard = true;
        if self.message == Message::Data {
            // The server speaks: the message is over, whether its dot was logged or not.
            self.push(Verb::EndOfData);
        }
        self.message = Message::None;
        if self.reply.is_some_and(|open| open != line.code) {
            self.break_off_reply();
        }
        if !line.last {
            self.reply = Some(line.code);
            return None;
        }
        self.reply = None;
        if self.secures_unasked(line) {
            self.push(Verb::StartTls);
        }
        Some(self.finish_reply(line.code, line.text))
    }

    fn finish_reply(&mut self, code: ReplyCode, text: &[u8]) -> Answer {
        if self.is_asked() && self.pending.is_empty() && code.0 != 421 {
            // The server has its answer, though the log has not.
            self.answer_auth();
        }
        let verb = self.answers(code);
        // What stands before the command in the queue was answered off the record.
        let place = self.pending.iter().position(|p| Some(p.verb) == verb);
        let tag = place.and_then(|place| self.pending.drain(..=place).next_back()).map_or(0, |pending| pending.tag);
        if place.is_none() && only_answers(code).is_some() {
            self.pending.clear();
        }
        self.greeted = true;
        self.suppose_next(verb, code);
        self.take_auth_reply(verb, code, text);
        if verb == Some(Verb::Data) && !code.is_refusal() {
            self.begun = false;
            self.message = Message::Data;
        }
        Answer { code, verb, tag }
    }
}

/// The one command that replies with this code answer.
fn only_answers(code: ReplyCode) -> Option<Verb> {
    match code.0 {
        354 => Some(Verb::Data),
        334 | 235 => Some(Verb::Auth),
        221 => Some(Verb::Quit),
        _ => None,
    }
}

/// The command may follow the chunk of a BDAT, which most logs leave out.
fn follows_chunk(command: &Command<'_>) -> bool {
    matches!(command, Command::Bdat(..) | Command::Mail(..) | Command::Rset | Command::Quit)
}
