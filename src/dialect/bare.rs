//! No marks at all: JavaMail's debug output, `openssl s_client`, and programs that dump what they send and receive.
//!
//! ```abnf
//! line = reply-line / command / "DEBUG" [ " SMTP" ] ": " info / message data
//! ```
//! A reply begins with three digits, everything else was sent. Only the state of the session tells message data from
//! dialogue, so lines are not judged alone here.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    bytes::complete::{take_till, take_until, take_while1},
    combinator::{opt, rest, verify},
    sequence::{preceded, terminated},
};

use super::{
    Dialect, Endpoint, Event, Line, LineEnd, Marks, Open, Read,
    grammar::{self, Parsed, exactly, note_from, tag},
    line::quoted,
};
use crate::{
    knowledge::{WordClass, WordTable, plain_spelling},
    smtp::{self, Command, is_host_name},
};
use bstr::ByteSlice;

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("bare"),
    title: "unmarked transcript (JavaMail, openssl s_client, home-made)",
    sample: "220 mail.example.co.za ESMTP\nEHLO RECEPTION-PC\n250 mail.example.co.za\nQUIT\n221 Bye\n",
    marks: Marks::NONE,
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// A command with nothing before it, or a line of JavaMail's about itself. `AUTH LOGIN succeeded as user x` tells of a command:
/// an initial response is one word (RFC 4954 section 4).
fn signature(line: &[u8]) -> bool {
    let spoken =
        |command: &Command<'_>| !matches!(command, Command::Auth(_, Some(response)) if response.contains(&b' '));
    smtp::command(line).is_ok_and(|(_, command)| spoken(&command)) || line.starts_with(b"DEBUG SMTP: ")
}

fn read(line: &[u8]) -> Line<'_> {
    let connected = exactly("CONNECTED(00000003)", Event::Connected(Endpoint::default()));
    let known = alt((reply, debug, connected, exactly("DONE", Event::Closed), said, connecting)).map(Line::new);
    grammar::read(line, known, |line| quoted(line).map_or(Event::Unmarked(line, Open::No), Event::Quoted))
}

fn reply(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let is_reply = |line: &[u8]| matches!(line, [b'2'..=b'5', ..]) && smtp::reply_line(line).is_ok();
    verify(rest, is_reply).map(|line| Event::Server(line, Open::No)).parse(input)
}

fn said(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let is_said = |line: &[u8]| line == b"." || smtp::command(line).is_ok();
    verify(rest, is_said).map(|line| Event::Client(line, Open::No)).parse(input)
}

/// `Connecting to mail.b.example:587...`, and nothing else on the line.
fn connecting(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let word = verify(take_while1(|b: u8| b.is_ascii_alphabetic()), |word: &[u8]| {
        WordTable::builtin().is(&plain_spelling(word), WordClass::Connecting)
    });
    let to = alt((tag(" to "), tag(" met "), tag(" na ")));
    let host = take_while1(|b: u8| b.is_ascii_alphanumeric() || b".-".contains(&b));
    let host = host.map(|host: &[u8]| host.trim_end_with(|mark| mark == '.'));
    let host = verify(host, |host: &&[u8]| is_host_name(host));
    let port = opt(preceded(alt((tag(":"), tag(" port "))), grammar::port));
    let end = verify(rest, |end: &[u8]| end.iter().all(|b| b" .".contains(b)));
    let endpoint = |(host, port, _): (_, Option<Option<u16>>, _)| {
        Event::Connecting(Endpoint { host, port: port.flatten(), ..Endpoint::default() })
    };
    preceded((word, to), (host, port, end)).map(endpoint).parse(input)
}

/// ```abnf
/// debug = "DEBUG SMTP: trying to connect to host " DQUOTE host DQUOTE ", port " port ", isSSL " boolean / "DEBUG" text
/// ```
fn debug(input: &[u8]) -> Parsed<'_, Event<'_>> {
    const TRYING: &str = "trying to connect to host \"";
    let before = (tag("DEBUG"), take_until(TRYING), tag(TRYING));
    let host = terminated(take_till(|b: u8| b == b'"'), tag("\""));
    let port = opt(preceded((take_until("port "), tag("port ")), grammar::port));
    let trying = (preceded(before, host), port, rest).map(|(host, port, tail)| {
        let implicit_tls = Some(tail.ends_with(b"isSSL true"));
        Event::Connecting(Endpoint { host, port: port.flatten(), implicit_tls, starttls_wanted: false })
    });
    alt((trying, note_from(&[b"DEBUG"]))).parse(input)
}
