//! One line of a log as a dialect reads it.

use super::tokenize::is_exception;
use crate::smtp;

/// One line, read: its stamp and session key as raw bytes, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The time stamp as written, without brackets; empty where there is none.
    pub stamp: &'a [u8],
    /// Process, thread or session id that tells parallel sessions apart; empty where the writer gives none.
    pub key: &'a [u8],
    /// The meaning of the line.
    pub event: Event<'a>,
    /// The reply that stands on the same line, behind the command; empty where there is none.
    pub reply: &'a [u8],
}

impl<'a> Line<'a> {
    /// A line without stamp and key.
    pub fn new(event: Event<'a>) -> Self {
        Line { stamp: b"", key: b"", event, reply: b"" }
    }

    /// The line with other bytes, such as those that a part of a record was made of.
    pub fn map<'b>(&self, back: impl Fn(&'a [u8]) -> &'b [u8]) -> Line<'b> {
        let endpoint = |e: Endpoint<'a>| Endpoint {
            host: back(e.host),
            port: e.port,
            implicit_tls: e.implicit_tls,
            starttls_wanted: e.starttls_wanted,
        };
        let event = match self.event {
            Event::Server(text, open) => Event::Server(back(text), open),
            // The dot that a dialect puts in for the end of a message stands in no line.
            Event::Client(dot @ b".", open) if back(dot).is_empty() => Event::Client(b".", open),
            Event::Client(text, open) => Event::Client(back(text), open),
            Event::Repeat(text) => Event::Repeat(back(text)),
            Event::Quoted(text) => Event::Quoted(back(text)),
            Event::Turn(side) => Event::Turn(side),
            Event::Unmarked(text, open) => Event::Unmarked(back(text), open),
            Event::Hidden => Event::Hidden,
            Event::Elided(bytes) => Event::Elided(bytes),
            Event::Connecting(at) => Event::Connecting(endpoint(at)),
            Event::Connected(at) => Event::Connected(endpoint(at)),
            Event::Secured => Event::Secured,
            Event::Closed => Event::Closed,
            Event::Note(text) => Event::Note(back(text)),
            Event::Setting(name @ (b"host" | b"user" | b"port" | b"password"), value) => {
                let names: [&'static [u8]; 4] = [b"host", b"user", b"port", b"password"];
                Event::Setting(names.into_iter().find(|known| *known == name).unwrap_or(b""), back(value))
            }
            Event::Setting(name, value) => Event::Setting(back(name), back(value)),
            Event::Outcome(o) => Event::Outcome(Outcome {
                sent: o.sent,
                part: o.part,
                endpoint: endpoint(o.endpoint),
                from: back(o.from),
                recipients: back(o.recipients),
                taken: back(o.taken),
                user: back(o.user),
                bytes: o.bytes,
                reply: back(o.reply),
                status: o.status,
                error: back(o.error),
                inferred: o.inferred,
                begins: o.begins,
                number: back(o.number),
            }),
            Event::Blank => Event::Blank,
            Event::Unknown(text) => Event::Unknown(back(text)),
        };
        Line { stamp: back(self.stamp), key: back(self.key), event, reply: back(self.reply) }
    }

    /// A line of this event with a stamp.
    pub fn stamped(stamp: &'a [u8], event: Event<'a>) -> Self {
        Line { stamp, ..Line::new(event) }
    }
}

