//! Synapse (Ararat), SynaDbg.
//!
//! ```abnf
//! line = "yyyymmdd-hhnnss.zzz" SP 16HEXDIG ( "<- " text / "-> " text / "HR_" reason ": " value )
//! ```
//! A record holds one read or write with its own line ends, so further lines have no mark and a blank line follows. The
//! digits after the stamp name the socket.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What};

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("synapse"),
    title: "Synapse (SynaDbg)",
    sample: "20261123-082601.789 00007F6CEC6A1470HR_Connect: mail.example.co.za:587\n\
             20261123-082601.790 00007F6CEC6A1470<- 220 mail.example.co.za ESMTP\n\n\
             20261123-082601.790 00007F6CEC6A1470-> EHLO PC\n\n\
             20261123-082601.790 00007F6CEC6A1470<- 250-mail.example.co.za\n250 AUTH LOGIN\n\n",
    marks_sides: true,
    marks_data: true,
    marks_end: false,
    tells_refusals: false,
    hard_start: false,
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Its stamp and the socket's address.
fn signature(line: &[u8]) -> bool {
    prefix(line)
        .is_some_and(|(_, _, text)| text.starts_with(b"<- ") || text.starts_with(b"-> ") || text.starts_with(b"HR_"))
}

fn read(line: &[u8]) -> Line<'_> {
    let Some((stamp, key, text)) = prefix(line) else {
        return Line::new(if line.is_empty() { What::Blank } else { What::Unmarked(line, Open::No) });
    };
    let what = match text {
        [b'<', b'-', b' ', said @ ..] => What::Server(said, Open::No),
        [b'-', b'>', b' ', said @ ..] => What::Client(said, Open::No),
        _ => reason(text),
    };
    Line { stamp, key, what }
}

fn reason(text: &[u8]) -> What<'_> {
    let after = |name: &[u8]| text.strip_prefix(name).map(<[u8]>::trim_ascii);
    if let Some(endpoint) = after(b"HR_ResolvingBegin: ") {
        return What::Connecting(Endpoint::parse(endpoint));
    }
    if after(b"HR_Connect: ").is_some() {
        return What::Connected(Endpoint::default());
    }
    if let Some(error) = after(b"HR_Error: ") {
        return What::Note(error);
    }
    // HR_SocketClose also stands before each connection, so it marks no end.
    What::Note(b"")
}

fn prefix(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (stamp, rest) = line.split_at_checked(19)?;
    let (key, text) = rest.strip_prefix(b" ")?.split_at_checked(16)?;
    let shape = stamp[8] == b'-' && stamp[15] == b'.' && key.iter().all(u8::is_ascii_hexdigit);
    shape.then_some((stamp, key, text))
}
