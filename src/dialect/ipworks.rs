//! Programs around an event such as IP*Works' `PITrail(Direction, Message)`: a stamp, the side in brackets, the text.
//!
//! ```abnf
//! line = stamp SP "[" ( "Client" / "Server" / "Info" ) "] " text
//! ```
//! The message itself does not come through the event: `<17 lines of message>` at most. The stamp is in the form of that
//! Windows.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    bytes::complete::take_while_m_n,
    combinator::{opt, rest},
    sequence::preceded,
};

use super::{
    Dialect, Endpoint, Event, Line, LineEnd, Marks, Open, Read,
    grammar::{self, Parsed, behind, tag},
};
use crate::smtp;

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("ipworks"),
    title: "IP*Works PITrail and programs like it",
    sample: "2026/11/23 08:26:01 AM [Info] Connecting to mail.example.co.za:587\n\
             2026/11/23 08:26:01 AM [Server] 220 mail.example.co.za ESMTP\n\
             2026/11/23 08:26:01 AM [Client] EHLO PC\n\
             2026/11/23 08:26:01 AM [Server] 250 mail.example.co.za\n",
    marks: Marks::SIDES.and(Marks::DATA).and(Marks::END),
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Dialogue behind the side in brackets.
fn signature(line: &[u8]) -> bool {
    match read(line).event {
        Event::Server(text, _) => smtp::reply_line(text).is_ok(),
        Event::Client(text, _) => smtp::command(text).is_ok(),
        _ => false,
    }
}

fn read(line: &[u8]) -> Line<'_> {
    let record = (stamp, alt((client_side, server_side, info)));
    grammar::read(line, record.map(|(stamp, event)| Line::stamped(stamp, event)), |line| {
        Event::Unmarked(line, Open::No)
    })
}

/// In the form of that Windows; up to the first bracket.
fn stamp(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_while_m_n(0, 40, |b: u8| b != b'[').map(<[u8]>::trim_ascii).parse(input)
}

/// ```abnf
/// client-side = "[Client]" [ SP ] ( "<" n " lines of message>" / command )
/// ```
fn client_side(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let elided = |text: &[u8]| text.starts_with(b"<") && text.ends_with(b" lines of message>");
    let said = rest.map(|text| if elided(text) { Event::Elided(None) } else { Event::Client(text, Open::No) });
    preceded((tag("[Client]"), opt(tag(" "))), said).parse(input)
}

/// ```abnf
/// server-side = "[Server]" [ SP ] reply
/// ```
fn server_side(input: &[u8]) -> Parsed<'_, Event<'_>> {
    preceded((tag("[Server]"), opt(tag(" "))), rest.map(|text| Event::Server(text, Open::No))).parse(input)
}

/// ```abnf
/// info = "[Info]" [ SP ] ( "Connecting to " endpoint / "Connected" text / "Disconnected" text / text )
/// ```
fn info(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let words = alt((
        behind("Connecting to ").map(|to| Event::Connecting(grammar::endpoint(to))),
        behind("Connected").map(|_| Event::Connected(Endpoint::default())),
        behind("Disconnected").map(|_| Event::Closed),
        rest.map(Event::Note),
    ));
    preceded((tag("[Info]"), opt(tag(" "))), words).parse(input)
}
