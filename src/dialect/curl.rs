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

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, Side, What, number};

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("curl"),
    title: "curl (-v, --trace-ascii)",
    sample: "*   Trying 196.25.1.1:587...\n* Connected to mail.example.co.za (196.25.1.1) port 587 (#0)\n\
             < 220 mail.example.co.za ESMTP\n> EHLO RECEPTION-PC\n< 250 mail.example.co.za\n\
             > QUIT\n< 221 Bye\n* Closing connection 0\ncurl: (67) Login denied\n",
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

/// What it says of a connection and its end, what it counts, and its name before an error. `> ` and `< ` alone mark the log
/// of many programs.
fn signature(line: &[u8]) -> bool {
    let line = after_meter(line).unwrap_or(line);
    let of_data = matches!(line, [b'{' | b'}', b' ', b'[', b'0'..=b'9', ..]) && line.ends_with(b" bytes data]");
    let of_exit = line.strip_prefix(b"curl: (").and_then(<[u8]>::first).is_some_and(u8::is_ascii_digit);
    of_data
        || of_exit
        || match traced(line) {
            Some(traced) => matches!(traced.what, What::Turn(_)) || line.starts_with(b"== Info: "),
            None => false,
        }
        || match line.strip_prefix(b"* ").map(info) {
            Some(What::Connecting(endpoint)) => endpoint.port.is_some(),
            Some(What::Connected(endpoint)) => endpoint.port.is_some(),
            _ => false,
        }
}

/// A line of a trace holds this many bytes of the dialogue.
const TRACE_WIDTH: usize = 64;
/// The progress takes this much of a line.
const METER_WIDTH: usize = 78;
/// The colons of its three times.
const METER_COLONS: [usize; 6] = [48, 51, 57, 60, 66, 69];

fn read(line: &[u8]) -> Line<'_> {
    let line = match after_meter(line) {
        Some(b"") => return Line::new(What::Note(b"")),
        Some(rest) => rest,
        None => line,
    };
    match line {
        [b'*', b' ', text @ ..] => return Line::new(info(text)),
        [b'<', b' ', text @ ..] => return Line::new(What::Server(text, Open::No)),
        [b'>', b' ', text @ ..] => return Line::new(What::Client(text, Open::No)),
        [b'{' | b'}', b' ', b'[', rest @ ..] if rest.ends_with(b" bytes data]") => {
            let bytes = number(&rest[..rest.len() - b" bytes data]".len()]);
            // What comes in is TLS; only what goes out can be the message.
            return Line::new(if line[0] == b'}' { What::Elided(bytes) } else { What::Note(b"") });
        }
        b"" => return Line::new(What::Blank),
        _ => {}
    }
    if line.starts_with(b"curl: (") || line.starts_with(b"curl failed") {
        return Line::new(What::Note(line));
    }
    if let Some(traced) = traced(line) {
        return traced;
    }
    Line::new(match line {
        _ if after_certificate_error(line) => What::Note(b""),
        // Commons Net marks the same way, but only the first line of a reply.
        [b'2'..=b'5', _, _, b'-' | b' ', ..] => What::Unmarked(line, Open::No),
        _ => What::Unknown(line),
    })
}

fn traced(line: &[u8]) -> Option<Line<'_>> {
    if let [a, b, c, d, b':', b' ', text @ ..] = line
        && [a, b, c, d].iter().all(|d| d.is_ascii_hexdigit())
    {
        let open = if text.len() == TRACE_WIDTH { Open::Yes } else { Open::No };
        return Some(Line::new(What::Unmarked(text, open)));
    }
    if let [_, _, _, _, b':'] = line {
        return Some(Line::new(What::Unmarked(b"", Open::No)));
    }
    let (stamp, rest) = match line.get(15) {
        Some(b' ') if line[2] == b':' && line[8] == b'.' => (&line[..15], &line[16..]),
        _ => (&line[..0], line),
    };
    let (arrow, text) = rest.split_at_checked(3)?;
    let what = match arrow {
        b"== " => info(text.strip_prefix(b"Info: ")?),
        b"<= " if text.starts_with(b"Recv header") || text.starts_with(b"Recv data") => What::Turn(Side::Server),
        b"=> " if text.starts_with(b"Send header") || text.starts_with(b"Send data") => What::Turn(Side::Client),
        b"<= " | b"=> " if text.starts_with(b"Recv ") || text.starts_with(b"Send ") => What::Turn(Side::Writer),
        _ => return None,
    };
    Some(Line::stamped(stamp, what))
}

/// What stands on the line after the progress; nothing where that is all.
fn after_meter(line: &[u8]) -> Option<&[u8]> {
    if line.starts_with(b"  % Total    % Received") || line.trim_ascii_start().starts_with(b"Dload  Upload ") {
        return Some(b"");
    }
    let last = memchr::memrchr(b'\r', line).map_or(line, |at| &line[at + 1..]);
    let meter = last.get(..METER_WIDTH)?;
    let shaped = meter[2].is_ascii_digit() && METER_COLONS.iter().all(|at| meter[*at] == b':');
    shaped.then_some(&last[METER_WIDTH..])
}

fn info(text: &[u8]) -> What<'_> {
    let trimmed = text.trim_ascii_start();
    if let Some(endpoint) = trimmed.strip_prefix(b"Trying ") {
        let endpoint = Endpoint::parse(endpoint.strip_suffix(b"...").unwrap_or(endpoint));
        // The address stands here, the name comes with the connection.
        return What::Connecting(Endpoint { host: b"", ..endpoint });
    }
    if let Some(rest) = trimmed.strip_prefix(b"Connected to ") {
        return What::Connected(connected(rest));
    }
    if trimmed.starts_with(b"SSL connection using ") {
        return What::Secured;
    }
    if trimmed.starts_with(b"Closing connection") || trimmed.starts_with(b"Connection #") {
        return What::Closed;
    }
    What::Note(text)
}

/// `name (address) port 587 (#0)`
fn connected(rest: &[u8]) -> Endpoint<'_> {
    let host = rest.split(|&b| b == b' ').next().unwrap_or(b"");
    let port = memchr::memmem::find(rest, b" port ").and_then(|at| {
        let digits = rest[at + 6..].split(|&b| b == b' ').next()?;
        u16::try_from(number(digits)?).ok()
    });
    Endpoint { host, port, ..Endpoint::default() }
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
