//! PHPMailer, `SMTPDebug` 2 to 4.
//!
//! ```abnf
//! line     = stamp HTAB ( "CLIENT -> SERVER: " command / "SERVER -> CLIENT: " reply / "SMTP INBOUND: " string / text )
//! continue = 19SP HTAB 18SP reply-line
//! ```
//! UTC. Level 4 repeats each line of a reply as `SMTP INBOUND`. Secrets are hidden since 6.1, except at level 4.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What};

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("phpmailer"),
    title: "PHPMailer (SMTPDebug 2 to 4)",
    sample: "2026-11-23 06:26:01\tSERVER -> CLIENT: 220 mail.example.co.za ESMTP\n\
             2026-11-23 06:26:01\tCLIENT -> SERVER: EHLO PC\n\
             2026-11-23 06:26:01\tSERVER -> CLIENT: 250-mail.example.co.za\n\
             \x20                  \t                  250 AUTH LOGIN\n",
    marks_sides: true,
    marks_data: true,
    marks_end: false,
    hard_start: false,
    line_end: LineEnd::Line,
    utc: true,
    read: Read::Line(read),
};

fn read(line: &[u8]) -> Line<'_> {
    let Some((stamp, text)) = line.split_at_checked(20).filter(|(head, _)| head[19] == b'\t') else {
        return Line::new(match line {
            b"" => What::Blank,
            // The program prints the error once more.
            _ if line.starts_with(b"Mailer Error: ") || line.starts_with(b" SMTP code: ") || line.starts_with(b",") => {
                What::Note(b"")
            }
            _ => What::Unmarked(line, Open::No),
        });
    };
    let stamp = stamp.trim_ascii();
    if stamp.is_empty() {
        return Line::new(What::Unmarked(text.trim_ascii_start(), Open::No));
    }
    if !stamp.first().is_some_and(u8::is_ascii_digit) || stamp.get(4) != Some(&b'-') {
        return Line::new(What::Unknown(line));
    }
    Line::stamped(stamp, said(text))
}

fn said(text: &[u8]) -> What<'_> {
    let after = |mark: &[u8]| text.strip_prefix(mark).map(|t| t.strip_prefix(b" ").unwrap_or(t));
    if let Some(command) = after(b"CLIENT -> SERVER:") {
        return if command == b"[credentials hidden]" { What::Hidden } else { What::Client(command, Open::No) };
    }
    if let Some(reply) = after(b"SERVER -> CLIENT:") {
        return What::Server(reply, Open::No);
    }
    if text.starts_with(b"SMTP INBOUND:") {
        return What::Note(b"");
    }
    if let Some(to) = after(b"Connection: opening to") {
        let to = to.split(|&b| b == b',').next().unwrap_or(b"");
        return What::Connecting(Endpoint::parse(to));
    }
    match text {
        b"Connection: opened" => What::Connected(Endpoint::default()),
        b"Connection: closed" => What::Closed,
        _ => What::Note(text),
    }
}
