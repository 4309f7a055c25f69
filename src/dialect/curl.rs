//! curl, `-v` and `--trace-ascii`, which technicians use to test and paste into the log.
//!
//! ```abnf
//! verbose = ( "* " info / "> " command / "< " reply / ( "{" / "}" ) " [" n " bytes data]" )
//! trace   = [ time SP ] ( "== Info: " info / ( "<=" / "=>" ) SP ( "Recv" / "Send" ) SP kind ", " n " bytes (0x" hex ")" )
//!         / 4HEXDIG ": " text                 ; up to 64 bytes; a full line goes on in the next
//! meter   = CR 3DIGIT ... "--:--:-- --:--:-- --:--:--     0"   ; the progress, before whatever stands next on the line
//! exit    = "curl: (" number ") " text
//! ```
//! Source: runs of 7.88.1 and its tool_cb_dbg.c. The message is left out of `-v`, and stands in full in a trace.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    bytes::complete::{take_till, take_until},
    character::complete::space0,
    combinator::{eof, opt, rest, value},
    sequence::{delimited, preceded, terminated},
};

use super::{
    Dialect, Endpoint, Event, Line, LineEnd, Marks, Open, Read, Side,
    grammar::{self, Parsed, behind, client, form, note_from, server, tag},
    number,
};

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("curl"),
    title: "curl (-v, --trace-ascii)",
    sample: "*   Trying 196.25.1.1:587...\n* Connected to mail.example.co.za (196.25.1.1) port 587 (#0)\n\
             < 220 mail.example.co.za ESMTP\n> EHLO RECEPTION-PC\n< 250 mail.example.co.za\n\
             > QUIT\n< 221 Bye\n* Closing connection 0\ncurl: (67) Login denied\n",
    marks: Marks::SIDES.and(Marks::DATA).and(Marks::END),
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Its lines about a connection and its end, its counts of bytes, and its name before an error. `> ` and `< ` alone mark the log
/// of many programs.
fn signature(line: &[u8]) -> bool {
    let line = after_meter(line).unwrap_or(line);
    let of_data = matches!(line, [b'{' | b'}', b' ', b'[', b'0'..=b'9', ..]) && line.ends_with(b" bytes data]");
    let of_exit = line.strip_prefix(b"curl: (").and_then(<[u8]>::first).is_some_and(u8::is_ascii_digit);
    of_data
        || of_exit
        || event(line).is_ok()
        || match line.strip_prefix(b"* ").map(info) {
            Some(Event::Connecting(endpoint) | Event::Connected(endpoint)) => endpoint.port.is_some(),
            _ => false,
        }
}

/// Bytes of the dialogue on a full line of a trace.
const TRACE_WIDTH: usize = 64;
/// Bytes that the progress takes of a line.
const METER_WIDTH: usize = 78;
/// Where the colons of its three times stand.
const METER_COLONS: [usize; 6] = [48, 51, 57, 60, 66, 69];

fn read(line: &[u8]) -> Line<'_> {
    // By slices: most lines are of the dialogue, and too short for the progress.
    match line {
        [b'<', b' ', said @ ..] if line.len() < METER_WIDTH => return Line::new(Event::Server(said, Open::No)),
        [b'>', b' ', said @ ..] if line.len() < METER_WIDTH => return Line::new(Event::Client(said, Open::No)),
        _ => {}
    }
    let line = match after_meter(line) {
        Some(b"") => return Line::new(Event::Note(b"")),
        Some(rest) => rest,
        None => line,
    };
    // Each line of other logs is asked, and hardly any begins as one of these.
    let may_be = match line {
        b"" | [b'*' | b'<' | b'>' | b'{' | b'}' | b'c' | b'=', ..] | [_, _, b':', ..] => true,
        _ => line.get(4) == Some(&b':'),
    };
    if !may_be {
        return Line::new(other(line));
    }
    grammar::read(line, alt((dump, verbose.map(Line::new), exit.map(Line::new), event)), other)
}

/// What is no line of its own form.
fn other(line: &[u8]) -> Event<'_> {
    match line {
        _ if after_certificate_error(line) => Event::Note(b""),
        // Commons Net marks the same way, but only the first line of a reply.
        [b'2'..=b'5', _, _, b'-' | b' ', ..] => Event::Unmarked(line, Open::No),
        _ => Event::Unknown(line),
    }
}

