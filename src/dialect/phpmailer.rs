//! PHPMailer, `SMTPDebug` 1 to 4. Level 1 leaves out the server; the refusals stand in its own words only.
//!
//! ```abnf
//! line     = stamp HTAB ( "CLIENT -> SERVER: " command / "SERVER -> CLIENT: " reply / "SMTP INBOUND: " string / text )
//! continue = 19SP HTAB 18SP reply-line
//! ```
//! Written elsewhere (`error_log`, a function of the program) the stamp is missing, and a record goes on in the next line.
//! UTC. Level 4 repeats each line of a reply as `SMTP INBOUND`. Secrets are hidden since 6.1, except at level 4.

use std::borrow::Cow;

use crate::smtp;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What};

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("phpmailer"),
    title: "PHPMailer (SMTPDebug 1 to 4)",
    sample: "2026-11-23 06:26:01\tSERVER -> CLIENT: 220 mail.example.co.za ESMTP\n\
             2026-11-23 06:26:01\tCLIENT -> SERVER: EHLO PC\n\
             2026-11-23 06:26:01\tSERVER -> CLIENT: 250-mail.example.co.za\n\
             \x20                  \t                  250 AUTH LOGIN\n",
    marks_sides: true,
    marks_data: true,
    marks_end: false,
    tells_refusals: true,
    hard_start: false,
    line_end: LineEnd::Line,
    utc: true,
    signature,
    read: Read::Line(read),
};

/// The sides by name, with an arrow between, and the sentences that are made of a command that failed.
fn signature(line: &[u8]) -> bool {
    const SAID: [&[u8]; 3] =
        [b"SMTP ERROR: Failed to connect to server", b"SMTP NOTICE: EOF caught", b"Connection: opening to "];
    let text = match line.get(19) {
        Some(b'\t') => &line[20..],
        _ => line,
    };
    let text = text.trim_ascii_start();
    MARKS[..3].iter().any(|mark| text.starts_with(mark))
        || SAID.iter().any(|words| text.starts_with(words))
        || text.starts_with(b"SMTP ERROR: ") && memchr::memmem::find(text, FAILED).is_some()
}

fn read(line: &[u8]) -> Line<'_> {
    let Some((stamp, text)) = line.split_at_checked(20).filter(|(head, _)| head[19] == b'\t') else {
        return Line::new(match line {
            b"" => What::Blank,
            _ if is_option(line) => What::Note(b""),
            _ if MARKS.iter().any(|mark| line.starts_with(mark)) => said(line, "->"),
            // The program prints the error once more.
            _ if line.starts_with(b"Message could not be sent") || line.starts_with(b"Message sent!") => {
                What::Note(b"")
            }
            _ if line.starts_with(b"Mailer Error: ") || line.starts_with(b" SMTP code: ") || line.starts_with(b",") => {
                What::Note(b"")
            }
            _ => What::Unmarked(line, Open::No),
        });
    };
    let stamp = stamp.trim_ascii();
    if stamp.is_empty() {
        let text = text.trim_ascii_start();
        return Line::new(if is_option(text) { What::Note(b"") } else { What::Unmarked(text, Open::No) });
    }
    if !stamp.first().is_some_and(u8::is_ascii_digit) || stamp.get(4) != Some(&b'-') {
        return Line::new(What::Unknown(line));
    }
    Line::stamped(stamp, said(text, "->"))
}

/// What stands before the reply to a command that failed.
const FAILED: &[u8] = b" command failed: ";

/// By these a line is known that has no stamp.
const MARKS: [&[u8]; 8] = [
    b"CLIENT -> SERVER:",
    b"SERVER -> CLIENT:",
    b"SMTP INBOUND:",
    b"SMTP ERROR:",
    b"SMTP Error:",
    b"SMTP NOTICE:",
    b"Connection: ",
    b"Connection failed. ",
];

/// A line of the options that level 3 dumps as PHP writes them: `'verify_peer' => false,`. Their names are no errors.
fn is_option(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    matches!(text, b"array (" | b")" | b")," | b"array(" | b"array (),") || {
        let name = text.strip_prefix(b"'").and_then(|rest| rest.split(|b| *b == b'\'').next());
        name.is_some_and(|name| text[name.len() + 1..].starts_with(b"' =>"))
    }
}

/// What stands behind the stamp; `arrow` as the output writes it.
pub(super) fn said<'a>(text: &'a [u8], arrow: &str) -> What<'a> {
    let after = |mark: &[u8]| text.strip_prefix(mark).map(|t| t.strip_prefix(b" ").unwrap_or(t));
    let between = |from: &[u8], to: &[u8]| {
        after(from)
            .and_then(|rest| rest.strip_prefix(arrow.as_bytes())?.strip_prefix(to))
            .map(|t| t.strip_prefix(b" ").unwrap_or(t))
    };
    if let Some(command) = between(b"CLIENT", b" SERVER:") {
        return if command == b"[credentials hidden]" { What::Hidden } else { What::Client(command, Open::No) };
    }
    if let Some(reply) = between(b"SERVER", b" CLIENT:") {
        return What::Server(reply, Open::No);
    }
    if text.starts_with(b"SMTP INBOUND:") {
        return What::Note(b"");
    }
    if let Some(to) = after(b"Connection: opening to") {
        let to = to.split(|&b| b == b',').next().unwrap_or(b"");
        let secure = to.strip_prefix(b"ssl://").or_else(|| to.strip_prefix(b"tls://"));
        let implicit_tls = secure.map(|_| true);
        return What::Connecting(Endpoint { implicit_tls, ..Endpoint::parse(secure.unwrap_or(to)) });
    }
    if let Some(at) = memchr::memmem::find(text, FAILED)
        && smtp::reply_line(&text[at + FAILED.len()..]).is_ok_and(|(_, reply)| reply.code.is_refusal())
    {
        // At level 1, which leaves out the server, a refusal stands nowhere else.
        return What::Repeat(&text[at + FAILED.len()..]);
    }
    match text {
        b"Connection: opened" => What::Connected(Endpoint::default()),
        b"Connection: closed" => What::Closed,
        _ => What::Note(text),
    }
}
