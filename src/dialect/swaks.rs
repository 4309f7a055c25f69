//! swaks, which technicians use to test and paste into the log.
//!
//! ```abnf
//! line = ( "===" / "***" ) SP info
//!      / ( "<-  " / "<~  " / "<** " / "<~* " ) reply        ; ~ inside TLS, * an error
//!      / ( " -> " / " ~> " / "**> " / "*~> " ) sent
//! ```
//! Source: its own manual and runs of 20201014. The message stands in full. No stamps.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What};
use crate::smtp;

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("swaks"),
    title: "swaks",
    sample: "=== Trying mail.example.co.za:587...\n=== Connected to mail.example.co.za.\n\
             <-  220 mail.example.co.za ESMTP\n -> EHLO RECEPTION-PC\n<-  250 mail.example.co.za\n\
             \x20-> QUIT\n<-  221 Bye\n=== Connection closed with remote host.\n",
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

/// Its arrows, which are aligned, around dialogue, and its words behind `===`.
fn signature(line: &[u8]) -> bool {
    match read(line).what {
        What::Connecting(_) | What::Connected(_) | What::Secured | What::Closed => true,
        What::Server(text, _) => smtp::reply_line(text).is_ok(),
        What::Client(text, _) => smtp::command(text).is_ok(),
        _ => false,
    }
}

fn read(line: &[u8]) -> Line<'_> {
    let Some((mark, text)) = line.split_at_checked(4) else {
        return Line::new(if line.trim_ascii().is_empty() { What::Blank } else { unmarked(line) });
    };
    Line::new(match mark {
        b"<** " | b"<~* " if text.starts_with(b"Timeout ") => What::Note(text),
        b"<-  " | b"<~  " | b"<** " | b"<~* " => What::Server(text, Open::No),
        b" -> " | b" ~> " | b"**> " | b"*~> " => What::Client(text, Open::No),
        b"=== " => info(text),
        b"*** " => What::Note(text),
        _ => unmarked(line),
    })
}

/// Editors trim the blank after an empty line of the message.
fn unmarked(line: &[u8]) -> What<'_> {
    match line.trim_ascii() {
        b"->" | b"~>" => What::Client(b"", Open::No),
        _ => What::Unknown(line),
    }
}

fn info(text: &[u8]) -> What<'_> {
    if let Some(endpoint) = text.strip_prefix(b"Trying ") {
        return What::Connecting(Endpoint::parse(endpoint.strip_suffix(b"...").unwrap_or(endpoint)));
    }
    if text.starts_with(b"Connected to ") {
        return What::Connected(Endpoint::default());
    }
    if text.starts_with(b"TLS started") {
        return What::Secured;
    }
    if text.starts_with(b"Connection closed") {
        return What::Closed;
    }
    What::Note(text)
}
