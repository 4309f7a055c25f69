//! nodemailer's logger (Node.js).
//!
//! ```abnf
//! line = "[YYYY-MM-DD HH:MM:SS] " level SP [ "[" sid "] " ] ( "C: " command / "S: " reply / text )
//! ```
//! Message data has the prefix but no `C: `. The sid is the key. UTC. An error is told several times: by the logger, with
//! a line for each line of the reply, and by the program that catches it. With `debug: false` no dialogue is logged: whom
//! a message is for, that it was handed over, and what went wrong is all there is.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Extent, Line, LineEnd, Open, Outcome, Read, What, outcomes};
use crate::smtp;
use memchr::memmem;

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("nodemailer"),
    title: "nodemailer (Node.js)",
    sample: "[2026-11-23 06:26:01] DEBUG Sending mail using SMTP/9.0.5[client:9.0.5]\n\
             [2026-11-23 06:26:01] INFO  [WCyo9PGdPbk] Connection established to 196.25.1.1:587\n\
             [2026-11-23 06:26:01] DEBUG [WCyo9PGdPbk] S: 220 mail.example.co.za ESMTP\n\
             [2026-11-23 06:26:01] DEBUG [WCyo9PGdPbk] C: EHLO PC\n\
             [2026-11-23 06:26:01] DEBUG [WCyo9PGdPbk] S: 250 mail.example.co.za\n",
    marks_sides: true,
    marks_data: false,
    marks_end: true,
    tells_refusals: true,
    hard_start: false,
    line_end: LineEnd::Line,
    utc: true,
    signature,
    read: Read::Line(read),
};

/// Its session's name of eleven characters before the text, or its own name.
fn signature(line: &[u8]) -> bool {
    let Some((_, level, text)) = stamped(line) else { return false };
    let in_session = matches!(text, [b'[', sid @ .., ] if sid.get(11) == Some(&b']') && sid.get(12) == Some(&b' ')
        && sid[..11].iter().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b)));
    let said = &text[text.len().min(14)..];
    in_session && !matches!(by_session(level, said), What::Note(_) | What::Unmarked(..))
        || text.starts_with(b"Creating transport: nodemailer (")
        || text.starts_with(b"Sending mail using SMTP/")
}

fn read(line: &[u8]) -> Line<'_> {
    let Some((stamp, level, text)) = stamped(line) else {
        return Line::new(match line {
            b"" => What::Blank,
            // What the program prints of the same error; it may stand before what the logger buffered.
            _ if line.starts_with(b"Error: ")
                || line.starts_with(b"Failed to resolve")
                || line.starts_with(b"    at ")
                || smtp::reply_line(line).is_ok_and(|(_, reply)| reply.code.is_refusal()) =>
            {
                What::Note(b"")
            }
            _ => What::Unmarked(line, Open::No),
        });
    };
    let keyed = text.strip_prefix(b"[").and_then(|t| {
        let end = memmem::find(&t[..t.len().min(40)], b"] ")?;
        Some((&t[..end], &t[end + 2..]))
    });
    match keyed {
        Some((sid, said)) if !sid.starts_with(b"#") => Line { stamp, key: sid, what: by_session(level, said) },
        _ => Line::stamped(stamp, of_transport(stamp, text)),
    }
}

/// What it says of a mail, by no connection's name.
fn of_transport<'a>(stamp: &[u8], text: &'a [u8]) -> What<'a> {
    if let Some(rest) = text.strip_prefix(b"Sending message <")
        && let Some(at) = memmem::find(rest, b"> to <")
    {
        return What::Outcome(Outcome { part: Extent::Words, recipients: &rest[at + 6..], ..Outcome::default() });
    }
    let why = text.strip_prefix(b"Send Error: ").or_else(|| {
        let rest = text.strip_prefix(b"Send error for <")?;
        memmem::find(rest, b">: ").map(|at| &rest[at + 3..])
    });
    match why {
        Some(why) => {
            What::Outcome(Outcome { recipients: b"", error: text, ..outcomes::outcome(Some(false), why, stamp) })
        }
        None => What::Note(text),
    }
}

fn by_session<'a>(level: &[u8], said: &'a [u8]) -> What<'a> {
    match said {
        [b'C', b':', b' ', text @ ..] => return What::Client(text, Open::No),
        [b'S', b':', b' ', text @ ..] => return What::Server(text, Open::No),
        _ => {}
    }
    if let Some(endpoint) = said
        .strip_prefix(b"Connection established to ")
        .or_else(|| said.strip_prefix(b"Secure connection established to "))
    {
        let endpoint = Endpoint { implicit_tls: Some(said[0] == b'S'), ..Endpoint::parse(endpoint) };
        return What::Connected(Endpoint { host: b"", ..endpoint });
    }
    if let Some(name) = said.strip_prefix(b"Resolved ") {
        let host = name.split(|&b| b == b' ').next().unwrap_or(b"");
        return What::Connecting(Endpoint { host, ..Endpoint::default() });
    }
    match said {
        b"Connection upgraded with STARTTLS" => What::Secured,
        b"Connection closed" => What::Closed,
        b"SMTP handshake finished" => What::Note(b""),
        _ if said.starts_with(b"Closing connection") => What::Closed,
        _ if said.starts_with(b"User \"") => What::Note(b""),
        // The message has gone out; where only the dialogue is logged it does not stand in the log itself.
        _ if level == b"INFO" && is_count(said) => What::Client(b".", Open::No),
        // The message is logged at DEBUG.
        _ if level != b"DEBUG" => What::Note(said),
        _ => What::Unmarked(said, Open::No),
    }
}

/// `<460 bytes encoded mime message (source size 450 bytes)>`
fn is_count(said: &[u8]) -> bool {
    said.strip_prefix(b"<").is_some_and(|rest| {
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        digits > 0 && rest[digits..].starts_with(b" bytes encoded mime message")
    })
}

/// `[YYYY-MM-DD HH:MM:SS] LEVEL `
fn stamped(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let rest = line.strip_prefix(b"[")?;
    let (stamp, rest) = rest.split_at_checked(19)?;
    let rest = rest.strip_prefix(b"] ")?;
    let level = rest.iter().position(|&b| b == b' ')?;
    (stamp[4] == b'-' && level <= 5 && rest[..level].iter().all(u8::is_ascii_uppercase))
        .then(|| (stamp, &rest[..level], rest[level..].strip_prefix(b"  ").unwrap_or(&rest[level + 1..])))
}
