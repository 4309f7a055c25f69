//! PHPMailer, `SMTPDebug` 1 to 4. Level 1 leaves out the server; the refusals stand in its own words only.
//!
//! ```abnf
//! line     = stamp HTAB ( "CLIENT -> SERVER: " command / "SERVER -> CLIENT: " reply / "SMTP INBOUND: " string / text )
//! continue = 19SP HTAB 18SP reply-line
//! ```
//! Written elsewhere (`error_log`, a function of the program) the stamp is missing, and a record goes on in the next line.
//! UTC. Level 4 repeats each line of a reply as `SMTP INBOUND`. Secrets are hidden since 6.1, except at level 4.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    bytes::complete::{take_till, take_until, take_while_m_n},
    combinator::{eof, opt, rest, value, verify},
    sequence::{preceded, terminated},
};

use super::{
    Dialect, Endpoint, Event, Line, LineEnd, Marks, Open, Read,
    grammar::{self, Parsed, exactly, form, note_from, tag},
};
use crate::smtp;

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("phpmailer"),
    title: "PHPMailer (SMTPDebug 1 to 4)",
    sample: "2026-11-23 06:26:01\tSERVER -> CLIENT: 220 mail.example.co.za ESMTP\n\
             2026-11-23 06:26:01\tCLIENT -> SERVER: EHLO PC\n\
             2026-11-23 06:26:01\tSERVER -> CLIENT: 250-mail.example.co.za\n\
             \x20                  \t                  250 AUTH LOGIN\n",
    marks: Marks::SIDES.and(Marks::DATA).and(Marks::REFUSALS),
    line_end: LineEnd::Line,
    utc: true,
    signature,
    read: Read::Line(read),
};

/// The sides by name, with an arrow between, and the sentences that are made of a command that failed.
fn signature(line: &[u8]) -> bool {
    const SENTENCES: [&[u8]; 3] =
        [b"SMTP ERROR: Failed to connect to server", b"SMTP NOTICE: EOF caught", b"Connection: opening to "];
    let text = match line.get(19) {
        Some(b'\t') => &line[20..],
        _ => line,
    };
    let text = text.trim_ascii_start();
    LINE_BEGINNINGS[..3].iter().any(|mark| text.starts_with(mark))
        || SENTENCES.iter().any(|words| text.starts_with(words))
        || text.starts_with(b"SMTP ERROR: ") && memchr::memmem::find(text, COMMAND_FAILED.as_bytes()).is_some()
}

/// Stands before the reply to a command that failed.
const COMMAND_FAILED: &str = " command failed: ";

/// A line without a stamp is known by one of these beginnings; the first three mark sides.
const LINE_BEGINNINGS: [&[u8]; 8] = [
    b"CLIENT -> SERVER:",
    b"SERVER -> CLIENT:",
    b"SMTP INBOUND:",
    b"SMTP ERROR:",
    b"SMTP Error:",
    b"SMTP NOTICE:",
    b"Connection: ",
    b"Connection failed. ",
];

fn read(line: &[u8]) -> Line<'_> {
    // None of its own begins so but those with a stamp: each line of other logs is asked.
    if let [b'0'..=b'9' | b'[' | b'{' | b'<' | b'>', ..] = line
        && line.get(19) != Some(&b'\t')
    {
        return Line::new(Event::Unmarked(line, Open::No));
    }
    grammar::read(line, alt((continued, stamped, unstamped.map(Line::new))), |line| match line.get(19) {
        Some(b'\t') => Event::Unknown(line),
        _ => Event::Unmarked(line, Open::No),
    })
}

/// ```abnf
/// continued = 19SP HTAB *SP text
/// ```
fn continued(input: &[u8]) -> Parsed<'_, Line<'_>> {
    let (input, _) = terminated(take_while_m_n(19, 19, |b: u8| b.is_ascii_whitespace()), tag("\t")).parse(input)?;
    let unmarked = rest.map(|text: &[u8]| Event::Unmarked(text.trim_ascii_start(), Open::No));
    alt((option, unmarked)).map(Line::new).parse(input)
}

