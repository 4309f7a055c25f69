//! Parsers that the grammars of the dialects share: sides, endpoints, stamps of a fixed form.
//!
//! A dialect's grammar is an `alt` of parsers that bear the names of the ABNF rules above them. What none of them takes, the
//! dialect's last word decides: unmarked, or unknown.

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{take_till1, take_while1},
    combinator::{eof, map_opt, recognize, rest, verify},
    sequence::{delimited, preceded, terminated},
};

use super::{Endpoint, Event, Line, Open, number};

/// The result of a parser. Its error is empty, as nobody asks why a line is not of that form.
pub(super) type Parsed<'a, T> = IResult<&'a [u8], T, ()>;

/// A parser of a line or a part of it.
pub(super) trait Grammar<'a, T>: Parser<&'a [u8], Output = T, Error = ()> {}

impl<'a, T, P: Parser<&'a [u8], Output = T, Error = ()>> Grammar<'a, T> for P {}

/// Reads a line by its grammar; `otherwise` says what a line is that the grammar does not take.
#[inline]
pub(super) fn read<'a>(
    line: &'a [u8],
    mut grammar: impl Grammar<'a, Line<'a>>,
    otherwise: impl FnOnce(&'a [u8]) -> Event<'a>,
) -> Line<'a> {
    match grammar.parse(line) {
        Ok((_, read)) => read,
        Err(_) => Line::new(if line.is_empty() { Event::Blank } else { otherwise(line) }),
    }
}

/// The parser takes the beginning of the text.
#[inline]
pub(super) fn takes<'a, T>(mut grammar: impl Grammar<'a, T>, text: &'a [u8]) -> bool {
    grammar.parse(text).is_ok()
}

/// These words. nom's own parser of that name compares byte by byte, which took a tenth of the reading of a log.
#[inline]
pub(super) fn tag<'a>(words: &'static str) -> impl Grammar<'a, &'a [u8]> {
    move |input: &'a [u8]| match input.split_at_checked(words.len()) {
        // Nearly all differ in the first letter, which costs no call to compare.
        Some((head, rest)) if head.first() == words.as_bytes().first() && head == words.as_bytes() => Ok((rest, head)),
        _ => Err(nom::Err::Error(())),
    }
}

/// The rest of the line behind these words.
#[inline]
pub(super) fn behind<'a>(words: &'static str) -> impl Grammar<'a, &'a [u8]> {
    preceded(tag(words), rest)
}

/// `mark reply`
#[inline]
pub(super) fn server<'a>(mark: &'static str) -> impl Grammar<'a, Event<'a>> {
    behind(mark).map(|said| Event::Server(said, Open::No))
}

/// `mark command`
#[inline]
pub(super) fn client<'a>(mark: &'static str) -> impl Grammar<'a, Event<'a>> {
    behind(mark).map(|said| Event::Client(said, Open::No))
}

/// One of these beginnings, from which on the line is the writer's own words.
#[inline]
pub(super) fn note_from<'a>(beginnings: &'static [&'static [u8]]) -> impl Grammar<'a, Event<'a>> {
    let begins = |line: &[u8]| beginnings.iter().any(|words| words.first() == line.first() && line.starts_with(words));
    verify(rest, begins).map(Event::Note)
}

/// A line that is exactly these words.
#[inline]
pub(super) fn exactly<'a>(words: &'static str, event: Event<'a>) -> impl Grammar<'a, Event<'a>> {
    terminated(tag(words), eof).map(move |_| event)
}

/// A text of a fixed form: `9` stands for a digit, `A` for a letter, `_` for a digit or a blank, anything else for
/// itself.
#[inline]
pub(super) fn form<'a>(form: &'static str) -> impl Grammar<'a, &'a [u8]> {
    let fits = |(b, place): (&u8, &u8)| match place {
        b'9' => b.is_ascii_digit(),
        b'A' => b.is_ascii_alphabetic(),
        b'_' => b.is_ascii_digit() || *b == b' ',
        place => b == place,
    };
    move |input: &'a [u8]| match input.split_at_checked(form.len()) {
        Some((text, rest)) if text.iter().zip(form.as_bytes()).all(fits) => Ok((rest, text)),
        _ => Err(nom::Err::Error(())),
    }
}

/// ```abnf
/// endpoint = host [ ( ":" / SP [ "port" SP ] ) port ] [ "..." ] *SP
/// host     = "[" IPv6-address "]" / 1*( any but SP and ":" )
/// ```
/// Anything else is a host's name as it stands.
pub(super) fn endpoint(text: &[u8]) -> Endpoint<'_> {
    let text = text.trim_ascii();
    let text = text.strip_suffix(b"...").unwrap_or(text);
    let host = alt((address_literal, take_till1(|b: u8| b == b':' || b == b' ')));
    let before = alt((tag(":"), tag(" port "), tag(" ")));
    let mut grammar = terminated((host, preceded(before, port)), eof);
    match Parser::<&[u8]>::parse(&mut grammar, text) {
        Ok((_, (host, port))) => Endpoint { host, port, ..Endpoint::default() },
        Err(_) => Endpoint { host: text, ..Endpoint::default() },
    }
}

/// `[2001:db8::1]`, with its brackets.
fn address_literal(input: &[u8]) -> Parsed<'_, &[u8]> {
    recognize(delimited(tag("["), take_till1(|b: u8| b == b']'), tag("]"))).parse(input)
}

/// `587`; none where the number is too large for a port.
pub(super) fn port(input: &[u8]) -> Parsed<'_, Option<u16>> {
    decimal.map(|number| u16::try_from(number).ok()).parse(input)
}

/// A whole number of at most 18 digits.
pub(super) fn decimal(input: &[u8]) -> Parsed<'_, u64> {
    map_opt(take_while1(|b: u8| b.is_ascii_digit()), number).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints() {
        let of = |s: &'static str| {
            let e = endpoint(s.as_bytes());
            (std::str::from_utf8(e.host).unwrap(), e.port)
        };
        assert_eq!(of("mail.example.co.za:587"), ("mail.example.co.za", Some(587)));
        assert_eq!(of("mail.example.co.za"), ("mail.example.co.za", None));
        assert_eq!(of("mail.example.co.za:465...  "), ("mail.example.co.za", Some(465)));
        assert_eq!(of("[::1]:25"), ("[::1]", Some(25)));
    }
}
