//! Perl Net::SMTP, `Debug => 1`.
//!
//! ```abnf
//! line = class "=GLOB(0x" hex ")" ( ">>> " command / "<<< " reply / ": " text )
//! ```
//! The address in the brackets is the key. The message stands in full, secrets in clear base64.

use std::borrow::Cow;

use super::{Dialect, Line, LineEnd, Open, Read, What};

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("net-smtp"),
    title: "Perl Net::SMTP (Debug)",
    sample: "Net::SMTP=GLOB(0x55d0c8a3f1e8)<<< 220 mail.example.co.za ESMTP\n\
             Net::SMTP=GLOB(0x55d0c8a3f1e8)>>> EHLO PC\n\
             Net::SMTP=GLOB(0x55d0c8a3f1e8)<<< 250 mail.example.co.za\n",
    marks_sides: true,
    marks_data: true,
    marks_end: false,
    hard_start: false,
    line_end: LineEnd::Line,
    utc: false,
    read: Read::Line(read),
};

fn read(line: &[u8]) -> Line<'_> {
    let Some((key, rest)) = glob(line) else {
        return Line::new(if line.is_empty() { What::Blank } else { What::Unmarked(line, Open::No) });
    };
    let what = match rest {
        [b'>', b'>', b'>', text @ ..] => What::Client(text.strip_prefix(b" ").unwrap_or(text), Open::No),
        [b'<', b'<', b'<', text @ ..] => What::Server(text.strip_prefix(b" ").unwrap_or(text), Open::No),
        _ => What::Note(rest),
    };
    Line { stamp: b"", key, what }
}

/// `Net::SMTP::_SSL=GLOB(0x..)`
fn glob(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let head = &line[..line.len().min(96)];
    let open = memchr::memchr_iter(b'=', head).find(|at| head[*at..].starts_with(b"=GLOB(0x"))?;
    let close = open + memchr::memchr(b')', &head[open..])?;
    let class = head[..open].iter().all(|b| b.is_ascii_alphanumeric() || b":_".contains(b));
    class.then(|| (&line[open + 6..close], &line[close + 1..]))
}
