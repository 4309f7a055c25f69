//! Delphi Indy, TIdLogFile.
//!
//! ```abnf
//! line  = ( "Recv " / "Sent " ) [ stamp ] ": " data      ; one line a socket buffer, not an SMTP line
//!       / "Stat " ( "Connected." / "Disconnected." )      ; never stamped
//! data  = *( text / "<EOL>" )                             ; <EOL> is CRLF; other escapes are the server's own text
//! stamp = DateTimeToStr, in the format of that Windows
//! ```
//! Source: IdLogFile.pas and IdLogBase.pas of Indy 10. With `ReplaceCRLF` off the data holds real line ends, so lines
//! without a keyword go on with the record before.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    combinator::{map_opt, rest, value},
    sequence::preceded,
};

use super::{
    Dialect, Endpoint, Event, Line, LineEnd, Marks, Open, Read, Side,
    grammar::{self, Parsed, tag},
};
use crate::smtp;

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("indy"),
    title: "Delphi Indy (TIdLogFile)",
    sample: "Stat Connected.\n\
             Recv 2026/11/23 08:26:01: 220 mail.example.co.za ESMTP<EOL>\n\
             Sent 2026/11/23 08:26:01: EHLO RECEPTION-PC<EOL>\n\
             Recv 2026/11/23 08:26:02: 250-mail.example.co.za<EOL>250 AUTH LOGIN<EOL>\n\
             Sent 2026/11/23 08:26:02: QUIT<EOL>\n\
             Stat Disconnected.\n",
    marks: Marks::SIDES.and(Marks::DATA).and(Marks::END).and(Marks::START),
    line_end: LineEnd::Ends("<EOL>"),
    utc: false,
    signature,
    read: Read::Line(read),
};

/// `Stat Connected.` and `Stat Disconnected.`, and dialogue behind a keyword and a stamp, in that order.
fn signature(line: &[u8]) -> bool {
    match read(line).event {
        Event::Connected(_) | Event::Closed => true,
        Event::Server(text, _) => smtp::reply_line(text).is_ok(),
        Event::Client(text, _) => text.ends_with(b"<EOL>") || smtp::command(text).is_ok(),
        _ => false,
    }
}

fn read(line: &[u8]) -> Line<'_> {
    grammar::read(line, alt((record, status)), |line| Event::Unmarked(line, Open::No))
}

/// ```abnf
/// record = ( "Recv " / "Sent " ) [ stamp ] ":" [ SP data ]
/// ```
fn record(input: &[u8]) -> Parsed<'_, Line<'_>> {
    let (input, side) = alt((value(Side::Server, tag("Recv ")), value(Side::Client, tag("Sent ")))).parse(input)?;
    let (data, stamp) = alt((stamp, stamp_alone)).parse(input)?;
    let open = if data.ends_with(b"<EOL>") { Open::No } else { Open::Yes };
    let event = if side == Side::Server { Event::Server(data, open) } else { Event::Client(data, open) };
    Ok((b"", Line::stamped(stamp.trim_ascii(), event)))
}

/// No stamp holds `: `, so the first one ends it. Byte by byte: to search stops at each colon of the clock, which took a
/// twentieth of the time of a log.
fn stamp(input: &[u8]) -> Parsed<'_, &[u8]> {
    let head = &input[..input.len().min(MAX_STAMP_BYTES + 2)];
    let end = head.windows(2).position(|pair| pair == b": ").ok_or(nom::Err::Error(()))?;
    Ok((&input[end + 2..], &input[..end]))
}

/// A record whose data is empty loses the blank after the colon to editors that trim lines.
fn stamp_alone(input: &[u8]) -> Parsed<'_, &[u8]> {
    map_opt(rest, |text: &[u8]| text.strip_suffix(b":").filter(|stamp| is_short(stamp))).parse(input)
}

/// The longest stamp of a Windows locale, with room for a day's name.
const MAX_STAMP_BYTES: usize = 46;

fn is_short(stamp: &[u8]) -> bool {
    stamp.len() <= MAX_STAMP_BYTES
}

/// ```abnf
/// status = "Stat " ( "Connected." / "Disconnected." / text )
/// ```
fn status(input: &[u8]) -> Parsed<'_, Line<'_>> {
    let connected = grammar::exactly("Connected.", Event::Connected(Endpoint::default()));
    let disconnected = grammar::exactly("Disconnected.", Event::Closed);
    preceded(tag("Stat "), alt((connected, disconnected, rest.map(Event::Note)))).map(Line::new).parse(input)
}
