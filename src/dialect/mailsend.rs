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

use super::{Dialect, Endpoint, Extent, Line, LineEnd, Open, Outcome, Read, What, outcomes};
use crate::smtp;

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
    tells_refusals: false,
    hard_start: false,
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
    let (stamp, text) = stamped(line);
    match text {
        [b'[', b'S', b']', b' ', said @ ..] => stamp.len() == STAMP && smtp::reply_line(said).is_ok(),
        [b'[', b'C', b']', b' ', said @ ..] => stamp.len() == STAMP && smtp::command(said).is_ok(),
        _ if text.starts_with(b"mailsend v") => true,
        _ => stamp.len() == GO_STAMP && OF_GO.iter().any(|words| text.starts_with(words)),
    }
}

fn read(line: &[u8]) -> Line<'_> {
    let (stamp, text) = stamped(line);
    if stamp.len() == GO_STAMP
        && let Some(what) = of_go(text)
    {
        return Line::stamped(stamp, what);
    }
    let what = match text {
        [b'[', b'S', b']', b' ', said @ ..] => What::Server(said, Open::No),
        [b'[', b'C', b']', b' ', said @ ..] => What::Client(said, Open::No),
        b"" => What::Blank,
        b"Mail Sent Successfully" => {
            What::Outcome(Outcome { sent: Some(true), part: Extent::Words, ..Outcome::default() })
        }
        _ if text.starts_with(b"ERROR: ") => What::Outcome(outcomes::outcome(Some(false), text, stamp)),
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

/// Length of mailsend's stamp.
const STAMP: usize = 24;
/// Length of mailsend-go's stamp, by which its lines are known.
const GO_STAMP: usize = 19;

/// What mailsend-go tells of its settings and of itself.
fn of_go(text: &[u8]) -> Option<What<'_>> {
    const INFO: [&[u8]; 15] = [
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
    ];
    let announced = Outcome { part: Extent::Words, ..Outcome::default() };
    let after = |name: &[u8]| text.strip_prefix(name).map(<[u8]>::trim_ascii);
    // With these two a run of the program begins, and each run is for one mail.
    if after(b"- mailsend-go v").is_some_and(|rest| rest.ends_with(b" starts -")) || text == b"Detecting MIME Type...."
    {
        return Some(What::Outcome(announced));
    }
    if let Some(from) = after(b"From: ").filter(|_| text.contains(&b'@')) {
        return Some(What::Outcome(Outcome { from, ..announced }));
    }
    if let Some(recipients) = after(b"To: ") {
        return Some(What::Outcome(Outcome { recipients, ..announced }));
    }
    if let Some(host) = after(b"SMTP server: ") {
        return Some(What::Setting(b"host", host));
    }
    if let Some(port) = after(b"SMTP Port: ").or_else(|| after(b"num: ")) {
        return Some(What::Setting(b"port", port));
    }
    let known = INFO.iter().any(|info| text.starts_with(info)) || after(b"- mailsend-go v").is_some();
    known.then_some(What::Note(b""))
}

/// `dd-Mon-yyyy hh:mm:ss.mmm: `, or Go's `yyyy/mm/dd hh:mm:ss `
fn stamped(line: &[u8]) -> (&[u8], &[u8]) {
    if let Some((stamp, rest)) = line.split_at_checked(STAMP)
        && stamp[2] == b'-'
        && stamp[6] == b'-'
        && stamp[14] == b':'
        && let Some(text) = rest.strip_prefix(b": ")
    {
        return (stamp, text);
    }
    if let Some((stamp, rest)) = line.split_at_checked(GO_STAMP)
        && stamp[4] == b'/'
        && stamp[13] == b':'
        && let Some(text) = rest.strip_prefix(b" ")
    {
        return (stamp, text);
    }
    (b"", line)
}
