//! hMailServer's own log: `SMTPC` rows are its deliveries, `SMTPD` rows the programs that submit to it.
//!
//! ```abnf
//! line = DQUOTE type DQUOTE HTAB thread [ HTAB session ] HTAB DQUOTE stamp DQUOTE [ HTAB DQUOTE ip DQUOTE ] HTAB DQUOTE text DQUOTE
//! text = ( "SENT: " / "RECEIVED: " ) said / info      ; CRLF inside is "[nl]", secrets are "***"
//! ```
//! Source: its Logger.cpp. In SMTPD rows the server is the one that sends. Local time.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What};

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("hmailserver"),
    title: "hMailServer",
    sample: "\"TCPIP\"\t4121\t\"2026-11-23 08:26:01.409\"\t\"TCP - Connecting to 196.25.1.1:587...\"\n\
             \"SMTPC\"\t4121\t101\t\"2026-11-23 08:26:01.409\"\t\"196.25.1.1\"\t\"RECEIVED: 220 mail.example.co.za ESMTP\"\n\
             \"SMTPC\"\t4121\t101\t\"2026-11-23 08:26:01.409\"\t\"196.25.1.1\"\t\"SENT: EHLO PC\"\n\
             \"SMTPC\"\t4121\t101\t\"2026-11-23 08:26:01.409\"\t\"196.25.1.1\"\t\"RECEIVED: 250-mail[nl]250 AUTH LOGIN\"\n",
    marks_sides: true,
    marks_data: true,
    marks_end: false,
    tells_refusals: false,
    hard_start: false,
    line_end: LineEnd::Joins("[nl]"),
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Its columns, in quotes and parted by tabs.
fn signature(line: &[u8]) -> bool {
    fields(line).is_some()
}

fn read(line: &[u8]) -> Line<'_> {
    fields(line).unwrap_or_else(|| Line::new(if line.is_empty() { What::Blank } else { What::Unknown(line) }))
}

fn fields(line: &[u8]) -> Option<Line<'_>> {
    let mut columns = line.split(|&b| b == b'\t');
    let kind = quoted(columns.next()?)?;
    let _thread = columns.next().filter(|c| c.iter().all(u8::is_ascii_digit))?;
    let third = columns.next()?;
    if let Some(stamp) = quoted(third) {
        let text = quoted(columns.next()?)?;
        return Some(Line::stamped(stamp, info(text)));
    }
    let stamp = quoted(columns.next()?)?;
    let _ip = columns.next()?;
    // The text is last and may hold tabs.
    let start = columns.next()?.as_ptr() as usize - line.as_ptr() as usize;
    let text = quoted(&line[start..])?;
    let said = |mark: &[u8]| text.strip_prefix(mark).map(|t| t.strip_prefix(b" ").unwrap_or(t));
    let client_sends = kind == b"SMTPC";
    let what = match (said(b"SENT:"), said(b"RECEIVED:")) {
        (Some(b"***"), _) if client_sends => What::Hidden,
        (_, Some(b"***")) if !client_sends => What::Hidden,
        (Some(sent), _) if client_sends => What::Client(sent, Open::No),
        (_, Some(received)) if !client_sends => What::Client(received, Open::No),
        (Some(text), _) | (_, Some(text)) => What::Server(text, Open::No),
        _ => What::Note(text),
    };
    Some(Line { stamp, key: third, what })
}

fn info(text: &[u8]) -> What<'_> {
    match text.strip_prefix(b"TCP - Connecting to ") {
        Some(endpoint) => What::Connecting(Endpoint::parse(endpoint.strip_suffix(b"...").unwrap_or(endpoint))),
        None => What::Note(text),
    }
}

fn quoted(column: &[u8]) -> Option<&[u8]> {
    column.strip_prefix(b"\"")?.strip_suffix(b"\"")
}
