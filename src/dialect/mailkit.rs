//! MailKit, ProtocolLogger (.NET).
//!
//! ```abnf
//! line    = [ stamp SP ] ( "C: " / "S: " ) payload
//!         / [ stamp SP ] "Connected to " ( "smtp" / "smtps" ) "://" host ":" port "/" [ "?starttls=" word ]
//! stamp   = "yyyy-MM-ddTHH:mm:ssZ"      ; the default; always UTC, also when a custom format drops the Z
//! ```
//! Source: ProtocolLogger.cs and SmtpClient.cs of MailKit 4.17. No line marks the end of a connection, and a connection
//! that cannot be opened leaves no line at all.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What, number};
use crate::smtp;

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("mailkit"),
    title: "MailKit ProtocolLogger (.NET)",
    sample: "2026-11-23T06:26:01Z Connected to smtp://mail.example.co.za:587/?starttls=when-available\n\
             2026-11-23T06:26:01Z S: 220 mail.example.co.za ESMTP\n\
             2026-11-23T06:26:01Z C: EHLO RECEPTION-PC\n\
             2026-11-23T06:26:02Z S: 250 mail.example.co.za\n\
             2026-11-23T06:26:02Z C: QUIT\n",
    marks_sides: true,
    marks_data: true,
    marks_end: false,
    tells_refusals: false,
    hard_start: true,
    line_end: LineEnd::Line,
    utc: true,
    signature,
    read: Read::Line(read),
};

/// The line that names the server as a URI, or dialogue behind a stamp of UTC: `C: ` and `S: ` alone mark the log of many
/// programs.
fn signature(line: &[u8]) -> bool {
    let read = read(line);
    match read.what {
        What::Connected(_) => true,
        What::Server(text, _) => read.stamp.ends_with(b"Z") && smtp::reply_line(text).is_ok(),
        What::Client(text, _) => read.stamp.ends_with(b"Z") && smtp::command(text).is_ok(),
        _ => false,
    }
}

fn read(line: &[u8]) -> Line<'_> {
    // libESMTP marks the same way, but only the first line of a reply.
    if matches!(line, [b'2'..=b'5', _, _, b'-' | b' ', ..]) && smtp::reply_line(line).is_ok() {
        return Line::new(What::Unmarked(line, Open::No));
    }
    let at = body(line);
    let (stamp, rest) = (line[..at].trim_ascii_end(), &line[at..]);
    match rest {
        [b'C', b':', b' ', text @ ..] => Line::stamped(stamp, What::Client(text, Open::No)),
        [b'S', b':', b' ', text @ ..] => Line::stamped(stamp, What::Server(text, Open::No)),
        b"C:" | b"S:" => Line::stamped(stamp, What::Client(b"", Open::No)),
        b"" => Line::stamped(stamp, What::Blank),
        _ => match rest.strip_prefix(b"Connected to ").and_then(uri) {
            Some(endpoint) => Line::stamped(stamp, What::Connected(endpoint)),
            None => Line::new(What::Unknown(line)),
        },
    }
}

/// Where the stamp ends: the first letter that no stamp has, at its own word, within the length of a stamp.
fn body(line: &[u8]) -> usize {
    if !line.first().is_some_and(|b| b.is_ascii_digit() || *b == b'[') {
        return 0;
    }
    // The default format, on nearly every line that has one.
    if let Some([b'T', _, _, b':', _, _, b':', _, _, b'Z', b' ']) = line.get(10..21) {
        return 21;
    }
    let stamp = |b: u8| b.is_ascii_digit() || b":-+/., []TZAPM".contains(&b);
    match line.iter().take(48).position(|&b| !stamp(b)) {
        Some(at) if line[at - 1] == b' ' => at,
        _ => 0,
    }
}

/// `smtp://host:port/?starttls=always`
fn uri(text: &[u8]) -> Option<Endpoint<'_>> {
    let (implicit, rest) = match text.strip_prefix(b"smtps://") {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix(b"smtp://")?),
    };
    let slash = rest.iter().position(|&b| b == b'/').unwrap_or(rest.len());
    let colon = rest[..slash].iter().rposition(|&b| b == b':')?;
    Some(Endpoint {
        host: &rest[..colon],
        port: number(&rest[colon + 1..slash]).and_then(|p| u16::try_from(p).ok()),
        implicit_tls: Some(implicit),
        starttls_wanted: rest[slash..].ends_with(b"starttls=always"),
    })
}