/// The meaning of a line. Payloads are without markers; escapes are still in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The server said this. `open`: the writer broke it off, the rest follows in the next record of the same side.
    Server(&'a [u8], Open),
    /// The client said this.
    Client(&'a [u8], Open),
    /// A reply that the writer may have written before in other words; counts only if it is new.
    Repeat(&'a [u8]),
    /// A reply in words alone that the writer may have written before, such as those of an exception; inside a message they are its text.
    Quoted(&'a [u8]),
    /// The records that follow without a mark belong to this side.
    Turn(Side),
    /// No mark: goes on with what was said before, where that makes sense.
    Unmarked(&'a [u8], Open),
    /// The writer left out a secret of the client.
    Hidden,
    /// The writer left out message data, of this many bytes where it says so.
    Elided(Option<u64>),
    /// An attempt to connect begins.
    Connecting(Endpoint<'a>),
    /// The connection is there.
    Connected(Endpoint<'a>),
    /// TLS is there.
    Secured,
    /// The connection has ended, or the attempt has.
    Closed,
    /// The writer's own words; they may tell of an error.
    Note(&'a [u8]),
    /// A setting the writer dumped: name and value.
    Setting(&'a [u8], &'a [u8]),
    /// The writer tells of a whole mail: how it went, or that it is about to be sent.
    Outcome(Outcome<'a>),
    /// Nothing on it.
    Blank,
    /// Not understood.
    Unknown(&'a [u8]),
}

impl<'a> Event<'a> {
    /// The text, where nobody may have understood it.
    pub fn text(&self) -> &'a [u8] {
        match self {
            Event::Unknown(text) | Event::Unmarked(text, _) | Event::Server(text, _) | Event::Client(text, _) => text,
            _ => b"",
        }
    }

    /// The words of the line without their frame, also where they are the writer's own or a quote.
    pub fn said(&self) -> &'a [u8] {
        match self {
            Event::Note(text) | Event::Quoted(text) | Event::Repeat(text) => text,
            _ => self.text(),
        }
    }
}

/// A record may end in the middle of a line of the dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// The line is whole.
    No,
    /// More follows.
    Yes,
}

/// The speaker of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The mail program.
    Client,
    /// The mail server.
    Server,
    /// The writer about itself.
    Writer,
}

/// Where a client connects to; whatever the line tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Endpoint<'a> {
    /// Host name or address.
    pub host: &'a [u8],
    pub port: Option<u16>,
    /// TLS from the first byte, where the line says so.
    pub implicit_tls: Option<bool>,
    /// The settings demand STARTTLS.
    pub starttls_wanted: bool,
}

/// The part of a mail's story that stands in one record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    #[default]
    Whole,
    /// Perhaps all; the records around it may tell more.
    Words,
    /// It begins a mail of which nothing more may be told.
    Open,
    /// It goes on about the mail before.
    Detail,
    /// It ends the mail before, of which nothing more follows: whom it was for, or `OK` below `Sending e-mail...`.
    Last,
    /// It may be about anything, and counts only for a mail that was begun.
    Beside,
    /// A failure, or why the mail before failed.
    Why,
    /// All records of the log are about one mail.
    Page,
}

/// A mail in one line (msmtp's log file, sendEmail without `-v`), or words about one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome<'a> {
    /// The mail went out; `None` where the reply, the words or other lines must tell.
    pub sent: Option<bool>,
    /// The part of its story that this is.
    pub part: Extent,
    /// Where to.
    pub endpoint: Endpoint<'a>,
    pub from: &'a [u8],
    /// The recipients, separated by commas, spaces or angle brackets.
    pub recipients: &'a [u8],
    /// Recipients who have it, where the words are about others.
    pub taken: &'a [u8],
    /// The user name.
    pub user: &'a [u8],
    /// Size of the mail in bytes.
    pub bytes: Option<u64>,
    /// The server's reply, code first unless [`Outcome::status`] has it.
    pub reply: &'a [u8],
    /// The code of the reply, where other words stand for it.
    pub status: Option<u16>,
    /// The program's words about an error; with [`Extent::Why`] all its words.
    pub error: &'a [u8],
    /// Nothing says so: the structure of the log does.
    pub inferred: bool,
    /// The words say that an attempt begins.
    pub begins: bool,
    /// The number that the program gave the mail, where the log shows that it numbers them.
    pub number: &'a [u8],
}

/// A whole decimal number.
pub(crate) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |n, d| n * 10 + u64::from(d - b'0')))
}

/// `name = value`, `name: value` or `name => value`, where the name is one or two words.
pub(super) fn setting(text: &[u8]) -> Option<Event<'_>> {
    let at = memchr::memchr2(b'=', b':', text)?;
    let (name, value) = (text[..at].trim_ascii(), &text[at + 1..]);
    let value = value.strip_prefix(b">").unwrap_or(value).trim_ascii();
    let named = !name.is_empty() && name.len() <= 40 && name.iter().all(|b| NAMES[usize::from(*b)]);
    let blanks = || name.iter().filter(|b| **b == b' ').count();
    (named && blanks() < 3).then_some(Event::Setting(name, value))
}

/// What may stand in the name of a setting. A table, as some logs are nearly all settings.
const NAMES: [bool; 256] = {
    let (mut names, mut byte) = ([false; 256], 0);
    while byte < 256 {
        let sign = byte as u8;
        names[byte] = sign.is_ascii_alphanumeric() || matches!(sign, b' ' | b'_' | b'-' | b'.');
        byte += 1;
    }
    names
};

/// `javax.mail.AuthenticationFailedException: 535 5.7.8 ...`: the refusal that an exception quotes. JavaMail leaves the
/// dialogue of a sign-in out, so this is all there is of it.
pub(super) fn quoted(line: &[u8]) -> Option<&[u8]> {
    let class = line.iter().take(120).take_while(|b| b.is_ascii_alphanumeric() || b"._:$\\".contains(b)).count();
    let named = line[..class].strip_suffix(b":")?;
    let text = line[class..].strip_prefix(b" ")?;
    (is_exception(named) && smtp::reply_line(text).is_ok_and(|(_, reply)| reply.code.is_refusal())).then_some(text)
}
