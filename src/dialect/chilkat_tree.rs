//! Chilkat, `LastErrorText`: a tree of what a call did, plain or verbose.
//!
//! ```abnf
//! doc   = "ChilkatLog:" block "--ChilkatLog"
//! block = indent name [ "(" ms "ms)" ] ":" *( entry / block ) indent "--" name    ; two spaces a level
//! entry = indent ( key ":" SP value / free text )
//! ```
//! Commands are `SmtpCmdSent:`, replies `SmtpCmdResp:`, one line each. No stamps.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Event, Line, LineEnd, Marks, Open, Read, chilkat_session};

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("chilkat-tree"),
    title: "Chilkat (LastErrorText, plain or verbose)",
    sample: "ChilkatLog:\n  SendEmail(1203ms):\n    DllDate: Jun 24 2022\n    smtpHost: mail.example.co.za\n\
             \x20   smtpSocketConnect:\n    --smtpSocketConnect\n    SmtpCmdResp: 220 mail.example.co.za ESMTP\n\
             \x20   SmtpCmdSent: EHLO RECEPTION-PC<CRLF>\n    SmtpCmdResp: 535 5.7.8 Authentication failed\n\
             \x20   Failed.\n  --SendEmail\n--ChilkatLog\n",
    marks: Marks::SIDES.and(Marks::DATA),
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// The borders of the tree, and its names for a command, a reply and the version.
fn signature(line: &[u8]) -> bool {
    const ENTRY_NAMES: [&[u8]; 4] = [b"SmtpCmdResp: ", b"SmtpCmdSent: ", b"DllDate: ", b"ChilkatVersion: "];
    let text = line.trim_ascii();
    text == b"ChilkatLog:" || text == b"--ChilkatLog" || ENTRY_NAMES.iter().any(|name| text.starts_with(name))
}

/// ```abnf
/// line = border / 2*SP ( end / entry / secured / free-text )
/// end  = "--" name
/// ```
/// By slices: combinators took four instructions for each three of these, and these logs are all tree.
fn read(line: &[u8]) -> Line<'_> {
    let text = line.trim_ascii();
    let event = if line.starts_with(b"  ") && !is_foreign(text) {
        if text.starts_with(b"--") { Event::Note(b"") } else { entry(text).unwrap_or_else(|| spoken_of(text)) }
    } else {
        match text {
            b"" => Event::Blank,
            b"ChilkatLog:" | b"--ChilkatLog" => Event::Note(b""),
            _ => Event::Unknown(line),
        }
    };
    // One call ends with its tree; the connection often lives on for the next.
    Line::new(event)
}

/// Anything may be indented: source, lists, tables. Entries begin with a word, and end without a sign of a program.
fn is_foreign(text: &[u8]) -> bool {
    !matches!(text, [b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'"' | b'\'' | b'(' | 0x80.., ..])
        || matches!(text, [.., b'{' | b'}' | b';' | b','])
}

/// A text without a key.
fn spoken_of(text: &[u8]) -> Event<'_> {
    match text {
        b"TLS connection established." | b"Secure Channel Established." | b"SSL/TLS Channel Established." => {
            Event::Secured
        }
        _ => Event::Note(text),
    }
}

/// ```abnf
/// entry = key ":" SP value / free-text / name [ "(" ms "ms)" ] ":"
/// key   = 1*( any but SP and ":" )
/// ```
/// A key has no blank in it, and a text with one is told of by all that it says.
fn entry(input: &[u8]) -> Option<Event<'_>> {
    let colon = input.iter().position(|b| *b == b':' || b.is_ascii_whitespace()).filter(|end| input[*end] == b':')?;
    let (key, value) = (&input[..colon], input[colon + 1..].trim_ascii());
    Some(match key {
        b"SmtpCmdResp" => Event::Server(value, Open::No),
        b"SmtpCmdSent" => chilkat_session::sent(value).map_or(Event::Client(value, Open::No), |(_, sent)| sent),
        _ if value.is_empty() => opened(key),
        _ => Event::Setting(key, value),
    })
}

/// A block begins; a few of them tell how far the connection is. Newer versions add the time spent: `connect(12ms)`.
fn opened(key: &[u8]) -> Event<'_> {
    let name = key.split(|b| *b == b'(').next().unwrap_or(key);
    match name {
        b"smtpSocketConnect" => Event::Connecting(Endpoint::default()),
        // Set on the socket once it is there.
        b"socketOptions" => Event::Connected(Endpoint::default()),
        _ => Event::Note(b""),
    }
}
