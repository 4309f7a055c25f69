//! mailsend 1.x (`-v -log`), and its successor mailsend-go.
//!
//! ```abnf
//! line  = [ stamp ": " ] ( "[S] " reply / "[C] " command / info / "Error: " text )
//!       / "Socket Error: [" number "]: " text           ; never stamped
//! stamp = "dd-Mon-yyyy hh:mm:ss.mmm"
//! go    = [ "yyyy/mm/dd hh:mm:ss" SP ] ( "ERROR: " text / "Mail Sent Successfully" / info )
//! ```
//! Source: 1.20b2. The headers of the message stand stamped but unmarked. Its own words about codes are wrong
//! ("Expected smtp code 250, got 0"), so only socket and TLS errors are taken from them. mailsend-go 1.0.1 shows no
//! dialogue: its settings, then how the mail went; what it says of an error is all there is.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    combinator::{cond, eof, map_opt, opt, rest, value, verify},
    sequence::{preceded, terminated},
};

use super::{
    Dialect, Event, Extent, Line, LineEnd, Marks, Open, Outcome, Read,
    grammar::{self, Parsed, behind, client, exactly, form, note_from, server, tag},
    outcomes,
};
use crate::smtp;

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("mailsend"),
    title: "mailsend, mailsend-go (-v)",
    sample: "23-Nov-2026 08:26:01.177: mailsend v1.20b2\n23-Nov-2026 08:26:01.177: [S] 220 mail.example.co.za ESMTP\n\
             23-Nov-2026 08:26:01.178: [C] EHLO PC\n23-Nov-2026 08:26:01.178: [S] 250 mail.example.co.za\n\
             Socket Error: [10054]: Connection reset by peer\n",
    marks: Marks::SIDES,
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// The name of the program, dialogue behind its stamp, and what mailsend-go says of its own arguments. What it says of a
/// connection or an error, any program could say.
fn signature(line: &[u8]) -> bool {
    const OF_GO: [&[u8]; 5] = [
        b"- mailsend-go v",
        b"Detecting MIME Type....",
        b"Tag: string,",
        b">>>> mimeType value: ",
        b"in Numberic validator default: ",
    ];
    let (text, stamp) = stamped(line);
    match text {
        [b'[', b'S', b']', b' ', said @ ..] => stamp.len() == STAMP_BYTES && smtp::reply_line(said).is_ok(),
        [b'[', b'C', b']', b' ', said @ ..] => stamp.len() == STAMP_BYTES && smtp::command(said).is_ok(),
        _ if text.starts_with(b"mailsend v") => true,
        _ => stamp.len() == GO_STAMP_BYTES && OF_GO.iter().any(|words| text.starts_with(words)),
    }
}

/// Length of mailsend's stamp, in bytes.
const STAMP_BYTES: usize = 24;
/// Length of mailsend-go's stamp, in bytes.
const GO_STAMP_BYTES: usize = 19;

/// ```abnf
/// line = [ stamp ] ( "[S] " reply / "[C] " command / connecting / info / header )
/// ```
fn read(line: &[u8]) -> Line<'_> {
    let (text, stamp) = stamped(line);
    // None of its own begins so: each line of other logs is asked.
    if let [b'0'..=b'9' | b'{' | b'<' | b'"', ..] = text {
        return Line::stamped(stamp, Event::Unmarked(text, Open::No));
    }
    let announced = cond(stamp.len() == GO_STAMP_BYTES, of_go);
    let own = map_opt(announced, |event| event);
    let unmarked = rest.map(|text| Event::Unmarked(text, Open::No));
    let mut grammar = alt((
        own,
        value(Event::Blank, eof),
        server("[S] "),
        client("[C] "),
        |input| verdict(input, stamp),
        info,
        unmarked,
    ));
    let event = grammar.parse(text).map_or(Event::Unmarked(text, Open::No), |(_, event)| event);
    Line::stamped(stamp, event)
}

