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

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What};
use crate::smtp;

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("indy"),
    title: "Delphi Indy (TIdLogFile)",
    sample: "Stat Connected.\n\
             Recv 2026/11/23 08:26:01: 220 mail.example.co.za ESMTP<EOL>\n\
             Sent 2026/11/23 08:26:01: EHLO RECEPTION-PC<EOL>\n\
             Recv 2026/11/23 08:26:02: 250-mail.example.co.za<EOL>250 AUTH LOGIN<EOL>\n\
             Sent 2026/11/23 08:26:02: QUIT<EOL>\n\
             Stat Disconnected.\n",
    marks_sides: true,
    marks_data: true,
    marks_end: true,
    tells_refusals: false,
    hard_start: true,
    line_end: LineEnd::Ends("<EOL>"),
    utc: false,
    signature,
    read: Read::Line(read),
};

/// `Stat Connected.` and `Stat Disconnected.`, and dialogue behind a keyword and a stamp, in that order.
fn signature(line: &[u8]) -> bool {
    match read(line).what {
        What::Connected(_) | What::Closed => true,
        What::Server(text, _) => smtp::reply_line(text).is_ok(),
        What::Client(text, _) => text.ends_with(b"<EOL>") || smtp::command(text).is_ok(),
        _ => false,
    }
}

fn read(line: &[u8]) -> Line<'_> {
    match line {
        [b'R', b'e', b'c', b'v', b' ', rest @ ..] => record(line, rest, What::Server),
        [b'S', b'e', b'n', b't', b' ', rest @ ..] => record(line, rest, What::Client),
        b"Stat Connected." => Line::new(What::Connected(Endpoint::default())),
        b"Stat Disconnected." => Line::new(What::Closed),
        b"" => Line::new(What::Blank),
        _ if line.starts_with(b"Stat ") => Line::new(What::Note(&line[5..])),
        _ => Line::new(What::Unmarked(line, Open::No)),
    }
}

fn record<'a>(line: &'a [u8], rest: &'a [u8], side: fn(&'a [u8], Open) -> What<'a>) -> Line<'a> {
    // No stamp holds ": ", so the first one ends it; nothing longer than a stamp may stand before.
    let head = &rest[..rest.len().min(48)];
    let Some(colon) = head.windows(2).position(|w| w == b": ") else {
        // A record whose data is empty loses the space after the colon to editors that trim lines.
        return match rest.strip_suffix(b":") {
            Some(stamp) if stamp.len() < 48 => Line::stamped(stamp.trim_ascii(), side(b"", Open::Yes)),
            _ => Line::new(What::Unmarked(line, Open::No)),
        };
    };
    let data = &rest[colon + 2..];
    let open = if data.ends_with(b"<EOL>") { Open::No } else { Open::Yes };
    Line::stamped(rest[..colon].trim_ascii(), side(data, open))
}
