//! What is being said on one connection, as far as it decides what of the next line may be shown.

use crate::{
    base64,
    dialect::Dialect,
    smtp::{self, Command, ReplyCode, Turn},
    source::place_in,
};

use super::{Level, allow_list, censor::Censor, message::Message, pseudonym::Kind};

/// A conversation. Whose turn it is, and so what is a secret, says [`smtp::Dialogue`].
#[derive(Debug, Default)]
pub(super) struct Dialogue {
    turns: smtp::Dialogue,
    /// Where in its message the client is.
    message: Message,
}

impl Dialogue {
    /// What the dialect of the next line marks.
    pub(super) fn heed(&mut self, dialect: &Dialect) {
        self.turns.set_marks(dialect.marks.into());
    }

    /// An AUTH exchange is open.
    pub(super) fn signs_in(&self) -> bool {
        self.turns.signs_in()
    }

    /// Message data is being sent.
    pub(super) fn in_data(&self) -> bool {
        self.turns.in_data()
    }

    /// Another connection: nothing that was said before counts.
    pub(super) fn restart(&mut self) {
        self.turns.restart();
        self.message = Message::default();
    }

    /// The writer left out an answer.
    pub(super) fn hidden(&mut self, censor: &mut Censor<'_>) {
        censor.is_answered();
        self.turns.hide_answer();
    }

    fn advance(&mut self, turn: &Turn<'_>) {
        self.turns.advance(turn);
        if !self.in_data() {
            self.message = Message::default();
        }
    }

    /// A whole line of the server; `None` where it is no reply.
    pub(super) fn server(&mut self, text: &[u8], censor: &mut Censor<'_>) -> Option<Vec<u8>> {
        let (_, reply) = smtp::reply_line(text).ok()?;
        let turn = self.turns.read_server(text);
        self.advance(&turn);
        if reply.code.0 == 334 {
            censor.is_asked();
        }
        let head = text.len() - reply.text.len();
        if matches!(turn, Turn::Data(_)) {
            // A line of the message that looks like a reply: no server said it, so no word of it is needed.
            return Some([&text[..head], &*censor.shape(reply.text)].concat());
        }
        if matches!(reply.code.0, 220 | 221 | 250) {
            let name = reply.text.split(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
            censor.learn_greeting(name);
        }
        let said = match reply.code {
            ReplyCode(334) => challenge(reply.text, censor),
            code if code.may_quote_answer() => censor.reply_of_sign_in(reply.text),
            code if code.is_refusal() => censor.refusal(reply.text),
            _ => censor.free(reply.text),
        };
        Some([&text[..head], &*said].concat())
    }

    /// A whole line of the client.
    pub(super) fn client(&mut self, text: &[u8], censor: &mut Censor<'_>) -> Vec<u8> {
        // Somebody is asked for a password, in this conversation or in one that stands between its lines.
        let answer = censor.awaits_answer() && is_answer(text);
        let secrets = censor.level() == Level::Secrets;
        let turn = self.turns.read_client(text);
        let shown = match turn {
            Turn::Data(_) | Turn::EndOfData if secrets && answer => {
                censor.is_answered();
                censor.answer(None, 0, text);
                vec![b'*'; text.len()]
            }
            Turn::Data(_) | Turn::EndOfData => match smtp::Dialogue::default().read_client(text) {
                // Where the end of a message is missing from the log, this is no line of it.
                Turn::Command(Command::Auth(_, Some(secret))) | Turn::StrangeAuth(Some(secret)) if secrets => {
                    with(text, secret, &censor.answer(None, 0, secret))
                }
                Turn::Command(Command::Quit) => text.to_vec(),
                _ => self.message.line(text, censor),
            },
            Turn::AuthAnswer { mechanism, step, bytes, .. } => {
                // A command may be another session's, and the answer is still to come.
                if smtp::command(bytes).is_err() {
                    censor.is_answered();
                }
                censor.answer(mechanism, step, bytes)
            }
            Turn::Command(command) => command_of(text, command, censor),
            Turn::StrangeAuth(response) => {
                // What stands there is looked at with the verb, which tells what it may be.
                let words = text.len() - response.map_or(0, <[u8]>::len);
                let asked = strange_auth(text[..words].trim_ascii_end(), censor);
                match response {
                    Some(response) => [&*asked, b" ", &*censor.answer(None, 0, response)].concat(),
                    None => asked,
                }
            }
            Turn::Noise(_) | Turn::Reply { .. } if answer => {
                censor.is_answered();
                censor.answer(None, 0, text)
            }
            Turn::Noise(_) | Turn::Reply { .. } => {
                // What is no command may be an answer whose exchange the log has lost; a sentence is none.
                if !text.contains(&b' ') {
                    censor.remember(text);
                }
                censor.stranger(text)
            }
        };
        self.advance(&turn);
        shown
    }
}

/// A command, by what its arguments are.
fn command_of(text: &[u8], command: Command<'_>, censor: &mut Censor<'_>) -> Vec<u8> {
    match command {
        Command::Hello(_, name) => with(text, name, &censor.pc(name)),
        Command::Mail(path, _) => addressed(text, path, Kind::Sender, censor),
        Command::Rcpt(path) => addressed(text, path, Kind::Recipient, censor),
        Command::Auth(mechanism, Some(response)) => with(text, response, &censor.answer(Some(mechanism), 0, response)),
        Command::Auth(_, None) | Command::Bdat(..) => text.to_vec(),
        // VRFY and EXPN name people.
        Command::Other if censor.level() == Level::Personal => {
            let verb = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
            censor.learn_name(&text[verb..]);
            let rest = allow_list::shape(&String::from_utf8_lossy(&text[verb..]));
            [&text[..verb], rest.as_bytes()].concat()
        }
        Command::Other | Command::StartTls | Command::Data | Command::Rset | Command::Quit => {
            let verb = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
            [&text[..verb], &*censor.stranger(&text[verb..])].concat()
        }
    }
}

/// AUTH and what is no mechanism that is known. The name of one is in capitals (RFC 4422 section 3.1); anything else may be a
/// part of the answer.
fn strange_auth(text: &[u8], censor: &mut Censor<'_>) -> Vec<u8> {
    let verb = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
    let (verb, name) = (&text[..verb], text[verb..].trim_ascii());
    if name.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-_".contains(b)) {
        return censor.stranger(text);
    }
    [verb, b" ***"].concat()
}

