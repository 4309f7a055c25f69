//! Chilkat MailMan, `SmtpSessionLog`: the commands sent and the replies received, without marks.
//!
//! ```abnf
//! line = command "<CRLF>" / reply-line / "{" 1*DIGIT " bytes}" / "{PasswordOrCredentials}" / "<CRLF>.<CRLF>"
//! ```
//! Message data is always left out, so a line is what it looks like. No stamps.

use std::borrow::Cow;

use super::{Dialect, Line, LineEnd, Open, Read, What, number};
use crate::smtp;

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("chilkat-session"),
    title: "Chilkat MailMan (SmtpSessionLog)",
    sample: "220 mail.example.co.za ESMTP\n\
             EHLO RECEPTION-PC<CRLF>\n\
             250 AUTH LOGIN\n\
             AUTH LOGIN<CRLF>\n\
             334 VXNlcm5hbWU6\n\
             {PasswordOrCredentials}\n\
             535 5.7.8 Authentication failed\n\
             QUIT<CRLF>\n",
    marks_sides: true,
    marks_data: true,
    marks_end: false,
    tells_refusals: false,
    hard_start: false,
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// What stands in braces for a secret and for the message, and a command with its line end written out.
fn signature(line: &[u8]) -> bool {
    match sent(line) {
        Some(What::Client(text, _)) => text == b"." || smtp::command(text).is_ok(),
        Some(_) => true,
        None => false,
    }
}

fn read(line: &[u8]) -> Line<'_> {
    if let Some(sent) = sent(line) {
        return Line::new(sent);
    }
    if line.is_empty() {
        return Line::new(What::Blank);
    }
    match smtp::reply_line(line) {
        Ok(_) => Line::new(What::Server(line, Open::No)),
        Err(_) => Line::new(What::Unknown(line)),
    }
}

/// What Chilkat writes for something it sent; the tree writes the same.
pub(super) fn sent(text: &[u8]) -> Option<What<'_>> {
    if text == b"{PasswordOrCredentials}" {
        return Some(What::Hidden);
    }
    if let Some(inner) = text.strip_prefix(b"{").and_then(|t| t.strip_suffix(b" bytes}")) {
        return number(inner).map(|n| What::Elided(Some(n)));
    }
    if text == b"<CRLF>.<CRLF>" {
        return Some(What::Client(b".", Open::No));
    }
    text.strip_suffix(b"<CRLF>").map(|command| What::Client(command, Open::No))
}
