//! PHPMailer with `Debugoutput = 'html'`, which is what a web page shows.
//!
//! ```abnf
//! line = stamp ( SP / HTAB ) text "<br>"
//! ```
//! The text is that of PHPMailer's other outputs, with entities for its marks and without its line ends: the lines of a
//! reply run together.

use std::borrow::Cow;

use super::{Dialect, Line, LineEnd, Read, What, phpmailer};

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("phpmailer-html"),
    title: "PHPMailer (SMTPDebug 1 to 4, as HTML)",
    sample: "2026-11-23 06:26:01 SERVER -&gt; CLIENT: 220 mail.example.co.za ESMTP<br>\n\
             2026-11-23 06:26:01 CLIENT -&gt; SERVER: EHLO PC<br>\n\
             2026-11-23 06:26:01 SERVER -&gt; CLIENT: 250-mail.example.co.za250 AUTH LOGIN<br>\n\
             2026-11-23 06:26:01 CLIENT -&gt; SERVER: MAIL FROM:&lt;a@b.example&gt;<br>\n",
    marks_sides: true,
    marks_data: true,
    marks_end: false,
    tells_refusals: true,
    hard_start: false,
    line_end: LineEnd::Html,
    utc: true,
    signature,
    read: Read::Line(read),
};

/// The sides by name, with an arrow of HTML between, or PHPMailer's own sentences, before a line break of HTML.
fn signature(line: &[u8]) -> bool {
    let read = read(line);
    match read.what {
        What::Server(..) | What::Client(..) | What::Hidden | What::Connecting(_) | What::Repeat(_) => true,
        What::Note(text) => text.starts_with(b"SMTP ERROR: Failed to connect to server"),
        _ => false,
    }
}

fn read(line: &[u8]) -> Line<'_> {
    let text = line.trim_ascii_end();
    if text.is_empty() {
        return Line::new(What::Blank);
    }
    let Some(text) = [&b"<br>"[..], b"<br />", b"<br/>"].iter().find_map(|end| text.strip_suffix(*end)) else {
        return Line::new(What::Unknown(line));
    };
    let stamped = text.split_at_checked(20).filter(|(head, _)| {
        head[4] == b'-' && head[13] == b':' && head[0].is_ascii_digit() && matches!(head[19], b' ' | b'\t')
    });
    match stamped {
        Some((stamp, text)) => Line::stamped(stamp.trim_ascii_end(), phpmailer::said(text, "-&gt;")),
        // The program prints the error once more.
        None if text.is_empty() => Line::new(What::Blank),
        None if text.starts_with(b"SMTP ") => Line::new(phpmailer::said(text, "-&gt;")),
        None if text.starts_with(b"Message ") || text.starts_with(b"Mailer Error: ") => Line::new(What::Note(b"")),
        None => Line::new(What::Unknown(line)),
    }
}
