//! Blat, `-debug -log`. No real sample was at hand: the layout is that of its source (3.2.23) and one public capture.
//!
//! ```abnf
//! session = start *line end
//! start   = [ stamp [ ": " ] ] 12*13"-" "Start of Session" 17"-"      ; 12 in the source, 13 in its logs
//! end     = [ stamp [ ": " ] ] 13"-" "End of Session" 18"-"
//! line    = [ stamp ": " ] ( "<<<getline<<< " reply / ">>>putline>>> " command / info )
//! stamp   = "YYYY.MM.DD HH:MM:SS" [ " (Ddd)" ]
//! ```
//! Older versions print `< <getline< < ` for replies nobody checked, and a blank line after each. The further lines of
//! a reply have no mark.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    bytes::complete::{take, take_while},
    combinator::{eof, opt, rest, value, verify},
    sequence::terminated,
};

use super::{
    Dialect, Endpoint, Event, Line, LineEnd, Marks, Open, Read,
    grammar::{self, Parsed, client, form, note_from, server, tag},
    line::setting,
};

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("blat"),
    title: "Blat (-debug -log)",
    sample: "2026.11.23 08:26:01 (Mon)------------Start of Session-----------------\n\
             <<<getline<<< 220 mail.example.co.za ESMTP\n\
             >>>putline>>> EHLO RECEPTION-PC\n\
             <<<getline<<< 250-mail.example.co.za\n\
             250 AUTH LOGIN\n\
             >>>putline>>> AUTH LOGIN\n\
             <<<getline<<< 535 5.7.8 authentication failed\n\
             *** Warning ***  The SMTP server did not accept Auth LOGIN PASSWD value.\n\
             2026.11.23 08:26:02 (Mon)-------------End of Session------------------\n",
    marks: Marks::SIDES.and(Marks::DATA).and(Marks::END),
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Its arrows, and the lines that begin and end a session.
fn signature(line: &[u8]) -> bool {
    matches!(read(line).event, Event::Server(..) | Event::Client(..) | Event::Connecting(_) | Event::Closed)
}

/// First words of Blat's info lines.
const INFO_BEGINNINGS: &[&[u8]] = &[
    b"Blat v",
    b"Sending ",
    b"Subject: ",
    b"Login name is ",
    b"Try number ",
    b"superDebug: ",
    b"Error: ",
    b"*** Error ***",
    b"*** Warning ***",
    b"Recipients: ",
    b"Attached ",
    b"Connecting to ",
    b"Server ",
    b"The SMTP server",
    b"Email ",
    b"Win32 ",
];

fn read(line: &[u8]) -> Line<'_> {
    grammar::read(line, line_of_blat, |line| Event::Unmarked(line, Open::No))
}

/// ```abnf
/// line = [ stamp [ ": " ] ] ( "<<<getline<<< " reply / ">>>putline>>> " command / border / argument / info )
/// ```
fn line_of_blat(input: &[u8]) -> Parsed<'_, Line<'_>> {
    let (text, stamp) = opt(stamp).parse(input)?;
    let unmarked = || rest.map(|text| Event::Unmarked(text, Open::No));
    // By the first byte, as most lines are further lines of a reply.
    let event = match text.first() {
        None => value(Event::Blank, eof).parse(text),
        Some(b'0'..=b'9') => unmarked().parse(text),
        Some(b'<') => alt((server("<<<getline<<< "), server("< <getline< < "), unmarked())).parse(text),
        Some(b'>') => alt((client(">>>putline>>> "), unmarked())).parse(text),
        Some(b'-') => alt((border, argument)).parse(text),
        Some(_) => alt((border, note_from(INFO_BEGINNINGS), unmarked())).parse(text),
    };
    event.map(|(rest, event)| (rest, Line::stamped(stamp.unwrap_or_default(), event)))
}

/// ```abnf
/// stamp = "YYYY.MM.DD HH:MM:SS" [ " (" day-name ")" ]
/// ```
fn stamp(input: &[u8]) -> Parsed<'_, &[u8]> {
    terminated(form("9999.99.99 99:99:99"), (opt((tag(" ("), take(3usize), tag(")"))), opt(tag(": ")))).parse(input)
}

/// ```abnf
/// border = *"-" "Start of Session" 17"-" / *"-" "End of Session" 18"-"
/// ```
fn border(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let dashes = || take_while(|b: u8| b == b'-');
    let start = (dashes(), tag("Start of Session-----------------"), eof);
    let end = (dashes(), tag("End of Session------------------"), eof);
    alt((value(Event::Connecting(Endpoint::default()), start), value(Event::Closed, end))).parse(input)
}

/// With command logging on, the log begins with the command line: `-pw` and its value are two of its lines.
fn argument(input: &[u8]) -> Parsed<'_, Event<'_>> {
    verify(rest, |text: &[u8]| text.starts_with(b"-"))
        .map(|text| setting(text).unwrap_or(Event::Note(b"")))
        .parse(input)
}
