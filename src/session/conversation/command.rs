//! What the client says: commands, each of which waits for its reply, and message data.

use std::sync::Arc;

use super::{Context, Conversation};
use crate::{
    session::{End, position::Position},
    smtp::{Command, Turn, Verb},
    source::Sensitive,
};

/// Tag of a RCPT whose address the log leaves out; the reply may name it.
pub(super) const NAMELESS_RCPT_TAG: u32 = u32::MAX;

impl Conversation {
    /// One line of the client, whole. False where it says nothing that is known.
    pub(crate) fn client(&mut self, cx: &mut Context<'_>, text: &[u8], at: Position) -> bool {
        if !self.marks.sides() && !self.in_data() {
            self.break_off_reply(cx);
        }
        // A dot where nothing else of the dialogue is shown is the writer's.
        let turn = match self.dialogue.read_client(text) {
            Turn::EndOfData if self.session.open && self.dialogue.is_unbegun() => Turn::Noise(text),
            turn => turn,
        };
        match turn {
            Turn::Data(line) => self.data(line),
            Turn::EndOfData => {
                self.end_data(&turn);
                true
            }
            Turn::AuthAnswer { asked: true, mechanism, step, bytes } => {
                match mechanism {
                    Some(mechanism) => self.learn(mechanism, step, bytes),
                    None => {
                        self.secrets.remember(bytes, false);
                        self.answers.push(Sensitive::new(bytes));
                    }
                }
                self.dialogue.advance(&turn);
                true
            }
            Turn::Command(command) => {
                // Nobody goes on before the server has told what it can do (RFC 2920 section 3.1).
                let open = self.dialogue.open_reply().and_then(|code| self.dialogue.answers(code));
                if matches!(open, Some(Verb::Ehlo)) {
                    self.break_off_reply(cx);
                }
                self.outlast_told(cx);
                if self.session.ended.is_some() {
                    self.close(cx, End::Next);
                }
                self.open(cx, at);
                self.session.trace.connected = true;
                // A program may say QUIT on a connection whose TLS has failed.
                self.session.trace.tls_unfinished &= command == Command::Quit;
                let tag = self.command(cx, command);
                self.dialogue.advance(&turn);
                self.dialogue.tag(tag);
                true
            }
            Turn::Noise(b".") if !self.session.trace.greeted && self.handed_over() => true,
            Turn::AuthAnswer { asked: false, .. } | Turn::StrangeAuth(_) | Turn::Reply { .. } | Turn::Noise(_) => {
                // The exchange may be missing from the log, before this line or altogether; what is no command may be an
                // answer in it, and a secret all the same.
                self.secrets.remember(text, false);
                if let Turn::StrangeAuth(Some(response)) = turn {
                    // Whoever signs in may stand before it.
                    let last = response.rsplit(u8::is_ascii_whitespace).next().unwrap_or(response);
                    self.secrets.remember(last, true);
                }
                self.dialogue.advance(&turn);
                false
            }
        }
    }

    /// The message is over; where no session is under way, the reply to it begins one.
    fn end_data(&mut self, turn: &Turn<'_>) {
        let waiting = self.dialogue.pending().len();
        self.dialogue.advance(turn);
        if self.session.open && self.dialogue.pending().len() > waiting {
            let heard = self.dialogue.has_heard();
            let mail = self.mail_mut();
            mail.data_open = true;
            mail.handed_over = !heard;
        }
    }

    /// Keeps what the command tells. Gives the place of the recipient, if it names one.
    fn command(&mut self, cx: &mut Context<'_>, command: Command<'_>) -> u32 {
        match command {
            Command::Hello(_, name) => {
                if self.session.connection.client_name.is_none() {
                    Arc::make_mut(&mut self.session.connection).client_name = Some(Sensitive::new(name));
                }
            }
            Command::StartTls => self.session.trace.starttls_sent = true,
            Command::Auth(mechanism, response) => self.auth(mechanism, response),
            Command::Mail(from, size) => {
                if self.session.mail.as_ref().is_some_and(|m| m.mail_sent) {
                    self.give(cx, End::Next);
                }
                let mail = self.mail_mut();
                mail.mail_sent = true;
                mail.from = Some(Sensitive::new(from));
                mail.size = size;
            }
            Command::Rcpt(b"") => return NAMELESS_RCPT_TAG,
            Command::Rcpt(to) => return u32::try_from(self.mail_mut().recipient(to)).unwrap_or(u32::MAX),
            Command::Bdat(size, _) => {
                let mail = self.mail_mut();
                mail.data_open = true;
                mail.data_bytes += size;
            }
            Command::Quit | Command::Data | Command::Rset | Command::Other => {}
        }
        0
    }

    /// A line of the message.
    pub(super) fn data(&mut self, text: &[u8]) -> bool {
        self.dialogue.advance(&Turn::Data(text));
        let chunk = self.dialogue.in_chunk();
        let mail = self.mail_mut();
        mail.data_open = true;
        if text != b"." {
            mail.data(text, chunk);
        }
        true
    }

    /// Message data that the writer left out.
    pub(crate) fn elided(&mut self, bytes: Option<u64>) {
        if !self.in_data() || self.dialogue.in_chunk() {
            return;
        }
        if let Some(mail) = &mut self.session.mail {
            mail.data_bytes += bytes.unwrap_or(0);
        }
    }
}
