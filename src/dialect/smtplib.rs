//! Python smtplib, `set_debuglevel(1)` and `(2)`.
//!
//! ```abnf
//! line  = [ stamp SP ] ( "send: " string / "reply: " string / "reply: retcode (" code "); Msg: " string
//!       / "connect: to (" host ", " port ") " source / "connect: " ( tuple / string ) / "data: " tuple )
//! stamp = "HH:MM:SS.ffffff"                     ; level 2; no date
//! ```
//! Strings are Python's `repr`, so line ends are escapes, and a whole message is one line of any length.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    bytes::complete::{take, take_till},
    character::complete::space0,
    combinator::{eof, opt, rest, value, verify},
    sequence::{preceded, terminated},
};

use super::{
    Dialect, Endpoint, Event, Line, LineEnd, Marks, Open, Read,
    grammar::{self, Parsed, behind, form, tag},
};

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("smtplib"),
    title: "Python smtplib (debug level 1 and 2)",
    sample: "connect: to ('mail.example.co.za', 587) None\nreply: b'220 mail.example.co.za ESMTP\\r\\n'\n\
             reply: retcode (220); Msg: b'mail.example.co.za ESMTP'\nsend: 'ehlo PC\\r\\n'\n\
             reply: b'250 mail.example.co.za\\r\\n'\nsend: 'quit\\r\\n'\n",
    marks: Marks::SIDES.and(Marks::DATA),
    line_end: LineEnd::Escaped,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Its labels before a string of Python, a number or a tuple.
fn signature(line: &[u8]) -> bool {
    if !matches!(line.first(), Some(b's' | b'r' | b'c' | b'd' | b'0'..=b'9')) {
        return false;
    }
    let text = stamped(line).0;
    let string = |rest: &[u8]| matches!(rest, [b'\'' | b'"', ..] | [b'b', b'\'' | b'"', ..]);
    text.strip_prefix(b"send: ").is_some_and(string)
        || text.strip_prefix(b"reply: ").is_some_and(|rest| string(rest) || rest.starts_with(b"retcode ("))
        || text.starts_with(b"connect: to (")
        || text.starts_with(b"connect: ('")
        || text.starts_with(b"data: (")
}

fn read(line: &[u8]) -> Line<'_> {
    let (text, stamp) = stamped(line);
    let exception = verify(rest, exception).map(Event::Note);
    let mut grammar = alt((sent, reply, connect, data, value(Event::Blank, eof), exception));
    let event = grammar.parse(text).map_or(Event::Unknown(line), |(_, event): (&[u8], Event<'_>)| event);
    Line::stamped(stamp, event)
}

/// ```abnf
/// stamp = "HH:MM:SS.ffffff" SP
/// ```
fn stamped(line: &[u8]) -> (&[u8], &[u8]) {
    let stamp: Parsed<'_, &[u8]> = terminated(form("99:99:99.999999"), tag(" ")).parse(line);
    stamp.unwrap_or((line, b""))
}

/// ```abnf
/// sent = "send: " string
/// ```
fn sent(input: &[u8]) -> Parsed<'_, Event<'_>> {
    preceded(tag("send: "), string).map(|said| Event::Client(said, Open::No)).parse(input)
}

/// ```abnf
/// reply = "reply: " string / "reply: retcode (" code "); Msg: " string
/// ```
/// The second repeats the first.
fn reply(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let repeated = value(Event::Note(b""), (tag("retcode ("), rest));
    preceded(tag("reply: "), alt((repeated, string.map(|said| Event::Server(said, Open::No))))).parse(input)
}

/// ```abnf
/// connect = "connect: " [ "to " ] "('" host "', " port ")" [ SP source ] / "connect: " string
/// ```
fn connect(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let host = take_till(|b: u8| b == b',' || b == b')');
    let port = preceded((take(1usize), space0), grammar::port);
    let endpoint = (host, opt(port), rest).map(|(host, port, _)| Endpoint {
        host: unquoted(host),
        port: port.flatten(),
        ..Endpoint::default()
    });
    let to = preceded(alt((tag("connect: to ("), tag("connect: ("))), endpoint);
    alt((to.map(Event::Connecting), behind("connect: ").map(|_| Event::Note(b"")))).parse(input)
}

/// ```abnf
/// data = "data: (" code ", " string ")"
/// ```
fn data(input: &[u8]) -> Parsed<'_, Event<'_>> {
    behind("data: (").map(|_| Event::Note(b"")).parse(input)
}

/// ```abnf
/// string = [ "b" ] ( "'" text "'" / DQUOTE text DQUOTE )
/// ```
fn string(input: &[u8]) -> Parsed<'_, &[u8]> {
    rest.map(unquoted).parse(input)
}

/// The text of a string; without its last quote where the line was longer than anyone reads.
fn unquoted(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"b").unwrap_or(text);
    match text {
        [open @ (b'\'' | b'"'), inner @ .., close] if open == close => inner,
        [b'\'' | b'"', inner @ ..] => inner,
        _ => text,
    }
}

/// `SMTPDataError: (552, b'...')`, `TimeoutError: timed out`, and the lines of a traceback.
fn exception(text: &[u8]) -> bool {
    let name = &text[..text.iter().position(|&b| b == b':').unwrap_or(text.len())];
    let class = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || b"._".contains(b));
    let known = name.ends_with(b"Error")
        || name.ends_with(b"Exception")
        || name.starts_with(b"SMTP")
        || name.ends_with(b"timeout");
    class && known || text.starts_with(b"Traceback (") || text.starts_with(b"  File ") || text.starts_with(b"    ")
}
