//! Synapse (Ararat), SynaDbg.
//!
//! ```abnf
//! line = "yyyymmdd-hhnnss.zzz" SP 16HEXDIG ( "<- " text / "-> " text / "HR_" reason ": " value )
//! ```
//! A record holds one read or write with its own line ends, so further lines have no mark and a blank line follows. The
//! digits after the stamp name the socket.

use std::borrow::Cow;

use nom::{Parser, branch::alt, bytes::complete::take_while_m_n, combinator::rest, sequence::separated_pair};

use super::{
    Dialect, Endpoint, Event, Line, LineEnd, Marks, Open, Read,
    grammar::{self, Parsed, behind, client, form, server, tag},
};

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("synapse"),
    title: "Synapse (SynaDbg)",
    sample: "20261123-082601.789 00007F6CEC6A1470HR_Connect: mail.example.co.za:587\n\
             20261123-082601.790 00007F6CEC6A1470<- 220 mail.example.co.za ESMTP\n\n\
             20261123-082601.790 00007F6CEC6A1470-> EHLO PC\n\n\
             20261123-082601.790 00007F6CEC6A1470<- 250-mail.example.co.za\n250 AUTH LOGIN\n\n",
    marks: Marks::SIDES.and(Marks::DATA),
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Its stamp and the socket's address.
fn signature(line: &[u8]) -> bool {
    grammar::takes((prefix, alt((tag("<- "), tag("-> "), tag("HR_")))), line)
}

fn read(line: &[u8]) -> Line<'_> {
    let record = (prefix, alt((server("<- "), client("-> "), reason)));
    grammar::read(line, record.map(|((stamp, key), event)| Line { stamp, key, ..Line::new(event) }), |line| {
        Event::Unmarked(line, Open::No)
    })
}

/// ```abnf
/// prefix = "yyyymmdd-hhnnss.zzz" SP 16HEXDIG
/// ```
fn prefix(input: &[u8]) -> Parsed<'_, (&[u8], &[u8])> {
    let socket = take_while_m_n(16, 16, |b: u8| b.is_ascii_hexdigit());
    separated_pair(form("99999999-999999.999"), tag(" "), socket).parse(input)
}

/// ```abnf
/// reason = "HR_" name ": " value
/// ```
/// `HR_SocketClose` also stands before each connection, so it marks no end.
fn reason(input: &[u8]) -> Parsed<'_, Event<'_>> {
    alt((
        behind("HR_ResolvingBegin: ").map(|to| Event::Connecting(grammar::endpoint(to))),
        behind("HR_Connect: ").map(|_| Event::Connected(Endpoint::default())),
        behind("HR_Error: ").map(|error| Event::Note(error.trim_ascii())),
        rest.map(|_| Event::Note(b"")),
    ))
    .parse(input)
}