/// ```abnf
/// stamp = "dd-Mon-yyyy hh:mm:ss.mmm" ": " / "yyyy/mm/dd hh:mm:ss" SP       ; the second is Go's
/// ```
fn stamped(line: &[u8]) -> (&[u8], &[u8]) {
    let of_c = terminated(form("99-AAA-9999 99:99:99.999"), tag(": "));
    let of_go = terminated(form("9999/99/99 99:99:99"), tag(" "));
    let stamp: Parsed<'_, &[u8]> = alt((of_c, of_go)).parse(line);
    stamp.unwrap_or((line, b""))
}

/// ```abnf
/// verdict = "Mail Sent Successfully" / "ERROR: " text
/// ```
fn verdict<'a>(input: &'a [u8], stamp: &'a [u8]) -> Parsed<'a, Event<'a>> {
    let sent = Outcome { sent: Some(true), part: Extent::Words, ..Outcome::default() };
    let failed = verify(rest, |text: &[u8]| text.starts_with(b"ERROR: "))
        .map(move |text| Event::Outcome(outcomes::outcome(Some(false), text, !stamp.is_empty())));
    alt((exactly("Mail Sent Successfully", Event::Outcome(sent)), failed)).parse(input)
}

/// ```abnf
/// info = "Connecting to " [ "SMTP server: " ] endpoint / "Socket Error: [" number "]: " text / "SSL " text
///      / "Error: " text / "mailsend v" version
/// ```
/// Its own words about codes are wrong, so nothing is made of them.
fn info(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let of_codes = value(Event::Note(b""), (alt((tag("Error: Expected smtp code"), tag("AUTH "))), rest));
    let connecting = preceded((tag("Connecting to "), opt(tag("SMTP server: "))), rest);
    let words = note_from(&[b"Socket Error: ", b"Error: ", b"SSL ", b"mailsend v"]);
    alt((of_codes, connecting.map(|text| Event::Connecting(grammar::endpoint(text))), words)).parse(input)
}

/// Lines of mailsend-go about its settings and itself.
///
/// ```abnf
/// of-go = "- mailsend-go v" version " starts -" / "From: " address / "To: " addresses / "SMTP server: " host
///       / ( "SMTP Port: " / "num: " ) port / info
/// ```
fn of_go(input: &[u8]) -> Parsed<'_, Event<'_>> {
    const INFO: &[&[u8]] = &[
        b"Subject: ",
        b"Setting From with name: ",
        b"Using ESMTP Authentication",
        b"Not Using ESMTP Authentication",
        b"domain: '",
        b"Sending mail...",
        b" To: ",
        b"Attach body",
        b">>>> mimeType value: ",
        b"Tag: ",
        b"args length: ",
        b"Number of attachments: ",
        b"Flag: -",
        b"in Numberic validator default: ",
        b"WARNING: ",
        b"- mailsend-go v",
    ];
    let announced = Outcome { part: Extent::Words, ..Outcome::default() };
    // With these two a run of the program begins, and each run is for one mail.
    let begins = verify(rest, |text: &[u8]| {
        text.starts_with(b"- mailsend-go v") && text.ends_with(b" starts -") || text == b"Detecting MIME Type...."
    });
    let from = verify(behind("From: "), |from: &[u8]| from.contains(&b'@'));
    alt((
        begins.map(|_| Event::Outcome(announced)),
        from.map(|from| Event::Outcome(Outcome { from: from.trim_ascii(), ..announced })),
        behind("To: ").map(|to| Event::Outcome(Outcome { recipients: to.trim_ascii(), ..announced })),
        behind("SMTP server: ").map(|host| Event::Setting(b"host", host.trim_ascii())),
        alt((behind("SMTP Port: "), behind("num: "))).map(|port| Event::Setting(b"port", port.trim_ascii())),
        note_from(INFO).map(|_| Event::Note(b"")),
    ))
    .parse(input)
}
