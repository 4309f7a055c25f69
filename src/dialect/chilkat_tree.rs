//! Chilkat, `LastErrorText`: a tree of what a call did, plain or verbose.
//!
//! ```abnf
//! doc   = "ChilkatLog:" block "--ChilkatLog"
//! block = indent name [ "(" ms "ms)" ] ":" *( entry / block ) indent "--" name    ; two spaces a level
//! entry = indent ( key ":" SP value / free text )
//! ```
//! Commands are `SmtpCmdSent:`, replies `SmtpCmdResp:`, one line each. No stamps.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What, chilkat_session};

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("chilkat-tree"),
    title: "Chilkat (LastErrorText, plain or verbose)",
    sample: "ChilkatLog:\n  SendEmail(1203ms):\n    DllDate: Jun 24 2022\n    smtpHost: mail.example.co.za\n\
             \x20   smtpSocketConnect:\n    --smtpSocketConnect\n    SmtpCmdResp: 220 mail.example.co.za ESMTP\n\
             \x20   SmtpCmdSent: EHLO RECEPTION-PC<CRLF>\n    SmtpCmdResp: 535 5.7.8 Authentication failed\n\
             \x20   Failed.\n  --SendEmail\n--ChilkatLog\n",
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

/// The borders of the tree, and its names for a command, a reply and the version.
fn signature(line: &[u8]) -> bool {
    const NAMES: [&[u8]; 4] = [b"SmtpCmdResp: ", b"SmtpCmdSent: ", b"DllDate: ", b"ChilkatVersion: "];
    let text = line.trim_ascii();
    text == b"ChilkatLog:" || text == b"--ChilkatLog" || NAMES.iter().any(|name| text.starts_with(name))
}

fn read(line: &[u8]) -> Line<'_> {
    let text = line.trim_ascii();
    let indented = line.starts_with(b"  ");
    Line::new(match text {
        b"" => What::Blank,
        // One call ends here; the connection often lives on for the next.
        b"ChilkatLog:" | b"--ChilkatLog" => What::Note(b""),
        _ if !indented || is_foreign(text) => What::Unknown(line),
        b"TLS connection established." | b"Secure Channel Established." | b"SSL/TLS Channel Established." => {
            What::Secured
        }
        _ if text.starts_with(b"--") => What::Note(b""),
        _ => entry(text),
    })
}

/// Anything may be indented: source, lists, tables. Entries begin with a word, and end without a sign of a program.
fn is_foreign(text: &[u8]) -> bool {
    !matches!(text, [b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'"' | b'\'' | b'(' | 0x80.., ..])
        || matches!(text, [.., b'{' | b'}' | b';' | b','])
}

fn entry(text: &[u8]) -> What<'_> {
    let Some(colon) = text.iter().position(|&b| b == b':') else { return What::Note(text) };
    let (key, value) = (&text[..colon], text[colon + 1..].trim_ascii());
    match key {
        b"SmtpCmdResp" => What::Server(value, Open::No),
        b"SmtpCmdSent" => chilkat_session::sent(value).unwrap_or(What::Client(value, Open::No)),
        _ if key.iter().any(u8::is_ascii_whitespace) => What::Note(text),
        _ if value.is_empty() => opened(key),
        _ => What::Setting(key, value),
    }
}

/// A block begins; a few of them tell how far the connection is. Newer versions add the time spent: `connect(12ms)`.
fn opened(key: &[u8]) -> What<'_> {
    let name = &key[..key.iter().position(|&b| b == b'(').unwrap_or(key.len())];
    match name {
        b"smtpSocketConnect" => What::Connecting(Endpoint::default()),
        // Set on the socket once it is there.
        b"socketOptions" => What::Connected(Endpoint::default()),
        _ => What::Note(b""),
    }
}
