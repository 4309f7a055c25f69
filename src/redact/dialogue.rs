//! What is being said on one connection, as far as it decides what of the next line may be shown.

use crate::{
    dialect::Side,
    smtp::{self, AuthMechanism, Command},
};

use super::{Level, allow_list, censor::Censor, message::Message, pseudonym::Kind};

/// The state of a conversation. When in doubt, what the client says is a secret.
#[derive(Debug, Default)]
pub(super) struct Dialogue {
    /// An AUTH exchange that has no final reply yet.
    exchange: Option<Exchange>,
    message: Option<Message>,
    /// Who spoke last, for lines without a mark.
    pub(super) side: Option<Side>,
}

#[derive(Debug)]
struct Exchange {
    mechanism: Option<AuthMechanism>,
    /// Answers seen so far.
    step: usize,
}

impl Dialogue {
    /// Whether an AUTH exchange is open.
    pub(super) fn signs_in(&self) -> bool {
        self.exchange.is_some()
    }

    /// Whether message data is being sent.
    pub(super) fn in_data(&self) -> bool {
        self.message.is_some()
    }

    /// Another connection: nothing that was said before counts.
    pub(super) fn restart(&mut self) {
        *self = Dialogue::default();
    }

    /// The writer left out an answer.
    pub(super) fn hidden(&mut self, censor: &mut Censor<'_>) {
        censor.asked = censor.asked.saturating_sub(1);
        if let Some(exchange) = &mut self.exchange {
            exchange.step += 1;
        }
    }

    /// A whole line of the server; `None` where it is no reply. `marked`: the log says that the server spoke.
    pub(super) fn server(&mut self, text: &[u8], marked: bool, censor: &mut Censor<'_>) -> Option<Vec<u8>> {
        let (_, reply) = smtp::reply_line(text).ok()?;
        let torn = self.in_data() && !marked;
        if reply.code.0 == 334 {
            censor.asked = censor.asked.saturating_add(1);
        }
        match (reply.code.0, &mut self.exchange) {
            (334, Some(_)) => {}
            // The log begins in the middle: what follows is an answer all the same.
            (334, none) => *none = Some(Exchange { mechanism: None, step: 0 }),
            (235, exchange) => *exchange = None,
            _ if reply.code.is_refusal() => self.exchange = None,
            _ => {}
        }
        self.message = (reply.code.0 == 354).then(Message::default);
        if matches!(reply.code.0, 220 | 221 | 250) {
            let name = reply.text.split(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
            censor.learn_greeting(name);
        }
        let head = text.len() - reply.text.len();
        // A line of the message that looks like a reply: no server said it, so no word of it is needed.
        let said = match reply.code.0 {
            _ if torn => censor.shape(reply.text),
            334 => challenge(reply.text, censor),
            _ => censor.free(reply.text),
        };
        Some([&text[..head], &*said].concat())
    }

    /// A whole line of the client. `marked`: the log says who speaks, so that message data never looks like dialogue.
    pub(super) fn client(&mut self, text: &[u8], marked: bool, censor: &mut Censor<'_>) -> Vec<u8> {
        // Somebody is asked for a password, in this conversation or in one that stands between its lines.
        let answer = censor.asked > 0 && is_answer(text);
        if self.message.is_some() && answer && censor.level() == Level::Secrets {
            censor.asked -= 1;
            censor.answer(None, 0, text);
            return vec![b'*'; text.len()];
        }
        if let Some(message) = &mut self.message {
            let line = message.line(text, censor);
            if text == b"." && !marked {
                self.message = None;
            }
            return line;
        }
        let command = smtp::command(text).ok().map(|(_, command)| command);
        if let Some(exchange) = &mut self.exchange
            && !command.as_ref().is_some_and(ends_exchange)
        {
            let answer = censor.answer(exchange.mechanism, exchange.step, text);
            exchange.step += 1;
            censor.asked = censor.asked.saturating_sub(1);
            return answer;
        }
        self.exchange = None;
        if answer && command.is_none() {
            censor.asked -= 1;
            return censor.answer(None, 0, text);
        }
        match command {
            Some(command) => self.command(text, command, censor),
            None => self.no_command(text, censor),
        }
    }

    fn command(&mut self, text: &[u8], command: Command<'_>, censor: &mut Censor<'_>) -> Vec<u8> {
        match command {
            Command::Hello(_, name) => with(text, name, &censor.pc(name)),
            Command::Mail(path, _) => addressed(text, path, Kind::Sender, censor),
            Command::Rcpt(path) => addressed(text, path, Kind::Recipient, censor),
            Command::Auth(mechanism, response) => {
                let step = usize::from(response.is_some());
                self.exchange = Some(Exchange { mechanism: Some(mechanism), step });
                match response {
                    Some(response) => with(text, response, &censor.answer(Some(mechanism), 0, response)),
                    None => text.to_vec(),
                }
            }
            Command::Bdat(..) => {
                self.message = Some(Message::default());
                text.to_vec()
            }
            // VRFY and EXPN name people.
            Command::Other if censor.level() == Level::Personal => {
                let verb = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
                censor.learn_name(&text[verb..]);
                let rest = allow_list::shape(&String::from_utf8_lossy(&text[verb..]));
                [&text[..verb], rest.as_bytes()].concat()
            }
            Command::Other => censor.free(text),
            Command::StartTls | Command::Data | Command::Rset | Command::Quit => {
                let verb = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
                [&text[..verb], &*censor.stranger(&text[verb..])].concat()
            }
        }
    }

    /// No command and no answer: a method that nobody knows, or the rest of something.
    fn no_command(&mut self, text: &[u8], censor: &mut Censor<'_>) -> Vec<u8> {
        let words: Vec<&[u8]> = text.splitn(3, |b| *b == b' ').collect();
        match words.as_slice() {
            [verb, method, rest @ ..] if verb.eq_ignore_ascii_case(b"AUTH") => {
                self.exchange = Some(Exchange { mechanism: None, step: rest.len() });
                let method = censor.chatter(method);
                match rest.first() {
                    Some(answer) => [verb, &b" "[..], &method, b" ", &*censor.answer(None, 0, answer)].concat(),
                    None => [verb, &b" "[..], &method].concat(),
                }
            }
            _ => {
                // What is no command may be an answer whose exchange the log has lost.
                censor.remember(text);
                censor.stranger(text)
            }
        }
    }
}

/// One word in the letters of base64.
fn is_answer(text: &[u8]) -> bool {
    text.len() >= 4 && text.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b))
}