/// ```abnf
/// stamped = "YYYY-MM-DD HH:MM:SS" HTAB said
/// ```
fn stamped(input: &[u8]) -> Parsed<'_, Line<'_>> {
    let (text, stamp) = terminated(form("9999-99-99 99:99:99"), tag("\t")).parse(input)?;
    Ok((b"", Line::stamped(stamp, said(text, "->"))))
}

/// A line of another output, or of the program, which prints the error once more.
fn unstamped(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let marked = verify(rest, |line: &[u8]| LINE_BEGINNINGS.iter().any(|mark| line.starts_with(mark)));
    let of_program =
        note_from(&[b"Message could not be sent", b"Message sent!", b"Mailer Error: ", b" SMTP code: ", b","]);
    let tabbed = |line: &[u8]| line.get(19) == Some(&b'\t');
    let (_, line) = verify(rest, |line: &[u8]| !tabbed(line)).parse(input)?;
    alt((option, marked.map(|line| said(line, "->")), of_program.map(|_| Event::Note(b"")))).parse(line)
}

/// A line of the options that level 3 dumps as PHP writes them: `'verify_peer' => false,`. Their names are no errors.
fn option(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let border = alt((tag("array (),"), tag("array ("), tag("array("), tag("),"), tag(")")));
    let pair = (tag("'"), take_till(|b: u8| b == b'\''), tag("' =>"), rest);
    let option = alt((value((), (border, eof)), value((), pair)));
    let (_, text) = rest.map(<[u8]>::trim_ascii).parse(input)?;
    value(Event::Note(b""), option).parse(text)
}

/// The text of a line behind its stamp; `arrow` stands between the sides as the output writes it.
///
/// ```abnf
/// said = "CLIENT " arrow " SERVER:" [ SP ] command / "SERVER " arrow " CLIENT:" [ SP ] reply
///      / "SMTP INBOUND:" string / "Connection: " text / words " command failed: " reply / text
/// ```
pub(super) fn said<'a>(text: &'a [u8], arrow: &'static str) -> Event<'a> {
    let side = |from: &'static str, to: &'static str| {
        preceded((tag(from), opt(tag(" ")), tag(arrow), tag(to), opt(tag(" "))), rest)
    };
    let command = side("CLIENT", " SERVER:").map(|command: &[u8]| match command {
        b"[credentials hidden]" => Event::Hidden,
        command => Event::Client(command, Open::No),
    });
    let reply = side("SERVER", " CLIENT:").map(|reply| Event::Server(reply, Open::No));
    let repeated = value(Event::Note(b""), (tag("SMTP INBOUND:"), rest));
    let opening = preceded((tag("Connection: opening to"), opt(tag(" "))), take_till(|b: u8| b == b','));
    let mut grammar = alt((
        command,
        reply,
        repeated,
        opening.map(|to| Event::Connecting(endpoint(to))),
        failed,
        exactly("Connection: opened", Event::Connected(Endpoint::default())),
        exactly("Connection: closed", Event::Closed),
    ));
    grammar.parse(text).map_or(Event::Note(text), |(_, event)| event)
}

/// At level 1, which leaves out the server, a refusal stands nowhere else.
fn failed(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let refused = |reply: &[u8]| smtp::reply_line(reply).is_ok_and(|(_, reply)| reply.code.is_refusal());
    preceded((take_until(COMMAND_FAILED), tag(COMMAND_FAILED)), verify(rest, refused)).map(Event::Repeat).parse(input)
}

/// ```abnf
/// endpoint = [ ( "ssl" / "tls" ) "://" ] host ":" port
/// ```
fn endpoint(text: &[u8]) -> Endpoint<'_> {
    let secure = text.strip_prefix(b"ssl://").or_else(|| text.strip_prefix(b"tls://"));
    Endpoint { implicit_tls: secure.map(|_| true), ..grammar::endpoint(secure.unwrap_or(text)) }
}
