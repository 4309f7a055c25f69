//! Programs around an event such as IP*Works' `PITrail(Direction, Message)`: a stamp, the side in brackets, the text.
//!
//! ```abnf
//! line = stamp SP "[" ( "Client" / "Server" / "Info" ) "] " text
//! ```
//! The message itself does not come through the event: `<17 lines of message>` at most. The stamp is in the form of that
//! Windows.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What};
use crate::smtp;

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("ipworks"),
    title: "IP*Works PITrail and programs like it",
    sample: "2026/11/23 08:26:01 AM [Info] Connecting to mail.example.co.za:587\n\
             2026/11/23 08:26:01 AM [Server] 220 mail.example.co.za ESMTP\n\
             2026/11/23 08:26:01 AM [Client] EHLO PC\n\
             2026/11/23 08:26:01 AM [Server] 250 mail.example.co.za\n",
    marks_sides: true,
    marks_data: true,
    marks_end: true,
    tells_refusals: false,
    hard_start: false,
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Dialogue behind the side in brackets.
fn signature(line: &[u8]) -> bool {
    match read(line).what {
        What::Server(text, _) => smtp::reply_line(text).is_ok(),
        What::Client(text, _) => smtp::command(text).is_ok(),
        _ => false,
    }
}

fn read(line: &[u8]) -> Line<'_> {
    let head = &line[..line.len().min(48)];
    let Some(open) = memchr::memchr(b'[', head) else { return strange(line) };
    let Some(close) = memchr::memchr(b']', &head[open..]) else { return strange(line) };
    let stamp = line[..open].trim_ascii();
    let text = &line[open + close + 1..];
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let what = match &head[open + 1..open + close] {
        b"Client" if text.starts_with(b"<") && text.ends_with(b" lines of message>") => What::Elided(None),
        b"Client" => What::Client(text, Open::No),
        b"Server" => What::Server(text, Open::No),
        b"Info" => match text.strip_prefix(b"Connecting to ") {
            Some(endpoint) => What::Connecting(Endpoint::parse(endpoint)),
            None if text.starts_with(b"Connected") => What::Connected(Endpoint::default()),
            None if text.starts_with(b"Disconnected") => What::Closed,
            None => What::Note(text),
        },
        _ => return strange(line),
    };
    Line::stamped(stamp, what)
}

fn strange(line: &[u8]) -> Line<'_> {
    Line::new(if line.is_empty() { What::Blank } else { What::Unmarked(line, Open::No) })
}
