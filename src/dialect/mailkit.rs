//! MailKit, ProtocolLogger (.NET).
//!
//! ```abnf
//! line    = [ stamp SP ] ( "C: " / "S: " ) payload
//!         / [ stamp SP ] "Connected to " ( "smtp" / "smtps" ) "://" host ":" port "/" [ "?starttls=" word ]
//! stamp   = "yyyy-MM-ddTHH:mm:ssZ"      ; the default; always UTC, also when a custom format drops the Z
//! ```
//! Source: ProtocolLogger.cs and SmtpClient.cs of MailKit 4.17. No line marks the end of a connection, and a connection
//! that cannot be opened leaves no line at all.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    bytes::complete::{take_till, take_while_m_n},
    combinator::{eof, opt, peek, rest, value, verify},
    sequence::{preceded, terminated},
};

use super::{
    Dialect, Endpoint, Event, Line, LineEnd, Marks, Open, Read,
    grammar::{self, Parsed, client, exactly, server, tag},
};
use crate::smtp;

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("mailkit"),
    title: "MailKit ProtocolLogger (.NET)",
    sample: "2026-11-23T06:26:01Z Connected to smtp://mail.example.co.za:587/?starttls=when-available\n\
             2026-11-23T06:26:01Z S: 220 mail.example.co.za ESMTP\n\
             2026-11-23T06:26:01Z C: EHLO RECEPTION-PC\n\
             2026-11-23T06:26:02Z S: 250 mail.example.co.za\n\
             2026-11-23T06:26:02Z C: QUIT\n",
    marks: Marks::SIDES.and(Marks::DATA).and(Marks::START),
    line_end: LineEnd::Line,
    utc: true,
    signature,
    read: Read::Line(read),
};

/// The line that names the server as a URI, or dialogue behind a stamp of UTC: `C: ` and `S: ` alone mark the log of many
/// programs.
fn signature(line: &[u8]) -> bool {
    let read = read(line);
    match read.event {
        Event::Connected(_) => true,
        Event::Server(text, _) => read.stamp.ends_with(b"Z") && smtp::reply_line(text).is_ok(),
        Event::Client(text, _) => read.stamp.ends_with(b"Z") && smtp::command(text).is_ok(),
        _ => false,
    }
}

fn read(line: &[u8]) -> Line<'_> {
    grammar::read(line, alt((reply, record)), Event::Unknown)
}

/// libESMTP marks the same way, but only the first line of a reply.
fn reply(input: &[u8]) -> Parsed<'_, Line<'_>> {
    let is_reply = |line: &[u8]| matches!(line, [b'2'..=b'5', _, _, b'-' | b' ', ..]) && smtp::reply_line(line).is_ok();
    verify(rest, is_reply).map(|line| Line::new(Event::Unmarked(line, Open::No))).parse(input)
}

/// ```abnf
/// record = [ stamp SP ] ( "C: " / "S: " ) payload / [ stamp SP ] connect
/// ```
fn record(input: &[u8]) -> Parsed<'_, Line<'_>> {
    let (input, stamp) = stamp(input)?;
    let trimmed = alt((exactly("C:", Event::Client(b"", Open::No)), exactly("S:", Event::Client(b"", Open::No))));
    let blank = value(Event::Blank, eof);
    alt((client("C: "), server("S: "), trimmed, blank, connect)).map(|event| Line::stamped(stamp, event)).parse(input)
}

/// ```abnf
/// stamp = "yyyy-MM-ddTHH:mm:ssZ"     ; the default; else any .NET format
/// ```
/// Ends at the first letter that no stamp has, at its own word.
fn stamp(input: &[u8]) -> Parsed<'_, &[u8]> {
    // The default format, on nearly every line that has one.
    if let Some([b'T', _, _, b':', _, _, b':', _, _, b'Z', b' ']) = input.get(10..21) {
        return Ok((&input[21..], &input[..20]));
    }
    let begins = peek(take_while_m_n(1, 1, |b: u8| b.is_ascii_digit() || b == b'['));
    let in_stamp = |b: u8| b.is_ascii_digit() || b":-+/., []TZAPM".contains(&b);
    let stamp = verify(take_while_m_n(1, MAX_STAMP_BYTES, in_stamp), |stamp: &[u8]| stamp.ends_with(b" "));
    let parted = terminated(stamp, peek(take_while_m_n(1, 1, move |b: u8| !in_stamp(b))));
    let (input, stamp): (&[u8], Option<&[u8]>) = opt(preceded(begins, parted)).parse(input)?;
    Ok((input, stamp.unwrap_or_default().trim_ascii_end()))
}

/// No .NET format that is in use is longer.
const MAX_STAMP_BYTES: usize = 47;

/// ```abnf
/// connect = "Connected to " ( "smtp" / "smtps" ) "://" host ":" port "/" [ "?starttls=" word ]
/// ```
fn connect(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let (input, implicit_tls) =
        preceded(tag("Connected to "), alt((value(true, tag("smtps://")), value(false, tag("smtp://")))))
            .parse(input)?;
    let (query, authority) = take_till(|b: u8| b == b'/').parse(input)?;
    let endpoint = grammar::endpoint(authority);
    if !authority.contains(&b':') {
        return Err(nom::Err::Error(()));
    }
    let starttls_wanted = query.ends_with(b"starttls=always");
    Ok((b"", Event::Connected(Endpoint { implicit_tls: Some(implicit_tls), starttls_wanted, ..endpoint })))
}
