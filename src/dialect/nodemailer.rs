//! nodemailer's logger (Node.js).
//!
//! ```abnf
//! line = "[YYYY-MM-DD HH:MM:SS] " level SP [ "[" sid "] " ] ( "C: " command / "S: " reply / text )
//! ```
//! Message data has the prefix but no `C: `. The sid is the key. UTC. An error is told several times: by the logger, with
//! a line for each line of the reply, and by the program that catches it. With `debug: false` no dialogue is logged: whom
//! a message is for, that it was handed over, and what went wrong is all there is.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    bytes::complete::{take_till, take_until, take_while_m_n},
    combinator::{eof, opt, rest, value, verify},
    sequence::{delimited, preceded, terminated},
};

use super::{
    Dialect, Endpoint, Event, Extent, Line, LineEnd, Marks, Open, Outcome, Read,
    grammar::{self, Parsed, behind, client, decimal, exactly, form, note_from, server, tag},
    outcomes,
};
use crate::smtp;

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("nodemailer"),
    title: "nodemailer (Node.js)",
    sample: "[2026-11-23 06:26:01] DEBUG Sending mail using SMTP/9.0.5[client:9.0.5]\n\
             [2026-11-23 06:26:01] INFO  [WCyo9PGdPbk] Connection established to 196.25.1.1:587\n\
             [2026-11-23 06:26:01] DEBUG [WCyo9PGdPbk] S: 220 mail.example.co.za ESMTP\n\
             [2026-11-23 06:26:01] DEBUG [WCyo9PGdPbk] C: EHLO PC\n\
             [2026-11-23 06:26:01] DEBUG [WCyo9PGdPbk] S: 250 mail.example.co.za\n",
    marks: Marks::SIDES.and(Marks::END).and(Marks::REFUSALS),
    line_end: LineEnd::Line,
    utc: true,
    signature,
    read: Read::Line(read),
};

/// Its session's name of eleven characters before the text, or its own name.
fn signature(line: &[u8]) -> bool {
    let Ok((text, (_, level))) = prefix(line) else { return false };
    let made = |sid: &[u8]| sid.len() == 11 && sid.iter().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b));
    let in_session = session(text)
        .is_ok_and(|(said, sid)| made(sid) && !matches!(by_session(level, said), Event::Note(_) | Event::Unmarked(..)));
    in_session || text.starts_with(b"Creating transport: nodemailer (") || text.starts_with(b"Sending mail using SMTP/")
}

fn read(line: &[u8]) -> Line<'_> {
    let Ok((text, (stamp, level))) = prefix(line) else { return Line::new(outside(line)) };
    match session(text) {
        Ok((said, sid)) => Line { stamp, key: sid, ..Line::new(by_session(level, said)) },
        Err(_) => Line::stamped(stamp, of_transport(stamp, text)),
    }
}

/// A line that the program prints of the same error; it may stand before lines that the logger had buffered.
fn outside(line: &[u8]) -> Event<'_> {
    let printed = note_from(&[b"Error: ", b"Failed to resolve", b"    at "]);
    let refusal = verify(rest, |line| smtp::reply_line(line).is_ok_and(|(_, reply)| reply.code.is_refusal()));
    let mut grammar =
        alt((value(Event::Blank, eof), printed.map(|_| Event::Note(b"")), refusal.map(|_| Event::Note(b""))));
    grammar.parse(line).map_or(Event::Unmarked(line, Open::No), |(_, event)| event)
}

/// ```abnf
/// prefix = "[YYYY-MM-DD HH:MM:SS] " level 1*2SP
/// ```
fn prefix(input: &[u8]) -> Parsed<'_, (&[u8], &[u8])> {
    let stamp = delimited(tag("["), form("9999-99-99 99:99:99"), tag("] "));
    let level = terminated(take_while_m_n(1, 5, |b: u8| b.is_ascii_uppercase()), (tag(" "), opt(tag(" "))));
    (stamp, level).parse(input)
}

/// ```abnf
/// session = "[" sid "] "      ; "[#" is a message's number
/// ```
fn session(input: &[u8]) -> Parsed<'_, &[u8]> {
    let sid = verify(take_until("] "), |sid: &[u8]| sid.len() <= 38 && !sid.starts_with(b"#"));
    delimited(tag("["), sid, tag("] ")).parse(input)
}

/// A line about a mail that does not name the connection.
///
/// ```abnf
/// of-transport = "Sending message <" id "> to <" addresses ">" / "Send Error: " error / "Send error for <" id ">: " error / text
/// ```
fn of_transport<'a>(stamp: &[u8], text: &'a [u8]) -> Event<'a> {
    let for_whom = preceded((tag("Sending message <"), take_until("> to <"), tag("> to <")), rest);
    let sending =
        for_whom.map(|recipients| Event::Outcome(Outcome { part: Extent::Words, recipients, ..Outcome::default() }));
    let of_id = preceded((tag("Send error for <"), take_until(">: "), tag(">: ")), rest);
    let failed = alt((behind("Send Error: "), of_id)).map(|why| {
        Event::Outcome(Outcome {
            recipients: b"",
            error: text,
            ..outcomes::outcome(Some(false), why, !stamp.is_empty())
        })
    });
    let event: Parsed<'a, Event<'a>> = alt((sending, failed)).parse(text);
    event.map_or(Event::Note(text), |(_, event)| event)
}

/// ```abnf
/// by-session = "C: " command / "S: " reply / [ "Secure c" / "C" ] "onnection established to " endpoint
///            / "Resolved " host " as " address / "<" n " bytes encoded mime message" text / text
/// ```
fn by_session<'a>(level: &[u8], said: &'a [u8]) -> Event<'a> {
    let at = |implicit| {
        move |to| Event::Connected(Endpoint { implicit_tls: Some(implicit), host: b"", ..grammar::endpoint(to) })
    };
    let resolved = preceded(tag("Resolved "), take_till(|b: u8| b == b' '));
    let of_connection = alt((
        behind("Connection established to ").map(at(false)),
        behind("Secure connection established to ").map(at(true)),
        resolved.map(|host| Event::Connecting(Endpoint { host, ..Endpoint::default() })),
        exactly("Connection upgraded with STARTTLS", Event::Secured),
        exactly("Connection closed", Event::Closed),
        exactly("SMTP handshake finished", Event::Note(b"")),
        behind("Closing connection").map(|_| Event::Closed),
        behind("User \"").map(|_| Event::Note(b"")),
    ));
    let mut grammar = alt((client("C: "), server("S: "), of_connection));
    if let Ok((_, event)) = grammar.parse(said) {
        return event;
    }
    match level {
        // The message has gone out; where only the dialogue is logged it does not stand in the log itself.
        b"INFO" if grammar::takes((tag("<"), decimal, tag(" bytes encoded mime message")), said) => {
            Event::Client(b".", Open::No)
        }
        // The message is logged at DEBUG.
        b"DEBUG" => Event::Unmarked(said, Open::No),
        _ => Event::Note(said),
    }
}
