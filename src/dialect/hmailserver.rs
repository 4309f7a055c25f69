//! hMailServer's own log: `SMTPC` rows are its deliveries, `SMTPD` rows the programs that submit to it.
//!
//! ```abnf
//! line = DQUOTE type DQUOTE HTAB thread [ HTAB session ] HTAB DQUOTE stamp DQUOTE [ HTAB DQUOTE ip DQUOTE ] HTAB DQUOTE text DQUOTE
//! text = ( "SENT: " / "RECEIVED: " ) said / info      ; CRLF inside is "[nl]", secrets are "***"
//! ```
//! Source: its Logger.cpp. In SMTPD rows the server is the one that sends. Local time.

use std::borrow::Cow;

use nom::{
    Parser,
    branch::alt,
    bytes::complete::take_till,
    combinator::{eof, map_opt, opt, rest, verify},
    sequence::{preceded, terminated},
};

use super::{
    Dialect, Event, Line, LineEnd, Marks, Open, Read, Side,
    grammar::{self, Parsed, behind, tag},
};

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("hmailserver"),
    title: "hMailServer",
    sample: "\"TCPIP\"\t4121\t\"2026-11-23 08:26:01.409\"\t\"TCP - Connecting to 196.25.1.1:587...\"\n\
             \"SMTPC\"\t4121\t101\t\"2026-11-23 08:26:01.409\"\t\"196.25.1.1\"\t\"RECEIVED: 220 mail.example.co.za ESMTP\"\n\
             \"SMTPC\"\t4121\t101\t\"2026-11-23 08:26:01.409\"\t\"196.25.1.1\"\t\"SENT: EHLO PC\"\n\
             \"SMTPC\"\t4121\t101\t\"2026-11-23 08:26:01.409\"\t\"196.25.1.1\"\t\"RECEIVED: 250-mail[nl]250 AUTH LOGIN\"\n",
    marks: Marks::SIDES.and(Marks::DATA),
    line_end: LineEnd::Joins("[nl]"),
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Its columns, in quotes and parted by tabs.
fn signature(line: &[u8]) -> bool {
    spoken(line).is_ok() || told(line).is_ok()
}

fn read(line: &[u8]) -> Line<'_> {
    // The first column of each is in quotes.
    if let [b, ..] = line
        && *b != b'"'
    {
        return Line::new(Event::Unknown(line));
    }
    grammar::read(line, alt((spoken, told)), Event::Unknown)
}

/// ```abnf
/// spoken = type HTAB thread HTAB session HTAB stamp HTAB ip HTAB DQUOTE ( "SENT:" / "RECEIVED:" ) [ SP ] said DQUOTE
/// ```
/// In SMTPD rows the server is the one that sends.
fn spoken(input: &[u8]) -> Parsed<'_, Line<'_>> {
    let (input, (kind, _, key, stamp, _)) =
        (column, number_column, verify(plain_column, |column: &[u8]| quoted(column).is_none()), column, plain_column)
            .parse(input)?;
    let (_, text) = last(input)?;
    let sender = if kind == b"SMTPC" { Side::Client } else { Side::Server };
    let said = |mark| preceded((tag(mark), opt(tag(" "))), rest);
    let sent = said("SENT:").map(move |text| by(sender, text));
    let received = said("RECEIVED:").map(move |text| by(other(sender), text));
    alt((sent, received, rest.map(Event::Note))).map(|event| Line { stamp, key, ..Line::new(event) }).parse(text)
}

/// ```abnf
/// told = type HTAB thread HTAB stamp HTAB DQUOTE ( "TCP - Connecting to " endpoint "..." / text ) DQUOTE
/// ```
fn told(input: &[u8]) -> Parsed<'_, Line<'_>> {
    let (input, (_, _, stamp)) = (column, number_column, column).parse(input)?;
    let (_, text) = terminated(plain, alt((tag("\t"), eof))).parse(input)?;
    let text = quoted(text).ok_or(nom::Err::Error(()))?;
    let connecting = behind("TCP - Connecting to ").map(|to| Event::Connecting(grammar::endpoint(to)));
    alt((connecting, rest.map(Event::Note))).map(|event| Line::stamped(stamp, event)).parse(text)
}

fn by(side: Side, text: &[u8]) -> Event<'_> {
    match (side, text) {
        (Side::Client, b"***") => Event::Hidden,
        (Side::Client, text) => Event::Client(text, Open::No),
        _ => Event::Server(text, Open::No),
    }
}

fn other(side: Side) -> Side {
    if side == Side::Client { Side::Server } else { Side::Client }
}

/// A column in quotes, and the tab behind it.
fn column(input: &[u8]) -> Parsed<'_, &[u8]> {
    map_opt(plain_column, quoted).parse(input)
}

fn number_column(input: &[u8]) -> Parsed<'_, &[u8]> {
    verify(plain_column, |column: &[u8]| column.iter().all(u8::is_ascii_digit)).parse(input)
}

fn plain_column(input: &[u8]) -> Parsed<'_, &[u8]> {
    terminated(plain, tag("\t")).parse(input)
}

fn plain(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_till(|b: u8| b == b'\t').parse(input)
}

/// The last column, which may hold tabs.
fn last(input: &[u8]) -> Parsed<'_, &[u8]> {
    map_opt(rest, quoted).parse(input)
}

/// The text between the quotes; blanks behind them are left over from a paste that was undone.
fn quoted(column: &[u8]) -> Option<&[u8]> {
    column.trim_ascii_end().strip_prefix(b"\"")?.strip_suffix(b"\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_may_stand_behind_the_last_column() {
        let line =
            b"\"SMTPC\"\t4121\t101\t\"2026-11-23 10:54:54.253\"\t\"192.0.2.1\"\t\"SENT: RCPT TO:<a@b.example>\"  ";
        assert!(matches!(read(line).event, Event::Client(b"RCPT TO:<a@b.example>", _)));
    }
}
