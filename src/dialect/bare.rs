//! No marks at all: JavaMail's debug output, `openssl s_client`, and programs that dump what they send and receive.
//!
//! ```abnf
//! line = reply-line / command / "DEBUG" [ " SMTP" ] ": " info / message data
//! ```
//! A reply begins with three digits, everything else was sent. Only the state of the session tells message data from
//! dialogue, so lines are not judged alone here.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What, line::quoted};
use crate::smtp;

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("bare"),
    title: "unmarked transcript (JavaMail, openssl s_client, home-made)",
    sample: "220 mail.example.co.za ESMTP\nEHLO RECEPTION-PC\n250 mail.example.co.za\nQUIT\n221 Bye\n",
    marks_sides: false,
    marks_data: false,
    marks_end: false,
    tells_refusals: false,
    hard_start: false,
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// A command with nothing before it, or a line of JavaMail's about itself.
fn signature(line: &[u8]) -> bool {
    smtp::command(line).is_ok() || line.starts_with(b"DEBUG SMTP: ")
}

fn read(line: &[u8]) -> Line<'_> {
    Line::new(match line {
        b"" => What::Blank,
        [b'2'..=b'5', ..] if smtp::reply_line(line).is_ok() => What::Server(line, Open::No),
        _ if line.starts_with(b"DEBUG") => debug(line),
        b"CONNECTED(00000003)" => What::Connected(Endpoint::default()),
        b"DONE" => What::Closed,
        _ if smtp::command(line).is_ok() || line == b"." => What::Client(line, Open::No),
        _ => quoted(line).map_or(What::Unmarked(line, Open::No), What::Quoted),
    })
}

/// `DEBUG SMTP: trying to connect to host "h", port 587, isSSL false`
fn debug(line: &[u8]) -> What<'_> {
    let Some(at) = memchr::memmem::find(line, b"trying to connect to host \"") else { return What::Note(line) };
    let rest = &line[at + 27..];
    let Some(end) = memchr::memchr(b'"', rest) else { return What::Note(line) };
    let tail = &rest[end..];
    let port = memchr::memmem::find(tail, b"port ").and_then(|at| {
        let digits = tail[at + 5..].split(|b| !b.is_ascii_digit()).next()?;
        u16::try_from(super::number(digits)?).ok()
    });
    let implicit_tls = Some(tail.ends_with(b"isSSL true"));
    What::Connecting(Endpoint { host: &rest[..end], port, implicit_tls, starttls_wanted: false })
}
