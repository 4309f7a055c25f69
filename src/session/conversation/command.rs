//! What the client says: commands, each of which waits for its reply, and message data.

use std::sync::Arc;

use super::{Context, Conversation, Position};
use crate::{
    dialect::Side,
    session::End,
    smtp::{self, Command, Verb},
    source::Sensitive,
};

impl Conversation {
    /// One line of the client, whole. False where it says nothing that is known.
    pub fn client(&mut self, cx: &mut Context<'_>, text: &[u8], at: Position) -> bool {
        self.side = Some(Side::Client);
        if self.in_data {
            return self.data(text);
        }
        if self.goes_on_unheard(text) {
            self.in_data = true;
            self.mail_mut().data_open = true;
            return self.data(text);
        }
        if text == b"." && self.pending.back().is_some_and(|p| p.verb == Verb::EndOfData) {
            // The writer says in its own words too that the message is over.
            return true;
        }
        if text == b"." && !self.trace.greeted && self.handed_over() {
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
        self.outlast_told(cx);
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

    /// After DATA comes the message, where the log leaves out the server that asked for it.
    fn goes_on_unheard(&self, text: &[u8]) -> bool {
        let data = self.pending.back().is_some_and(|p| p.verb == Verb::Data);
        let gives_up = || matches!(smtp::command(text), Ok((_, Command::Quit | Command::Rset)));
        data && !self.heard && self.ways.marks_sides && self.ways.marks_data && !gives_up()
    }

    pub(super) fn data(&mut self, text: &[u8]) -> bool {
        if text == b"." && (!self.ways.marks_data || !self.heard) {
            self.in_data = false;
            self.mail_mut().handed_over = !self.heard;
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
}

/// A client that gives up an AUTH exchange goes on with one of these; `QUIT` alone could be base64, but a password of
/// three characters is no password.
fn ends_exchange(command: &Command<'_>) -> bool {
    matches!(
        command,
        Command::Hello(..) | Command::Mail(..) | Command::Rcpt(_) | Command::Quit | Command::Rset | Command::Auth(..)
    )
}
