//! Python smtplib, `set_debuglevel(1)` and `(2)`.
//!
//! ```abnf
//! line  = [ stamp SP ] ( "send: " string / "reply: " string / "reply: retcode (" code "); Msg: " string
//!       / "connect: to (" host ", " port ") " source / "connect: " ( tuple / string ) / "data: " tuple )
//! stamp = "HH:MM:SS.ffffff"                     ; level 2; no date
//! ```
//! Strings are Python's `repr`, so line ends are escapes, and a whole message is one line of any length.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What, number};

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("smtplib"),
    title: "Python smtplib (debug level 1 and 2)",
    sample: "connect: to ('mail.example.co.za', 587) None\nreply: b'220 mail.example.co.za ESMTP\\r\\n'\n\
             reply: retcode (220); Msg: b'mail.example.co.za ESMTP'\nsend: 'ehlo PC\\r\\n'\n\
             reply: b'250 mail.example.co.za\\r\\n'\nsend: 'quit\\r\\n'\n",
    marks_sides: true,
    marks_data: true,
    marks_end: false,
    tells_refusals: false,
    hard_start: false,
    line_end: LineEnd::Escaped,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Its labels before a string of Python, a number or a tuple.
fn signature(line: &[u8]) -> bool {
    let text = stamped(line).1;
    let string = |rest: &[u8]| matches!(rest, [b'\'' | b'"', ..] | [b'b', b'\'' | b'"', ..]);
    text.strip_prefix(b"send: ").is_some_and(string)
        || text.strip_prefix(b"reply: ").is_some_and(|rest| string(rest) || rest.starts_with(b"retcode ("))
        || text.starts_with(b"connect: to (")
        || text.starts_with(b"connect: ('")
        || text.starts_with(b"data: (")
}

fn read(line: &[u8]) -> Line<'_> {
    let (stamp, text) = stamped(line);
    let what = if let Some(sent) = text.strip_prefix(b"send: ") {
        What::Client(quoted(sent), Open::No)
    } else if let Some(reply) = text.strip_prefix(b"reply: ") {
        if reply.starts_with(b"retcode (") { What::Note(b"") } else { What::Server(quoted(reply), Open::No) }
    } else if let Some(to) = text.strip_prefix(b"connect: to (").or_else(|| text.strip_prefix(b"connect: (")) {
        What::Connecting(endpoint(to))
    } else if text.starts_with(b"connect: ") || text.starts_with(b"data: (") {
        What::Note(b"")
    } else if text.is_empty() {
        What::Blank
    } else if exception(text) {
        What::Note(text)
    } else {
        What::Unknown(line)
    };
    Line::stamped(stamp, what)
}

/// `HH:MM:SS.ffffff `
fn stamped(line: &[u8]) -> (&[u8], &[u8]) {
    match line.get(15) {
        Some(b' ') if line[2] == b':' && line[5] == b':' && line[8] == b'.' => (&line[..15], &line[16..]),
        _ => (&line[..0], line),
    }
}

/// `'text'`, `b"text"`
fn quoted(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"b").unwrap_or(text);
    match text {
        [open @ (b'\'' | b'"'), inner @ .., close] if open == close => inner,
        // Cut off: the line is longer than anyone reads.
        [b'\'' | b'"', inner @ ..] => inner,
        _ => text,
    }
}

/// `'host', 587) None`
fn endpoint(text: &[u8]) -> Endpoint<'_> {
    let mut parts = text.splitn(3, |&b| b == b',' || b == b')');
    let host = quoted(parts.next().unwrap_or(b""));
    let port = parts.next().map(<[u8]>::trim_ascii).and_then(number).and_then(|p| u16::try_from(p).ok());
    Endpoint { host, port, ..Endpoint::default() }
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
