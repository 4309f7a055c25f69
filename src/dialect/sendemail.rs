//! sendEmail (Perl, also as sendEmail.exe).
//!
//! ```abnf
//! line = "Mon dd HH:MM:SS" SP host SP program "[" pid "]: " ( level " => " text / free text )
//! ```
//! With `-v` it tells commands and replies (`INFO => Sending:`, `SUCCESS => Received:`), a reply of several lines joined
//! by `, `; with `-v -v` also each reply before it is judged, which is the only place where a refused sign-in stands.
//! Without `-v` there is one line a mail. The message itself is never logged. Stamps have no year; the pid is the key.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Outcome, Read, What};

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("sendemail"),
    title: "sendEmail",
    sample: "Nov 23 08:26:01 pc sendemail[77]: DEBUG => Connecting to mail.example.co.za:587\n\
             Nov 23 08:26:01 pc sendemail[77]: SUCCESS => Received: \t220 mail.example.co.za ESMTP\n\
             Nov 23 08:26:01 pc sendemail[77]: INFO => Sending: \tEHLO RECEPTION-PC\n\
             Nov 23 08:26:01 pc sendemail[77]: SUCCESS => Received: \t250-mail.example.co.za, 250 AUTH LOGIN\n",
    marks_sides: true,
    marks_data: true,
    marks_end: false,
    tells_refusals: false,
    hard_start: false,
    line_end: LineEnd::Joins(", "),
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Its name stands in each line.
fn signature(line: &[u8]) -> bool {
    prefix(line).is_some()
}

const LEVELS: [&[u8]; 7] =
    [b"DEBUG => ", b"INFO => ", b"SUCCESS => ", b"ERROR => ", b"NOTICE => ", b"WARNING => ", b"HINT => "];
const JUDGED: &[u8] = b"evalSMTPresponse() - Checking for SMTP success or error status in the message: ";

fn read(line: &[u8]) -> Line<'_> {
    let Some((stamp, pid, text)) = prefix(line) else {
        return Line::new(if line.is_empty() { What::Blank } else { What::Unknown(line) });
    };
    Line { stamp, key: pid, what: what(text) }
}

fn what(text: &[u8]) -> What<'_> {
    if let Some(rest) = text.strip_prefix(b"Email was sent successfully!") {
        return What::Outcome(sent(rest));
    }
    let level = LEVELS.iter().find(|level| text.starts_with(level)).map_or(0, |level| level.len());
    let said = &text[level..];
    // The tab before a line of the dialogue is an escape where JSON stands around it all.
    let tab = |rest: &'_ [u8]| rest.strip_prefix(b"\\t").map_or(0, |_| 2);
    let after = |words: &[u8]| said.strip_prefix(words).map(|rest| rest[tab(rest)..].trim_ascii());
    if let Some(command) = after(b"Sending: ") {
        return What::Client(command, Open::No);
    }
    if let Some(reply) = after(JUDGED) {
        return What::Server(reply, Open::No);
    }
    if let Some(reply) = after(b"Received: ") {
        return What::Repeat(reply);
    }
    if let Some(endpoint) = after(b"Connecting to ") {
        return What::Connecting(Endpoint::parse(endpoint));
    }
    match said {
        b"Sending message body" => What::Elided(None),
        _ if after(b"My IP address is").is_some() => What::Connected(Endpoint::default()),
        _ if text.starts_with(b"DEBUG => ") => What::Note(b""),
        _ => What::Note(said),
    }
}

/// `Mon dd HH:MM:SS host program[pid]: `
fn prefix(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (stamp, rest) = line.split_at_checked(15)?;
    if stamp[3] != b' ' || stamp[9] != b':' || stamp[12] != b':' || !stamp[0].is_ascii_uppercase() {
        return None;
    }
    let head = &rest[..rest.len().min(160)];
    let end = head.windows(3).position(|w| w == b"]: ")?;
    let open = head[..end].iter().rposition(|&b| b == b'[')?;
    let pid = &rest[open + 1..end];
    let program = rest[..open].rsplit(|&b| b == b' ').next()?;
    let named = program.len() >= 9 && program[..9].eq_ignore_ascii_case(b"sendemail");
    (named && pid.iter().all(u8::is_ascii_digit)).then(|| (stamp, pid, &rest[end + 3..]))
}

/// `  From: <a> To: <b> <c> Subject: [s] Attachment(s): [f] Server: [host:port]`
fn sent(text: &[u8]) -> Outcome<'_> {
    let between = |from: &[u8], to: &[u8]| -> &[u8] {
        let Some(start) = memchr::memmem::find(text, from) else { return b"" };
        let rest = &text[start + from.len()..];
        memchr::memmem::find(rest, to).map_or(rest, |end| &rest[..end])
    };
    Outcome {
        sent: Some(true),
        endpoint: Endpoint::parse(between(b"Server: [", b"]")),
        from: between(b"From: <", b">"),
        recipients: between(b" To: ", b" Subject: ["),
        ..Outcome::default()
    }
}
