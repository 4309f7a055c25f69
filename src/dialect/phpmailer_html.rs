//! PHPMailer with `Debugoutput = 'html'`, which is what a web page shows.
//!
//! ```abnf
//! line = stamp ( SP / HTAB ) text "<br>"
//! ```
//! The text is that of PHPMailer's other outputs, with entities for its marks and without its line ends: the lines of a
//! reply run together.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    combinator::{rest, verify},
    sequence::terminated,
};

use super::{
    Dialect, Event, Line, LineEnd, Marks, Read,
    grammar::{self, Parsed, form, note_from, tag},
    phpmailer,
};

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("phpmailer-html"),
    title: "PHPMailer (SMTPDebug 1 to 4, as HTML)",
    sample: "2026-11-23 06:26:01 SERVER -&gt; CLIENT: 220 mail.example.co.za ESMTP<br>\n\
             2026-11-23 06:26:01 CLIENT -&gt; SERVER: EHLO PC<br>\n\
             2026-11-23 06:26:01 SERVER -&gt; CLIENT: 250-mail.example.co.za250 AUTH LOGIN<br>\n\
             2026-11-23 06:26:01 CLIENT -&gt; SERVER: MAIL FROM:&lt;a@b.example&gt;<br>\n",
    marks: Marks::SIDES.and(Marks::DATA).and(Marks::REFUSALS),
    line_end: LineEnd::Html,
    utc: true,
    signature,
    read: Read::Line(read),
};

/// The sides by name, with an arrow of HTML between, or PHPMailer's own sentences, before a line break of HTML.
fn signature(line: &[u8]) -> bool {
    let read = read(line);
    match read.event {
        Event::Server(..) | Event::Client(..) | Event::Hidden | Event::Connecting(_) | Event::Repeat(_) => true,
        Event::Note(text) => text.starts_with(b"SMTP ERROR: Failed to connect to server"),
        _ => false,
    }
}

/// ```abnf
/// line = [ "YYYY-MM-DD HH:MM:SS" ( SP / HTAB ) ] text ( "<br>" / "<br />" / "<br/>" )
/// ```
fn read(line: &[u8]) -> Line<'_> {
    let text = line.trim_ascii_end();
    if text.is_empty() {
        return Line::new(Event::Blank);
    }
    let Some(text) = [&b"<br>"[..], b"<br />", b"<br/>"].iter().find_map(|end| text.strip_suffix(*end)) else {
        return Line::new(Event::Unknown(line));
    };
    grammar::read(text, alt((stamped, unstamped.map(Line::new))), |_| Event::Unknown(line))
}

fn stamped(input: &[u8]) -> Parsed<'_, Line<'_>> {
    let (text, stamp) = terminated(form("9999-99-99 99:99:99"), alt((tag(" "), tag("\t")))).parse(input)?;
    Ok((b"", Line::stamped(stamp, phpmailer::said(text, "-&gt;"))))
}

/// PHPMailer's words without a stamp, or the program's, which prints the error once more.
fn unstamped(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let said = verify(rest, |text: &[u8]| text.starts_with(b"SMTP ")).map(|text| phpmailer::said(text, "-&gt;"));
    alt((said, note_from(&[b"Message ", b"Mailer Error: "]).map(|_| Event::Note(b"")))).parse(input)
}