/// ```abnf
/// verbose = "* " info / "< " reply / "> " command / ( "{" / "}" ) " [" [ n ] " bytes data]"
/// ```
fn verbose(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let bytes = || delimited(tag(" ["), take_until(" bytes data]"), (tag(" bytes data]"), eof));
    // What comes in is TLS; only what goes out can be the message.
    let incoming = value(Event::Note(b""), (tag("{"), bytes()));
    let outgoing = preceded(tag("}"), bytes()).map(|count| Event::Elided(number(count)));
    alt((preceded(tag("* "), rest).map(info), server("< "), client("> "), incoming, outgoing)).parse(input)
}

/// ```abnf
/// exit = "curl: (" number ") " text
/// ```
fn exit(input: &[u8]) -> Parsed<'_, Event<'_>> {
    note_from(&[b"curl: (", b"curl failed"]).parse(input)
}

/// ```abnf
/// dump   = 4HEXDIG ":" [ SP text ]
/// event  = [ stamp SP ] ( "== Info: " info / ( "<=" / "=>" ) SP ( "Recv" / "Send" ) SP kind ", " n " bytes (0x" hex ")" )
/// stamp  = "HH:MM:SS.ffffff"
/// ```
fn dump(input: &[u8]) -> Parsed<'_, Line<'_>> {
    let text = match input {
        [a, b, c, d, b':', text @ ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) => text,
        _ => return Err(nom::Err::Error(())),
    };
    let (_, text) = alt((preceded(tag(" "), rest), eof)).parse(text)?;
    let open = if text.len() == TRACE_WIDTH { Open::Yes } else { Open::No };
    Ok((b"", Line::new(Event::Unmarked(text, open))))
}

fn event(input: &[u8]) -> Parsed<'_, Line<'_>> {
    let (input, stamp) = opt(terminated(form("99:99:99.999999"), tag(" "))).parse(input)?;
    let received = (tag("<= "), alt((tag("Recv header"), tag("Recv data"))), rest);
    let sent = (tag("=> "), alt((tag("Send header"), tag("Send data"))), rest);
    let other = (alt((tag("<= "), tag("=> "))), alt((tag("Recv "), tag("Send "))), rest);
    alt((
        behind("== Info: ").map(info),
        value(Event::Turn(Side::Server), received),
        value(Event::Turn(Side::Client), sent),
        value(Event::Turn(Side::Writer), other),
    ))
    .map(|event| Line::stamped(stamp.unwrap_or_default(), event))
    .parse(input)
}

/// The rest of a line behind the progress, empty where there is none; `None` for a line without progress.
fn after_meter(line: &[u8]) -> Option<&[u8]> {
    if line.starts_with(b"  % Total    % Received") || line.trim_ascii_start().starts_with(b"Dload  Upload ") {
        return Some(b"");
    }
    // Most lines are shorter.
    line.get(..METER_WIDTH)?;
    let last = memchr::memrchr(b'\r', line).map_or(line, |at| &line[at + 1..]);
    let meter = last.get(..METER_WIDTH)?;
    let shaped = meter[2].is_ascii_digit() && METER_COLONS.iter().all(|at| meter[*at] == b':');
    shaped.then_some(&last[METER_WIDTH..])
}

/// ```abnf
/// info = *SP ( "Trying " endpoint "..." / "Connected to " host " (" address ") port " port / text )
/// ```
fn info(text: &[u8]) -> Event<'_> {
    let trying = behind("Trying ").map(|text| {
        // The address stands here, the name comes with the connection.
        let endpoint = grammar::endpoint(text);
        Event::Connecting(Endpoint { host: b"", ..endpoint })
    });
    let closed = (alt((tag("Closing connection"), tag("Connection #"))), rest);
    let known = alt((
        trying,
        preceded(tag("Connected to "), connected).map(Event::Connected),
        behind("SSL connection using ").map(|_| Event::Secured),
        value(Event::Closed, closed),
    ));
    let event: Parsed<'_, Event<'_>> = preceded(space0, known).parse(text);
    event.map_or(Event::Note(text), |(_, event)| event)
}

/// `name (address) port 587 (#0)`
fn connected(input: &[u8]) -> Parsed<'_, Endpoint<'_>> {
    let (input, host) = take_till(|b: u8| b == b' ').parse(input)?;
    let (_, port) = opt(preceded((take_until(" port "), tag(" port ")), grammar::port)).parse(input)?;
    Ok((b"", Endpoint { host, port: port.flatten(), ..Endpoint::default() }))
}

/// The lines of advice that follow `curl: (60)`.
fn after_certificate_error(line: &[u8]) -> bool {
    const ADVICE: [&[u8]; 3] = [
        b"More details here: https://curl.se/",
        b"establish a secure connection to it.",
        b"how to fix it, please visit",
    ];
    ADVICE.iter().any(|a| line.starts_with(a))
}
