//! mailsend 1.x (`-v -log`).
//!
//! ```abnf
//! line  = [ stamp ": " ] ( "[S] " reply / "[C] " command / info / "Error: " text )
//!       / "Socket Error: [" number "]: " text           ; never stamped
//! stamp = "dd-Mon-yyyy hh:mm:ss.mmm"
//! ```
//! Source: 1.20b2. The headers of the message stand stamped but unmarked. Its own words about codes are wrong
//! ("Expected smtp code 250, got 0"), so only socket and TLS errors are taken from them.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What};

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("mailsend"),
    title: "mailsend, mailsend-go (-v)",
    sample: "23-Nov-2026 08:26:01.177: mailsend v1.20b2\n23-Nov-2026 08:26:01.177: [S] 220 mail.example.co.za ESMTP\n\
             23-Nov-2026 08:26:01.178: [C] EHLO PC\n23-Nov-2026 08:26:01.178: [S] 250 mail.example.co.za\n\
             Socket Error: [10054]: Connection reset by peer\n",
    marks_sides: true,
    marks_data: false,
    marks_end: false,
    hard_start: false,
    line_end: LineEnd::Line,
    utc: false,
    read: Read::Line(read),
};

fn read(line: &[u8]) -> Line<'_> {
    let (stamp, text) = stamped(line);
    let what = match text {
        [b'[', b'S', b']', b' ', said @ ..] => What::Server(said, Open::No),
        [b'[', b'C', b']', b' ', said @ ..] => What::Client(said, Open::No),
        b"" => What::Blank,
        _ if text.starts_with(b"Error: Expected smtp code") || text.starts_with(b"AUTH ") => What::Note(b""),
        _ if text.starts_with(b"Socket Error: ") || text.starts_with(b"Error: ") || text.starts_with(b"SSL ") => {
            What::Note(text)
        }
        _ => match text.strip_prefix(b"Connecting to SMTP server: ").or_else(|| text.strip_prefix(b"Connecting to ")) {
            Some(endpoint) => What::Connecting(Endpoint::parse(endpoint)),
            None if text.starts_with(b"mailsend v") => What::Note(text),
            None => What::Unmarked(text, Open::No),
        },
    };
    Line::stamped(stamp, what)
}

/// `dd-Mon-yyyy hh:mm:ss.mmm: `, or Go's `yyyy/mm/dd hh:mm:ss `
fn stamped(line: &[u8]) -> (&[u8], &[u8]) {
    if let Some((stamp, rest)) = line.split_at_checked(24)
        && stamp[2] == b'-'
        && stamp[6] == b'-'
        && stamp[14] == b':'
        && let Some(text) = rest.strip_prefix(b": ")
    {
        return (stamp, text);
    }
    if let Some((stamp, rest)) = line.split_at_checked(19)
        && stamp[4] == b'/'
        && stamp[13] == b':'
        && let Some(text) = rest.strip_prefix(b" ")
    {
        return (stamp, text);
    }
    (b"", line)
}
