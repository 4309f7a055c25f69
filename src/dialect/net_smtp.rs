//! Perl Net::SMTP, `Debug => 1`.
//!
//! ```abnf
//! line = class "=GLOB(0x" hex ")" ( ">>> " command / "<<< " reply / ": " text )
//! ```
//! Before it speaks for the first time it lists its classes: `Net::SMTP>>> Net::SMTP(3.14)`, and its ancestors indented. The
//! address in the brackets is the key. The message stands in full, secrets in clear base64.

use std::borrow::Cow;

use super::{Dialect, Endpoint, Line, LineEnd, Open, Read, What};

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
    tells_refusals: false,
    hard_start: false,
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// The address of the object, or the list of its classes.
fn signature(line: &[u8]) -> bool {
    glob(line).is_some() || matches!(listed(line), What::Connecting(_))
}

fn read(line: &[u8]) -> Line<'_> {
    let Some((key, rest)) = glob(line) else {
        return Line::new(if line.is_empty() { What::Blank } else { listed(line) });
    };
    let what = match rest {
        [b'>', b'>', b'>', text @ ..] => What::Client(text.strip_prefix(b" ").unwrap_or(text), Open::No),
        [b'<', b'<', b'<', text @ ..] => What::Server(text.strip_prefix(b" ").unwrap_or(text), Open::No),
        _ => What::Note(rest),
    };
    Line { stamp: b"", key, what }
}

/// The list of its classes, or its words before there is a connection: the class alone, without an address.
fn listed(line: &[u8]) -> What<'_> {
    let name = |b: &u8| b.is_ascii_alphanumeric() || b":_".contains(b);
    let class = line.iter().take_while(|b| name(b)).count();
    let class = if line[..class].ends_with(b":") { class - 1 } else { class };
    if !line.starts_with(b"Net::") || class > 64 {
        // The program quotes what the class says of an error; a code in it is the class's own.
        let quotes = memchr::memmem::find(&line[..line.len().min(160)], b": Net::SMTP: ").is_some();
        return if quotes { What::Note(line) } else { What::Unmarked(line, Open::No) };
    }
    match &line[class..] {
        [b'>', b'>', b'>', b' ', b' ', ..] => What::Note(b""),
        [b'>', b'>', b'>', b' ', rest @ ..] if rest.starts_with(b"Net::") => What::Connecting(Endpoint::default()),
        [b':', b' ', text @ ..] => What::Note(text),
        _ => What::Unmarked(line, Open::No),
    }
}

/// `Net::SMTP::_SSL=GLOB(0x..)`
fn glob(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let head = &line[..line.len().min(96)];
    let open = memchr::memchr_iter(b'=', head).find(|at| head[*at..].starts_with(b"=GLOB(0x"))?;
    let close = open + memchr::memchr(b')', &head[open..])?;
    let class = head[..open].iter().all(|b| b.is_ascii_alphanumeric() || b":_".contains(b));
    class.then(|| (&line[open + 6..close], &line[close + 1..]))
}
