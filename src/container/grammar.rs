//! What several formats are made of: names, quoted strings at any depth of escaping, blanks.

use nom::{
    IResult, Parser,
    bytes::complete::{tag, take, take_while, take_while1},
    error::{Error, ErrorKind},
    sequence::delimited,
};

pub(super) type Parsed<'a> = IResult<&'a [u8], &'a [u8]>;

/// A string within a string within a string is escaped this often at most.
pub(super) const MAX_ESCAPED: usize = 3;

pub(super) fn fail<T>(input: &[u8]) -> IResult<&[u8], T> {
    Err(nom::Err::Error(Error::new(input, ErrorKind::Verify)))
}

/// `*WSP`
pub(super) fn blanks(input: &[u8]) -> Parsed<'_> {
    take_while(|b: u8| b.is_ascii_whitespace())(input)
}

/// ```abnf
/// name = 1*( ALPHA / DIGIT / "_" / "-" / "." / ":" / "@" )
/// ```
pub(super) fn name(input: &[u8]) -> Parsed<'_> {
    take_while1(|b: u8| b.is_ascii_alphanumeric() || b"_-.:@".contains(&b))(input)
}

/// The quote of a string in strings that are escaped `depth` times: a quote behind 2^depth - 1 backslashes.
pub(super) fn quote<'a>(depth: usize) -> impl Parser<&'a [u8], Output = &'a [u8], Error = Error<&'a [u8]>> {
    tag(&br#"\\\\\\\""#[8 - (1usize << depth.min(MAX_ESCAPED))..])
}

/// ```abnf
/// string = quote *( any byte, quotes escaped once more ) quote
/// ```
pub(super) fn string<'a>(depth: usize) -> impl Parser<&'a [u8], Output = &'a [u8], Error = Error<&'a [u8]>> {
    delimited(quote(depth), move |input| text(depth, input), quote(depth))
}

/// The text of a string: up to the quote that no more backslashes stand before than its depth asks for.
fn text(depth: usize, input: &[u8]) -> Parsed<'_> {
    let (all, own) = (2usize << depth, (1usize << depth) - 1);
    let closes = memchr::memchr_iter(b'"', input).find_map(|at| {
        let slashes = input[..at].iter().rev().take_while(|b| **b == b'\\').count();
        (slashes % all == own).then(|| at - own)
    });
    match closes {
        Some(length) => take(length)(input),
        None => fail(input),
    }
}
