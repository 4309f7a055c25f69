//! Perl Net::SMTP, `Debug => 1`.
//!
//! ```abnf
//! line = class "=GLOB(0x" hex ")" ( ">>> " command / "<<< " reply / ": " text )
//! ```
//! Before it speaks for the first time it lists its classes: `Net::SMTP>>> Net::SMTP(3.14)`, and its ancestors indented. The
//! address in the brackets is the key. The message stands in full, secrets in clear base64.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    bytes::complete::take_while_m_n,
    combinator::{opt, recognize, rest, value, verify},
    sequence::{delimited, preceded},
};

use super::{
    Dialect, Endpoint, Event, Line, LineEnd, Marks, Open, Read,
    grammar::{self, Parsed, tag},
};
use crate::source::find_short;

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("net-smtp"),
    title: "Perl Net::SMTP (Debug)",
    sample: "Net::SMTP=GLOB(0x55d0c8a3f1e8)<<< 220 mail.example.co.za ESMTP\n\
             Net::SMTP=GLOB(0x55d0c8a3f1e8)>>> EHLO PC\n\
             Net::SMTP=GLOB(0x55d0c8a3f1e8)<<< 250 mail.example.co.za\n",
    marks: Marks::SIDES.and(Marks::DATA),
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// The address of the object, or the list of its classes.
fn signature(line: &[u8]) -> bool {
    object(line).is_ok() || matches!(listed(line), Ok((_, Event::Connecting(_))))
}

fn read(line: &[u8]) -> Line<'_> {
    grammar::read(line, alt((said, listed.map(Line::new))), unmarked)
}

/// ```abnf
/// said   = object ( ">>>" [ SP ] command / "<<<" [ SP ] reply / text )
/// object = class "=GLOB(0x" hex ")"
/// ```
fn said(input: &[u8]) -> Parsed<'_, Line<'_>> {
    let (input, key) = object(input)?;
    let command = preceded((tag(">>>"), opt(tag(" "))), rest).map(|said| Event::Client(said, Open::No));
    let reply = preceded((tag("<<<"), opt(tag(" "))), rest).map(|said| Event::Server(said, Open::No));
    alt((command, reply, rest.map(Event::Note))).map(|event| Line { key, ..Line::new(event) }).parse(input)
}

/// The address in the brackets of `Net::SMTP::_SSL=GLOB(0x..)`, with the word before it.
fn object(input: &[u8]) -> Parsed<'_, &[u8]> {
    let address = recognize((tag("GLOB(0x"), take_while_m_n(0, 88, |b: u8| b != b')')));
    delimited((class, tag("=")), address, tag(")")).parse(input)
}

/// `Net::SMTP`; names of packages are short.
fn class(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_while_m_n(0, 64, |b: u8| b.is_ascii_alphanumeric() || b":_".contains(&b)).parse(input)
}

/// The list of its classes, or its words before there is a connection: the class alone, without an address.
///
/// ```abnf
/// listed = class ">>> " class "(" version ")" / class ">>>  " ancestor / class ": " text
/// ```
fn listed(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let (input, class) = verify(class, |class: &[u8]| class.starts_with(b"Net::")).parse(input)?;
    if let (true, Some(text)) = (class.ends_with(b":"), input.strip_prefix(b" ")) {
        return Ok((b"", Event::Note(text)));
    }
    let ancestor = value(Event::Note(b""), (tag(">>>  "), rest));
    let own = value(Event::Connecting(Endpoint::default()), (tag(">>> Net::"), rest));
    alt((ancestor, own)).parse(input)
}

/// The program quotes what the class says of an error; a code in it is the class's own.
fn unmarked(line: &[u8]) -> Event<'_> {
    let quotes = !line.starts_with(b"Net::") && find_short(&line[..line.len().min(160)], b": Net::SMTP: ").is_some();
    if quotes { Event::Note(line) } else { Event::Unmarked(line, Open::No) }
}
