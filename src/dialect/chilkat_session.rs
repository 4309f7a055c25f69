//! Chilkat MailMan, `SmtpSessionLog`: the commands sent and the replies received, without marks.
//!
//! ```abnf
//! line = command "<CRLF>" / reply-line / "{" 1*DIGIT " bytes}" / "{PasswordOrCredentials}" / "<CRLF>.<CRLF>"
//! ```
//! Message data is always left out, so a line is what it looks like. No stamps.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    combinator::{eof, map_opt, rest, verify},
    sequence::delimited,
};

use super::{
    Dialect, Event, Line, LineEnd, Marks, Open, Read,
    grammar::{self, Parsed, decimal, exactly, tag},
};
use crate::smtp;

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
    marks: Marks::SIDES.and(Marks::DATA),
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// The braces that stand for a secret or the message, and a command with its line end written out.
fn signature(line: &[u8]) -> bool {
    match sent(line) {
        Ok((_, Event::Client(text, _))) => text == b"." || smtp::command(text).is_ok(),
        Ok(_) => true,
        Err(_) => false,
    }
}

fn read(line: &[u8]) -> Line<'_> {
    grammar::read(line, alt((sent, reply)).map(Line::new), Event::Unknown)
}

/// ```abnf
/// sent = "{PasswordOrCredentials}" / "{" 1*DIGIT " bytes}" / "<CRLF>.<CRLF>" / command "<CRLF>"
/// ```
/// The tree writes the same for something that was sent.
pub(super) fn sent(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let secret = exactly("{PasswordOrCredentials}", Event::Hidden);
    let message = delimited(tag("{"), decimal, (tag(" bytes}"), eof)).map(|bytes| Event::Elided(Some(bytes)));
    let command = map_opt(rest, |line: &[u8]| match line {
        b"<CRLF>.<CRLF>" => Some(&b"."[..]),
        [said @ .., b'<', b'C', b'R', b'L', b'F', b'>'] => Some(said),
        _ => None,
    });
    alt((secret, message, command.map(|said| Event::Client(said, Open::No)))).parse(input)
}

fn reply(input: &[u8]) -> Parsed<'_, Event<'_>> {
    verify(rest, |line| smtp::reply_line(line).is_ok()).map(|line| Event::Server(line, Open::No)).parse(input)
}