/// What the server asks in an AUTH exchange: a prompt and the error of XOAUTH2 tell why it ends; others may hold
/// anything.
fn challenge(text: &[u8], censor: &mut Censor<'_>) -> Vec<u8> {
    let Some(asked) = smtp::decoded(text) else { return censor.free(text) };
    let shown = censor.free(&asked);
    let prompt = asked.len() <= 40 && asked.iter().all(|b| b.is_ascii_alphabetic() || b" :\0".contains(b));
    let error = asked.starts_with(b"{") && memchr::memmem::find(&asked, b"oken").is_none();
    let plain = error || prompt || asked.starts_with(b"<");
    if plain && shown == asked { text.to_vec() } else { b"***".to_vec() }
}

/// A client that gives up an exchange goes on with one of these (as in `session`).
fn ends_exchange(command: &Command<'_>) -> bool {
    matches!(
        command,
        Command::Hello(..) | Command::Mail(..) | Command::Rcpt(_) | Command::Quit | Command::Rset | Command::Auth(..)
    )
}

/// MAIL or RCPT with its address replaced; what follows it may name people too (`ORCPT=`, `AUTH=`).
fn addressed(text: &[u8], path: &[u8], role: Kind, censor: &mut Censor<'_>) -> Vec<u8> {
    let Some(at) = place(text, path) else { return censor.free(text) };
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
    match place(text, part) {
        Some(at) => [&text[..at], by, &text[at + part.len()..]].concat(),
        None => by.to_vec(),
    }
}

/// Where a part that was cut out of `whole` stands in it.
pub(super) fn place(whole: &[u8], part: &[u8]) -> Option<usize> {
    let at = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    (at + part.len() <= whole.len()).then_some(at)
}