/// One word in the letters of base64.
fn is_answer(text: &[u8]) -> bool {
    text.len() >= 4 && text.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b))
}

/// What the server asks in an AUTH exchange: a prompt and the error of XOAUTH2 tell why it ends; others may hold
/// anything.
fn challenge(text: &[u8], censor: &mut Censor<'_>) -> Vec<u8> {
    let Some(asked) = base64::decoded(text) else { return censor.free(text) };
    let shown = censor.free(&asked);
    let prompt = asked.len() <= 40 && asked.iter().all(|b| b.is_ascii_alphabetic() || b" :\0".contains(b));
    let error = asked.starts_with(b"{") && memchr::memmem::find(&asked, b"oken").is_none();
    let plain = error || prompt || asked.starts_with(b"<");
    if plain && shown == asked { text.to_vec() } else { b"***".to_vec() }
}

/// MAIL or RCPT with its address replaced; what follows it may name people too (`ORCPT=`, `AUTH=`).
fn addressed(text: &[u8], path: &[u8], role: Kind, censor: &mut Censor<'_>) -> Vec<u8> {
    let Some(at) = place_in(text, path) else { return censor.free(text) };
    let rest = parameters(&text[at + path.len()..], censor);
    [&text[..at], &*censor.address(path, role), &*rest].concat()
}

/// `ENVID=` is the sender's own name for a mail (RFC 3461), so it may be anything.
fn parameters(text: &[u8], censor: &mut Censor<'_>) -> Vec<u8> {
    let parts: Vec<Vec<u8>> = text
        .split(|b| *b == b' ')
        .map(|part| match part.get(..6) {
            Some(key) if key.eq_ignore_ascii_case(b"ENVID=") => [key, &*censor.stranger(&part[6..])].concat(),
            _ => part.to_vec(),
        })
        .collect();
    censor.free(&parts.join(&b' '))
}

/// The line with one of its parts replaced.
fn with(text: &[u8], part: &[u8], by: &[u8]) -> Vec<u8> {
    match place_in(text, part) {
        Some(at) => [&text[..at], by, &text[at + part.len()..]].concat(),
        None => by.to_vec(),
    }
}
