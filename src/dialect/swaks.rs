//! swaks, which technicians use to test and paste into the log.
//!
//! ```abnf
//! line = ( "===" / "***" ) SP info
//!      / ( "<-  " / "<~  " / "<** " / "<~* " ) reply        ; ~ inside TLS, * an error
//!      / ( " -> " / " ~> " / "**> " / "*~> " ) sent
//! ```
//! Source: its own manual and runs of 20201014. The message stands in full. No stamps.

use std::borrow::Cow;

use nom::{Parser, branch::alt, combinator::rest, sequence::preceded};

use super::{
    Dialect, Endpoint, Event, Line, LineEnd, Marks, Open, Read,
    grammar::{self, Parsed, behind, tag},
};
use crate::smtp;

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("swaks"),
    title: "swaks",
    sample: "=== Trying mail.example.co.za:587...\n=== Connected to mail.example.co.za.\n\
             <-  220 mail.example.co.za ESMTP\n -> EHLO RECEPTION-PC\n<-  250 mail.example.co.za\n\
             \x20-> QUIT\n<-  221 Bye\n=== Connection closed with remote host.\n",
    marks: Marks::SIDES.and(Marks::DATA).and(Marks::END),
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Its arrows, which are aligned, around dialogue, and its words behind `===`.
fn signature(line: &[u8]) -> bool {
    match read(line).event {
        Event::Connecting(_) | Event::Connected(_) | Event::Secured | Event::Closed => true,
        Event::Server(text, _) => smtp::reply_line(text).is_ok(),
        Event::Client(text, _) => smtp::command(text).is_ok(),
        _ => false,
    }
}

fn read(line: &[u8]) -> Line<'_> {
    grammar::read(line, alt((dialogue, info)).map(Line::new), unmarked)
}

/// ```abnf
/// dialogue = ( "<-  " / "<~  " / "<** " / "<~* " ) reply / ( " -> " / " ~> " / "**> " / "*~> " ) command
/// ```
/// `~` stands inside TLS, `*` before a refusal; behind that a timeout is no reply.
fn dialogue(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let (mark, said) = input.split_at_checked(4).ok_or(nom::Err::Error(()))?;
    let event = match mark {
        b"<** " | b"<~* " if said.starts_with(b"Timeout ") => Event::Note(said),
        b"<-  " | b"<~  " | b"<** " | b"<~* " => Event::Server(said, Open::No),
        b" -> " | b" ~> " | b"**> " | b"*~> " => Event::Client(said, Open::No),
        _ => return Err(nom::Err::Error(())),
    };
    Ok((b"", event))
}

/// ```abnf
/// info = "=== " ( "Trying " endpoint "..." / "Connected to " text / "TLS started" text / "Connection closed" text )
///      / ( "=== " / "*** " ) text
/// ```
fn info(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let trying = behind("Trying ").map(|text| Event::Connecting(grammar::endpoint(text)));
    let known = alt((
        trying,
        behind("Connected to ").map(|_| Event::Connected(Endpoint::default())),
        behind("TLS started").map(|_| Event::Secured),
        behind("Connection closed").map(|_| Event::Closed),
        rest.map(Event::Note),
    ));
    alt((preceded(tag("=== "), known), behind("*** ").map(Event::Note))).parse(input)
}

/// Editors trim the blank after an empty line of the message.
fn unmarked(line: &[u8]) -> Event<'_> {
    match line.trim_ascii() {
        b"->" | b"~>" => Event::Client(b"", Open::No),
        b"" if line.len() < 4 => Event::Blank,
        _ => Event::Unknown(line),
    }
}
