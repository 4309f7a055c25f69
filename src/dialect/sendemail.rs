//! sendEmail (Perl, also as sendEmail.exe).
//!
//! ```abnf
//! line = "Mon dd HH:MM:SS" SP host SP program "[" pid "]: " ( level " => " text / free text )
//! ```
//! With `-v` it tells commands and replies (`INFO => Sending:`, `SUCCESS => Received:`), a reply of several lines joined
//! by `, `; with `-v -v` also each reply before it is judged, which is the only place where a refused sign-in stands.
//! Without `-v` there is one line a mail. The message itself is never logged. Stamps have no year; the pid is the key.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    bytes::complete::take_until,
    combinator::{eof, opt, rest, value, verify},
    sequence::{preceded, terminated},
};

use super::{
    Dialect, Endpoint, Event, Line, LineEnd, Marks, Open, Outcome, Read,
    grammar::{self, Grammar, Parsed, behind, form, tag},
};

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("sendemail"),
    title: "sendEmail",
    sample: "Nov 23 08:26:01 pc sendemail[77]: DEBUG => Connecting to mail.example.co.za:587\n\
             Nov 23 08:26:01 pc sendemail[77]: SUCCESS => Received: \t220 mail.example.co.za ESMTP\n\
             Nov 23 08:26:01 pc sendemail[77]: INFO => Sending: \tEHLO RECEPTION-PC\n\
             Nov 23 08:26:01 pc sendemail[77]: SUCCESS => Received: \t250-mail.example.co.za, 250 AUTH LOGIN\n",
    marks: Marks::SIDES.and(Marks::DATA),
    line_end: LineEnd::Joins(", "),
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Its name stands in each line.
fn signature(line: &[u8]) -> bool {
    prefix(line).is_ok()
}

/// Stands before each reply with `-v -v`, which shows replies before they are judged.
const BEFORE_REPLY: &str = "evalSMTPresponse() - Checking for SMTP success or error status in the message: ";

fn read(line: &[u8]) -> Line<'_> {
    let record = (prefix, event).map(|((stamp, key), event)| Line { stamp, key, ..Line::new(event) });
    grammar::read(line, record, Event::Unknown)
}

/// ```abnf
/// prefix = stamp SP host SP program "[" pid "]: "
/// stamp  = "Mon dd HH:MM:SS"
/// ```
fn prefix(input: &[u8]) -> Parsed<'_, (&[u8], &[u8])> {
    let (input, stamp) = form("AAA _9 99:99:99").parse(input)?;
    let (input, head) =
        terminated(verify(take_until("]: "), |head: &[u8]| head.len() < 158), tag("]: ")).parse(input)?;
    let named = |program: &[u8]| program.len() >= 9 && program[..9].eq_ignore_ascii_case(b"sendemail");
    let mut parts = head.rsplitn(2, |b| *b == b'[');
    match (parts.next(), parts.next().and_then(|before| before.rsplit(|b| *b == b' ').next())) {
        (Some(pid), Some(program)) if named(program) && pid.iter().all(u8::is_ascii_digit) => Ok((input, (stamp, pid))),
        _ => Err(nom::Err::Error(())),
    }
}

/// ```abnf
/// what  = sent / [ level ] ( "Sending: " command / "Received: " reply / "Connecting to " endpoint / text )
/// ```
fn event(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let said = alt((
        value(Event::Elided(None), (tag("Sending message body"), eof)),
        after("Sending: ").map(|command| Event::Client(command, Open::No)),
        after(BEFORE_REPLY).map(|reply| Event::Server(reply, Open::No)),
        after("Received: ").map(Event::Repeat),
        after("Connecting to ").map(|endpoint| Event::Connecting(grammar::endpoint(endpoint))),
        after("My IP address is").map(|_| Event::Connected(Endpoint::default())),
    ));
    let debug = value(Event::Note(b""), (tag("DEBUG => "), rest));
    alt((sent, preceded(opt(level), said), debug, preceded(opt(level), rest).map(Event::Note))).parse(input)
}

/// ```abnf
/// level = ( "DEBUG" / "INFO" / "SUCCESS" / "ERROR" / "NOTICE" / "WARNING" / "HINT" ) " => "
/// ```
fn level(input: &[u8]) -> Parsed<'_, &[u8]> {
    let names = (tag("DEBUG"), tag("INFO"), tag("SUCCESS"), tag("ERROR"), tag("NOTICE"), tag("WARNING"), tag("HINT"));
    terminated(alt(names), tag(" => ")).parse(input)
}

/// The rest of a line; the tab before a line of the dialogue is an escape where JSON stands around it all.
fn after<'a>(words: &'static str) -> impl Grammar<'a, &'a [u8]> {
    preceded((tag(words), opt(tag("\\t"))), rest).map(<[u8]>::trim_ascii)
}

/// ```abnf
/// sent = "Email was sent successfully!  From: <" address "> To: " 1*( "<" address "> " ) "Subject: [" text "] "
///        *( "Attachment(s): [" name "] " ) "Server: [" endpoint "]"
/// ```
fn sent(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let (_, text) = behind("Email was sent successfully!").parse(input)?;
    let between = |from: &'static str, to: &'static str| {
        let value: Parsed<'_, &[u8]> = preceded((take_until(from), tag(from)), alt((take_until(to), rest))).parse(text);
        value.map_or(&b""[..], |(_, value)| value)
    };
    let outcome = Outcome {
        sent: Some(true),
        endpoint: grammar::endpoint(between("Server: [", "]")),
        from: between("From: <", ">"),
        recipients: between(" To: ", " Subject: ["),
        ..Outcome::default()
    };
    Ok((b"", Event::Outcome(outcome)))
}
