//! Blat, `-debug -log`. No real sample was at hand: the layout is that of its source (3.2.23) and one public capture.
//!
//! ```abnf
//! session = [ stamp ] "------------Start of Session-----------------" *line [ stamp ] "-------------End of Session------------------"
//! line    = [ stamp ": " ] ( "<<<getline<<< " reply / ">>>putline>>> " command / info )
//! stamp   = "YYYY.MM.DD HH:MM:SS" [ " (Ddd)" ]
//! ```
//! Older versions print `< <getline< < ` for replies nobody checked, and a blank line after each. The further lines of
//! a reply have no mark.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What, line::setting};

/// The dialect.
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

/// Its arrows, and the lines that begin and end a session.
fn signature(line: &[u8]) -> bool {
    matches!(read(line).what, What::Server(..) | What::Client(..) | What::Connecting(_) | What::Closed)
}

/// Info lines of Blat by their first words.
const CHATTER: [&[u8]; 16] = [
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
    let (stamp, text) = stamped(line);
    let what = match text {
        b"" => What::Blank,
        _ if text.starts_with(b"<<<getline<<< ") => What::Server(&text[14..], Open::No),
        _ if text.starts_with(b"< <getline< < ") => What::Server(&text[14..], Open::No),
        _ if text.starts_with(b">>>putline>>> ") => What::Client(&text[14..], Open::No),
        _ if text.ends_with(b"Start of Session-----------------") => What::Connecting(Endpoint::default()),
        _ if text.ends_with(b"End of Session------------------") => What::Closed,
        // With command logging on, the log begins with the command line: `-pw` and its value are two of its lines.
        _ if text.starts_with(b"-") => setting(text).unwrap_or(What::Note(b"")),
        _ if CHATTER.iter().any(|c| text.starts_with(c)) => What::Note(text),
        _ => What::Unmarked(text, Open::No),
    };
    Line::stamped(stamp, what)
}

/// `YYYY.MM.DD HH:MM:SS`, then `: `, a day name in brackets, or nothing.
fn stamped(line: &[u8]) -> (&[u8], &[u8]) {
    let shape = |text: &[u8]| {
        text.iter().enumerate().all(|(i, b)| match i {
            4 | 7 => *b == b'.',
            10 => *b == b' ',
            13 | 16 => *b == b':',
            _ => b.is_ascii_digit(),
        })
    };
    match line.split_at_checked(19) {
        Some((stamp, rest)) if shape(stamp) => {
            let rest = match rest {
                [b' ', b'(', _, _, _, b')', rest @ ..] => rest,
                _ => rest,
            };
            (stamp, rest.strip_prefix(b": ").unwrap_or(rest))
        }
        _ => (b"", line),
    }
}
